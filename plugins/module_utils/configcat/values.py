# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The value of a setting in one environment, with its targeting rules and percentages.

Private to the collection. Options, the API's responses and its requests are converted to one form, so that equal values
are never written again. Source: the vendor's description of the API (v1); the ranges of values are those of its page
"Main Concepts".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Union

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    LARGEST_NUMBER,
    check_number,
    invalid,
    line_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import checked_name
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import number_in, value_in

#: A comparison value, independent of its spelling.
Meaning = Union[str, float, "frozenset[str]"]
#: A value that an application receives, without rules and percentages. Its type is that of the setting.
PlainValue = Union[bool, int, float, str]

#: The types of settings.
KINDS = ("boolean", "string", "int", "double")
#: Comparators whose comparison value is a list, separated by commas.
LISTS = ("isOneOf", "isNotOneOf", "semVerIsOneOf", "semVerIsNotOneOf", "sensitiveIsOneOf", "sensitiveIsNotOneOf")
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
COMPARATORS = (*LISTS, *NUMBERS, *VERSIONS, "contains", "doesNotContain")
SEGMENT_COMPARATORS = ("isIn", "isNotIn")
#: The longest attribute, comparison value and text that can be served, in characters.
LONGEST_ATTRIBUTE = 1000
LONGEST_COMPARISON = 65535
LONGEST_SERVED_TEXT = 100_000
#: A number to compare with.
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
#: A version as Semantic Versioning 2.0.0 writes it.
VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Rule:
    """A targeting rule, which selects users by an attribute or by a segment.

    Attributes:
        value: the value for users that it applies to.
        comparator: how the attribute is compared, or whether the user is in the segment.
        attribute: the user's attribute that is compared; empty for a segment.
        comparison: the value to compare with; empty for a segment.
        segment: the segment's id; empty for an attribute.
        meaning: the comparison value independent of its spelling (`meaning_of`): rules with the same meaning are equal.
    """

    value: PlainValue
    comparator: str
    attribute: str = ""
    comparison: str = field(default="", compare=False)
    segment: str = ""
    meaning: Meaning = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Parse the comparison value."""
        object.__setattr__(self, "meaning", meaning_of(self.comparator, self.comparison))


@dataclass(frozen=True)
class Share:
    """A value for a percentage of the users."""

    percentage: int
    value: PlainValue


@dataclass(frozen=True)
class SettingValue:
    """The value of a setting in one environment.

    Attributes:
        value: the value when no rule and no percentage applies.
        rules: the targeting rules in order; the first that applies decides.
        percentages: the percentages for users that no rule applies to: none, or 100 % in total.
    """

    value: PlainValue
    rules: tuple[Rule, ...] = ()
    percentages: tuple[Share, ...] = ()


#: The base of a full description: everything that is not given is reset.
BLANK = SettingValue(False)


def value_options() -> dict[str, dict[str, Any]]:
    """Return the options that describe a value in one environment."""
    return {
        "value": {"type": "raw"},
        "rules": {
            "type": "list",
            "elements": "dict",
            "options": {
                "comparison_attribute": {"type": "str"},
                "comparator": {"type": "str", "choices": list(COMPARATORS)},
                "comparison_value": {"type": "raw"},
                "segment": {"type": "str"},
                "segment_comparator": {"type": "str", "choices": list(SEGMENT_COMPARATORS)},
                "value": {"type": "raw", "required": True},
            },
            "required_one_of": [("comparison_attribute", "segment")],
            "mutually_exclusive": [("comparison_attribute", "segment")],
            "required_by": {"comparator": "comparison_attribute", "segment_comparator": "segment"},
            "required_together": [("comparison_attribute", "comparator", "comparison_value")],
        },
        "percentages": {
            "type": "list",
            "elements": "dict",
            "options": {
                "percentage": {"type": "int", "required": True},
                "value": {"type": "raw", "required": True},
            },
        },
    }


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


def wanted_rules(option: str, items: Iterable[dict[str, Any]], kind: str | None) -> tuple[Rule, ...]:
    """Return the given targeting rules. Segments keep the names that the user gave.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return tuple(_wanted_rule(f"{option}[{number}]", item, kind) for number, item in enumerate(items))


def _wanted_rule(option: str, item: dict[str, Any], kind: str | None) -> Rule:
    value = checked_value(f"{option}.value", item["value"], kind)
    if item["segment"] is not None:
        segment = checked_name(f"{option}.segment", item["segment"])
        return Rule(value, item["segment_comparator"] or "isIn", segment=segment)
    attribute = checked_attribute(f"{option}.comparison_attribute", item["comparison_attribute"])
    comparison = checked_comparison(f"{option}.comparison_value", item["comparator"], item["comparison_value"])
    return Rule(value, item["comparator"], attribute, comparison)


def checked_attribute(option: str, text: str | None) -> str:
    """Return the name of a user's attribute.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    attribute = line_of(option, text)
    if not 0 < len(attribute) <= LONGEST_ATTRIBUTE:
        raise invalid(option, f"it must have 1 to {LONGEST_ATTRIBUTE} characters.")
    return attribute


def checked_comparison(option: str, comparator: str, value: Any) -> str:
    """Return the value to compare with, as one text.

    Raises:
        ToolkitError: ``invalid_option``, also for a list if the comparator takes one value.
    """
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, bool) or not isinstance(item, (int, float, str)) for item in items):
        raise invalid(option, "it must be a text, a number, or a list of them.")
    if isinstance(value, list) and comparator not in LISTS:
        raise invalid(option, f"{comparator} compares with one value, not with a list.")
    if isinstance(value, list) and any("," in str(item) for item in items):
        raise invalid(option, "an item can't contain a comma, because commas separate the items.")
    if comparator not in NUMBERS and any(isinstance(item, float) for item in items):
        raise invalid(option, "YAML may change the digits of an unquoted number with a fraction. Quote it.")
    text = canonical_comparison(comparator, ",".join(str(item) for item in items))
    if not 0 < len(text) <= LONGEST_COMPARISON:
        raise invalid(option, f"it must have 1 to {LONGEST_COMPARISON} characters.")
    if comparator in NUMBERS and not NUMBER.fullmatch(text):
        raise invalid(option, f"{comparator} compares with a number, but {text!r} is not a number.")
    if comparator.startswith("semVer"):
        for item in text.split(",") if comparator in LISTS else [text]:
            if not VERSION.fullmatch(item):
                raise invalid(option, f"{comparator} compares with versions such as 1.2.0, but {item!r} is not one.")
    return text


def meaning_of(comparator: str, text: str) -> Meaning:
    """Return the meaning of a comparison value: list items without their order, a number without its spelling."""
    if comparator in LISTS:
        return frozenset(canonical_comparison(comparator, text).split(","))
    if comparator in NUMBERS and NUMBER.fullmatch(text.strip()):
        return float(text.strip())  # The SDKs read it the same way.
    return text


def canonical_comparison(comparator: str, text: str) -> str:
    """Return a comparison value in canonical form: a list without spaces around its items."""
    if comparator not in LISTS:
        return text
    return ",".join(filter(None, (item.strip() for item in text.split(","))))


def wanted_percentages(option: str, items: list[dict[str, Any]], kind: str | None) -> tuple[Share, ...]:
    """Return the given percentages.

    Raises:
        ToolkitError: ``invalid_option``, also if their total is not 100 %.
    """
    shares = []
    for number, item in enumerate(items):
        check_number(f"{option}[{number}].percentage", item["percentage"], 0, 100)
        shares.append(Share(item["percentage"], checked_value(f"{option}[{number}].value", item["value"], kind)))
    total = sum(share.percentage for share in shares)
    if shares and total != 100:
        raise invalid(option, f"their total is {total} %, but must be 100 %.")
    return tuple(shares)


def wanted_value(option: str, given: dict[str, Any], kind: str | None, current: SettingValue) -> SettingValue:
    """Return the desired value of a setting. Parts that are not given stay.

    Args:
        option: the name of the enclosing option, with a dot at its end; empty for options of the task itself.
        given: the options of `value_options`.
        kind: the setting's type; None if it is not known yet, so that any type is accepted.
        current: the current value.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    value, rules, percentages = given["value"], given["rules"], given["percentages"]
    return SettingValue(
        current.value if value is None else checked_value(f"{option}value", value, kind),
        current.rules if rules is None else wanted_rules(f"{option}rules", rules, kind),
        current.percentages if percentages is None else wanted_percentages(f"{option}percentages", percentages, kind),
    )


def from_api(item: dict[str, Any]) -> SettingValue:
    """Return the value in an object of the API, whose properties are named as `ConfigCatClient` returns them."""
    return SettingValue(
        _value_in(item),
        tuple(_rule_from_api(rule) for rule in collection_in(item, "rollout_rules")),
        tuple(
            Share(number_in(share, "percentage"), _value_in(share))
            for share in collection_in(item, "rollout_percentage_items")
        ),
    )


def _value_in(item: dict[str, Any]) -> Any:
    """Return the plain value: a boolean, a text or a number.

    Raises:
        Unreadable: it is missing, or of another type.
    """
    value = item.get("value")
    return value if isinstance(value, (bool, str, int, float)) else value_in(item, "value", str)


def _rule_from_api(rule: dict[str, Any]) -> Rule:
    value = _value_in(rule)
    if rule.get("segment_id"):
        return Rule(value, rule.get("segment_comparator") or "isIn", segment=rule["segment_id"])
    comparator = rule.get("comparator") or ""
    comparison = canonical_comparison(comparator, rule.get("comparison_value") or "")
    return Rule(value, comparator, rule.get("comparison_attribute") or "", comparison)


def to_api(value: SettingValue) -> dict[str, Any]:
    """Return a value in full, as a write sends it: the API resets everything that is left out."""
    return {
        "value": value.value,
        "rollout_rules": [_rule_to_api(rule) for rule in value.rules],
        "rollout_percentage_items": [
            {"percentage": share.percentage, "value": share.value} for share in value.percentages
        ],
    }


#: The parts of a document of `to_api`, by their options: each with its name and its JSON pointer (RFC 6901).
PARTS = {
    "value": ("value", "/value"),
    "rules": ("rollout_rules", "/rolloutRules"),
    "percentages": ("rollout_percentage_items", "/rolloutPercentageItems"),
}


def patch_to_api(value: SettingValue, parts: Iterable[str]) -> list[dict[str, Any]]:
    """Return the JSON Patch (RFC 6902) that replaces these parts, named as their options, and keeps the others."""
    sent = to_api(value)
    return [{"op": "replace", "path": path, "value": sent[name]} for name, path in (PARTS[part] for part in parts)]


def _rule_to_api(rule: Rule) -> dict[str, Any]:
    if rule.segment:
        return {"segment_id": rule.segment, "segment_comparator": rule.comparator, "value": rule.value}
    return {
        "comparison_attribute": rule.attribute,
        "comparator": rule.comparator,
        "comparison_value": rule.comparison,
        "value": rule.value,
    }


def as_result(value: SettingValue, segment_name: Callable[[str], str]) -> dict[str, Any]:
    """Return a value in the form of the options of `value_options`."""
    return {
        "value": value.value,
        "rules": [
            {"segment": segment_name(rule.segment), "segment_comparator": rule.comparator, "value": rule.value}
            if rule.segment
            else {
                "comparison_attribute": rule.attribute,
                "comparator": rule.comparator,
                "comparison_value": rule.comparison,
                "value": rule.value,
            }
            for rule in value.rules
        ],
        "percentages": [{"percentage": share.percentage, "value": share.value} for share in value.percentages],
    }
