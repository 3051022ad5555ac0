# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_profile`` against the sandbox of both versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.peertube import Instance, check_life, check_refused, login_of

ME = "/users/me"
MODULE = "peertube_profile"
SETTINGS: dict[str, Any] = {
    "display_name": "Alice A.",
    "description": "About Alice",
    "nsfw_policy": "blur",
    "video_languages": ["en", "fr"],
    "auto_play_video": False,
    "p2p_enabled": False,
    "theme": "default",
}


@pytest.fixture
def user(instance: Instance) -> dict[str, Any]:
    """Return the options to log in as a new user."""
    return login_of(instance.add_user())


def test_settings_of_the_own_account(instance: Instance, user: dict[str, Any]) -> None:
    made = check_life(instance, MODULE, **user, **SETTINGS)
    assert made.requests == [f"GET {ME}", f"PUT {ME}"]
    assert {name: made["profile"][name] for name in SETTINGS} == SETTINGS
    unchanged = instance.run(MODULE, **user)
    assert not unchanged.changed and unchanged.requests == [f"GET {ME}"]
    assert unchanged["profile"].items() >= {**SETTINGS, "username": user["api_user"], "role": "user"}.items()
    cleared = check_life(instance, MODULE, **user, description="", video_languages=[])
    assert json.loads(cleared.exchanges[-1]["request_body"]) == {"description": None, "videoLanguages": None}
    me = instance.send("GET", ME, user["api_user"]).json()
    assert (me["account"]["displayName"], me["account"]["description"], me["videoLanguages"]) == (
        "Alice A.",
        None,
        None,
    )


def test_notifications_are_read_changed_and_written_as_a_whole(instance: Instance, user: dict[str, Any]) -> None:
    before = instance.send("GET", ME, user["api_user"]).json()["notificationSettings"]
    wanted = {"new_follow": "web_and_email", "new_peer_tube_version": "none"}
    made = check_life(instance, MODULE, **user, notification_settings=wanted)
    assert made.writes == [f"PUT {ME}/notification-settings"]
    after = instance.send("GET", ME, user["api_user"]).json()["notificationSettings"]
    assert after == {**before, "newFollow": 3, "newPeerTubeVersion": 0}
    assert json.loads(made.exchanges[-1]["request_body"]) == after


def test_newer_settings_are_refused_where_the_server_lacks_them(instance: Instance, user: dict[str, Any]) -> None:
    shown = instance.send("GET", ME, user["api_user"]).json()
    newer: dict[str, Any] = {"notification_settings": {"automatic_blocklist": "none"}, "nsfw_policy": "warn"}
    if "automaticBlocklist" in shown["notificationSettings"]:
        check_life(instance, MODULE, **user, **newer)
        refused = instance.run(MODULE, **user, email_public=True)
        check_refused(refused, "email_public: this version of PeerTube does not have it.")
    else:
        check_refused(
            instance.run(MODULE, **user, **newer),
            "notification_settings.automatic_blocklist, nsfw_policy warn: this",
        )
        check_life(instance, MODULE, **user, email_public=True)


def test_password_and_email_need_the_current_password(instance: Instance, user: dict[str, Any], tmp_path: Path) -> None:
    name, old, new = user["api_user"], user["api_password"], "another-Password1"
    wrong = instance.run(MODULE, **user, password=new, current_password="not-the-password")
    assert (wrong.error["status"], wrong.error["code"]) == (401, "current_password_is_invalid")
    assert "Set current_password to the password" in wrong.msg and wrong.writes == [f"PUT {ME}"]
    made = check_life(instance, MODULE, **user, password=new)
    assert made["diff"]["after"] == {"password": "(new value)"} and "password" not in made["profile"]
    elsewhere = Instance(instance.server, tmp_path / "elsewhere")
    now = {"api_user": name, "api_password": new}
    # The machine does not know the password that is set, and sets it again.
    again = elsewhere.run(MODULE, **now, password=new)
    assert again.changed and again.writes == [f"PUT {ME}"]
    assert not elsewhere.run(MODULE, **now, password=new).changed
    moved = check_life(instance, MODULE, api_user=name, api_password=new, email=f"{name}@example.org")
    assert moved["profile"]["email"] == instance.run(MODULE, **now)["profile"]["email"] == f"{name}@example.org"
    assert json.loads(moved.exchanges[-1]["request_body"])["email"] == f"{name}@example.org"
    for result in (wrong, made, again, moved):
        assert not [secret for secret in (old, new, "not-the-password") if secret in json.dumps(result.data)]


def test_unconfirmed_address_is_not_set_again(instance: Instance, user: dict[str, Any]) -> None:
    configuration = instance.get("/config/custom")
    verified = {**configuration["signup"], "requiresEmailVerification": True}
    instance.send("PUT", "/config/custom", json={**configuration, "signup": verified}).raise_for_status()
    try:
        check_life(instance, MODULE, **user, email="new@example.org")
        shown = instance.run(MODULE, **user)["profile"]
        assert (shown["email"], shown["pending_email"]) == (f"{user['api_user']}@example.com", "new@example.org")
    finally:
        instance.send("PUT", "/config/custom", json=configuration).raise_for_status()


def test_avatar(instance: Instance, user: dict[str, Any], tmp_path: Path) -> None:
    avatar = tmp_path / "a.webp"
    avatar.write_bytes(b"RIFF")
    made = check_life(instance, MODULE, **user, avatar=str(avatar))
    assert made.writes == [f"POST {ME}/avatar/pick"]
    assert instance.send("GET", ME, user["api_user"]).json()["account"]["avatars"]
    assert check_life(instance, MODULE, **user, avatar="").writes == [f"DELETE {ME}/avatar"]
    assert instance.send("GET", ME, user["api_user"]).json()["account"]["avatars"] == []


def test_refusals(instance: Instance, user: dict[str, Any], tmp_path: Path) -> None:
    bad: dict[str, dict[str, Any]] = {
        "display_name": {"display_name": ""},
        "description": {"description": "ab"},
        "email": {"email": "alice"},
        "password": {"password": "short"},
        "video_languages": {"video_languages": ["a\nb"]},
        "avatar": {"avatar": str(tmp_path)},
    }
    for word, options in bad.items():
        check_refused(instance.run(MODULE, **user, **options), word)
    refused = instance.run(MODULE, **user, theme="not-installed")
    assert refused.error["status"] == 400 and "theme" in refused.msg
