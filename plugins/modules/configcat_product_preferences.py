# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_product_preferences``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_product_preferences
short_description: Manage the preferences of a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Sets which changes of values require a reason for the audit log, whether flags must have a hint, and how the
    dashboard makes keys.
  - Preferences that are not given stay as they are. Every product has preferences, so they can't be removed.
  - It is separate from M(reseller.toolkit.configcat_product), as preferences name environments, which are created after
    the product.
options:
  product:
    description: The name or the id of the product.
    type: str
    required: true
  reason_required:
    description:
      - Whether changes of values require a reason in all environments.
      - The modules that change values then need their option O(reseller.toolkit.configcat_flag_value#module:reason) or
        O(reseller.toolkit.configcat_flags#module:reason).
    type: bool
  reason_required_environments:
    description:
      - The names or the ids of all environments in which changes of values require a reason. The others don't.
      - An empty list means none. A text is split at commas.
    type: list
    elements: str
  mandatory_setting_hint:
    description: Whether flags and other settings must have a hint.
    type: bool
  key_generation_mode:
    description:
      - The form of the keys that the dashboard makes of names.
      - Keys that a task names are never changed.
    type: str
    choices: [camelCase, lowerCase, upperCase, pascalCase, kebabCase]
  show_variation_id:
    description: Whether the dashboard shows the ids of variations.
    type: bool
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 3 to change something, 2 if unchanged, and 1 more with O(reason_required_environments)."
  - The user of the credentials needs the permission C(can_manage_product_preferences).
seealso:
  - module: reseller.toolkit.configcat_product
  - module: reseller.toolkit.configcat_environment
  - module: reseller.toolkit.configcat_flag_value
"""

EXAMPLES = r"""
- name: Ensure changes in production need a reason, and flags a hint
  reseller.toolkit.configcat_product_preferences:
    product: Example shop
    reason_required_environments: [production]
    mandatory_setting_hint: true
    key_generation_mode: kebabCase

- name: Allow changes without a reason
  reseller.toolkit.configcat_product_preferences:
    product: Example shop
    reason_required: false
    reason_required_environments: []
"""

RETURN = r"""
preferences:
  description: The preferences of the product. In check mode, those of a missing product are only the given ones.
  returned: success
  type: dict
  contains:
    reason_required:
      description: Whether changes of values require a reason in all environments.
      type: bool
      sample: false
    reason_required_environments:
      description: Whether changes of values require a reason, for each environment.
      type: list
      elements: dict
      contains:
        environment_id:
          description: The id of the environment.
          type: str
          sample: 08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f10
        environment_name:
          description: The name of the environment.
          type: str
          sample: production
        reason_required:
          description: Whether changes require a reason.
          type: bool
          sample: true
    mandatory_setting_hint:
      description: Whether flags and other settings must have a hint.
      type: bool
      sample: true
    key_generation_mode:
      description: The form of the keys that the dashboard makes of names.
      type: str
      sample: kebabCase
    show_variation_id:
      description: Whether the dashboard shows the ids of variations.
      type: bool
      sample: false
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ENVIRONMENT, PRODUCT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    checked_name,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    missing_object,
    parent_product,
    picked,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.preferences import (
    BY_ENVIRONMENT,
    KEY_MODES,
    OF_PRODUCT,
    preferences_of,
    put_preferences,
    requirements,
    with_environments,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "product": {"type": "str", "required": True},
        "reason_required": {"type": "bool"},
        "reason_required_environments": {"type": "list", "elements": "str"},
        "mandatory_setting_hint": {"type": "bool"},
        "key_generation_mode": {"type": "str", "choices": list(KEY_MODES)},
        "show_variation_id": {"type": "bool"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the preferences into the desired state."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION)
    given = params[BY_ENVIRONMENT]
    names = None if given is None else [checked_name(BY_ENVIRONMENT, name) for name in given]
    configcat = ConfigCatClient.for_task(task)
    product = parent_product(task, configcat, params["product"])
    current = preferences_of(configcat, product) if product else None
    wanted = {name: params[name] for name in OF_PRODUCT}
    if names is not None:
        environments = configcat.of_product(ENVIRONMENT, name_in(product, PRODUCT.id)) if product else []
        current = with_environments(current, environments) if current else None
        wanted[BY_ENVIRONMENT] = wanted_reasons(task, environments, names)
    return converge(
        task,
        "preferences",
        current=current,
        wanted=wanted,
        update=partial(put_preferences, configcat, product),
    )


def wanted_reasons(task: Task, environments: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """Return which environments of the product must require a reason.

    Raises:
        ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
    """
    found = {name: picked(ENVIRONMENT, environments, name) or missing_object(task, ENVIRONMENT, name) for name in names}
    required = {name_in(one, ENVIRONMENT.id) for one in found.values() if one}
    # Those that an earlier task would have created.
    new = [{"environment_name": name, "reason_required": True} for name, one in found.items() if not one]
    return requirements(environments, required) + new


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
