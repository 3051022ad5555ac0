# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_sdk_key_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_sdk_key_info
short_description: Read the SDK keys of applications from ConfigCat
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads the SDK keys of a product, one for each config and environment. Applications need them to evaluate flags.
  - It sends one request for each config and environment, so name those that you need.
  - Whoever has an SDK key can read the values of flags and the rules for them. Set C(no_log) for the task to hide the
    keys.
options:
  product:
    description: The name or the id of the product.
    type: str
    required: true
  config:
    description: The name or the id of a config in the product. If not set, all configs are read.
    type: str
  environment:
    description: The name or the id of an environment in the product. If not set, all environments are read.
    type: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.configcat_flag_value
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Read the SDK key of the shop
  reseller.toolkit.configcat_sdk_key_info:
    product: Example shop
    config: Web site
    environment: production
  register: shop
  no_log: true

- name: Write it into the settings of the shop
  ansible.builtin.copy:
    content: "CONFIGCAT_SDK_KEY={{ shop.sdk_keys[0].primary }}\n"
    dest: ~/shop.env
    mode: "0600"
"""

RETURN = r"""
sdk_keys:
  description: The keys. Empty if the product, the config or the environment does not exist.
  returned: success
  type: list
  elements: dict
  contains:
    config:
      description: The name of the config.
      type: str
      sample: Web site
    config_id:
      description: The id of the config.
      type: str
      sample: 08d86d63-2726-47cd-8bfc-59608ecb91e2
    environment:
      description: The name of the environment.
      type: str
      sample: production
    environment_id:
      description: The id of the environment.
      type: str
      sample: 08d86d63-272c-4355-8027-4b52787bc1bd
    primary:
      description: The SDK key.
      type: str
      sample: configcat-sdk-1/abcdefghijklmnopqrstuv/abcdefghijklmnopqrstuv
    secondary:
      description: The second key, V(none) unless the key is being replaced.
      type: str
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import sdk_keys
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG, ENVIRONMENT, PRODUCT, Kind
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import find_in_product, find_product
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "product": {"type": "str", "required": True},
        "config": {"type": "str"},
        "environment": {"type": "str"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read the keys."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME, environment=LONGEST_NAME)
    configcat = ConfigCatClient.for_task(task)
    product = find_product(configcat, params["product"]) or {}
    configs = meant(configcat, CONFIG, product, params["config"])
    environments = meant(configcat, ENVIRONMENT, product, params["environment"]) if configs else []
    return {
        "sdk_keys": [
            {
                "config": text_in(config, "name"),
                CONFIG.id: name_in(config, CONFIG.id),
                "environment": text_in(environment, "name"),
                ENVIRONMENT.id: name_in(environment, ENVIRONMENT.id),
                **sdk_keys(configcat, config, environment),
            }
            for config in configs
            for environment in environments
        ]
    }


def meant(configcat: ConfigCatClient, kind: Kind, product: dict[str, Any], given: str | None) -> list[dict[str, Any]]:
    """Return the given config or environment of a product, or all if none is given."""
    if given is not None:
        found = find_in_product(configcat, kind, product, given)
        return [found] if found else []
    return configcat.of_product(kind, name_in(product, PRODUCT.id)) if product else []


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
