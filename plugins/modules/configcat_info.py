# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_info
short_description: Read the objects of a ConfigCat account
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads any of the collections of the API, each with one request.
  - To read SDK keys, use M(reseller.toolkit.configcat_sdk_key_info). To evaluate a flag for a user, use an SDK of
    ConfigCat.
options:
  gather:
    description:
      - The collections to read. The result has each under the same name.
      - V(me), V(organizations) and V(products) require no other option.
      - V(configs), V(environments), V(tags), V(segments), V(permission_groups), V(members) and V(invitations) are those
        of O(product).
      - V(organization_members) and V(organization_invitations) are those of O(organization).
      - V(preferences), V(webhooks) and V(integrations) are those of O(product).
      - V(flags) and V(deleted_flags) are those of O(config). With O(tag), V(flags) are those that have it, in all
        configs of O(product).
      - V(flag_values) are those of all flags of O(config) in O(environment).
      - V(feature_flags) are the flags of O(config) with their values, in O(environment) or in all environments, as the
        dictionary of the role C(feature_flags). Given to M(reseller.toolkit.configcat_flags) with another config, it
        copies the flags.
      - V(stale_flags) are flags of O(product) whose values have not changed for some time.
      - V(code_references) are the lines of code that mention the flag O(key) of O(config), as scans reported them.
      - V(audit_log) is that of O(product), or else of O(organization).
      - A text is split at commas.
    type: list
    elements: str
    required: true
    choices:
      - me
      - organizations
      - products
      - configs
      - environments
      - tags
      - segments
      - permission_groups
      - members
      - organization_members
      - invitations
      - organization_invitations
      - preferences
      - webhooks
      - integrations
      - flags
      - deleted_flags
      - flag_values
      - feature_flags
      - stale_flags
      - code_references
      - audit_log
  organization:
    description:
      - The organization, by its name or its id.
      - Required only if there are several.
    type: str
  product:
    description: The product, by its name or its id.
    type: str
  config:
    description: The config in O(product), by its name or its id. It also narrows the V(audit_log).
    type: str
  environment:
    description: The environment in O(product), by its name or its id. It also narrows the V(audit_log).
    type: str
  tag:
    description: Only the V(flags) that have this tag of O(product), by its name or its id.
    type: str
  details:
    description: Read the comparisons of V(segments), which takes one request each.
    type: bool
    default: false
  key:
    description: The key of the flag of O(config) that V(code_references) mention.
    type: str
  stale_flag_age_days:
    description:
      - After how many days without a change a flag is among the V(stale_flags), from 7 to 90.
      - ConfigCat decides if it is not given.
    type: int
  stale_flag_scope:
    description: Whether V(stale_flags) are all flags, or those that the user of the credentials watches.
    type: str
    choices: [all, watchedByMe]
  stale_in_environments:
    description: Whether V(stale_flags) are stale in at least one of the environments, or in all of them.
    type: str
    choices: [staleInAnyEnvironments, staleInAllEnvironments]
  ignored_environments:
    description: >-
      Environments, by their names or their ids, that do not count for V(stale_flags). A text is split at commas.
    type: list
    elements: str
  ignored_tags:
    description: >-
      Tags, by their names or their ids. Flags with one of them are not among the V(stale_flags). A text is split at
      commas.
    type: list
    elements: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.configcat.audit_log
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.configcat_sdk_key_info
  - module: reseller.toolkit.configcat_flag
"""

EXAMPLES = r"""
- name: Read the current user, the organizations and the products
  reseller.toolkit.configcat_info:
    gather: [me, organizations, products]

- name: Read the parts of a product
  reseller.toolkit.configcat_info:
    gather: [configs, environments, tags, segments, permission_groups, members]
    product: Example shop

- name: Read all flags of a config with their values in production
  reseller.toolkit.configcat_info:
    gather: [flags, flag_values]
    product: Example shop
    config: Web site
    environment: production
  register: production

- name: Show the flags that are enabled (V2 configs)
  ansible.builtin.debug:
    msg: "{{ production.flag_values | selectattr('default_value.bool_value', 'true') | map(attribute='setting.key') }}"

- name: Read all flags with their values in all environments, as the role feature_flags takes them
  reseller.toolkit.configcat_info:
    gather: [feature_flags]
    product: Example shop
    config: Web site
  register: shop

- name: Write them into a file of variables
  ansible.builtin.copy:
    content: "{{ {'feature_flags': shop.feature_flags} | to_nice_yaml }}"
    dest: ~/feature_flags.yml
    mode: "0600"

- name: Find the flags of the checkout
  reseller.toolkit.configcat_info:
    gather: [flags]
    product: Example shop
    tag: checkout

- name: Find flags that nobody has changed for two months, to remove them from the code
  reseller.toolkit.configcat_info:
    gather: [stale_flags]
    product: Example shop
    stale_flag_age_days: 60
    stale_in_environments: staleInAllEnvironments
    ignored_tags: [checkout]

- name: Find the code that evaluates a flag
  reseller.toolkit.configcat_info:
    gather: [code_references]
    product: Example shop
    config: Web site
    key: new_checkout

- name: Read where changes need a reason, and which services are told about them
  reseller.toolkit.configcat_info:
    gather: [preferences, webhooks, integrations]
    product: Example shop

- name: Read who may do what in the organization, and who was invited
  reseller.toolkit.configcat_info:
    gather: [organization_members, organization_invitations]
    organization: Agency

- name: Read who changed which value in production
  reseller.toolkit.configcat_info:
    gather: [audit_log]
    product: Example shop
    environment: production
    audit_log_type: settingValueChanged
"""

RETURN = r"""
me:
  description: The user that the credentials belong to.
  returned: when O(gather) includes it
  type: dict
  sample: {"email": "ada@example.com", "full_name": "Ada Lovelace"}
organizations:
  description: The organizations.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"organization_id": "08d86d63-2720-4f0e-8a3c-6d0f7b0f2a11", "name": "Agency"}]
products:
  description:
    - The products of all organizations, or of O(organization), as M(reseller.toolkit.configcat_product) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}]
configs:
  description: The configs, as M(reseller.toolkit.configcat_config) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"config_id": "08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f10", "name": "Web site"}]
environments:
  description: The environments, as M(reseller.toolkit.configcat_environment) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"environment_id": "08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f11", "name": "production"}]
tags:
  description: The tags, as M(reseller.toolkit.configcat_tag) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"tag_id": 4711, "name": "summer"}]
segments:
  description: The segments. With O(details=true) they are as M(reseller.toolkit.configcat_segment) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"segment_id": "08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f12", "name": "Staff", "usage": 2}]
permission_groups:
  description: The permission groups, as M(reseller.toolkit.configcat_permission_group) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"permission_group_id": 815, "name": "Editors"}]
members:
  description: The members of the product, as M(reseller.toolkit.configcat_member) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"user_id": "08d86d63-2721-4da6-8c06-584521d516bd", "email": "ada@example.com", "permission_group_id": 815}]
organization_members:
  description:
    - The members of the organization, with their roles and permission groups, as M(reseller.toolkit.configcat_member)
      returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"user_id": "08d86d63-2721-4da6-8c06-584521d516bd", "email": "ada@example.com", "is_admin": true}]
invitations:
  description: The invitations to the product that were not accepted. Those with C(expired) can't be.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"email": "grace@example.com", "permission_group_id": 815, "expired": false}]
organization_invitations:
  description: The invitations to the products of the organization that were not accepted.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"email": "grace@example.com", "product_name": "Example shop", "expires": "2026-12-08T12:00:00Z"}]
preferences:
  description: The preferences of the product, as M(reseller.toolkit.configcat_product_preferences) returns them.
  returned: when O(gather) includes it
  type: dict
  sample: {"reason_required": false, "mandatory_setting_hint": true, "key_generation_mode": "kebabCase"}
webhooks:
  description:
    - The webhooks of all configs of the product, as M(reseller.toolkit.configcat_webhook) returns them. Of headers with
      secrets, only the names.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"webhook_id": 815, "url": "https://shop.example.com/flags-changed", "http_method": "post"}]
integrations:
  description:
    - The integrations of the product, as M(reseller.toolkit.configcat_integration) returns them. Of secret parameters,
      only the known names.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"name": "Datadog", "integration_type": "dataDog", "secret_parameters": ["apikey"]}]
flags:
  description: The feature flags and settings.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"setting_id": 1337, "key": "new_checkout", "name": "New checkout", "setting_type": "boolean"}]
deleted_flags:
  description: The feature flags and settings that were removed.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: []
flag_values:
  description:
    - The value of each flag in the environment, with its rules.
    - In a V2 config, it has C(default_value) and C(targeting_rules) instead of C(value), C(rollout_rules) and
      C(rollout_percentage_items).
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"setting": {"key": "new_checkout"}, "value": true, "rollout_rules": [], "rollout_percentage_items": []}]
feature_flags:
  description: >-
    The flags and their values. A value with rules or percentages is a dictionary, as in
    M(reseller.toolkit.configcat_flags), any other is plain.
  returned: when O(gather) includes it
  type: dict
  sample:
    product: Example shop
    config: Web site
    flags: {"new_checkout": {"name": "New checkout", "type": "boolean", "hint": "", "tags": ["checkout"]}}
    environments:
      test: {"new_checkout": true}
      production:
        new_checkout: {"value": false, "rules": [{"segment": "Testers", "segment_comparator": "isIn", "value": true}]}
stale_flags:
  description:
    - The stale flags, with their configs, in the order in which the API returns them.
    - C(setting_values) says for each environment when the value was changed last, V(none) for never.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample:
    - config_name: Web site
      key: old_checkout
      has_code_references: false
      setting_values:
        - {"environment_name": "production", "is_stale": true, "updated_at": "2026-08-24T12:00:00Z"}
code_references:
  description: The reports that mention the flag, one for each scanned repository and branch.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample:
    - repository: web-shop
      branch: main
      references: [{"file": "checkout.py", "reference_line": {"line_number": 7, "line_text": "if new_checkout:"}}]
audit_log:
  description: The events, in the order in which the API returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample:
    - audit_log_date_time: "2026-11-24T12:00:00Z"
      audit_log_type_enum: settingValueChanged
      user_email: ada@example.com
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.audit_log_types import AUDIT_LOG_TYPES
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.gather import (
    GATHERERS,
    Gatherer,
    checked_gather_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.stale_flags import stale_flag_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "gather": {"type": "list", "elements": "str", "required": True, "choices": list(GATHERERS)},
        "organization": {"type": "str"},
        "product": {"type": "str"},
        "config": {"type": "str"},
        "environment": {"type": "str"},
        "tag": {"type": "str"},
        "key": {"type": "str", "no_log": False},
        **stale_flag_options(),
        "details": {"type": "bool", "default": False},
        "audit_log_type": {"type": "str", "choices": list(AUDIT_LOG_TYPES)},
        "since": {"type": "str"},
        "until": {"type": "str"},
    },
    "numbers": ("tag", "ignored_tags"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read the requested collections."""
    params = checked_gather_options(task.params)
    gatherer = Gatherer(task, ConfigCatClient.for_task(task), params)
    return {name: GATHERERS[name](gatherer) for name in dict.fromkeys(params["gather"])}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
