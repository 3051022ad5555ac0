# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_config``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_config
short_description: Manage a config of a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, renames, describes or removes a config, which is a collection of flags and settings in a product. Removing
    it removes all its flags.
options:
  description:
    description: The description, at most 1000 characters. An empty text removes it.
    type: str
  order:
    description:
      - The position in the product, starting at 0. Several can have the same one.
      - A new config comes last by default.
    type: int
  evaluation_version:
    description:
      - The kind of config. V(v2) has rules with several conditions, prerequisite flags, percentages in rules, and more
        comparators. The vendor plans to phase out V(v1).
      - A new config is V(v2) by default.
      - If the config exists with another one, the task fails, as the API can't change it.
    type: str
    choices: [v1, v2]
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
- name: Ensure a config for the app exists
  reseller.toolkit.configcat_config:
    product: Example shop
    name: Mobile app
    description: What customers see on their phones
  register: app

- name: Rename it
  reseller.toolkit.configcat_config:
    id: "{{ app.config.config_id }}"
    name: App

- name: Remove it with all its flags
  reseller.toolkit.configcat_config:
    product: Example shop
    name: App
    state: absent
"""

RETURN = r"""
config:
  description: The config, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    config_id:
      description: Its id.
      type: str
      sample: 08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f10
    name:
      description: Its name.
      type: str
      sample: Mobile app
    description:
      description: Its description.
      type: str
      sample: What customers see on their phones
    order:
      description: Its position in the product, starting at 0.
      type: int
      sample: 0
    evaluation_version:
      description: The kind of config.
      type: str
      sample: v2
    product:
      description: The product that it belongs to.
      type: dict
      sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
"""

from dataclasses import replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import check_length, check_order
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
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import FORMS, NEWEST, version_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **object_options(),
        "description": {"type": "str"},
        "evaluation_version": {"type": "str", "choices": list(FORMS)},
        "order": {"type": "int"},
    },
    "numbers": ("description",),
    **OBJECT_CONSTRAINTS,
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the config into the desired state."""
    params = checked_object(task.params)
    check_length("description", params["description"])
    check_order("order", params["order"])
    configcat = ConfigCatClient.for_task(task)
    lookup = look_up_in_product(task, configcat, CONFIG, params)
    wanted = {name: params[name] for name in CONFIG.properties}
    version = params["evaluation_version"]
    if params["state"] == "present" and lookup.current is not None:
        check_version(lookup.current, version)
    if lookup.current is not None:
        return ensure_object(task, configcat, CONFIG, lookup, wanted)

    def find() -> dict[str, Any] | Absence:
        """Look the config up again, in case another run adds it first."""
        found = lookup.find()
        if not isinstance(found, Absence):
            check_version(found, version)
        return found

    # Said even if it is the API's default, which may be another one some day.
    first = {"evaluation_version": version or NEWEST}
    return ensure_object(task, configcat, CONFIG, replace(lookup, find=find), {**wanted, **first}, first)


def check_version(config: dict[str, Any], wanted: str | None) -> None:
    """Refuse a config of another kind: the API can't change it, and a second config would serve nobody.

    Raises:
        ToolkitError: ``evaluation_version_differs``.
    """
    current = version_of(config)
    if wanted not in (None, current):
        raise ToolkitError(
            "evaluation_version_differs",
            f"Config {config.get('name')} is a {current} config, and can't become a {wanted} config.",
            hint="Create another config and copy the flags, as the guide about feature flags shows.",
        )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
