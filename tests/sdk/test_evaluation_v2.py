# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's SDKs evaluate what settings of V2 configs serve."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.configcat.conditions_v2 import USER_COMPARATORS
from tests.sdk.sdks import Opened, Person, Sdk
from tests.support.configcat import Client, Shop, of_flag, of_segment, of_user, options, targeting

JULY = datetime(2026, 7, 1, tzinfo=UTC).timestamp()
#: For each comparator what it compares with, attributes that match, and attributes that do not.
COMPARISONS: dict[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "isOneOf": (["BE", "N,L"], ("BE", "N,L"), ("N", "be", "BE ")),
    "isNotOneOf": (["BE", "NL"], ("DE",), ("NL",)),
    "containsAnyOf": (["@example.com", "grün"], ("ada@example.com", "dunkelgrüner"), ("ada@agency.example",)),
    "doesNotContainAnyOf": (["@example.com", "grün"], ("ada@agency.example",), ("ada@example.com", "grün")),
    "semVerIsOneOf": (["1.0.0", "2.0.0-beta"], ("1.0.0", "2.0.0-beta"), ("2.0.0",)),
    "semVerIsNotOneOf": (["1.0.0", "2.0.0"], ("1.0.1",), ("1.0.0",)),
    "semVerLess": ("2.0.0", ("2.0.0-beta", "1.10.0"), ("2.0.0",)),
    "semVerLessOrEquals": ("2.0.0", ("2.0.0",), ("2.0.1",)),
    "semVerGreater": ("1.9.0", ("1.10.0",), ("1.9.0",)),
    "semVerGreaterOrEquals": ("1.9.0", ("1.9.0",), ("1.8.9",)),
    "numberEquals": (3.5, ("3.5", "3,5"), ("3.6",)),
    "numberDoesNotEqual": (3.5, ("3.6",), ("3.5",)),
    "numberLess": (10, ("9.99",), ("10",)),
    "numberLessOrEquals": (10, ("10",), ("10.01",)),
    "numberGreater": (-1, ("0",), ("-1",)),
    "numberGreaterOrEquals": (1e3, ("1000",), ("999",)),
    "sensitiveIsOneOf": (["ada@example.com", "grace@example.com"], ("grace@example.com",), ("eve@example.com",)),
    "sensitiveIsNotOneOf": (["ada@example.com"], ("eve@example.com",), ("ada@example.com",)),
    "dateTimeBefore": (JULY, (str(JULY - 1),), (str(JULY),)),
    "dateTimeAfter": (JULY, (str(JULY + 1),), (str(JULY),)),
    "sensitiveTextEquals": ("Grün", ("Grün",), ("grün", "Grü")),
    "sensitiveTextDoesNotEqual": ("Grün", ("grün",), ("Grün",)),
    "sensitiveTextStartsWithAnyOf": (["grün", "rot"], ("grüner", "rot"), ("dunkelgrün", "ro")),
    "sensitiveTextNotStartsWithAnyOf": (["grün", "rot"], ("dunkelgrün", "ro"), ("grüner", "rot")),
    "sensitiveTextEndsWithAnyOf": (["@example.com"], ("ada@example.com",), ("ada@example.com.example",)),
    "sensitiveTextNotEndsWithAnyOf": (["@example.com"], ("ada@example.org",), ("ada@example.com",)),
    "sensitiveArrayContainsAnyOf": (["admin", "grün"], ('["x", "grün"]',), ('["x"]', "[]")),
    "sensitiveArrayDoesNotContainAnyOf": (["admin"], ('["x"]',), ('["admin", "x"]',)),
    "textEquals": ("Grün", ("Grün",), ("grün", "Grün ")),
    "textDoesNotEqual": ("Grün", ("grün",), ("Grün",)),
    "textStartsWithAnyOf": (["grün", "rot"], ("grüner", "rot"), ("dunkelgrün",)),
    "textNotStartsWithAnyOf": (["grün", "rot"], ("dunkelgrün",), ("grüner", "rot")),
    "textEndsWithAnyOf": (["@example.com"], ("ada@example.com",), ("ada@example.com.example",)),
    "textNotEndsWithAnyOf": (["@example.com"], ("ada@example.org",), ("ada@example.com",)),
    "arrayContainsAnyOf": (["admin", "grün"], ('["x", "grün"]',), ('["x"]', "[]")),
    "arrayDoesNotContainAnyOf": (["admin"], ('["x"]',), ('["admin", "x"]',)),
}
CROWD: list[Person | None] = [
    {
        "identifier": f"user-{number}",
        "country": "BE" if number % 2 else "NL",
        "custom": {"Company": f"firm {number // 5}"},
    }
    for number in range(1000)
]


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A product with a V2 config that no other test uses."""
    return Shop.open(shop.api, version="v2")


def open_sdk(opened: Opened, shop: Shop, **more: Any) -> Sdk:
    return opened(shop.sdk_key, shop.api.sandbox.url, **more)


def person(**attributes: str) -> Person:
    return {"identifier": "somebody", "custom": attributes}


@pytest.mark.parametrize(
    ("kind", "value", "default"),
    [("boolean", True, False), ("string", "grün → ½", ""), ("int", -7, 0), ("double", 2.5, 0.0), ("double", 3.0, 0.5)],
)
def test_values_of_each_type(opened: Opened, shop: Shop, kind: str, value: Any, default: Any) -> None:
    setting_id = shop.flag("setting", kind)
    sdk = open_sdk(opened, shop)
    assert sdk.values("setting", default, [None]) == [{"boolean": False, "string": "", "int": 0, "double": 0}[kind]]
    shop.serve_formula(setting_id, value)
    sdk.refresh()
    assert sdk.values("setting", default, [None]) == [value]


def test_every_comparator(opened: Opened, shop: Shop) -> None:
    assert tuple(COMPARISONS) == USER_COMPARATORS
    for comparator, (compared, _match, _other) in COMPARISONS.items():
        rule = targeting(of_user("Attribute", comparator, compared), served="match")
        shop.serve_formula(shop.flag(comparator, "string"), "other", rule)
    sdk = open_sdk(opened, shop)
    for comparator, (_compared, match, other) in COMPARISONS.items():
        people: list[Person | None] = [*(person(Attribute=text) for text in (*match, *other)), person(), None]
        expected = ["match"] * len(match) + ["other"] * (len(other) + 2)
        assert sdk.values(comparator, "", people) == expected, comparator


def test_sensitive_values_are_not_in_the_file(opened: Opened, shop: Shop) -> None:
    secret = "ada@example.com"
    for comparator in (name for name in USER_COMPARATORS if name.startswith("sensitive")):
        compared = [secret] if comparator.endswith("Of") else secret
        shop.serve_formula(shop.flag(comparator), False, targeting(of_user("Email", comparator, compared), served=True))
    file = shop.api.session.get(
        f"{shop.api.sandbox.url}/configuration-files/{shop.sdk_key}/config_v6.json", auth=("", "")
    )
    assert set(file.json()["f"]) == {name for name in USER_COMPARATORS if name.startswith("sensitive")}
    assert secret not in file.text
    ada: list[Person | None] = [{"identifier": "1", "email": secret}]
    assert open_sdk(opened, shop).values("sensitiveTextEquals", False, ada) == [True]


def test_all_conditions_of_a_rule_must_hold(opened: Opened, shop: Shop) -> None:
    testers = shop.segment()
    rules = [
        targeting(
            of_user("Country", "isOneOf", ["BE"]),
            of_user("Age", "numberGreaterOrEquals", 18),
            of_segment(testers),
            served="all three",
        ),
        targeting(of_user("Country", "isOneOf", ["BE"]), of_segment(testers, "isNotIn"), served="two"),
        targeting(of_user("Country", "isOneOf", ["BE", "NL"]), served="one"),
    ]
    shop.serve_formula(shop.flag("greeting", "string"), "none", *rules)

    def somebody(country: str, email: str, age: str) -> Person:
        return {"identifier": "1", "email": email, "country": country, "custom": {"Age": age}}

    people: list[Person | None] = [
        somebody("BE", "ada@example.com", "18"),
        somebody("BE", "ada@example.com", "17"),
        somebody("BE", "ada@agency.example", "18"),
        somebody("NL", "ada@example.com", "18"),
        somebody("DE", "ada@example.com", "18"),
        None,
    ]
    expected = ["all three", "one", "two", "one", "none", "none"]
    assert open_sdk(opened, shop).values("greeting", "", people) == expected


def test_prerequisites(opened: Opened, shop: Shop) -> None:
    """True, false, a chain of three, and one of each type."""
    first, second, third = (shop.flag(name) for name in ("first", "second", "third"))
    belgium = of_user("Country", "isOneOf", ["BE"])
    shop.serve_formula(first, False, targeting(belgium, served=True))
    shop.serve_formula(second, False, targeting(of_flag(first, True), served=True))
    shop.serve_formula(third, False, targeting(of_flag(second, True), of_user("Age", "numberLess", 18), served=True))
    shop.serve_formula(shop.flag("without"), False, targeting(of_flag(third, False), served=True))
    shop.serve_formula(shop.flag("unlike"), False, targeting(of_flag(second, True, "doesNotEqual"), served=True))
    for kind, value, other in (("string", "x", "y"), ("int", 7, 8), ("double", 1.5, 2.5)):
        needed = shop.flag(f"needed_{kind}", kind)
        shop.serve_formula(needed, other, targeting(belgium, served=value))
        shop.serve_formula(shop.flag(f"by_{kind}"), False, targeting(of_flag(needed, value), served=True))
    sdk = open_sdk(opened, shop)
    people: list[Person | None] = [
        {"identifier": "1", "country": "BE", "custom": {"Age": "17"}},
        {"identifier": "2", "country": "BE", "custom": {"Age": "18"}},
        {"identifier": "3", "country": "NL", "custom": {"Age": "17"}},
    ]
    assert {key: sdk.values(key, None, people) for key in ("second", "third", "without", "unlike")} == {
        "second": [True, True, False],
        "third": [True, False, False],
        "without": [False, True, True],
        "unlike": [False, False, True],
    }
    assert [sdk.values(f"by_{kind}", None, people) for kind in ("string", "int", "double")] == [[True, True, False]] * 3
    shop.serve_formula(first, True)
    sdk.refresh()
    assert sdk.values("third", None, [*people, None]) == [True, False, True, False]


@pytest.mark.parametrize("attribute", [None, "Company", "Country"])
def test_percentages_over_a_thousand_users(opened: Opened, shop: Shop, attribute: str | None) -> None:
    in_rule, others = options(p10="new", p90="old"), options(p30="new", p20="newer", p50="old")
    belgium = of_user("Country", "isOneOf", ["BE"])
    shop.serve_formula(
        shop.flag("rollout", "string"),
        "nobody",
        targeting(belgium, served=in_rule),
        targeting(served=others),
        percentageEvaluationAttribute=attribute,
    )
    found = open_sdk(opened, shop).values("rollout", "", [*CROWD, None, {"identifier": "without an attribute"}])
    assert found[:1000] == [expected("rollout", one, attribute, in_rule, others) for one in CROWD]
    assert found[1000] == "nobody", "percentages need a user"
    if attribute:
        assert found[1001] == "nobody", "and the attribute"
    else:
        assert {"new", "newer", "old"} == set(found[1:1000:2]) | set(found[0:1000:2])


def expected(
    key: str, one: Person | None, attribute: str | None, in_rule: list[dict[str, Any]], others: list[dict[str, Any]]
) -> Any:
    """Return the value of a user by the hash that all SDKs use."""
    assert one
    known = {None: one["identifier"], "Country": one["country"], "Company": one["custom"]["Company"]}
    place = int(hashlib.sha1(f"{key}{known[attribute]}".encode()).hexdigest()[:7], 16) % 100
    for option in in_rule if one["country"] == "BE" else others:
        place -= option["percentage"]
        if place < 0:
            return option["value"]["stringValue"]
    raise AssertionError("the shares are not 100")


def test_an_sdk_that_polls_sees_a_change_by_itself(opened: Opened, shop: Shop) -> None:
    setting_id = shop.flag()
    sdk = open_sdk(opened, shop, poll_seconds=1)
    assert sdk.values("newCheckout", False, [None]) == [False]
    shop.serve_formula(setting_id, True)
    deadline = time.monotonic() + 60
    while sdk.values("newCheckout", False, [None]) == [False] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert sdk.values("newCheckout", False, [None]) == [True]


def test_both_kinds_of_configs_beside_each_other(opened: Opened, shop: Shop) -> None:
    older = Shop.open(Client(shop.api.sandbox), version="v1")
    older.serve(older.flag(), True)
    shop.serve_formula(shop.flag(), True)
    for one in (older, shop):
        assert open_sdk(opened, one).values("newCheckout", False, [None]) == [True]
