# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and service packs: find them, order an account.

Private to the collection.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import account_identifier, same_text
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The collection that accounts are ordered in.
PATH = "/accounts"
#: The most digits that an id has; a longer text of digits is an identifier.
LONGEST_ID = 10


def find_account(client: ResellerClient, identifier: str, **filters: Any) -> dict[str, Any] | None:
    """The account of exactly this identifier (but for case), None when there is none.

    Args:
        client: calls the API.
        identifier: in its canonical form.
        filters: further filters of the API's list.

    Raises:
        ToolkitError: ``ambiguous``, when there are several.
    """
    return _only(client.accounts(identifier=identifier, **filters), identifier)


def known_account(client: ResellerClient, identifier: str) -> dict[str, Any] | None:
    """`find_account`, in the list that tasks of this run share if it is there; what is not in it is asked for."""
    return _only(client.listed_accounts(identifier), identifier) or find_account(client, identifier)


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


class NamedAccount:
    """The account that a user names by its id (digits) or its identifier; read when it is needed, and only once.

    Args:
        client: calls the API.
        id_or_identifier: as the user wrote it.

    Raises:
        ToolkitError: ``invalid_option``, for what is neither.
    """

    def __init__(self, client: ResellerClient, id_or_identifier: str) -> None:
        self._client = client
        text = id_or_identifier.strip()
        self._id = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None
        if self._id is not None:
            check_number("account", self._id, 1)
        self.title = text if self._id is not None else account_identifier("account", text)

    @cached_property
    def found(self) -> dict[str, Any] | None:
        """The account with its ``id`` and ``identifier``, None when there is none."""
        if self._id is not None:
            return self._client.account(self._id)
        return known_account(self._client, self.title)

    @property
    def identifier(self) -> str | None:
        """Its identifier, for which it is read only if it was named by its id; None when there is no such account."""
        if self._id is None:
            return self.title
        return self.found["identifier"] if self.found else None


def parent_account(task: Task, named: NamedAccount) -> dict[str, Any]:
    """The account that something is to be made in.

    In check mode an account that does not exist yet is only warned of, as an earlier task would have made it; it has
    no id then.

    Raises:
        ToolkitError: ``not_found``.
    """
    if named.found is not None:
        return named.found
    missing(task, f"account {named.title}", "Order it first (reseller.toolkit.reseller_account).")
    return {"id": None, "identifier": named.title}


def find_servicepack(client: ResellerClient, id_or_name: str, current_id: int | None = None) -> dict[str, Any]:
    """The service pack of this id (digits) or this name (but for case).

    Args:
        client: calls the API.
        id_or_name: as the user wrote it.
        current_id: the one that an account has; if it is the one, nothing is to be done.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    packs = client.servicepacks(lambda packs: _named_servicepack(packs, id_or_name)["id"] == current_id)
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
