# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_member``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_member
short_description: Manage a member of a ConfigCat product or organization
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Adds a person to a product with the rights of a permission group, or removes the person from a product, or from an
    organization with all of its products.
  - A member of the organization becomes a member of the product at once. Everybody else is invited by e-mail, and
    becomes a member by accepting the invitation.
  - The API does not return invitations. So the module records them in O(state_dir) and does not resend them. Without a
    persistent O(state_dir), every run sends another invitation until the person is a member.
options:
  email:
    description: The person's e-mail address.
    type: str
    required: true
  product:
    description: The product, by its name or its id.
    type: str
  permission_group:
    description:
      - The permission group in the product, by its name or its id.
      - Required with O(state=present). A member has exactly one group, so the member leaves any other.
    type: str
  organization:
    description: With O(state=absent), the organization to remove the person from, by its name or its id.
    type: str
  resend_invitation:
    description: Whether to send the invitation into this group again, for example because it was lost or has expired.
    type: bool
    default: false
  state:
    description:
      - Desired state of the membership.
      - The API can't revoke an invitation that was not accepted yet. Revoke it on the dashboard.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_permission_group
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Ensure an editor of the customer is a member
  reseller.toolkit.configcat_member:
    email: ada@example.com
    product: Example shop
    permission_group: Editors

- name: Remove someone from the product
  reseller.toolkit.configcat_member:
    email: grace@example.com
    product: Example shop
    state: absent

- name: Remove someone from the organization
  reseller.toolkit.configcat_member:
    email: grace@example.com
    organization: Agency
    state: absent
"""

RETURN = r"""
member:
  description: The member. V(none) if the person is not a member, or not yet.
  returned: success
  type: dict
  contains:
    user_id:
      description: The person's id.
      type: str
      sample: 08d86d63-2721-4da6-8c06-584521d516bc
    email:
      description: The person's e-mail address.
      type: str
      sample: ada@example.com
    full_name:
      description: The person's name.
      type: str
      sample: Ada Lovelace
    permission_group_id:
      description: The id of the permission group.
      type: int
      sample: 815
    product_id:
      description: The id of the product.
      type: str
      sample: 08d86d63-2721-4da6-8c06-584521d516bc
invited:
  description: Whether the person is invited, now or by an earlier run, and not a member yet.
  returned: success
  type: bool
  sample: false
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import PERMISSION_GROUP
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.members import (
    Invitations,
    checked_email,
    member_of,
    put_into_group,
    remove_member,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    find_product,
    parent_in_product,
    parent_organization,
    parent_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "email": {"type": "str", "required": True},
        "product": {"type": "str"},
        "permission_group": {"type": "str"},
        "organization": {"type": "str"},
        "resend_invitation": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("permission_group",),
    "required_if": [
        ("state", "present", ("product", "permission_group")),
        ("state", "absent", ("product", "organization"), True),
    ],
    "mutually_exclusive": [("product", "organization")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the membership into the desired state."""
    longest = {"product": LONGEST_DESCRIPTION, "organization": LONGEST_DESCRIPTION, "permission_group": LONGEST_NAME}
    params = with_checked_names(task.params, **longest)
    email = checked_email("email", params["email"])
    check_place(params)
    configcat = ConfigCatClient.for_task(task)
    apply = add_or_invite if params["state"] == "present" else withdraw_or_remove
    return apply(task, configcat, params, email)


def check_place(params: dict[str, Any]) -> None:
    """Refuse a task that names no place. An option that is present but null passes Ansible's own check.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["product"] is None and (params["state"] == "present" or params["organization"] is None):
        raise invalid("product", "it is required.")
    if params["permission_group"] is None and params["state"] == "present":
        raise invalid("permission_group", "it is required with state: present.")


def add_or_invite(task: Task, configcat: ConfigCatClient, params: dict[str, Any], email: str) -> dict[str, Any]:
    """Make the person a member with the rights of the group, or invite the person."""
    product = parent_product(task, configcat, params["product"])
    group = parent_in_product(task, configcat, PERMISSION_GROUP, product, params["permission_group"])
    wanted: dict[str, Any] = {"email": email, "permission_group_id": group.get(PERMISSION_GROUP.id)}
    if not group:
        # In check mode, an earlier task would have created it.
        return {**converge(task, "member", current=None, wanted=wanted), "invited": False}
    member = member_of(configcat, product, email)
    person = member or member_of(configcat, product["organization"], email)
    invitations = Invitations(task, configcat, product)
    if person is None:
        return invite(task, invitations, wanted)
    if not task.check_mode:
        invitations.settle(email)

    def put(person: dict[str, Any]) -> dict[str, Any]:
        return put_into_group(configcat, product, person, wanted["permission_group_id"])

    result = converge(
        task,
        "member",
        current=member,
        wanted={**wanted, "email": person["email"]},
        create=lambda: {"member": put(person)},
        update=lambda current, _changed: put(current),
    )
    return {**result, "invited": False}


def invite(task: Task, invitations: Invitations, wanted: dict[str, Any]) -> dict[str, Any]:
    """Invite someone who is not in the organization, unless an invitation is open."""
    group_id = wanted["permission_group_id"]
    if invitations.is_open(wanted["email"], group_id) and not task.params["resend_invitation"]:
        return {"member": None, "invited": True, "diff": {"before": {}, "after": {}}}
    if not task.check_mode:
        invitations.send(wanted["email"], group_id)
    return {"changed": True, "member": None, "invited": True, "diff": {"before": {}, "after": wanted}}


def withdraw_or_remove(task: Task, configcat: ConfigCatClient, params: dict[str, Any], email: str) -> dict[str, Any]:
    """Remove the person from the product or from the organization."""
    if params["organization"] is not None:
        parent = parent_organization(configcat, params["organization"])
    else:
        parent = find_product(configcat, params["product"]) or {}
        if parent:
            withdraw(task, Invitations(task, configcat, parent), email)
    result = converge(
        task,
        "member",
        current=member_of(configcat, parent, email) if parent else None,
        wanted=None,
        delete=lambda member: remove_member(configcat, parent, member),
    )
    return {**result, "invited": False}


def withdraw(task: Task, invitations: Invitations, email: str) -> None:
    """Forget open invitations, and warn that they may still be accepted."""
    if invitations.is_any_open(email):
        task.warn(f"An invitation was sent to {email}. If it was not accepted yet, revoke it on the dashboard.")
        if not task.check_mode:
            invitations.settle(email)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
