# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan from the current to the desired zone, executed on a model of the server."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import (
    edited,
    from_api,
    to_api,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    RecordSet,
    SetKey,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import (
    ZonePlan,
    check_cnames,
    check_wildcards,
    plan_removal,
    plan_zone,
    record_sets,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_purge import Scope, check_purge
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

PROVIDERS = [
    {
        "id": "1-1",
        "type": "SOA",
        "record_name": "@",
        "ttl": 3600,
        "content": "ns3.example hostmaster.example 1 2 3 4 5",
    },
    {"id": "1-2", "type": "NS", "record_name": "@", "ttl": 3600, "content": "ns3.example"},
    {"id": "1-3", "type": "NS", "record_name": "@", "ttl": 3600, "content": "ns4.example"},
]
VALUES = {
    "A": ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"],
    "MX": ["10 a.example", "20 a.example", "10 b.example"],
    "TXT": ["one", "two", '"three"', "four " * 60],
    "SRV": ["1 1 1 a.example", "2 1 1 a.example", "1 1 2 a.example", "1 1 1 b.example"],
    "CNAME": ["a.example", "b.example"],
}
NAMES = ["", "www", "shop"]
FIXED = ("service", "protocol", "port", "target")

ttls = st.sampled_from([60, 300, 3600])


def key_of(kind: str, name: str) -> SetKey:
    if kind == "SRV":
        return SetKey("_sip._tcp", kind)
    return SetKey("www" if kind == "CNAME" and not name else name, kind)


keys = st.builds(key_of, st.sampled_from(sorted(VALUES)), st.sampled_from(NAMES))


def usable(sets: list[RecordSet]) -> list[RecordSet]:
    """Remove records beside a CNAME."""
    aliases = {item.key.name for item in sets if item.key.type == "CNAME" and item.values}
    return [item for item in sets if item.key.type == "CNAME" or item.key.name not in aliases]


@st.composite
def wanted_zones(draw: st.DrawFn) -> list[RecordSet]:
    sets = []
    for key in draw(st.lists(keys, unique=True, max_size=6)):
        values = draw(st.lists(st.sampled_from(VALUES[key.type]), unique=True, max_size=3))
        values = values[:1] if key.type == "CNAME" else values
        sets.append(RecordSet(key, draw(ttls), tuple(sorted(values))))
    return usable(sets)


@st.composite
def servers(draw: st.DrawFn) -> Server:
    """Return a current zone: with duplicates, and with a TTL for each record."""
    server = Server()
    for item in usable(draw(wanted_zones())):
        for value in item.values:
            for _copy in range(draw(st.sampled_from([1, 1, 1, 2])) if item.key.type != "CNAME" else 1):
                server.add(to_api(item.key, draw(ttls), value))
    return server


class Server:
    """A model of the API, as far as documented."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {str(record["id"]): record for record in PROVIDERS}
        self.number = 10

    def add(self, body: dict[str, Any]) -> None:
        self.number += 1
        self.records[f"1-{self.number}"] = {**body, "id": f"1-{self.number}"}

    def read(self) -> list[Any]:
        return [record for record in map(from_api, self.records.values()) if record]

    def apply(self, plan: ZonePlan) -> list[Counter[tuple[str, str]]]:
        """Execute the plan; return how many records each name and type has after each write."""
        seen = []
        for write in plan.writes:
            if write.record is None:
                assert write.action == "add"
                self.add(to_api(write.key, write.ttl, write.value))
            elif write.action == "remove":
                assert self.records.pop(write.record.id)["type"] not in {"NS", "SOA"}
            else:
                old, new = self.records[write.record.id], edited(write.record, write.ttl, write.value)
                assert old["type"] == new["type"]
                assert new["type"] not in {"NS", "SOA"}
                assert [old.get(name) for name in FIXED] == [new.get(name) for name in FIXED]
                self.records[write.record.id] = new
            self.check_aliases()
            seen.append(self.count())
        return seen

    def count(self) -> Counter[tuple[str, str]]:
        return Counter((record.key.name, record.key.type) for record in self.read())

    def check_aliases(self) -> None:
        counted = self.count()
        for name in (name for name, kind in counted if kind == "CNAME"):
            assert sum(count for (other, _kind), count in counted.items() if other == name) == 1


def writes(plan: ZonePlan) -> Counter[str]:
    return Counter(write.action for write in plan.writes)


@given(servers(), wanted_zones(), st.booleans())
def test_the_plan_leads_to_the_desired_state(server: Server, wanted: list[RecordSet], purge: bool) -> None:
    records = server.read()
    given_keys = {item.key for item in wanted}
    unwanted = {record.key for record in records} - given_keys if purge else set()
    plan = plan_zone(records, wanted, unwanted)
    try:
        check_cnames(plan)
    except ToolkitError as error:
        assert error.kind == "cname_conflict" and not purge
        return
    before = record_sets(records)
    assert plan.before == before
    moments = server.apply(plan)
    after = record_sets(server.read())
    assert after == plan.after
    target = {item.key: item for item in wanted if item.values}
    untouched = [] if purge else [item for item in before if item.key not in given_keys]
    assert after == sorted([*target.values(), *untouched], key=lambda item: item.key)
    # No name is ever without a record.
    stays = {(item.key.name, item.key.type) for item in before} & {(item.key.name, item.key.type) for item in after}
    assert all(moment[place] for moment in moments for place in stays)
    # The provider's records are unchanged, and nothing is left to do.
    assert [server.records[str(record["id"])] for record in PROVIDERS] == PROVIDERS
    assert plan_zone(server.read(), wanted).writes == []


@given(servers(), wanted_zones())
def test_the_fewest_writes(server: Server, wanted: list[RecordSet]) -> None:
    records = server.read()
    plan = plan_zone(records, wanted)
    for item in wanted:
        mine = [record for record in records if record.key == item.key]
        good = {record.value for record in mine if (record.ttl, record.value) in {(item.ttl, v) for v in item.values}}
        sent = [write for write in plan.writes if write.key == item.key]
        least = max(len(mine), len(item.values)) - len(good)
        assert len(sent) >= least
        assert len(sent) == least or item.key.type == "SRV"


@given(servers(), keys, st.booleans(), st.integers(0, 1))
def test_removal_touches_only_what_it_names(server: Server, key: SetKey, everything: bool, named: int) -> None:
    records = server.read()
    values = None if everything else VALUES[key.type][:named]
    plan = plan_removal(records, key, values)
    server.apply(plan)
    gone = {record.id for record in records if record.key == key and (values is None or record.value in values)}
    assert {record.id for record in records} - {record.id for record in server.read()} == gone
    assert set(writes(plan)) <= {"remove"} and record_sets(server.read()) == plan.after
    assert plan_removal(server.read(), key, values).writes == []


def zone(*items: tuple[str, str, str]) -> Server:
    server = Server()
    for name, kind, value in items:
        server.add(to_api(SetKey(name, kind), 3600, value))
    return server


def wish(name: str, kind: str, *values: str, ttl: int = 3600) -> RecordSet:
    return RecordSet(SetKey(name, kind), ttl, values)


def test_value_that_changes_takes_one_write() -> None:
    plan = plan_zone(zone(("www", "A", "192.0.2.1")).read(), [wish("www", "A", "192.0.2.2")])
    assert writes(plan) == {"change": 1}


def test_service_elsewhere_is_added_before_the_old_one_goes() -> None:
    server = zone(("_sip._tcp", "SRV", "1 1 5060 a.example"))
    plan = plan_zone(server.read(), [wish("_sip._tcp", "SRV", "1 1 5060 b.example")])
    assert [write.action for write in plan.writes] == ["add", "remove"]
    plan = plan_zone(server.read(), [wish("_sip._tcp", "SRV", "5 5 5060 a.example")])
    assert [write.action for write in plan.writes] == ["change"]


def test_address_that_becomes_an_alias_goes_right_before() -> None:
    server = zone(("www", "A", "192.0.2.1"), ("www", "TXT", "x"), ("a", "A", "192.0.2.1"), ("z", "TXT", "x"))
    wanted = [wish("www", "A"), wish("www", "TXT"), wish("www", "CNAME", "a.example"), wish("a", "MX", "1 a.example")]
    plan = plan_zone(server.read(), wanted, [SetKey("z", "TXT")])
    steps = [(write.action, write.key.name, write.key.type) for write in plan.writes]
    assert steps == [
        ("add", "a", "MX"),
        ("remove", "www", "A"),
        ("remove", "www", "TXT"),
        ("add", "www", "CNAME"),
        ("remove", "z", "TXT"),
    ]
    server.apply(plan)


def test_what_makes_room_is_marked() -> None:
    server = zone(("www", "A", "192.0.2.1"), ("www", "TXT", "x"), ("z", "TXT", "x"))
    wanted = [wish("www", "A"), wish("www", "TXT"), wish("www", "CNAME", "a.example")]
    plan = plan_zone(server.read(), wanted, [SetKey("z", "TXT")])
    assert [(write.action, write.makes_room) for write in plan.writes] == [
        ("remove", True),
        ("remove", True),
        ("add", False),
        ("remove", False),
    ]


def test_wildcard_makes_room_for_nothing() -> None:
    server = zone(("*", "A", "192.0.2.1"), ("*.shop", "CNAME", "a.example"))
    wanted = [
        wish("*", "A"),
        wish("*", "CNAME", "a.example"),
        wish("*.shop", "CNAME"),
        wish("*.shop", "A", "192.0.2.1"),
    ]
    plan = plan_zone(server.read(), wanted)
    assert [write.action for write in plan.writes] == ["add", "add", "remove", "remove"]
    assert not any(write.makes_room for write in plan.writes)


def test_wildcard_is_changed_and_removed_and_not_added() -> None:
    server = zone(("*", "A", "192.0.2.1"), ("*", "A", "192.0.2.2"))
    check_wildcards(plan_zone(server.read(), [wish("*", "A", "192.0.2.3", ttl=60)]))
    check_wildcards(plan_removal(server.read(), SetKey("*", "A"), []))
    with pytest.raises(ToolkitError, match=r"A \*, TXT \*\._domainkey") as caught:
        check_wildcards(
            plan_zone(
                server.read(),
                [wish("*", "A", "192.0.2.1", "192.0.2.2", "192.0.2.3"), wish("*._domainkey", "TXT", "x")],
            )
        )
    assert caught.value.kind == "wildcard_refused"


def test_alias_beside_other_records_is_refused() -> None:
    server = zone(("www", "A", "192.0.2.1"))
    with pytest.raises(ToolkitError, match="www would have a CNAME beside other records") as caught:
        check_cnames(plan_zone(server.read(), [wish("www", "CNAME", "a.example")]))
    assert caught.value.kind == "cname_conflict"
    check_cnames(plan_zone(server.read(), [wish("www", "CNAME", "a.example"), wish("www", "A")]))


@pytest.mark.parametrize(
    ("types", "names", "held"),
    [
        (None, None, {"@ A", "@ TXT", "www A", "a.www A", "awww A"}),
        (["TXT"], None, {"@ TXT"}),
        (None, ["www"], {"www A", "a.www A"}),
        (None, [""], {"@ A", "@ TXT"}),
        (["A"], ["www", ""], {"@ A", "www A", "a.www A"}),
        ([], None, set()),
        (None, [], set()),
    ],
)
def test_scope_of_a_purge(types: list[str] | None, names: list[str] | None, held: set[str]) -> None:
    all_keys = [SetKey(*pair) for pair in (("", "A"), ("", "TXT"), ("www", "A"), ("a.www", "A"), ("awww", "A"))]
    scope = Scope(types, names)
    assert {f"{key.name or '@'} {key.type}" for key in all_keys if scope.holds(key)} == held


def test_share_that_may_be_purged() -> None:
    server = zone(*((f"h{number}", "A", "192.0.2.1") for number in range(10)))
    keys_there = [record.key for record in server.read()]
    plan = plan_zone(server.read(), [], keys_there[:3])
    check_purge(plan, keys_there[:3], 30)
    with pytest.raises(ToolkitError, match=r"3 of 10 records would be removed \(30 %\)") as caught:
        check_purge(plan, keys_there[:3], 29.9)
    assert caught.value.kind == "too_many_deletions"
    assert [item["prefix"] for item in caught.value.facts["would_remove"]] == ["h0", "h1", "h2"]
    check_purge(plan_zone(server.read(), [], []), [], 0)


def test_described_absence_is_no_purge() -> None:
    server = zone(("www", "A", "192.0.2.1"), ("www", "A", "192.0.2.2"))
    plan = plan_zone(server.read(), [wish("www", "A")])
    assert writes(plan) == {"remove": 2}
    check_purge(plan, [], 0)
