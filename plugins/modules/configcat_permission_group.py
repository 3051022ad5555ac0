# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_permission_group``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_permission_group
short_description: Manage a permission group of a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes or removes a permission group of a product, which defines what its members may do.
  - To add members, use M(reseller.toolkit.configcat_member).
options:
  id:
    description: The id of an existing one. Use it to change the O(name), or if several have the same name.
    type: int
  permissions:
    description: >-
      The permissions of members in the product. A permission that is not given stays unchanged, and is off in a new
      group.
    type: dict
    suboptions:
      can_create_or_update_config:
        description: Create and change configs.
        type: bool
      can_create_or_update_environment:
        description: Create and change environments.
        type: bool
      can_create_or_update_segments:
        description: Create and change segments.
        type: bool
      can_create_or_update_setting:
        description: Create and change flags and settings.
        type: bool
      can_create_or_update_tag:
        description: Create and change tags.
        type: bool
      can_delete_config:
        description: Remove configs. Requires C(can_create_or_update_config).
        type: bool
      can_delete_environment:
        description: Remove environments. Requires C(can_create_or_update_environment).
        type: bool
      can_delete_segments:
        description: Remove segments. Requires C(can_create_or_update_segments).
        type: bool
      can_delete_setting:
        description: Remove flags and settings. Requires C(can_create_or_update_setting).
        type: bool
      can_delete_tag:
        description: Remove tags. Requires C(can_create_or_update_tag).
        type: bool
      can_disable_2fa:
        description: Disable two-factor authentication of other members, who lost their device for example.
        type: bool
      can_manage_integrations:
        description: Set up integrations.
        type: bool
      can_manage_members:
        description: Invite and remove members, and set their permission groups.
        type: bool
      can_manage_product_preferences:
        description: Change the preferences of the product.
        type: bool
      can_manage_webhook:
        description: Set up webhooks.
        type: bool
      can_rotate_sdk_key:
        description: Replace SDK keys.
        type: bool
      can_tag_setting:
        description: Attach tags to flags and settings, and detach them.
        type: bool
      can_use_export_import:
        description: Export and import.
        type: bool
      can_view_product_audit_log:
        description: See the audit log of the product.
        type: bool
      can_view_product_statistics:
        description: See the statistics of the product.
        type: bool
      can_view_sdk_key:
        description: See SDK keys.
        type: bool
  access_type:
    description:
      - Whether members may only see the values of flags, or also change them.
      - With V(custom), O(environment_accesses) decides for each environment. It is refused with the other choices.
    type: str
    choices: [readOnly, full, custom]
  new_environment_access_type:
    description: The access to environments that are created later, with O(access_type=custom).
    type: str
    choices: [full, readOnly, none]
  environment_accesses:
    description:
      - The access of members to single environments, with O(access_type=custom). Others stay unchanged.
    type: list
    elements: dict
    suboptions:
      environment:
        description: The environment, by its name or its id.
        type: str
        required: true
      access_type:
        description: Their access to it.
        type: str
        choices: [full, readOnly, none]
        required: true
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.configcat.object
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_member
  - module: reseller.toolkit.configcat_environment
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Allow the customer's editors to change flags in test, and only to see production
  reseller.toolkit.configcat_permission_group:
    product: Example shop
    name: Editors
    access_type: custom
    environment_accesses:
      - environment: production
        access_type: readOnly
      - environment: test
        access_type: full
    permissions:
      can_tag_setting: true
      can_view_product_audit_log: true
  register: editors

- name: Rename it
  reseller.toolkit.configcat_permission_group:
    id: "{{ editors.permission_group.permission_group_id }}"
    name: Editorial team

- name: Remove it
  reseller.toolkit.configcat_permission_group:
    product: Example shop
    name: Editorial team
    state: absent
"""

RETURN = r"""
permission_group:
  description:
    - The permission group, V(none) if it is absent. In check mode, a new one has only the given properties.
    - It also has each of the O(permissions).
  returned: success
  type: dict
  contains:
    permission_group_id:
      description: Its id.
      type: int
      sample: 815
    name:
      description: Its name.
      type: str
      sample: Editors
    access_type:
      description: The access of members to the environments.
      type: str
      sample: custom
    new_environment_access_type:
      description: The access to environments that are created later.
      type: str
      sample: none
    environment_accesses:
      description: The access of members to each environment.
      type: list
      elements: dict
      sample:
        - environment_id: 08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f10
          name: test
          environment_access_type: full
    product:
      description: The product that it belongs to.
      type: dict
      sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    COMPANIONS,
    ENVIRONMENT,
    PERMISSION_GROUP,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import checked_name
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import (
    Lookup,
    checked_object,
    ensure_object,
    look_up_in_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    OBJECT_CONSTRAINTS,
    connection_options,
    object_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import parents_in_product
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import (
    PERMISSIONS,
    collection_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

ENVIRONMENT_ACCESSES = ["full", "readOnly", "none"]
SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **object_options(),
        "id": {"type": "int"},
        "permissions": {"type": "dict", "options": {name: {"type": "bool"} for name in PERMISSIONS}},
        "access_type": {"type": "str", "choices": ["readOnly", "full", "custom"]},
        "new_environment_access_type": {"type": "str", "choices": ENVIRONMENT_ACCESSES},
        "environment_accesses": {
            "type": "list",
            "elements": "dict",
            "options": {
                "environment": {"type": "str", "required": True},
                "access_type": {"type": "str", "choices": ENVIRONMENT_ACCESSES, "required": True},
            },
        },
    },
    **OBJECT_CONSTRAINTS,
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the permission group into the desired state."""
    params = checked_object(task.params)
    accesses: dict[str, str] = {}
    for item in params["environment_accesses"] or []:
        environment = checked_name("environment_accesses", item["environment"])
        if accesses.setdefault(environment, item["access_type"]) != item["access_type"]:
            raise _there_twice(environment)
    if params["state"] == "present":
        check_given_options(params)
    configcat = ConfigCatClient.for_task(task)
    lookup = look_up_in_product(task, configcat, PERMISSION_GROUP, params)
    wanted = {name: params[name] for name in ("name", "access_type", "new_environment_access_type")}
    wanted |= params["permissions"] or {}
    if accesses and params["state"] == "present":
        check_access_type(params["access_type"] or (lookup.current or {}).get("access_type"))
        wanted["environment_accesses"] = wanted_accesses(task, configcat, lookup, accesses)
    if params["state"] == "present":
        check_companions(lookup.current or {}, changes(lookup.current or {}, wanted))
    return ensure_object(task, configcat, PERMISSION_GROUP, lookup, wanted)


def check_given_options(params: dict[str, Any]) -> None:
    """Refuse options that the API would refuse whatever the group is like now.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["environment_accesses"]:
        check_access_type(params["access_type"])
    given = {name: value for name, value in (params["permissions"] or {}).items() if value is not None}
    for permission, companion in COMPANIONS.items():
        if given.get(permission) and given.get(companion) is False:
            raise _lone(permission, companion)


def check_access_type(access_type: str | None) -> None:
    """Refuse access by environment beside an access type that says the same for all environments.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if access_type not in (None, "custom"):
        raise invalid(
            "environment_accesses", f"access_type is {access_type}: only custom allows access by environment."
        )


def check_companions(current: dict[str, Any], changed: dict[str, Any]) -> None:
    """Refuse a change that leaves a permission to delete without the permission that the API requires with it.

    Args:
        current: the existing group; an empty dict for a new one.
        changed: its properties that change.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    group = {**current, **changed}
    for permission, companion in COMPANIONS.items():
        if {permission, companion} & changed.keys() and group.get(permission) and not group.get(companion):
            raise _lone(permission, companion)


def _lone(permission: str, companion: str) -> ToolkitError:
    return invalid(f"permissions.{permission}", f"ConfigCat requires {companion} with it. Set {companion} too.")


def wanted_accesses(
    task: Task, configcat: ConfigCatClient, lookup: Lookup, accesses: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the access to each environment: as it is now, except for those that the user names.

    Raises:
        ToolkitError: ``not_found`` outside check mode, ``ambiguous``, or ``invalid_option`` when two are the same.
    """
    current = [] if lookup.current is None else collection_in(lookup.current, "environment_accesses")
    now = {text_in(item, "environment_id"): item for item in current}
    environments = parents_in_product(task, configcat, ENVIRONMENT, lookup.product, list(accesses))
    named: dict[str, str] = {}
    for given, access in accesses.items():
        number = environments[given].get("environment_id", given)
        # The same environment, once by its name and once by its id.
        if named.setdefault(number, access) != access:
            raise _there_twice(given)
        now[number] = {**now.get(number, {"environment_id": number}), "environment_access_type": access}
    return list(now.values())


def _there_twice(environment: str) -> ToolkitError:
    return invalid("environment_accesses", f"{environment} is given twice, with different access types.")


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
