# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of V2 configs: as options, as the API has them, and what V1 configs can't hold of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.change_descriptions import in_words
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import (
    LISTS,
    NUMBERS,
    TIMES,
    V2_COMPARATORS,
    VERSIONS,
    Condition,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.prerequisites import (
    check_no_circle,
    check_not_needed,
    with_typed_prerequisites,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import (
    FORMS,
    patch_to_api,
    version_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import (
    BLANK,
    Rule,
    SettingValue,
    Share,
    as_result,
    value_options,
    wanted_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable

IDS = {"new_design": 7, "banner": 8}
KEYS = {number: key for key, number in IDS.items()}


def options(**given_options: Any) -> dict[str, Any]:
    checked = ArgumentSpecValidator(value_options()).validate(deepcopy(given_options))  # It changes lists in place.
    if checked.error_messages:
        raise ToolkitError("invalid_option", " ".join(checked.error_messages))
    found: dict[str, Any] = checked.validated_parameters
    return found


def wanted(kind: str = "boolean", version: str = "v2", **given_options: Any) -> SettingValue:
    return FORMS[version].fitted("", wanted_value("", options(**given_options), kind, BLANK, version))


def to_v2(value: SettingValue) -> dict[str, Any]:
    return FORMS["v2"].to_api(value, IDS.__getitem__)


def from_v2(item: dict[str, Any]) -> SettingValue:
    return FORMS["v2"].from_api(item, KEYS.__getitem__)


def email(comparator: str, compared: Any) -> dict[str, Any]:
    return {"comparison_attribute": "Email", "comparator": comparator, "comparison_value": compared}


DESIGN = {"prerequisite_flag": "new_design", "prerequisite_value": True}
HALVES = [{"percentage": 50, "value": True}, {"percentage": 50, "value": False}]


def test_rule_with_several_conditions_and_percentages() -> None:
    value = wanted(
        value=False,
        rules=[
            {
                "conditions": [
                    {"segment": "4b7c"},
                    email("sensitiveTextEndsWithAnyOf", ["@a.example", "@b,b.example"]),
                    DESIGN,
                ],
                "percentages": HALVES,
            },
            {**email("dateTimeBefore", "2026-01-31T08:00:00+01:00"), "value": True},
        ],
        percentages=HALVES,
        percentage_attribute="Company",
    )
    shares = [{"percentage": 50, "value": {"bool_value": True}}, {"percentage": 50, "value": {"bool_value": False}}]
    assert to_v2(value) == {
        "default_value": {"bool_value": False},
        "targeting_rules": [
            {
                "conditions": [
                    {"segment_condition": {"segment_id": "4b7c", "comparator": "isIn"}},
                    {
                        "user_condition": {
                            "comparison_attribute": "Email",
                            "comparator": "sensitiveTextEndsWithAnyOf",
                            "comparison_value": {"list_value": [{"value": "@a.example"}, {"value": "@b,b.example"}]},
                        }
                    },
                    {
                        "prerequisite_flag_condition": {
                            "prerequisite_setting_id": 7,
                            "comparator": "equals",
                            "prerequisite_comparison_value": {"bool_value": True},
                        }
                    },
                ],
                "percentage_options": shares,
            },
            {
                "conditions": [
                    {
                        "user_condition": {
                            "comparison_attribute": "Email",
                            "comparator": "dateTimeBefore",
                            "comparison_value": {"double_value": 1769842800.0},
                        }
                    }
                ],
                "value": {"bool_value": True},
            },
            {"conditions": [], "percentage_options": shares},
        ],
        "percentage_evaluation_attribute": "Company",
    }
    assert from_v2(to_v2(value)) == value


def test_result_is_in_the_form_of_the_options() -> None:
    given_options: dict[str, Any] = {
        "value": False,
        "rules": [
            {
                "conditions": [{"segment": "4b7c", "segment_comparator": "isNotIn"}, email("textEquals", "a")],
                "value": True,
            },
            {**email("dateTimeAfter", "2026-01-31T07:00:00Z"), "value": True},
            {**email("isOneOf", ["a", "b"]), "percentages": HALVES},
            {**DESIGN, "prerequisite_comparator": "doesNotEqual", "value": True},
        ],
        "percentages": HALVES,
        "percentage_attribute": "Company",
    }
    value = wanted(**given_options)
    assert as_result(value, str) == given_options
    assert wanted(**as_result(value, str)) == value


texts = st.text(min_size=1, max_size=5)
comparisons = st.one_of(
    st.builds(
        lambda comparator, items: Condition(comparator, "a", tuple(items)),
        st.sampled_from(LISTS),
        st.lists(texts, min_size=1, max_size=3),
    ),
    st.builds(
        lambda comparator, number: Condition(comparator, "a", (str(number),)),
        st.sampled_from((*NUMBERS, *TIMES)),
        st.integers(-(2**40), 2**40),
    ),
    st.builds(
        lambda comparator, text: Condition(comparator, "a", (text,)),
        st.sampled_from(sorted(set(V2_COMPARATORS) - {*LISTS, *NUMBERS, *TIMES})),
        texts,
    ),
    st.builds(Condition, st.sampled_from(("isIn", "isNotIn")), segment=st.just("4b7c")),
    st.builds(
        Condition, st.just("equals"), prerequisite=st.sampled_from(sorted(IDS)), prerequisite_value=st.integers(0, 9)
    ),
)
shares_of_texts = st.lists(st.builds(Share, st.integers(0, 100), texts), min_size=1, max_size=3).map(tuple)
conditions_of_rules = st.lists(comparisons, min_size=1, max_size=3).map(tuple)
values = st.builds(
    SettingValue,
    value=texts,
    rules=st.lists(
        st.one_of(
            st.builds(Rule, conditions_of_rules, texts),
            st.builds(Rule, conditions_of_rules, percentages=shares_of_texts),
        ),
        max_size=3,
    ).map(tuple),
    percentages=st.one_of(st.just(()), shares_of_texts),
    percentage_attribute=st.sampled_from(("", "Company")),
)


@given(values)
def test_sent_value_is_read_back(value: SettingValue) -> None:
    assert from_v2(to_v2(value)) == value


@given(values, values)
def test_rules_and_percentages_are_replaced_together(there: SettingValue, value: SettingValue) -> None:
    (step,) = patch_to_api("v2", value, ("rules", "percentages"), IDS.__getitem__)
    assert step == {"op": "replace", "path": "/targetingRules", "value": to_v2(value)["targeting_rules"]}
    steps = patch_to_api("v2", value, ("value", "percentage_attribute"), IDS.__getitem__)
    assert [step["path"] for step in steps] == ["/defaultValue", "/percentageEvaluationAttribute"]


ATTRIBUTE = "percentage_evaluation_attribute"
SHOWN: dict[str, Any] = {"default_value": {"bool_value": True}, "targeting_rules": [], ATTRIBUTE: None}


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("boolean", True, {"bool_value": True}),
        ("string", "1", {"string_value": "1"}),
        ("int", 1, {"int_value": 1}),
        ("double", 1, {"double_value": 1.0}),
    ],
)
def test_value_is_sent_by_the_type_of_the_flag(kind: str, value: Any, sent: dict[str, Any]) -> None:
    found = to_v2(wanted(kind, value=value))["default_value"]
    assert found == sent and type(next(iter(found.values()))) is type(next(iter(sent.values())))
    # JSON does not tell 1.0 from 1.
    read = from_v2({**SHOWN, "default_value": {**dict.fromkeys(("bool_value", "int_value")), **sent}})
    assert read.value == value and type(read.value) is type(next(iter(sent.values())))
    assert from_v2({**SHOWN, "default_value": {"double_value": 1}, "targeting_rules": None}).value == 1.0


def test_names_of_v1_are_translated() -> None:
    found = wanted(value=False, rules=[{**email("contains", "@x"), "value": True}])
    assert found == wanted(value=False, rules=[{**email("containsAnyOf", ["@x"]), "value": True}])
    back = wanted(version="v1", value=False, rules=[{**email("doesNotContainAnyOf", ["@x"]), "value": True}])
    assert back.rules[0].conditions[0].comparator == "doesNotContain"


@pytest.mark.parametrize(
    ("given_options", "words"),
    [
        ({"percentage_attribute": "Company"}, "percentage_attribute: a V1 config can't hold percentages by another"),
        ({"rules": [{**email("isOneOf", ["a"]), "percentages": HALVES}]}, r"rules\[0\].percentages: a V1 config"),
        (
            {"rules": [{"conditions": [DESIGN, {"segment": "4b7c"}], "value": True}]},
            r"rules\[0\].conditions: a V1 config",
        ),
        ({"rules": [{**DESIGN, "value": True}]}, r"rules\[0\].prerequisite_flag: a V1 config"),
        ({"rules": [{**email("textEquals", "a"), "value": True}]}, r"rules\[0\].comparator: .*textEquals"),
        ({"rules": [{**email("containsAnyOf", ["a", "b"]), "value": True}]}, "containsAnyOf with several values"),
    ],
)
def test_what_v1_configs_cannot_hold(given_options: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolkitError, match=words) as caught:
        wanted(version="v1", value=False, **given_options)
    assert caught.value.kind == "invalid_option"
    assert wanted(value=False, **given_options) != BLANK


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"value": True}, "one of the following is required: comparison_attribute"),
        ({"segment": "a", "conditions": [DESIGN], "value": True}, "mutually exclusive"),
        ({"segment": "a"}, "one of the following is required: value, percentages"),
        ({"segment": "a", "value": True, "percentages": HALVES}, "mutually exclusive"),
        ({"segment": "a", "value": None}, r"rules\[0\].value"),
        ({"segment": "a", "percentages": []}, r"rules\[0\].percentages: it must not be empty"),
        ({"segment": "a", "percentages": HALVES[:1]}, "their total is 50 %"),
        ({"conditions": [], "value": True}, "at least one condition"),
        (
            {"conditions": [{"segment": "a", "prerequisite_flag": "b", "prerequisite_value": 1}], "value": True},
            "exclusive",
        ),
        ({"prerequisite_flag": "b", "value": True}, "required together"),
        ({"prerequisite_flag": "b", "prerequisite_value": None, "value": True}, "prerequisite_value"),
        ({"prerequisite_comparator": "equals", "segment": "a", "value": True}, "prerequisite_flag"),
        ({**email("isOneOf", "a,b"), "value": True}, "Use a list"),
        ({**email("textEquals", ["a"]), "value": True}, "compares with one value"),
        ({**email("dateTimeBefore", "2026-01-31 08:00"), "value": True}, "with its offset"),
        ({**email("dateTimeBefore", "tomorrow"), "value": True}, "with its offset"),
        ({**email("textEndsWithAnyOf", []), "value": True}, "1 to 65535"),
        ({"conditions": [email("semVerLess", "1.2")], "value": True}, r"rules\[0\].conditions\[0\].comparison_value"),
    ],
)
def test_what_cannot_be_meant(rule: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolkitError, match=words):
        wanted(value=False, rules=[rule])


@pytest.mark.parametrize("version", VERSIONS)
def test_versions_are_compared_as_texts(version: str) -> None:
    value = wanted(value=False, rules=[{**email(version, "1.2.0"), "value": True}])
    (rule,) = to_v2(value)["targeting_rules"]
    assert rule["conditions"][0]["user_condition"]["comparison_value"] == {"string_value": "1.2.0"}


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        *(({name: value for name, value in SHOWN.items() if name != left_out}, left_out) for left_out in SHOWN),
        ({**SHOWN, "default_value": {}}, "string_value"),
        ({**SHOWN, "default_value": {"bool_value": "true"}}, "string_value"),
        ({**SHOWN, "targeting_rules": [{"value": {"bool_value": True}}]}, "conditions"),
        ({**SHOWN, "targeting_rules": [{"conditions": [{}], "value": {"bool_value": True}}]}, "user_condition"),
        ({**SHOWN, "targeting_rules": [{"conditions": [{"segment_condition": {"comparator": "isIn"}}]}]}, "segment_id"),
        ({**SHOWN, ATTRIBUTE: 5}, ATTRIBUTE),
    ],
)
def test_what_cannot_be_read_is_not_taken_as_empty(shown: dict[str, Any], name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        from_v2(shown)
    assert caught.value.name == name


def test_a_rule_may_show_only_what_it_has() -> None:
    condition = {"segment_condition": {"segment_id": "4b7c", "comparator": "isIn"}}
    found = from_v2({**SHOWN, "targeting_rules": [{"conditions": [condition], "value": {"bool_value": False}}]})
    assert found.rules == (Rule((Condition("isIn", segment="4b7c"),), False),)


def test_version_of_a_config() -> None:
    assert (version_of({}), version_of({"evaluation_version": "v2"})) == ("v1", "v2")
    with pytest.raises(ToolkitError, match="evaluation version v3"):
        version_of({"name": "App", "evaluation_version": "v3"})


def needs(*keys: str) -> SettingValue:
    rules = tuple(Rule((Condition("equals", prerequisite=key, prerequisite_value="true"),), True) for key in keys)
    return SettingValue(False, rules)


def test_the_order_of_conditions_has_no_meaning() -> None:
    conditions = [DESIGN, email("textEquals", "ada"), {"segment": "Testers"}]
    first = wanted(value=False, rules=[{"conditions": conditions, "value": True}])
    assert wanted(value=False, rules=[{"conditions": conditions[::-1], "value": True}]) == first
    assert wanted(value=False, rules=[{"conditions": conditions[:2], "value": True}]) != first
    assert wanted(value=False, rules=[{"conditions": conditions, "value": False}]) != first


def test_the_identifier_is_the_usual_attribute_of_percentages() -> None:
    assert wanted(value=False, percentage_attribute="Identifier") == SettingValue(False)
    shown = {"default_value": {"bool_value": False}, "targeting_rules": []}
    for attribute in (None, "Identifier"):
        item = {**shown, "percentage_evaluation_attribute": attribute}
        assert FORMS["v2"].from_api(item, str) == SettingValue(False)


@pytest.mark.parametrize("comparator", ["numberLess", "dateTimeBefore"])
def test_number_that_is_too_large(comparator: str) -> None:
    with pytest.raises(ToolkitError, match=r"rules\[0\]\.comparison_value") as caught:
        wanted(value=False, rules=[{**email(comparator, "1e999"), "value": True}])
    assert caught.value.kind == "invalid_option"


def test_prerequisites_are_compared_with_values_of_their_types() -> None:
    unknown: list[str] = []
    found = with_typed_prerequisites("", needs("a", "b"), {"a": "boolean"}, unknown.append)
    assert [rule.conditions[0].prerequisite_value for rule in found.rules] == [True, "true"] and unknown == ["b"]
    with pytest.raises(ToolkitError, match=r"rules\[0\].prerequisite_value: the setting's type is int"):
        with_typed_prerequisites("", needs("a"), {"a": "int"}, unknown.append)


def test_circles_are_refused() -> None:
    check_no_circle("test", {"a": needs("b", "c"), "b": needs("c"), "c": needs("gone"), "d": BLANK})
    with pytest.raises(ToolkitError, match="in test: a, b, c"):
        check_no_circle("test", {"a": needs("b"), "b": needs("c"), "c": needs("a"), "d": needs("a"), "e": BLANK})
    with pytest.raises(ToolkitError, match="in test: a"):
        check_no_circle("test", {"a": needs("a")})


def test_a_flag_that_another_one_needs_stays() -> None:
    values_there = {"a": needs("b"), "b": BLANK}
    check_not_needed("test", values_there, {"a", "b"})
    with pytest.raises(ToolkitError, match="b: it is a prerequisite of a in test") as caught:
        check_not_needed("test", values_there, {"b"})
    assert caught.value.kind == "conflict"


def test_words_for_a_product_owner() -> None:
    value = wanted(
        value=False,
        rules=[
            {"conditions": [DESIGN, email("textStartsWithAnyOf", ["a", "b"])], "percentages": HALVES},
            {**email("sensitiveTextEquals", "ada"), "value": True},
            {**email("dateTimeBefore", 1769842800), "value": True},
        ],
        percentage_attribute="Company",
    )
    assert in_words(value, str) == (
        'on for 50 % if new_design is on and Email starts with "a" or "b", on if Email is a hidden text, '
        'on if Email is before "2026-01-31T07:00:00Z", else off (percentages by Company)'
    )
