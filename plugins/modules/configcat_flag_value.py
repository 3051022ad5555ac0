# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_flag_value``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_flag_value
short_description: Set the value of a ConfigCat flag in an environment
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Sets the value, the targeting rules and the percentages of a feature flag or setting in one environment.
  - Options that are not given stay unchanged. So O(value) alone changes nothing for users that a rule or a percentage
    applies to. To serve one value to everybody, set O(rules) and O(percentages) to empty lists.
  - Only options that are given are sent, so a simultaneous change by someone else is not undone.
  - To manage many flags with their values, use M(reseller.toolkit.configcat_flags), which needs fewer requests.
  - Do not use this API for evaluating feature flags; use ConfigCat's SDKs.
options:
  product:
    description:
      - The name or the id of the product.
      - Either O(product), O(config) and O(environment) are required, or O(sdk_key).
    type: str
  config:
    description: The name or the id of the config in the product.
    type: str
  environment:
    description: The name or the id of the environment in the product.
    type: str
  sdk_key:
    description: The SDK key, which identifies the config and the environment.
    type: str
  key:
    description: The flag's key.
    type: str
    required: true
  value:
    description:
      - The value, of the flag's type, that is served when no rule and no percentage applies.
      - With percentages, it is served only to users that the application does not identify.
    type: raw
  rules:
    description:
      - All targeting rules. They are evaluated in this order, and the first one that applies decides.
      - Each rule has one condition, given directly, or several in O(rules[].conditions). It serves O(rules[].value) or
        O(rules[].percentages).
      - Several conditions, prerequisite flags, percentages in a rule, and the comparators below V(doesNotContain)
        require a V2 config.
    type: list
    elements: dict
    suboptions:
      comparison_attribute: &comparison_attribute
        description: The attribute of the user that is compared, such as V(Email).
        type: str
      comparator: &comparator
        description:
          - How it is compared. Comparators that begin with C(sensitive) compare hashes, so applications do not receive
            the comparison value.
          - V1 configs know the ones down to V(doesNotContain). For V2 configs, V(contains) means V(containsAnyOf), and
            V(doesNotContain) means V(doesNotContainAnyOf).
        type: str
        choices:
          - isOneOf
          - isNotOneOf
          - sensitiveIsOneOf
          - sensitiveIsNotOneOf
          - semVerIsOneOf
          - semVerIsNotOneOf
          - numberEquals
          - numberDoesNotEqual
          - numberLess
          - numberLessOrEquals
          - numberGreater
          - numberGreaterOrEquals
          - semVerLess
          - semVerLessOrEquals
          - semVerGreater
          - semVerGreaterOrEquals
          - contains
          - doesNotContain
          - containsAnyOf
          - doesNotContainAnyOf
          - textStartsWithAnyOf
          - textNotStartsWithAnyOf
          - textEndsWithAnyOf
          - textNotEndsWithAnyOf
          - sensitiveTextStartsWithAnyOf
          - sensitiveTextNotStartsWithAnyOf
          - sensitiveTextEndsWithAnyOf
          - sensitiveTextNotEndsWithAnyOf
          - arrayContainsAnyOf
          - arrayDoesNotContainAnyOf
          - sensitiveArrayContainsAnyOf
          - sensitiveArrayDoesNotContainAnyOf
          - dateTimeBefore
          - dateTimeAfter
          - textEquals
          - textDoesNotEqual
          - sensitiveTextEquals
          - sensitiveTextDoesNotEqual
      comparison_value: &comparison_value
        description:
          - The value to compare with. For comparators that end in C(OneOf) or C(AnyOf) it is a list. For V1 configs it
            can also be a text with commas.
          - For V(dateTimeBefore) and V(dateTimeAfter) it is a date and time with its offset from UTC, such as
            V(2026-01-31T08:00:00+01:00), or the seconds of unix time.
        type: raw
      segment: &segment
        description: The name or the id of a segment of the product, instead of an attribute.
        type: str
      segment_comparator: &segment_comparator
        description: Whether the condition holds for users in the segment (V(isIn), the default) or for all others.
        type: str
        choices: [isIn, isNotIn]
      prerequisite_flag: &prerequisite_flag
        description:
          - The key of another flag of the config, instead of an attribute. What it serves to the user is compared.
        type: str
      prerequisite_comparator: &prerequisite_comparator
        description: How the served value is compared. The default is V(equals).
        type: str
        choices: [equals, doesNotEqual]
      prerequisite_value: &prerequisite_value
        description: The value to compare with, of the type of O(rules[].prerequisite_flag).
        type: raw
      conditions:
        description: Several conditions, all of which must hold.
        type: list
        elements: dict
        suboptions:
          comparison_attribute: *comparison_attribute
          comparator: *comparator
          comparison_value: *comparison_value
          segment: *segment
          segment_comparator: *segment_comparator
          prerequisite_flag: *prerequisite_flag
          prerequisite_comparator: *prerequisite_comparator
          prerequisite_value: *prerequisite_value
      value:
        description: The value that is served to users that the rule applies to.
        type: raw
      percentages:
        description: The percentages of users that the rule applies to, with the values that they get. The sum is 100.
        type: list
        elements: dict
        suboptions: &shares
          percentage:
            description: The share of the users, in percent.
            type: int
            required: true
          value:
            description: The value that is served to them.
            type: raw
            required: true
  percentages:
    description:
      - All percentages of users that no rule applies to, with the values that they get. The sum is 100, or the list is
        empty.
      - A hash of the key and the user's identifier decides who gets which value, so each user always gets the same one.
      - In V2 configs the API has them as the last rule. So if only one of O(rules) and O(percentages) is given, the
        other one is sent as it was read.
    type: list
    elements: dict
    suboptions: *shares
  percentage_attribute:
    description:
      - The attribute of the user whose hash decides, instead of the identifier. It applies to all percentages of the
        flag. An empty text stands for the identifier.
      - Requires a V2 config.
    type: str
  reason:
    description: The reason for the audit log, at most 1000 characters. Some environments require it.
    type: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_flag
  - module: reseller.toolkit.configcat_flags
  - module: reseller.toolkit.configcat_segment
"""

EXAMPLES = r"""
- name: Enable a feature for one user in ten, and for all testers
  reseller.toolkit.configcat_flag_value:
    product: Example shop
    config: Web site
    environment: production
    key: new_checkout
    value: false
    rules:
      - segment: Testers
        value: true
    percentages:
      - percentage: 10
        value: true
      - percentage: 90
        value: false
    reason: First part of the release

- name: Enable it for everybody
  reseller.toolkit.configcat_flag_value:
    product: Example shop
    config: Web site
    environment: production
    key: new_checkout
    value: true
    rules: []
    percentages: []
    reason: No complaints

- name: Enable it for half of the testers of version 2, and only where the new design is on (V2 configs)
  reseller.toolkit.configcat_flag_value:
    product: Example shop
    config: App
    environment: production
    key: new_checkout
    value: false
    rules:
      - conditions:
          - segment: Testers
          - comparison_attribute: Version
            comparator: semVerGreaterOrEquals
            comparison_value: 2.0.0
          - prerequisite_flag: new_design
            prerequisite_value: true
        percentages:
          - percentage: 50
            value: true
          - percentage: 50
            value: false
    percentages: []
    percentage_attribute: Company
    reason: Whole companies see the same

- name: Show another text to business customers, identified by SDK key
  reseller.toolkit.configcat_flag_value:
    sdk_key: "{{ vaulted_sdk_key }}"
    key: banner_text
    rules:
      - comparison_attribute: Email
        comparator: contains
        comparison_value: "@example.com"
        value: Your prices without VAT
"""

RETURN = r"""
flag_value:
  description: The resulting value, in the form of the options.
  returned: success
  type: dict
  contains:
    key:
      description: The flag's key.
      type: str
      sample: new_checkout
    setting_id:
      description: The flag's id. V(none) if the flag does not exist yet (check mode).
      type: int
      sample: 4711
    setting_type:
      description: The type of the values that the flag serves. V(none) if the flag does not exist yet (check mode).
      type: str
      sample: boolean
    environment:
      description: The name of the environment.
      type: str
      sample: production
    value:
      description: The value that is served when no rule and no percentage applies.
      type: raw
      sample: false
    rules:
      description: The targeting rules.
      type: list
      elements: dict
      sample: [{"segment": "Testers", "segment_comparator": "isIn", "value": true}]
    percentages:
      description: The percentages.
      type: list
      elements: dict
      sample: [{"percentage": 10, "value": true}, {"percentage": 90, "value": false}]
    percentage_attribute:
      description: The attribute whose hash decides about percentages; empty for the identifier.
      type: str
      sample: ""
changes:
  description: The changes, in words.
  returned: success
  type: list
  elements: str
  sample: ["production: new_checkout: off → on if in segment \"Testers\", else on for 10 %"]
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.change_descriptions import (
    change_line,
    diff_of,
    lines_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import (
    EnvironmentValues,
    ValueAddress,
    check_writable,
    values_by_sdk_key,
    values_where,
    with_all_values,
    write_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    check_length,
    check_sdk_key,
    checked_key,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.prerequisites import (
    check_no_circle,
    missing_flag,
    prerequisites_of,
    with_typed_prerequisites,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.segments import Segments
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import FORMS
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import (
    BLANK,
    PARTS,
    SettingValue,
    as_result,
    value_options,
    wanted_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "product": {"type": "str"},
        "config": {"type": "str"},
        "environment": {"type": "str"},
        "sdk_key": {"type": "str", "no_log": True},
        "key": {"type": "str", "required": True, "no_log": False},
        **value_options(),
        "reason": {"type": "str"},
    },
    "numbers": ("reason",),
    "required_one_of": [("product", "sdk_key"), PARTS],
    "required_together": [("product", "config", "environment")],
    "mutually_exclusive": [("sdk_key", "product"), ("sdk_key", "config"), ("sdk_key", "environment")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the value of the flag into the desired state."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME, environment=LONGEST_NAME)
    key = checked_key("key", params["key"])
    check_place(params)
    check_length("reason", params["reason"])
    # The flag's type is known only later. Refuse here what no type allows.
    given = wanted_value("", params, None, BLANK)
    configcat = ConfigCatClient.for_task(task)
    sdk_key = params["sdk_key"]
    served = values_by_sdk_key(configcat, key, sdk_key) if sdk_key else values_where(task, configcat, params)
    flag = served.flags.get(key)
    if flag is None:
        missing(task, f"setting {key}", "Create it with reseller.toolkit.configcat_flag.")
        flag = {"key": key, "setting_id": None, "setting_type": None}
    before = served.values.get(key)
    segments = Segments(task, configcat, served.product_id)
    if prerequisites_of((before or BLANK) if params["rules"] is None else given):
        served = with_all_values(configcat, served)
    after = segments.resolved(desired(task, served, flag, params, before or BLANK))
    changed = before != after
    if not changed and before is not None:
        # Report the value as the API has it: the same value can be written in several ways.
        after = before
    if changed:
        check_writable(served, params["reason"])
        if not task.check_mode:
            address = (
                ValueAddress.by_sdk_key(served.version, key, sdk_key)
                if sdk_key
                else ValueAddress.by_ids(served.version, served.environment, flag["setting_id"])
            )
            parts = [part for part in PARTS if params[part] is not None]
            after = write_value(configcat, served, address, after, parts, params["reason"])
    environment = served.environment.get("name") or params["environment"]
    changes = {environment: [change_line(key, before, after, segments.name_of)] if changed else []}
    return {
        "changed": changed,
        "diff": diff_of(changes),
        "changes": lines_of(changes),
        "flag_value": {
            **{name: flag[name] for name in ("key", "setting_id", "setting_type")},
            "environment": environment,
            **as_result(after, segments.name_of),
        },
    }


def desired(
    task: Task, served: EnvironmentValues, flag: dict[str, Any], params: dict[str, Any], before: SettingValue
) -> SettingValue:
    """Return the desired value, as the config can hold it, with prerequisites that exist and form no circle.

    Args:
        task: knows whether this is check mode.
        served: all flags of the config, if a rule names a prerequisite.
        flag: the flag.
        params: the task's options.
        before: the current value.

    Raises:
        ToolkitError: ``invalid_option``, or ``not_found`` for a prerequisite, outside check mode.
    """
    version = served.version if served.config else None
    after = wanted_value("", params, flag["setting_type"], before, version)
    if version is None:
        return after
    after = FORMS[version].fitted("", after)
    if prerequisites_of(after):
        kinds = {key: one["setting_type"] for key, one in served.flags.items()}
        after = with_typed_prerequisites("", after, kinds, partial(missing_flag, task))
        check_no_circle(str(served.environment.get("name")), {**served.values, flag["key"]: after})
    return after


def check_place(params: dict[str, Any]) -> None:
    """Refuse a task that names no place. An option that is present but null passes Ansible's own check.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_sdk_key("sdk_key", params["sdk_key"])
    for option in ("product", "config", "environment"):
        if params["sdk_key"] is None and params[option] is None:
            raise invalid(option, "it is required unless sdk_key is given.")


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
