# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of targeting rules in V2 configs: of a user's attribute, of a segment, of another flag."""

from __future__ import annotations

from hashlib import sha256
from sqlite3 import Row
from typing import Any, Literal, get_args

from pydantic import FiniteFloat

from sandbox.configcat.bodies import Attribute, Id, Int64, Model
from sandbox.configcat.conditions import is_version
from sandbox.configcat.responses import wrong_formula
from sandbox.configcat.stored_values import LIMITATIONS
from sandbox.configcat.typed_values import TypedValue, check_typed
from sandbox.context import Context

UserComparator = Literal[
    "isOneOf",
    "isNotOneOf",
    "containsAnyOf",
    "doesNotContainAnyOf",
    "semVerIsOneOf",
    "semVerIsNotOneOf",
    "semVerLess",
    "semVerLessOrEquals",
    "semVerGreater",
    "semVerGreaterOrEquals",
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
    "sensitiveIsOneOf",
    "sensitiveIsNotOneOf",
    "dateTimeBefore",
    "dateTimeAfter",
    "sensitiveTextEquals",
    "sensitiveTextDoesNotEqual",
    "sensitiveTextStartsWithAnyOf",
    "sensitiveTextNotStartsWithAnyOf",
    "sensitiveTextEndsWithAnyOf",
    "sensitiveTextNotEndsWithAnyOf",
    "sensitiveArrayContainsAnyOf",
    "sensitiveArrayDoesNotContainAnyOf",
    "textEquals",
    "textDoesNotEqual",
    "textStartsWithAnyOf",
    "textNotStartsWithAnyOf",
    "textEndsWithAnyOf",
    "textNotEndsWithAnyOf",
    "arrayContainsAnyOf",
    "arrayDoesNotContainAnyOf",
]
"""How an attribute of a user is compared; in the order in which SDKs number them."""
USER_COMPARATORS: tuple[str, ...] = get_args(UserComparator)


class ListItem(Model):
    """One of several texts that an attribute is compared with."""

    value: str
    hint: str | None = None


class ComparisonValue(Model):
    """What an attribute is compared with: one of these, by the comparator."""

    string_value: str | None = None
    double_value: FiniteFloat | None = None
    list_value: list[ListItem] | None = None


class UserCondition(Model):
    """A condition of an attribute of the user."""

    comparison_attribute: Attribute
    comparator: UserComparator
    comparison_value: ComparisonValue


class SegmentCondition(Model):
    """A condition of a segment of users."""

    segment_id: Id
    comparator: Literal["isIn", "isNotIn"]


class PrerequisiteFlagCondition(Model):
    """A condition of what another setting of the config serves."""

    prerequisite_setting_id: Int64
    comparator: Literal["equals", "doesNotEqual"]
    prerequisite_comparison_value: TypedValue


class Condition(Model):
    """A condition of one of three kinds."""

    user_condition: UserCondition | None = None
    segment_condition: SegmentCondition | None = None
    prerequisite_flag_condition: PrerequisiteFlagCondition | None = None


def kind_of_value(comparator: str) -> str:
    """Return the property that holds what this comparator compares with."""
    if comparator.startswith(("number", "dateTime")):
        return "doubleValue"
    if comparator.endswith(("AnyOf", "OneOf")):
        return "listValue"
    return "stringValue"


def check_condition(context: Context, product_id: str, present: dict[int, Row], wanted: Condition, place: str) -> None:
    """Refuse a condition that the config can't have.

    :param product_id: the product of the config.
    :param present: the other settings of the config, by their ids.
    :param place: the condition in the request.
    """
    given = [name for name in Condition.model_fields if getattr(wanted, name) is not None]
    if len(given) != 1:
        raise wrong_formula(place, "A condition is of a user, of a segment, or of a prerequisite flag.")
    if wanted.user_condition:
        _check_user(wanted.user_condition, f"{place}.userCondition.comparisonValue")
    elif wanted.segment_condition:
        segment_id = wanted.segment_condition.segment_id
        if context.store.value("SELECT product_id FROM segments WHERE segment_id = ?", segment_id) != product_id:
            raise wrong_formula(f"{place}.segmentCondition.segmentId", "There is no such segment in this product.")
    elif wanted.prerequisite_flag_condition:
        _check_prerequisite(wanted.prerequisite_flag_condition, present, f"{place}.prerequisiteFlagCondition")


def _check_user(wanted: UserCondition, place: str) -> None:
    kind = kind_of_value(wanted.comparator)
    given: dict[str, Any] = wanted.comparison_value.model_dump(by_alias=True, exclude_none=True)
    if list(given) != [kind]:
        raise wrong_formula(place, f"{kind[0].upper()}{kind[1:]} field must be set, and no other.")
    value = given[kind]
    texts = [item["value"] for item in value] if kind == "listValue" else [value] if kind == "stringValue" else []
    longest = LIMITATIONS["maxComparisonValueListItemLength" if kind == "listValue" else "maxComparisonValueLength"]
    if kind == "listValue" and not 0 < len(texts) <= LIMITATIONS["maxComparisonValueListLength"]:
        raise wrong_formula(f"{place}.listValue", "Too few or too many values.")
    if not all(0 < len(text) <= longest for text in texts):
        raise wrong_formula(f"{place}.{kind}", f"A value has from 1 to {longest} characters.")
    if wanted.comparator.startswith("semVer") and not all(is_version(text) for text in texts):
        raise wrong_formula(f"{place}.{kind}", "Not a semantic version.")


def _check_prerequisite(wanted: PrerequisiteFlagCondition, present: dict[int, Row], place: str) -> None:
    flag = present.get(wanted.prerequisite_setting_id)
    if flag is None:
        raise wrong_formula(f"{place}.prerequisiteSettingId", "Prerequisite setting not found.")
    check_typed(
        flag["type"],
        wanted.prerequisite_comparison_value,
        f"{place}.prerequisiteComparisonValue",
        "Invalid prerequisite value.",
    )


def user_condition_of(condition: dict[str, Any], salt: str, context: str) -> dict[str, Any]:
    """Return a comparison as SDKs read it.

    :param condition: in the form in which it is stored.
    :param salt: the salt of the config.
    :param context: further input of hashes: the setting's key.
    """
    comparator, compared = condition["comparator"], condition["comparisonValue"]
    found: dict[str, Any] = {"a": condition["comparisonAttribute"], "c": USER_COMPARATORS.index(comparator)}

    def hidden(text: str) -> str:
        if not comparator.startswith("sensitive"):
            return text
        encoded = text.encode()
        digest = sha256(encoded + f"{salt}{context}".encode()).hexdigest()
        # Whoever compares the beginning or the end of a text must know how much of it to hash.
        is_part = "StartsWith" in comparator or "EndsWith" in comparator
        return f"{len(encoded)}_{digest}" if is_part else digest

    if compared["doubleValue"] is not None:
        return {**found, "d": compared["doubleValue"]}
    if compared["stringValue"] is not None:
        return {**found, "s": hidden(compared["stringValue"])}
    return {**found, "l": [hidden(item["value"]) for item in compared["listValue"]]}
