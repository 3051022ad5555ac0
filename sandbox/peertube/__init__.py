# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube: an instance with accounts, channels, videos and their settings, as versions 6.3 and 8.2 serve it.

A family of resources is one file that registers its operations with a `routing.Routes`; what it keeps is in a table of
``tables.py``, one JSON document a row. ``service.py`` lists the families.

Decisions:

- Access tokens, rate limits and error responses are PeerTube's own, so nothing of the common authentication is used.
- Jobs (transcoding, imports, follows) end some seconds after they began, or when a test ends them with
  ``POST /_sandbox/finish``.
- Uploaded files are stored as received. Pictures have no further sizes, and transcoded files are copies.
"""
