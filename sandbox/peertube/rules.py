# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for values of requests: functions that return whether a value is valid."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Rule = Callable[[Any], object]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHORT_UUID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{22}")


def text(least: int, most: int) -> Rule:
    """Return the rule of a text of so many characters."""
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def matching(pattern: str) -> Rule:
    """Return the rule of a text that matches a pattern."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value)


def one_of(*values: object) -> Rule:
    """Return the rule of one of some values; a form has numbers as texts."""
    texts = {str(value) for value in values}
    return lambda value: not isinstance(value, bool) and isinstance(value, (str, int)) and str(value) in texts


def number(least: int = 0, most: int = 2**53) -> Rule:
    """Return the rule of a whole number; a form has it as a text."""

    def rule(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            return False
        return bool(re.fullmatch(r"-?\d+", str(value))) and least <= int(value) <= most

    return rule


def boolean(value: Any) -> bool:
    """Return whether it is true or false; a form has them as texts."""
    return isinstance(value, bool) or value in ("true", "false", "1", "0")


def date(value: Any) -> bool:
    """Return whether it is a date, as ISO 8601."""
    return isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value) is not None


def anything(value: Any) -> bool:
    """Accept every value."""
    return value is not None


def text_list(value: Any) -> bool:
    """Return whether it is a list of texts."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def each(rule: Rule, most: int = 10**6, least: int = 0) -> Rule:
    """Return the rule of a list, or of a single value, that another rule accepts."""

    def rule_of_list(value: Any) -> bool:
        items = value if isinstance(value, list) else [value]
        return least <= len(items) <= most and all(rule(item) for item in items)

    return rule_of_list


def tags(value: Any) -> bool:
    """Return whether these are at most five tags."""
    return bool(each(text(2, 30), 5)(value))


def is_video_id(value: Any) -> bool:
    """Return whether it is a number, a UUID or a short UUID."""
    shown = str(value)
    return bool(re.fullmatch(r"\d+", shown) or UUID.fullmatch(shown) or SHORT_UUID.fullmatch(shown))


HOST = matching(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d+)?")
USERNAME = matching(r"[a-z0-9_]+([a-z0-9_.-]+[a-z0-9_]+|[a-z0-9_]*)?")
PASSWORD = text(6, 255)
EMAIL = matching(r"[^@\s]+@[^@\s]+\.[^@\s]+")
CHANNEL_NAME = matching(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,48}[a-zA-Z0-9_]|[a-zA-Z0-9_]")
DISPLAY_NAME = text(1, 120)
LONG_TEXT = text(3, 1000)
NUMBER = number()


def username(value: Any) -> bool:
    """Return whether it is a valid name of a user."""
    return isinstance(value, str) and 1 <= len(value) <= 50 and bool(USERNAME(value))


def as_bool(value: Any) -> bool:
    """Return a boolean of JSON or of a form."""
    return value in (True, "true", "1", 1)
