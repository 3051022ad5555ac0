# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_predefined_variations``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_predefined_variations
short_description: Manage the predefined variations of a ConfigCat flag
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Sets the values that people choose from on the dashboard, each with a name and a hint.
  - They don't change what the flag serves. For that, use M(reseller.toolkit.configcat_flag_value).
  - It is separate from M(reseller.toolkit.configcat_flag), as the API has them apart, and a flag's variations take one
    more request to read.
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
    description: The key of the flag or setting.
    type: str
    required: true
  variations:
    description:
      - All predefined variations, in this order. Others are removed.
      - One that has the value of an existing one keeps its id.
      - An empty list removes all, so that any value can be served.
    type: list
    elements: dict
    required: true
    suboptions:
      value:
        description: The value, of the flag's type.
        type: raw
        required: true
      name:
        description: Its name, at most 255 characters.
        type: str
      hint:
        description: A description of its purpose, at most 1000 characters.
        type: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 6 to change something, 4 if unchanged."
seealso:
  - module: reseller.toolkit.configcat_flag
  - module: reseller.toolkit.configcat_flag_value
"""

EXAMPLES = r"""
- name: Ensure people can choose from three texts
  reseller.toolkit.configcat_predefined_variations:
    product: Example shop
    config: Web site
    key: banner_text
    variations:
      - value: Welcome
        name: Usual
      - value: Happy holidays
        name: Holidays
        hint: From December 20 to January 6
      - value: ""
        name: None

- name: Allow any text
  reseller.toolkit.configcat_predefined_variations:
    product: Example shop
    config: Web site
    key: banner_text
    variations: []
"""

RETURN = r"""
predefined_variations:
  description: The predefined variations of the flag.
  returned: success
  type: dict
  contains:
    variations:
      description: All of them, in their order. In check mode, those that would change have no ids.
      type: list
      elements: dict
      contains:
        predefined_variation_id:
          description: Its id.
          type: str
          sample: 08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f10
        value:
          description: The value.
          type: raw
          sample: Welcome
        name:
          description: Its name.
          type: str
          sample: Usual
        hint:
          description: Its purpose.
          type: str
          sample: ""
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import flags_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    checked_key,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    parent_in_product,
    parent_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.predefined_variations import (
    checked_variations,
    put_variations,
    variations_of,
    without_ids,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "product": {"type": "str", "required": True},
        "config": {"type": "str", "required": True},
        "key": {"type": "str", "required": True, "no_log": False},
        "variations": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "value": {"type": "raw", "required": True},
                "name": {"type": "str"},
                "hint": {"type": "str"},
            },
        },
    },
    "numbers": ("variations.name", "variations.hint"),
    "supports_check_mode": True,
}
KEY = "predefined_variations"


def run(task: Task) -> dict[str, Any]:
    """Bring the variations into the desired state."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME)
    key = checked_key("key", params["key"])
    wanted = checked_variations(params["variations"], None)
    configcat = ConfigCatClient.for_task(task)
    product = parent_product(task, configcat, params["product"])
    config = parent_in_product(task, configcat, CONFIG, product, params["config"])
    flag = flags_of(configcat, config).get(key)
    if flag is None:
        missing(task, f"setting {key}", "Create it with reseller.toolkit.configcat_flag.")
        return converge(task, KEY, current=None, wanted={"variations": wanted})
    wanted = checked_variations(params["variations"], flag["setting_type"])
    current = variations_of(configcat, flag)
    is_same = without_ids(current) == wanted
    return converge(
        task,
        KEY,
        current={"variations": current},
        wanted={"variations": current if is_same else wanted},
        update=lambda _flag, _changed: {"variations": put_variations(configcat, flag, current, wanted)},
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
