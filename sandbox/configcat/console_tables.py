# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the console: the flags of each config, and their values in each environment."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from sandbox.configcat import configs, environments, flags, segments, stored_values
from sandbox.console.tables import Cell, Group, Table
from sandbox.context import Context

_SIGNS = {
    "isOneOf": "is one of",
    "isNotOneOf": "is not one of",
    "contains": "contains",
    "doesNotContain": "does not contain",
    "semVerIsOneOf": "is one of",
    "semVerIsNotOneOf": "is not one of",
    "semVerLess": "<",
    "semVerLessOrEquals": "≤",
    "semVerGreater": ">",
    "semVerGreaterOrEquals": "≥",
    "numberEquals": "=",
    "numberDoesNotEqual": "≠",
    "numberLess": "<",
    "numberLessOrEquals": "≤",
    "numberGreater": ">",
    "numberGreaterOrEquals": "≥",
    "sensitiveIsOneOf": "is one of",
    "sensitiveIsNotOneOf": "is not one of",
}
_LONGEST = 60


def groups(context: Context) -> list[Group]:
    """Return a group for each product, with a table for each config."""
    return [_group(context, product) for product in context.store.all("SELECT * FROM products ORDER BY rowid")]


def _group(context: Context, product: Row) -> Group:
    places = environments.of_product(context, product["product_id"])
    found = configs.of_product(context, product["product_id"])
    return Group(
        product["name"],
        product["description"] or f"{len(found)} configs, {len(places)} environments",
        [_table(context, config, places) for config in found],
    )


def _table(context: Context, config: Row, places: list[Row]) -> Table:
    rows = [
        [_name(context, flag), *(_value(context, flag, place["environment_id"]) for place in places)]
        for flag in flags.of_config(context, config["config_id"])
    ]
    return Table(config["name"], ["Flag", *(place["name"] for place in places)], rows, "No flags yet.")


def _name(context: Context, flag: Row) -> Cell:
    tagged = [f"#{tag['name']}" for tag in flags.tags_of(context, flag["setting_id"])]
    return Cell(flag["key"], "name", [flag["name"], " ".join([flag["type"], *tagged])])


def _value(context: Context, flag: Row, environment_id: str) -> Cell:
    parts = stored_values.parts(stored_values.read(context, flag["setting_id"], environment_id))
    notes = [f"{_condition(context, rule)} → {_text(rule['value'])}" for rule in parts["rolloutRules"]]
    shares = [f"{item['percentage']} % → {_text(item['value'])}" for item in parts["rolloutPercentageItems"]]
    notes += [", ".join(shares)] if shares else []
    tone = {True: "on", False: "off"}[parts["value"]] if flag["type"] == "boolean" else "value"
    return Cell(_text(parts["value"]), tone, notes)


def _condition(context: Context, rule: dict[str, Any]) -> str:
    if rule["segmentId"]:
        name = segments.find(context, rule["segmentId"])["name"]
        return f"{'in' if rule['segmentComparator'] == 'isIn' else 'not in'} segment {name}"
    compared = rule["comparisonValue"]
    shown = compared if len(compared) <= _LONGEST else f"{compared[:_LONGEST]}…"
    return f"{rule['comparisonAttribute']} {_SIGNS[rule['comparator']]} {shown}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
