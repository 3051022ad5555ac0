# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What settings of V2 configs serve in environments: a default value, targeting rules, percentages by an attribute.

A formula is stored in the table of values: the default value, its rules in the form of the API, and the attribute.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from sqlite3 import Row
from typing import Any

from pydantic import Field

from sandbox.configcat import flags, prerequisites, stored_values
from sandbox.configcat.bodies import Int64, Model, new_id
from sandbox.configcat.conditions_v2 import Condition, check_condition
from sandbox.configcat.responses import wrong_formula
from sandbox.configcat.stored_values import LIMITATIONS
from sandbox.configcat.typed_values import TypedValue, check_typed, typed
from sandbox.context import Context

# These and others are the texts of the API as tests of the vendor's Terraform provider expect them.
_WRONG_DEFAULT = "Invalid default value."
_WRONG_OPTION = "Invalid percentage option value."


class PercentageOption(Model):
    """A value and the percentage of users who get it."""

    percentage: Int64
    value: TypedValue


class TargetingRule(Model):
    """A targeting rule: a value or percentages for users who meet all conditions."""

    conditions: list[Condition] | None = None
    percentage_options: list[PercentageOption] | None = None
    value: TypedValue | None = None


class Formula(Model):
    """What a setting serves."""

    default_value: TypedValue
    targeting_rules: list[TargetingRule] | None = None
    percentage_evaluation_attribute: str | None = Field(None, max_length=1000)


def check(context: Context, flag: Row, product_id: str, wanted: Formula, place: str = "") -> None:
    """Refuse rules that the setting can't have, and values that are not of its type.

    :param place: the prefix of the names of properties.
    """
    check_typed(flag["type"], wanted.default_value, f"{place}defaultValue", _WRONG_DEFAULT)
    rules = wanted.targeting_rules or []
    if len(rules) > LIMITATIONS["maxTargetingRuleCount"]:
        raise wrong_formula(f"{place}targetingRules", "Too many targeting rules.")
    others = {row["setting_id"]: row for row in flags.of_config(context, flag["config_id"])}
    del others[flag["setting_id"]]
    for number, rule in enumerate(rules):
        at = f"{place}targetingRules.{number}"
        conditions = rule.conditions or []
        if not conditions and (rule is not rules[-1] or not rule.percentage_options):
            raise wrong_formula(at, "Only the last rule may have no conditions, and only with percentages.")
        if len(conditions) > LIMITATIONS["maxConditionPerTargetingRuleCount"]:
            raise wrong_formula(f"{at}.conditions", "Too many conditions.")
        for index, condition in enumerate(conditions):
            check_condition(context, product_id, others, condition, f"{at}.conditions.{index}")
        _check_served(flag["type"], rule, at)


def _check_served(kind: str, rule: TargetingRule, place: str) -> None:
    options = rule.percentage_options or []
    if (rule.value is None) != bool(options):
        raise wrong_formula(place, "A rule serves either a value or percentages.")
    if rule.value is not None:
        check_typed(kind, rule.value, f"{place}.value", "Invalid term value.")
        return
    if len(options) > LIMITATIONS["maxPercentageOptionCount"]:
        raise wrong_formula(f"{place}.percentageOptions", "Too many percentages.")
    for number, option in enumerate(options):
        check_typed(kind, option.value, f"{place}.percentageOptions.{number}.value", _WRONG_OPTION)
        if not 0 <= option.percentage <= 100:
            raise wrong_formula(f"{place}.percentageOptions.{number}.percentage", "From 0 to 100.")
    if sum(option.percentage for option in options) != 100:
        raise wrong_formula(f"{place}.percentageOptions", "The sum of the percentages must be 100.")


def shown_in(context: Context, config_id: str, environment_id: str) -> Callable[[Row, Row], dict[str, Any]]:
    """Return the function that returns what a row of a setting shows in an environment, beside its metadata."""
    dependents = prerequisites.dependents(context, config_id, environment_id)
    return lambda flag, row: {
        **parts(flag, row),
        "lastVersionId": row["version_id"],
        "settingIdsWherePrerequisite": dependents.get(flag["setting_id"], []),
    }


def parts(flag: Row, row: Row) -> dict[str, Any]:
    """Return what a row of a setting serves, under the names of the API."""
    return {
        "defaultValue": typed(flag["type"], json.loads(row["value"])),
        "targetingRules": json.loads(row["rollout_rules"]),
        "percentageEvaluationAttribute": row["percentage_attribute"],
    }


def write(context: Context, flag: Row, environment_id: str, wanted: Formula) -> bool:
    """Replace what a setting serves; return False if it is unchanged."""
    before = stored_values.read(context, flag["setting_id"], environment_id)
    columns = {
        "value": json.dumps(check_typed(flag["type"], wanted.default_value, "defaultValue", _WRONG_DEFAULT)),
        "rollout_rules": json.dumps([_stored(rule) for rule in wanted.targeting_rules or []]),
        "percentage_attribute": wanted.percentage_evaluation_attribute or None,
    }
    if all(before[name] == value for name, value in columns.items()):
        return False
    changed = {**columns, "version_id": new_id(), "updated_at": context.clock.now()}
    assignments = ", ".join(f"{name} = ?" for name in changed)
    sql = f"UPDATE flag_values SET {assignments} WHERE setting_id = ? AND environment_id = ?"
    context.store.run(sql, *changed.values(), flag["setting_id"], environment_id)
    return True


def _stored(rule: TargetingRule) -> dict[str, Any]:
    """Return a rule in the form in which it is stored and shown."""
    return {
        "conditions": [_without_variation(condition) for condition in _dumped(rule.conditions or [])],
        "percentageOptions": [_without_variation(option) for option in _dumped(rule.percentage_options or [])],
        "value": _without_variation(rule.value.model_dump(by_alias=True)) if rule.value else None,
    }


def _dumped(items: list[Any]) -> list[dict[str, Any]]:
    return [item.model_dump(by_alias=True) for item in items]


def _without_variation(value: Any) -> Any:
    """Return data without ids of predefined variations, which responses do not show."""
    if isinstance(value, list):
        return [_without_variation(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_variation(item) for name, item in value.items() if name != "predefinedVariationId"}
    return value
