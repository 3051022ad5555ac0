# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings in V2 configs."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import requests

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client, Shop, of_flag, of_segment, of_user, options, read, targeting, typed

VIP = of_user("Email", "textEquals", "ada@example.com")
NOTHING = {"boolValue": None, "stringValue": None, "intValue": None, "doubleValue": None}


@pytest.fixture
def shop(api: Client) -> Shop:
    """A product with a V2 config that no other test uses."""
    return Shop.open(api, version="v2")


def put(shop: Shop, setting_id: int, formula: dict[str, Any]) -> requests.Response:
    return shop.api.call("PUT", f"/v2{shop.value_path(setting_id)}", formula)


def path_of_all(shop: Shop) -> str:
    return f"/v2/configs/{shop.config}/environments/{shop.environment}/values"


def refusal(answer: requests.Response) -> set[str] | str:
    """Return the properties that a 400 is about, or its text."""
    assert answer.status_code == 400, (answer.status_code, answer.text)
    if answer.headers["Content-Type"].startswith("text/plain"):
        return answer.text
    return set(answer.json().get("errors", answer.json()))


def test_version_of_a_config_is_shown_and_fixed(api: Client, shop: Shop) -> None:
    assert api.get(f"/configs/{shop.config}")["evaluationVersion"] == "v2"
    assert api.get(f"/configs/{Shop.open(api).config}")["evaluationVersion"] == "v1"
    assert api.make(f"/products/{shop.product}/configs", name="New")["evaluationVersion"] == "v2"
    for version in ("v3", None):
        wrong = api.call("POST", f"/products/{shop.product}/configs", {"name": "x", "evaluationVersion": version})
        assert refusal(wrong) == {"evaluationVersion"}
    assert refusal(api.call("PUT", f"/configs/{shop.config}", {"evaluationVersion": "v1"})) == {"evaluationVersion"}


def test_calls_of_the_other_version_are_refused(api: Client, shop: Shop) -> None:
    for one, wrong in ((shop, ""), (Shop.open(api), "/v2")):
        key = {"X-CONFIGCAT-SDKKEY": one.sdk_key}
        setting_id = one.flag()
        own = "" if wrong else "/v2"
        for path, headers in (
            (one.value_path(setting_id), {}),
            (f"/configs/{one.config}/environments/{one.environment}/values", {}),
            ("/settings/newCheckout/value", key),
        ):
            assert "is a V" in refusal(api.call("GET", wrong + path, headers=headers))
            assert api.call("GET", own + path, headers=headers).status_code == 200
        value, formula = {"value": True}, {"defaultValue": {"boolValue": True}}
        step = {"op": "replace", "path": "/defaultValue/boolValue" if wrong else "/value", "value": True}
        for method, path, body, headers in (
            ("PUT", one.value_path(setting_id), formula if wrong else value, {}),
            ("PATCH", one.value_path(setting_id), [step], {}),
            ("POST", f"/configs/{one.config}/environments/{one.environment}/values", {}, {}),
            ("PUT", "/settings/newCheckout/value", formula if wrong else value, key),
            ("PATCH", "/settings/newCheckout/value", [step], key),
        ):
            assert "is a V" in refusal(api.call(method, wrong + path, body, headers=headers))


@pytest.mark.parametrize(
    ("kind", "first", "value", "others"),
    [
        ("boolean", False, True, ["x", 1, 1.5]),
        ("string", "", "gr\u00fcn", [True, 1, 1.5]),
        ("int", 0, -7, [True, "x", 1.5]),
        ("double", 0.0, 2.5, [True, "x", 1]),
    ],
)
def test_a_value_is_of_its_type(shop: Shop, kind: str, first: Any, value: Any, others: list[Any]) -> None:
    setting_id = shop.flag("setting", kind)
    path = f"/v2{shop.value_path(setting_id)}"
    assert shop.api.get(path)["defaultValue"] == {**NOTHING, **typed(first)}
    shown = shop.serve_formula(
        setting_id, value, targeting(VIP, served=value), targeting(served=options(p0=value, p100=value))
    )
    assert shown["defaultValue"] == {**NOTHING, **typed(value)}
    for other in others:
        assert refusal(put(shop, setting_id, {"defaultValue": typed(other)})) == {"defaultValue"}
        good = {"defaultValue": typed(value)}
        rule = {**good, "targetingRules": [targeting(VIP, served=other)]}
        assert refusal(put(shop, setting_id, rule)) == {"targetingRules.0.value"}
        shares = {**good, "targetingRules": [targeting(served=options(p100=other))]}
        assert refusal(put(shop, setting_id, shares)) == {"targetingRules.0.percentageOptions.0.value"}
    both = {"defaultValue": {"boolValue": True, "stringValue": "x", "intValue": 1}}
    assert refusal(put(shop, setting_id, both)) == {"defaultValue"}
    assert shop.api.get(path) == shown


def test_a_formula_is_replaced_with_all_its_rules(shop: Shop) -> None:
    setting_id, first = shop.flag(), shop.flag("first")
    rules = [
        targeting(VIP, of_segment(shop.segment(), "isNotIn"), of_flag(first, True), served=True),
        targeting(of_user("Age", "numberLess", 18), served=options(p30=True, p70=False)),
        targeting(served=options(p10=True, p90=False)),
    ]
    new = shop.api.get(f"/v2{shop.value_path(setting_id)}")
    shown = shop.serve_formula(setting_id, False, *rules, percentageEvaluationAttribute="Company")
    assert new["updatedAt"] is None and shown["updatedAt"] and shown["lastVersionId"] != new["lastVersionId"]
    assert [len(rule["conditions"]) for rule in shown["targetingRules"]] == [3, 1, 0]
    user, segment, flag = shown["targetingRules"][0]["conditions"]
    assert user["userCondition"] == {
        **VIP["userCondition"],
        "comparisonValue": {"stringValue": "ada@example.com", "doubleValue": None, "listValue": None},
    }
    assert (user["segmentCondition"], user["prerequisiteFlagCondition"]) == (None, None)
    assert segment["segmentCondition"]["comparator"] == "isNotIn"
    assert flag["prerequisiteFlagCondition"]["prerequisiteSettingId"] == first
    assert [rule["value"] for rule in shown["targetingRules"]] == [{**NOTHING, "boolValue": True}, None, None]
    assert [one["percentage"] for one in shown["targetingRules"][1]["percentageOptions"]] == [30, 70]
    assert shown["percentageEvaluationAttribute"] == "Company"
    assert shop.api.get(f"/v2{shop.value_path(first)}")["settingIdsWherePrerequisite"] == [setting_id]
    # What is shown can be sent, and changes nothing.
    sent = {name: shown[name] for name in ("defaultValue", "targetingRules", "percentageEvaluationAttribute")}
    again = read(put(shop, setting_id, sent))
    assert again == shown
    assert shop.serve_formula(setting_id, False)["targetingRules"] == []


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"value": {"boolValue": True}}, ""),
        ({"conditions": [], "percentageOptions": []}, ""),
        ({"conditions": [VIP]}, ""),
        ({"conditions": [VIP], "value": {"boolValue": True}, "percentageOptions": options(p100=True)}, ""),
        (targeting(VIP, served=options(p30=True)), ".percentageOptions"),
        (targeting(VIP, served=options(p150=True)), ".percentageOptions.0.percentage"),
        (targeting({}, served=True), ".conditions.0"),
        (targeting({**VIP, **of_segment(str(uuid4()))}, served=True), ".conditions.0"),
        (targeting(of_segment(str(uuid4())), served=True), ".conditions.0.segmentCondition.segmentId"),
        (
            targeting(VIP, of_flag(999_999, True), served=True),
            ".conditions.1.prerequisiteFlagCondition.prerequisiteSettingId",
        ),
        (
            targeting(of_user("A", "textEquals", ["b"]), served=True),
            ".conditions.0.userCondition.comparisonValue",
        ),
        (targeting(of_user("A", "isOneOf", "b"), served=True), ".conditions.0.userCondition.comparisonValue"),
        (targeting(of_user("A", "numberLess", "1"), served=True), ".conditions.0.userCondition.comparisonValue"),
        (targeting(of_user("A", "dateTimeAfter", "now"), served=True), ".conditions.0.userCondition.comparisonValue"),
        (targeting(of_user("A", "isOneOf", []), served=True), ".conditions.0.userCondition.comparisonValue.listValue"),
        (
            targeting(of_user("A", "isOneOf", [""]), served=True),
            ".conditions.0.userCondition.comparisonValue.listValue",
        ),
        (
            targeting(of_user("A", "semVerLess", "one"), served=True),
            ".conditions.0.userCondition.comparisonValue.stringValue",
        ),
        (
            targeting(of_user("A", "semVerIsOneOf", ["1.0.0", "2"]), served=True),
            ".conditions.0.userCondition.comparisonValue.listValue",
        ),
        (targeting(of_user("A", "likes", "b"), served=True), ".conditions.0.userCondition.comparator"),
        (targeting(of_user("", "textEquals", "b"), served=True), ".conditions.0.userCondition.comparisonAttribute"),
    ],
)
def test_rules_that_make_no_sense(shop: Shop, rule: dict[str, Any], place: str) -> None:
    setting_id = shop.flag()
    before = shop.serve_formula(setting_id, True, targeting(VIP, served=False))
    formula = {"defaultValue": {"boolValue": False}, "targetingRules": [rule]}
    assert refusal(put(shop, setting_id, formula)) == {f"targetingRules.0{place}"}
    assert shop.api.get(f"/v2{shop.value_path(setting_id)}") == before


def test_only_the_last_rule_may_have_no_conditions(shop: Shop) -> None:
    rules = [targeting(served=options(p100=True)), targeting(VIP, served=True)]
    formula = {"defaultValue": {"boolValue": False}, "targetingRules": rules}
    assert refusal(put(shop, shop.flag(), formula)) == {"targetingRules.0"}


def test_prerequisites_of_another_type_or_config(api: Client, shop: Shop) -> None:
    setting_id, text, elsewhere = shop.flag(), shop.flag("text", "string"), Shop.open(api, version="v2").flag()
    place = "targetingRules.0.conditions.0.prerequisiteFlagCondition"
    for condition, wrong in (
        (of_flag(text, True), "prerequisiteComparisonValue"),
        (of_flag(elsewhere, True), "prerequisiteSettingId"),
        (of_flag(setting_id, True), "prerequisiteSettingId"),
    ):
        formula = {"defaultValue": {"boolValue": True}, "targetingRules": [targeting(condition, served=True)]}
        answer = put(shop, setting_id, formula)
        assert refusal(answer) == {f"{place}.{wrong}"}
        # As tests of the vendor's Terraform provider expect the API's texts.
        message = "Prerequisite setting not found." if wrong.endswith("Id") else "Invalid prerequisite value."
        assert answer.json() == {f"{place}.{wrong}": [message]}
    shop.serve_formula(setting_id, True, targeting(of_flag(text, "on", "doesNotEqual"), served=True))


def test_a_circle_of_prerequisites_is_refused(api: Client, shop: Shop) -> None:
    ids = [shop.flag(f"flag{number}") for number in range(3)]
    for number, needed in ((0, 1), (1, 2)):
        shop.serve_formula(ids[number], False, targeting(of_flag(ids[needed], True), served=True))
    circle: dict[str, Any] = {
        "defaultValue": {"boolValue": False},
        "targetingRules": [targeting(of_flag(ids[0], True), served=True)],
    }
    step = {"op": "add", "path": "/targetingRules/-", "value": circle["targetingRules"][0]}
    many = {"updateFormulas": [{"settingId": ids[2], **circle}]}
    key = {"X-CONFIGCAT-SDKKEY": shop.sdk_key}
    for answer in (
        put(shop, ids[2], circle),
        api.call("PATCH", f"/v2{shop.value_path(ids[2])}", [step]),
        api.call("POST", path_of_all(shop), many),
        api.call("PUT", "/v2/settings/flag2/value", circle, headers=key),
    ):
        assert refusal(answer) == "Circular dependency between prerequisite flags: flag0, flag1, flag2."
    assert api.get(f"/v2{shop.value_path(ids[2])}")["targetingRules"] == []
    # The same prerequisites the other way round, in one request.
    turned = [
        {"settingId": ids[0], "defaultValue": {"boolValue": False}},
        {"settingId": ids[2], **circle},
    ]
    read(api.call("POST", path_of_all(shop), {"updateFormulas": turned}))
    assert "prerequisite" in refusal(api.call("DELETE", f"/settings/{ids[2]}"))
    assert api.call("DELETE", f"/settings/{ids[1]}").status_code == 204
    assert api.call("DELETE", f"/settings/{ids[2]}").status_code == 204


def test_environments_have_their_own_prerequisites(api: Client, shop: Shop) -> None:
    one, other = shop.flag("one"), shop.flag("other")
    made = api.make(f"/products/{shop.product}/environments", name="Test")
    test = Shop(api, shop.organization, shop.product, shop.config, made["environmentId"])
    shop.serve_formula(one, False, targeting(of_flag(other, True), served=True))
    test.serve_formula(other, False, targeting(of_flag(one, True), served=True))
    assert api.get(f"/v2{test.value_path(one)}")["settingIdsWherePrerequisite"] == [other]


def test_a_formula_is_patched(shop: Shop) -> None:
    setting_id = shop.flag()
    path = f"/v2{shop.value_path(setting_id)}"
    shop.serve_formula(setting_id, False, targeting(served=options(p30=True, p70=False)))
    on = {"op": "replace", "path": "/defaultValue/boolValue", "value": True}
    first = {"op": "add", "path": "/targetingRules/0", "value": targeting(VIP, served=True)}
    changed = read(shop.api.call("PATCH", path, [on, first]))
    assert changed["defaultValue"]["boolValue"] is True
    assert [len(rule["conditions"]) for rule in changed["targetingRules"]] == [1, 0]
    same = shop.api.call("PATCH", path, [on])
    assert (same.status_code, same.content) == (204, b"")
    for step in (
        {"op": "remove", "path": "/defaultValue"},
        {"op": "replace", "path": "/defaultValue/boolValue", "value": "yes"},
        {"op": "remove", "path": "/targetingRules/1/percentageOptions/0"},
        {"op": "add", "path": "/targetingRules/-", "value": targeting(VIP, served=True)},
        {"op": "add", "path": "/settingType", "value": "int"},
    ):
        assert refusal(shop.api.call("PATCH", path, [step]))
    assert shop.api.get(path) == changed


def test_many_formulas_are_set_together_or_not_at_all(api: Client, shop: Shop) -> None:
    ids = [shop.flag(f"flag{number}") for number in range(3)]
    path = path_of_all(shop)
    shop.serve_formula(ids[1], True)
    many = [
        {"settingId": ids[0], "defaultValue": {"boolValue": True}},
        {"settingId": ids[2], "defaultValue": {"boolValue": False}, "targetingRules": None},
    ]
    shown = read(api.call("POST", path, {"updateFormulas": many}))
    assert [one["defaultValue"]["boolValue"] for one in shown["settingFormulas"]] == [True, True, False]
    assert api.get(path) == shown
    for wrong, place in (
        ({"settingId": ids[2], "defaultValue": {"intValue": 7}}, "defaultValue"),
        ({"settingId": ids[0], "defaultValue": {"boolValue": True}}, "settingId"),
        ({"settingId": 999_999, "defaultValue": {"boolValue": True}}, "settingId"),
        ({"defaultValue": {"boolValue": True}}, "settingId"),
        ({"settingId": ids[2]}, "defaultValue"),
    ):
        body = {"updateFormulas": [{"settingId": ids[0], "defaultValue": {"boolValue": False}}, wrong]}
        assert refusal(api.call("POST", path, body)) == {f"updateFormulas.1.{place}"}
    assert api.get(path) == shown


def test_reasons_and_the_audit_log(api: Client, shop: Shop, sandbox: SandboxProcess) -> None:
    setting_id, key = shop.flag(), {"X-CONFIGCAT-SDKKEY": shop.sdk_key}
    sandbox.control("PUT", f"environments/{shop.environment}/reasons", {"required": True})
    on, off = ({"defaultValue": {"boolValue": value}} for value in (True, False))
    step = {"op": "replace", "path": "/defaultValue/boolValue"}
    calls: list[tuple[str, str, Any, dict[str, str]]] = [
        ("PUT", f"/v2{shop.value_path(setting_id)}", on, {}),
        ("PATCH", f"/v2{shop.value_path(setting_id)}", [{**step, "value": False}], {}),
        ("POST", path_of_all(shop), {"updateFormulas": [{"settingId": setting_id, **on}]}, {}),
        ("PUT", "/v2/settings/newCheckout/value", off, key),
        ("PATCH", "/v2/settings/newCheckout/value", [{**step, "value": True}], key),
    ]
    for method, path, body, headers in calls:
        assert refusal(api.call(method, path, body, headers=headers)) == {"reason"}
        assert api.call(method, f"{path}?reason=release+7", body, headers=headers).status_code == 200
    log = api.get(f"/products/{shop.product}/auditlogs?auditLogType=settingValueChanged")
    assert [entry["why"] for entry in log] == ["release 7"] * len(calls)


def test_by_sdk_key(api: Client, shop: Shop) -> None:
    setting_id, headers = shop.flag(), {"X-CONFIGCAT-SDKKEY": shop.sdk_key}
    for name in ("newCheckout", setting_id):
        shown = read(api.call("PUT", f"/v2/settings/{name}/value", {"defaultValue": typed(True)}, headers=headers))
        assert shown == api.get(f"/v2{shop.value_path(setting_id)}")
        assert shown == api.get(f"/v2/settings/{name}/value", headers=headers)
    assert refusal(api.call("GET", "/v2/settings/newCheckout/value")) == {"X-CONFIGCAT-SDKKEY"}
    assert api.call("GET", "/v2/settings/nothing/value", headers=headers).status_code == 404


def test_segment_of_a_rule_is_in_use(api: Client, shop: Shop) -> None:
    segment_id, setting_id = shop.segment(), shop.flag()
    shop.serve_formula(setting_id, True, targeting(VIP, of_segment(segment_id), served=False))
    assert [one["usage"] for one in api.get(f"/products/{shop.product}/segments")] == [1]
    assert api.call("DELETE", f"/segments/{segment_id}").status_code == 400
    shop.serve_formula(setting_id, True)
    assert api.call("DELETE", f"/segments/{segment_id}").status_code == 204
