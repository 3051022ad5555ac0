# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations to products: which ones were not accepted yet, and how to send and withdraw them.

Private to the collection. Source: the vendor's descriptions of the API.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ORGANIZATION, PRODUCT, object_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.members import has_email, members_path
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, number_in, value_in


def invitations_path(parent: dict[str, Any]) -> str:
    """Return the path of the invitations to a product, or to all products of an organization."""
    return f"{object_path(PRODUCT if PRODUCT.id in parent else ORGANIZATION, parent)}/invitations"


def invitations_of(client: ConfigCatClient, parent: dict[str, Any], email: str) -> list[dict[str, Any]]:
    """Return the invitations of an address, in any case, that were not accepted; expired ones are among them.

    Raises:
        Unproven: an invitation does not show its address.
    """
    title, path = f"an invitation of {email}", invitations_path(parent)
    with client.evidence.proving(title):
        items = client.listed(path)
    return [item for item in items if client.evidence.may_be(title, item, "invitation_id", partial(has_email, email))]


def is_open(invitation: dict[str, Any], group_id: int) -> bool:
    """Return whether an invitation is into this permission group and can still be accepted.

    Raises:
        Unreadable: it does not show that.
    """
    return number_in(invitation, "permission_group_id") == group_id and not value_in(invitation, "expired", bool)


def withdraw_invitation(client: ConfigCatClient, invitation: dict[str, Any]) -> None:
    """Withdraw an invitation."""
    client.delete(f"/invitations/{segment(name_in(invitation, 'invitation_id'))}")


def send_invitation(client: ConfigCatClient, product: dict[str, Any], email: str, group_id: int) -> None:
    """Invite someone who is not a member and has no invitation, at most once.

    Raises:
        ToolkitError: ``conflict`` if another run has invited the person into another permission group.
    """
    title = f"invitation of {email}"

    def find() -> dict[str, Any] | Absence:
        found = invitations_of(client, product, email)
        return found[0] if found else client.evidence.absent(title)

    body = {"emails": [email], "permissionGroupId": group_id}
    answer = client.post_free(f"{members_path(product)}/invite", body, client.evidence.absent(title), find)
    if answer is None and not any(is_open(item, group_id) for item in invitations_of(client, product, email)):
        raise ToolkitError(
            "conflict", f"Another run has invited {email} into another permission group.", hint="Run the task again."
        )
