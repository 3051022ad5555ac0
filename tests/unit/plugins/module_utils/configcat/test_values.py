# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings: as options, as shown by the API, as sent, and as returned."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.change_descriptions import (
    WORDS,
    change_line,
    in_words,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import (
    COMPARATORS,
    LISTS,
    NUMBERS,
    PREREQUISITE_COMPARATORS,
    SEGMENT_COMPARATORS,
    TEXTS,
    TIMES,
    V1_COMPARATORS,
    V2_COMPARATORS,
    VERSIONS,
    Condition,
    comparison_in,
    condition_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import (
    KINDS,
    PlainValue,
    checked_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import FORMS, is_full, patch_to_api
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import (
    PARTS,
    Rule,
    SettingValue,
    Share,
    as_result,
    value_options,
    wanted_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable

SEGMENTS = {"4b7c": "Beta testers"}


def name_of(segment: str) -> str:
    return SEGMENTS.get(segment, segment)


def options(**given: Any) -> dict[str, Any]:
    """Return the options after Ansible has added defaults."""
    checked = ArgumentSpecValidator(value_options()).validate(given)
    assert not checked.error_messages
    found: dict[str, Any] = checked.validated_parameters
    return found


def rule(value: PlainValue, comparator: str, attribute: str = "Email", *comparison: str) -> Rule:
    return Rule((Condition(comparator, attribute, comparison),), value)


def in_segment(value: PlainValue, comparator: str = "isIn") -> Rule:
    return Rule((Condition(comparator, segment="4b7c"),), value)


def no_flag(_known: Any) -> Any:
    raise AssertionError("V1 configs have no prerequisites")


def from_v1(item: dict[str, Any]) -> SettingValue:
    return FORMS["v1"].from_api(item, no_flag)


def to_v1(value: SettingValue) -> dict[str, Any]:
    return FORMS["v1"].to_api(value, no_flag)


def attribute_rule(comparator: str, comparison: Any, value: PlainValue = True) -> dict[str, Any]:
    return {
        "comparison_attribute": "Email",
        "comparator": comparator,
        "comparison_value": comparison,
        "value": value,
    }


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("boolean", True, True),
        ("boolean", "False", False),
        ("string", "on", "on"),
        ("string", "5", "5"),
        ("int", 5, 5),
        ("int", "-2147483648", -2147483648),
        ("int", 5.0, 5),
        ("double", 5, 5.0),
        ("double", "2.5", 2.5),
    ],
)
def test_value_of_its_type(kind: str, value: Any, read: PlainValue) -> None:
    found = checked_value("value", value, kind)
    assert found == read and isinstance(found, bool) == isinstance(read, bool)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", 1),
        ("boolean", "yes"),
        ("boolean", "1"),
        ("string", True),
        ("string", 5),
        ("string", "x" * 100_001),
        ("int", True),
        ("int", 2.5),
        ("int", 2**31),
        ("int", "five"),
        ("int", "1_000"),
        ("double", False),
        ("double", "nan"),
        ("double", "inf"),
        (None, None),
        (None, [True]),
        (None, {"value": True}),
    ],
)
def test_value_of_another_type(kind: str | None, value: Any) -> None:
    with pytest.raises(ToolkitError, match=r"environments\.x") as caught:
        checked_value("environments.x", value, kind)
    assert caught.value.kind == "invalid_option"


NOTHING = SettingValue(False)


def test_omitted_value_stays() -> None:
    current = SettingValue(False, (in_segment(True),), (Share(100, True),))
    assert wanted_value("", options(), "boolean", current) == current
    assert wanted_value("", options(value=True), "boolean", current) == SettingValue(
        True, current.rules, current.percentages
    )
    assert wanted_value("", options(rules=[], percentages=[]), "boolean", current) == NOTHING


def test_segment_rule_and_its_usual_comparator() -> None:
    found = wanted_value("", options(rules=[{"segment": " Beta testers ", "value": "true"}]), "boolean", NOTHING)
    assert found.rules == (Rule((Condition("isIn", segment="Beta testers"),), True),)


@pytest.mark.parametrize(
    ("comparator", "given_value", "comparison"),
    [
        ("isOneOf", ["a@x.example", "b@x.example"], ("a@x.example", "b@x.example")),
        ("isOneOf", "a@x.example,  b@x.example", ("a@x.example", "b@x.example")),
        ("sensitiveIsNotOneOf", "a,,b", ("a", "b")),
        ("contains", "a, b", ("a, b",)),
        ("numberLess", 5, ("5",)),
        ("numberEquals", "2.50", ("2.50",)),
        ("semVerGreaterOrEquals", "1.2.0-beta.1", ("1.2.0-beta.1",)),
        ("semVerIsOneOf", ["1.0.0", "2.0.0"], ("1.0.0", "2.0.0")),
    ],
)
def test_comparison_value(comparator: str, given_value: Any, comparison: tuple[str, ...]) -> None:
    found = wanted_value("", options(rules=[attribute_rule(comparator, given_value)]), "boolean", NOTHING, "v1")
    assert found.rules == (rule(True, comparator, "Email", *comparison),)
    # The written value is the one that is compared the next time.
    assert from_v1(to_v1(found)) == found


@pytest.mark.parametrize(
    ("given_options", "words"),
    [
        ({"rules": [attribute_rule("numberLess", "many")]}, r"rules\[0\]\.comparison_value: numberLess"),
        ({"rules": [attribute_rule("semVerLess", "1.2")]}, r"rules\[0\]\.comparison_value: semVerLess"),
        ({"rules": [attribute_rule("semVerIsOneOf", "1.2.0,1.3")]}, "'1.3' is not"),
        ({"rules": [attribute_rule("numberLess", "1_000")]}, "'1_000' is not"),
        ({"rules": [attribute_rule("contains", ["a", "b"])]}, "compares with one value"),
        ({"rules": [attribute_rule("isOneOf", [])]}, "1 to 65535"),
        ({"rules": [attribute_rule("isOneOf", [True])]}, "a text, a number"),
        ({"rules": [attribute_rule("isOneOf", ["a,b", "c"])]}, "an item can.t contain a comma"),
        ({"rules": [attribute_rule("numberLess", "١٢")]}, "'١٢' is not"),
        ({"rules": [attribute_rule("semVerLess", "1.٢.0")]}, "'1.٢.0' is not"),
        ({"rules": [attribute_rule("isOneOf", "a", "maybe")]}, r"rules\[0\]\.value: the setting's type is boolean"),
        ({"rules": [{**attribute_rule("isOneOf", "a"), "comparison_attribute": ""}]}, "comparison_attribute"),
        ({"rules": [{**attribute_rule("isOneOf", "a"), "comparison_attribute": " "}]}, "comparison_attribute"),
        ({"rules": [{**attribute_rule("isOneOf", "a"), "comparison_attribute": "a\nb"}]}, "comparison_attribute"),
        ({"rules": [{"segment": " ", "value": True}]}, r"rules\[0\]\.segment"),
        ({"rules": [{"segment": "a\nb", "value": True}]}, r"rules\[0\]\.segment"),
        ({"percentages": [{"percentage": 10, "value": True}]}, "percentages: their total is 10 %"),
        ({"percentages": [{"percentage": 101, "value": True}]}, r"percentages\[0\]\.percentage"),
        (
            {"percentages": [{"percentage": 110, "value": True}, {"percentage": -10, "value": False}]},
            r"percentages\[0\]\.percentage",
        ),
        ({"percentages": [{"percentage": 100, "value": 5}]}, r"percentages\[0\]\.value"),
    ],
)
def test_what_cannot_be_meant(given_options: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolkitError, match=words):
        wanted_value("", options(**given_options), "boolean", NOTHING, "v1")


def test_what_no_type_allows_is_refused_without_the_type() -> None:
    with pytest.raises(ToolkitError, match=r"rules\[0\]\.value"):
        wanted_value("", options(rules=[attribute_rule("isOneOf", "a", None)]), None, NOTHING)  # type: ignore[arg-type]


values_of_any_type = st.one_of(
    st.booleans(), st.text(), st.integers(-(2**31), 2**31 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
rules = st.one_of(
    st.builds(
        rule,
        values_of_any_type,
        st.sampled_from(sorted(set(V1_COMPARATORS) - set(LISTS))),
        st.text(min_size=1),
        st.text(min_size=1),
    ),
    st.builds(in_segment, values_of_any_type, st.sampled_from(SEGMENT_COMPARATORS)),
)
shares = st.builds(Share, percentage=st.integers(0, 100), value=values_of_any_type)
setting_values = st.builds(
    SettingValue,
    value=values_of_any_type,
    rules=st.lists(rules, max_size=4).map(tuple),
    percentages=st.lists(shares, max_size=4).map(tuple),
)


def test_number_in_the_dashboard_may_end_with_a_separator() -> None:
    """Python's `str.strip` removes what its `float` does not accept."""
    assert rule(True, "numberEquals", "age", "0\x1f") == rule(True, "numberEquals", "age", "0")


@given(setting_values)
def test_sent_value_is_read_back(value: SettingValue) -> None:
    assert from_v1(to_v1(value)) == value


@given(setting_values, setting_values, st.sets(st.sampled_from(sorted(PARTS))))
def test_only_what_is_given_is_replaced(there: SettingValue, value: SettingValue, given_parts: set[str]) -> None:
    places = FORMS["v1"].places
    document = {pointer: to_v1(there)[name] for name, pointer in places.values()}
    for step in patch_to_api("v1", value, given_parts, no_flag):
        assert step["op"] == "replace" and step["path"] in document
        document[step["path"]] = step["value"]
    assert document == {
        pointer: to_v1(value if part in given_parts else there)[name] for part, (name, pointer) in places.items()
    }


def test_what_describes_all_of_a_value() -> None:
    assert is_full("v1", PARTS[:3]) and not is_full("v1", PARTS[1:])
    assert is_full("v2", PARTS) and not is_full("v2", PARTS[:3])


def test_what_the_api_shows() -> None:
    shown = {
        "setting": {"key": "new_checkout"},
        "value": False,
        "rollout_rules": [
            {
                "comparison_attribute": "Email",
                "comparator": "isOneOf",
                "comparison_value": "a , b",
                "segment_id": None,
                "segment_comparator": None,
                "value": True,
            },
            {
                "comparison_attribute": None,
                "comparator": None,
                "segment_id": "4b7c",
                "segment_comparator": "isNotIn",
                "value": False,
            },
        ],
        "rollout_percentage_items": None,
    }
    found = from_v1(shown)
    assert found.rules == (rule(True, "isOneOf", "Email", "a", "b"), in_segment(False, "isNotIn"))
    assert as_result(found, name_of) == {
        "value": False,
        "rules": [
            {"comparison_attribute": "Email", "comparator": "isOneOf", "comparison_value": ["a", "b"], "value": True},
            {"segment": "Beta testers", "segment_comparator": "isNotIn", "value": False},
        ],
        "percentages": [],
        "percentage_attribute": "",
    }


NO_LISTS: list[Any] = ["", {}, 0, ["x"], [None]]
NO_VALUES: list[Any] = [None, [], {}]
BY_ATTRIBUTE = {"comparison_attribute": "Email", "comparator": "isOneOf", "comparison_value": "a", "value": True}
BY_SEGMENT = {"segment_id": "4b7c", "segment_comparator": "isNotIn", "value": True}
SERVED: dict[str, Any] = {"value": True, "rollout_rules": [], "rollout_percentage_items": []}


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        *(({name: value for name, value in SERVED.items() if name != left_out}, left_out) for left_out in SERVED),
        *(({**SERVED, name: value}, name) for name in list(SERVED)[1:] for value in NO_LISTS),
        *(({**SERVED, "value": value}, "value") for value in NO_VALUES),
        ({**SERVED, "rollout_rules": [{"comparator": "isOneOf"}]}, "value"),
        *(
            ({**SERVED, "rollout_rules": [{part: shown for part, shown in one.items() if part != left_out}]}, left_out)
            for one in (BY_ATTRIBUTE, BY_SEGMENT)
            for left_out in one
            if left_out not in ("segment_id", "value")
        ),
        ({**SERVED, "rollout_percentage_items": [{"percentage": "50", "value": True}]}, "percentage"),
        ({**SERVED, "rollout_percentage_items": [{"percentage": 50}]}, "value"),
    ],
)
def test_what_cannot_be_read_is_not_taken_as_empty(shown: dict[str, Any], name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        from_v1(shown)
    assert caught.value.name == name


def test_null_is_no_rules() -> None:
    assert from_v1({**SERVED, "rollout_rules": None, "rollout_percentage_items": None}) == SettingValue(True)


def test_a_result_can_be_given_again() -> None:
    value = SettingValue(1, (rule(2, "isOneOf", "Email", "a", "b"), in_segment(3)), (Share(100, 4),))
    shown = as_result(value, lambda segment: segment)
    assert wanted_value("", options(**shown), "int", SettingValue(0)) == value


BETA = in_segment(True)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (SettingValue(False), "off"),
        (SettingValue(True), "on"),
        (SettingValue("blue"), '"blue"'),
        (SettingValue(2.5), "2.5"),
        (SettingValue(False, (), (Share(10, True), Share(90, False))), "on for 10 %"),
        (SettingValue(True, (), (Share(10, True), Share(90, False))), "on for 10 %, on for unknown users"),
        (SettingValue(False, (), (Share(0, True), Share(100, False))), "on for 0 %"),
        (SettingValue(False, (), (Share(100, False),)), "off for 100 %"),
        (SettingValue("a", (), (Share(50, "b"), Share(50, "c"))), '"b" for 50 %, "c" for 50 %, "a" for unknown users'),
        (SettingValue(False, (BETA,)), 'on if in segment "Beta testers", else off'),
        (
            SettingValue(False, (BETA,), (Share(10, True), Share(90, False))),
            'on if in segment "Beta testers", else on for 10 %',
        ),
        (SettingValue(1, (rule(2, "contains", "Email", "@x"),)), '2 if Email contains "@x", else 1'),
        (
            SettingValue(False, (rule(True, "isOneOf", "Country", "BE", "NL"),)),
            'on if Country is "BE" or "NL", else off',
        ),
        (
            SettingValue(False, (rule(True, "isNotOneOf", "Country", *["BE", "NL", "LU", "FR", "DE"]),)),
            'on if Country is not "BE" or "NL" or "LU" or one of 2 more, else off',
        ),
        (
            SettingValue(False, (rule(True, "sensitiveIsOneOf", "Email", "ada@x.example", "bob@x.example"),)),
            "on if Email is one of 2 hidden, else off",
        ),
    ],
)
def test_words_for_a_product_owner(value: SettingValue, words: str) -> None:
    assert in_words(value, name_of) == words


def test_change_lines() -> None:
    off, ten = SettingValue(False), SettingValue(False, (), (Share(10, True), Share(90, False)))
    assert change_line("new_checkout", off, ten, name_of) == "new_checkout: off → on for 10 %"
    ada, bob = (SettingValue(False, (rule(True, "sensitiveIsOneOf", "Email", name),)) for name in ("ada", "bob"))
    line = change_line("new_checkout", ada, bob, name_of)
    assert "changed" in line and "ada" not in line and "bob" not in line


def test_enums_are_complete() -> None:
    assert len(V1_COMPARATORS) == 18 and len(V2_COMPARATORS) == 36
    assert len(COMPARATORS) == len(set(COMPARATORS)) == 38
    assert {*LISTS, *NUMBERS, *VERSIONS, *TIMES, *TEXTS} == set(V2_COMPARATORS)
    assert set(WORDS) == {*COMPARATORS, *SEGMENT_COMPARATORS, *PREREQUISITE_COMPARATORS}
    assert KINDS == ("boolean", "string", "int", "double")
    assert set(condition_options()) < set(value_options()["rules"]["options"])


@pytest.mark.parametrize(
    ("comparator", "text", "read"),
    [
        ("numberEquals", "3,5", "3.5"),
        ("numberLess", "-0,25e3", "-0.25e3"),
        ("numberLess", "3.5", "3.5"),
        ("numberLess", "1,2,3", "1,2,3"),
        ("semVerLess", "1,2", "1,2"),
        ("contains", "3,5", "3,5"),
    ],
)
def test_a_number_of_a_v1_config_may_have_a_decimal_comma(comparator: str, text: str, read: str) -> None:
    assert comparison_in(comparator, text) == (read,)
