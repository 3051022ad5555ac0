# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS records."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.conftest import codes

SRV = {
    "type": "SRV",
    "priority": 1,
    "weight": 2,
    "port": 5060,
    "protocol": "TCP",
    "service": "sip",
    "target": "a.example",
}


#: The further properties of a record of most types.
UNUSED = {"service": None, "target": None, "protocol": None, "priority": 10, "port": None, "weight": None}


@pytest.fixture
def records(api):
    """Return the path of the records of a new zone."""
    name = api.new_name()
    api.account(name)
    return f"/v2/dns/{name}/records"


def add(api, records, **record):
    answer = api.post(records, record)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        ({"type": "A", "record_name": "shop", "content": "192.0.2.1"}, {}),
        ({"type": "AAAA", "record_name": "shop", "content": "2001:db8::1"}, {}),
        ({"type": "CNAME", "record_name": "_domainkey", "content": "key.example.com."}, {}),
        ({"type": "ALIAS", "record_name": "@", "content": "site.example.com"}, {"record_name": ""}),
        ({"type": "MX", "content": "mx.example.com", "priority": 0}, {"record_name": ""}),
        ({"type": "MX", "record_name": "", "content": "mx.example.com"}, {"priority": 10}),
        ({"type": "TXT", "record_name": "_dmarc", "content": 'v=DMARC1; p=none; "x" ü'}, {}),
        ({"type": "CAA", "record_name": "@", "content": '0 issue "ca.example"'}, {"record_name": ""}),
        ({"type": "TLSA", "record_name": "_25._tcp", "content": "3 1 1 abcdef0123"}, {}),
        ({"type": "A", "record_name": "xn--caf-dma", "content": "192.0.2.1"}, {"record_name": "café"}),
        ({"type": "A", "record_name": "straße.Café", "content": "192.0.2.1"}, {"record_name": "straße.café"}),
        (
            SRV,
            {
                "record_name": "_sip._tcp",
                "content": "2 5060 a.example",
                "service": "_sip",
                "protocol": "_tcp",
            },
        ),
        (
            {"type": "SRV", "service": "_SIP", "port": 1, "target": "a.example"},
            {
                "record_name": "_sip._tcp",
                "content": "0 1 a.example",
                "service": "_sip",
                "protocol": "_tcp",
                "weight": 0,
            },
        ),
    ],
    ids=lambda record: record.get("type", "-"),
)
def test_every_type_can_be_written_and_read(api, records, record, shown):
    link = add(api, records, **record)
    assert re.fullmatch(rf"{records}/1-\d{{10}}", link)
    read = api.get(link).json()
    assert read == {"id": link.rpartition("/")[2], "ttl": 3600, **UNUSED, **record, **shown}
    assert list(read) == [
        "id",
        "type",
        "record_name",
        "ttl",
        "content",
        "service",
        "target",
        "protocol",
        "priority",
        "port",
        "weight",
    ]
    assert read in api.get(f"{records}?take=1000").json()

    for sent in ({**record, "ttl": 60}, {**read, "ttl": 61}):
        assert api.put(link, sent).status_code == 200
        assert api.get(link).json() == {**read, "ttl": sent["ttl"]}
    assert api.delete(link).status_code == 204
    assert api.get(link).status_code == 404
    assert api.delete(link).status_code == 404


def test_put_replaces_the_whole_record(api, records):
    link = add(api, records, type="A", record_name="shop", content="192.0.2.1", ttl=60)
    assert api.put(link, {"type": "A", "content": "192.0.2.2"}).status_code == 200
    assert api.get(link).json() == {
        **UNUSED,
        "id": link.rpartition("/")[2],
        "type": "A",
        "record_name": "",
        "ttl": 3600,
        "content": "192.0.2.2",
    }


def test_the_apex_has_two_spellings(api, records):
    for name in ("", "@", None):
        link = add(api, records, type="TXT", record_name=name, content="x")
        assert api.get(link).json()["record_name"] == ""
    for query in ("record_name=", "record_name=%40"):
        assert len(api.get(f"{records}?type=TXT&{query}").json()) == 3


def test_what_does_not_apply_is_dropped(api, records):
    more = {"priority": 7, "weight": 7, "port": 7, "protocol": "UDP", "service": "x", "target": "x.example"}
    link = add(api, records, type="TXT", content="x", **more)
    assert api.get(link).json() == {**api.get(link).json(), **UNUSED}


@pytest.mark.parametrize(
    ("record", "noted"),
    [
        ({"type": "TXT", "content": "x", "ttl": 60, "record_name": "a"}, None),
        ({"type": "MX", "content": "mx.example.com", "priority": 10}, None),
        (SRV, None),
        ({"type": "A", "content": "192.0.2.1", "priority": 10}, ["priority of a record of type A"]),
        (
            {"type": "CAA", "content": '0 issue "ca.example"', "priority": 10, "protocol": "TCP", "weight": 0},
            [f"{name} of a record of type CAA" for name in ("protocol", "priority", "weight")],
        ),
        ({"type": "MX", "content": "mx.example.com"}, ["no priority of a record of type MX"]),
        (
            {"type": "SRV", "service": "sip", "port": 5060, "target": "a.example"},
            [f"no {name} of a record of type SRV" for name in ("protocol", "priority", "weight")],
        ),
        ({**SRV, "content": "2 5060 a.example"}, ["content of a record of type SRV"]),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_what_clients_send_by_default_is_taken_and_noted(sandbox, api, records, record, noted):
    link = add(api, records, **record)
    assert sandbox.exchanges()[-1].get("unusual") == noted
    assert api.put(link, record).status_code == 200
    assert sandbox.exchanges()[-1].get("unusual") == noted


def test_what_a_fresh_zone_holds(api, records):
    read = api.get(records).json()
    assert [record["type"] for record in read] == ["SOA", "NS", "NS", "A", "A", "MX", "MX"]
    assert {record["priority"] for record in read[:3]} == {None}
    assert [record["record_name"] for record in read] == ["", "", "", "", "www", "", ""]


def test_filters(api, records):
    add(api, records, type="A", record_name="shop", content="192.0.2.1")
    add(api, records, type="TXT", record_name="shop", content="x")
    add(api, records, **SRV)
    add(api, records, type="A", record_name="café", content="192.0.2.1")

    def found(query):
        return [record["type"] for record in api.get(f"{records}?{query}").json()]

    assert found("type=a&record_name=SHOP") == ["A"]
    assert found("record_name=shop") == ["A", "TXT"]
    assert found("record_name=xn--caf-dma") == found("record_name=caf%C3%A9") == ["A"]
    assert found("type=SRV&service=sip") == found("type=SRV&service=_sip") == ["SRV"]
    assert found("type=SRV&service=ldap") == []
    assert found("type=SRV&record_name=_sip._tcp") == ["SRV"] and found("type=SRV&record_name=@") == []
    assert found("type=MX&record_name=@") == ["MX", "MX"]
    assert codes(api.get(f"{records}?type=A&service=sip")) == ["service_not_allowed"]


@pytest.mark.parametrize(
    ("record", "wrong"),
    [
        ({"type": "A", "content": "300.1.1.1"}, ["dns_invalid_content"]),
        ({"type": "A", "content": "192.0.2.1", "ttl": 59}, ["dns_invalid_ttl"]),
        ({"type": "A", "content": "192.0.2.1", "ttl": 86401}, ["dns_invalid_ttl"]),
        ({"type": "A", "content": "192.0.2.1", "record_name": "bad name"}, ["dns_invalid_record_name"]),
        ({"type": "AAAA", "content": "192.0.2.1"}, ["dns_invalid_content"]),
        ({"type": "CNAME", "content": "no host"}, ["dns_invalid_content"]),
        ({"type": "MX", "content": "mx.example.com", "priority": 10000}, ["dns_invalid_priority"]),
        ({"type": "CAA", "content": "issue ca.example"}, ["dns_invalid_content"]),
        ({"type": "TLSA", "content": "3 1 1 xyz"}, ["dns_invalid_content"]),
        ({"type": "NS", "content": "ns.example.com"}, ["dns_invalid_type"]),
        ({"type": "SOA", "content": "x"}, ["dns_invalid_type"]),
        ({"type": "HINFO", "content": "x"}, ["dns_invalid_type"]),
        ({"content": "x"}, ["type_required"]),
        ({**SRV, "record_name": "sub"}, ["dns_invalid_record_name"]),
        ({**SRV, "port": 0, "target": None}, ["dns_invalid_port", "dns_invalid_target"]),
    ],
)
def test_records_are_checked(api, records, record, wrong):
    assert codes(api.post(records, record)) == wrong


@pytest.mark.parametrize("kind", ["NS", "SOA"])
def test_records_of_the_provider_cannot_be_changed(api, records, kind):
    record = api.get(f"{records}?type={kind}").json()[0]
    link = f"{records}/{record['id']}"
    assert codes(api.put(link, record)) == ["type_read_only"]
    assert codes(api.delete(link)) == ["type_read_only"]
    assert api.get(link).json() == record


@pytest.mark.parametrize(
    ("change", "fixed"),
    [({"service": "ldap"}, True), ({"protocol": "UDP"}, True), ({"port": 1}, True), ({"target": "b.example"}, True)]
    + [({"priority": 9}, False), ({"weight": 9}, False), ({"ttl": 90}, False)],
)
def test_what_an_srv_record_lets_be_edited(api, records, change, fixed):
    link = add(api, records, **SRV)
    answer = api.put(link, {**SRV, **change})
    if fixed:
        assert codes(answer) == [f"{next(iter(change))}_read_only"]
    else:
        assert answer.status_code == 200


def test_the_type_of_a_record_stays(api, records):
    link = add(api, records, type="A", content="192.0.2.1")
    assert codes(api.put(link, {"type": "TXT", "content": "x"})) == ["type_read_only"]


def test_a_record_belongs_to_one_zone(api, records):
    other = api.new_name()
    api.account(other)
    record_id = add(api, records, type="A", content="192.0.2.1").rpartition("/")[2]
    assert api.get(f"/v2/dns/{other}/records/{record_id}").status_code == 404
    assert api.delete(f"/v2/dns/{other}/records/{record_id}").status_code == 404
    assert api.get(f"{records}/{record_id.removeprefix('1-')}").status_code == 404


STAR = {"type": "A", "record_name": "*.shop", "content": "192.0.2.1"}


@pytest.mark.parametrize("name", ["*", "*.shop", "shop.*", "a*b"])
@pytest.mark.parametrize("kind", ["A", "TXT"])
def test_wildcards_are_not_added(api, records, name, kind):
    record = {**STAR, "record_name": name, "type": kind}
    answer = api.post(records, record)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "dns_invalid_record_name")


def test_wildcards_of_the_panel_are_shown_changed_and_removed(api, sandbox, records):
    zone = records.split("/")[3]
    link = f"{records}/{sandbox.control('POST', f'dns/{zone}', STAR)['id']}"
    assert api.get(link).json()["record_name"] == "*.shop"
    assert api.put(link, {**STAR, "content": "192.0.2.2"}).status_code == 200
    assert api.get(link).json()["content"] == "192.0.2.2"
    assert api.delete(link).status_code == 204


def test_wildcards_can_be_accepted(api, sandbox, records):
    sandbox.control("PUT", "wildcards", {"wildcards": "accept"})
    try:
        assert api.post(records, STAR).status_code == 201
        assert codes(api.post(records, {**STAR, "record_name": "a*b"})) == ["dns_invalid_record_name"]
    finally:
        sandbox.control("PUT", "wildcards", {"wildcards": "refuse"})


@pytest.mark.parametrize(
    "record",
    [
        {"type": "MX", "record_name": "", "content": "192.0.2.1", "priority": 10},
        {"type": "TXT", "record_name": "", "content": ""},
        {"type": "CNAME", "record_name": "foo", "content": "foo.example.99"},
    ],
    ids=lambda record: record["type"],
)
def test_records_that_the_api_would_refuse_may_exist(api, sandbox, records, record):
    zone = records.split("/")[3]
    link = f"{records}/{sandbox.control('POST', f'dns/{zone}', record)['id']}"
    assert api.get(link).json().items() >= record.items()
    assert api.delete(link).status_code == 204
