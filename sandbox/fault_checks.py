# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the parameters of fault rules: an invalid rule is refused when it is set, not when it applies."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox import json_path

CHANGES = ("drop", "null", "empty", "other", "wrong_type", "set")
"""The possible changes of a property."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MOST_NESTED = 10_000_000

Check = Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return _is_offset(value) and value >= 0


def _is_offset(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any, least: int = 0, most: float = float("inf")) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_status(value: Any) -> bool:
    return _is_whole(value, 200, 599)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def _is_header_value(value: Any) -> bool:
    if _is_offset(value):
        return True
    return isinstance(value, str) and not re.search(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]|^\s|\s$", value)


def _are_headers(value: Any) -> bool:
    if not isinstance(value, dict) or not all(map(_is_name, value)):
        return False
    lists = [one if isinstance(one, list) else [one] for one in value.values() if one is not None]
    return all(_is_header_value(one) for values in lists for one in values)


def _is_path(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    json_path.parse(value)
    return True


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


_CHECKS: dict[str, tuple[Check, str]] = {
    "seconds": (_is_number, "a number, not below zero"),
    "acted": (lambda value: isinstance(value, bool), "true or false"),
    "status": (_or_null(_is_status), "a status from 200 to 599"),
    "headers": (_are_headers, "an object of header names with a value, a list of values, or null each"),
    "retry_after": (_or_null(_is_header_value), "a header's value or null"),
    "reset": (_or_null(_is_whole), "a number of seconds or null"),
    "keep": (_or_null(_is_whole), "a number of bytes or null"),
    "until_polls": (_or_null(lambda value: _is_whole(value, 1)), "a number from 1 or null"),
    "name": (_is_name, "a header's name"),
    "content_type": (_or_null(_is_header_value), "a header's value or null"),
    "at": (_is_path, "a path such as $[0].identifier"),
    "change": (lambda value: value in CHANGES, f"one of {', '.join(CHANGES)}"),
    "depth": (lambda value: _is_whole(value, 1, _MOST_NESTED), f"a number from 1 to {_MOST_NESTED}"),
    "opening": (lambda value: isinstance(value, str) and value != "", "a text"),
    "take": (lambda value: _is_whole(value, 1), "a number from 1"),
}
_OF_ONE_FAULT: dict[tuple[str, str], tuple[Check, str]] = {
    ("status", "status"): (_is_status, "a status from 200 to 599"),
    ("clock_skew", "seconds"): (_is_offset, "a number"),
    ("not_json", "body"): (lambda value: isinstance(value, str), "a text"),
    ("total", "value"): (_or_null(_is_header_value), "a header's value or null"),
    ("double_header", "value"): (_or_null(_is_header_value), "a header's value or null"),
    ("content_type", "value"): (_is_header_value, "a header's value"),
}


def check(fault: str, parameters: dict[str, Any]) -> None:
    """Raise ``ValueError`` with the mistake in the parameters of a fault, given with their defaults."""
    for name, value in parameters.items():
        fits, wanted = _OF_ONE_FAULT.get((fault, name)) or _CHECKS.get(name) or (lambda _value: True, "")
        if not fits(value):
            raise ValueError(f"{fault}: {name} is {wanted}: {value!r}")
    if fault == "property" and (parameters["change"], json_path.parse(parameters["at"])) == ("drop", []):
        raise ValueError("property: $ can't be dropped; no_body removes it")


def check_match(match: dict[str, Any]) -> None:
    """Raise ``ValueError`` with the mistake in the ``match`` of a rule."""
    for name in ("method", "path"):
        if not isinstance(match.get(name), (str, type(None))):
            raise ValueError(f"{name} is a text: {match[name]!r}")
    nth = match.get("nth", [])
    numbers = nth if isinstance(nth, list) else [nth]
    if not all(_is_whole(number, 1) for number in numbers):
        raise ValueError(f"nth is a number from 1 or a list of such: {nth!r}")
