# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``hosting``, run repeatedly: no part reverts what another one did."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.role.conftest import Customer, result_of
from tests.role.test_hosting import changes, methods
from tests.role.test_parts import other_parts
from tests.support.playing import PlayResult


def exact_zone(customer: Customer) -> dict[str, Any]:
    """Return all desired records of a customer, so that purge removes any other."""
    return {
        "record_sets": [
            {"record": "@", "type": "MX", "value": ["10 mail1.example.com", "20 mail2.example.com"]},
            {"record": "@", "type": "TXT", "value": ["v=spf1 mx -all"]},
            # A new zone has an address record there.
            {"record": "www", "type": "CNAME", "value": [customer.identifier]},
            {"record": "www", "type": "A", "value": []},
            {"record": "bücher", "type": "AAAA", "value": ["2001:db8::1"]},
            {"record": "_sip._tcp", "type": "SRV", "value": ["1 5 5060 sip.example.com"]},
            {"record": "@", "type": "CAA", "value": ['0 issue "sandbox-ca.example"']},
            {"record": "gone", "type": "A", "value": []},
        ],
        "purge": True,
        # A new zone has as many records as a small one needs.
        "max_delete_percent": 60,
    }


def placed_in(played: PlayResult) -> list[str]:
    """Return the names of the validation records that a play created."""
    exchanges = [one for result in played for one in result.exchanges if one["method"] == "POST"]
    records = [json.loads(one["request_body"]) for one in exchanges if one["path"].endswith("/records")]
    return [record["record_name"] for record in records if record.get("ttl") == 300 and record["type"] == "CNAME"]


def check_nothing_changes(played: PlayResult) -> None:
    assert changes(played) == 0
    assert set(methods(played)) == {"GET"}
    assert result_of(played)["changed"] is False


def test_all_parts_three_times(customer: Customer) -> None:
    parts = {
        **other_parts(customer),
        "databases": customer.databases,
        "ssl": customer.ssl,
        "dns": exact_zone(customer),
    }
    first = customer.play(**parts)
    assert result_of(first)["certificate"]["state"] == "present"
    assert len(placed_in(first)) == 2
    for _time in range(2):
        check_nothing_changes(customer.play(**parts))


#: The parts that `test_all_parts_three_times` runs beside an exact zone and a certificate, each with all others.
PARTS = (
    "databases",
    "domain",
    "linux",
    "mail_aliases",
    "mail_zone",
    "mailboxes",
    "scheduled_tasks",
    "sites",
    "ssh_keys",
)


@pytest.mark.nightly
@pytest.mark.parametrize("part", PARTS)
def test_each_part_three_times(customer: Customer, part: str) -> None:
    others = {**other_parts(customer), "databases": customer.databases}
    assert set(others) == set(PARTS)
    parts = {
        part: others[part],
        "ssl": customer.requested_for(customer.identifier),
        "dns": exact_zone(customer),
    }
    first = customer.play(**parts)
    assert result_of(first)["certificate"]["state"] == "present"
    assert len(placed_in(first)) == 2
    for _time in range(2):
        check_nothing_changes(customer.play(**parts))


@pytest.mark.faults
def test_zone_and_certificate_without_waiting(customer: Customer, server: SandboxProcess) -> None:
    parts: dict[str, Any] = {
        "dns": exact_zone(customer),
        "ssl": {**customer.requested_for(customer.identifier), "wait": False},
    }
    first = customer.play(**parts)
    assert result_of(first)["pending"] == ["certificate"] and len(placed_in(first)) == 2
    server.advance(60)
    again = customer.play(**parts)
    check_nothing_changes(again)
    assert result_of(again)["certificate"]["state"] == "present"
