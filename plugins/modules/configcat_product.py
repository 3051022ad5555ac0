# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_product``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_product
short_description: Manage a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, renames, describes or removes a product of an organization. Removing it removes all its configs and flags.
options:
  organization:
    description:
      - The name or the id of the organization.
      - Required only if there are several.
    type: str
  name:
    description:
      - The product's name. It identifies the product, unless O(id) is given.
      - It has at most 1000 characters.
    type: str
  id:
    description:
      - The id of an existing product. Use it to change the O(name), or if several products have the same name.
    type: str
  description:
    description: The description, at most 1000 characters. An empty text removes it.
    type: str
  order:
    description:
      - The position among the products, starting at 0. Several can have the same one.
      - A new product comes last by default.
    type: int
  state:
    description:
      - Desired state of the product.
      - V(absent) removes it with everything in it.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_info
  - module: reseller.toolkit.configcat_config
  - module: reseller.toolkit.configcat_product_preferences
"""

EXAMPLES = r"""
- name: Ensure a product for a customer exists
  reseller.toolkit.configcat_product:
    name: Example shop
    description: The web shop of Example Ltd
  register: shop

- name: Rename it
  reseller.toolkit.configcat_product:
    id: "{{ shop.product.product_id }}"
    name: Example store

- name: Remove it with everything in it
  reseller.toolkit.configcat_product:
    name: Example store
    state: absent
"""

RETURN = r"""
product:
  description: The product, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    product_id:
      description: Its id.
      type: str
      sample: 08d86d63-2721-4da6-8c06-584521d516bc
    name:
      description: Its name.
      type: str
      sample: Example shop
    description:
      description: Its description.
      type: str
      sample: The web shop of Example Ltd
    order:
      description: Its position among the products, starting at 0.
      type: int
      sample: 0
    reason_required:
      description: Whether changes of values require a reason in all of its environments.
      type: bool
      sample: false
    organization:
      description: The organization that it belongs to.
      type: dict
      sample: {"organization_id": "08d86d63-2720-4f0e-8a3c-6d0f7b0f2a11", "name": "Agency"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import PRODUCT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    check_length,
    check_order,
    checked_id,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import (
    ensure_object,
    look_up_by_id,
    look_up_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "organization": {"type": "str"},
        "name": {"type": "str"},
        "id": {"type": "str"},
        "description": {"type": "str"},
        "order": {"type": "int"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("description",),
    "required_one_of": [("name", "id")],
    "mutually_exclusive": [("organization", "id")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the product into the desired state."""
    params = with_checked_names(task.params, name=LONGEST_DESCRIPTION, organization=LONGEST_DESCRIPTION)
    check_length("description", params["description"])
    check_order("order", params["order"])
    if params["id"] is not None:
        params["id"] = checked_id("id", params["id"])
    elif params["name"] is None:
        raise invalid("name", "it is required unless id is given.")
    configcat = ConfigCatClient.for_task(task)
    lookup = look_up_product(configcat, params) if params["id"] is None else look_up_by_id(configcat, PRODUCT, params)
    wanted = {name: params[name] for name in PRODUCT.properties}
    return ensure_object(task, configcat, PRODUCT, lookup, wanted)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
