# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_dns_record``, ``reseller_dns_zone`` and ``reseller_dns_zone_info`` against the sandbox."""

from __future__ import annotations

import json
from typing import Any

import idna
import pytest

from sandbox.launcher import SandboxProcess
from tests.support.corpus import inputs
from tests.support.csr import make_csr
from tests.support.playing import NewName, Player, Result, Task, account_task, check_refusals, task

ELSEWHERE = ["ns1.elsewhere.example", "ns2.elsewhere.example"]
LONG = "v=DKIM1; k=rsa; p=" + "x" * 400


def record_task(zone: str, record: str = "shop", kind: str = "A", **options: Any) -> Task:
    """Return the task that manages one record set."""
    return task("reseller_dns_record", **{"zone": zone, "record": record, "type": kind, **options})


def a_set(record: str, kind: str, *values: str, **more: Any) -> dict[str, Any]:
    """Return one record set of a zone's task."""
    return {"record": record, "type": kind, "value": list(values), **more}


def zone_task(zone: str, *record_sets: dict[str, Any], **options: Any) -> Task:
    """Return the task that manages a zone."""
    return task("reseller_dns_zone", zone=zone, record_sets=list(record_sets), **options)


def shown(domain: str, result: Result) -> list[str]:
    """Return the requests of a result, with ``ID`` for the ids of records."""
    path = f"/dns/{domain}/records"
    words = [request.split(" ", 1) for request in result.requests]
    return [f"{method} {'records' + ('/ID' if where != path else '')}" for method, where in words if path in where]


def raw_records(result: Result, *kinds: str) -> list[dict[str, Any]]:
    """Return the API's records in the result of ``reseller_dns_zone_info``."""
    return [record for record in result["records"] if record["type"] in kinds]


def test_life_of_a_record_set(player: Player, new_name: NewName) -> None:
    zone = new_name()
    two = ["192.0.2.1", "192.0.2.2"]
    played = player.play(
        [
            account_task(zone),
            record_task(zone, value=two, check=True),
            record_task(zone, value=two),
            record_task(zone, f"SHOP.{zone}.", value=["192.0.2.2", " 192.0.2.1"]),
            record_task(zone, value=["192.0.2.3", "192.0.2.1"], ttl=300, check=True),
            record_task(zone, value=["192.0.2.3", "192.0.2.1"], ttl=300),
            record_task(zone, value=["192.0.2.3", "192.0.2.9"], state="absent"),
            record_task(zone, value=["192.0.2.9"], state="absent"),
            record_task(zone, state="absent", check=True),
            record_task(zone, state="absent"),
            record_task(zone, state="absent"),
        ],
    )
    checked, made, again, change_checked, changed, one_gone, none_gone, gone_checked, gone, gone_again = played.results[
        1:
    ]
    # One list of this type, and before a write, a lookup of the name servers.
    records = f"GET /dns/{zone}/records"
    # The whole list, as it writes; then a check whether the zone is delegated.
    looks = [records, records, f"GET /domains/{zone}", records]
    assert checked.changed and checked.requests == looks
    assert made.changed and made.requests == [*looks, *[f"POST /dns/{zone}/records"] * 2]
    assert made["diff"] == checked["diff"] and made["applied"] == checked["applied"]
    assert made["diff"]["after"] == f"shop.{zone}. 3600 IN A 192.0.2.1\nshop.{zone}. 3600 IN A 192.0.2.2\n"
    assert made["record_set"]["value"] == two and made["record_set"]["record"] == f"shop.{zone}"
    assert not again.changed and again.requests == looks[:1] and again["record_set"] == made["record_set"]
    assert change_checked.writes == [] and change_checked["diff"] == changed["diff"]
    assert changed.changed and [write["action"] for write in changed["applied"]] == ["change", "change"]
    assert changed["record_set"] == {**made["record_set"], "ttl": 300, "value": ["192.0.2.1", "192.0.2.3"]}
    assert one_gone["record_set"]["value"] == ["192.0.2.1"] and len(one_gone.writes) == 1
    assert not none_gone.changed and none_gone.writes == []
    assert gone_checked.changed and gone_checked.writes == [] and gone_checked["record_set"] is None
    assert gone.changed and gone["diff"] == gone_checked["diff"] and gone["diff"]["after"] == ""
    assert not gone_again.changed and gone_again.requests == looks[:1]
    assert "warnings" not in made.data


def test_names_that_people_have(player: Player, new_name: NewName) -> None:
    zone = f"fuß-{new_name()}"
    owners = [one for one in inputs("names") if one.expected["place"] == "owner" and one.is_taken]
    # A star can't be added through the real API.
    owners = [one for one in owners if "*" not in one.text]
    sets = [{"record": f"{one.text}.{zone}", "prefix": one.text, "type": "A", "value": ["192.0.2.1"]} for one in owners]
    ascii_zone = idna.encode(zone).decode()
    again = [{"prefix": one.expected["taken"], "type": "A", "value": ["192.0.2.1"]} for one in owners]
    _account, made, repeated, in_ascii = player.play(
        [account_task(zone), zone_task(zone, *sets), zone_task(zone, *sets), zone_task(ascii_zone, *again)]
    )
    assert {write["prefix"] for write in made.ok["applied"]} == {one.expected["taken"] for one in owners}
    assert not repeated.changed and not in_ascii.changed
    bodies = [json.loads(one["request_body"]) for one in made.exchanges if one["method"] == "POST"]
    sent = {body["record_name"] for body in bodies}
    assert {one["path"] for one in made.exchanges if one["method"] == "POST"} == {f"/v2/dns/{ascii_zone}/records"}
    assert sent == {one.expected["taken"] for one in owners}


@pytest.mark.row(30, "delete")
def test_life_of_a_zone(player: Player, new_name: NewName) -> None:
    zone = new_name()
    site = [
        a_set("@", "A", "192.0.2.10"),
        a_set("www", "CNAME", zone),
        a_set("www", "A"),
        a_set("@", "MX", "10 mail1.example.com", "20 mail2.example.com.", ttl=86400),
        a_set("@", "TXT", "v=spf1 mx -all"),
    ]
    more = [
        a_set("@", "AAAA", "2001:DB8:0::1"),
        a_set("@", "CAA", '0 issue "letsencrypt.org"', '0 issue "ca.example; account=AbC"'),
        a_set("_sip._tcp", "SRV", "10 5 5060 sip.example.com"),
        a_set("_25._tcp.mail", "TLSA", "3 1 1 " + "0A" * 32),
        a_set("s1._domainkey", "TXT", LONG),
        a_set("quotes", "TXT", 'say "hi"', r'"\"all\""', "café"),
        a_set("münchen", "ALIAS", "www.example.com"),
    ]
    played = player.play(
        [
            account_task(zone),
            zone_task(zone, *site, check=True),
            zone_task(zone, *site),
            zone_task(zone, *site),
            zone_task(zone, *site, *more),
            zone_task(zone, *site, *more),
            zone_task(zone, *site[:4], purge=True, max_delete_percent=50, check=True),
            zone_task(zone, *site[:4], purge=True),
            zone_task(zone, *site[:4], purge=True, purge_types=["TXT"], purge_names=["quotes"]),
            zone_task(zone, *site[:4], purge=True, max_delete_percent=100),
            zone_task(zone, *site[:4], purge=True, max_delete_percent=0),
            task("reseller_dns_zone_info", zone=zone),
        ],
    )
    checked, made, again, grown, grown_again, purge_checked, refused, scoped, purged, purged_again, info = (
        played.results[1:]
    )
    assert checked.changed and checked.writes == [] and shown(zone, checked) == ["GET records"] * 3
    assert made.changed and made["diff"] == checked["diff"] and made["applied"] == checked["applied"]
    # Both mail servers and the address change; the text is added; an alias replaces an address.
    writes = [(write["action"], write["prefix"], write["type"]) for write in made["applied"]]
    assert writes == [
        ("change", "", "A"),
        ("change", "", "MX"),
        ("change", "", "MX"),
        ("add", "", "TXT"),
        ("remove", "www", "A"),
        ("add", "www", "CNAME"),
    ]
    assert not again.changed and again.requests == [f"GET /dns/{zone}/records"]
    assert again["record_sets"] == made["record_sets"]
    assert grown.changed and {write["action"] for write in grown["applied"]} == {"add"}
    assert not grown_again.changed and grown_again.writes == [] and grown_again["record_sets"] == grown["record_sets"]
    assert refused.error["kind"] == "too_many_deletions" and refused.writes == []
    total = sum(len(item["value"]) for item in grown["record_sets"])
    assert f"{len(refused['would_remove'])} of {total} records" in refused.msg
    assert purge_checked.outcome == "failed" and purge_checked["would_remove"] == refused["would_remove"]
    assert {(write["action"], write["prefix"]) for write in scoped["applied"]} == {("remove", "quotes")}
    assert len(scoped.writes) == 3
    assert purged.changed and not purged_again.changed
    assert {(item["prefix"], item["type"]) for item in info["record_sets"]} == {
        ("", "A"),
        ("www", "CNAME"),
        ("", "MX"),
    }
    # The provider's records stay.
    assert len(raw_records(info, "NS")) == 2 and len(raw_records(info, "SOA")) == 1


def test_all_types_read_back_as_given(player: Player, new_name: NewName) -> None:
    zone = new_name()
    values = {'say "hi"', '"quoted"', "ends with a dot.", LONG, "café", r"back\slash"}
    given = [json.dumps(value, ensure_ascii=False) if value.startswith('"') else value for value in sorted(values)]
    _owner, made, info, fed, fed_both, named, typed, one, none = player.play(
        [
            account_task(zone),
            zone_task(zone, a_set("texts", "TXT", *given), a_set("@", "MX", "0 mail.example.com")),
            task("reseller_dns_zone_info", zone=zone) | {"register": "zone"},
            # The returned records can be given as options unchanged.
            task("reseller_dns_zone", zone=zone, record_sets="{{ zone.record_sets }}", purge=True),
            task("reseller_dns_record", zone=zone, record="texts", prefix="texts", type="TXT", value=given),
            task("reseller_dns_zone_info", zone=zone, record=f"texts.{zone}"),
            task("reseller_dns_zone_info", zone=zone, type="MX"),
            task("reseller_dns_zone_info", zone=zone, record_id="{{ zone.records[0].id }}"),
            task("reseller_dns_zone_info", zone=zone, record_id="1-1"),
        ]
    )
    assert made.changed and ["MX of @" in warning for warning in made["warnings"]] == [True]
    assert info["record_sets"] == made["record_sets"] and info.requests == [f"GET /dns/{zone}/records"]
    assert not fed.changed and not fed_both.changed
    assert {record["content"] for record in raw_records(info, "TXT")} == {*values} - {'"quoted"'} | {r'"\"quoted\""'}
    assert [item["prefix"] for item in named["record_sets"]] == ["texts"] and len(named["records"]) == len(values)
    assert [item["type"] for item in typed["record_sets"]] == ["MX"]
    assert len(one["records"]) == 1 and none["records"] == []
    assert not one.changed and one.writes == []


def test_service_that_another_client_wrote(player: Player, new_name: NewName) -> None:
    zone = new_name()
    body = {"type": "SRV", "service": "sip", "protocol": "tcp", "priority": 1, "weight": 1, "port": 5060}
    target = "sip.example.com"
    _owner, _other, same, edited, moved, again = player.play(
        [
            account_task(zone),
            task("reseller_api", method="POST", path=f"/v2/dns/{zone}/records", body={**body, "target": target}),
            record_task(zone, "_sip._tcp", "SRV", value=[f"1 1 5060 {target}"]),
            record_task(zone, "_sip._tcp", "SRV", value=[f"5 9 5060 {target}"], ttl=60),
            record_task(zone, "_sip._tcp", "SRV", value=[f"5 9 5061 {target}"], ttl=60),
            record_task(zone, "_sip._tcp", "SRV", value=[f"5 9 5061 {target}"], ttl=60),
        ]
    )
    assert not same.changed
    assert edited.changed and [write.split()[0] for write in edited.writes] == ["PUT"]
    assert moved.changed and [write.split()[0] for write in moved.writes] == ["POST", "DELETE"]
    assert not again.changed


@pytest.mark.row(29, "free post")
def test_failure_half_way_is_reported_and_repaired(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    zone = new_name()
    match = {"method": "POST", "path": f"/v2/dns/{zone}/records", "nth": [3, 7]}
    server.set_faults([{"match": match, "fault": "status", "status": 400}])
    wanted = [a_set(f"h{number}", "A", "192.0.2.1") for number in range(5)]
    _owner, failed, mended, again, first_failed = player.play(
        [
            account_task(zone),
            zone_task(zone, *wanted),
            zone_task(zone, *wanted),
            zone_task(zone, *wanted),
            record_task(zone, value=["192.0.2.1"]),
        ]
    )
    assert failed.outcome == "failed" and failed["changed"] is True and failed["error"]["status"] == 400
    told = [[write["prefix"] for write in failed[part]] for part in ("applied", "failed_writes", "not_attempted")]
    assert told == [["h0", "h1"], ["h2"], ["h3", "h4"]]
    assert mended.changed and [write["prefix"] for write in mended["applied"]] == ["h2", "h3", "h4"]
    assert not again.changed
    # The seventh POST of all.
    assert first_failed.error["status"] == 400
    assert first_failed["applied"] == [] and len(first_failed["failed_writes"]) == 1


@pytest.mark.row(2, "free post")
@pytest.mark.row(3, "free post")
@pytest.mark.row(23, "free post")
@pytest.mark.parametrize("fault", ["reset_after", "reset_before", "truncate"])
def test_lost_response_of_a_new_record(player: Player, server: SandboxProcess, new_name: NewName, fault: str) -> None:
    zone = new_name()
    server.set_faults([{"match": {"method": "POST", "path": f"/v2/dns/{zone}/records", "nth": 1}, "fault": fault}])
    _owner, made, again, info = player.play(
        [
            account_task(zone),
            *[record_task(zone, value=["192.0.2.1"]) for _time in range(2)],
            task("reseller_dns_zone_info", zone=zone, record="shop"),
        ]
    )
    assert made.changed and not again.changed
    assert len(info["records"]) == 1


def test_refusals(player: Player, new_name: NewName) -> None:
    zone, nobody = new_name(), new_name()
    fine = a_set("www", "A", "192.0.2.1")
    played = player.play(
        [
            record_task("not a zone", value=["192.0.2.1"]),
            record_task("fine.example", "a b", value=["192.0.2.1"]),
            record_task("fine.example", "www.other.example.", value=["192.0.2.1"]),
            record_task("fine.example", value=["2001:db8::1"]),
            record_task("fine.example", value=["192.0.2.1"], ttl=59),
            record_task("fine.example", value=[]),
            record_task("fine.example", "_x._tcp.sub", "SRV", value=["1 1 1 a.example"]),
            record_task("fine.example", "@", "CNAME", value=["a.example"]),
            record_task("fine.example", value=["192.0.2.1"], prefix="other"),
            zone_task("fine.example", fine, fine),
            zone_task("fine.example", fine, a_set("www", "CNAME", "a.example")),
            zone_task("fine.example", a_set("www", "MX", "mail.example.com")),
            zone_task("fine.example", fine, purge=True, max_delete_percent=-1),
            zone_task("fine.example", fine, purge=True, purge_names=["a b"]),
            task("reseller_dns_zone_info", zone="fine"),
            task("reseller_dns_record", zone="fine.example", type="A", value=["192.0.2.1"]),
            task("reseller_dns_record", zone="fine.example", record="www", type="A"),
            task("reseller_dns_record", zone="fine.example", record="www", type="NS", value=["ns.example.com"]),
            account_task(zone),
            record_task(nobody, value=["192.0.2.1"]),
            zone_task(nobody, fine),
            task("reseller_dns_zone_info", zone=nobody),
            zone_task(zone, a_set("www", "CNAME", "a.example")),
        ]
    )
    words = ["zone", "record", "record", "value", "ttl", "value", "SRV", "CNAME", "prefix"]
    words += ["twice", "CNAME", "record_sets", "max_delete_percent", "purge_names", "zone"]
    words += ["record, prefix", "value", "type"]
    check_refusals(played.results[:18], words)
    assert all(result.error["kind"] == "invalid_option" for result in played.results[:15])
    for missing in played.results[19:22]:
        assert missing.error["kind"] == "not_found" and nobody in missing.msg and missing.writes == []
    conflict = played[22]
    assert conflict.error["kind"] == "cname_conflict" and conflict.writes == []


def test_zone_predicted_from_an_earlier_task(player: Player, new_name: NewName) -> None:
    zone = new_name()
    record, whole, gone, *_owner, made = player.play(
        [
            record_task(zone, "shop", value=["192.0.2.1"], check=True),
            zone_task(zone, a_set("shop", "A", "192.0.2.1"), check=True),
            record_task(zone, "shop", value=["192.0.2.1"], state="absent"),
            account_task(zone),
            zone_task(zone, a_set("shop", "A", "192.0.2.1")),
        ]
    )
    for predicted in (record, whole):
        assert predicted.changed and predicted.writes == []
        assert predicted["warnings"] == [f"There is no zone {zone} yet."]
    assert not gone.changed and gone.writes == []
    assert made.changed and made["applied"] == whole["applied"] == record["applied"]


def test_domain_that_points_elsewhere(player: Player, new_name: NewName) -> None:
    zone = new_name()
    _owner, moved, warned, again, silent, whole = player.play(
        [
            account_task(zone),
            task("reseller_domain", name=zone, name_servers=ELSEWHERE),
            record_task(zone, value=["192.0.2.1"]),
            record_task(zone, value=["192.0.2.1"]),
            record_task(zone, value=["192.0.2.2"], check_name_servers=False),
            zone_task(zone, a_set("shop", "A", "192.0.2.3"), check=True),
        ]
    )
    assert moved.changed
    for result in (warned, whole):
        assert result.changed
        (warning,) = result["warnings"]
        assert all(name in warning for name in ELSEWHERE) and zone in warning
    assert not again.changed and "warnings" not in again.data and len(again.requests) == 1
    assert silent.changed and "warnings" not in silent.data and f"GET /domains/{zone}" not in silent.requests


def test_certificate_of_a_domain_that_points_elsewhere(player: Player, new_name: NewName) -> None:
    zone = new_name()
    servers = {"domain_name": zone, "name_servers": ELSEWHERE}
    sentence = f"ssl standard domain_validated {zone}"
    order = task(
        "reseller_ssl",
        csr_content=make_csr(zone),
        certificate_type="standard",
        validation_level="domain_validated",
        confirm_purchase=sentence,
    )
    _owner, _moved, ordered, again = player.play(
        [
            account_task(zone),
            task("reseller_api", method="PUT", path=f"/v2/domains/{zone}/nameservers", body=servers),
            order,
            {
                **order,
                "reseller.toolkit.reseller_ssl": {**order["reseller.toolkit.reseller_ssl"], "state": "requested"},
            },
        ]
    )
    assert ordered.changed and ordered["state"] == "requested"
    assert ordered.writes == ["POST /sslcertificaterequests"]
    assert {item["dns_name"] for item in ordered["validations"]} == {zone, f"www.{zone}"}
    assert not again.changed and again["validations"] == ordered["validations"]


def test_zone_without_reported_name_servers(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    zone = new_name()
    match = {"method": "GET", "path": f"/v2/domains/{zone}"}
    server.set_faults(
        [
            {"match": {**match, "nth": 1}, "fault": "status", "status": 404},
            {"match": {**match, "nth": 2}, "fault": "status", "status": 403},
        ]
    )
    _owner, unregistered, forbidden = player.play(
        [account_task(zone), record_task(zone, value=["192.0.2.1"]), record_task(zone, value=["192.0.2.2"])]
    )
    for result in (unregistered, forbidden):
        assert result.changed and "warnings" not in result.data and len(result.writes) == 1


def test_zone_of_a_thousand_records(player: Player, new_name: NewName) -> None:
    zone = new_name()
    # The seven records of a new zone, and these.
    wanted = [a_set(f"h{number}", "A", f"198.51.100.{number % 250}") for number in range(993)]
    other = [{**item, "value": ["203.0.113.1"]} if not index % 100 else item for index, item in enumerate(wanted)]
    _owner, first, again, changed = player.play(
        [
            account_task(zone),
            *[
                task("reseller_dns_zone", zone=zone, record_sets=f"{{{{ {name} }}}}")
                for name in ("wanted", "wanted", "other")
            ],
        ],
        variables={"wanted": wanted, "other": other},
    )
    assert first.changed and len(first.writes) == 993
    assert not again.changed and again.requests == [f"GET /dns/{zone}/records"]
    assert changed.changed and len(changed.writes) == 10
    assert [write["action"] for write in changed["applied"]] == ["change"] * 10
