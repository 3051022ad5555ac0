# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Products, configs, environments, tags and segments: created, read, changed, deleted, with strict checks of bodies."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support.configcat import Client, Shop, errors, in_segment, read

SEGMENT = {"comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "@example.com"}
#: Family, id, longest name, further properties of a new object, and changes.
FAMILIES: list[tuple[str, str, int, dict[str, Any], dict[str, Any]]] = [
    ("products", "productId", 1000, {"description": "x"}, {"description": "y"}),
    ("configs", "configId", 255, {"description": "x"}, {"description": "y"}),
    ("environments", "environmentId", 255, {"color": "red", "description": "x"}, {"color": "blue"}),
    ("tags", "tagId", 255, {"color": "whale"}, {"color": "koala"}),
    ("segments", "segmentId", 255, SEGMENT, {"comparator": "isOneOf", "description": "y"}),
]
each_family = pytest.mark.parametrize(("family", "identity", "longest", "more", "change"), FAMILIES)


def collection(shop: Shop, family: str) -> str:
    if family == "products":
        return f"/organizations/{shop.organization}/products"
    return f"/products/{shop.product}/{family}"


@each_family
def test_life(
    api: Client, shop: Shop, family: str, identity: str, longest: int, more: dict[str, Any], change: dict[str, Any]
) -> None:
    made = api.make(collection(shop, family), name="One", **more)
    path = f"/{family}/{made[identity]}"
    assert made.items() >= {"name": "One", **more}.items()
    assert api.get(path) == made
    listed = api.get("/products" if family == "products" else collection(shop, family))
    assert [item["name"] for item in listed if item[identity] == made[identity]] == ["One"]
    changed = read(api.call("PUT", path, change))
    assert changed.items() >= {"name": "One", **more, **change}.items(), "what is not given stays"
    assert read(api.call("PUT", path, {"name": None})) | {"updatedAt": 0} == changed | {"updatedAt": 0}
    assert api.call("DELETE", path).status_code == 204
    for method, body in (("GET", None), ("PUT", change), ("DELETE", None)):
        assert api.call(method, path, body).status_code == 404


@each_family
def test_refusals(
    api: Client, shop: Shop, family: str, identity: str, longest: int, more: dict[str, Any], change: dict[str, Any]
) -> None:
    path = collection(shop, family)
    before = api.sandbox.state()
    for body, place in (
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x" * (longest + 1)}, "name"),
        ({"name": "One", "colour": "red"}, "colour"),
    ):
        assert set(errors(api.call("POST", path, {**more, **body}))) == {place}
    assert api.sandbox.state() == before
    made = api.make(path, name="x" * longest, **more)
    for body, place in (({"name": ""}, "name"), ({"Name": "One"}, "Name"), ({identity: made[identity]}, identity)):
        assert set(errors(api.call("PUT", f"/{family}/{made[identity]}", body))) == {place}
    assert api.get(f"/{family}/{made[identity]}") == made


@pytest.mark.parametrize("family", ["products", "configs", "environments"])
def test_order(api: Client, shop: Shop, family: str) -> None:
    path, identity = collection(shop, family), f"{family.removesuffix('s')}Id"
    last = api.make(path, name="Last", order=1_000)
    first = api.make(path, name="First", order=-1)
    assert (first["order"], last["order"]) == (-1, 1_000)

    def listed() -> list[str]:
        items = api.get("/products" if family == "products" else path)
        return [item["name"] for item in items if item[identity] in (first[identity], last[identity])]

    assert listed() == ["First", "Last"]
    changed = read(api.call("PUT", f"/{family}/{first[identity]}", {"order": 1_001}))
    assert changed == {**first, "order": 1_001} and listed() == ["Last", "First"]
    for order in ("1", 1.5, 2**31):
        assert set(errors(api.call("PUT", f"/{family}/{first[identity]}", {"order": order}))) == {"order"}
    for made in (first, last):
        api.call("DELETE", f"/{family}/{made[identity]}")


def test_the_audit_log_of_an_environment_goes_with_it(api: Client, shop: Shop) -> None:
    made = [api.make(f"/products/{shop.product}/environments", name=name)["environmentId"] for name in ("a", "b")]
    for environment, query in zip(made, ("", "?cleanupAuditLogs=true"), strict=True):
        assert api.call("DELETE", f"/environments/{environment}{query}").status_code == 204
    log = f"/products/{shop.product}/auditlogs"
    kept = [item["auditLogTypeEnum"] for item in api.get(log) if item["actionTarget"] in ("a", "b")]
    assert kept == ["environmentDeleted", "environmentDeleted", "environmentCreated"]


def test_parents_must_be_there(api: Client) -> None:
    nobody = uuid4()
    for family in ("configs", "environments", "tags", "segments", "permissions", "members", "auditlogs"):
        assert api.call("GET", f"/products/{nobody}/{family}").status_code == 404
    for family, more in (
        ("configs", {}),
        ("environments", {}),
        ("tags", {}),
        ("segments", SEGMENT),
        ("permissions", {}),
    ):
        assert api.call("POST", f"/products/{nobody}/{family}", {"name": "One", **more}).status_code == 404
    assert api.call("POST", f"/organizations/{nobody}/products", {"name": "One"}).status_code == 404
    assert api.call("GET", "/products/shop").status_code == 400


def test_two_may_have_the_same_name(api: Client, shop: Shop) -> None:
    api.make(f"/products/{shop.product}/configs", name="Main")
    found = api.get(f"/products/{shop.product}/configs")
    assert [(config["name"], config["order"]) for config in found] == [("Main", 0), ("Main", 1)]


def test_a_product_takes_all_with_it(api: Client, shop: Shop) -> None:
    setting_id = shop.flag()
    shop.serve(setting_id, False, rolloutRules=[in_segment(shop.segment(), "isIn", True)])
    key = shop.sdk_key
    assert api.call("DELETE", f"/products/{shop.product}").status_code == 204
    for path in (f"/configs/{shop.config}", f"/environments/{shop.environment}", f"/settings/{setting_id}"):
        assert api.call("GET", path).status_code == 404
    assert api.session.get(f"{api.sandbox.url}/configuration-files/{key}/config_v6.json").status_code == 404


def test_every_config_has_a_key_in_every_environment(api: Client, shop: Shop) -> None:
    config = api.make(f"/products/{shop.product}/configs", name="Other")["configId"]
    environment = api.make(f"/products/{shop.product}/environments", name="Test")["environmentId"]
    pairs = [(one, other) for one in (shop.config, config) for other in (shop.environment, environment)]
    keys = [api.get(f"/configs/{one}/environments/{other}") for one, other in pairs]
    assert len({pair["primary"] for pair in keys}) == 4 and {pair["secondary"] for pair in keys} == {None}
    other = Shop.open(api)
    assert api.call("GET", f"/configs/{shop.config}/environments/{other.environment}").status_code == 404


def test_a_used_segment_stays(api: Client, shop: Shop) -> None:
    segment, setting_id = shop.segment(), shop.flag()
    listed = f"/products/{shop.product}/segments"
    assert [item["usage"] for item in api.get(listed)] == [0]
    shop.serve(setting_id, False, rolloutRules=[in_segment(segment, "isIn", True)])
    assert [item["usage"] for item in api.get(listed)] == [1]
    assert set(errors(api.call("DELETE", f"/segments/{segment}"))) == {"segmentId"}
    shop.serve(setting_id, False)
    assert api.call("DELETE", f"/segments/{segment}").status_code == 204


@pytest.mark.parametrize(
    ("comparator", "value"),
    [("numberLess", "ten"), ("semVerLess", "1.0"), ("semVerIsOneOf", "1.0.0, x"), ("isIn", "x"), ("contains", "")],
)
def test_comparisons_that_make_no_sense(api: Client, shop: Shop, comparator: str, value: str) -> None:
    body = {"name": "One", **SEGMENT, "comparator": comparator, "comparisonValue": value}
    assert errors(api.call("POST", f"/products/{shop.product}/segments", body))


def test_a_change_of_a_segment_is_checked_as_a_whole(api: Client, shop: Shop) -> None:
    path = f"/segments/{shop.segment()}"
    assert set(errors(api.call("PUT", path, {"comparator": "numberLess"}))) == {"comparisonValue"}
    assert read(api.call("PUT", path, {"comparator": "numberLess", "comparisonValue": "10"}))


def test_hal(api: Client, shop: Shop) -> None:
    headers = {"Accept": "application/hal+json, application/json;q=0.5"}
    answer = api.call("GET", f"/configs/{shop.config}", headers=headers)
    assert answer.headers["Content-Type"] == "application/hal+json"
    shown = answer.json()
    assert shown["_links"]["self"] == {"href": f"/v1/configs/{shop.config}"}
    product = shown["_embedded"]["product"]
    assert product["_links"]["permission-groups"] == {"href": f"/v1/products/{shop.product}/permissions"}
    assert product["_embedded"]["organization"]["organizationId"] == shop.organization
    plain = api.get(f"/configs/{shop.config}")
    assert plain["product"]["organization"]["organizationId"] == shop.organization
    assert not {"_links", "_embedded"} & set(plain) and "product" not in shown
    for link in (shown["_links"], product["_links"]):
        for target in link.values():
            assert api.call("GET", target["href"].removeprefix("/v1")).status_code == 200


def test_the_audit_log(api: Client, shop: Shop) -> None:
    setting_id = shop.flag()
    read(api.call("PUT", f"{shop.value_path(setting_id)}?reason=release", {"value": True}))
    path = f"/products/{shop.product}/auditlogs"
    kinds = [entry["auditLogTypeEnum"] for entry in api.get(path)]
    assert kinds == ["settingValueChanged", "settingCreated", "environmentCreated", "configCreated", "productCreated"]
    [entry] = api.get(f"{path}?auditLogType=settingValueChanged&environmentId={shop.environment}")
    wanted = {"auditLogType": "Setting value changed", "why": "release", "actionTarget": "newCheckout"}
    assert (
        entry.items() >= {**wanted, "where": "Shop / Main / Production", "userEmail": api.get("/me")["email"]}.items()
    )
    at = entry["auditLogDateTime"]
    assert entry in api.get(f"{path}?fromUtcDateTime={at}") and entry not in api.get(f"{path}?toUtcDateTime={at}")[1:]
    assert api.get(f"{path}?fromUtcDateTime=2999-01-01T00:00:00Z") == []
    of_organization = f"/organizations/{shop.organization}/auditlogs"
    assert entry in api.get(f"{of_organization}?productId={shop.product}")
    assert set(errors(api.call("GET", f"{path}?auditLogType=everything"))) == {"auditLogType"}
    assert errors(api.call("GET", f"{path}?fromUtcDateTime=yesterday"))
    assert api.call("GET", f"/organizations/{uuid4()}/auditlogs").status_code == 404
