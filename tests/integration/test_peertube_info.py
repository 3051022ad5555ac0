# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_info`` against the sandbox of both versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.gather import SOURCES
from sandbox.launcher import SandboxProcess
from tests.support.peertube import Instance, check_refused, login_of
from tests.support.playing import Player, Result, task

YESTERDAY = "2020-01-01T00:00:00Z"


def info(instance: Instance, *gather: str, **options: Any) -> Result:
    return instance.run("peertube_info", gather=list(gather), **options)


def test_everything_can_be_gathered_and_shows_no_secret(instance: Instance) -> None:
    name = instance.add_user(role=1)
    video = instance.person(name).upload("Gathered film")
    report = {"reason": "Not ours", "video": {"id": video["id"]}}
    root = instance.person()
    abuse = root.write("POST", "/abuses", report)["abuse"]["id"]
    root.write("POST", f"/abuses/{abuse}/messages", {"message": "Which part?"})
    # A user may have three lives, and other tests make some for root.
    streamer = instance.person(instance.add_user())
    live = {"name": "Live film", "channelId": streamer.json("/users/me")["videoChannels"][0]["id"]}
    streamed = streamer.write("POST", "/videos/live", live)["video"]["uuid"]
    root.write("POST", "/runners/registration-tokens/generate")
    narrowed = {
        "account": name,
        "channel": f"{name}_channel",
        "video": video["uuid"],
        "abuse": abuse,
        "search": name,
        "since": YESTERDAY,
    }
    of_owners = {"ratings", "account_followers", "channel_followers", "channel_syncs", "watched_words"}
    of_others = {"live", "live_sessions", "playlist", "playlist_elements"}
    gathered = [one for one in SOURCES if one not in of_owners | of_others]
    everything = info(instance, *gathered, **narrowed)
    assert not everything.changed and everything.writes == []
    assert set(everything.data) >= set(gathered)
    found = everything.ok
    assert found["config"]["server_version"].startswith(("6.3", "8.2"))
    assert found["stats"]["total_users"] > 1 and found["about"]["instance"]["name"] == "PeerTube"
    assert found["custom_config"]["signup"] and {"id": 2, "label": "Films"} in found["categories"]
    assert {"id": "nl", "label": "Dutch"} in found["languages"]
    assert [one["uuid"] for one in found["videos"]] == [video["uuid"]] == [found["video"]["uuid"]]
    assert [one["name"] for one in found["channels"]] == [f"{name}_channel"] == [found["channel"]["name"]]
    assert [one["message"] for one in found["abuse_messages"]] == ["Which part?"]
    assert found["me"]["username"] == "root" and found["quota"]["video_quota_used"] >= 0
    assert set(found["runner_registration_tokens"][0]) == {
        "id",
        "created_at",
        "updated_at",
        "registered_runners_count",
    }
    own = info(instance, *of_owners, account=name, channel=f"{name}_channel", **login_of(name))
    assert [own[one] for one in of_owners] == [[]] * len(of_owners)
    lives = info(instance, "live", "live_sessions", video=streamed)
    assert lives["live"]["permanent_live"] is False and lives["live_sessions"] == []
    keys = instance.run("peertube_api", path=f"/videos/live/{streamed}").ok["data"]
    assert keys["streamKey"] and "stream_key" not in json.dumps(lives.data)


def test_collections_are_read_to_their_end_or_to_the_limit(instance: Instance) -> None:
    path = "/runners/registration-tokens"
    name = "runner_registration_tokens"
    known = {one["id"] for one in instance.get(path, count=100)["data"]}
    while instance.get(path, count=0)["total"] < 101:
        assert instance.send("POST", f"{path}/generate").status_code == 204
    whole = info(instance, name)
    assert len({one["id"] for one in whole[name]}) == instance.get(path)["total"]
    assert whole.requests == ["GET /runners/registration-tokens"] * 2
    first = info(instance, name, sort="createdAt", limit=2)
    assert first[name] == sorted(whole[name], key=lambda one: int(one["id"]))[:2]
    assert first.exchanges[0]["query"] == "count=2&sort=createdAt"
    more = info(instance, name, "logs", limit=101, since=YESTERDAY)
    assert len(more[name]) == 101 and len(more["logs"]) == 1
    # Other tests create as many as there are and some more, of which a hundred is the most.
    for one in whole[name]:
        assert one["id"] in known or instance.send("DELETE", f"{path}/{one['id']}").status_code == 204


def test_filters_and_what_is_hidden_from_visitors(instance: Instance) -> None:
    name = instance.add_user()
    user, person = login_of(name), instance.person(name)
    shown, hidden = person.upload("A public film")["uuid"], person.upload("A private film", privacy=3)["uuid"]
    both = info(instance, "videos", "all_videos", "own_videos", account=name)
    assert [one["uuid"] for one in both["videos"]] == [shown]
    assert {one["uuid"] for one in both["all_videos"]} == {shown, hidden}
    assert {one["privacy"]["label"] for one in both["all_videos"]} == {"Public", "Private"}
    mine = info(instance, "own_videos", "me", search="private", **user)
    assert [one["uuid"] for one in mine["own_videos"]] == [hidden] and mine["me"]["username"] == name
    refused = info(instance, "all_videos", **user)
    assert refused.error["status"] == 401
    report = {"reason": "Not ours", "account": {"id": mine["me"]["account"]["id"]}}
    instance.person().write("POST", "/abuses", report)
    [listed] = info(instance, "abuses", abuse_state="pending", abuse_kind="account", search=name)["abuses"]
    assert listed["flagged_account"]["name"] == name and listed["state"]["label"] == "Pending"
    assert info(instance, "abuses", abuse_state="accepted", search=name)["abuses"] == []
    jobs = info(instance, "jobs", job_state="active", job_type="video-transcoding")["jobs"]
    assert {one["state"] for one in jobs} <= {"active"}


def test_what_does_not_exist(instance: Instance) -> None:
    nothing = {"account": "nobody-at-all", "video": "9999999"}
    failed = info(instance, "channels", account="nobody-at-all")
    assert failed.error["kind"] == "not_found" and "nobody-at-all" in failed.msg
    predicted = info(instance, "channels", "captions", "video", check=True, **nothing)
    assert (predicted["channels"], predicted["captions"], predicted["video"]) == ([], [], None)
    assert len(predicted["warnings"]) == 2


def test_bad_input_is_refused_before_any_request(instance: Instance) -> None:
    info(instance, "me")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"gather": ["captions"]}, "video: it is required to gather captions"),
        ({"gather": ["logs"]}, "since: it is required to gather logs"),
        ({"gather": ["found_videos"]}, "search: it is required"),
        ({"gather": ["me"], "account": "ada"}, "account: nothing of me takes it"),
        ({"gather": ["users"], "search": " "}, "search: it is empty"),
        ({"gather": ["users"], "sort": "-created_at"}, "sort: "),
        ({"gather": ["users"], "limit": 0}, "limit: "),
        ({"gather": ["logs"], "since": "yesterday"}, "since: 'yesterday' is not a time"),
        ({"gather": ["video"], "video": ".."}, "video: '..' is not"),
        ({"gather": ["channel"], "channel": "."}, "channel: '.' is not"),
    ]
    for options, words in cases:
        refused = instance.run("peertube_info", **options)
        check_refused(refused, words)
        assert refused.requests == [], options


@pytest.mark.parametrize("peertube", ["8.2"], indirect=True)
def test_play(peertube: SandboxProcess, tmp_path: Path) -> None:
    player = Player(peertube, tmp_path)
    both, users = player.play(
        [task("peertube_info", gather="config,me"), task("peertube_info", gather=["users"], limit=1)]
    )
    assert both["me"]["username"] == "root" and not both.changed
    assert len(users["users"]) == 1 and "GET /api/v1/users" in users.requests
