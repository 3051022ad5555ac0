# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Duplicate paying orders of the same natural key: accepted or refused, as configured.

The API's behavior is unknown, so clients must be safe under both. If accepted, each order is paid for:

- account: a second id of the same identifier; hosting, zones and domain stay with the first.
- database: a second database, under another provisioned name; the limit of the service pack still counts.
- user: a second user, under a name with a number.
- domain, registered or transferred: still one domain, for one year more.
- certificate: a second request.

If refused, each of them is a 400 while the first exists or is pending.
"""

from __future__ import annotations

from sandbox.context import Context


def refused(context: Context, exists: bool) -> bool:
    """Return whether an order is refused, given that its thing exists or is pending."""
    return exists and context.duplicates == "refuse"
