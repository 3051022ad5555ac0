# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and service packs: find them, order an account.

Private to the collection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.accounts import (
    known_accounts,
    list_accounts,
    list_servicepacks,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import same_text
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient

#: The collection that accounts are ordered in.
PATH = "/accounts"


def find_account(client: ResellerClient, identifier: str, **filters: Any) -> dict[str, Any] | None:
    """The account of exactly this identifier (but for case), None when there is none.

    Args:
        client: calls the API.
        identifier: in its canonical form.
        filters: further filters of the API's list.

    Raises:
        ToolkitError: ``ambiguous``, when there are several.
    """
    return _only(list_accounts(client, identifier=identifier, **filters), identifier)


def known_account(client: ResellerClient, identifier: str) -> dict[str, Any] | None:
    """`find_account`, in the list that tasks of this run share if it is there; what is not in it is asked for."""
    return _only(known_accounts(client, identifier), identifier) or find_account(client, identifier)


def _only(listed: list[dict[str, Any]], identifier: str) -> dict[str, Any] | None:
    found = [item for item in listed if same_text(item["identifier"], identifier)]
    if len(found) > 1:
        ids = ", ".join(str(item["id"]) for item in found)
        raise ToolkitError(
            "ambiguous",
            f"There are {len(found)} accounts {identifier} (ids {ids}).",
            hint="Name the one that you mean by its id, where the module takes one.",
        )
    return found[0] if found else None


def find_servicepack(client: ResellerClient, id_or_name: str, current_id: int | None = None) -> dict[str, Any]:
    """The service pack of this id (digits) or this name (but for case).

    Args:
        client: calls the API.
        id_or_name: as the user wrote it.
        current_id: the one that an account has; if it is the one, nothing is to be done.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    packs = list_servicepacks(client, lambda packs: _named_servicepack(packs, id_or_name)["id"] == current_id)
    return _named_servicepack(packs, id_or_name)


def _named_servicepack(packs: list[dict[str, Any]], id_or_name: str) -> dict[str, Any]:
    text = id_or_name.strip()
    named = [pack for pack in packs if same_text(pack.get("name"), text)]
    found = named or [pack for pack in packs if str(pack["id"]) == text]
    if len(found) != 1:
        offered = "; ".join(f"{pack['id']} {pack.get('name')}" for pack in packs)
        raise ToolkitError(
            "ambiguous" if found else "not_found",
            f"servicepack: {text!r} names {len(found)} service packs.",
            hint=f"There are: {offered}. An id is always unique.",
        )
    return found[0]


def account_order(client: ResellerClient, identifier: str, servicepack_id: int, ftp_password: str | None) -> Order:
    """The order of an account."""
    body = {"servicepack_id": servicepack_id, "identifier": identifier}
    if ftp_password is not None:
        body["ftp_password"] = ftp_password
    return Order(
        path=PATH,
        key=identifier.lower(),
        title=f"account {identifier}",
        body=body,
        find=lambda: find_account(client, identifier),
    )
