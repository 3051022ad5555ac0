# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_product``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_product
short_description: Manage a product of ConfigCat
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Makes a product in an organization, renames it, describes it, or removes it with all its configs and flags.
options:
  organization:
    description:
      - The name or the id of the organization.
      - Needed only if there are several.
    type: str
  name:
    description:
      - The product's name. It is found by it, unless O(id) is given.
      - It has at most 1000 characters.
    type: str
  id:
    description:
      - The id of a product that is there, to give it another O(name), or to tell it from others of the same name.
    type: str
  description:
    description: What the product is. It has at most 1000 characters. An empty text removes it.
    type: str
  state:
    description:
      - Whether it shall be there.
      - With V(absent) everything in it goes with it.
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
"""

EXAMPLES = r"""
- name: Have a product for a customer
  reseller.toolkit.configcat_product:
    name: Example shop
    description: The web shop of Example Ltd
  register: shop

- name: Give it another name
  reseller.toolkit.configcat_product:
    id: "{{ shop.product.product_id }}"
    name: Example store

- name: Remove it with all that is in it
  reseller.toolkit.configcat_product:
    name: Example store
    state: absent
"""

RETURN = r"""
product:
  description: The product, V(none) if it is absent. In check mode one that would be made has only what is given.
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
      description: What it is.
      type: str
      sample: The web shop of Example Ltd
    order:
      description: Its place among the products, from 0 on.
      type: int
      sample: 0
    reason_required:
      description: Whether changes of values need a reason in all of its environments.
      type: bool
      sample: false
    organization:
      description: The organization that it belongs to.
      type: dict
      sample: {"organization_id": "08d86d63-2720-4f0e-8a3c-6d0f7b0f2a11", "name": "Agency"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import (
    PRODUCT,
    ConfigCatClient,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.names import (
    LONGEST_TEXT,
    check_length,
    checked_id,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import Place, place_by_id, see_to
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    is_organization,
    parent_organization,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, name_in, text_in, value_in
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
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("description",),
    "required_one_of": [("name", "id")],
    "mutually_exclusive": [("organization", "id")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Make the product as wanted."""
    params = with_checked_names(task.params, name=LONGEST_TEXT, organization=LONGEST_TEXT)
    check_length("description", params["description"])
    if params["id"] is not None:
        params["id"] = checked_id("id", params["id"])
    elif params["name"] is None:
        raise invalid("name", "it is needed unless id is given.")
    configcat = ConfigCatClient.for_task(task)
    place = place_of(configcat, params) if params["id"] is None else place_by_id(configcat, PRODUCT, params)
    wanted = {"name": params["name"], "description": params["description"]}
    return see_to(task, configcat, PRODUCT, place, wanted)


def place_of(configcat: ConfigCatClient, params: dict[str, Any]) -> Place:
    """The place of the product among those of its organization, which is only needed to make it."""
    name, organization = params["name"], params["organization"]

    def is_in_organization(item: dict[str, Any]) -> bool:
        return organization is None or is_organization(value_in(item, "organization", dict), organization)

    def find() -> dict[str, Any] | Absence:
        title = f"product {name}"
        with configcat.evidence.proving(title):
            products = configcat.products()
        return configcat.evidence.find_in(
            title, products, PRODUCT.id, lambda item: text_in(item, "name") == name, is_in_organization
        )

    found = find()
    if not isinstance(found, Absence) or params["state"] == "absent":
        return Place(found, "", find)
    owner = parent_organization(configcat, organization)
    return Place(found, f"/organizations/{name_in(owner, 'organization_id')}{PRODUCT.path}", find)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
