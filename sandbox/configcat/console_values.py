# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a setting serves in one environment, as a cell of the console."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import cycle
from sqlite3 import Row
from typing import Any

from sandbox.configcat import segments, stored_values
from sandbox.console.tables import Cell, Share
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
        return ", ".join(f"{percentage} % → {_text(value)}" for percentage, value in self.parts)


@dataclass
class _Value:
    """The value of a setting in an environment.

    :param default: served to users without the attribute that percentages are taken by.
    :param rules: their conditions in words, and what each serves.
    :param others: what is served to users whom no rule applies to.
    """

    default: Any
    rules: list[tuple[str, _Served]]
    others: _Served


def cell(context: Context, flag: Row, environment_id: str) -> Cell:
    """Return what a flag serves in an environment."""
    value = _read(context, flag, environment_id)
    is_flag = flag["type"] == "boolean"
    notes = [f"{condition} → {served.text}" for condition, served in value.rules]
    if len(value.others.parts) > 1:
        notes += [value.others.text, f"without a user → {_text(value.default)}"]
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
    stored = stored_values.parts(stored_values.read(context, flag["setting_id"], environment_id))
    default = stored["value"]
    parts = [(item["percentage"], item["value"]) for item in stored["rolloutPercentageItems"]]
    rules = [(_condition(context, rule), _Served([(100, rule["value"])])) for rule in stored["rolloutRules"]]
    return _Value(default, rules, _Served(parts or [(100, default)]))


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
