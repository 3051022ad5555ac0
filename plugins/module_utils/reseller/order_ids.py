# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names under which the journal records orders.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint

#: Where orders are recorded.
NAMESPACE = "journal"


def order_id(api_url: str, endpoint: str, key: str) -> str:
    """Return the name under which an order is recorded; see `Intent` for its parts."""
    return fingerprint(f"{api_url} {endpoint} {key}")


def entry_name(intent_id: str) -> str:
    """Return the name of the entry in which an order is recorded.

    Args:
        intent_id: from `order_id`.
    """
    return intent_id + ".json"
