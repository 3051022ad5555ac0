# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a setting serves in one environment: its value, targeting rules and percentages.

Private to the collection. Options and the API's responses are converted to one form for both kinds of config, so that
equal values are never written again. How the API has it is in ``values_v1.py`` and ``values_v2.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import (
    CONDITION_CONSTRAINTS,
    IDENTIFIER,
    LONGEST_ATTRIBUTE,
    SUBJECTS,
    Condition,
    condition_options,
    shown_condition,
    wanted_condition,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import PlainValue, checked_value


@dataclass(frozen=True)
class Share:
    """A value for a percentage of the users."""

    percentage: int
    value: PlainValue


@dataclass(frozen=True)
class Rule:
    """A targeting rule.

    Attributes:
        conditions: the conditions, all of which must hold. Their order has no meaning.
        value: the value for users that it applies to; None with percentages.
        percentages: the percentages of these users with their values: none, or 100 % in total.
    """

    conditions: tuple[Condition, ...] = field(compare=False)
    value: PlainValue | None = None
    percentages: tuple[Share, ...] = ()
    all_of: frozenset[Condition] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note the conditions without their order."""
        object.__setattr__(self, "all_of", frozenset(self.conditions))


@dataclass(frozen=True)
class SettingValue:
    """The value of a setting in one environment.

    Attributes:
        value: the value when no rule and no percentage applies.
        rules: the targeting rules in order; the first that applies decides.
        percentages: the percentages for users that no rule applies to: none, or 100 % in total.
        percentage_attribute: the user's attribute whose hash decides the percentage; empty for the identifier.
    """

    value: PlainValue
    rules: tuple[Rule, ...] = ()
    percentages: tuple[Share, ...] = ()
    percentage_attribute: str = ""

    @property
    def conditions(self) -> list[Condition]:
        """All conditions of all rules."""
        return [condition for rule in self.rules for condition in rule.conditions]


#: The base of a full description: everything that is not given is reset.
BLANK = SettingValue(False)
#: The options that describe a value, of which at least one must be given.
PARTS = ("value", "rules", "percentages", "percentage_attribute")


def _percentage_options() -> dict[str, Any]:
    return {
        "type": "list",
        "elements": "dict",
        "options": {
            "percentage": {"type": "int", "required": True},
            "value": {"type": "raw", "required": True},
        },
    }


def value_options() -> dict[str, dict[str, Any]]:
    """Return the options that describe a value in one environment."""
    conditions = {
        "type": "list",
        "elements": "dict",
        "options": condition_options(),
        "required_one_of": [SUBJECTS],
        "mutually_exclusive": [SUBJECTS],
        **CONDITION_CONSTRAINTS,
    }
    return {
        "value": {"type": "raw"},
        "rules": {
            "type": "list",
            "elements": "dict",
            "options": {
                **condition_options(),
                "conditions": conditions,
                "value": {"type": "raw"},
                "percentages": _percentage_options(),
            },
            "required_one_of": [(*SUBJECTS, "conditions"), ("value", "percentages")],
            "mutually_exclusive": [(*SUBJECTS, "conditions"), ("value", "percentages")],
            **CONDITION_CONSTRAINTS,
        },
        "percentages": _percentage_options(),
        "percentage_attribute": {"type": "str"},
    }


def wanted_value(
    option: str, given: dict[str, Any], kind: str | None, current: SettingValue, version: str | None = None
) -> SettingValue:
    """Return the desired value of a setting. Parts that are not given stay.

    Args:
        option: the name of the enclosing option, with a dot at its end; empty for options of the task itself.
        given: the options of `value_options`.
        kind: the setting's type; None if it is not known yet, so that any type is accepted.
        current: the current value.
        version: the config's evaluation version; None if it is not known yet.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    value, rules, percentages, attribute = (given[part] for part in PARTS)
    return SettingValue(
        current.value if value is None else checked_value(f"{option}value", value, kind),
        current.rules if rules is None else _wanted_rules(f"{option}rules", rules, kind, version),
        current.percentages if percentages is None else _wanted_shares(f"{option}percentages", percentages, kind),
        current.percentage_attribute
        if attribute is None
        else _percentage_attribute(f"{option}percentage_attribute", attribute),
    )


def _wanted_rules(option: str, items: list[dict[str, Any]], kind: str | None, version: str | None) -> tuple[Rule, ...]:
    return tuple(_wanted_rule(f"{option}[{number}]", item, kind, version) for number, item in enumerate(items))


def _wanted_rule(option: str, item: dict[str, Any], kind: str | None, version: str | None) -> Rule:
    given, percentages = item["conditions"], item["percentages"]
    if given is None:
        conditions = [wanted_condition(option, item, version)]
    else:
        conditions = [
            wanted_condition(f"{option}.conditions[{number}]", each, version) for number, each in enumerate(given)
        ]
    if not conditions:
        raise invalid(f"{option}.conditions", "it must have at least one condition.")
    if percentages is None:
        return Rule(tuple(conditions), checked_value(f"{option}.value", item["value"], kind))
    if not percentages:
        raise invalid(f"{option}.percentages", "it must not be empty. Set value instead.")
    return Rule(tuple(conditions), percentages=_wanted_shares(f"{option}.percentages", percentages, kind))


def _wanted_shares(option: str, items: list[dict[str, Any]], kind: str | None) -> tuple[Share, ...]:
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


def _percentage_attribute(option: str, text: str) -> str:
    if text.strip() == IDENTIFIER:
        return ""
    if len(text) > LONGEST_ATTRIBUTE:
        raise invalid(option, f"it may have at most {LONGEST_ATTRIBUTE} characters.")
    return line_of(option, text)


def as_result(value: SettingValue, segment_name: Callable[[str], str]) -> dict[str, Any]:
    """Return a value in the form of the options of `value_options`."""
    return {
        "value": value.value,
        "rules": [_shown_rule(rule, segment_name) for rule in value.rules],
        "percentages": _shown_shares(value.percentages),
        "percentage_attribute": value.percentage_attribute,
    }


def _shown_rule(rule: Rule, segment_name: Callable[[str], str]) -> dict[str, Any]:
    conditions = [shown_condition(condition, segment_name) for condition in rule.conditions]
    about = conditions[0] if len(conditions) == 1 else {"conditions": conditions}
    if rule.percentages:
        return {**about, "percentages": _shown_shares(rule.percentages)}
    return {**about, "value": rule.value}


def _shown_shares(shares: tuple[Share, ...]) -> list[dict[str, Any]]:
    return [{"percentage": share.percentage, "value": share.value} for share in shares]
