# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The canonical form of DNS records: from users, and to and from the API."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import (
    ApiRecord,
    edited,
    from_api,
    to_api,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    TYPES,
    RecordSet,
    SetKey,
    canonical_value,
    doubts,
    record_name,
    shown_value,
    wanted_set,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.txt_values import (
    TXT_CHUNK,
    quoted_text,
    unquoted,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

ZONE = "example.com"

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40) | st.text('"\\ ;a0é', min_size=1)
labels = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,8}[a-z0-9_])?", fullmatch=True)
hosts = st.lists(labels, min_size=2, max_size=4).filter(lambda parts: not parts[-1].isdigit()).map(".".join)
priorities, words = st.integers(0, 9999), st.integers(0, 65535)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "A": st.ip_addresses(v=4).map(str),
    "AAAA": st.ip_addresses(v=6).map(lambda address: address.exploded),
    "ALIAS": hosts,
    "CNAME": hosts.map(lambda host: host.upper() + "."),
    "MX": st.builds("{} {}.".format, priorities, hosts),
    "SRV": st.builds("{} {} {} {}".format, priorities, words, st.integers(1, 65535), hosts),
    "TXT": texts.filter(lambda text: not refused("TXT", text)) | texts.map(quoted_text),
    "CAA": st.builds('{} {} "{}"'.format, st.sampled_from([0, 128]), st.sampled_from(["issue", "issuewild"]), hosts)
    | st.builds("0 issue {}; accounturi=https://ca.example/Acct/{}".format, hosts, words),
    "TLSA": st.builds(
        "{} {} {} {}".format,
        st.integers(0, 3),
        st.integers(0, 1),
        st.integers(0, 2),
        st.binary(min_size=1, max_size=32).map(lambda data: data.hex().upper()),
    ),
}
kinds_and_values = st.sampled_from(TYPES).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind]))


def refused(kind: str, value: str) -> bool:
    try:
        canonical_value("value", kind, value)
    except ToolkitError as error:
        assert error.kind == "invalid_option" and error.message.startswith("value: ")
        return True
    return False


def test_every_type_has_values_here() -> None:
    assert set(VALUES) == set(TYPES)


@given(kinds_and_values)
def test_canonical_form_of_a_written_value_is_the_same(drawn: tuple[str, str]) -> None:
    kind, value = drawn
    canonical = canonical_value("value", kind, value)
    assert canonical_value("value", kind, written_value(kind, canonical)) == canonical
    assert canonical_value("value", kind, shown_value(kind, canonical)) == canonical
    assert canonical_value("value", kind, f"  {value} ") == canonical


@given(kinds_and_values, labels, st.integers(60, 86400))
def test_sent_value_reads_back_unchanged(drawn: tuple[str, str], name: str, ttl: int) -> None:
    kind, value = drawn
    key = SetKey("_sip._tcp" if kind == "SRV" else name, kind)
    canonical = canonical_value("value", kind, value)
    assert from_api({"id": "1-1", **to_api(key, ttl, canonical)}) == ApiRecord("1-1", key, ttl, canonical)
    # Returned values are valid options.
    shown = RecordSet(key, ttl, (canonical,)).as_result(ZONE)
    assert wanted_set("record_sets", ZONE, shown) == RecordSet(key, ttl, (canonical,))


@given(texts)
def test_quoted_text_is_read_as_it_was(text: str) -> None:
    quoted = quoted_text(text)
    assert unquoted(quoted) == text
    assert quoted.isascii() and quoted.isprintable()


@given(st.text('aé€😀\\"', min_size=200, max_size=900))
def test_long_text_is_cut_into_pieces_that_dns_can_carry(text: str) -> None:
    quoted = quoted_text(text)
    assert unquoted(quoted) == text
    whole = quoted.replace("\\\\", "x").replace('\\"', "x")
    for piece in whole[1:-1].split('" "'):
        assert len(unquoted(f'"{piece}"').encode("utf-8", "surrogateescape")) <= TXT_CHUNK


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("www", "www"),
        ("WWW.Example.COM", "www"),
        ("www.example.com.", "www"),
        ("@", ""),
        ("", ""),
        ("example.com", ""),
        ("example.com.", ""),
        (" www ", "www"),
        ("*", "*"),
        ("*.shop", "*.shop"),
        ("*._domainkey.example.com", "*._domainkey"),
        ("_dmarc", "_dmarc"),
        ("_25._tcp.mail", "_25._tcp.mail"),
        ("www.sub", "www.sub"),
        ("-a", "-a"),
        ("a-", "a-"),
        ("0/25.2", "0/25.2"),
        ("foo.#bar#", "foo.#bar#"),
        ("straße", "xn--strae-oqa"),
        ("www。example。com", "www"),
        ("notexample.com", "notexample.com"),
        ("münchen", "xn--mnchen-3ya"),
        ("www.MÜNCHEN.example.com", "www.xn--mnchen-3ya"),
    ],
)
def test_names(given_name: str, name: str) -> None:
    assert record_name("record", ZONE, given_name) == name
    assert record_name("record", ZONE, f"{name}.{ZONE}." if name else "@") == name


@pytest.mark.parametrize(
    "name",
    ["a b", "a..b", ".", "a*b", "www.*", "**", "www.example.org.", "x" * 64, "ä b", "ä*", "é" * 80]
    + [".".join(["x" * 60] * 5)],
)
def test_invalid_names(name: str) -> None:
    with pytest.raises(ToolkitError, match=r"record: "):
        record_name("record", ZONE, name)


def test_name_in_an_internationalized_zone() -> None:
    zone = "xn--mnchen-3ya.example"
    assert record_name("record", zone, "www.münchen.example") == "www"
    assert record_name("record", zone, "www.xn--mnchen-3ya.example.") == "www"
    assert record_name("record", zone, "münchen.example") == ""


@pytest.mark.parametrize(
    ("kind", "value", "canonical"),
    [
        ("A", " 192.0.2.1 ", "192.0.2.1"),
        ("AAAA", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("AAAA", "::FFFF", "::ffff"),
        ("CNAME", "WWW.Example.com.", "www.example.com"),
        ("CNAME", "münchen.example", "xn--mnchen-3ya.example"),
        ("MX", "010   Mail.Example.com.", "10 mail.example.com"),
        ("MX", "0 mail.example.com", "0 mail.example.com"),
        ("SRV", "0 5 5060 Sip.example.com.", "0 5 5060 sip.example.com"),
        ("CAA", '0 ISSUE "LetsEncrypt.org"', "0 issue letsencrypt.org"),
        ("CAA", "0 issue letsencrypt.org", "0 issue letsencrypt.org"),
        ("CAA", "0 issue ;", "0 issue ;"),
        ("CAA", "0 iodef mailto:Sam@example.com", "0 iodef mailto:Sam@example.com"),
        ("CAA", "0 issue CA.example; id=AbC", '0 issue "ca.example; id=AbC"'),
        ("TLSA", "3 1 1 0A 0b", "3 1 1 0a0b"),
        ("TXT", "v=spf1 mx -all\n", "v=spf1 mx -all"),
        ("TXT", '"one " "two"', "one two"),
        ("TXT", r'"say \"hi\" \195\169"', 'say "hi" é'),
        ("TXT", r"a\b", r"a\b"),
        ("TXT", 'half "quoted"', 'half "quoted"'),
    ],
)
def test_values(kind: str, value: str, canonical: str) -> None:
    assert canonical_value("value", kind, value) == canonical


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("A", "2001:db8::1"),
        ("A", "192.0.2"),
        ("A", ""),
        ("AAAA", "192.0.2.1"),
        ("AAAA", "fe80::1%eth0"),
        ("CNAME", "www"),
        ("CNAME", "192 168.example.com"),
        ("ALIAS", ""),
        ("MX", "mail.example.com"),
        ("MX", "10000 mail.example.com"),
        ("MX", "-1 mail.example.com"),
        ("MX", "² mail.example.com"),
        ("MX", "10 192.0.2.1"),
        ("MX", "0 ."),
        ("SRV", "0 0 0 ."),
        ("SRV", "5 5060 sip.example.com"),
        ("SRV", "0 5 0 sip.example.com"),
        ("SRV", "0 5 65536 sip.example.com"),
        ("CAA", "letsencrypt.org"),
        ("CAA", "256 issue letsencrypt.org"),
        ("CAA", '0 issue ""'),
        ("CAA", "1 issue letsencrypt.org"),
        ("CAA", "0 contactemail info@example.com"),
        ("CAA", "0 issuemail ca.example"),
        ("TLSA", "4 1 1 0a"),
        ("TLSA", "3 1 1 0a0"),
        ("TLSA", "3 1 1 xy"),
        ("TXT", ""),
        ("TXT", '""'),
        ("TXT", "\ud800"),
        ("TXT", '"\ud800"'),
    ],
)
def test_invalid_values(kind: str, value: str) -> None:
    assert refused(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [("MX", "0 .", "null MX"), ("SRV", "0 0 0 .", "null target"), ("CAA", "1 issue a.example", "128")],
)
def test_what_the_api_cannot_hold_is_called_by_its_name(kind: str, value: str, word: str) -> None:
    with pytest.raises(ToolkitError, match=word):
        canonical_value("value", kind, value)


@given(st.ip_addresses(v=6))
def test_all_forms_of_an_address_are_one(address: ipaddress.IPv6Address) -> None:
    forms = {str(address), address.exploded, address.exploded.upper(), str(address).upper()}
    assert len({canonical_value("value", "AAAA", form) for form in forms}) == 1


def test_text_that_looks_quoted_is_quoted() -> None:
    # Otherwise the quotes would be removed, and the record written on every run.
    assert canonical_value("value", "TXT", r'"\"a\""') == '"a"'
    assert to_api(SetKey("", "TXT"), 60, '"a"')["content"] == r'"\"a\""'
    assert to_api(SetKey("", "TXT"), 60, " a")["content"] == '" a"'
    assert to_api(SetKey("", "TXT"), 60, 'say "a"')["content"] == 'say "a"'


def test_bytes_that_are_no_text_survive() -> None:
    canonical = canonical_value("value", "TXT", r'"\255\000"')
    assert to_api(SetKey("", "TXT"), 60, canonical)["content"] == r'"\255\000"'


@given(texts)
def test_any_text_is_taken_or_refused(text: str) -> None:
    for kind in TYPES:
        if not refused(kind, text):
            canonical = canonical_value("value", kind, text)
            assert canonical_value("value", kind, written_value(kind, canonical)) == canonical
    try:
        name = record_name("record", ZONE, text)
    except ToolkitError:
        return
    assert record_name("record", ZONE, name) == name


@pytest.mark.parametrize(
    ("service", "protocol", "name"),
    [("_sip", "TCP", "_sip._tcp"), ("sip", "tcp", "_sip._tcp"), ("_SIP", "_udp", "_sip._udp")],
)
def test_services_in_all_forms_that_the_api_may_have(service: str, protocol: str, name: str) -> None:
    shown = {
        "id": "1-7",
        "type": "SRV",
        "ttl": 60,
        "service": service,
        "protocol": protocol,
        "priority": 10,
        "weight": None,
        "port": 5060,
        "target": "sip.example.com.",
    }
    record = from_api(shown)
    assert record == ApiRecord("1-7", SetKey(name, "SRV"), 60, "10 0 5060 sip.example.com")
    # Fixed properties are sent unchanged.
    assert record is not None
    assert edited(record, 300, "20 5 5060 sip.example.com") == {**shown, "ttl": 300, "priority": 20, "weight": 5}


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("WWW", "www"),
        ("cafémüllerstraße", "xn--cafmllerstrae-mdb4l3m"),
        ("xn--mnchen-3ya", "xn--mnchen-3ya"),
        ("@", ""),
        ("", ""),
    ],
)
def test_edit_sends_the_name_as_shown_and_what_the_type_uses(shown: str, name: str) -> None:
    # The API shows a priority with every type, whatever was sent.
    unused = {"priority": 10, "weight": None, "port": None, "service": None, "protocol": None, "target": None}
    raw = {"id": "1-7", "type": "A", "record_name": shown, "ttl": 60, "content": "192.0.2.1"}
    record = from_api({**raw, **unused})
    assert record is not None and record.key == SetKey(name, "A")
    assert edited(record, 60, "192.0.2.2") == {**raw, "content": "192.0.2.2"}


def test_priority_of_other_types_is_not_compared() -> None:
    raw = {"id": "1-7", "type": "TXT", "record_name": "a", "ttl": 60, "content": "x"}
    assert [from_api({**raw, "priority": priority}) == from_api(raw) for priority in (None, 0, 10, "x")] == [True] * 4


RECORDED_SRV = {
    "id": "1-1122334462",
    "type": "SRV",
    "record_name": "_submission._tcp",
    "ttl": 3600,
    "content": "1 587 smtp-auth.example.com",
    "service": "_submission",
    "target": "smtp-auth.example.com",
    "protocol": "_tcp",
    "priority": 1,
    "port": 587,
    "weight": 1,
}


@pytest.mark.parametrize("name", ["_submission._tcp", "_Submission._TCP", "", "@", None])
def test_service_as_it_was_recorded(name: str | None) -> None:
    record = from_api({**RECORDED_SRV, "record_name": name})
    assert record == ApiRecord("1-1122334462", SetKey("_submission._tcp", "SRV"), 3600, "1 1 587 smtp-auth.example.com")
    # The content is derived from the other properties, so it would contradict the change.
    assert edited(record, 60, "2 9 587 smtp-auth.example.com") == {
        "id": "1-1122334462",
        "type": "SRV",
        "ttl": 60,
        "priority": 2,
        "weight": 9,
        **{part: RECORDED_SRV[part] for part in ("service", "protocol", "port", "target")},
    }


def test_service_of_a_name_below_the_zones_is_not_that_of_the_zone() -> None:
    record = from_api({**RECORDED_SRV, "record_name": "_submission._tcp.shop"})
    assert record is not None and record.key == SetKey("_submission._tcp.shop", "SRV")


@pytest.mark.parametrize(
    ("shown", "value", "written_again"),
    [
        ({"type": "MX", "content": "192.0.2.1", "priority": 10}, "10 192.0.2.1", None),
        ({"type": "MX", "content": "mail.example.com", "priority": 10000}, "10000 mail.example.com", None),
        ({"type": "MX", "content": ".", "priority": 0}, "0 .", None),
        ({"type": "TXT", "content": ""}, "", None),
        ({"type": "TXT", "content": '"half'}, '"half', r'"\"half"'),
        ({"type": "TXT", "content": "v=DMARC1\\; p=none"}, "v=DMARC1\\; p=none", r'"v=DMARC1\\; p=none"'),
        ({"type": "TXT", "content": "a\u200bb"}, "a\u200bb", r'"a\226\128\139b"'),
        ({"type": "CNAME", "content": "Foo.example.99."}, "foo.example.99", None),
        ({"type": "CNAME", "content": "❤.example"}, "xn--qei.example", "xn--qei.example"),
        ({"type": "A", "content": "no address"}, "no address", None),
        ({"type": "CAA", "content": '1 contactemail "a@example.com"'}, '1 contactemail "a@example.com"', None),
    ],
)
def test_value_that_cannot_be_written_is_a_value(shown: dict[str, Any], value: str, written_again: str | None) -> None:
    record = from_api({"id": "1-1", "record_name": "a", "ttl": 60, **shown})
    assert record == ApiRecord("1-1", SetKey("a", shown["type"]), 60, value)
    if written_again is None:
        assert refused(shown["type"], written_value(shown["type"], value))
    else:
        assert written_value(shown["type"], value) == written_again
        assert canonical_value("value", shown["type"], written_again) == value


@pytest.mark.parametrize(
    "shown",
    [
        {"type": "A", "content": None},
        {"type": "A", "content": " "},
        {"type": "TXT", "content": None},
        {"type": "TXT", "content": "\ud800"},
        {"type": "TXT", "content": "x", "ttl": "long"},
        {"type": "MX", "content": "mail.example.com", "priority": None},
        {"type": "SRV", "priority": 1, "weight": 1, "port": 1, "service": "_a", "protocol": "TCP", "target": None},
    ],
)
def test_record_without_a_value_belongs_to_its_set(shown: dict[str, Any]) -> None:
    record = from_api({"id": "1-1", "record_name": "a", "ttl": 60, **shown})
    assert record is not None and not record.is_told
    assert record.key == SetKey("_a._tcp" if shown["type"] == "SRV" else "a", shown["type"])


@pytest.mark.parametrize(
    "record",
    [
        {"type": "NS", "content": "ns3.example."},
        {"type": "SOA", "content": "ns3.example. 1 2 3 4 5"},
        {"type": "PTR", "content": "a.example"},
        {"type": None},
        {},
        {"type": "A"},
        {"type": "A", "record_name": None},
        {"type": "SRV", "record_name": "", "service": None},
        {"type": "A", "record_name": "a", "id": None},
    ],
)
def test_records_that_are_left_alone(record: dict[str, Any]) -> None:
    assert from_api({"id": "1-1", "ttl": 60, **record}) is None


@pytest.mark.parametrize("name", ["", "@"])
def test_apex_of_the_api(name: str) -> None:
    record = from_api({"id": "1-1", "type": "a", "record_name": name, "ttl": None, "content": "192.0.2.1"})
    assert record == ApiRecord("1-1", SetKey("", "A"), 3600, "192.0.2.1")


def wish(**item: Any) -> RecordSet:
    return wanted_set("record_sets", ZONE, {"record": "www", "type": "A", "value": ["192.0.2.1"], **item})


def test_values_of_a_set_are_sorted_and_each_there_once() -> None:
    made = wish(record="www.example.com.", type="AAAA", value=["2001:db8::2", "2001:DB8:0::1", "2001:db8::1"], ttl=None)
    assert made == RecordSet(SetKey("www", "AAAA"), 3600, ("2001:db8::1", "2001:db8::2"))


def test_name_by_record_or_prefix_or_both() -> None:
    assert wish(record=None, prefix="www") == wish() == wish(prefix="WWW")
    assert wish(record="@", prefix="") == wish(record=None, prefix="@") == wish(record="example.com", prefix="@")


@pytest.mark.parametrize(
    "item",
    [
        {"ttl": 59},
        {"ttl": 86401},
        {"prefix": "mail"},
        {"record": None, "prefix": "www.example.com"},
        {"record": None, "prefix": "www."},
        {"type": "CNAME", "record": "@", "value": ["a.example"]},
        {"type": "CNAME", "value": ["a.example", "b.example"]},
        {"type": "SRV", "record": "_x._tcp.sub", "value": ["1 1 1 a.example"]},
        {"type": "SRV", "record": "@", "value": ["1 1 1 a.example"]},
        {"type": "SRV", "record": "sip.tcp", "value": ["1 1 1 a.example"]},
    ],
)
def test_sets_that_are_refused(item: dict[str, Any]) -> None:
    with pytest.raises(ToolkitError, match=r"record_sets: "):
        wish(**item)


def test_priority_of_zero_is_reported() -> None:
    sets = [
        wish(record="@", type="MX", value=["0 mail.example.com", "10 mail.example.com"]),
        wish(record="_x._tcp", type="SRV", value=["0 0 1 a.example"]),
        wish(record="a", type="MX", value=["10 mail.example.com"]),
        wish(type="TXT", value=["0 is a number"]),
    ]
    assert [doubt.split(":")[0] for doubt in doubts(sets)] == ["MX of @", "SRV of _x._tcp"]


@pytest.mark.parametrize("prefix", ["bücher", "BÜCHER", "xn--bcher-kva", " bücher "])
def test_prefix_beside_the_same_record(prefix: str) -> None:
    item = {"record": "bücher.example.com", "prefix": prefix, "type": "A", "value": ["192.0.2.1"]}
    assert wanted_set(None, ZONE, item).key == SetKey("xn--bcher-kva", "A")


@pytest.mark.parametrize(("prefix", "named"), [("other", "record"), (".", "prefix"), ("❤", "prefix")])
def test_prefix_beside_another_record(prefix: str, named: str) -> None:
    item = {"record": "bücher.example.com", "prefix": prefix, "type": "A", "value": ["192.0.2.1"]}
    with pytest.raises(ToolkitError, match=f"{named}: "):
        wanted_set(None, ZONE, item)
