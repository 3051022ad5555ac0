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


@pytest.fixture
def records(api):
    """The path of the records of a new zone."""
    name = api.new_name()
    api.account(name)
    return f"/v2/dns/{name}/records"


def add(api, records, **record):
    answer = api.post(records, record)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


@pytest.mark.parametrize(
    "record",
    [
        {"type": "A", "record_name": "shop", "content": "192.0.2.1"},
        {"type": "AAAA", "record_name": "shop", "content": "2001:db8::1"},
        {"type": "CNAME", "record_name": "*._domainkey", "content": "key.example.com."},
        {"type": "ALIAS", "record_name": "@", "content": "site.example.com"},
        {"type": "MX", "record_name": "@", "content": "mx.example.com", "priority": 0},
        {"type": "TXT", "record_name": "_dmarc", "content": 'v=DMARC1; p=none; "x" ü'},
        {"type": "CAA", "record_name": "@", "content": '0 issue "ca.example"'},
        {"type": "TLSA", "record_name": "_25._tcp", "content": "3 1 1 abcdef0123"},
        SRV,
    ],
    ids=lambda record: record["type"],
)
def test_every_type_can_be_written_and_read(api, records, record):
    link = add(api, records, **record)
    assert re.fullmatch(rf"{records}/1-\d{{10}}", link)
    assert api.get(link).json() == {"id": link.rpartition("/")[2], "ttl": 3600, **record}
    assert api.get(link).json() in api.get(f"{records}?take=1000").json()

    assert api.put(link, {**record, "ttl": 60}).status_code == 200
    assert api.get(link).json()["ttl"] == 60
    assert api.delete(link).status_code == 204
    assert api.get(link).status_code == 404
    assert api.delete(link).status_code == 404


def test_put_replaces_the_whole_record(api, records):
    link = add(api, records, type="A", record_name="shop", content="192.0.2.1", ttl=60)
    assert api.put(link, {"type": "A", "content": "192.0.2.2"}).status_code == 200
    assert api.get(link).json() == {
        "id": link.rpartition("/")[2],
        "type": "A",
        "record_name": "@",
        "ttl": 3600,
        "content": "192.0.2.2",
    }


def test_the_apex_has_two_spellings(api, records):
    for name in ("", "@", None):
        link = add(api, records, type="TXT", record_name=name, content="x")
        assert api.get(link).json()["record_name"] == "@"
    for query in ("record_name=", "record_name=%40"):
        assert len(api.get(f"{records}?type=TXT&{query}").json()) == 3


def test_filters(api, records):
    add(api, records, type="A", record_name="shop", content="192.0.2.1")
    add(api, records, type="TXT", record_name="shop", content="x")
    add(api, records, **SRV)

    def found(query):
        return [record["type"] for record in api.get(f"{records}?{query}").json()]

    assert found("type=a&record_name=SHOP") == ["A"]
    assert found("record_name=shop") == ["A", "TXT"]
    assert found("type=SRV&service=sip") == ["SRV"]
    assert found("type=SRV&service=ldap") == []
    assert codes(api.get(f"{records}?type=MX&record_name=@")) == ["record_name_not_allowed"]
    assert codes(api.get(f"{records}?type=SRV&record_name=@")) == ["record_name_not_allowed"]
    assert codes(api.get(f"{records}?type=A&service=sip")) == ["service_not_allowed"]


@pytest.mark.parametrize(
    ("record", "wrong"),
    [
        ({"type": "A", "content": "300.1.1.1"}, ["content_invalid"]),
        ({"type": "A", "content": "192.0.2.1", "ttl": 59}, ["ttl_invalid"]),
        ({"type": "A", "content": "192.0.2.1", "ttl": 86401}, ["ttl_invalid"]),
        ({"type": "A", "content": "192.0.2.1", "port": 5}, ["port_invalid"]),
        ({"type": "A", "content": "192.0.2.1", "record_name": "bad name"}, ["record_name_invalid"]),
        ({"type": "AAAA", "content": "192.0.2.1"}, ["content_invalid"]),
        ({"type": "CNAME", "content": "no host"}, ["content_invalid"]),
        ({"type": "MX", "content": "mx.example.com"}, ["priority_invalid"]),
        ({"type": "MX", "content": "mx.example.com", "priority": 10000}, ["priority_invalid"]),
        ({"type": "CAA", "content": "issue ca.example"}, ["content_invalid"]),
        ({"type": "TLSA", "content": "3 1 1 xyz"}, ["content_invalid"]),
        ({"type": "NS", "content": "ns.example.com"}, ["type_invalid"]),
        ({"type": "SOA", "content": "x"}, ["type_invalid"]),
        ({"type": "HINFO", "content": "x"}, ["type_invalid"]),
        ({"content": "x"}, ["type_required"]),
        ({**SRV, "record_name": "sub"}, ["record_name_invalid"]),
        ({**SRV, "port": 0, "target": None}, ["port_invalid", "target_invalid"]),
    ],
)
def test_records_are_checked(api, records, record, wrong):
    assert codes(api.post(records, record)) == wrong


@pytest.mark.parametrize("kind", ["NS", "SOA"])
def test_records_of_the_provider_can_not_be_changed(api, records, kind):
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
