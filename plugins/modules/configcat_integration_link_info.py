# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_integration_link_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_integration_link_info
short_description: Read the ConfigCat flags linked with a card or an issue
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads which flags, in which environments of which products, are linked with a card of Trello, an item of monday.com
    or an issue of Jira.
options:
  link_type:
    description: The service that has the card.
    type: str
    choices: [trello, jira, monday]
    required: true
  link_key:
    description: The card's own key.
    type: str
    required: true
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.configcat_integration_link
"""

EXAMPLES = r"""
- name: Read the flags that are linked with a card
  reseller.toolkit.configcat_integration_link_info:
    link_type: trello
    link_key: kP2vXq7L
  register: card
"""

RETURN = r"""
integration_links:
  description: One link for each flag and environment. Empty if the card is linked with none.
  returned: success
  type: list
  elements: dict
  contains:
    product:
      description: The product, as the API returns it.
      type: dict
      sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
    config:
      description: The config, as the API returns it.
      type: dict
      sample: {"config_id": "08d86d63-2726-47cd-8bfc-59608ecb91e2", "name": "Web site"}
    environment:
      description: The environment, as the API returns it.
      type: dict
      sample: {"environment_id": "08d86d63-272c-4355-8027-4b52787bc1bd", "name": "production"}
    setting:
      description: The flag, as the API returns it.
      type: dict
      sample: {"setting_id": 4711, "key": "new_checkout", "name": "New checkout", "setting_type": "boolean"}
    read_only:
      description: Whether the credentials allow no change.
      type: bool
      sample: false
    status:
      description: The flag's state, as the API returns it.
      type: str
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.integration_links import (
    LINK_TYPES,
    link_details,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import checked_card
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "link_type": {"type": "str", "choices": list(LINK_TYPES), "required": True},
        "link_key": {"type": "str", "required": True, "no_log": False},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read the links of the card."""
    link_key = checked_card("link_key", task.params["link_key"])
    configcat = ConfigCatClient.for_task(task)
    return {"integration_links": link_details(configcat, task.params["link_type"], link_key)}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
