# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_video_import`` against the sandbox of both versions."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Result

MODULE = "peertube_video_import"
IMPORTS = "/videos/imports"
LIST = "/users/me/videos/imports"


@pytest.fixture
def address() -> str:
    """Return the address of a video that no other test uses."""
    return f"https://media.example.com/{secrets.token_hex(4)}.mp4"


def video(instance: Instance, address: str, **options: Any) -> Result:
    given = {"channel": "root_channel", "wait": False, "settle_time": 1.5, "poll_min": 0.2, **options}
    return instance.run(MODULE, target_url=address, **given)


def existing(instance: Instance, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = instance.get(LIST, targetUrl=address)["data"]
    return found


def test_life_of_an_import(instance: Instance, address: str) -> None:
    options = {"channel": "root_channel", "target_url": address, "name": "The opening", "privacy": "public"}
    made = check_life(instance, MODULE, **options, wait=False)
    (item,) = existing(instance, address)
    assert made.writes == [f"POST {IMPORTS}"]
    assert (made["video_import"]["id"], made["video_import"]["state"]) == (item["id"], "pending")
    assert (item["video"]["name"], item["video"]["privacy"]["id"]) == ("The opening", 1)
    done = video(instance, address, wait=True)
    assert not done.changed and done["video_import"]["state"] == "success"
    assert done["video_import"]["video"]["uuid"] == item["video"]["uuid"]
    assert video(instance, address).requests == [f"GET {LIST}"]
    predicted = video(instance, address, state="absent", check=True)
    assert predicted.changed and predicted.writes == []
    assert video(instance, address, state="absent").writes == [f"DELETE {IMPORTS}/{item['id']}"]
    assert not video(instance, address, state="absent").changed
    assert instance.get(f"/videos/{item['video']['uuid']}")["name"] == "The opening"


def test_pending_import_is_canceled_before_it_is_removed(instance: Instance, address: str) -> None:
    made = video(instance, address)["video_import"]["id"]
    gone = video(instance, address, state="absent")
    assert gone.writes == [f"POST {IMPORTS}/{made}/cancel", f"DELETE {IMPORTS}/{made}"]
    assert existing(instance, address) == []


@pytest.mark.parametrize("fault", ["reset_before", "reset_after"])
def test_lost_response_begins_one_import(instance: Instance, address: str, fault: str) -> None:
    rule = {"match": {"method": "POST", "path": f"/api/v1{IMPORTS}", "nth": 1}, "fault": fault}
    instance.server.set_faults([rule])
    assert video(instance, address).changed
    assert len(existing(instance, address)) == 1
    assert not video(instance, address).changed


def test_import_without_a_video_does_not_count(instance: Instance, address: str) -> None:
    canceled = video(instance, address)["video_import"]["id"]
    instance.send("POST", f"{IMPORTS}/{canceled}/cancel").raise_for_status()
    removed = video(instance, address, wait=True)["video_import"]
    assert removed["id"] != canceled
    instance.send("DELETE", f"/videos/{removed['video']['uuid']}").raise_for_status()
    third = video(instance, address)
    assert third.changed and third["video_import"]["id"] not in (canceled, removed["id"])


def test_absence_is_proven_beyond_the_first_page(
    instance: Instance, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "COUNT", 1)
    made = video(instance, address)["video_import"]["id"]
    for _number in range(2):
        other = {"channelId": 1, "targetUrl": address}
        number = instance.send("POST", IMPORTS, json=other).json()["id"]
        instance.send("POST", f"{IMPORTS}/{number}/cancel").raise_for_status()
    again = video(instance, address)
    assert not again.changed and again["video_import"]["id"] == made
    assert again.requests.count(f"GET {LIST}") == 3


def test_two_of_one_address_are_an_error(instance: Instance, address: str) -> None:
    channel = instance.get("/video-channels/root_channel")["id"]
    for _number in range(2):
        instance.send("POST", IMPORTS, json={"channelId": channel, "targetUrl": address}).raise_for_status()
    refused = video(instance, address)
    assert refused.error["kind"] == "ambiguous" and refused.writes == []


def test_refusals_and_roles(instance: Instance, address: str, tmp_path: Path) -> None:
    check_refused(video(instance, "ftp://media.example.com/a"), "target_url")
    check_refused(video(instance, address, channel="Films"), "channel")
    check_refused(video(instance, address, name="ab"), "name")
    missing = video(instance, address, channel="no_such_channel")
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert video(instance, address, channel="no_such_channel", check=True).changed
    assert video(instance, "http://127.0.0.1/a.mp4").error["status"] == 403
    assert video(instance, f"{address}/missing").error["status"] == 400
    late = video(instance, address, wait=True, wait_timeout=0.1, poll_min=0.1)
    assert late.data["error"]["kind"] == "job_timeout" and len(existing(instance, address)) == 1
    owner = instance.add_user()
    refused = video(instance, f"{address}?2", channel=f"{owner}_channel")
    assert refused.error["kind"] == "not_found" and refused.writes == []
    mine = check_life(instance, MODULE, channel=f"{owner}_channel", target_url=address, wait=False, **login_of(owner))
    assert mine["video_import"]["channel"] == f"{owner}_channel"
