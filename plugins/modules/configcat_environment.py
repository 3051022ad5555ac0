# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_environment``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_environment
short_description: Manage an environment of a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, renames, describes or removes an environment, in which each flag of the product has its own value. Removing
    it removes all values in it.
  - The result shows whether changes of values require a reason. M(reseller.toolkit.configcat_product_preferences)
    changes that.
options:
  color:
    description: Its color on the dashboard, such as V(#27AE60). An empty text removes it.
    type: str
  description:
    description: The description, at most 1000 characters. An empty text removes it.
    type: str
  order:
    description:
      - The position in the product, starting at 0. Several can have the same one.
      - A new environment comes last by default.
    type: int
  cleanup_audit_logs:
    description: Whether O(state=absent) also removes the audit log of the environment, which can't be restored.
    type: bool
    default: false
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.configcat.object
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_product
  - module: reseller.toolkit.configcat_flag_value
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Ensure a staging environment exists
  reseller.toolkit.configcat_environment:
    product: Example shop
    name: staging
    color: "#27AE60"
    description: Where the agency tries things
  register: staging

- name: Rename it
  reseller.toolkit.configcat_environment:
    id: "{{ staging.environment.environment_id }}"
    name: acceptance

- name: Remove it with all values in it
  reseller.toolkit.configcat_environment:
    product: Example shop
    name: acceptance
    state: absent
"""

RETURN = r"""
environment:
  description: The environment, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    environment_id:
      description: Its id.
      type: str
      sample: 08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f10
    name:
      description: Its name.
      type: str
      sample: staging
    color:
      description: Its color on the dashboard.
      type: str
      sample: "#27AE60"
    description:
      description: Its description.
      type: str
      sample: Where the agency tries things
    order:
      description: Its position in the product, starting at 0.
      type: int
      sample: 0
    reason_required:
      description: Whether changes of values in it require a reason.
      type: bool
      sample: false
    product:
      description: The product that it belongs to.
      type: dict
      sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ENVIRONMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_NAME,
    check_length,
    check_order,
    checked_line,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import (
    checked_object,
    ensure_object,
    look_up_in_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    OBJECT_CONSTRAINTS,
    connection_options,
    object_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **object_options(),
        "color": {"type": "str"},
        "description": {"type": "str"},
        "order": {"type": "int"},
        "cleanup_audit_logs": {"type": "bool", "default": False},
    },
    "numbers": ("description",),
    **OBJECT_CONSTRAINTS,
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the environment into the desired state."""
    params = checked_object(task.params)
    params["color"] = checked_line("color", params["color"], LONGEST_NAME)
    check_length("description", params["description"])
    check_order("order", params["order"])
    configcat = ConfigCatClient.for_task(task)
    lookup = look_up_in_product(task, configcat, ENVIRONMENT, params)
    wanted = {name: params[name] for name in ENVIRONMENT.properties}
    cleanup = "true" if params["cleanup_audit_logs"] else None
    return ensure_object(task, configcat, ENVIRONMENT, lookup, wanted, cleanupAuditLogs=cleanup)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
