# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``video_platform``: what it writes and as whom, how often it logs in and reads, and what it refuses."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.launcher import SandboxProcess
from tests.integration.test_examples import playbooks_in
from tests.support.instance import PASSWORD, new_name
from tests.support.playing import ROOT, Player, PlayResult


@pytest.fixture
def player(peertube: SandboxProcess, tmp_path: Path) -> Player:
    """Runs plays against the sandbox of a version; knows the secret ``video_password``."""
    made = Player(peertube, tmp_path)
    made.secret("video_password", PASSWORD)
    return made


def owner(name: str, **more: Any) -> dict[str, Any]:
    """Return a user with a further channel."""
    return {
        "username": name,
        "email": f"{name}@example.com",
        "password": "{{ video_password }}",
        "channel_name": f"{name}_films",
        "channels": [{"name": f"{name}_talks", "display_name": f"Talks of {name}"}],
        **more,
    }


def play(player: Player, *, check: bool = False, **platform: Any) -> PlayResult:
    """Run the role."""
    role = {"role": "reseller.toolkit.video_platform"}
    return player.play([], roles=[role], variables={"video_platform": platform}, check_mode=check)


def result_of(played: PlayResult) -> dict[str, Any]:
    """Return the role's result."""
    assert played.code == 0, played.output
    facts = [result.data["ansible_facts"] for result in played if "ansible_facts" in result.data]
    (found,) = [fact["video_platform_result"] for fact in facts if "video_platform_result" in fact]
    assert (int(re.findall(r"changed=(\d+)", played.output)[-1]) > 0) == found["changed"]
    return found


def exchanges_of(played: PlayResult) -> list[dict[str, Any]]:
    return [exchange for result in played for exchange in result.exchanges]


def logins_in(played: PlayResult) -> list[str]:
    """Return the users who logged in. Logins that the server refused for its limits are retried, and don't count."""
    sent = [one for one in exchanges_of(played) if one["path"] == "/api/v1/users/token" and one["status"] != 429]
    return [re.findall(r"username=(\w+)", one["request_body"])[0] for one in sent]


def calls_in(played: PlayResult) -> list[str]:
    """Return the requests other than logins."""
    return [
        f"{one['method']} {one['path'].removeprefix('/api/v1')}"
        for one in exchanges_of(played)
        if one["path"] not in ("/api/v1/users/token", "/api/v1/oauth-clients/local", "/api/v1/users/me")
    ]


def channel(player: Player, name: str) -> dict[str, Any]:
    """Return a channel as a visitor sees it; an empty dictionary if there is none."""
    answer = requests.get(f"{player.sandbox.url}/api/v1/video-channels/{name}", timeout=10)
    found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
    return found


def test_users_with_channels_and_again(player: Player) -> None:
    ada, bob, eve = new_name(), new_name(), new_name()
    users = [owner(ada, video_quota=10**9), owner(bob), {**owner(eve), "channels": None}]
    whole: dict[str, Any] = {
        "config": {"instance": {"short_description": f"Films of {ada}"}},
        "homepage": f"# Films of {ada}",
        "users": users,
        "blocked_accounts": [eve],
        "blocked_servers": [f"{eve}.example.org"],
        "plugins": None,
    }
    without_accounts = {**whole, "blocked_accounts": None}
    predicted = play(player, check=True, **without_accounts)
    assert not [call for call in calls_in(predicted) if not call.startswith("GET ")]
    made = play(player, **without_accounts)
    result = result_of(made)
    assert result["changes"] == result_of(predicted)["changes"] and result["differences"] == []
    assert [f"user {name}: created" for name in (ada, bob, eve)] == [
        line for line in result["changes"] if line.startswith("user ")
    ]
    assert logins_in(predicted) == ["root"] and logins_in(made) == [ada, bob]
    for name in (ada, bob):
        assert channel(player, f"{name}_talks")["ownerAccount"]["name"] == name
        assert channel(player, f"{name}_films")["ownerAccount"]["name"] == name
    assert result_of(play(player, **whole))["changes"] == [f"block of account {eve}: created"]
    again = play(player, **whole)
    assert result_of(again) == {"changed": False, "changes": [], "differences": []}
    calls = calls_in(again)
    assert logins_in(again) == [] and not [call for call in calls if not call.startswith("GET ")]
    assert len(set(calls)) == len(calls) and {"GET /users", "GET /video-channels"} <= set(calls)


def test_without_a_password_differences_are_only_reported(player: Player) -> None:
    ada, bob = new_name(), new_name()
    result_of(play(player, users=[owner(ada), owner(bob)]))
    described = {"name": f"{ada}_talks", "display_name": "Talks", "description": "All of them."}
    more = {"name": f"{ada}_more", "display_name": "More"}
    without = play(player, users=[{"username": ada, "channels": [described, more]}])
    result = result_of(without)
    assert result["changes"] == [] and logins_in(without) == []
    assert [(one["title"], one["owner"], one["properties"]) for one in result["differences"]] == [
        (f"channel {ada}_talks", ada, ["description", "display_name"]),
        (f"channel {ada}_more", ada, []),
    ]
    assert channel(player, f"{ada}_more") == {}
    changed = play(player, users=[owner(ada, channels=[described, more]), owner(bob)])
    assert result_of(changed)["changes"] == [
        f"channel {ada}_talks: description, display_name",
        f"channel {ada}_more: created",
    ]
    assert logins_in(changed) == []
    assert channel(player, f"{ada}_talks")["description"] == "All of them."


def test_all_mistakes_are_reported_before_anything_is_written(player: Player) -> None:
    ada, bob = new_name(), new_name()
    result_of(play(player, users=[owner(ada)]))
    played = play(
        player,
        users=[
            owner(bob, email="no address", channels=[{"name": f"{ada}_talks"}, {"name": f"{bob}_more"}]),
            owner(ada),
            {"username": f"{bob}_new", "email": f"{bob}@example.org"},
        ],
    )
    assert played.code != 0 and not [call for call in calls_in(played) if not call.startswith("GET ")]
    twice = [owner(bob), owner(bob, channels=[])]
    same = play(player, users=twice)
    output = re.sub(r"\s+", " ", played.output + same.output)
    for words in (
        "video_platform.users[1].channels[0].name: this is the same as video_platform.users[0].channels[0].name.",
        "video_platform.users[1].username: this is the same as video_platform.users[0].username.",
    ):
        assert words in output
    other = play(
        player, users=[owner(bob, email="no address", channels=[{"name": f"{ada}_talks"}, {"name": f"{bob}_more"}])]
    )
    output = re.sub(r"\s+", " ", other.output)
    for words in (
        "3 mistakes in video_platform; nothing was written:",
        "video_platform.users[0].email: 'no address' is not",
        f"video_platform.users[0].channels[0]: channel {ada}_talks belongs to user {ada}, not to {bob}.",
        "video_platform.users[0].channels[1].display_name: it is required",
    ):
        assert words in output
    assert not [call for call in calls_in(other) if not call.startswith("GET ")]


def test_play_of_the_readme(player: Player) -> None:
    player.secret("vaulted_video_password", PASSWORD)
    (example,) = playbooks_in(ROOT / "roles/video_platform/README.md")
    written = {**example, "vars": {**player.lookups, **example["vars"]}}
    made, again = (player.playbook([written]) for _run in range(2))
    # Whether the homepage and the configuration are new depends on the tests before.
    first, second, *others = result_of(made)["changes"]
    assert first.startswith("configuration: instance") and second.startswith("homepage: ")
    assert others == [
        "user ada: created",
        "channel ada_films: created",
        "channel ada_talks: created",
        "block of server spam.example.org: created",
    ]
    assert channel(player, "ada_films")["displayName"] == "Films of Ada"
    assert result_of(again)["changes"] == [] and logins_in(again) == []


@pytest.mark.nightly
def test_forty_owners_log_in_within_the_limit_and_then_not_at_all(player: Player) -> None:
    """PeerTube allows 15 logins in 5 minutes, so 40 need two windows more than the first."""
    player.timeout = 900.0
    names = [new_name() for _number in range(40)]
    users = [owner(name) for name in names]
    made = play(player, users=users)
    assert len(result_of(made)["changes"]) == 80 and sorted(logins_in(made)) == sorted(["root", *names])
    times = [datetime.fromisoformat(one["at"]) for one in exchanges_of(made)]
    assert max(times) - min(times) < timedelta(minutes=11)
    again = play(player, users=users)
    assert result_of(again)["changes"] == [] and logins_in(again) == []
    assert calls_in(again) == ["GET /users", "GET /video-channels"]
