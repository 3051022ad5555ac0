# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a setting serves in one environment: its value, its targeting rules, its percentages.

Private to the collection. One form for what a user gives, what the API shows and what it is sent, so that the same is
never written twice. Source: the vendor's description of the API (v1); the ranges of values are those of its page "Main
Concepts".
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
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.known import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.names import checked_name
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import number_in, value_in

#: What a comparison compares with, apart from how it is written.
Meaning = Union[str, float, "frozenset[str]"]
#: What is served to an application: by the type of the setting one of these.
Served = Union[bool, int, float, str]

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
LONGEST_TEXT = 100_000
#: A number that is compared.
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
#: A version as Semantic Versioning 2.0.0 writes it.
VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Rule:
    """A targeting rule: an attribute of the user, or a segment, decides what is served.

    Attributes:
        value: what is served to users that it applies to.
        attribute: the user's attribute that is compared; empty for a segment.
        comparator: how the attribute is compared, or whether the user is in the segment.
        comparison: what it is compared with; empty for a segment.
        segment: the segment's id; empty for an attribute.
        meaning: what tells two comparisons apart (`meaning_of`): two rules that mean the same are equal.
    """

    value: Served
    comparator: str
    attribute: str = ""
    comparison: str = field(default="", compare=False)
    segment: str = ""
    meaning: Meaning = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read what is compared with."""
        object.__setattr__(self, "meaning", meaning_of(self.comparator, self.comparison))


@dataclass(frozen=True)
class Share:
    """The part of the users, in percent, that gets a value."""

    percentage: int
    value: Served


@dataclass(frozen=True)
class SettingValue:
    """What a setting serves in one environment.

    Attributes:
        value: what is served where nothing else says otherwise.
        rules: looked at in this order; the first that applies decides.
        percentages: for users that no rule applies to; none, or 100 % together.
    """

    value: Served
    rules: tuple[Rule, ...] = ()
    percentages: tuple[Share, ...] = ()


#: What something that is not described to its end begins with: nothing but what is described is served.
BLANK = SettingValue(False)


def value_options() -> dict[str, dict[str, Any]]:
    """The options that say what is served in one environment."""
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


def served(option: str, value: Any, kind: str | None) -> Served:
    """A value as the setting serves it; what templates made a text of is read as what it was.

    Args:
        option: where it was given.
        value: as it was given.
        kind: the setting's type; None while it is not known, and anything passes that some type allows.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not isinstance(value, (bool, int, float, str)):
        raise invalid(option, "it is neither on or off, nor a number, nor a text.")
    if kind is None:
        return value
    if kind == "string":
        if not isinstance(value, str):
            raise invalid(option, f"the setting serves texts, and {value!r} is none: quote it.")
        if len(value) > LONGEST_TEXT:
            raise invalid(option, f"a text has at most {LONGEST_TEXT} characters.")
        return value
    read = _READERS[kind](value)
    if read is None:
        raise invalid(option, f"the setting's type is {kind}, and {value!r} is no such value.")
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
    """The targeting rules that a user gives; a segment is still what the user called it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return tuple(_wanted_rule(f"{option}[{number}]", item, kind) for number, item in enumerate(items))


def _wanted_rule(option: str, item: dict[str, Any], kind: str | None) -> Rule:
    value = served(f"{option}.value", item["value"], kind)
    if item["segment"] is not None:
        segment = checked_name(f"{option}.segment", item["segment"])
        return Rule(value, item["segment_comparator"] or "isIn", segment=segment)
    attribute = checked_attribute(f"{option}.comparison_attribute", item["comparison_attribute"])
    comparison = checked_comparison(f"{option}.comparison_value", item["comparator"], item["comparison_value"])
    return Rule(value, item["comparator"], attribute, comparison)


def checked_attribute(option: str, text: str | None) -> str:
    """The name of a user's attribute.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    attribute = line_of(option, text)
    if not 0 < len(attribute) <= LONGEST_ATTRIBUTE:
        raise invalid(option, f"it has 1 to {LONGEST_ATTRIBUTE} characters.")
    return attribute


def checked_comparison(option: str, comparator: str, value: Any) -> str:
    """What is compared with, as one text.

    Raises:
        ToolkitError: ``invalid_option``, also for a list where the comparator takes one thing.
    """
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, bool) or not isinstance(item, (int, float, str)) for item in items):
        raise invalid(option, "it is a text, a number, or a list of them.")
    if isinstance(value, list) and comparator not in LISTS:
        raise invalid(option, f"{comparator} compares with one thing, and not with a list.")
    if isinstance(value, list) and any("," in str(item) for item in items):
        raise invalid(option, "what is between two commas is an item of its own, so that no item can hold one.")
    if comparator not in NUMBERS and any(isinstance(item, float) for item in items):
        raise invalid(option, "a number with a fraction is not the text that was written. Quote it.")
    text = canonical_comparison(comparator, ",".join(str(item) for item in items))
    if not 0 < len(text) <= LONGEST_COMPARISON:
        raise invalid(option, f"it has 1 to {LONGEST_COMPARISON} characters.")
    if comparator in NUMBERS and not NUMBER.fullmatch(text):
        raise invalid(option, f"{comparator} compares with a number, and {text!r} is none.")
    if comparator.startswith("semVer"):
        for item in text.split(",") if comparator in LISTS else [text]:
            if not VERSION.fullmatch(item):
                raise invalid(option, f"{comparator} compares with versions such as 1.2.0, and {item!r} is none.")
    return text


def meaning_of(comparator: str, text: str) -> Meaning:
    """Return what a comparison compares with: the items of a list in any order, a number however it is written."""
    if comparator in LISTS:
        return frozenset(canonical_comparison(comparator, text).split(","))
    if comparator in NUMBERS and NUMBER.fullmatch(text.strip()):
        return float(text.strip())  # As SDKs read it.
    return text


def canonical_comparison(comparator: str, text: str) -> str:
    """One form for lists that say the same: no spaces around their items."""
    if comparator not in LISTS:
        return text
    return ",".join(filter(None, (item.strip() for item in text.split(","))))


def wanted_percentages(option: str, items: list[dict[str, Any]], kind: str | None) -> tuple[Share, ...]:
    """The percentages that a user gives.

    Raises:
        ToolkitError: ``invalid_option``, also when they are not 100 % together.
    """
    shares = []
    for number, item in enumerate(items):
        check_number(f"{option}[{number}].percentage", item["percentage"], 0, 100)
        shares.append(Share(item["percentage"], served(f"{option}[{number}].value", item["value"], kind)))
    total = sum(share.percentage for share in shares)
    if shares and total != 100:
        raise invalid(option, f"together they are {total} %, and not 100 %.")
    return tuple(shares)


def wanted_value(option: str, given: dict[str, Any], kind: str | None, current: SettingValue) -> SettingValue:
    """What a setting shall serve; what is not given stays as it is.

    Args:
        option: where it was given, with a dot at its end; empty for options of the task itself.
        given: the options of `value_options`.
        kind: the setting's type; None while it is not known: then only what no type allows is refused.
        current: what the setting serves.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    value, rules, percentages = given["value"], given["rules"], given["percentages"]
    return SettingValue(
        current.value if value is None else served(f"{option}value", value, kind),
        current.rules if rules is None else wanted_rules(f"{option}rules", rules, kind),
        current.percentages if percentages is None else wanted_percentages(f"{option}percentages", percentages, kind),
    )


def from_api(item: dict[str, Any]) -> SettingValue:
    """What the API shows of a setting in one environment; it has the names of `ConfigCatClient`."""
    return SettingValue(
        _value_in(item),
        tuple(_rule_from_api(rule) for rule in collection_in(item, "rollout_rules")),
        tuple(
            Share(number_in(share, "percentage"), _value_in(share))
            for share in collection_in(item, "rollout_percentage_items")
        ),
    )


def _value_in(item: dict[str, Any]) -> Any:
    """What is served: a truth value, a text or a number.

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
    """All that a write has to send: what it leaves out is reset."""
    return {
        "value": value.value,
        "rollout_rules": [_rule_to_api(rule) for rule in value.rules],
        "rollout_percentage_items": [
            {"percentage": share.percentage, "value": share.value} for share in value.percentages
        ],
    }


#: Where a document of `to_api` has its parts (RFC 6901), by the options that say what they are.
PARTS = {
    "value": ("value", "/value"),
    "rules": ("rollout_rules", "/rolloutRules"),
    "percentages": ("rollout_percentage_items", "/rolloutPercentageItems"),
}


def patch_to_api(value: SettingValue, parts: Iterable[str]) -> list[dict[str, Any]]:
    """The JSON Patch (RFC 6902) that replaces these parts, named as their options, and leaves the others alone."""
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
    """What a setting serves, in the form of the options of `value_options`."""
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
