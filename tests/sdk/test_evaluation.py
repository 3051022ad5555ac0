# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's SDKs evaluate values written through the management API."""

from __future__ import annotations

import hashlib
import time
from typing import Any, get_args

import pytest

from sandbox.configcat.bodies import Comparator
from sandbox.launcher import SandboxProcess
from tests.sdk.sdks import Opened, Person, Sdk
from tests.support.configcat import Shop, in_segment, percent, rule

PEOPLE: list[Person | None] = [{"identifier": f"user-{number}"} for number in range(1000)]
#: For each comparator a value, attributes that match, and attributes that do not.
COMPARISONS = {
    "isOneOf": ("BE, NL", "NL", "DE"),
    "isNotOneOf": ("BE, NL", "DE", "BE"),
    "contains": ("@example.com", "ada@example.com", "ada@agency.example"),
    "doesNotContain": ("@example.com", "ada@agency.example", "ada@example.com"),
    "semVerIsOneOf": ("1.0.0, 2.0.0-beta", "2.0.0-beta", "2.0.0"),
    "semVerIsNotOneOf": ("1.0.0, 2.0.0", "1.0.1", "1.0.0"),
    "semVerLess": ("2.0.0", "2.0.0-beta", "2.0.0"),
    "semVerLessOrEquals": ("2.0.0", "2.0.0", "2.0.1"),
    "semVerGreater": ("1.9.0", "1.10.0", "1.9.0"),
    "semVerGreaterOrEquals": ("1.9.0", "1.9.0", "1.8.9"),
    "numberEquals": ("3.5", "3.5", "3.6"),
    "numberDoesNotEqual": ("3,5", "3.6", "3.5"),
    "numberLess": ("10", "9.99", "10"),
    "numberLessOrEquals": ("10", "10", "10.01"),
    "numberGreater": ("-1", "0", "-1"),
    "numberGreaterOrEquals": ("1e3", "1000", "999"),
    "sensitiveIsOneOf": ("ada@example.com, grace@example.com", "grace@example.com", "eve@example.com"),
    "sensitiveIsNotOneOf": ("ada@example.com, grace@example.com", "eve@example.com", "ada@example.com"),
}


def with_attribute(value: str) -> Person:
    return {"identifier": "somebody", "custom": {"Attribute": value}}


def url_of(shop: Shop) -> str:
    return shop.api.sandbox.url


def open_sdk(opened: Opened, shop: Shop, **options: Any) -> Sdk:
    return opened(shop.sdk_key, url_of(shop), **options)


@pytest.mark.parametrize(
    ("kind", "value", "default"),
    [("boolean", True, False), ("string", "grün → ½", ""), ("int", -7, 0), ("double", 2.5, 0.0), ("double", 3, 0.5)],
)
def test_values_of_each_type(opened: Opened, shop: Shop, kind: str, value: Any, default: Any) -> None:
    setting_id = shop.flag("setting", kind)
    sdk = open_sdk(opened, shop)
    [first] = sdk.values("setting", default, [None])
    assert first == {"boolean": False, "string": "", "int": 0, "double": 0}[kind]
    shop.serve(setting_id, value)
    sdk.refresh()
    assert sdk.values("setting", default, [None]) == [value]


def test_every_comparator(opened: Opened, shop: Shop) -> None:
    assert set(COMPARISONS) == set(get_args(Comparator))
    for comparator, (value, _match, _other) in COMPARISONS.items():
        setting_id = shop.flag(f"by_{comparator}", "string")
        shop.serve(setting_id, "other", rolloutRules=[rule("Attribute", comparator, value, "match")])
    sdk = open_sdk(opened, shop)
    found = {
        comparator: sdk.values(f"by_{comparator}", "", [with_attribute(match), with_attribute(other), None])
        for comparator, (_value, match, other) in COMPARISONS.items()
    }
    assert found == {comparator: ["match", "other", "other"] for comparator in COMPARISONS}


def test_sensitive_value_is_not_in_the_file(opened: Opened, shop: Shop) -> None:
    secret = [rule("Email", "sensitiveIsOneOf", "ada@example.com", True)]
    shop.serve(shop.flag(), False, rolloutRules=secret)
    file = shop.api.session.get(f"{url_of(shop)}/configuration-files/{shop.sdk_key}/config_v6.json", auth=("", ""))
    assert "ada@example.com" not in file.text
    ada = {"identifier": "1", "email": "ada@example.com"}
    assert open_sdk(opened, shop).values("newCheckout", False, [ada]) == [True]


def test_the_first_rule_that_matches_counts(opened: Opened, shop: Shop) -> None:
    rules = [
        rule("Email", "contains", "@agency.example", "agency"),
        rule("Country", "isOneOf", "BE", "belgium"),
        rule("Identifier", "isOneOf", "user-7", "seven"),
    ]
    shop.serve(shop.flag("greeting", "string"), "everybody", rolloutRules=rules)
    people: list[Person | None] = [
        {"identifier": "user-7", "email": "ada@agency.example", "country": "BE"},
        {"identifier": "user-7", "country": "BE"},
        {"identifier": "user-7"},
        {"identifier": "user-8", "country": "NL"},
        None,
    ]
    sdk = open_sdk(opened, shop)
    assert sdk.values("greeting", "", people) == ["agency", "belgium", "seven", "everybody", "everybody"]


@pytest.mark.parametrize("compared", [("contains", "@example.com"), ("sensitiveIsOneOf", "ada@example.com")])
def test_segments(opened: Opened, shop: Shop, compared: tuple[str, str]) -> None:
    comparator, value = compared
    other = shop.segment("Belgium", comparisonAttribute="Country", comparator="isOneOf", comparisonValue="BE")
    testers = shop.segment("Testers", comparator=comparator, comparisonValue=value)
    rules = [in_segment(testers, "isIn", "tester"), in_segment(other, "isNotIn", "abroad")]
    shop.serve(shop.flag("greeting", "string"), "home", rolloutRules=rules)
    people: list[Person | None] = [
        {"identifier": "1", "email": "ada@example.com"},
        {"identifier": "2", "email": "eve@agency.example", "country": "NL"},
        {"identifier": "3", "email": "eve@agency.example", "country": "BE"},
    ]
    sdk = open_sdk(opened, shop)
    assert sdk.values("greeting", "", people) == ["tester", "abroad", "home"]
    changed = {"comparisonAttribute": "Identifier", "comparator": "isOneOf", "comparisonValue": "3"}
    assert shop.api.call("PUT", f"/segments/{testers}", changed).status_code == 200
    sdk.refresh()
    assert sdk.values("greeting", "", people)[2] == "tester"


def test_percentages_over_a_thousand_users(opened: Opened, shop: Shop) -> None:
    setting_id = shop.flag("rollout", "string")
    sdk = open_sdk(opened, shop)
    for shares in ({"p10": "new", "p90": "old"}, {"p30": "new", "p20": "newer", "p50": "old"}, {"p100": "new"}):
        items = percent(**shares)
        shop.serve(setting_id, "nobody", rolloutPercentageItems=items)
        sdk.refresh()
        assert sdk.values("rollout", "", PEOPLE) == [expected("rollout", person, items) for person in PEOPLE]
        found = sdk.values("rollout", "", PEOPLE)
        for item in items:
            assert abs(found.count(item["value"]) - 10 * item["percentage"]) <= 40
    assert sdk.values("rollout", "", [None]) == ["nobody"], "percentages need a user"


def expected(key: str, person: Person | None, items: list[dict[str, Any]]) -> Any:
    """Return the value of a user by the hash that all SDKs use."""
    assert person
    place = int(hashlib.sha1(f"{key}{person['identifier']}".encode()).hexdigest()[:7], 16) % 100
    for item in items:
        place -= item["percentage"]
        if place < 0:
            return item["value"]
    raise AssertionError("the shares are not 100")


def test_rules_go_before_percentages(opened: Opened, shop: Shop) -> None:
    rules = [rule("Identifier", "isOneOf", "user-1", True)]
    shop.serve(shop.flag(), True, rolloutRules=rules, rolloutPercentageItems=percent(p0=True, p100=False))
    sdk = open_sdk(opened, shop)
    assert sdk.values("newCheckout", False, [*PEOPLE[:3], None]) == [False, True, False, True]


def fetches(sandbox: SandboxProcess, sdk_key: str) -> list[dict[str, Any]]:
    """Return the statuses of reads of an SDK key's file."""
    path = f"/configuration-files/{sdk_key}/config_v6.json"
    return [exchange for exchange in sandbox.exchanges() if exchange["path"] == path]


def test_no_change_is_304_and_a_change_is_seen(opened: Opened, shop: Shop, sandbox: SandboxProcess) -> None:
    setting_id = shop.flag()
    sdk = open_sdk(opened, shop)
    sdk.refresh()
    shop.serve(setting_id, True)
    sdk.refresh()
    assert sdk.values("newCheckout", False, [None]) == [True]
    sdk.refresh()
    seen = fetches(sandbox, shop.sdk_key)
    assert [exchange["status"] for exchange in seen] == [200, 304, 200, 304]
    assert [bool(exchange["response_body"]) for exchange in seen] == [True, False, True, False]
    tags = [exchange["response_headers"]["etag"] for exchange in seen]
    assert tags[0] == tags[1] != tags[2] == tags[3]
    # One of them sends an empty header the first time.
    assert [exchange["request_headers"].get("if-none-match") for exchange in seen[1:]] == [tags[0], tags[0], tags[2]]


def test_an_sdk_that_polls_sees_a_change_by_itself(opened: Opened, shop: Shop, sandbox: SandboxProcess) -> None:
    setting_id = shop.flag()
    sdk = open_sdk(opened, shop, poll_seconds=1)
    assert sdk.values("newCheckout", False, [None]) == [False]
    shop.serve(setting_id, True)
    deadline = time.monotonic() + 60
    while sdk.values("newCheckout", False, [None]) == [False] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert sdk.values("newCheckout", False, [None]) == [True]


def test_both_forms_of_sdk_keys(opened: Opened, shop: Shop, sandbox: SandboxProcess) -> None:
    shop.serve(shop.flag(), True)
    path = f"configs/{shop.config}/environments/{shop.environment}/secondkey"
    second = sandbox.control("POST", path)["secondary"]
    assert shop.sdk_key.startswith("configcat-sdk-1/") and not second.startswith("configcat-sdk-1/")
    for key in (shop.sdk_key, second):
        assert opened(key, url_of(shop)).values("newCheckout", False, [None]) == [True]


def test_environments_are_apart_and_deleted_settings_are_gone(opened: Opened, shop: Shop) -> None:
    made = shop.api.make(f"/products/{shop.product}/environments", name="Test")
    test = Shop(shop.api, shop.organization, shop.product, shop.config, made["environmentId"])
    setting_id = shop.flag()
    test.serve(setting_id, True)
    in_production, in_test = open_sdk(opened, shop), open_sdk(opened, test)
    assert in_production.values("newCheckout", True, [None]) == [False]
    assert in_test.values("newCheckout", False, [None]) == [True]
    assert shop.api.call("DELETE", f"/settings/{setting_id}").status_code == 204
    in_production.refresh()
    assert in_production.values("newCheckout", True, [None]) == [True], "the default of the application"
