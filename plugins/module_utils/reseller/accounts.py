# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and service packs: find both, and order an account.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.accounts import (
    known_accounts,
    list_servicepacks,
    reading_of_accounts,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.hostings import get_linux_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    is_domain,
    same_identifier,
    same_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import (
    Absence,
    Contradiction,
    is_whole_number,
    matches,
    number_in,
    only,
    text_in,
)

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient

#: The collection that accounts are ordered in.
PATH = "/accounts"


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

    try:
        with client.evidence.proving(title):
            return client.evidence.agreed(ask)
    except Contradiction as error:
        client.evidence.except_or_raise(error)
        return client.evidence.absent(title)


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
