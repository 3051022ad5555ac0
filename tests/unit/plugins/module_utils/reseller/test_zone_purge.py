# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records of a zone are purged, and which stay although they are not described."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_validations import (
    ValidationRecords,
    place_validations,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import SetKey
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import (
    managed,
    plan_zone,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_purge import Purge, Scope, purge_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage

ApiOf = Callable[..., tuple[ResellerClient, Any]]
REQUESTS = "/sslcertificaterequests"
MD5 = "0123456789abcdef" * 2


def record(name: str, kind: str = "A", content: Any = "192.0.2.1", **more: Any) -> dict[str, Any]:
    return {"id": f"{kind} {name}", "type": kind, "record_name": name, "ttl": 60, "content": content, **more}


def purged(records: list[dict[str, Any]], *, names: list[str] | None = None, types: list[str] | None = None) -> Purge:
    return purge_of(managed(records), set(), Scope(types, names), lambda _keys: set())


def test_value_that_cannot_be_written_is_purged_and_counted() -> None:
    strange = [
        record("", "MX", "192.0.2.1", priority=10),
        record("", "TXT", ""),
        record("a", "CNAME", "foo.example.99"),
        record("b", "A", None),
        record("c", "TXT", "x", ttl="long"),
    ]
    purge = purged([*strange, record("", "NS", "ns.example")])
    assert purge.unwanted == {SetKey(one["record_name"], one["type"]) for one in strange}
    plan = plan_zone(managed(strange), [], purge.unwanted)
    assert sorted(write.record.id for write in plan.writes if write.record) == sorted(one["id"] for one in strange)
    assert sum(len(item.values) for item in plan.before) == 5


def test_wildcard_is_purged_by_its_very_name_only() -> None:
    records = [record("*"), record("*.shop"), record("*._domainkey", "TXT", "x"), record("www")]
    stay = (SetKey("*", "A"), SetKey("*._domainkey", "TXT"), SetKey("*.shop", "A"))
    assert purged(records) == Purge(frozenset({SetKey("www", "A")}), wildcards=stay)
    assert purged(records, names=["shop", "www"]).wildcards == (SetKey("*.shop", "A"),)
    named = purged(records, names=["*", "*._domainkey"])
    assert named.unwanted == {SetKey("*", "A"), SetKey("*._domainkey", "TXT")}
    # Names below a wildcard's name, such as another wildcard, are not covered by it.
    assert named.wildcards == () and purged(records, types=["TXT"]).wildcards == (SetKey("*._domainkey", "TXT"),)


ALIASES = {SetKey(name, "CNAME") for name in ("www", "_dmarc", f"_{MD5}", f"_{MD5}.www", f"_{MD5[:31]}", "_a.www")}
OTHERS = {SetKey(f"_{MD5}", "TXT"), SetKey("_a.www", "A")}


def request(number: int, *names: Any, status: str = "standard", common_name: Any = "www.example.com") -> dict[str, Any]:
    validations = [{"dns_name": "x", "type": "dns", "cname_validation_name": name} for name in names]
    return {"id": number, "common_name": common_name, "certificate_type": status, "validations": validations}


def world_of(*requests: dict[str, Any]) -> dict[str, Any]:
    details = {f"{REQUESTS}/{one['id']}": one for one in requests}
    listed = [{name: one[name] for name in one if name != "validations"} for one in requests]
    return {REQUESTS: listed, **details}


def found(api_of: ApiOf, answers: dict[str, Any], keys: set[SetKey] = ALIASES) -> tuple[set[str], list[str], Any]:
    client, api = api_of(answers)
    client.storage = FileStorage(client.storage.place("none"))
    warnings: list[str] = []
    names = {key.name for key in ValidationRecords(client, "example.com", warnings.append).among(keys)}
    return names, warnings, api


def test_name_as_authorities_make_it_needs_no_question(api_of: ApiOf) -> None:
    keys = {key for key in ALIASES if MD5 in key.name} | {SetKey("www", "CNAME")} | OTHERS
    names, warnings, api = found(api_of, {}, keys)
    assert names == {f"_{MD5}", f"_{MD5}.www"} and warnings == [] and api.reads == []


@pytest.mark.parametrize("told", ["_a.www", "_a.www.example.com", "_A.WWW.Example.com."])
@pytest.mark.parametrize("common_name", ["www.example.com", "example.com", "*.example.com", "EXAMPLE.com", None])
def test_record_that_an_open_request_waits_for(api_of: ApiOf, told: str, common_name: Any) -> None:
    names, warnings, _api = found(api_of, world_of(request(7, told, common_name=common_name)))
    assert names == {f"_{MD5}", f"_{MD5}.www", "_a.www"} and warnings == []


def test_requests_for_others_are_not_read(api_of: ApiOf) -> None:
    others = [request(7, "_a.www", common_name="www.other.example"), request(8, "_a.www", common_name="notexample.com")]
    names, _warnings, api = found(api_of, world_of(*others))
    assert "_a.www" not in names and {path for path in api.reads if path != REQUESTS} == set()
    # Any name may be among those missing from the list.
    names, _warnings, _api = found(
        api_of, world_of(request(7, "_a.www", status="multi_domain", common_name="other.example"))
    )
    assert "_a.www" in names


def test_all_that_may_be_theirs_stays_while_requests_cannot_be_read(api_of: ApiOf) -> None:
    names, warnings, _api = found(api_of, {REQUESTS: ApiError("forbidden", "GET /v2/x", "no.", status=403)})
    assert names == {key.name for key in ALIASES} - {"www"}
    assert len(warnings) == 1 and "stay" in warnings[0]


BY_DNS = {"type": "dns", "cname_validation_content": "b.ca.example", "auto_validated": False}


def placed(api_of: ApiOf, name: str, host: Any, *zones: str) -> tuple[list[str], int, Any, ResellerClient]:
    client, api = api_of({f"/dns/{zone}/records": [] for zone in zones})
    validation = {**BY_DNS, "dns_name": host, "cname_validation_name": name}
    written, left = place_validations(client, {"validations": [validation]}, pytest.fail)
    return written, len(left), api, client


@pytest.mark.parametrize(
    ("name", "host", "zones", "written"),
    [
        # Names without the domain, as the vendor describes them, and full names.
        ("_39653d.www", "www.example.com", ["example.com"], "_39653d.www.example.com"),
        ("_39653d", "example.com", ["example.com"], "_39653d.example.com"),
        ("_39653d", "*.example.com", ["example.com"], "_39653d.example.com"),
        ("_39653d.www.example.com", "www.example.com", ["example.com"], "_39653d.www.example.com"),
        ("_39653d.EXAMPLE.com.", "www.example.com", ["example.com"], "_39653d.example.com"),
        ("_39653d", "shop.example.com", ["shop.example.com", "example.com"], "_39653d.shop.example.com"),
        # A name without the domain that validates a parent name.
        ("_39653d", "www.example.com", ["example.com"], "_39653d.example.com"),
        # A full name in another zone, and one that validates an unlisted name.
        ("_39653d.example.org", "www.example.com", ["example.com", "example.org"], "_39653d.example.org"),
        ("_39653d.www.example.com", None, ["example.com"], "_39653d.www.example.com"),
        # The customer's zone has a name that ends like the host's part.
        ("_39653d.www.shop", "www.shop.example.com", ["example.com", "www.shop"], "_39653d.www.shop.example.com"),
        ("_39653d.www", "www.example.com", [], None),
        ("_39653d.www", None, ["example.com"], None),
    ],
)
def test_both_forms_of_a_name_are_placed(
    api_of: ApiOf, name: str, host: Any, zones: list[str], written: str | None
) -> None:
    done, left, api, client = placed(api_of, name, host, *zones)
    if written is None:
        assert (done, left, api.writes) == ([], 1, [])
        return
    (zone,) = [zone for zone in zones if api.writes == [f"POST /dns/{zone}/records"] and written.endswith(f".{zone}")]
    assert (done, left) == ([written], 0)
    assert f"{api.bodies[0]['record_name']}.{zone}" == written
    # Once created it is recognized, also if no request needs it any more.
    key = SetKey(written[: -len(zone) - 1], "CNAME")
    api.answers = {REQUESTS: []}
    assert ValidationRecords(client, zone, pytest.fail).among({key}) == {key}


def test_record_of_an_earlier_request_keeps_its_name(api_of: ApiOf) -> None:
    old = record("_39653d.WWW", "CNAME", "a.ca.example", priority=10)
    client, api = api_of({"/dns/example.com/records": [old]})
    validation = {**BY_DNS, "dns_name": "www.example.com", "cname_validation_name": "_39653d.www"}
    assert place_validations(client, {"validations": [validation]}, pytest.fail)[1] == []
    assert api.writes == ["PUT /dns/example.com/records/CNAME%20_39653d.WWW"]
    assert api.bodies == [
        {"id": old["id"], "type": "CNAME", "record_name": "_39653d.WWW", "ttl": 300, "content": "b.ca.example"}
    ]
