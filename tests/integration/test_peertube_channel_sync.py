# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_channel_sync`` against the sandbox of both versions."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Result

MODULE = "peertube_channel_sync"
SYNCS = "/video-channel-syncs"


@pytest.fixture
def address() -> str:
    """Return the address of a channel elsewhere that no other test uses."""
    return f"https://media.example.com/{secrets.token_hex(4)}"


def sync(instance: Instance, address: str, **options: Any) -> Result:
    return instance.run(MODULE, external_url=address, **{"channel": "root_channel", **options})


def existing(instance: Instance, address: str) -> list[dict[str, Any]]:
    found = instance.get("/accounts/root/video-channel-syncs", count=100)["data"]
    return [item for item in found if item["externalChannelUrl"] == address]


def test_life_of_a_synchronization(instance: Instance, address: str) -> None:
    made = check_life(instance, MODULE, channel="root_channel", external_url=address)
    (item,) = existing(instance, address)
    assert made.writes == [f"POST {SYNCS}"] and made["sync"] == {
        "id": item["id"],
        "channel": "root_channel",
        "external_url": address,
        "state": "Waiting first run",
        "last_sync_at": None,
    }
    again = sync(instance, address)
    assert again.requests == ["GET /video-channels/root_channel", "GET /accounts/root/video-channel-syncs"]
    assert again["sync"] == made["sync"]
    predicted = sync(instance, address, state="absent", check=True)
    assert predicted.changed and predicted.writes == []
    assert sync(instance, address, state="absent").writes == [f"DELETE {SYNCS}/{item['id']}"]
    assert not sync(instance, address, state="absent").changed and existing(instance, address) == []


@pytest.mark.parametrize("fault", ["reset_before", "reset_after"])
def test_lost_response_adds_one(instance: Instance, address: str, fault: str) -> None:
    rule = {"match": {"method": "POST", "path": f"/api/v1{SYNCS}", "nth": 1}, "fault": fault}
    instance.server.set_faults([rule])
    assert sync(instance, address).changed
    assert len(existing(instance, address)) == 1


def test_absence_is_proven_beyond_the_first_page(
    instance: Instance, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "COUNT", 1)
    made = [sync(instance, f"{address}/{number}")["sync"]["id"] for number in range(3)]
    found = [sync(instance, f"{address}/{number}") for number in range(3)]
    assert [(result.changed, result["sync"]["id"]) for result in found] == [(False, number) for number in made]


def test_two_of_one_address_are_an_error(instance: Instance, address: str) -> None:
    channel = instance.get("/video-channels/root_channel")["id"]
    for _number in range(2):
        instance.send("POST", SYNCS, json={"externalChannelUrl": address, "videoChannelId": channel})
    refused = sync(instance, address)
    assert refused.error["kind"] == "ambiguous" and refused.writes == []


def test_refusals_and_roles(instance: Instance, address: str, tmp_path: Path) -> None:
    check_refused(sync(instance, "ftp://media.example.com/a"), "external_url")
    check_refused(sync(instance, address, channel="Films"), "channel")
    missing = sync(instance, address, channel="no_such_channel")
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert sync(instance, address, channel="no_such_channel", check=True).changed
    assert not sync(instance, address, channel="no_such_channel", state="absent").changed
    owner, other = instance.add_user(), instance.add_user()
    mine = check_life(instance, MODULE, channel=f"{owner}_channel", external_url=address, **login_of(owner))
    assert mine["sync"]["channel"] == f"{owner}_channel"
    refused = sync(instance, address, channel=f"{owner}_channel", **login_of(other))
    assert refused.error["status"] == 403 and refused.writes == []
