# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and service packs: read, find and order them.

Private to the collection.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import get_linux_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    account_identifier,
    is_domain,
    same_identifier,
    same_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Contradiction, matches, only
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Unreadable,
    is_whole_number,
    number_in,
    text_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The collection of accounts, in which they are ordered.
PATH = "/accounts"
SERVICEPACKS = "/servicepacks"
#: The most digits that an id of an account has; a longer text of digits is an identifier.
LONGEST_ID = 10


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


def list_servicepacks(client: ResellerClient, enough: Enough | None = None) -> list[dict[str, Any]]:
    """Return all service packs that can be ordered."""
    if enough is None:
        return client.collection(SERVICEPACKS, "id")
    return client.read_cache.get(SERVICEPACKS, SERVICEPACKS, partial(list_servicepacks, client), enough)


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
        if isinstance(found, Absence) and is_domain(identifier) and get_linux_hosting(client, identifier) is not None:
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


def find_servicepack(client: ResellerClient, id_or_name: str, current_id: int | None = None) -> dict[str, Any]:
    """Return the service pack with this id (digits) or this name (in any case).

    Args:
        client: calls the API.
        id_or_name: as the user wrote it.
        current_id: the service pack that an account has; if it is the same, there is nothing to do.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    packs = list_servicepacks(client, lambda packs: _named_servicepack(packs, id_or_name)["id"] == current_id)
    return _named_servicepack(packs, id_or_name)


def _named_servicepack(packs: list[dict[str, Any]], id_or_name: str) -> dict[str, Any]:
    text = id_or_name.strip()
    # A pack whose id can't be read can't be ordered.
    known = [pack for pack in packs if is_whole_number(pack.get("id"))]
    named = [pack for pack in known if same_text(pack.get("name"), text)]
    found = named or [pack for pack in known if str(pack["id"]) == text]
    if len(found) != 1:
        offered = "; ".join(f"{pack['id']} {pack.get('name')}" for pack in known)
        raise ToolkitError(
            "ambiguous" if found else "not_found",
            f"servicepack: {text!r} names {len(found)} service packs.",
            hint=f"There are: {offered}. An id is always unique.",
        )
    return found[0]


def account_order(client: ResellerClient, identifier: str, servicepack_id: int, ftp_password: str | None) -> Order:
    """Return the order of an account."""
    body = {"servicepack_id": servicepack_id, "identifier": identifier}
    if ftp_password is not None:
        body["ftp_password"] = ftp_password
    return Order(
        path=PATH,
        key=identifier.lower(),
        title=account_title(identifier),
        body=body,
        find=lambda: find_account(client, identifier),
        compare=partial(check_pack, servicepack_id),
    )


def check_pack(servicepack_id: int, account: dict[str, Any], name: str | None = None) -> None:
    """Refuse an account that has another service pack than the desired one: it is never ordered again.

    Args:
        servicepack_id: the desired pack.
        account: the account as the API lists it.
        name: the name of the desired pack, for the message.

    Raises:
        ToolkitError: ``servicepack_mismatch``.
    """
    current = number_in(account, "servicepack_id")
    if current != servicepack_id:
        raise ToolkitError(
            "servicepack_mismatch",
            f"Account {account['identifier']} has service pack {current}, and {servicepack_id}"
            f"{f' ({name})' if name else ''} is wanted.",
            hint="The API can't change it. Change it in the control panel, or correct the playbook.",
            account=account,
        )


class NamedAccount:
    """An account by its id (digits) or its identifier; read only when needed, and only once.

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
        """The account with its ``id`` and ``identifier``, None when there is none.

        Raises:
            Unreadable: the answer lacks one of them, or is about another account.
        """
        found = known_account(self._client, self.title) if self._id is None else get_account(self._client, self._id)
        if found is None or isinstance(found, Absence):
            return None
        text_in(found, "identifier")
        if self._id not in {None, number_in(found, "id")}:
            raise Unreadable("id", found["id"])
        return found

    @property
    def identifier(self) -> str | None:
        """Its identifier, for which it is read only if it was named by its id; None when there is no such account."""
        if self._id is None:
            return self.title
        return self.found["identifier"] if self.found else None


def parent_account(task: Task, named: NamedAccount) -> dict[str, Any]:
    """Return the account to create something in.

    In check mode, a missing account only causes a warning, as an earlier task would have created it; it has no id then.

    Raises:
        ToolkitError: ``not_found``.
    """
    if named.found is not None:
        return named.found
    missing(task, f"account {named.title}", "Order it first (reseller.toolkit.reseller_account).")
    return {"id": None, "identifier": named.title}
