# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service packs: read and find them, and compare that of an account.

Private to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import same_text
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import is_whole_number, number_in

#: The collection of service packs.
PATH = "/servicepacks"


def list_servicepacks(client: ResellerClient, enough: Enough | None = None) -> list[dict[str, Any]]:
    """Return all service packs that can be ordered."""
    if enough is None:
        return client.collection(PATH, "id")
    return client.read_cache.get(PATH, PATH, partial(list_servicepacks, client), enough)


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
