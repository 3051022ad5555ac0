# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``video_platform``: what it writes and as whom, how often it logs in and reads, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.integration.conftest import ONE_VERSION
from tests.integration.test_examples import playbooks_in
from tests.support.films import film
from tests.support.peertube import PASSWORD, Instance, Person, new_name
from tests.support.playing import ROOT, Player, PlayResult

PLUGINS = [
    {"npm_name": "peertube-plugin-hello-world", "version": "0.0.25"},
    {"npm_name": "peertube-theme-background-red", "version": "0.0.5"},
]


@pytest.fixture
def player(peertube: SandboxProcess, tmp_path: Path) -> Player:
    """Runs plays against the sandbox of a version; knows the secret ``video_password``."""
    made = Player(peertube, tmp_path)
    made.secret("video_password", PASSWORD)
    return made


@pytest.fixture
def hosts(peertube: SandboxProcess) -> Iterator[list[str]]:
    """Other instances, which accept to be followed."""
    names = [f"{new_name()}.example", f"{new_name()}.example"]
    peertube.control("PUT", "federation", {"enabled": True, "hosts": names})
    yield names
    peertube.control("PUT", "federation", {"enabled": False, "hosts": ["other.example"]})


@dataclass
class RoleRun:
    """One play with the role, of one or several in a run of ansible-playbook.

    Attributes:
        result: the role's result; empty if it failed.
        exchanges: the requests with their responses.
    """

    result: dict[str, Any] = field(default_factory=dict)
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    @property
    def changes(self) -> list[str]:
        """What changed; the role must have succeeded."""
        changes: list[str] = self.result["changes"]
        assert self.result["changed"] == bool(changes)
        return changes

    @property
    def logins(self) -> list[str]:
        """The users who logged in. Logins that the server refused for its limits are retried, and don't count."""
        sent = [one for one in self.exchanges if one["path"] == "/api/v1/users/token" and one["status"] != 429]
        return [re.findall(r"username=(\w+)", one["request_body"])[0] for one in sent]

    @property
    def calls(self) -> list[str]:
        """The requests other than logins."""
        return [
            f"{one['method']} {one['path'].removeprefix('/api/v1')}"
            for one in self.exchanges
            if one["path"] not in ("/api/v1/users/token", "/api/v1/oauth-clients/local", "/api/v1/users/me")
        ]

    @property
    def writes(self) -> list[str]:
        """The requests that change something."""
        return [call for call in self.calls if not call.startswith("GET ")]


def runs_in(played: PlayResult) -> list[RoleRun]:
    """Return the plays of a run, each of which has the role."""
    runs = [RoleRun()]
    for result in played:
        runs[-1].exchanges += result.exchanges
        facts = result.data.get("ansible_facts") or {}
        if "video_platform_result" in facts:
            runs[-1].result = facts["video_platform_result"]
            runs.append(RoleRun())
    return runs if runs[-1].exchanges else runs[:-1]


def play_of(player: Player, check: bool = False, **platform: Any) -> dict[str, Any]:
    """Return a play with the role."""
    role = {"role": "reseller.toolkit.video_platform"}
    return player.written([], roles=[role], variables={"video_platform": platform}, check_mode=check)


def run(player: Player, *plays: dict[str, Any]) -> list[RoleRun]:
    """Run plays with the role, which must succeed."""
    played = player.playbook(plays)
    assert played.code == 0, played.output
    runs = runs_in(played)
    assert len(runs) == len(plays)
    return runs


def refusal(player: Player, **platform: Any) -> str:
    """Run the role with mistakes, and return the output with single spaces; nothing may be written."""
    played = player.playbook([play_of(player, **platform)])
    (refused,) = runs_in(played)
    assert played.code != 0 and refused.writes == []
    return re.sub(r"\s+", " ", played.output)


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


def playlist(person: Person, user: str) -> list[str]:
    """Return the titles in the only playlist of a user, in order."""
    (found,) = person.json(f"/accounts/{user}/video-playlists", playlistType=1)["data"]
    shown = person.json(f"/video-playlists/{found['uuid']}/videos")["data"]
    return [one["video"]["name"] for one in shown]


def test_whole_platform_and_again(player: Player, hosts: list[str], tmp_path: Path) -> None:
    """An unchanged run reads each collection once, writes nothing and logs in nobody."""
    instance = Instance(player.sandbox, tmp_path / "other")
    ada, bob, eve, moe = new_name(), new_name(), instance.add_user(), instance.add_user()
    path = film(tmp_path / "film.mp4", 30_000)
    summer = {
        "channel": f"{ada}_talks",
        "key": "summer",
        "name": "Summer",
        "path": path,
        "privacy": "public",
        "wait": False,
    }
    autumn = {"channel": f"{ada}_films", "name": "Autumn", "path": path, "category": "Films", "wait": False}
    lists = [
        {
            "display_name": "Seasons",
            "channel": f"{ada}_films",
            "privacy": "public",
            "videos": [{"channel": f"{ada}_films", "name": "Autumn"}, {"channel": f"{ada}_talks", "key": "summer"}],
        }
    ]
    users = [
        owner(ada, video_quota=10**9, videos=[summer, autumn], playlists=lists),
        owner(bob, playlists=[{"display_name": "Notes", "description": "What I have to watch."}]),
        {"username": eve},
    ]
    platform: dict[str, Any] = {
        "config": {"instance": {"short_description": f"Films of {ada}"}},
        "homepage": f"# Films of {ada}",
        "plugins": PLUGINS,
        "users": users,
        "follows": hosts,
        "blocked_accounts": [eve, moe],
        "blocked_servers": [f"{eve}.example.org", f"{moe}.example.org"],
    }
    predicted, made = run(player, play_of(player, check=True, **platform), play_of(player, **platform))
    assert predicted.writes == [] and predicted.logins == ["root"] and made.logins == [ada, bob]
    assert made.changes == predicted.changes and made.result["differences"] == []
    assert [line for line in made.changes if ada in line and not line.startswith(("configuration", "homepage"))] == [
        f"user {ada}: created",
        f"channel {ada}_talks: created",
        f"video Summer of channel {ada}_talks: created",
        f"video Autumn of channel {ada}_films: created",
        f"playlist Seasons of channel {ada}_films: created",
    ]
    assert made.changes[-6:-4] == [f"follow of {host}: created" for host in hosts]
    for name in (ada, bob):
        assert instance.get(f"/video-channels/{name}_talks")["ownerAccount"]["name"] == name
        assert instance.get(f"/video-channels/{name}_films")["ownerAccount"]["name"] == name
    player.sandbox.control("PUT", "ratelimit/reset")
    person = Person(player.sandbox, ada, PASSWORD)
    names = {one["name"]: (one["channel"]["name"], one["privacy"]["id"]) for one in person.videos()}
    assert names == {"Summer": (f"{ada}_talks", 1), "Autumn": (f"{ada}_films", 3)}
    assert playlist(person, ada) == ["Autumn", "Summer"]

    (again,) = run(player, play_of(player, **platform))
    assert again.result == {"changed": False, "changes": [], "differences": []}
    assert again.logins == [] and again.writes == []
    calls = [re.sub("[0-9a-f-]{36}", "UUID", call) for call in again.calls]
    assert sorted(calls) == [
        "GET /config/custom",
        "GET /custom-pages/homepage/instance",
        "GET /plugins",
        "GET /server/blocklist/accounts",
        "GET /server/blocklist/servers",
        "GET /server/following",
        "GET /users",
        "GET /video-channels",
        "GET /video-playlists",
        # One that is not public is in no list that the administrator sees.
        "GET /video-playlists/UUID",
        "GET /video-playlists/UUID/videos",
        "GET /videos",
    ]


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_without_a_password_differences_are_only_reported(player: Player, tmp_path: Path) -> None:
    ada, bob = new_name(), new_name()
    path = film(tmp_path / "film.mp4", 30_000)
    place = {"channel": f"{ada}_films"}
    video = {**place, "name": "Summer", "path": path, "tags": ["summer"], "privacy": "public", "wait": False}
    videos = {"videos": [video]}
    private = {"display_name": "Drafts", "videos": [{**place, "name": "Summer"}]}
    described = {"name": f"{ada}_talks", "display_name": "Talks", "description": "All of them."}
    more = {"name": f"{ada}_more", "display_name": "More"}
    belongs = {
        "channels": [described, more],
        "videos": [{**video, "tags": ["warm", "summer"]}, {**video, "name": "Winter"}],
        "playlists": [
            private | {"description": "Not finished."},
            {"display_name": "New", **place, "privacy": "public"},
        ],
    }
    _made, without, changed = run(
        player,
        play_of(player, users=[owner(ada, **videos, playlists=[private]), owner(bob)]),
        play_of(player, users=[{"username": ada, **belongs}]),
        play_of(player, users=[owner(ada, **belongs), owner(bob)]),
    )
    assert without.changes == [] and without.logins == [] and without.writes == []
    assert [(one["title"], one["owner"], one["properties"]) for one in without.result["differences"]] == [
        (f"channel {ada}_talks", ada, ["description", "display_name"]),
        (f"channel {ada}_more", ada, []),
        (f"video Summer of channel {ada}_films", ada, ["tags"]),
        (f"video Winter of channel {ada}_films", ada, []),
        ("playlist Drafts", ada, ["description"]),
        (f"playlist New of channel {ada}_films", ada, []),
    ]
    assert changed.changes == [
        f"channel {ada}_talks: description, display_name",
        f"channel {ada}_more: created",
        f"video Summer of channel {ada}_films: tags",
        f"video Winter of channel {ada}_films: created",
        "playlist Drafts: description",
        f"playlist New of channel {ada}_films: created",
    ]
    player.sandbox.control("PUT", "ratelimit/reset")
    person = Person(player.sandbox, ada, PASSWORD)
    (summer,) = person.videos("Summer")
    assert changed.logins == []
    assert person.json(f"/video-channels/{ada}_talks")["description"] == "All of them."
    assert person.json(f"/videos/{summer['uuid']}")["tags"] == ["summer", "warm"]


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_all_mistakes_are_reported_before_anything_is_written(player: Player, tmp_path: Path) -> None:
    instance = Instance(player.sandbox, tmp_path / "other")
    ada, bob = instance.add_user(), new_name()
    film_of = {"name": "Summer", "path": str(tmp_path / "missing.mp4")}
    output = refusal(
        player,
        users=[
            owner(
                bob,
                email="no address",
                channels=[{"name": f"{ada}_channel"}, {"name": f"{bob}_more"}],
                videos=[
                    {**film_of, "channel": f"{bob}_films"},
                    {**film_of, "channel": f"{bob}_none"},
                    {"channel": f"{bob}_films", "key": "a"},
                ],
                playlists=[
                    {"display_name": "Seasons", "videos": [{"channel": f"{bob}_films", "name": "Autumn"}]},
                    {"display_name": "Public", "privacy": "public"},
                ],
            )
        ],
    )
    for words in (
        "9 mistakes in video_platform; nothing was written:",
        "video_platform.users[0].email: 'no address' is not",
        f"video_platform.users[0].channels[0]: channel {ada}_channel belongs to user {ada}, not to {bob}.",
        "video_platform.users[0].channels[1].display_name: it is required",
        "video_platform.users[0].videos[0].path: ",
        "video_platform.users[0].videos[1].path: ",
        "video_platform.users[0].videos[2].name: it is required: video a of channel",
        f"video_platform.users[0].playlists[0]: there is no video Autumn of channel {bob}_films, and",
        "video_platform.users[0].playlists[1].channel: it is required for a playlist that is public.",
    ):
        assert words in output, (words, output)


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_play_of_the_readme(player: Player, tmp_path: Path) -> None:
    player.secret("vaulted_video_password", PASSWORD)
    (example,) = playbooks_in(ROOT / "roles/video_platform/README.md")
    written = {**example, "vars": {**player.lookups, **example["vars"]}}
    made, again = run(player, written, written)
    # Whether the homepage and the configuration are new depends on the tests before.
    first, second, *others = made.changes
    assert first.startswith("configuration: instance") and second.startswith("homepage: ")
    assert others == [
        "user ada: created",
        "channel ada_films: created",
        "channel ada_talks: created",
        "block of server spam.example.org: created",
    ]
    assert Person(player.sandbox).json("/video-channels/ada_films")["displayName"] == "Films of Ada"
    assert again.changes == [] and again.logins == []


@pytest.mark.nightly
def test_forty_owners_log_in_within_the_limit_and_then_not_at_all(player: Player) -> None:
    """PeerTube allows 15 logins in 5 minutes, so 40 need two windows more than the first."""
    player.timeout = 900.0
    names = [new_name() for _number in range(40)]
    users = [owner(name) for name in names]
    played = player.playbook([play_of(player, users=users)])
    assert "40 users have to log in." in re.sub(r"\s+", " ", played.output) and "about 10 minutes" in played.output
    (made,) = runs_in(played)
    assert len(made.changes) == 80 and sorted(made.logins) == sorted(["root", *names])
    times = [datetime.fromisoformat(one["at"]) for one in made.exchanges]
    assert max(times) - min(times) < timedelta(minutes=11)
    (again,) = run(player, play_of(player, users=users))
    assert again.changes == [] and again.logins == []
    assert again.calls == ["GET /users", "GET /video-channels"]
