# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of products and organizations, and invitations.

Private to the collection. The API sends invitations but lists none. So each invitation is recorded in the state folder
until the person is seen as a member; otherwise every run would send another one.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ORGANIZATION, PRODUCT, object_path
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, name_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The value that is recorded in place of an invitation that no longer counts.
SETTLED = "settled"


def checked_email(option: str, text: str) -> str:
    """Return an e-mail address in the form that is compared and sent.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    address = line_of(option, text)
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", address):
        raise invalid(option, f"{text!r} is not an e-mail address.")
    return address


def members_path(parent: dict[str, Any]) -> str:
    """Return the path of the members of a product or of an organization."""
    return f"{object_path(PRODUCT if PRODUCT.id in parent else ORGANIZATION, parent)}/members"


def member_of(client: ConfigCatClient, parent: dict[str, Any], email: str) -> dict[str, Any] | None:
    """Return the member of a product or an organization with this address, in any case; None if there is none.

    Raises:
        ToolkitError: ``ambiguous``.
        Unproven: a member does not show its address.
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
    """Assign a member of the organization to a permission group, which replaces any other group of the product."""
    path = f"{members_path(product['organization'])}/{segment(name_in(person, 'user_id'))}"
    # A member has one group in each product, so sending it twice is the same as once.
    client.write("POST", path, {"permission_group_ids": [group_id]}, repeat=True)
    return {**person, "product_id": product[PRODUCT.id], "permission_group_id": group_id}


class Invitations:
    """The invitations to a product that were sent from this machine.

    Args:
        task: receives warnings.
        client: sends the invitations.
        product: the product.
    """

    def __init__(self, task: Task, client: ConfigCatClient, product: dict[str, Any]) -> None:
        self._client = client
        self._path = f"{members_path(product)}/invite"
        self._remembered = WriteOnlySettings(client.storage, f"{client.api_url} {self._path}", task.warn)

    def is_open(self, email: str, group_id: int) -> bool:
        """Return whether the last invitation to this address is for this permission group and may still be accepted."""
        return self._remembered.is_last(email.casefold(), group_id)

    def is_any_open(self, email: str) -> bool:
        """Return whether any invitation to this address may still be accepted."""
        address = email.casefold()
        return self._remembered.is_known(address) and not self._remembered.is_last(address, SETTLED)

    def send(self, email: str, group_id: int) -> None:
        """Invite someone. An invitation whose outcome is unknown does not count as sent."""
        body = {"emails": [email], "permission_group_id": group_id}
        self._remembered.set(email.casefold(), group_id, lambda: self._client.write("POST", self._path, body))

    def settle(self, email: str) -> None:
        """Close all invitations to this address: the person was seen as a member, or must not become one."""
        if self.is_any_open(email):
            self._remembered.set(email.casefold(), SETTLED, lambda: None)
