# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_platform_check``: what it finds without writing, as a part of the worker and as ordinary modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.peertube import PASSWORD, new_name
from tests.support.playing import Player, Task, task


def checked(**platform: Any) -> Task:
    return task("peertube_platform_check", video_platform=platform)


@pytest.fixture
def player(peertube: SandboxProcess, tmp_path: Path) -> Player:
    made = Player(peertube, tmp_path)
    made.secret("video_password", PASSWORD)
    return made


def test_what_differs_and_what_is_wrong(player: Player) -> None:
    ada, bob = new_name(), new_name()
    user = {"username": ada, "email": f"{ada}@example.com", "password": "{{ video_password }}"}
    talks = {"name": f"{ada}_talks", "display_name": "Talks"}
    differing, ordinary, wrong, broken, unsupported = player.play(
        [
            checked(users=[{**user, "channels": [talks]}, {"username": "root", "channels": [{**talks, "name": bob}]}]),
            checked(users=[{**user, "channels": [talks]}]) | {"vars": {"reseller_toolkit_in_process": False}},
            checked(
                users=[{**user, "email": "nowhere", "channels": [{"name": talks["name"]}]}, user], follows=["no host"]
            ),
            checked(users=[user, "bob"], blocked_servers="spam.example.org"),
            task("peertube_platform_check", platform={}),
        ]
    )
    assert differing.writes == ["POST /api/v1/users/token"] and not differing.changed
    assert differing["changes"] == [f"user {ada}: created", f"channel {ada}_talks: created"]
    assert [(one["place"], one["owner"]) for one in differing["differences"]] == [
        ("video_platform.users[1].channels[0]", "root")
    ]
    assert ordinary.ok["changes"] == differing["changes"] and ordinary.writes == []
    assert [one["place"] for one in wrong.data["mistakes"]] == ["video_platform.users[1].username"]
    assert [one["place"] for one in broken.data["mistakes"]] == [
        "video_platform.users[1]",
        "video_platform.blocked_servers",
    ]
    assert wrong.requests == broken.requests == []
    assert "video_platform" in unsupported.msg
    (each,) = player.play([checked(users=[{**user, "email": "nowhere", "channels": [{"name": bob}]}], follows=["a b"])])
    assert [one["place"] for one in each.data["mistakes"]] == [
        "video_platform.users[0].email",
        "video_platform.users[0].channels[0].display_name",
        "video_platform.follows[0]",
    ]


def test_failure_of_the_connection_is_reported_once(player: Player) -> None:
    users = [{"username": new_name()}, {"username": new_name()}]
    (refused,) = player.play([checked(users=users)], env={"PEERTUBE_API_PASSWORD": "not-the-password"})
    assert refused.error["code"] == "invalid_grant"
    assert refused.msg.startswith("video_platform.users[0]: ") and "Check api_user" in refused.msg
