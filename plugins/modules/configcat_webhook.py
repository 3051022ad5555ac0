# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_webhook``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_webhook
short_description: Manage a webhook of ConfigCat
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes or removes a webhook. ConfigCat calls its URL each time when a flag of the config changes in the
    environment.
  - A webhook is identified by its config, its environment and its URL, unless O(id) is given.
  - To verify that calls come from ConfigCat, read the signing keys with
    M(reseller.toolkit.configcat_signing_key_info).
options:
  product:
    description:
      - The name or the id of the product.
      - Required unless O(id) is given, like O(config), O(environment) and O(url).
    type: str
  config:
    description: The name or the id of the config in the product.
    type: str
  environment:
    description: The name or the id of the environment in the product.
    type: str
  url:
    description: The address that is called, 7 to 1000 characters. Everybody who can see the webhook can read it.
    type: str
  id:
    description: The id of an existing webhook. Use it to change the O(url), or if several webhooks have the same one.
    type: int
  http_method:
    description:
      - The method of the calls.
      - ConfigCat uses V(get) for a new webhook unless this is given.
    type: str
    choices: [get, post]
  content:
    description: The body of the calls, at most 15000 characters. An empty text removes it.
    type: str
  headers:
    description:
      - All headers that are sent with each call, apart from O(secure_headers). Everybody who can see the webhook can
        read them.
      - If not given, the existing headers stay. An empty list removes them.
    type: list
    elements: dict
    suboptions: &header
      name:
        description: The name of the header.
        type: str
        required: true
      value:
        description: The value of the header.
        type: str
        required: true
  secure_headers:
    description:
      - All headers with secrets that are sent with each call. If not given, the existing ones stay.
      - The API never returns their values. The module remembers a keyed hash of the values that it set last, in
        O(state_dir), and sets them again only if they differ, or if it can't know them.
      - To change O(headers) of a webhook that has secure headers, give both.
    type: list
    elements: dict
    suboptions: *header
  state:
    description: Desired state of the webhook.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 5 to create or change, 4 if unchanged; 2 and 1 with O(id)."
  - The user of the credentials needs the permission C(can_manage_webhook).
seealso:
  - module: reseller.toolkit.configcat_signing_key_info
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Ensure each change in production is reported to the shop
  reseller.toolkit.configcat_webhook:
    product: Example shop
    config: Web site
    environment: production
    url: https://shop.example.com/flags-changed
    http_method: post
    content: '{"flags": "changed"}'
    headers:
      - name: Content-Type
        value: application/json
    secure_headers:
      - name: Authorization
        value: "Bearer {{ vaulted_webhook_token }}"
  register: hook

- name: Change its address
  reseller.toolkit.configcat_webhook:
    id: "{{ hook.webhook.webhook_id }}"
    url: https://shop.example.com/webhooks/flags

- name: Remove it
  reseller.toolkit.configcat_webhook:
    product: Example shop
    config: Web site
    environment: production
    url: https://shop.example.com/webhooks/flags
    state: absent
"""

RETURN = r"""
webhook:
  description: The webhook, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    webhook_id:
      description: Its id.
      type: int
      sample: 815
    url:
      description: The address that is called.
      type: str
      sample: https://shop.example.com/flags-changed
    http_method:
      description: The method of the calls.
      type: str
      sample: post
    content:
      description: The body of the calls.
      type: str
      sample: '{"flags": "changed"}'
    headers:
      description: The headers that everybody can read, sorted by their names.
      type: list
      elements: dict
      sample: [{"name": "Content-Type", "value": "application/json"}]
    secure_headers:
      description: The names of the headers with secrets, sorted. The API never returns their values.
      type: list
      elements: dict
      sample: [{"name": "Authorization"}]
    config:
      description: The config whose flags it watches.
      type: dict
      sample: {"config_id": "08d86d63-2726-47cd-8bfc-59608ecb91e2", "name": "Web site"}
    environment:
      description: The environment in which it watches them.
      type: dict
      sample: {"environment_id": "08d86d63-272c-4355-8027-4b52787bc1bd", "name": "production"}
"""

from functools import partial
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG, ENVIRONMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    check_length,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import unknown_id
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    find_in_product,
    find_product,
    parent_in_product,
    parent_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.webhooks import (
    LONGEST_CONTENT,
    METHODS,
    SECURE,
    SecureHeaders,
    add_webhook,
    change_webhook,
    check_headers_known,
    checked_headers,
    checked_url,
    find_webhook,
    remove_webhook,
    webhook_by_id,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

PLACE = ("product", "config", "environment", "url")
SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "product": {"type": "str"},
        "config": {"type": "str"},
        "environment": {"type": "str"},
        "url": {"type": "str"},
        "id": {"type": "int"},
        "http_method": {"type": "str", "choices": list(METHODS)},
        "content": {"type": "str"},
        "headers": {
            "type": "list",
            "elements": "dict",
            "options": {"name": {"type": "str", "required": True}, "value": {"type": "str", "required": True}},
        },
        "secure_headers": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "value": {"type": "str", "required": True, "no_log": True},
            },
        },
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("content", "headers.value"),
    "required_one_of": [(option, "id") for option in PLACE],
    "mutually_exclusive": [("product", "id"), ("config", "id"), ("environment", "id")],
    "supports_check_mode": True,
}


class Found(NamedTuple):
    """The result of looking for the webhook, and where to add it.

    Attributes:
        webhook: the webhook, the proof that it does not exist, or None if what it belongs to does not exist either.
        product: the product; empty if it does not exist, or if the webhook is identified by its id.
        config: the config, likewise.
        environment: the environment, likewise.
    """

    webhook: dict[str, Any] | Absence | None
    product: dict[str, Any]
    config: dict[str, Any]
    environment: dict[str, Any]


def run(task: Task) -> dict[str, Any]:
    """Bring the webhook into the desired state."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME, environment=LONGEST_NAME)
    for option in PLACE:
        if params["id"] is None and params[option] is None:
            raise invalid(option, "it is required unless id is given.")
    if params["id"] is not None:
        check_number("id", params["id"], 1)
    if params["url"] is not None:
        params["url"] = checked_url("url", params["url"])
    check_length("content", params["content"], LONGEST_CONTENT)
    headers, given = (checked_headers(option, params[option]) for option in ("headers", SECURE))
    configcat = ConfigCatClient.for_task(task)
    secure = SecureHeaders(configcat, given, task.warn)
    found = found_by_id(configcat, params) if params["id"] is not None else found_by_url(task, configcat, params)
    current = None if isinstance(found.webhook, Absence) else found.webhook
    absence = found.webhook if isinstance(found.webhook, Absence) else None
    wanted = {
        **{name: params[name] for name in ("url", "http_method", "content")},
        "headers": headers,
        SECURE: secure.wanted(current),
    }
    absent = params["state"] == "absent"
    if not absent:
        check_headers_known(current, wanted)
    find = partial(find_webhook, configcat, found.product, found.config, found.environment, params["url"])

    def create() -> dict[str, Any]:
        return {"webhook": add_webhook(configcat, found.config, found.environment, wanted, secure, absence, find)}

    return converge(
        task,
        "webhook",
        current=current,
        wanted=None if absent else wanted,
        create=create,
        update=lambda webhook, changed: change_webhook(configcat, webhook, changed, secure),
        delete=partial(remove_webhook, configcat),
    )


def found_by_id(configcat: ConfigCatClient, params: dict[str, Any]) -> Found:
    """Return the webhook with the given id. Without it, nothing can be added.

    Raises:
        ToolkitError: ``not_found``, unless the desired state is absent.
    """
    webhook = webhook_by_id(configcat, params["id"])
    if webhook is None and params["state"] == "present":
        raise unknown_id("webhook", params["id"])
    return Found(webhook, {}, {}, {})


def found_by_url(task: Task, configcat: ConfigCatClient, params: dict[str, Any]) -> Found:
    """Return the webhook with the given config, environment and URL, or the proof that it does not exist.

    Raises:
        ToolkitError: ``not_found`` if what it belongs to does not exist, or ``ambiguous``.
    """
    if params["state"] == "absent":
        product = find_product(configcat, params["product"]) or {}
        config = find_in_product(configcat, CONFIG, product, params["config"]) or {}
        environment = find_in_product(configcat, ENVIRONMENT, product, params["environment"]) or {}
    else:
        product = parent_product(task, configcat, params["product"])
        config = parent_in_product(task, configcat, CONFIG, product, params["config"])
        environment = parent_in_product(task, configcat, ENVIRONMENT, product, params["environment"])
    there = product and config and environment
    webhook = find_webhook(configcat, product, config, environment, params["url"]) if there else None
    return Found(webhook, product, config, environment)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
