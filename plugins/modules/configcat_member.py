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
    organization with all of its products. Also sets the roles of a member of an organization.
  - A member of the organization becomes a member of the product at once. Everybody else is invited by e-mail, and
    becomes a member by accepting the invitation.
  - An invitation that is open is not sent again. One that has expired, or that is into another permission group, is
    withdrawn, and a new one is sent.
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
      - Required with O(product) and O(state=present). A member has exactly one group, so the member leaves any other.
    type: str
  organization:
    description:
      - The organization, by its name or its id.
      - With O(state=present), its member gets the roles O(is_admin) and O(is_billing_manager). At least one of them is
        required.
      - With O(state=absent), the person is removed from it.
    type: str
  is_admin:
    description: Whether the member is an administrator of O(organization). It stays unchanged if it is not given.
    type: bool
  is_billing_manager:
    description: Whether the member is a billing manager of O(organization). It stays unchanged if it is not given.
    type: bool
  leave_other_products:
    description:
      - Whether the member leaves all other products of the organization, with O(product) and O(state=present).
      - Somebody who is invited is not a member of others.
    type: bool
    default: false
  resend_invitation:
    description: Whether to withdraw an open invitation and send another one, for example because it was lost.
    type: bool
    default: false
  state:
    description:
      - Desired state of the membership.
      - With V(absent), invitations that were not accepted yet are withdrawn.
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

- name: Ensure a member of the agency manages its bills
  reseller.toolkit.configcat_member:
    email: linus@example.com
    organization: Agency
    is_billing_manager: true

- name: Ensure a freelancer can see only the product of one customer
  reseller.toolkit.configcat_member:
    email: grace@example.com
    product: Example shop
    permission_group: Editors
    leave_other_products: true

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
      description: The id of the permission group. Returned with O(product).
      type: int
      sample: 815
    product_id:
      description: The id of the product. Returned with O(product).
      type: str
      sample: 08d86d63-2721-4da6-8c06-584521d516bc
    other_products:
      description: The names of the member's other products. Returned with O(leave_other_products=true).
      type: list
      elements: str
      sample: []
    is_admin:
      description: Whether the member is an administrator of the organization. Returned with O(organization).
      type: bool
      sample: false
    is_billing_manager:
      description: Whether the member is a billing manager of the organization. Returned with O(organization).
      type: bool
      sample: true
    two_factor_enabled:
      description: Whether the member uses two-factor authentication. Returned with O(organization).
      type: bool
      sample: true
    permissions:
      description: The products of the member, each with the permission group. Returned with O(organization).
      type: list
      elements: dict
      sample:
        - product: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
          permission_group: {"permission_group_id": 815, "name": "Editors"}
invited:
  description: Whether the person is invited to the product, and not a member yet.
  returned: success
  type: bool
  sample: false
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.invitations import (
    invitations_of,
    is_open,
    send_invitation,
    withdraw_invitation,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import PERMISSION_GROUP
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.members import (
    change_permissions,
    checked_email,
    member_of,
    other_products,
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
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
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
        "is_admin": {"type": "bool"},
        "is_billing_manager": {"type": "bool"},
        "leave_other_products": {"type": "bool", "default": False},
        "resend_invitation": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("permission_group",),
    "required_one_of": [("product", "organization")],
    "mutually_exclusive": [
        ("product", "organization"),
        ("permission_group", "organization"),
        *((place, role) for place in ("product", "permission_group") for role in ("is_admin", "is_billing_manager")),
    ],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the membership into the desired state."""
    longest = {"product": LONGEST_DESCRIPTION, "organization": LONGEST_DESCRIPTION, "permission_group": LONGEST_NAME}
    params = with_checked_names(task.params, **longest)
    email = checked_email("email", params["email"])
    check_place(params)
    configcat = ConfigCatClient.for_task(task)
    if params["state"] == "absent":
        return withdraw_and_remove(task, configcat, params, email)
    if params["organization"] is not None:
        return set_roles(task, configcat, params, email)
    return add_or_invite(task, configcat, params, email)


def check_place(params: dict[str, Any]) -> None:
    """Refuse a task that names no place, or does not say what the person may do there.

    An option that is present but null passes Ansible's own check.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["product"] is None and params["organization"] is None:
        raise invalid("product", "it or organization is required.")
    if params["state"] == "absent":
        return
    if params["product"] is not None and params["permission_group"] is None:
        raise invalid("permission_group", "it is required with product and state: present.")
    if params["organization"] is not None and params["is_admin"] is None and params["is_billing_manager"] is None:
        raise invalid("is_admin", "it or is_billing_manager is required with organization and state: present.")


def set_roles(task: Task, configcat: ConfigCatClient, params: dict[str, Any], email: str) -> dict[str, Any]:
    """Set the roles of a member of the organization.

    Raises:
        ToolkitError: ``not_found`` outside check mode if the person is not a member.
    """
    organization = parent_organization(configcat, params["organization"])
    person = member_of(configcat, organization, email)
    if person is None:
        missing(task, f"member {email}", "Invite the person to a product of the organization first.")
    result = converge(
        task,
        "member",
        current=person,
        wanted={name: params[name] for name in ("is_admin", "is_billing_manager")},
        update=lambda current, changed: change_permissions(configcat, organization, current, changed),
    )
    return {**result, "invited": False}


def add_or_invite(task: Task, configcat: ConfigCatClient, params: dict[str, Any], email: str) -> dict[str, Any]:
    """Make the person a member with the rights of the group, or invite the person."""
    product = parent_product(task, configcat, params["product"])
    group = parent_in_product(task, configcat, PERMISSION_GROUP, product, params["permission_group"])
    wanted: dict[str, Any] = {"email": email, "permission_group_id": group.get(PERMISSION_GROUP.id)}
    if not group:
        # In check mode, an earlier task would have created it.
        return {**converge(task, "member", current=None, wanted=wanted), "invited": False}
    member = member_of(configcat, product, email)
    person = member
    if member is None or params["leave_other_products"]:
        person = member_of(configcat, product["organization"], email)
    if person is None and member is not None:
        raise Unproven(f"member {email}", "the product lists it, and the organization of the product does not")
    if person is None:
        return invite(task, configcat, product, wanted)
    if params["leave_other_products"]:
        member = None if member is None else {**member, "other_products": other_products(person, product)}
        wanted["other_products"] = []
    if member is None:
        # Accepted later, an old invitation would put the person into another group.
        withdraw(task, configcat, invitations_of(configcat, product, email))

    def put(person: dict[str, Any]) -> dict[str, Any]:
        return put_into_group(
            configcat, product, person, wanted["permission_group_id"], alone=params["leave_other_products"]
        )

    result = converge(
        task,
        "member",
        current=member,
        wanted={**wanted, "email": person["email"]},
        create=lambda: {"member": put(person)},
        update=lambda current, _changed: put(current),
    )
    return {**result, "invited": False}


def invite(task: Task, configcat: ConfigCatClient, product: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Invite someone who is not in the organization, unless exactly this invitation is open."""
    email, group_id = wanted["email"], wanted["permission_group_id"]
    found = invitations_of(configcat, product, email)
    kept = [item for item in found if is_open(item, group_id) and not task.params["resend_invitation"]][:1]
    outdated = [item for item in found if item not in kept]
    withdraw(task, configcat, outdated)
    if not kept and not task.check_mode:
        send_invitation(configcat, product, email, group_id)
    before = {"withdrawn_invitations": outdated} if outdated else {}
    diff = {"before": before, "after": {} if kept else wanted}
    return {"changed": bool(outdated) or not kept, "member": None, "invited": True, "diff": diff}


def withdraw_and_remove(task: Task, configcat: ConfigCatClient, params: dict[str, Any], email: str) -> dict[str, Any]:
    """Withdraw invitations, and remove the person from the product or from the organization."""
    if params["organization"] is not None:
        parent = parent_organization(configcat, params["organization"])
    else:
        parent = find_product(configcat, params["product"]) or {}
    member = member_of(configcat, parent, email) if parent else None
    found = invitations_of(configcat, parent, email) if parent else []
    withdraw(task, configcat, found)
    result = converge(
        task, "member", current=member, wanted=None, delete=lambda member: remove_member(configcat, parent, member)
    )
    if found:
        before = {**result["diff"]["before"], "withdrawn_invitations": found}
        result = {**result, "changed": True, "diff": {**result["diff"], "before": before}}
    return {**result, "invited": False}


def withdraw(task: Task, configcat: ConfigCatClient, invitations: list[dict[str, Any]]) -> None:
    """Withdraw invitations, outside check mode."""
    for invitation in [] if task.check_mode else invitations:
        withdraw_invitation(configcat, invitation)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
