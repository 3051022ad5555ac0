# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_integration_link``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_integration_link
short_description: Link a ConfigCat flag with a card or an issue
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes or removes a link from a flag in an environment to a card of Trello, an item of monday.com or an
    issue of Jira.
  - The operations that Jira itself uses to create links are not supported, as they require a token that only Jira
    issues.
options:
  product:
    description: The name or the id of the product.
    type: str
    required: true
  config:
    description: The name or the id of the config in the product.
    type: str
    required: true
  environment:
    description: The name or the id of the environment in the product.
    type: str
    required: true
  key:
    description: The flag's key.
    type: str
    required: true
  link_type:
    description: The service that has the card.
    type: str
    choices: [trello, jira, monday]
    required: true
  link_key:
    description: The card's own key. It identifies the link.
    type: str
    required: true
  url:
    description: The address of the card. An empty text removes it.
    type: str
  description:
    description: The text of the link. An empty text removes it.
    type: str
  state:
    description: Desired state of the link.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_integration_link_info
  - module: reseller.toolkit.configcat_flag
"""

EXAMPLES = r"""
- name: Link the flag with the card of the feature
  reseller.toolkit.configcat_integration_link:
    product: Example shop
    config: Web site
    environment: production
    key: new_checkout
    link_type: trello
    link_key: kP2vXq7L
    url: https://trello.example.com/c/kP2vXq7L
    description: New checkout

- name: Remove the link
  reseller.toolkit.configcat_integration_link:
    product: Example shop
    config: Web site
    environment: production
    key: new_checkout
    link_type: trello
    link_key: kP2vXq7L
    state: absent
"""

RETURN = r"""
integration_link:
  description: The link, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    integration_link_type:
      description: The service that has the card.
      type: str
      sample: trello
    key:
      description: The card's own key.
      type: str
      sample: kP2vXq7L
    url:
      description: The address of the card.
      type: str
      sample: https://trello.example.com/c/kP2vXq7L
    description:
      description: The text of the link.
      type: str
      sample: New checkout
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import (
    EnvironmentValues,
    values_in,
    values_where,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.integration_links import (
    LINK_TYPES,
    link_of,
    put_link,
    remove_link,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG, ENVIRONMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    check_length,
    checked_card,
    checked_key,
    checked_line,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import find_in_product, find_product
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "product": {"type": "str", "required": True},
        "config": {"type": "str", "required": True},
        "environment": {"type": "str", "required": True},
        "key": {"type": "str", "required": True, "no_log": False},
        "link_type": {"type": "str", "choices": list(LINK_TYPES), "required": True},
        "link_key": {"type": "str", "required": True, "no_log": False},
        "url": {"type": "str"},
        "description": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("description",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the link into the desired state."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME, environment=LONGEST_NAME)
    params["key"] = checked_key("key", params["key"])
    kind, link_key = params["link_type"], checked_card("link_key", params["link_key"])
    url = checked_line("url", params["url"], LONGEST_DESCRIPTION)
    check_length("description", params["description"])
    configcat = ConfigCatClient.for_task(task)
    absent = params["state"] == "absent"
    served = served_if_there(configcat, params) if absent else served_there(task, configcat, params)
    current = link_of(served.links.get(params["key"], []), kind, link_key)
    wanted = {
        "integration_link_type": kind,
        "key": link_key,
        "url": url,
        "description": params["description"],
    }
    return converge(
        task,
        "integration_link",
        current=current,
        wanted=None if absent else wanted,
        create=lambda: {"integration_link": put_link(configcat, served, params["key"], wanted)},
        update=lambda link, changed: put_link(configcat, served, params["key"], {**link, **changed}),
        delete=lambda link: remove_link(configcat, served, params["key"], link),
    )


def served_there(task: Task, configcat: ConfigCatClient, params: dict[str, Any]) -> EnvironmentValues:
    """Return the values of the environment that the link belongs to."""
    served = values_where(task, configcat, params)
    if params["key"] not in served.flags:
        missing(task, f"setting {params['key']}", "Create it with reseller.toolkit.configcat_flag.")
    return served


def served_if_there(configcat: ConfigCatClient, params: dict[str, Any]) -> EnvironmentValues:
    """Return the values of the environment whose link is removed; empty if it does not exist."""
    product = find_product(configcat, params["product"]) or {}
    config = find_in_product(configcat, CONFIG, product, params["config"]) or {}
    environment = find_in_product(configcat, ENVIRONMENT, product, params["environment"]) or {}
    return values_in(configcat, config, environment)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
