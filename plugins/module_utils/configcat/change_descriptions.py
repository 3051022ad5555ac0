# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of values and of their changes, in words that the owner of the product understands.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import (
    LISTS,
    Condition,
    shown_comparison,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import PlainValue
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import (
    Rule,
    SettingValue,
    Share,
)

#: The number of list items, and of characters of a text, that are shown. The rest is counted or cut.
SHOWN_ITEMS = 3
SHOWN_CHARACTERS = 60
#: The prefix of comparators whose comparison values are confidential: the SDKs receive only their hashes.
SENSITIVE = "sensitive"
#: The comparators in words.
WORDS = {
    "isOneOf": "is",
    "isNotOneOf": "is not",
    "contains": "contains",
    "doesNotContain": "does not contain",
    "containsAnyOf": "contains",
    "doesNotContainAnyOf": "does not contain",
    "textEquals": "is",
    "textDoesNotEqual": "is not",
    "textStartsWithAnyOf": "starts with",
    "textNotStartsWithAnyOf": "does not start with",
    "textEndsWithAnyOf": "ends with",
    "textNotEndsWithAnyOf": "does not end with",
    "arrayContainsAnyOf": "contains the item",
    "arrayDoesNotContainAnyOf": "does not contain the item",
    "dateTimeBefore": "is before",
    "dateTimeAfter": "is after",
    "semVerIsOneOf": "is version",
    "semVerIsNotOneOf": "is not version",
    "semVerLess": "is a version before",
    "semVerLessOrEquals": "is a version up to",
    "semVerGreater": "is a version after",
    "semVerGreaterOrEquals": "is a version from",
    "numberEquals": "=",
    "numberDoesNotEqual": "≠",
    "numberLess": "<",
    "numberLessOrEquals": "≤",
    "numberGreater": ">",
    "numberGreaterOrEquals": "≥",
    "sensitiveIsOneOf": "is",
    "sensitiveIsNotOneOf": "is not",
    "sensitiveTextEquals": "is",
    "sensitiveTextDoesNotEqual": "is not",
    "sensitiveTextStartsWithAnyOf": "starts with",
    "sensitiveTextNotStartsWithAnyOf": "does not start with",
    "sensitiveTextEndsWithAnyOf": "ends with",
    "sensitiveTextNotEndsWithAnyOf": "does not end with",
    "sensitiveArrayContainsAnyOf": "contains the item",
    "sensitiveArrayDoesNotContainAnyOf": "does not contain the item",
    "isIn": "in",
    "isNotIn": "not in",
    "equals": "is",
    "doesNotEqual": "is not",
}


def change_line(key: str, before: SettingValue | None, after: SettingValue, segment_name: Callable[[str], str]) -> str:
    """Return one line for a change of a value, such as ``new_checkout: off → on for 10 %``.

    Args:
        key: the setting's key.
        before: its current value; None for a new setting.
        after: its desired value.
        segment_name: returns the name of the segment with an id.
    """
    old, new = "(new)" if before is None else in_words(before, segment_name), in_words(after, segment_name)
    return f"{key}: {old} → {new}" if old != new else f"{key}: {old} (changed in a part that is not shown here)"


def lines_of(changes: dict[str, list[str]]) -> list[str]:
    """Return the changes of all environments as lines that name the environment. An empty name stands for all."""
    return [f"{name}: {line}" if name else line for name, lines in changes.items() for line in lines]


def diff_of(changes: dict[str, list[str]]) -> dict[str, str]:
    """Return the changes in the form that Ansible shows with ``--diff``, grouped by environment."""
    return {
        "prepared": "".join(
            "\n".join([name or "all environments", *(f"  {line}" for line in lines)]) + "\n"
            for name, lines in changes.items()
            if lines
        )
    }


def in_words(value: SettingValue, segment_name: Callable[[str], str]) -> str:
    """Return a value in words: its rules in order, then the value for all other users."""
    parts = [f"{_served(rule)} if {_conditions(rule, segment_name)}" for rule in value.rules]
    parts.append(("else " if parts else "") + _for_the_others(value))
    by = f" (percentages by {value.percentage_attribute})" if value.percentage_attribute else ""
    return ", ".join(parts) + by


def _served(rule: Rule) -> str:
    return _shares(rule.percentages) if rule.percentages else _spoken(rule.value)


def _shares(shares: tuple[Share, ...]) -> str:
    # "On for 10 %" is enough: the other 90 % are off.
    told = [share for share in shares if share.value is not False] or list(shares)
    return ", ".join(f"{_spoken(share.value)} for {share.percentage} %" for share in told)


def _for_the_others(value: SettingValue) -> str:
    """Return the value for users that no rule applies to, in words.

    With percentages, the plain value is for users that the application does not identify. Off is expected there, so it
    is left out.
    """
    if not value.percentages:
        return _spoken(value.value)
    text = _shares(value.percentages)
    return text if value.value is False else f"{text}, {_spoken(value.value)} for unknown users"


def _conditions(rule: Rule, segment_name: Callable[[str], str]) -> str:
    return " and ".join(_condition(condition, segment_name) for condition in rule.conditions)


def _condition(condition: Condition, segment_name: Callable[[str], str]) -> str:
    word = WORDS.get(condition.comparator, condition.comparator)
    if condition.segment:
        return f"{word} segment {_quoted(segment_name(condition.segment))}"
    if condition.prerequisite:
        return f"{condition.prerequisite} {word} {_spoken(condition.prerequisite_value)}"
    return f"{condition.attribute} {word} {_compared_with(condition)}"


def _compared_with(condition: Condition) -> str:
    items = condition.comparison
    if condition.comparator not in LISTS:
        hidden = condition.comparator.startswith(SENSITIVE)
        return "a hidden text" if hidden else _quoted(str(shown_comparison(condition.comparator, items)))
    if condition.comparator.startswith(SENSITIVE):
        return f"one of {len(items)} hidden"
    shown = " or ".join(_quoted(item) for item in items[:SHOWN_ITEMS])
    return shown if len(items) <= SHOWN_ITEMS else f"{shown} or one of {len(items) - SHOWN_ITEMS} more"


def _spoken(value: PlainValue | None) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    short = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return json.dumps(short, ensure_ascii=False)
