# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS modules with records that others put into a zone: the control panel, older tools, and certificates."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.integration.test_reseller_dns import a_set, record_task, zone_task
from tests.support.csr import make_csr
from tests.support.playing import NewName, Player, account_task, task


def panel(server: SandboxProcess, zone: str, *records: dict[str, Any]) -> None:
    """Create records that the API would refuse, as the control panel or an older tool does."""
    for record in records:
        server.control("POST", f"dns/{zone}", record)


def test_wildcards(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    zone = new_name()
    star = a_set("*", "A", "192.0.2.1")
    _owner, added, added_checked, whole, tried = player.play(
        [
            account_task(zone),
            record_task(zone, "*", value=["192.0.2.1"]),
            record_task(zone, "*", value=["192.0.2.1"], check=True),
            zone_task(zone, star, a_set("www", "A", "192.0.2.9")),
            record_task(zone, "*", value=["192.0.2.1"], allow_wildcard=True),
        ]
    )
    for result in (added, added_checked, whole):
        assert result.error["kind"] == "wildcard_refused" and result.writes == []
    assert tried.error["code"] == "dns_invalid_record_name" and len(tried.writes) == 1
    panel(
        server,
        zone,
        {"type": "A", "record_name": "*", "content": "192.0.2.1"},
        {"type": "A", "record_name": "*.shop", "content": "192.0.2.1"},
    )
    purge: dict[str, Any] = {"purge": True, "max_delete_percent": 100}
    again, changed, swapped, swap_tried, kept, named, gone, info = player.play(
        [
            zone_task(zone, star),
            zone_task(zone, a_set("*", "A", "192.0.2.2", ttl=300)),
            zone_task(zone, a_set("*", "A"), a_set("*", "CNAME", "a.example")),
            zone_task(zone, a_set("*", "A"), a_set("*", "CNAME", "a.example"), allow_wildcard=True),
            zone_task(zone, a_set("www", "A", "192.0.2.80"), **purge),
            zone_task(zone, a_set("www", "A", "192.0.2.80"), **purge, purge_names=["*.shop"]),
            zone_task(zone, a_set("*", "A")),
            task("reseller_dns_zone_info", zone=zone),
        ]
    )
    assert not again.changed
    assert changed.changed and [write.split()[0] for write in changed.writes] == ["PUT"]
    assert swapped.error["kind"] == "wildcard_refused" and swapped.writes == []
    # The attempt loses nothing: the old record stays until the new one exists.
    assert swap_tried.error["code"] == "dns_invalid_record_name"
    assert [write.split()[0] for write in swap_tried.writes] == ["POST"]
    assert kept.changed and {item["prefix"] for item in kept["record_sets"]} == {"www", "*", "*.shop"}
    assert [warning for warning in kept["warnings"] if "A *, A *.shop" in warning]
    assert {item["prefix"] for item in named["record_sets"]} == {"www", "*"}
    assert [warning for warning in named["warnings"] if "A *.shop" in warning and "control panel" in warning]
    assert gone.changed and [item["prefix"] for item in info["record_sets"]] == ["www"]


def test_records_that_cannot_be_written(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    zone = new_name()
    player.play([account_task(zone)])
    panel(
        server,
        zone,
        {"type": "MX", "record_name": "", "content": "192.0.2.1", "priority": 5},
        {"type": "TXT", "record_name": "", "content": ""},
        {"type": "TXT", "record_name": "empty", "content": ""},
        {"type": "CNAME", "record_name": "foo", "content": "foo.example.99"},
    )
    purge: dict[str, Any] = {"purge": True, "max_delete_percent": 100}
    info, few, exact, again, conflict, gone, purged, purged_again = player.play(
        [
            task("reseller_dns_zone_info", zone=zone),
            zone_task(zone, purge=True),
            zone_task(zone, a_set("@", "MX", "10 mail.example.com"), a_set("@", "TXT", "v=spf1 -all")),
            zone_task(zone, a_set("@", "MX", "10 mail.example.com"), a_set("@", "TXT", "v=spf1 -all")),
            zone_task(zone, a_set("foo", "A", "192.0.2.1")),
            record_task(zone, "empty", "TXT", state="absent"),
            zone_task(zone, a_set("@", "A", "192.0.2.80"), **purge),
            zone_task(zone, a_set("@", "A", "192.0.2.80"), **purge),
        ]
    )
    sets = {(item["prefix"], item["type"]): item["value"] for item in info["record_sets"]}
    assert "5 192.0.2.1" in sets["", "MX"] and sets["", "TXT"] == sets["empty", "TXT"] == [""]
    assert sets["foo", "CNAME"] == ["foo.example.99"]
    # One address each for the zone and www, two mail servers, and the records of the panel.
    assert few.error["kind"] == "too_many_deletions" and "8 of 8 records" in few.msg
    after = {(item["prefix"], item["type"]): item["value"] for item in exact.ok["record_sets"]}
    assert after["", "MX"] == ["10 mail.example.com"] and after["", "TXT"] == ["v=spf1 -all"]
    assert not again.changed
    assert conflict.error["kind"] == "cname_conflict" and conflict.writes == []
    assert gone.changed and gone["record_set"] is None
    assert [(item["prefix"], item["type"]) for item in purged.ok["record_sets"]] == [("", "A")]
    assert not purged_again.changed


def test_what_made_room_comes_back(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    zone = new_name()
    player.play([account_task(zone), record_task(zone, "www", "TXT", value=["v=spf1 -all"], ttl=600)])
    server.set_faults(
        [{"match": {"method": "POST", "path": f"/v2/dns/{zone}/records", "nth": 1}, "fault": "status", "status": 400}]
    )
    swap = [a_set("www", "CNAME", zone), a_set("www", "A"), a_set("www", "TXT")]
    before, failed, after, mended, again = player.play(
        [
            task("reseller_dns_zone_info", zone=zone),
            zone_task(zone, *swap),
            task("reseller_dns_zone_info", zone=zone),
            zone_task(zone, *swap),
            zone_task(zone, *swap),
        ]
    )
    assert failed.error["status"] == 400 and failed["not_put_back"] == failed["applied"] == []
    assert [write["type"] for write in failed["put_back"]] == ["A", "TXT"]
    assert after["record_sets"] == before["record_sets"]
    assert mended.changed and not again.changed


@pytest.mark.parametrize("names", ["host", "whole"])
def test_validation_records_survive_a_purge(
    player: Player, server: SandboxProcess, new_name: NewName, names: str
) -> None:
    zone = new_name()
    server.control("PUT", "validationnames", {"names": names})
    purge = zone_task(zone, a_set("@", "A", "192.0.2.80"), purge=True, max_delete_percent=100)
    order = task(
        "reseller_ssl",
        csr_content=make_csr(zone, zone, f"www.{zone}"),
        confirm_purchase=f"ssl standard domain_validated {zone} www.{zone}",
        wait=False,
    )
    try:
        _owner, _purged, ordered, while_open = player.play([account_task(zone), purge, order, purge])
    finally:
        server.control("PUT", "validationnames", {"names": "host"})
    assert sorted(write.split()[0] for write in ordered.writes) == ["POST", "POST", "POST", "PUT"]
    assert [item["cname_validation_name"].endswith(zone) for item in ordered["validations"]] == [names == "whole"] * 2
    server.advance(60)
    issued, after = player.play([order, purge])
    assert issued.ok["state"] == "present" and issued.writes == []
    for result in (while_open, after):
        # Names in the form of certificate authorities need no further request.
        assert not result.changed and result.requests == [f"GET /dns/{zone}/records"]
    named = {item["prefix"] for item in after["record_sets"] if item["type"] == "CNAME"}
    assert len(named) == 2
    explicit = zone_task(zone, *(a_set(name, "CNAME") for name in named))
    assert player.play([explicit])[0].changed
