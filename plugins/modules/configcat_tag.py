# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_tag``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_tag
short_description: Manage a tag of a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, renames, colors or removes a tag, which groups flags of a product. Removing it detaches it from all flags.
  - To attach it to flags, use M(reseller.toolkit.configcat_flag).
options:
  id:
    description: The id of an existing one. Use it to change the O(name), or if several have the same name.
    type: int
  color:
    description: Its color on the dashboard, such as V(#27AE60). An empty text removes it.
    type: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.configcat.object
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_product
  - module: reseller.toolkit.configcat_flag
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Ensure a tag for the flags of the summer exists
  reseller.toolkit.configcat_tag:
    product: Example shop
    name: summer
    color: "#F2C94C"
  register: summer

- name: Rename it
  reseller.toolkit.configcat_tag:
    id: "{{ summer.tag.tag_id }}"
    name: summer sale

- name: Remove it
  reseller.toolkit.configcat_tag:
    product: Example shop
    name: summer sale
    state: absent
"""

RETURN = r"""
tag:
  description: The tag, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    tag_id:
      description: Its id.
      type: int
      sample: 4711
    name:
      description: Its name.
      type: str
      sample: summer
    color:
      description: Its color on the dashboard.
      type: str
      sample: "#F2C94C"
    product:
      description: The product that it belongs to.
      type: dict
      sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import TAG
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import LONGEST_NAME, checked_line
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
        "id": {"type": "int"},
        "color": {"type": "str"},
    },
    **OBJECT_CONSTRAINTS,
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the tag into the desired state."""
    params = checked_object(task.params)
    params["color"] = checked_line("color", params["color"], LONGEST_NAME)
    configcat = ConfigCatClient.for_task(task)
    lookup = look_up_in_product(task, configcat, TAG, params)
    wanted = {"name": params["name"], "color": params["color"]}
    return ensure_object(task, configcat, TAG, lookup, wanted)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
