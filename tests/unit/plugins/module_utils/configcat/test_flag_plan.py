# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many flags in many environments: refusals, and the plan from the current to the desired state."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import Condition, comparison_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flag_plan import (
    FlagPlan,
    named_environments,
    plan_flags,
    unwanted_flags,
    wanted_flags,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import as_flag
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import Rule, SettingValue, Share
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


def flag(key: str, kind: str = "boolean", tags: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """Return an existing flag."""
    setting = {"setting_id": len(key), "key": key, "name": key, "setting_type": kind, "order": 0, "hint": None, **more}
    return as_flag(setting, [{"tag_id": number, "name": name} for number, name in enumerate(tags)])


def no_flag(key: str) -> None:
    raise AssertionError(f"V1 configs have no prerequisites: {key}")


def planned(
    flags: dict[str, Any],
    environments: dict[str, Any],
    there: list[dict[str, Any]],
    values: dict[str, dict[str, SettingValue]],
    unwanted: tuple[dict[str, Any], ...] = (),
) -> FlagPlan:
    wanted = wanted_flags(flags, environments)
    known = {one["key"]: one for one in there}
    return plan_flags(wanted, known, values, lambda value: value, list(unwanted), "v1", no_flag)


def words(plan: FlagPlan) -> dict[str, list[str]]:
    return plan.sections(lambda segment: segment)


TEN = {"value": False, "percentages": [{"percentage": 10, "value": True}, {"percentage": 90, "value": False}]}


def test_nothing_to_do() -> None:
    there = [flag("new_checkout", tags=("web", "shop")), flag("other")]
    values = {"production": {"new_checkout": SettingValue(True), "other": SettingValue(True)}, "test": {}}
    plan = planned(
        {"new_checkout": {"name": "new_checkout", "type": "boolean", "tags": ["shop", "web", "web"]}, "other": None},
        {"production": {"new_checkout": True}, "test": None},
        there,
        values,
    )
    assert (plan.added, plan.changed, plan.removed, words(plan)) == ([], [], [], {})


def test_served_value_is_reported_for_each_environment() -> None:
    values = {
        "production": {"new_checkout": SettingValue(False)},
        "test": {"new_checkout": SettingValue(False, (), (Share(50, True), Share(50, False)))},
    }
    environments = {"production": {"new_checkout": TEN}, "test": {"new_checkout": "true"}}
    plan = planned({"new_checkout": {}}, environments, [flag("new_checkout")], values)
    assert words(plan) == {
        "production": ["new_checkout: off → on for 10 %"],
        # The described value is exact: without percentages the flag is on for all.
        "test": ["new_checkout: on for 50 % → on"],
    }


def test_a_new_flag_with_what_it_serves() -> None:
    flags = {"banner": {"type": "string", "hint": "Above all pages"}, "new_checkout": None}
    environments = {"production": {"banner": "Sale!", "new_checkout": False}}
    plan = planned(flags, environments, [], {"production": {}})
    assert [one["key"] for one in plan.added] == ["banner", "new_checkout"]
    assert words(plan) == {
        "": ["banner: added (string)", "new_checkout: added (boolean)"],
        "production": ['banner: (new) → "Sale!"', "new_checkout: (new) → off"],
    }


def test_what_people_read_and_what_goes() -> None:
    there = [flag("banner", "string", tags=("web",)), flag("old")]
    plan = planned({"banner": {"name": "The banner", "hint": "", "tags": []}}, {}, there, {}, unwanted=(flag("old"),))
    assert words(plan) == {"": ['banner: name "banner" → "The banner"', "banner: tags web → none", "old: removed"]}
    assert [changed for _flag, changed in plan.changed] == [{"name": "The banner", "tags": []}]


def test_the_type_of_a_flag_stays() -> None:
    with pytest.raises(ToolkitError, match=r"flags\.banner\.type: setting banner has the type string") as caught:
        planned({"banner": {"type": "boolean"}}, {}, [flag("banner", "string")], {})
    assert caught.value.kind == "type_differs"


def test_a_value_of_another_type_than_the_flag_is_refused_once_that_is_known() -> None:
    with pytest.raises(ToolkitError, match=r"environments\.test\.banner\.value: the setting.s type is string"):
        planned({"banner": {}}, {"test": {"banner": 5}}, [flag("banner", "string")], {"test": {}})


@pytest.mark.parametrize(
    ("flags", "environments", "message"),
    [
        ({"": {}}, {}, "flags: .* must have 1 to 255 characters"),
        ({"a\nb": {}}, {}, "flags: it holds a line break"),
        ({"a": "boolean"}, {}, r"flags\.a: it must be a dictionary"),
        ({"a": {"type": "bool"}}, {}, r"flags\.a: value of type must be one of"),
        ({"a": {"kind": "int"}}, {}, r"flags\.a: .*kind"),
        ({"a": {"name": ""}}, {}, r"flags\.a\.name"),
        ({"a": {"hint": "x" * 1001}}, {}, r"flags\.a\.hint"),
        ({"a": {"tags": [""]}}, {}, r"flags\.a\.tags"),
        ({"a": {}}, {"test": [True]}, r"environments\.test: it must be a dictionary"),
        ({"a": {}}, {"test": {"b": True}}, r"environments\.test\.b: flags does not name b"),
        ({"a": {}}, {"test": {"a": None}}, r"environments\.test\.a"),
        ({"a": {}}, {"test": {"a": {"value": None}}}, r"environments\.test\.a"),
        ({"a": {}}, {"test": {"a": {"percentages": []}}}, r"environments\.test\.a: missing required arguments: value"),
        ({"a": {}}, {"test": {"a": {"value": True, "percentage": 10}}}, r"environments\.test\.a: .*percentage"),
        ({"a": {}}, {"test": {"a": [True]}}, r"environments\.test\.a\.value"),
        ({"a": {"type": "int"}}, {"test": {"a": True}}, r"environments\.test\.a\.value: the setting's type is int"),
        (
            {"a": {}},
            {"test": {"a": {"value": True, "percentages": [{"percentage": 10, "value": True}]}}},
            r"environments\.test\.a\.percentages: their total is 10 %",
        ),
        (
            {"a": {}},
            {"test": {"a": {"value": True, "percentages": [{"percentage": "inf", "value": True}]}}},
            r"environments\.test\.a: ",
        ),
        (
            {"a": {}},
            {"test": {"a": {"value": True, "rules": [{"comparison_attribute": "Email", "value": True}]}}},
            r"environments\.test\.a: .*comparator",
        ),
        (
            {"a": {}},
            {"test": {"a": {"value": True, "rules": [{"segment": "Beta", "comparator": "isIn", "value": True}]}}},
            r"environments\.test\.a: .*comparator",
        ),
    ],
)
def test_refused_without_reading_the_current_state(flags: Any, environments: Any, message: str) -> None:
    with pytest.raises(ToolkitError, match=message) as caught:
        wanted_flags(flags, environments)
    assert caught.value.kind == "invalid_option"


@pytest.mark.parametrize("key", ["1st", "größe", ":checkout", ".checkout"])
def test_a_key_that_exists_is_taken_and_a_new_one_is_checked(key: str) -> None:
    there = [flag(key)]
    plan = planned({key: {"name": "New"}}, {"test": {key: True}}, there, {"test": {key: SettingValue(False)}})
    assert words(plan) == {"": [f'{key}: name "{key}" → "New"'], "test": [f"{key}: off → on"]}
    with pytest.raises(ToolkitError, match=r"^flags: setting .* a new key must begin with a letter") as caught:
        planned({key: {}}, {}, [], {})
    assert caught.value.kind == "invalid_option"


def test_purge_removes_nothing_that_cannot_be_named() -> None:
    there = {key: flag(key) for key in ("kept", "new-checkout", "7", " odd", "a\tb", "..")}
    described: dict[Any, Any] = {"kept": {}, 7: {}}
    wanted = wanted_flags(described, {})
    assert [one["key"] for one in unwanted_flags(there, {one.key for one in wanted}, None)] == ["new-checkout"]


def test_the_same_written_otherwise_is_no_change() -> None:
    def rules(listed: str, number: str) -> tuple[Rule, ...]:
        items = comparison_in("isOneOf", listed)
        emails, ages = Condition("isOneOf", "Email", items), Condition("numberEquals", "Age", (number,))
        return (Rule((emails,), True), Rule((ages,), True))

    def given(listed: str, number: Any) -> dict[str, Any]:
        emails = {"comparator": "isOneOf", "comparison_attribute": "Email", "comparison_value": listed, "value": True}
        ages = {"comparator": "numberEquals", "comparison_attribute": "Age", "comparison_value": number, "value": True}
        return {"value": False, "rules": [emails, ages]}

    values = {"test": {"a": SettingValue(False, rules("a, b ,c", "10"))}}
    same: tuple[tuple[str, Any], ...] = (("c,a,b", "10.0"), ("a,b,c,a", 10), ("b,c,a", "1e1"))
    for listed, number in same:
        assert not words(planned({"a": {}}, {"test": {"a": given(listed, number)}}, [flag("a")], values))
    other: tuple[tuple[str, Any], ...] = (("c,a", 10), ("a,b,c", 10.5), ("A,b,c", 10))
    for listed, number in other:
        assert words(planned({"a": {}}, {"test": {"a": given(listed, number)}}, [flag("a")], values))


def test_an_environment_is_described_once() -> None:
    assert named_environments({" test ": 1, "live": 2}) == {"test": 1, "live": 2}
    with pytest.raises(ToolkitError, match=r"^environments: test is given twice"):
        named_environments({"test": 1, " test ": 2})
