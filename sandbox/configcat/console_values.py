# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a setting serves in one environment, as a cell of the console."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from sqlite3 import Row
from typing import Any

from sandbox.configcat import configs, flags, formulas, segments, stored_values
from sandbox.console.tables import Cell, Share
from sandbox.context import Context

_SIGNS = {
    "isOneOf": "is one of",
    "isNotOneOf": "is not one of",
    "contains": "contains",
    "doesNotContain": "does not contain",
    "containsAnyOf": "contains",
    "doesNotContainAnyOf": "does not contain",
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
    "dateTimeBefore": "before",
    "dateTimeAfter": "after",
    "textEquals": "=",
    "textDoesNotEqual": "≠",
    "textStartsWithAnyOf": "starts with",
    "textNotStartsWithAnyOf": "does not start with",
    "textEndsWithAnyOf": "ends with",
    "textNotEndsWithAnyOf": "does not end with",
    "arrayContainsAnyOf": "has any of",
    "arrayDoesNotContainAnyOf": "has none of",
    "equals": "=",
    "doesNotEqual": "≠",
}
_LONGEST = 60
_TONES = ("a", "b", "c")


@dataclass
class _Served:
    """What is served to some users: one value, or several by percentage.

    :param parts: percentages with their values; one value has 100 %.
    """

    parts: list[tuple[int, Any]]

    @property
    def reached(self) -> list[tuple[int, Any]]:
        """The parts that any user gets."""
        return [(percentage, value) for percentage, value in self.parts if percentage]

    @property
    def text(self) -> str:
        if len(self.parts) == 1:
            return _text(self.parts[0][1])
        return ", ".join(f"{percentage} % {_text(value)}" for percentage, value in self.parts)


@dataclass
class _Value:
    """The value of a setting in an environment.

    :param default: served to users without the attribute that percentages are taken by.
    :param rules: their conditions in words, and what each serves.
    :param others: what is served to users whom no rule applies to.
    :param attribute: the attribute that percentages are taken by; empty for the identifier.
    """

    default: Any
    rules: list[tuple[str, _Served]]
    others: _Served
    attribute: str = ""


def cell(context: Context, flag: Row, environment_id: str) -> Cell:
    """Return what a flag serves in an environment."""
    value = _read(context, flag, environment_id)
    is_flag = flag["type"] == "boolean"
    notes = [f"{condition} → {served.text}" for condition, served in value.rules]
    if len(value.others.parts) > 1:
        by = f"by {value.attribute}: " if value.attribute else ""
        notes += [f"{by}{value.others.text}", f"without {value.attribute or 'a user'} → {_text(value.default)}"]
    reached = value.others.reached
    shown = _summary(value.others, is_flag=is_flag)
    return Cell(
        text=f"else {shown}" if value.rules else shown,
        tone=_tone(value, is_flag=is_flag),
        badge=f"{len(value.rules)} {'rule' if len(value.rules) == 1 else 'rules'}" if value.rules else "",
        notes=notes,
        shares=_shares(reached, is_flag=is_flag) if len(reached) > 1 else [],
    )


def _read(context: Context, flag: Row, environment_id: str) -> _Value:
    row = stored_values.read(context, flag["setting_id"], environment_id)
    version = configs.find(context, flag["config_id"])["evaluation_version"]
    return _of_v2(context, formulas.parts(flag, row)) if version == "v2" else _of_v1(context, stored_values.parts(row))


def _of_v1(context: Context, stored: dict[str, Any]) -> _Value:
    default = stored["value"]
    parts = [(item["percentage"], item["value"]) for item in stored["rolloutPercentageItems"]]
    rules = [(_condition_of_v1(context, rule), _Served([(100, rule["value"])])) for rule in stored["rolloutRules"]]
    return _Value(default, rules, _Served(parts or [(100, default)]))


def _of_v2(context: Context, stored: dict[str, Any]) -> _Value:
    default = _typed(stored["defaultValue"])
    rules, others = [], _Served([(100, default)])
    for rule in stored["targetingRules"]:
        options = [(item["percentage"], _typed(item["value"])) for item in rule["percentageOptions"] or []]
        served = _Served(options or [(100, _typed(rule["value"]))])
        if rule["conditions"]:
            rules.append((" and ".join(_condition_of_v2(context, one) for one in rule["conditions"]), served))
        else:
            others = served
    return _Value(default, rules, others, stored["percentageEvaluationAttribute"] or "")


def _typed(value: dict[str, Any]) -> Any:
    """Return the value in an object that has a property for each type."""
    return next(one for one in value.values() if one is not None)


def _summary(served: _Served, *, is_flag: bool) -> str:
    """Return what is served in one line; a split is never shown as one of its values."""
    reached = served.reached
    if len(reached) == 1:
        return _text(reached[0][1])
    if is_flag:
        return f"on for {sum(percentage for percentage, value in reached if value)} %"
    return f"{len(reached)} values"


def _tone(value: _Value, *, is_flag: bool) -> str:
    """Return the tone of one value for all users, or ``part`` if users differ."""
    everything = [value.others, *(served for _condition, served in value.rules)]
    found = {json.dumps(part) for served in everything for _percentage, part in served.reached}
    if len(found) > 1 and (is_flag or len(value.others.reached) > 1):
        return "part"
    return ("on" if found == {"true"} else "off") if is_flag else "value"


def _shares(parts: list[tuple[int, Any]], *, is_flag: bool) -> list[Share]:
    tones = ("on" if value else "off" for _percentage, value in parts) if is_flag else cycle(_TONES)
    return [Share(percentage, tone) for (percentage, _value), tone in zip(parts, tones, strict=False)]


def _condition_of_v1(context: Context, rule: dict[str, Any]) -> str:
    if rule["segmentId"]:
        return _in_segment(context, rule["segmentId"], rule["segmentComparator"])
    return _compared(rule["comparisonAttribute"], rule["comparator"], rule["comparisonValue"])


def _condition_of_v2(context: Context, condition: dict[str, Any]) -> str:
    if segment := condition["segmentCondition"]:
        return _in_segment(context, segment["segmentId"], segment["comparator"])
    if needed := condition["prerequisiteFlagCondition"]:
        key = flags.find(context, needed["prerequisiteSettingId"])["key"]
        return f"flag {key} {_SIGNS[needed['comparator']]} {_text(_typed(needed['prerequisiteComparisonValue']))}"
    user = condition["userCondition"]
    value = _typed(user["comparisonValue"])
    text = ", ".join(item["value"] for item in value) if isinstance(value, list) else str(value)
    if user["comparator"].startswith("dateTime"):
        # A number that is too large for a date stays a number.
        with contextlib.suppress(OverflowError, ValueError, OSError):
            text = datetime.fromtimestamp(value, UTC).isoformat(sep=" ", timespec="seconds")
    return _compared(user["comparisonAttribute"], user["comparator"], text)


def _in_segment(context: Context, segment_id: str, comparator: str) -> str:
    return f"{'in' if comparator == 'isIn' else 'not in'} segment {segments.find(context, segment_id)['name']}"


def _compared(attribute: str, comparator: str, value: str) -> str:
    plain = comparator.removeprefix("sensitive")
    sign = _SIGNS[plain[0].lower() + plain[1:]]
    return f"{attribute} {sign} {value if len(value) <= _LONGEST else f'{value[:_LONGEST]}…'}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
