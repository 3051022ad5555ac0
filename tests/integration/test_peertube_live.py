# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_live`` against the sandbox of both versions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.peertube import Instance, check_life, check_refused, login_of

MODULE = "peertube_live"
PATH = "/videos/live"
LIVE: dict[str, Any] = {
    "name": "Weekly questions",
    "privacy": "public",
    "save_replay": True,
    "replay_privacy": "unlisted",
    "latency_mode": "high",
}


@pytest.fixture
def owner(instance: Instance) -> str:
    """Return the name of a new user."""
    return instance.add_user()


def lives(instance: Instance, owner: str) -> list[dict[str, Any]]:
    """Return the lives of a user as the server lists them."""
    data = instance.send("GET", "/users/me/videos", owner).json()["data"]
    return [item for item in data if item["isLive"]]


def key_of(instance: Instance, owner: str, uuid: str) -> str:
    """Return the key of a live's stream."""
    key: str = instance.send("GET", f"{PATH}/{uuid}", owner).json()["streamKey"]
    return key


def test_life_of_a_live(instance: Instance, owner: str) -> None:
    user = {**login_of(owner), "channel": f"{owner}_channel"}
    made = check_life(instance, MODULE, **user, **LIVE)
    assert made.writes == [f"POST {PATH}"]
    (shown,) = lives(instance, owner)
    uuid = shown["uuid"]
    settings = instance.send("GET", f"{PATH}/{uuid}", owner).json()
    assert (shown["name"], shown["privacy"]["id"], settings["latencyMode"]) == ("Weekly questions", 1, 2)
    assert (settings["saveReplay"], settings["replaySettings"], settings["permanentLive"]) == (
        True,
        {"privacy": 2},
        False,
    )
    unchanged = instance.run(MODULE, **user, name=LIVE["name"])
    assert not unchanged.changed and unchanged.requests == ["GET /users/me/videos", f"GET {PATH}/{uuid}"]
    assert unchanged["live"] == {**made["live"], "state": unchanged["live"]["state"]}
    # The server fails if the privacy of the replay is left out.
    changed = check_life(instance, MODULE, **user, name=LIVE["name"], latency_mode="small", permanent_live=True)
    assert changed.writes == [f"PUT {PATH}/{uuid}"] and changed["live"]["replay_privacy"] == "unlisted"
    renamed = check_life(
        instance, MODULE, **user, id=shown["shortUUID"], name="Questions", privacy="internal", save_replay=False
    )
    assert renamed.writes == [f"PUT {PATH}/{uuid}", f"PUT /videos/{uuid}"]
    assert renamed["live"]["replay_privacy"] is None
    (shown,) = lives(instance, owner)
    assert (shown["name"], shown["privacy"]["id"]) == ("Questions", 4)
    assert instance.run(MODULE, **user, name="Questions", state="absent", check=True).changed
    gone = instance.run(MODULE, **user, name="Questions", state="absent")
    assert gone.changed and gone.writes == [f"DELETE /videos/{uuid}"] and lives(instance, owner) == []
    assert not instance.run(MODULE, **user, name="Questions", state="absent").changed


def test_key_of_the_stream_is_shown_only_on_demand(instance: Instance, owner: str) -> None:
    user = {**login_of(owner), "channel": f"{owner}_channel", "name": "Weekly"}
    made = instance.run(MODULE, **user)
    key = key_of(instance, owner, made["live"]["uuid"])
    results = [made, instance.run(MODULE, **user), instance.run(MODULE, **user, permanent_live=True)]
    assert [key in json.dumps(result.ok) for result in results] == [False] * 3
    shown = instance.run(MODULE, **user, show_stream_key=True)
    assert not shown.changed and shown["stream"]["stream_key"] == key
    assert shown["stream"]["rtmp_url"].startswith("rtmp://")


def test_refusals_of_the_server_are_explained(instance: Instance, owner: str) -> None:
    user = {**login_of(owner), "channel": f"{owner}_channel"}
    for number in range(3):
        last = instance.run(MODULE, **user, name=f"Live {number}")
    fourth = instance.run(MODULE, **user, name="Live 4")
    assert fourth.error["code"] == "max_user_lives_limit_reached" and "Remove a live of this user" in fourth.msg
    instance.server.control("POST", f"lives/{last['live']['uuid']}/start")
    started = instance.run(MODULE, **user, name="Live 2", latency_mode="small")
    assert started.error["status"] == 400 and "already started" in started.msg
    assert not instance.run(MODULE, **user, name="Live 2").changed
    others = instance.run(MODULE, **login_of(owner), channel="root_channel", name="Mine")
    assert others.error["kind"] == "forbidden" and others.writes == []


@pytest.mark.row(2, "free post")
@pytest.mark.row(3, "free post")
@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_lost_response_creates_one_live(instance: Instance, owner: str, fault: str, record_property: Any) -> None:
    user = {**login_of(owner), "channel": f"{owner}_channel"}
    rule = {"match": {"method": "POST", "path": f"/api/v1{PATH}", "nth": 1}, "fault": fault}
    instance.server.set_faults([rule])
    assert instance.run(MODULE, **user, **LIVE).changed
    found = lives(instance, owner)
    record_property("bought", len(found))
    assert len(found) == 1
    assert not instance.run(MODULE, **user, **LIVE).changed


def test_refusals(instance: Instance) -> None:
    bad: dict[str, dict[str, Any]] = {
        "name": {"name": "ab"},
        "channel": {"channel": "A b"},
        "id": {"id": "x"},
        "channel: it is required": {"channel": None},
        "replay_privacy": {"replay_privacy": "public"},
    }
    for word, options in bad.items():
        given = {"name": "Weekly", "channel": "root_channel", **options}
        check_refused(instance.run(MODULE, **given), word)
    unknown = instance.run(MODULE, id="999999", name="Weekly")
    assert unknown.error["kind"] == "not_found"
