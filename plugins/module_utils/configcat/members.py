# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People: who is a member of a product or an organization, who is invited, and who shall not be any more.

Private to the collection. The API sends invitations and shows none. So what was sent is remembered in the state folder,
until the person is seen as a member: otherwise every run would send another one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import PRODUCT, ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, name_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: What is remembered of a person in place of an invitation that counts no more.
SETTLED = "settled"


def checked_email(option: str, text: str) -> str:
    """An e-mail address in the form that is compared and sent.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    address = line_of(option, text)
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", address):
        raise invalid(option, f"{text!r} is not an e-mail address.")
    return address


def members_path(parent: dict[str, Any]) -> str:
    """The path of the members of a product or of an organization."""
    if PRODUCT.id in parent:
        return f"{PRODUCT.path}/{segment(parent[PRODUCT.id])}/members"
    return f"/organizations/{segment(parent['organization_id'])}/members"


def member_of(client: ConfigCatClient, parent: dict[str, Any], email: str) -> dict[str, Any] | None:
    """The member of a product or of an organization with this address, in any case; None when there is none.

    Raises:
        ToolkitError: ``ambiguous``.
        Unproven: a member does not tell its address.
    """
    title, path = f"member {email}", members_path(parent)
    with client.evidence.proving(title):
        items = client.listed(path)
    found = client.evidence.find_in(
        title, items, "user_id", lambda item: text_in(item, "email").casefold() == email.casefold()
    )
    return None if isinstance(found, Absence) else found


def remove_member(client: ConfigCatClient, parent: dict[str, Any], member: dict[str, Any]) -> None:
    """Remove a member from a product or from an organization."""
    client.delete(f"{members_path(parent)}/{segment(name_in(member, 'user_id'))}")


def put_into_group(
    client: ConfigCatClient, product: dict[str, Any], person: dict[str, Any], group_id: int
) -> dict[str, Any]:
    """Put a member of the organization into a permission group, and so out of the product's others."""
    path = f"{members_path(product['organization'])}/{segment(name_in(person, 'user_id'))}"
    # Of each product there can be one group only, so that once more is the same as once.
    client.write("POST", path, {"permission_group_ids": [group_id]}, repeat=True)
    return {**person, "product_id": product[PRODUCT.id], "permission_group_id": group_id}


class Invitations:
    """The invitations into a product that were sent from here.

    Args:
        task: warnings are given to it.
        client: sends them.
        product: the product.
    """

    def __init__(self, task: Task, client: ConfigCatClient, product: dict[str, Any]) -> None:
        self._client = client
        self._path = f"{members_path(product)}/invite"
        self._remembered = WriteOnlySettings(client.state_dir, f"{client.api_url} {self._path}", task.warn)

    def is_open(self, email: str, group_id: int) -> bool:
        """Whether the last that was sent to this address is one into this permission group, and may be accepted yet."""
        return self._remembered.is_last(email.casefold(), group_id)

    def is_any_open(self, email: str) -> bool:
        """Whether any was sent to this address that may be accepted yet."""
        address = email.casefold()
        return self._remembered.is_known(address) and not self._remembered.is_last(address, SETTLED)

    def send(self, email: str, group_id: int) -> None:
        """Invite someone. After an outcome that is in doubt it does not count as sent."""
        body = {"emails": [email], "permission_group_id": group_id}
        self._remembered.set(email.casefold(), group_id, lambda: self._client.write("POST", self._path, body))

    def settle(self, email: str) -> None:
        """Count on none to this address any more: the person was seen as a member, or shall not be one."""
        if self.is_any_open(email):
            self._remembered.set(email.casefold(), SETTLED, lambda: None)
