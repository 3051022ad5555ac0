# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that applications receive, without rules and percentages, by the type of their setting.

Private to the collection. The ranges are those of the vendor's page "Main Concepts".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Union

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import LARGEST_NUMBER, check_number, invalid

#: A value that an application receives. Its type is that of the setting.
PlainValue = Union[bool, int, float, str]

#: The types of settings.
KINDS = ("boolean", "string", "int", "double")
#: The longest text that can be served, in characters.
LONGEST_SERVED_TEXT = 100_000
#: A number as a text.
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def checked_value(option: str, value: Any, kind: str | None) -> PlainValue:
    """Return a value of the setting's type. A text that a template made of a boolean or a number is converted back.

    Args:
        option: the option that holds it.
        value: the given value.
        kind: the setting's type; None if it is not known yet, so that any type is accepted.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not isinstance(value, (bool, int, float, str)):
        raise invalid(option, "it must be a boolean, a number or a text.")
    if kind is None:
        return value
    if kind == "string":
        if not isinstance(value, str):
            raise invalid(option, f"the setting's type is string, but {value!r} is not a text. Quote it.")
        if len(value) > LONGEST_SERVED_TEXT:
            raise invalid(option, f"a text may have at most {LONGEST_SERVED_TEXT} characters.")
        return value
    read = _READERS[kind](value)
    if read is None:
        raise invalid(option, f"the setting's type is {kind}, but {value!r} is not such a value.")
    if kind == "int":
        check_number(option, int(read), -LARGEST_NUMBER - 1)
    return read


def _truth(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or (isinstance(value, str) and not NUMBER.fullmatch(value.strip())):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


_READERS: dict[str, Callable[[Any], Any]] = {
    "boolean": _truth,
    "int": _whole,
    "double": _number,
}
