# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and service packs: find them, order an account.

Private to the collection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import account_identifier, same_text
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

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
    listed = client.accounts(identifier=identifier, **filters)
    found = [item for item in listed if same_text(item["identifier"], identifier)]
    if len(found) > 1:
        ids = ", ".join(str(item["id"]) for item in found)
        raise ToolkitError(
            "ambiguous",
            f"There are {len(found)} accounts {identifier} (ids {ids}).",
            hint="Name the one that you mean by its id, where the module takes one.",
        )
    return found[0] if found else None


def is_account_id(id_or_identifier: str) -> bool:
    """Whether a user names an account by its id."""
    text = id_or_identifier.strip()
    return text.isascii() and text.isdigit()


def account_of(client: ResellerClient, id_or_identifier: str) -> dict[str, Any] | None:
    """The account that a user names by its id (digits) or its identifier; ``id`` and ``identifier`` are there."""
    if is_account_id(id_or_identifier):
        return client.account(int(id_or_identifier))
    return find_account(client, account_identifier("account", id_or_identifier))


def parent_account(task: Task, client: ResellerClient, id_or_identifier: str) -> dict[str, Any]:
    """The account that something is to be made in.

    In check mode an account that does not exist yet is only warned of, as an earlier task would have made it; it has
    no id then.

    Raises:
        ToolkitError: ``not_found``.
    """
    account = account_of(client, id_or_identifier)
    if account is not None:
        return account
    message = f"There is no account {id_or_identifier}"
    if not task.check_mode:
        raise ToolkitError("not_found", f"{message}.", hint="Order it first (reseller.toolkit.reseller_account).")
    task.warn(f"{message} yet.")
    return {"id": None, "identifier": id_or_identifier}


def find_servicepack(client: ResellerClient, id_or_name: str) -> dict[str, Any]:
    """The service pack of this id (digits) or this name (but for case).

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    packs = client.servicepacks()
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
