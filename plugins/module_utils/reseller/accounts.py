# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and find accounts.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import is_domain, same_identifier
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, matches, only
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in

#: The collection of accounts, in which they are ordered.
PATH = "/accounts"


def account_path(account_id: int | str) -> str:
    """Return the path of an account."""
    return f"{PATH}/{segment(account_id)}"


def list_accounts(client: ResellerClient, **filters: Any) -> list[dict[str, Any]]:
    """Return accounts; the server's filter ``identifier`` is not exact."""
    return reading_of_accounts(client, **filters).items()


def reading_of_accounts(client: ResellerClient, **filters: Any) -> Reading:
    """Return accounts, to be read as far as a decision needs it."""
    return client.reading(PATH, "id", **filters)


def known_accounts(client: ResellerClient, identifier: str) -> list[dict[str, Any]]:
    """Return the accounts that tasks of this run have read; none while reading a single one is cheaper.

    Args:
        client: calls the API.
        identifier: the account to find.
    """
    return client.read_cache.listed(PATH, account_path(identifier), partial(list_accounts, client)) or []


def get_account(client: ResellerClient, account_id: int | str) -> dict[str, Any] | None:
    """Return one account with its service pack and add-ons."""
    return client.get(account_path(account_id))


def find_account(client: ResellerClient, identifier: str) -> dict[str, Any] | Absence:
    """Return the account with exactly this identifier (in any case), or the proof that none exists.

    The list of accounts decides. A Linux hosting of that name whose account the list lacks contradicts it.

    Args:
        client: calls the API.
        identifier: in its canonical form.

    Raises:
        ToolkitError: ``ambiguous``, when there are several; ``unproven``.
    """
    title = account_title(identifier)

    def ask() -> dict[str, Any] | Absence:
        listed = reading_of_accounts(client, identifier=identifier)
        found = client.evidence.find(title, listed, "id", partial(is_named, identifier))
        if isinstance(found, Absence) and is_domain(identifier):
            # Imported lazily: most accounts exist, and an ordinary module saves 1 ms.
            from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import get_linux_hosting
            from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction

            if get_linux_hosting(client, identifier) is not None:
                why = f"the Linux hosting {identifier} exists, and the list of accounts lacks its account"
                raise Contradiction(title, why, item_id=identifier)
        return found

    return client.evidence.settled(title, ask)


def known_account(client: ResellerClient, identifier: str) -> dict[str, Any] | Absence:
    """Do the same as `find_account`, but look in the list first that tasks of this run share."""
    found = matches(known_accounts(client, identifier), partial(is_named, identifier))
    return only(account_title(identifier), found, "id") or find_account(client, identifier)


def account_title(identifier: str) -> str:
    """Return how messages name an account."""
    return f"account {identifier}"


def is_named(identifier: str, item: dict[str, Any]) -> bool:
    """Return whether an account has this identifier (in any case).

    Raises:
        Unreadable: the API does not report it.
    """
    return same_identifier(identifier, text_in(item, "identifier"))
