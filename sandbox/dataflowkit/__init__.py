# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of Dataflow Kit on a real engine: pages as Chromium renders them, or as they are served (``base``).

Guesses, because neither the description nor a running server shows it:

- a page counts as one credit, whatever is made of it, and a failed call costs nothing;
- the results of ``details`` are below ``<field>_details``;
- without ``commonParent`` the n-th values of all fields form a record;
- a refused page has the text of an invalid URL, followed by the reason;
- the key of the loop action is ``loop``.

With ``--engine stub`` nothing runs in a browser: ``chrome`` is as ``base``, and files are drawn from a page's text.

Where the description contradicts its examples, both are accepted: ``proxy``, ``type`` and ``url`` in ``request`` or
beside it.
"""
