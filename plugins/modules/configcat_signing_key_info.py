# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_signing_key_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_signing_key_info
short_description: Read the signing keys of ConfigCat's webhooks
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads the keys with which ConfigCat signs the calls of webhooks. Who receives the calls needs a key to verify them.
  - The keys are returned as they are, because the next task writes them somewhere. Whoever has a key can sign calls in
    the name of ConfigCat, so set C(no_log) for the task.
  - It sends one request for each webhook, so name the one that you need.
options:
  product:
    description: The name or the id of the product.
    type: str
    required: true
  config:
    description: The name or the id of a config in the product. If not set, the webhooks of all configs are read.
    type: str
  environment:
    description:
      - The name or the id of an environment in the product. If not set, the webhooks in all environments are read.
    type: str
  url:
    description: The address that the webhook calls. If not set, all webhooks are read.
    type: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
notes:
  - The user of the credentials needs the permission C(can_manage_webhook).
seealso:
  - module: reseller.toolkit.configcat_webhook
"""

EXAMPLES = r"""
- name: Read the signing key of the shop's webhook
  reseller.toolkit.configcat_signing_key_info:
    product: Example shop
    config: Web site
    environment: production
    url: https://shop.example.com/flags-changed
  register: shop
  no_log: true

- name: Write it into the settings of the shop
  ansible.builtin.copy:
    content: "CONFIGCAT_SIGNING_KEY={{ shop.signing_keys[0].key1 }}\n"
    dest: ~/webhook.env
    mode: "0600"
"""

RETURN = r"""
signing_keys:
  description: The keys of each webhook. Empty if no webhook matches.
  returned: success
  type: list
  elements: dict
  contains:
    webhook_id:
      description: The id of the webhook.
      type: int
      sample: 815
    url:
      description: The address that the webhook calls.
      type: str
      sample: https://shop.example.com/flags-changed
    config:
      description: The config of the webhook.
      type: dict
      sample: {"config_id": "08d86d63-2726-47cd-8bfc-59608ecb91e2", "name": "Web site"}
    environment:
      description: The environment of the webhook.
      type: dict
      sample: {"environment_id": "08d86d63-272c-4355-8027-4b52787bc1bd", "name": "production"}
    key1:
      description: The signing key.
      type: str
      sample: configcat_whsk_VN3juirnVh5pNvCKd81RYRYchxUX4j3NykbZG2fAy88=
    key2:
      description: The second signing key, V(none) unless the key is being replaced.
      type: str
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG, ENVIRONMENT, Kind
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import find_product, picked
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.webhooks import (
    checked_url,
    signing_keys,
    webhooks_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "product": {"type": "str", "required": True},
        "config": {"type": "str"},
        "environment": {"type": "str"},
        "url": {"type": "str"},
    },
    "supports_check_mode": True,
}
#: The properties that identify the webhook of a key.
WEBHOOK = ("webhook_id", "url", "config", "environment")


def run(task: Task) -> dict[str, Any]:
    """Read the keys."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME, environment=LONGEST_NAME)
    url = None if params["url"] is None else checked_url("url", params["url"])
    configcat = ConfigCatClient.for_task(task)
    product = find_product(configcat, params["product"])
    webhooks = [
        one
        for one in (webhooks_of(configcat, product) if product else [])
        if (url is None or one.get("url") == url)
        and is_of(one, CONFIG, params["config"])
        and is_of(one, ENVIRONMENT, params["environment"])
    ]
    return {
        "signing_keys": [
            {**{name: one.get(name) for name in WEBHOOK}, **signing_keys(configcat, one)} for one in webhooks
        ]
    }


def is_of(webhook: dict[str, Any], kind: Kind, given: str | None) -> bool:
    """Return whether a webhook belongs to the given config or environment, or none is given."""
    return given is None or picked(kind, [value_in(webhook, kind.key, dict)], given) is not None


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
