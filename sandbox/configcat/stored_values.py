# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stored values of settings in environments: a value, targeting rules, percentage rules."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any, Literal

from sandbox.configcat.bodies import Attribute, Comparator, ComparisonValue, Id, Int64, Model, new_id
from sandbox.configcat.conditions import check_condition
from sandbox.configcat.responses import wrong
from sandbox.context import Context

SCHEMA = """
CREATE TABLE IF NOT EXISTS flag_values (
    setting_id INTEGER NOT NULL REFERENCES flags (setting_id) ON DELETE CASCADE,
    environment_id TEXT NOT NULL REFERENCES environments (environment_id) ON DELETE CASCADE,
    value TEXT NOT NULL,            -- this and the next two as JSON
    rollout_rules TEXT NOT NULL,
    percentage_items TEXT NOT NULL, -- empty in a V2 config, whose rules have percentages
    percentage_attribute TEXT,      -- of a V2 config: what percentages are taken by, NULL: the identifier
    version_id TEXT NOT NULL,       -- of a V2 config: changes with the rest
    updated_at REAL,                -- NULL: never since the setting was made
    PRIMARY KEY (setting_id, environment_id)
);
"""

FIRST_VALUES: dict[str, Any] = {"boolean": False, "string": "", "int": 0, "double": 0.0}
"""The initial value of each type of setting."""

LIMITATIONS = {
    "maxPercentageOptionCount": 100,
    "maxTargetingRuleCount": 100,
    "maxComparisonValueLength": 65_535,
    "maxComparisonValueListLength": 10_000,
    "maxComparisonValueListItemLength": 1000,
    "maxStringFlagValueLength": 100_000,
    "maxConditionPerTargetingRuleCount": 50,
}
"""What a subscription allows for each setting, as the API shows it; the numbers are the sandbox's own."""

_INT32 = range(-(2**31), 2**31)


class TargetingRule(Model):
    """A targeting rule: it compares an attribute of the user, or checks whether the user is in a segment."""

    comparison_attribute: Attribute | None = None
    comparator: Comparator | None = None
    comparison_value: ComparisonValue | None = None
    segment_comparator: Literal["isIn", "isNotIn"] | None = None
    segment_id: Id | None = None
    value: Any = None


class PercentageItem(Model):
    """A value and the percentage of users who get it."""

    percentage: Int64
    value: Any = None


class SettingValue(Model):
    """The value of a setting, with its rules."""

    value: Any = None
    rollout_rules: list[TargetingRule] | None = None
    rollout_percentage_items: list[PercentageItem] | None = None


def check_value(kind: str, value: Any, place: str) -> None:
    """Refuse a value that is not of the setting's type."""
    good = {
        "boolean": isinstance(value, bool),
        "string": isinstance(value, str) and len(value) <= LIMITATIONS["maxStringFlagValueLength"],
        "int": isinstance(value, int) and not isinstance(value, bool) and value in _INT32,
        "double": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not good[kind]:
        raise wrong(place, f"Not a value of the type {kind}.")


def check_setting_value(context: Context, kind: str, product_id: str, wanted: SettingValue, place: str = "") -> None:
    """Refuse invalid rules, and values that are not of the setting's type.

    :param place: the prefix of the names of properties.
    """
    check_value(kind, wanted.value, f"{place}value")
    for number, rule in enumerate(wanted.rollout_rules or []):
        _check_rule(context, product_id, rule, f"{place}rolloutRules.{number}")
        check_value(kind, rule.value, f"{place}rolloutRules.{number}.value")
    items = wanted.rollout_percentage_items or []
    for number, item in enumerate(items):
        check_value(kind, item.value, f"{place}rolloutPercentageItems.{number}.value")
        if not 0 <= item.percentage <= 100:
            raise wrong(f"{place}rolloutPercentageItems.{number}.percentage", "From 0 to 100.")
    if items and sum(item.percentage for item in items) != 100:
        raise wrong(f"{place}rolloutPercentageItems", "The sum of the percentages must be 100.")


def _check_rule(context: Context, product_id: str, rule: TargetingRule, place: str) -> None:
    compared = (rule.comparison_attribute, rule.comparator, rule.comparison_value)
    segment = (rule.segment_comparator, rule.segment_id)
    if rule.comparator and rule.comparison_value and all(compared) and not any(segment):
        check_condition(rule.comparator, rule.comparison_value, f"{place}.comparisonValue")
    elif all(segment) and not any(compared):
        found = context.store.one("SELECT product_id FROM segments WHERE segment_id = ?", rule.segment_id)
        if found is None or found["product_id"] != product_id:
            raise wrong(f"{place}.segmentId", "There is no such segment in this product.")
    else:
        raise wrong(place, "Either comparator, attribute and value, or a segment and its comparator.")


def write_first_value(context: Context, setting_id: int, environment_id: str, value: Any) -> None:
    """Store the first value of a setting in an environment."""
    context.store.insert(
        "flag_values",
        setting_id=setting_id,
        environment_id=environment_id,
        value=json.dumps(value),
        rollout_rules="[]",
        percentage_items="[]",
        version_id=new_id(),
    )


def copy_value(context: Context, source: int, setting_id: int, environment_id: str) -> None:
    """Store the value of another setting with its rules as the first value of a setting in an environment."""
    own = {"setting_id": setting_id, "version_id": new_id(), "updated_at": None}
    columns = {**read(context, source, environment_id), **own}
    context.store.insert("flag_values", **columns)


def write(context: Context, setting_id: int, environment_id: str, wanted: SettingValue) -> bool:
    """Replace a value; return False if it is unchanged."""
    before = read(context, setting_id, environment_id)
    columns = {
        "value": wanted.value,
        "rollout_rules": [rule.model_dump(by_alias=True) for rule in wanted.rollout_rules or []],
        "percentage_items": [item.model_dump() for item in wanted.rollout_percentage_items or []],
    }
    written = {name: json.dumps(value) for name, value in columns.items()}
    if all(before[name] == text for name, text in written.items()):
        return False
    sql = """UPDATE flag_values SET value = ?, rollout_rules = ?, percentage_items = ?, updated_at = ?
             WHERE setting_id = ? AND environment_id = ?"""
    context.store.run(sql, *written.values(), context.clock.now(), setting_id, environment_id)
    return True


def read(context: Context, setting_id: int, environment_id: str) -> Row:
    """Return the value of a setting in an environment; both must exist."""
    sql = "SELECT * FROM flag_values WHERE setting_id = ? AND environment_id = ?"
    row = context.store.one(sql, setting_id, environment_id)
    assert row is not None
    return row


def parts(row: Row) -> dict[str, Any]:
    """Return the value and the rules of a row, under the names of the API."""
    return {
        "value": json.loads(row["value"]),
        "rolloutRules": json.loads(row["rollout_rules"]),
        "rolloutPercentageItems": json.loads(row["percentage_items"]),
    }
