# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings, their values, and changes of values."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client, Shop, errors, in_segment, percent, read, rule


def settings(shop: Shop) -> str:
    return f"/configs/{shop.config}/settings"


def patch(shop: Shop, path: str, *steps: dict[str, Any], **options: Any) -> requests.Response:
    return shop.api.call("PATCH", path, list(steps), **options)


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def test_life(api: Client, shop: Shop) -> None:
    tag = api.make(f"/products/{shop.product}/tags", name="beta")["tagId"]
    first = [{"environmentId": shop.environment, "value": "hello"}]
    setting_id = shop.flag("greeting", "string", hint="What we say", tags=[tag], initialValues=first)
    made = api.get(f"/settings/{setting_id}")
    assert made.items() >= {"key": "greeting", "settingType": "string", "order": 0, "configName": "Main"}.items()
    assert [one["name"] for one in made["tags"]] == ["beta"]
    assert api.get(settings(shop)) == api.get(f"/tags/{tag}/settings") == [made]
    shown = api.get(shop.value_path(setting_id))
    assert (shown["value"], shown["updatedAt"], shown["lastUpdaterUserEmail"]) == ("hello", None, None)
    assert api.call("DELETE", f"/settings/{setting_id}").status_code == 204
    assert api.get(settings(shop)) == api.get(f"/tags/{tag}/settings") == []
    assert [one["settingId"] for one in api.get(f"/configs/{shop.config}/deleted-settings")] == [setting_id]
    assert api.call("GET", f"/settings/{setting_id}").status_code == 404
    assert shop.flag("greeting") > setting_id, "the key is free again"


@pytest.mark.parametrize("key", ["1st", "with-hyphen", "with.period", "with:colon"])
def test_keys_as_the_newest_description_has_them(api: Client, shop: Shop, key: str) -> None:
    made = api.get(f"/settings/{shop.flag(key)}")
    assert made["key"] == key and [one["key"] for one in api.get(settings(shop))] == [key]
    shown = api.get(f"/settings/{quote(key, safe='')}/value", headers={"X-CONFIGCAT-SDKKEY": shop.sdk_key})
    assert shown["setting"]["key"] == key


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"key": ""}, "key"),
        ({"key": "taken"}, "key"),
        ({"key": "k" * 256}, "key"),
        ({"settingType": "bool"}, "settingType"),
        ({"settingType": None}, "settingType"),
        ({"name": ""}, "name"),
        ({"hint": "x" * 1001}, "hint"),
        ({"tags": [999_999]}, "tags"),
        ({"initialValues": [{"environmentId": str(uuid4()), "value": True}]}, "initialValues"),
        ({"order": "1"}, "order"),
    ],
)
def test_refusals(api: Client, shop: Shop, change: dict[str, Any], place: str) -> None:
    shop.flag("taken")
    body = {"key": "new", "name": "New", "settingType": "boolean", **change}
    assert set(errors(api.call("POST", settings(shop), body))) == {place}
    assert [one["key"] for one in api.get(settings(shop))] == ["taken"]


def test_a_new_environment_has_what_each_type_begins_with(api: Client, shop: Shop) -> None:
    first = {"boolean": False, "string": "", "int": 0, "double": 0.0}
    for kind in first:
        shop.serve(shop.flag(kind, kind), {"boolean": True, "string": "x" * 100_000, "int": 1, "double": 1.5}[kind])
    environment = api.make(f"/products/{shop.product}/environments", name="Test")["environmentId"]
    values = api.get(f"/configs/{shop.config}/environments/{environment}/values")["settingValues"]
    assert {one["setting"]["key"]: one["value"] for one in values} == first


def test_metadata_is_patched(api: Client, shop: Shop) -> None:
    tags = [api.make(f"/products/{shop.product}/tags", name=name)["tagId"] for name in ("one", "two", "three")]
    path = f"/settings/{shop.flag(tags=tags[:2])}"
    added = {"op": "add", "path": "/tags/-", "value": tags[2]}
    changed = read(patch(shop, path, replace("/name", "Checkout"), added, {"op": "remove", "path": "/tags/0"}))
    assert changed["name"] == "Checkout" and [tag["name"] for tag in changed["tags"]] == ["two", "three"]
    elsewhere = api.make(f"/products/{Shop.open(api).product}/tags", name="x")["tagId"]
    for step in (
        replace("/key", "another"),
        replace("/settingType", "int"),
        replace("/order", 3),
        {"op": "add", "path": "/key", "value": "another"},
        replace("/name", ""),
        replace("/tags", [elsewhere]),
        {"op": "add", "path": "/tags/-", "value": tags[2]},
        {"op": "remove", "path": "/tags/2"},
        {"op": "test", "path": "/name", "value": "Other"},
        {"op": "increase", "path": "/name"},
        {"op": "replace", "path": "/name"},
        {"op": "replace", "path": "name", "value": "x"},
    ):
        assert errors(patch(shop, path, replace("/hint", "not kept"), step))
    assert errors(api.call("PATCH", path, {"operations": [replace("/name", "x")]}))
    assert api.get(path) == changed


def test_metadata_is_replaced(api: Client, shop: Shop) -> None:
    tags = [api.make(f"/products/{shop.product}/tags", name=name)["tagId"] for name in ("one", "two")]
    made = shop.flag(tags=tags, hint="x")
    path = f"/settings/{made}"
    changed = read(api.call("PUT", path, {"name": "Checkout", "hint": "y", "tags": tags[1:], "order": 7}))
    assert (changed["name"], changed["hint"], changed["order"]) == ("Checkout", "y", 7)
    assert [tag["tagId"] for tag in changed["tags"]] == tags[1:] and api.get(path) == changed
    reset = read(api.call("PUT", path, {"name": "Checkout"}))
    assert (reset["hint"], reset["tags"], reset["key"]) == (None, [], "newCheckout")
    for body in ({}, {"name": ""}, {"name": "x", "key": "other"}, {"name": "x", "tags": [0]}):
        assert errors(api.call("PUT", path, body))


def test_a_setting_begins_as_another_one(api: Client, shop: Shop) -> None:
    tag = api.make(f"/products/{shop.product}/tags", name="one")["tagId"]
    first = shop.flag("first", tags=[tag])
    served = shop.serve(first, True, rolloutRules=[rule("Country", "isOneOf", "BE", False)])
    made = shop.flag("second", settingIdToInitFrom=first, order=-2)
    copied = api.get(shop.value_path(made))
    assert (copied["value"], copied["rolloutRules"]) == (True, served["rolloutRules"]) and copied["updatedAt"] is None
    assert [one["tagId"] for one in api.get(f"/settings/{made}")["tags"]] == [tag]
    assert next(one["key"] for one in api.get(f"/configs/{shop.config}/settings")) == "second"
    assert api.get(f"/settings/{shop.flag('third', settingIdToInitFrom=first, tags=[])}")["tags"] == []
    body = {"key": "fourth", "name": "x", "settingType": "boolean", "settingIdToInitFrom": first}
    initial = [{"environmentId": shop.environment, "value": True}]
    elsewhere = Shop.open(api).flag()
    for change in ({"settingType": "int"}, {"initialValues": initial}, {"settingIdToInitFrom": elsewhere}):
        wrong = errors(api.call("POST", f"/configs/{shop.config}/settings", {**body, **change}))
        assert set(wrong) == {"settingIdToInitFrom"}


def test_code_references(api: Client, shop: Shop) -> None:
    first, second = shop.flag("first"), shop.flag("second")

    def scan(branch: str, *numbers: int, **more: Any) -> int:
        line = {"file": "shop.py", "referenceLine": {"lineNumber": 7, "lineText": "if first:"}}
        found = [{"settingId": number, "references": [line]} for number in numbers]
        body = {"configId": shop.config, "repository": "shop", "branch": branch, "flagReferences": found, **more}
        return api.call("POST", "/code-references", body).status_code

    def branches(number: int) -> list[str]:
        return [item["branch"] for item in api.get(f"/settings/{number}/code-references")]

    assert branches(first) == [] and scan("main", first, second, uploader="ci", commitHash="c0ffee") == 200
    [shown] = api.get(f"/settings/{first}/code-references")
    assert (shown["repository"], shown["uploader"], shown["commitHash"]) == ("shop", "ci", "c0ffee")
    assert shown["references"][0]["referenceLine"] == {"lineNumber": 7, "lineText": "if first:"}
    scan("topic", first)
    assert branches(first) == ["main", "topic"] and branches(second) == ["main"]
    # A new scan replaces the last one of its branch, and removes branches that are gone.
    scan("main", first, activeBranches=["main"])
    assert branches(first) == ["main"] and branches(second) == []
    assert scan("main", Shop.open(api).flag()) == 400
    gone = {"configId": shop.config, "repository": "shop", "branch": "other"}
    assert api.call("POST", "/code-references/delete-reports", gone).status_code == 200 and branches(first) == ["main"]
    api.call("POST", "/code-references/delete-reports", {**gone, "branch": "main", "settingId": first})
    assert branches(first) == [] and api.call("GET", "/settings/0/code-references").status_code == 404


def test_stale_flags() -> None:
    with SandboxProcess(service="configcat") as sandbox:
        api = Client(sandbox)
        shop = Shop.open(api)
        test = api.make(f"/products/{shop.product}/environments", name="Test")["environmentId"]
        tag = api.make(f"/products/{shop.product}/tags", name="keep")["tagId"]
        old, kept, changed = shop.flag("old"), shop.flag("kept", tags=[tag]), shop.flag("changed")
        line = {"file": "shop.py", "referenceLine": {"lineNumber": 7}}
        scan = {"configId": shop.config, "repository": "shop", "branch": "main"}
        found = [{"settingId": old, "references": [line]}]
        api.call("POST", "/code-references", {**scan, "flagReferences": found})
        path = f"/products/{shop.product}/staleflags"
        assert api.get(path)["configs"] == []
        sandbox.advance(40 * 86_400)
        shop.serve(changed, True)

        def stale(query: str = "") -> list[str]:
            return [item["key"] for config in api.get(f"{path}{query}")["configs"] for item in config["settings"]]

        whole = api.get(path)
        [config] = whole["configs"]
        assert [one["environmentId"] for one in whole["environments"]] == [shop.environment, test]
        assert (whole["productId"], config["configId"]) == (shop.product, shop.config) and config["hasCodeReferences"]
        first, second = config["settings"]
        assert (first["settingId"], first["hasCodeReferences"], second["hasCodeReferences"]) == (old, True, False)
        assert second["tags"][0]["tagId"] == tag and second["settingId"] == kept
        assert first["settingValues"][1] == {"environmentId": test, "updatedAt": None, "isStale": True}
        assert stale("?staleFlagAgeDays=41") == [] and stale("?scope=watchedByMe") == []
        assert stale("?staleFlagStaleInEnvironmentsType=staleInAnyEnvironments") == ["old", "kept", "changed"]
        ignored = f"ignoredEnvironmentIds={shop.environment}&ignoredEnvironmentIds={uuid4()}"
        assert stale(f"?{ignored}") == ["old", "kept", "changed"]
        assert stale(f"?ignoredTagIds={tag}&ignoredTagIds=0") == ["old"]
        for query in (
            "staleFlagAgeDays=6",
            "staleFlagAgeDays=91",
            "scope=mine",
            "ignoredTagIds=x",
            "scope=all&scope=all",
        ):
            assert api.call("GET", f"{path}?{query}").status_code == 400


def test_a_value_is_replaced_with_all_its_rules(api: Client, shop: Shop) -> None:
    setting_id = shop.flag()
    rules = [rule("Email", "contains", "@example.com", True), in_segment(shop.segment(), "isNotIn", True)]
    shown = shop.serve(setting_id, False, rolloutRules=rules, rolloutPercentageItems=percent(p30=True, p70=False))
    absent = dict.fromkeys(("comparator", "comparisonAttribute", "comparisonValue", "segmentId", "segmentComparator"))
    assert shown["rolloutRules"] == [{**absent, **one} for one in rules]
    assert shown["lastUpdaterUserEmail"] == api.get("/me")["email"]
    assert api.get(shop.value_path(setting_id)) == shown
    again = shop.serve(setting_id, False, rolloutRules=shown["rolloutRules"])
    assert (again["rolloutRules"], again["rolloutPercentageItems"]) == (shown["rolloutRules"], [])
    assert shop.serve(setting_id, True)["rolloutRules"] == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [("boolean", 1), ("boolean", "true"), ("boolean", None), ("string", 7), ("string", None), ("string", "x" * 100_001)]
    + [("int", 1.5), ("int", "1"), ("int", True), ("int", 2**31), ("double", "1.5"), ("double", False)],
)
def test_values_of_a_wrong_type(shop: Shop, kind: str, value: Any) -> None:
    first = {"boolean": False, "string": "", "int": 0, "double": 0}[kind]
    setting_id = shop.flag("wrong", kind)
    path = shop.value_path(setting_id)
    for body, place in (
        ({"value": value}, "value"),
        ({"value": first, "rolloutRules": [rule("Email", "contains", "@", value)]}, "rolloutRules.0.value"),
        (
            {"value": first, "rolloutPercentageItems": [{"percentage": 100, "value": value}]},
            "rolloutPercentageItems.0.value",
        ),
    ):
        assert set(errors(shop.api.call("PUT", path, body))) == {place}


@pytest.mark.parametrize(
    ("served", "place"),
    [
        ({}, "value"),
        ({"value": True, "percentageItems": []}, "percentageItems"),
        ({"value": True, "rolloutPercentageItems": percent(p30=True)}, "rolloutPercentageItems"),
        ({"value": True, "rolloutPercentageItems": percent(p150=True)}, "rolloutPercentageItems.0.percentage"),
        ({"value": True, "rolloutRules": [{"value": True}]}, "rolloutRules.0"),
        ({"value": True, "rolloutRules": [{"comparator": "contains", "value": True}]}, "rolloutRules.0"),
        ({"value": True, "rolloutRules": [rule("A", "likes", "b", True)]}, "rolloutRules.0.comparator"),
        ({"value": True, "rolloutRules": [rule("A", "numberLess", "b", True)]}, "rolloutRules.0.comparisonValue"),
        ({"value": True, "rolloutRules": [in_segment(str(uuid4()), "isIn", True)]}, "rolloutRules.0.segmentId"),
        (
            {"value": True, "rolloutRules": [{**rule("A", "contains", "b", True), "segmentComparator": "isIn"}]},
            "rolloutRules.0",
        ),
    ],
)
def test_rules_that_make_no_sense(shop: Shop, served: dict[str, Any], place: str) -> None:
    setting_id = shop.flag()
    before = shop.api.get(shop.value_path(setting_id))
    assert set(errors(shop.api.call("PUT", shop.value_path(setting_id), served))) == {place}
    assert shop.api.get(shop.value_path(setting_id)) == before


def test_a_value_is_patched(shop: Shop) -> None:
    setting_id = shop.flag()
    path = shop.value_path(setting_id)
    shop.serve(setting_id, False, rolloutPercentageItems=percent(p30=True, p70=False))
    new = rule("Email", "contains", "@example.com", True)
    changed = read(patch(shop, path, replace("/value", True), {"op": "add", "path": "/rolloutRules/-", "value": new}))
    assert changed["value"] is True and len(changed["rolloutRules"]) == 1
    assert [item["percentage"] for item in changed["rolloutPercentageItems"]] == [30, 70]
    moved = read(
        patch(shop, path, {"op": "move", "from": "/rolloutPercentageItems/0", "path": "/rolloutPercentageItems/1"})
    )
    assert [item["percentage"] for item in moved["rolloutPercentageItems"]] == [70, 30]
    copied = {"op": "copy", "from": "/rolloutRules/0", "path": "/rolloutRules/0"}
    both = read(patch(shop, path, copied, replace("/rolloutRules/0/comparisonValue", "@agency.example")))
    assert [one["comparisonValue"] for one in both["rolloutRules"]] == ["@agency.example", "@example.com"]
    same = patch(shop, path, replace("/value", True), {"op": "test", "path": "/rolloutRules/0/value", "value": True})
    assert (same.status_code, same.content) == (204, b"")
    for step in (
        replace("/value", "yes"),
        replace("/setting/key", "x"),
        {"op": "remove", "path": "/value"},
        {"op": "remove", "path": "/rolloutPercentageItems/0"},
        {"op": "add", "path": "/rolloutRules/7", "value": new},
        {"op": "move", "from": "/rolloutRules", "path": "/rolloutRules/0/value"},
    ):
        assert errors(patch(shop, path, step))
    assert shop.api.get(path) == both


def test_many_values_are_set_together_or_not_at_all(api: Client, shop: Shop) -> None:
    ids = [shop.flag(f"flag{number}") for number in range(3)]
    path = f"/configs/{shop.config}/environments/{shop.environment}/values"
    shop.serve(ids[1], True)
    many = [{"settingId": ids[0], "value": True}, {"settingId": ids[2], "value": False, "rolloutRules": None}]
    shown = read(api.call("POST", path, {"settingValues": many}))
    assert [one["value"] for one in shown["settingValues"]] == [True, True, False]
    assert api.get(path) == shown
    for wrong, place in (
        ({"settingId": ids[2], "value": 7}, "settingValues.1.value"),
        ({"settingId": ids[0], "value": True}, "settingValues.1.settingId"),
        ({"settingId": 999_999, "value": True}, "settingValues.1.settingId"),
        ({"value": True}, "settingValues.1.settingId"),
    ):
        body = {"settingValues": [{"settingId": ids[0], "value": False}, wrong]}
        assert set(errors(api.call("POST", path, body))) == {place}
    assert api.get(path) == shown
    other = Shop.open(api)
    assert api.call("POST", f"/configs/{shop.config}/environments/{other.environment}/values", {}).status_code == 404


@pytest.mark.parametrize("place", ["environments", "products"])
def test_reasons_where_they_are_required(api: Client, shop: Shop, sandbox: SandboxProcess, place: str) -> None:
    setting_id, key = shop.flag(), {"X-CONFIGCAT-SDKKEY": shop.sdk_key}
    owner = shop.environment if place == "environments" else shop.product
    sandbox.control("PUT", f"{place}/{owner}/reasons", {"required": True})
    assert api.get(f"/{place}/{owner}")["reasonRequired"] is True
    many = f"/configs/{shop.config}/environments/{shop.environment}/values"
    calls: list[tuple[str, str, Any, dict[str, str]]] = [
        ("PUT", shop.value_path(setting_id), {"value": True}, {}),
        ("PATCH", shop.value_path(setting_id), [replace("/value", False)], {}),
        ("POST", many, {"settingValues": [{"settingId": setting_id, "value": True}]}, {}),
        ("PUT", "/settings/newCheckout/value", {"value": False}, key),
        ("PATCH", "/settings/newCheckout/value", [replace("/value", True)], key),
    ]
    for method, path, body, headers in calls:
        for query in ("", "?reason=", "?reason=%20"):
            assert set(errors(api.call(method, path + query, body, headers=headers))) == {"reason"}
        assert api.call(method, f"{path}?reason=release+7", body, headers=headers).status_code == 200
    log = api.get(f"/products/{shop.product}/auditlogs?auditLogType=settingValueChanged")
    assert [entry["why"] for entry in log] == ["release 7"] * len(calls)


def test_by_sdk_key(api: Client, shop: Shop) -> None:
    setting_id, headers = shop.flag(), {"X-CONFIGCAT-SDKKEY": shop.sdk_key}
    other = Shop.open(api, "Other")
    other.flag()
    for name in ("newCheckout", setting_id):
        shown = read(api.call("PUT", f"/settings/{name}/value", {"value": True}, headers=headers))
        assert shown == api.get(shop.value_path(setting_id)) == api.get(f"/settings/{name}/value", headers=headers)
    assert other.api.get("/settings/newCheckout/value", headers={"X-CONFIGCAT-SDKKEY": other.sdk_key})["value"] is False
    assert set(errors(api.call("GET", "/settings/newCheckout/value"))) == {"X-CONFIGCAT-SDKKEY"}
    wrong = {"X-CONFIGCAT-SDKKEY": "configcat-sdk-1/x/y"}
    assert api.call("GET", "/settings/newCheckout/value", headers=wrong).status_code == 404
    assert api.call("GET", "/settings/nothing/value", headers=headers).status_code == 404


def test_integration_links(api: Client, shop: Shop) -> None:
    setting_id, other_id, card = shop.flag(), shop.flag("other"), str(uuid4())
    paths = [
        shop.value_path(one).replace("/value", f"/integrationLinks/trello/{card}") for one in (setting_id, other_id)
    ]
    for path in paths:
        read(api.call("POST", path, {"description": "Card", "url": "https://trello.example/1"}))
    link = read(api.call("POST", paths[0], {"url": "https://trello.example/2"}))
    assert link == {
        "key": card,
        "description": None,
        "url": "https://trello.example/2",
        "integrationLinkType": "trello",
    }
    assert api.get(shop.value_path(setting_id))["integrationLinks"] == [link]
    details = api.get(f"/integrationLink/trello/{card}/details")
    assert details["allIntegrationLinkCount"] == 2
    assert {one["setting"]["settingId"] for one in details["details"]} == {setting_id, other_id}
    assert [read(api.call("DELETE", path))["hasRemainingIntegrationLink"] for path in paths] == [True, False]
    assert api.call("DELETE", paths[0]).status_code == 404
    assert api.get(f"/integrationLink/trello/{card}/details") == {"allIntegrationLinkCount": 0, "details": []}
    assert errors(api.call("POST", paths[0].replace("trello", "notepad"), {}))
    assert errors(api.call("POST", paths[0], {"url": "x" * 1001}))


def test_a_setting_of_another_product(api: Client, shop: Shop) -> None:
    setting_id = Shop.open(api).flag()
    assert api.call("GET", shop.value_path(setting_id)).status_code == 404
    assert api.call("PUT", shop.value_path(setting_id), {"value": True}).status_code == 404
    assert api.call("GET", shop.value_path(999_999)).status_code == 404


def test_the_file_of_an_sdk_key(api: Client, shop: Shop) -> None:
    setting_id = shop.flag()
    url = f"{api.sandbox.url}/configuration-files/{shop.sdk_key}/config_v6.json"
    first = requests.get(url, timeout=20)
    assert first.status_code == 200 and "X-Rate-Limit-Remaining" not in first.headers
    assert set(first.json()["f"]) == {"newCheckout"}
    known = {"If-None-Match": f'W/"x", {first.headers["ETag"]}'}
    same = requests.get(url, headers=known, timeout=20)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    shop.serve(setting_id, True)
    assert requests.get(url, headers=known, timeout=20).status_code == 200
    assert requests.get(url.replace("configcat-sdk-1", "configcat-sdk-2"), timeout=20).status_code == 404


def test_the_file_for_older_sdks(api: Client, shop: Shop) -> None:
    hidden = [rule("Email", "sensitiveIsOneOf", "ada@example.com", True), in_segment(shop.segment(), "isNotIn", False)]
    shop.serve(shop.flag(), False, rolloutRules=hidden, rolloutPercentageItems=percent(p30=True, p70=False))
    url = f"{api.sandbox.url}/configuration-files/{shop.sdk_key}/config_v5.json"
    first = requests.get(url, timeout=20)
    assert "ada@" not in first.text
    setting = first.json()["f"]["newCheckout"]
    assert [one["t"] for one in setting["r"]] == [16, 3] and setting["r"][1]["c"] == "@example.com"
    assert [one["p"] for one in setting["p"]] == [30, 70] and (setting["v"], setting["t"]) == (False, 0)
    assert requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=20).status_code == 304
    newer = Shop.open(api, version="v2")
    assert requests.get(url.replace(shop.sdk_key, newer.sdk_key), timeout=20).status_code == 404
