# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings as the API has them in V1 configs.

Private to the collection. Source: the vendor's description of the API (v1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import (
    V1_COMPARATORS,
    V2_NAMES,
    Condition,
    comparison_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import PlainValue
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import Rule, SettingValue, Share
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    nullable_in,
    number_in,
    string_in,
    text_in,
    value_in,
)

#: What V1 configs call comparators of V2 configs.
V1_NAMES = {name: known for known, name in V2_NAMES.items()}


def fitted(option: str, value: SettingValue) -> SettingValue:
    """Return a value as V1 configs hold it.

    Args:
        option: the name of the enclosing option, with a dot at its end; empty for options of the task itself.
        value: the desired value.

    Raises:
        ToolkitError: ``invalid_option``, for what a V1 config can't hold.
    """
    if value.percentage_attribute:
        raise _needs_v2(f"{option}percentage_attribute", "percentages by another attribute")
    rules = tuple(_fitted_rule(f"{option}rules[{number}]", rule) for number, rule in enumerate(value.rules))
    return replace(value, rules=rules)


def _fitted_rule(option: str, rule: Rule) -> Rule:
    if rule.percentages:
        raise _needs_v2(f"{option}.percentages", "percentages in a rule")
    if len(rule.conditions) != 1:
        raise _needs_v2(f"{option}.conditions", "a rule with several conditions")
    (condition,) = rule.conditions
    if condition.prerequisite:
        raise _needs_v2(f"{option}.prerequisite_flag", "prerequisite flags")
    if not condition.segment:
        condition = _fitted_comparison(option, condition)
    return replace(rule, conditions=(condition,))


def _fitted_comparison(option: str, condition: Condition) -> Condition:
    comparator = V1_NAMES.get(condition.comparator, condition.comparator)
    if comparator not in V1_COMPARATORS or (comparator in V2_NAMES and len(condition.comparison) != 1):
        listed = " with several values" if comparator in V2_NAMES else ""
        raise _needs_v2(f"{option}.comparator", f"the comparator {condition.comparator}{listed}")
    return replace(condition, comparator=comparator)


def _needs_v2(option: str, what: str) -> Exception:
    return invalid(option, f"a V1 config can't hold {what}. Use a V2 config.")


def from_api(item: dict[str, Any], _flag_key: Callable[[int], str]) -> SettingValue:
    """Return the value in an object of the API, whose properties are named as `ConfigCatClient` returns them.

    Raises:
        Unreadable: a part is missing, or of another type.
    """
    return SettingValue(
        _value_in(item),
        tuple(_rule_from_api(rule) for rule in collection_in(item, "rollout_rules")),
        tuple(
            Share(number_in(share, "percentage"), _value_in(share))
            for share in collection_in(item, "rollout_percentage_items")
        ),
    )


def _value_in(item: dict[str, Any]) -> Any:
    """Return the plain value: a boolean, a text or a number.

    Raises:
        Unreadable: it is missing, or of another type.
    """
    value = item.get("value")
    return value if isinstance(value, (bool, str, int, float)) else value_in(item, "value", str)


def _rule_from_api(rule: dict[str, Any]) -> Rule:
    value: PlainValue = _value_in(rule)
    if rule.get("segment_id"):
        return Rule((Condition(text_in(rule, "segment_comparator"), segment=text_in(rule, "segment_id")),), value)
    attribute, comparator = value_in(rule, "comparison_attribute", str), text_in(rule, "comparator")
    text = nullable_in(rule, "comparison_value", string_in, "")
    return Rule((Condition(comparator, attribute, comparison_in(comparator, text)),), value)


def to_api(value: SettingValue, _flag_id: Callable[[str], int]) -> dict[str, Any]:
    """Return a value in full, as a write sends it: the API resets everything that is left out."""
    return {
        "value": value.value,
        "rollout_rules": [_rule_to_api(rule) for rule in value.rules],
        "rollout_percentage_items": [
            {"percentage": share.percentage, "value": share.value} for share in value.percentages
        ],
    }


def _rule_to_api(rule: Rule) -> dict[str, Any]:
    (condition,) = rule.conditions
    if condition.segment:
        return {"segment_id": condition.segment, "segment_comparator": condition.comparator, "value": rule.value}
    return {
        "comparison_attribute": condition.attribute,
        "comparator": condition.comparator,
        "comparison_value": ",".join(condition.comparison),
        "value": rule.value,
    }
