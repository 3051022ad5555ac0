# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings as the API has them in V2 configs, where it calls them formulas.

Private to the collection. Source: the vendor's description of the API (v2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import (
    IDENTIFIER,
    LISTS,
    NUMBERS,
    TIMES,
    V2_NAMES,
    Condition,
    number_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import PlainValue
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import Rule, SettingValue, Share
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    is_whole_number,
    nullable_in,
    number_in,
    string_in,
    text_in,
    value_in,
)

#: The properties that hold a plain value, by its type.
TYPED: dict[type, str] = {bool: "bool_value", str: "string_value", int: "int_value", float: "double_value"}


def fitted(_option: str, value: SettingValue) -> SettingValue:
    """Return a value as V2 configs hold it: comparators that only V1 configs know get the name of V2."""
    return replace(
        value,
        rules=tuple(
            replace(rule, conditions=tuple(_renamed(condition) for condition in rule.conditions))
            for rule in value.rules
        ),
    )


def _renamed(condition: Condition) -> Condition:
    return replace(condition, comparator=V2_NAMES.get(condition.comparator, condition.comparator))


def from_api(item: dict[str, Any], flag_key: Callable[[int], str]) -> SettingValue:
    """Return the value in an object of the API, whose properties are named as `ConfigCatClient` returns them.

    Args:
        item: the formula of a setting.
        flag_key: returns the key of the flag with an id.

    Raises:
        Unreadable: a part is missing, or of another type.
    """
    rules = [_rule_from_api(rule, flag_key) for rule in collection_in(item, "targeting_rules")]
    # A last rule without conditions is for users that no other rule applies to.
    last = rules.pop() if rules and not rules[-1].conditions else Rule(())
    return SettingValue(
        _typed_in(value_in(item, "default_value", dict)),
        tuple(rules),
        last.percentages,
        _attribute_in(item),
    )


def _attribute_in(item: dict[str, Any]) -> str:
    name = "percentage_evaluation_attribute"
    attribute = nullable_in(item, name, string_in, "")
    return "" if attribute == IDENTIFIER else attribute


def _rule_from_api(rule: dict[str, Any], flag_key: Callable[[int], str]) -> Rule:
    conditions = tuple(_condition_from_api(each, flag_key) for each in collection_in(rule, "conditions"))
    # A rule shows a value or percentages; the API may leave the other one out.
    shown = collection_in(rule, "percentage_options") if "percentage_options" in rule else []
    shares = tuple(Share(number_in(share, "percentage"), _typed_in(value_in(share, "value", dict))) for share in shown)
    return Rule(conditions, None if shares else _typed_in(value_in(rule, "value", dict)), shares)


def _condition_from_api(condition: dict[str, Any], flag_key: Callable[[int], str]) -> Condition:
    if condition.get("segment_condition") is not None:
        about = value_in(condition, "segment_condition", dict)
        return Condition(text_in(about, "comparator"), segment=text_in(about, "segment_id"))
    if condition.get("prerequisite_flag_condition") is not None:
        about = value_in(condition, "prerequisite_flag_condition", dict)
        return Condition(
            text_in(about, "comparator"),
            prerequisite=flag_key(number_in(about, "prerequisite_setting_id")),
            prerequisite_value=_typed_in(value_in(about, "prerequisite_comparison_value", dict)),
        )
    about = value_in(condition, "user_condition", dict)
    comparison = _comparison_from_api(value_in(about, "comparison_value", dict))
    return Condition(text_in(about, "comparator"), text_in(about, "comparison_attribute"), comparison)


def _comparison_from_api(value: dict[str, Any]) -> tuple[str, ...]:
    if value.get("list_value") is not None:
        return tuple(value_in(item, "value", str) for item in collection_in(value, "list_value"))
    number = value.get("double_value")
    if isinstance(number, (int, float)) and not isinstance(number, bool):
        return (number_text(number),)
    return (value_in(value, "string_value", str),)


def _typed_in(value: dict[str, Any]) -> PlainValue:
    """Return a plain value.

    Raises:
        Unreadable: no property holds one of its type.
    """
    found: list[Any] = [value.get(name) for name in ("bool_value", "int_value", "double_value")]
    truth, whole, number = found
    if isinstance(truth, bool):
        return truth
    if is_whole_number(whole):
        return int(whole)
    if isinstance(number, float) or is_whole_number(number):
        return float(number)
    return value_in(value, "string_value", str)


def to_api(value: SettingValue, flag_id: Callable[[str], int]) -> dict[str, Any]:
    """Return a value in full, as a write sends it: the API resets everything that is left out.

    Args:
        value: the value.
        flag_id: returns the id of the flag with a key.
    """
    rules = [_rule_to_api(rule, flag_id) for rule in value.rules]
    if value.percentages:
        rules.append({"conditions": [], "percentage_options": _shares_to_api(value.percentages)})
    return {
        "default_value": _typed(value.value),
        "targeting_rules": rules,
        "percentage_evaluation_attribute": value.percentage_attribute or None,
    }


def _rule_to_api(rule: Rule, flag_id: Callable[[str], int]) -> dict[str, Any]:
    conditions = [_condition_to_api(condition, flag_id) for condition in rule.conditions]
    if rule.percentages:
        return {"conditions": conditions, "percentage_options": _shares_to_api(rule.percentages)}
    return {"conditions": conditions, "value": _typed(rule.value)}


def _shares_to_api(shares: tuple[Share, ...]) -> list[dict[str, Any]]:
    return [{"percentage": share.percentage, "value": _typed(share.value)} for share in shares]


def _condition_to_api(condition: Condition, flag_id: Callable[[str], int]) -> dict[str, Any]:
    if condition.segment:
        return {"segment_condition": {"segment_id": condition.segment, "comparator": condition.comparator}}
    if condition.prerequisite:
        return {
            "prerequisite_flag_condition": {
                "prerequisite_setting_id": flag_id(condition.prerequisite),
                "comparator": condition.comparator,
                "prerequisite_comparison_value": _typed(condition.prerequisite_value),
            }
        }
    return {
        "user_condition": {
            "comparison_attribute": condition.attribute,
            "comparator": condition.comparator,
            "comparison_value": _comparison_to_api(condition),
        }
    }


def _comparison_to_api(condition: Condition) -> dict[str, Any]:
    if condition.comparator in LISTS:
        return {"list_value": [{"value": item} for item in condition.comparison]}
    (text,) = condition.comparison
    if condition.comparator in (*NUMBERS, *TIMES):
        return {"double_value": float(text)}
    return {"string_value": text}


def _typed(value: PlainValue | None) -> dict[str, Any]:
    return {TYPED[type(value)]: value}
