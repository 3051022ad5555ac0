# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_channel`` against the sandbox of both versions."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Result

TEXTS = {"display_name": "Films of Ada", "description": "All of them.\nAnd more.", "support": "Buy a ticket."}
_numbers = itertools.count(1)


@pytest.fixture
def name() -> str:
    """Return the name of a channel that no other test uses."""
    return f"films_{next(_numbers)}"


def picture(folder: Path, name: str, content: bytes = b"\x89PNG\r\n\x1a\n") -> str:
    """Write a file and return its path."""
    (folder / name).write_bytes(content)
    return str(folder / name)


def shown(instance: Instance, name: str) -> dict[str, Any]:
    """Return a channel as a visitor sees it."""
    answer = requests.get(f"{instance.server.url}/api/v1/video-channels/{name}", timeout=10)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def channel(instance: Instance, name: str, **options: Any) -> Result:
    return instance.run("peertube_channel", name=name, **options)


def test_life_of_a_channel(instance: Instance, name: str) -> None:
    path = f"/video-channels/{name}"
    made = check_life(instance, "peertube_channel", name=name, **TEXTS)
    assert made.requests == [f"GET {path}", "POST /video-channels"]
    assert {key: made["channel"][key] for key in TEXTS} == TEXTS
    assert made["channel"]["id"] == shown(instance, name)["id"]
    unchanged = channel(instance, name)
    assert not unchanged.changed and unchanged.requests == [f"GET {path}"]
    assert unchanged["channel"]["owner_account"]["name"] == "root"
    changed = check_life(instance, "peertube_channel", name=name, display_name="Films", support="")
    assert changed.writes == [f"PUT {path}"]
    assert changed["diff"]["after"] == {"display_name": "Films", "support": ""}
    assert changed.exchanges[-1]["request_body"] == '{"displayName":"Films","support":null}'
    found = shown(instance, name)
    assert (found["displayName"], found["description"], found["support"]) == ("Films", TEXTS["description"], None)
    predicted = channel(instance, name, state="absent", check=True)
    assert predicted.changed and predicted.writes == []
    gone = channel(instance, name, state="absent")
    # A channel of 8.2 that is some seconds old at most can't be removed: the 500 is retried.
    assert gone.changed and set(gone.writes) == {f"DELETE {path}"}
    assert not channel(instance, name, state="absent").changed
    used = channel(instance, name, **TEXTS)
    assert used.error["status"] == 409 and "can't be used again, even after its removal." in used.msg


def test_pictures_are_compared_with_the_last_upload(instance: Instance, name: str, tmp_path: Path) -> None:
    path = f"/video-channels/{name}"
    avatar, banner = picture(tmp_path, "a.png"), picture(tmp_path, "b.JPG", b"\xff\xd8\xff")
    made = check_life(instance, "peertube_channel", name=name, display_name="Films", avatar=avatar, banner=banner)
    assert made.writes == ["POST /video-channels", f"POST {path}/avatar/pick", f"POST {path}/banner/pick"]
    digest = hashlib.sha256(Path(avatar).read_bytes()).hexdigest()
    assert made["channel"]["avatar"] == digest
    stored = requests.get(f"{instance.server.url}{shown(instance, name)['avatars'][0]['path']}", timeout=10)
    assert stored.content == Path(avatar).read_bytes()
    Path(avatar).write_bytes(b"\x89PNG\r\n\x1a\nother")
    assert check_life(instance, "peertube_channel", name=name, avatar=avatar).writes == [f"POST {path}/avatar/pick"]
    elsewhere = Instance(instance.server, tmp_path / "elsewhere")
    assert channel(elsewhere, name)["channel"]["avatar"] == "unknown"
    check_life(elsewhere, "peertube_channel", name=name, avatar=avatar)
    replaced = channel(instance, name, avatar=avatar)
    assert replaced.changed and replaced["diff"]["before"] == {"avatar": "unknown"}
    removed = check_life(instance, "peertube_channel", name=name, avatar="", banner="")
    assert removed.writes == [f"DELETE {path}/avatar", f"DELETE {path}/banner"]
    assert shown(instance, name)["avatars"] == shown(instance, name)["banners"] == []


def test_moderators_change_channels_of_others_and_users_do_not(instance: Instance, name: str) -> None:
    channel(instance, name, **TEXTS)
    moderator, user = login_of(instance.add_user(role=1)), login_of(instance.add_user())
    assert channel(instance, name, description="Checked", **moderator).changed
    refused = channel(instance, name, description="Mine", **user)
    assert refused.error["status"] == 403
    assert shown(instance, name)["description"] == "Checked"


def test_limits_of_the_server_are_explained(instance: Instance, name: str) -> None:
    user = login_of(instance.add_user())
    last = channel(instance, f"{user['api_user']}_channel", state="absent", **user)
    assert last.error["status"] == 409 and "Create another channel of this user first" in last.msg
    for number in range(19):
        more = {"name": f"{name}-{number}", "displayName": "One"}
        instance.send("POST", "/video-channels", user["api_user"], json=more).raise_for_status()
    refused = channel(instance, f"{name}-20", display_name="Too many", **user)
    assert refused.error["status"] == 400 and "Remove a channel of this user" in refused.msg


def test_refusals(instance: Instance, name: str, tmp_path: Path) -> None:
    large = picture(tmp_path, "large.png", b"\0" * (8 * 1024 * 1024 + 1))
    bad: dict[str, dict[str, Any]] = {
        "name": {"name": "Films"},
        "display_name": {"display_name": "x" * 121},
        "description": {"description": "ab"},
        "support": {"support": "x" * 1001},
        "must end in one of": {"avatar": picture(tmp_path, "a.txt")},
        "banner": {"banner": str(tmp_path / "missing.png")},
        "8388608 bytes": {"avatar": large},
        "absolute": {"avatar": "a.png"},
        "display_name: it is required": {"display_name": None},
    }
    for word, options in bad.items():
        check_refused(instance.run("peertube_channel", **{"name": name, "display_name": "Films", **options}), word)


def test_lost_response_creates_one_channel(instance: Instance, name: str) -> None:
    rule = {"match": {"method": "POST", "path": "/api/v1/video-channels", "nth": 1}, "fault": "reset_after"}
    instance.server.set_faults([rule])
    made = channel(instance, name, **TEXTS)
    assert made.changed and made["channel"]["id"] == shown(instance, name)["id"]
    assert made.writes == ["POST /video-channels"]
