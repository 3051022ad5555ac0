# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions of targeting rules: on an attribute of the user, on a segment, or on what another flag serves.

Private to the collection. Source of the comparators: the vendor's description of the API. V1 configs know those of
`V1_COMPARATORS`, V2 configs those of `V2_COMPARATORS`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Union

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import checked_key, checked_name
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import (
    NUMBER,
    PlainValue,
    checked_value,
)

#: What is compared with, independent of its spelling.
Meaning = Union[str, float, "frozenset[str]"]

#: Comparators whose comparison value is a list of texts. All others compare with one value.
LISTS = (
    "isOneOf",
    "isNotOneOf",
    "sensitiveIsOneOf",
    "sensitiveIsNotOneOf",
    "semVerIsOneOf",
    "semVerIsNotOneOf",
    "containsAnyOf",
    "doesNotContainAnyOf",
    "textStartsWithAnyOf",
    "textNotStartsWithAnyOf",
    "textEndsWithAnyOf",
    "textNotEndsWithAnyOf",
    "sensitiveTextStartsWithAnyOf",
    "sensitiveTextNotStartsWithAnyOf",
    "sensitiveTextEndsWithAnyOf",
    "sensitiveTextNotEndsWithAnyOf",
    "arrayContainsAnyOf",
    "arrayDoesNotContainAnyOf",
    "sensitiveArrayContainsAnyOf",
    "sensitiveArrayDoesNotContainAnyOf",
)
#: Comparators whose comparison value is a number.
NUMBERS = (
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
)
#: Comparators whose comparison value is one version.
VERSIONS = ("semVerLess", "semVerLessOrEquals", "semVerGreater", "semVerGreaterOrEquals")
#: Comparators whose comparison value is a point in time.
TIMES = ("dateTimeBefore", "dateTimeAfter")
#: Comparators whose comparison value is one text.
TEXTS = ("textEquals", "textDoesNotEqual", "sensitiveTextEquals", "sensitiveTextDoesNotEqual")
#: What V1 configs call comparators that V2 configs know under another name, with a list.
V2_NAMES = {"contains": "containsAnyOf", "doesNotContain": "doesNotContainAnyOf"}
V1_COMPARATORS = (*LISTS[:6], *NUMBERS, *VERSIONS, *V2_NAMES)
V2_COMPARATORS = (*LISTS, *NUMBERS, *VERSIONS, *TIMES, *TEXTS)
COMPARATORS = (*V1_COMPARATORS, *(name for name in V2_COMPARATORS if name not in V1_COMPARATORS))
SEGMENT_COMPARATORS = ("isIn", "isNotIn")
PREREQUISITE_COMPARATORS = ("equals", "doesNotEqual")

#: The attribute that percentages are taken by unless another one is given.
IDENTIFIER = "Identifier"
#: The longest attribute and comparison value that the API takes, in characters.
LONGEST_ATTRIBUTE = 1000
LONGEST_COMPARISON = 65535
#: The first second, of unix time, that no date of four digits reaches.
LAST_SECOND = 253_402_300_800
#: A version as Semantic Versioning 2.0.0 writes it.
VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Condition:
    """One condition. Of ``attribute``, ``segment`` and ``prerequisite``, one is given.

    Attributes:
        comparator: how it is compared.
        attribute: the user's attribute that is compared.
        comparison: what the attribute is compared with: the items of a list, or one value. Numbers and points in
            time (seconds of unix time) are written as texts.
        segment: the segment's id.
        prerequisite: the key of the flag whose served value is compared.
        prerequisite_value: what that is compared with.
        meaning: the comparison independent of its spelling (`meaning_of`): conditions of the same meaning are equal.
    """

    comparator: str
    attribute: str = ""
    comparison: tuple[str, ...] = field(default=(), compare=False)
    segment: str = ""
    prerequisite: str = ""
    prerequisite_value: PlainValue | None = None
    meaning: Meaning = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Parse the comparison value."""
        object.__setattr__(self, "meaning", meaning_of(self.comparator, self.comparison))


def meaning_of(comparator: str, comparison: tuple[str, ...]) -> Meaning:
    """Return the meaning of a comparison value: list items without their order, a number without its spelling."""
    if comparator in LISTS:
        return frozenset(comparison)
    text = "".join(comparison)
    if comparator in (*NUMBERS, *TIMES) and NUMBER.fullmatch(text.strip()):
        return float(text.strip())  # The SDKs read it the same way.
    return text


def condition_options() -> dict[str, dict[str, Any]]:
    """Return the options that describe a condition."""
    return {
        "comparison_attribute": {"type": "str"},
        "comparator": {"type": "str", "choices": list(COMPARATORS)},
        "comparison_value": {"type": "raw"},
        "segment": {"type": "str"},
        "segment_comparator": {"type": "str", "choices": list(SEGMENT_COMPARATORS)},
        "prerequisite_flag": {"type": "str"},
        "prerequisite_comparator": {"type": "str", "choices": list(PREREQUISITE_COMPARATORS)},
        "prerequisite_value": {"type": "raw"},
    }


#: What a condition can be about.
SUBJECTS = ("comparison_attribute", "segment", "prerequisite_flag")
#: The options of a condition that belong together, as an argument spec has them.
CONDITION_CONSTRAINTS: dict[str, Any] = {
    "required_by": {
        "comparator": "comparison_attribute",
        "segment_comparator": "segment",
        "prerequisite_comparator": "prerequisite_flag",
    },
    "required_together": [
        ("comparison_attribute", "comparator", "comparison_value"),
        ("prerequisite_flag", "prerequisite_value"),
    ],
}


def wanted_condition(option: str, item: dict[str, Any], version: str | None) -> Condition:
    """Return the given condition. A segment keeps the name that the user gave.

    Args:
        option: the option that holds it.
        item: the options of `condition_options`.
        version: the config's evaluation version; None if it is not known yet.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if item["segment"] is not None:
        segment = checked_name(f"{option}.segment", item["segment"])
        return Condition(item["segment_comparator"] or "isIn", segment=segment)
    if item["prerequisite_flag"] is not None:
        key = checked_key(f"{option}.prerequisite_flag", item["prerequisite_flag"])
        value = checked_value(f"{option}.prerequisite_value", item["prerequisite_value"], None)
        return Condition(item["prerequisite_comparator"] or "equals", prerequisite=key, prerequisite_value=value)
    attribute = checked_attribute(f"{option}.comparison_attribute", item["comparison_attribute"])
    given, value = item["comparator"], item["comparison_value"]
    comparison = checked_comparison(f"{option}.comparison_value", given, value, version)
    return Condition(given, attribute, comparison)


def checked_attribute(option: str, text: str | None) -> str:
    """Return the name of a user's attribute.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    attribute = line_of(option, text)
    if not 0 < len(attribute) <= LONGEST_ATTRIBUTE:
        raise invalid(option, f"it must have 1 to {LONGEST_ATTRIBUTE} characters.")
    return attribute


def checked_comparison(option: str, comparator: str, value: Any, version: str | None) -> tuple[str, ...]:
    """Return the value to compare with: the items of a list, or one value.

    In V1 configs, commas separate the items of a list, which can be given as one text. In V2 configs, items may contain
    commas, so a text with commas could mean two things there.

    Args:
        option: the option that holds it.
        comparator: how it is compared.
        value: the given value.
        version: the config's evaluation version; None if it is not known yet.

    Raises:
        ToolkitError: ``invalid_option``, also for a list if the comparator takes one value.
    """
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, bool) or not isinstance(item, (int, float, str)) for item in items):
        raise invalid(option, "it must be a text, a number, or a list of them.")
    if comparator not in (*NUMBERS, *TIMES) and any(isinstance(item, float) for item in items):
        raise invalid(option, "YAML may change the digits of an unquoted number with a fraction. Quote it.")
    texts = [str(item) for item in items]
    if comparator in LISTS:
        texts = _list_items(option, texts, version, is_list=isinstance(value, list))
    elif isinstance(value, list):
        raise invalid(option, f"{comparator} compares with one value, not with a list.")
    elif comparator in TIMES:
        texts = [seconds_of(option, texts[0])]
    if not 0 < len(",".join(texts)) <= LONGEST_COMPARISON:
        raise invalid(option, f"it must have 1 to {LONGEST_COMPARISON} characters.")
    if comparator in NUMBERS and not (NUMBER.fullmatch(texts[0]) and math.isfinite(float(texts[0]))):
        raise invalid(option, f"{comparator} compares with a number, but {texts[0]!r} is not a number.")
    if comparator.startswith("semVer"):
        for item in texts:
            if not VERSION.fullmatch(item):
                raise invalid(option, f"{comparator} compares with versions such as 1.2.0, but {item!r} is not one.")
    return tuple(texts)


def _list_items(option: str, texts: list[str], version: str | None, *, is_list: bool) -> list[str]:
    has_comma = any("," in text for text in texts)
    if has_comma and is_list and version == "v1":
        raise invalid(option, "an item can't contain a comma, because commas separate the items.")
    if has_comma and not is_list and version == "v2":
        raise invalid(option, "items may contain commas in a V2 config, so a text is not split at commas. Use a list.")
    return items_in(",".join(texts)) if version == "v1" or not is_list else [text for text in texts if text]


def items_in(text: str) -> list[str]:
    """Return the items of a list that is written as a text with commas, without spaces around them."""
    return [item for item in (item.strip() for item in text.split(",")) if item]


def comparison_in(comparator: str, text: str) -> tuple[str, ...]:
    """Return the comparison value that a text of the first version of the API holds.

    A number may have a decimal comma there, which SDKs read as a point.
    """
    if comparator in NUMBERS and NUMBER.fullmatch(text.replace(",", ".", 1)):
        return (text.replace(",", ".", 1),)
    return tuple(items_in(text)) if comparator in LISTS else (text,)


def seconds_of(option: str, text: str) -> str:
    """Return a point in time as seconds of unix time.

    Args:
        option: the option that holds it.
        text: seconds of unix time, or a date and time with its offset from UTC (ISO 8601).

    Raises:
        ToolkitError: ``invalid_option``.
    """
    text = text.strip()
    if NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return text
    try:
        moment = datetime.fromisoformat(f"{text[:-1]}+00:00" if text[-1:] in ("Z", "z") else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise invalid(option, "it must be a date and time with its offset, such as 2026-01-31T08:00:00+01:00.")
    return number_text(moment.timestamp())


def number_text(number: float) -> str:
    """Return a number as a text, without a fraction that is zero."""
    return str(int(number)) if number == int(number) else repr(number)


def shown_condition(condition: Condition, segment_name: Callable[[str], str]) -> dict[str, Any]:
    """Return a condition in the form of its options."""
    if condition.segment:
        return {"segment": segment_name(condition.segment), "segment_comparator": condition.comparator}
    if condition.prerequisite:
        return {
            "prerequisite_flag": condition.prerequisite,
            "prerequisite_comparator": condition.comparator,
            "prerequisite_value": condition.prerequisite_value,
        }
    return {
        "comparison_attribute": condition.attribute,
        "comparator": condition.comparator,
        "comparison_value": shown_comparison(condition.comparator, condition.comparison),
    }


def shown_comparison(comparator: str, comparison: tuple[str, ...]) -> list[str] | str:
    """Return a comparison value in the form of its option: a list, a point in time in UTC (ISO 8601), or a text."""
    if comparator in LISTS:
        return list(comparison)
    text = "".join(comparison)
    seconds = meaning_of(comparator, comparison) if comparator in TIMES else None
    if isinstance(seconds, float) and seconds == int(seconds) and abs(seconds) < LAST_SECOND:
        return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text
