# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CrossBrowserTesting: screenshot tests (API v3), comparisons of their layouts, and pages that show them.

A screenshot test has versions, and a version has one result for each browser. The engines (``engines.py``) drive the
browsers of this machine: Chromium, and Firefox where Node and puppeteer-core are installed. Screenshots are taken after
the response, one after another; until then, a version is ``active``.

Decisions where the vendor's description is incomplete:

- A browser is ``OS|BROWSER|WIDTHxHEIGHT``, as the vendor writes it. There are ``Linux|Chromium`` and ``Linux|Firefox``,
  of any size; the size is 1366x768 if left out. Other browsers are refused with the list of those that exist.
- Only pages that the sandbox may fetch are accepted (``sandbox/allowed_pages.py``); others are a 400.
- Two elements are the same if their paths are. A position or a size that differs by more than the tolerance is a
  difference, and so is an element that only one side has. What follows from the difference of the element around it is
  left out: what moved with it, and what is in an element that is missing.
- Differences of pixels are shown on the comparison page; they are not counted.
- A comparison with a screenshot that failed or is not taken yet has ``error`` and ``message`` instead of a difference,
  and so has a screenshot whose operating system, browser and resolution the base version lacks.
- A full comparison leaves out the base itself.
- Whoever has the address of a page or of a picture may see it, as with the vendor's public addresses.
"""
