# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of accounts and service packs.

Private to the collection. What all endpoints have in common is told by `ResellerClient`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading


def list_accounts(client: ResellerClient, **filters: Any) -> list[dict[str, Any]]:
    """Accounts; the server's filter ``identifier`` is not exact."""
    return reading_of_accounts(client, **filters).items()


def reading_of_accounts(client: ResellerClient, **filters: Any) -> Reading:
    """Accounts, to be read as far as a decision needs it."""
    return client.reading("/accounts", "id", **filters)


def known_accounts(client: ResellerClient, identifier: str) -> list[dict[str, Any]]:
    """The accounts that tasks of this run were told of, none while asking for a single one is cheaper.

    Args:
        client: calls the API.
        identifier: the account that is looked for.
    """
    return (
        client.read_cache.listed("/accounts", f"/accounts/{segment(identifier)}", partial(list_accounts, client)) or []
    )


def get_account(client: ResellerClient, account_id: int) -> dict[str, Any] | None:
    """One account with its service pack and add-ons."""
    return client.get(f"/accounts/{segment(account_id)}")


def list_servicepacks(client: ResellerClient, enough: Enough | None = None) -> list[dict[str, Any]]:
    """All service packs that can be ordered."""
    if enough is None:
        return client.items("/servicepacks") or []
    return client.read_cache.get("/servicepacks", "/servicepacks", partial(list_servicepacks, client), enough)
