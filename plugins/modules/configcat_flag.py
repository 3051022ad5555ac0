# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_flag``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_flag
short_description: Manage a feature flag or setting of ConfigCat
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, names, describes, tags or removes a feature flag or another setting of a config. Removing it removes it
    from all environments.
  - To set the value that it serves, use M(reseller.toolkit.configcat_flag_value). To manage many flags with their
    values, use M(reseller.toolkit.configcat_flags).
  - The API can't change a setting's key or type.
options:
  product:
    description: The name or the id of the product.
    type: str
    required: true
  config:
    description: The name or the id of the config in the product.
    type: str
    required: true
  key:
    description:
      - The key that code uses to evaluate the flag. It identifies the flag, so it can't be changed.
      - Every existing key is accepted. A new one begins with a letter, followed by letters, digits, underscores,
        hyphens, periods and colons.
    type: str
    required: true
  name:
    description:
      - The name that people see.
      - The default for a new flag is its key.
    type: str
  type:
    description:
      - The type of the values that it serves, V(boolean) for a feature flag.
      - The default for a new flag is V(boolean). The task fails if the existing flag has another type.
    type: str
    choices: [boolean, string, int, double]
  hint:
    description: A description of its purpose, at most 1000 characters. An empty text removes it.
    type: str
  tags:
    description: >-
      The names of all its tags. Other tags are detached. Create tags with M(reseller.toolkit.configcat_tag). A text is
      split at commas.
    type: list
    elements: str
  order:
    description:
      - The position in the list, starting at 0. Several can have the same one.
      - A new flag comes last by default.
    type: int
  copy_from:
    description:
      - The key of another flag of the same type in the config, which a new flag begins as - with its values in all
        environments, their rules, and its tags unless O(tags) is given.
      - It does not change a flag that exists.
    type: str
  initial_values:
    description:
      - What a new flag serves at first, by the names or the ids of environments. In other environments it serves
        V(false), V(0) or an empty text.
      - It does not change a flag that exists. Use M(reseller.toolkit.configcat_flag_value) for that, and for rules.
    type: dict
  state:
    description:
      - Desired state of the flag.
      - Without the flag, applications use the default value in their code.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_flag_value
  - module: reseller.toolkit.configcat_flags
  - module: reseller.toolkit.configcat_tag
"""

EXAMPLES = r"""
- name: Ensure a feature flag exists
  reseller.toolkit.configcat_flag:
    product: Example shop
    config: Web site
    key: new_checkout
    name: New checkout
    hint: The checkout in one page
    tags: [checkout]

- name: Ensure a text setting that can change without a release exists
  reseller.toolkit.configcat_flag:
    product: Example shop
    config: Web site
    key: banner_text
    type: string

- name: Ensure a flag exists that is enabled in test from the start
  reseller.toolkit.configcat_flag:
    product: Example shop
    config: Web site
    key: new_search
    initial_values:
      test: true

- name: Ensure a flag exists that begins with the values and rules of another one
  reseller.toolkit.configcat_flag:
    product: Example shop
    config: Web site
    key: new_payment
    copy_from: new_checkout

- name: Remove a flag that no code uses anymore
  reseller.toolkit.configcat_flag:
    product: Example shop
    config: Web site
    key: old_checkout
    state: absent
"""

RETURN = r"""
flag:
  description: The flag, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    setting_id:
      description: Its id.
      type: int
      sample: 4711
    key:
      description: Its key.
      type: str
      sample: new_checkout
    name:
      description: Its name.
      type: str
      sample: New checkout
    hint:
      description: Its purpose.
      type: str
      sample: The checkout in one page
    setting_type:
      description: The type of the values that it serves.
      type: str
      sample: boolean
    order:
      description: Its position in the list, starting at 0.
      type: int
      sample: 0
    tags:
      description: The names of its tags, sorted.
      type: list
      elements: str
      sample: [checkout]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.first_values import checked_first_values
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import (
    Tags,
    absent_flag,
    add_flag,
    change_flag,
    check_kind,
    flag_options,
    flags_of,
    new_flag,
    remove_flag,
    tags_to_send,
    wanted_flag,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    checked_key,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    find_in_product,
    find_product,
    parent_in_product,
    parent_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "product": {"type": "str", "required": True},
        "config": {"type": "str", "required": True},
        "key": {"type": "str", "required": True, "no_log": False},
        **flag_options(),
        "copy_from": {"type": "str", "no_log": False},
        "initial_values": {"type": "dict"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("hint",),
    "mutually_exclusive": [("copy_from", "initial_values")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the flag into the desired state."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME)
    key = checked_key("key", params["key"])
    wanted = wanted_flag("", params)
    first_values = checked_first_values(params)
    configcat = ConfigCatClient.for_task(task)
    if params["state"] == "absent":
        return remove(task, configcat, params, key)
    product = parent_product(task, configcat, params["product"])
    config = parent_in_product(task, configcat, CONFIG, product, params["config"])
    flags = flags_of(configcat, config)
    current = flags.get(key)
    beginning: dict[str, Any] = {}
    if current is not None:
        check_kind("type", current, wanted["setting_type"])
    else:
        wanted = new_flag("key", key, first_values.with_type(wanted, flags))
        beginning = first_values.to_send(task, configcat, product, flags, wanted["setting_type"])
    absence = absent_flag(configcat, key) if current is None else None
    tag_ids = Tags(task, configcat, product).ids(tags_to_send(current or {}, changes(current or {}, wanted)))
    return converge(
        task,
        "flag",
        current=current,
        wanted=wanted,
        create=lambda: {"flag": add_flag(configcat, config, wanted, tag_ids, absence, beginning)},
        update=lambda flag, changed: change_flag(configcat, flag, changed, tag_ids),
    )


def remove(task: Task, configcat: ConfigCatClient, params: dict[str, Any], key: str) -> dict[str, Any]:
    """Remove the flag if it, its config and its product exist."""
    product = find_product(configcat, params["product"])
    config = find_in_product(configcat, CONFIG, product or {}, params["config"])
    current = flags_of(configcat, config or {}).get(key)
    return converge(task, "flag", current=current, wanted=None, delete=lambda flag: remove_flag(configcat, flag))


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
