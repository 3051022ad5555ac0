# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_ownership`` against the sandbox of both versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Result

MODULE = "peertube_ownership"
REQUESTS = "/videos/ownership"
FAULTS: list[dict[str, Any]] = [
    {"fault": "reset_after"},
    {"fault": "reset_before"},
    {"fault": "status", "status": 500, "acted": True},
]


@pytest.fixture
def receiver(instance: Instance) -> str:
    """Return the name of a new user."""
    return instance.add_user()


def give(instance: Instance, video: str, **options: Any) -> Result:
    return instance.run(MODULE, video=video, **options)


def received(instance: Instance, user: str) -> list[tuple[str, str]]:
    """Return the videos that a user was offered, each with the status of the request."""
    items = instance.send("GET", REQUESTS, user).json()["data"]
    return [(item["video"]["uuid"], item["status"]) for item in items]


def test_request_is_accepted(instance: Instance, receiver: str) -> None:
    video, user = instance.person().upload("A gift")["uuid"], login_of(receiver)
    asked = check_life(instance, MODULE, video=video, username=receiver)
    assert asked.writes == [f"POST /videos/{video}/give-ownership"]
    assert asked["ownership"] == {"video": video, "owner": "root", "username": receiver, "status": "requested"}
    assert received(instance, receiver) == [(video, "WAITING")]
    accepted = check_life(instance, MODULE, video=video, state="accepted", channel=f"{receiver}_channel", **user)
    assert accepted["ownership"] == {"video": video, "owner": receiver, "username": receiver, "status": "accepted"}
    assert instance.get(f"/videos/{video}")["account"]["name"] == receiver
    done = give(instance, video, username=receiver)
    assert not done.changed and done["ownership"]["status"] == "accepted" and done.requests == [f"GET /videos/{video}"]
    # Given back and again: what was remembered of the first time does not count.
    instance.send("POST", f"/videos/{video}/give-ownership", receiver, json={"username": "root"}).raise_for_status()
    assert give(instance, video, state="accepted", channel="root_channel").changed
    assert give(instance, video, username=receiver).changed


def test_request_is_refused_and_sent_again_only_on_demand(instance: Instance, receiver: str) -> None:
    video, user = instance.person().upload("An unwanted gift")["uuid"], login_of(receiver)
    assert not give(instance, video, state="refused", **user).changed
    give(instance, video, username=receiver)
    refused = check_life(instance, MODULE, video=video, state="refused", **user)
    assert refused["ownership"]["status"] == "refused" and received(instance, receiver) == [(video, "REFUSED")]
    assert not give(instance, video, username=receiver).changed
    assert give(instance, video, username=receiver, again=True).changed
    assert sorted(received(instance, receiver)) == [(video, "REFUSED"), (video, "WAITING")]


@pytest.mark.row(2, "free post")
@pytest.mark.row(3, "free post")
@pytest.mark.row(4, "free post")
def test_lost_responses_request_and_decide_once(instance: Instance, receiver: str) -> None:
    user = login_of(receiver)
    for fault in FAULTS:
        video = instance.person().upload("A gift")["uuid"]
        for path in (f"/videos/{video}/give-ownership", f"{REQUESTS}/*"):
            match = {"method": "POST", "path": f"/api/v1{path}", "nth": 1}
            instance.server.set_faults([{"match": match, **fault}])
            if "*" in path:
                made = give(instance, video, state="accepted", channel=f"{receiver}_channel", **user)
            else:
                made = give(instance, video, username=receiver)
            assert made.changed, (fault, path, made.data)
        assert received(instance, receiver).count((video, "ACCEPTED")) == 1
        assert (video, "WAITING") not in received(instance, receiver)
        instance.server.set_faults([])


def test_request_of_an_earlier_run_without_response_is_no_conflict(
    instance: Instance, receiver: str, tmp_path: Path
) -> None:
    video = instance.person().upload("A gift")["uuid"]
    match = {"method": "POST", "path": "*/give-ownership"}
    instance.server.set_faults([{"match": match, "fault": "reset_after"}])
    unknown = give(instance, video, username=receiver)
    assert unknown.error["kind"] == "outcome_unknown"
    instance.server.set_faults([])
    assert give(instance, video, username=receiver).changed
    assert received(instance, receiver) == [(video, "WAITING")]
    # Another machine knows nothing of it; PeerTube 6.3 does not tell it.
    stranger = Instance(instance.server, tmp_path / "elsewhere")
    asked = give(stranger, video, username=receiver)
    assert asked.data.get("failed") is None or "one request at a time" in asked.msg
    assert received(instance, receiver) == [(video, "WAITING")]


def test_request_beyond_the_first_page_is_found(
    instance: Instance, receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "COUNT", 2)
    videos = [instance.person().upload(f"Gift {number}")["uuid"] for number in range(5)]
    for video in videos:
        give(instance, video, username=receiver)
    for video in videos:
        assert give(instance, video, state="refused", **login_of(receiver)).changed
    assert {status for _video, status in received(instance, receiver)} == {"REFUSED"}


def test_refusals(instance: Instance, receiver: str) -> None:
    video, user = instance.person().upload("A gift")["uuid"], login_of(receiver)
    check_refused(give(instance, "nonsense", username=receiver), "video: ")
    check_refused(give(instance, video, username="No Body"), "username: ")
    check_refused(give(instance, video), "username: it is required with state requested.")
    check_refused(give(instance, video, state="accepted"), "channel: it is required with state accepted.")
    check_refused(give(instance, video, username=receiver, channel="films"), "channel: it does not apply")
    check_refused(give(instance, video, state="accepted", channel="films", again=True), "again: it does not apply")
    nobody = give(instance, video, username="nobody_at_all")
    assert nobody.error["kind"] == "not_found" and nobody.writes == []
    assert give(instance, video, username="nobody_at_all", check=True).changed
    nothing = give(instance, video, state="accepted", channel=f"{receiver}_channel", **user)
    assert nothing.error["kind"] == "not_found" and "The owner must request it first." in nothing.msg
    assert give(instance, video, state="accepted", channel=f"{receiver}_channel", check=True, **user).changed
    missing = give(instance, "7fc95d6b-a430-4569-8a29-000000000000", username=receiver)
    assert missing.error["kind"] == "not_found"
    others = give(instance, video, username=receiver, **login_of(instance.add_user()))
    assert others.error["status"] == 403
    give(instance, video, username=receiver)
    foreign = give(instance, video, state="accepted", channel="root_channel", **user)
    assert foreign.error["kind"] == "forbidden" and foreign.writes == []
