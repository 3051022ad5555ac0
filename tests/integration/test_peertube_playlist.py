# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_playlist`` against the sandbox of both versions."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import ONE_VERSION
from tests.sandbox.peertube.media import mp4
from tests.support.peertube import Instance, check_life, check_refused, login_of, new_name

MODULE = "peertube_playlist"
PATH = "/video-playlists"


@pytest.fixture
def owner(instance: Instance) -> str:
    """Return the name of a new user."""
    return instance.add_user()


@pytest.fixture
def videos(instance: Instance, owner: str) -> list[str]:
    """Return the UUIDs of five videos of the user."""
    channel = instance.send("GET", "/users/me", owner).json()["videoChannels"][0]["id"]
    file = {"videofile": ("a.mp4", mp4(2_000))}
    made = [
        instance.send("POST", "/videos/upload", owner, data={"name": f"Part {n}", "channelId": channel}, files=file)
        for n in range(5)
    ]
    return [answer.json()["video"]["uuid"] for answer in made]


def playlists(instance: Instance, owner: str) -> list[dict[str, Any]]:
    """Return the playlists of a user as the server shows them, without "Watch later"."""
    found = instance.send("GET", f"/accounts/{owner}/video-playlists", owner, params={"playlistType": 1}).json()
    items: list[dict[str, Any]] = found["data"]
    return items


def order(instance: Instance, owner: str, number: str) -> list[tuple[str | None, int | None, int | None]]:
    """Return the videos of a playlist with their times, as the server shows them."""
    data = instance.send("GET", f"{PATH}/{number}/videos", owner, params={"count": 100}).json()["data"]
    return [(item["video"] and item["video"]["uuid"], item["startTimestamp"], item["stopTimestamp"]) for item in data]


def test_life_of_a_playlist(instance: Instance, owner: str, tmp_path: Path) -> None:
    user, name, channel = login_of(owner), new_name(), f"{owner}_channel"
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"\xff\xd8\xff")
    options = {"display_name": name, "channel": channel, "privacy": "public", "description": "The best of it."}
    made = check_life(instance, MODULE, **user, **options, thumbnail=str(picture))
    assert made.writes == [f"POST {PATH}"]
    (shown,) = playlists(instance, owner)
    assert (shown["displayName"], shown["privacy"]["id"], shown["description"]) == (name, 1, "The best of it.")
    assert shown["videoChannel"]["name"] == channel and made["playlist"]["uuid"] == shown["uuid"]
    assert made["playlist"]["thumbnail"] == hashlib.sha256(picture.read_bytes()).hexdigest()
    unchanged = instance.run(MODULE, **user, display_name=name)
    assert not unchanged.changed and unchanged.requests == ["GET /users/me", f"GET /accounts/{owner}/video-playlists"]
    assert unchanged["playlist"].items() >= {**options, "short_uuid": shown["shortUUID"]}.items()
    picture.write_bytes(b"\xff\xd8\xff\xe0")
    changed = check_life(
        instance, MODULE, **user, display_name=name, description="", privacy="private", thumbnail=str(picture)
    )
    assert changed.writes == [f"PUT {PATH}/{shown['uuid']}"]
    # A picture that someone else uploads has another address.
    files = {"thumbnailfile": ("b.jpg", b"\xff\xd8\xff mine")}
    instance.send("PUT", f"{PATH}/{shown['uuid']}", owner, files=files).raise_for_status()
    replaced = check_life(instance, MODULE, **user, display_name=name, thumbnail=str(picture))
    assert replaced.writes == [f"PUT {PATH}/{shown['uuid']}"]
    moved = check_life(instance, MODULE, **user, id=shown["shortUUID"], display_name=f"{name} 2", channel="")
    assert moved["playlist"]["channel"] == ""
    (shown,) = playlists(instance, owner)
    assert (shown["displayName"], shown["description"], shown["videoChannel"]) == (f"{name} 2", None, None)
    assert instance.run(MODULE, **user, display_name=f"{name} 2", state="absent", check=True).changed
    gone = instance.run(MODULE, **user, display_name=f"{name} 2", state="absent")
    assert gone.changed and gone.writes == [f"DELETE {PATH}/{shown['uuid']}"] and playlists(instance, owner) == []
    assert not instance.run(MODULE, **user, display_name=f"{name} 2", state="absent").changed
    assert not instance.run(MODULE, **user, id=shown["uuid"], state="absent").changed
    assert instance.run(MODULE, **user, id=shown["uuid"]).error["kind"] == "not_found"


def test_videos_are_put_in_order_with_the_fewest_writes(instance: Instance, owner: str, videos: list[str]) -> None:
    user, name = login_of(owner), new_name()
    options = {**user, "display_name": name}
    one, two, three, four, five = videos
    first = [{"video": one, "start_timestamp": 1, "stop_timestamp": 3}, {"video": two}, {"video": three}]
    made = check_life(instance, MODULE, **options, videos=first)
    number = made["playlist"]["uuid"]
    assert order(instance, owner, number) == [(one, 1, 3), (two, None, None), (three, None, None)]
    assert made.writes == [f"POST {PATH}", *3 * [f"POST {PATH}/{number}/videos"]]
    wanted = [five, three, one, two, five]
    moved = check_life(instance, MODULE, **options, videos=[{"video": video} for video in wanted])
    assert order(instance, owner, number) == [(video, None, None) for video in wanted]
    assert sorted(request.partition(" ")[0] for request in moved.writes) == ["POST"] * 4 + ["PUT"]
    numbers = [instance.get(f"/videos/{video}")["id"] for video in (four, two)]
    removed = check_life(instance, MODULE, **options, videos=[{"video": str(one)} for one in numbers])
    assert order(instance, owner, number) == [(four, None, None), (two, None, None)]
    assert removed["diff"]["before"]["videos"][0]["video"] == five
    instance.send("DELETE", f"/videos/{four}", owner).raise_for_status()
    assert not instance.run(MODULE, **options).changed
    cleaned = check_life(instance, MODULE, **options, videos=[{"video": two}])
    assert [write.partition(" ")[0] for write in cleaned.writes] == ["DELETE"]
    check_life(instance, MODULE, **options, videos=[])
    assert order(instance, owner, number) == []


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_long_lists_are_read_to_their_end(instance: Instance, owner: str, videos: list[str]) -> None:
    user, name = login_of(owner), new_name()
    made = instance.run(MODULE, **user, display_name=name)
    path = f"{PATH}/{made['playlist']['uuid']}/videos"
    # As root, who may add to the playlists of others and is not stopped by the rate limit.
    for number in range(105):
        instance.send("POST", path, json={"videoId": videos[number % 5]}).raise_for_status()
    wanted = [{"video": videos[number % 5]} for number in range(105)]
    assert not instance.run(MODULE, **user, display_name=name, videos=wanted).changed
    moved = instance.run(MODULE, **user, display_name=name, videos=[{"video": videos[3]}, *wanted[:-1]])
    assert moved.changed and len(moved.writes) == 3


def test_names_are_not_unique(instance: Instance, owner: str) -> None:
    user, name, channel = login_of(owner), new_name(), f"{owner}_channel"
    for number in ("", channel):
        assert instance.run(MODULE, **user, display_name=name, channel=number).changed
    assert len(playlists(instance, owner)) == 2
    assert not instance.run(MODULE, **user, display_name=name, channel=channel).changed
    several = instance.run(MODULE, **user, display_name=name)
    assert several.error["kind"] == "ambiguous" and several.writes == []


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
@pytest.mark.row(2, "free post")
@pytest.mark.row(3, "free post")
@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_lost_responses_create_one_of_each(
    instance: Instance, owner: str, videos: list[str], fault: str, record_property: Any
) -> None:
    user, name = login_of(owner), new_name()
    rules = [
        {"match": {"method": "POST", "path": f"/api/v1{PATH}{path}", "nth": 1}, "fault": fault}
        for path in ("", "/*/videos", "/*/videos/reorder")
    ]
    instance.run(MODULE, **user, display_name=f"{name} 2", videos=[{"video": video} for video in videos[:2]])
    instance.server.set_faults(rules)
    made = instance.run(MODULE, **user, display_name=name, videos=[{"video": video} for video in videos[:2]])
    assert made.changed
    moved = instance.run(MODULE, **user, display_name=name, videos=[{"video": video} for video in videos[1::-1]])
    assert moved.changed and moved.exchanges[0]["status"] == 200
    found = [item for item in playlists(instance, owner) if item["displayName"] == name]
    assert len(found) == 1
    assert order(instance, owner, found[0]["uuid"]) == [(videos[1], None, None), (videos[0], None, None)]
    record_property("bought", len(found))


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_hidden_video_stops_the_task_unless_it_is_excluded(instance: Instance, owner: str, videos: list[str]) -> None:
    user, name = login_of(owner), new_name()
    private = instance.send(
        "POST", "/videos/upload", data={"name": "Private", "channelId": 1}, files={"videofile": ("a.mp4", mp4(2_000))}
    ).json()["video"]["uuid"]
    options = {**user, "display_name": name}
    number = instance.run(MODULE, **options, videos=[{"video": videos[0]}])["playlist"]["uuid"]
    element = instance.send("POST", f"{PATH}/{number}/videos", json={"videoId": private})
    hidden = str(element.json()["videoPlaylistElement"]["id"])
    stopped = instance.run(MODULE, **options, videos=[{"video": videos[1]}])
    assert stopped.error["kind"] == "unproven" and stopped.writes == []
    check_life(instance, MODULE, **options, videos=[{"video": videos[1]}], accept_unproven=[hidden])
    assert order(instance, owner, number) == [(videos[1], None, None), (None, None, None)]


def test_refusals(instance: Instance, owner: str) -> None:
    user = login_of(owner)
    video = {"video": "1e4f1b26-6878-4041-bfb3-a3045729ba8d"}
    bad: dict[str, dict[str, Any]] = {
        "display_name": {"display_name": "x" * 121},
        "description": {"description": "ab"},
        "must end in .jpg": {"thumbnail": "/a.png"},
        "videos.video": {"videos": [{"video": "x"}]},
        "is not after start_timestamp": {"videos": [{**video, "start_timestamp": 2, "stop_timestamp": 2}]},
        "channel: it is required for a playlist that is public": {"privacy": "public"},
    }
    for word, options in bad.items():
        check_refused(instance.run(MODULE, **user, **{"display_name": "List", **options}), word)
    others = instance.run(MODULE, **user, display_name="List", channel="root_channel")
    assert others.error["kind"] == "forbidden" and others.writes == []
    absent = instance.run(MODULE, **user, display_name="List", videos=[video])
    assert absent.error["kind"] == "not_found" and absent.writes == []
    later = instance.send("GET", f"/accounts/{owner}/video-playlists", owner, params={"playlistType": 2}).json()
    refused = instance.run(MODULE, **user, id=str(later["data"][0]["id"]), display_name="Later")
    assert refused.error["status"] == 400 and "watch later" in refused.msg
