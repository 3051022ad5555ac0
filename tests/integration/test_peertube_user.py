# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_user``: create, change, block and remove users, as an administrator and as a moderator."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from sandbox.launcher import SandboxProcess
from tests.support.corpus import inputs
from tests.support.peertube import PASSWORD, Instance, new_name
from tests.support.playing import BOTH_WAYS, Player, task

READ = "GET /users"
NEW_PASSWORD = "Neu0geheim82"


def manager(instance: Instance, name: str) -> Any:
    """Return a function that runs the module for one user."""
    return partial(instance.run, "peertube_user", username=name)


def added(instance: Instance, **options: Any) -> tuple[Any, int]:
    """Create a user; return the function that manages the user, and the id."""
    name = new_name()
    user = manager(instance, name)
    result = user(email=f"{name}@example.com", password=PASSWORD, **options)
    return user, result["user"]["id"]


def test_life_of_a_user(instance: Instance) -> None:
    name = new_name()
    user = manager(instance, name)
    made = {
        "email": f"{name}@example.com",
        "video_quota": 2_000_000,
        "channel_name": f"{name}.films",
        "password": PASSWORD,
    }
    predicted = user(check=True, **made)
    assert predicted["changed"] and predicted.requests == [READ]
    created = user(**made)
    assert created["changed"] and created.requests == [READ, "POST /users"]
    assert predicted["diff"] == created["diff"] and PASSWORD not in str(created.data)
    number = created["user"]["id"]
    shown = instance.get(f"/users/{number}")
    assert [channel["name"] for channel in shown["videoChannels"]] == [f"{name}.films"]
    assert instance.log_in(name, PASSWORD).status_code == 200

    again = user(**made, role="user", blocked=False, two_factor_enabled=False)
    assert not again["changed"] and again.requests == [READ]
    known = {"id": number, "role": "user", "video_quota": 2_000_000, "blocked_reason": "", "email_verified": None}
    assert known.items() <= again["user"].items()

    change = {"video_quota": -1, "video_quota_daily": 10, "admin_flags": 1, "email_verified": True}
    assert user(check=True, **change).requests == [READ]
    changed = user(**change)
    assert changed.requests == [READ, f"PUT /users/{number}"] and change.items() <= changed["user"].items()
    assert instance.last_body() == '{"videoQuota":-1,"videoQuotaDaily":10,"adminFlags":1,"emailVerified":true}'
    assert not user(**change)["changed"]

    assert user(check=True, state="absent").requests == [READ]
    removed = user(state="absent")
    assert removed.requests == [READ, f"DELETE /users/{number}"] and removed["user"] is None
    assert not user(state="absent")["changed"]
    reused = user(**made)
    assert reused["error"]["status"] == 409 and "can't be used again, even after its removal" in reused["msg"]


def test_new_user_has_all_properties_at_once(instance: Instance) -> None:
    wanted = {
        "role": "moderator",
        "email_verified": False,
        "plugin_auth": "peertube-plugin-auth-ldap",
        "blocked": True,
        "blocked_reason": "Not paid",
    }
    user, number = added(instance, **wanted)
    shown = instance.get(f"/users/{number}")
    assert shown["role"]["id"] == 1 and shown["emailVerified"] is False
    assert (shown["pluginAuth"], shown["blockedReason"]) == ("peertube-plugin-auth-ldap", "Not paid")
    assert not user(**wanted)["changed"]
    assert user(plugin_auth="")["user"]["plugin_auth"] == "" and not user(plugin_auth="")["changed"]
    assert instance.get(f"/users/{number}")["pluginAuth"] is None


def test_names_of_the_corpus(instance: Instance) -> None:
    for one in inputs("usernames"):
        given: dict[str, Any] = {"username": one.text, "email": f"{new_name()}@example.com", "password": PASSWORD}
        if one.is_taken:
            predicted = instance.run("peertube_user", check=True, **given)
            assert predicted["user"]["username"] == one.expected["taken"]
            # A name can be used once, so this one is in the middle of another.
            name = f"{new_name()}{one.expected['taken']}"[:50]
            created = instance.run("peertube_user", **{**given, "username": name})
            assert instance.get("/users", search=name)["data"][0]["id"] == created["user"]["id"]
        else:
            refused = instance.run("peertube_user", **given)
            assert re.search(one.expected["refused"], refused["msg"]) and refused.requests == []


def test_blocking(instance: Instance) -> None:
    user, number = added(instance)
    name = user.keywords["username"]
    blocked = user(blocked=True, blocked_reason="Not paid")
    assert blocked.requests == [READ, f"POST /users/{number}/block"]
    assert instance.log_in(name, PASSWORD).status_code == 400
    for options in ({"blocked": True}, {"blocked": True, "blocked_reason": "Not paid"}):
        assert user(**options).requests == [READ]
    assert user(blocked=True, blocked_reason="")["user"]["blocked_reason"] == ""
    assert instance.last_body() == "" and instance.get(f"/users/{number}")["blockedReason"] is None
    released = user(blocked=False, video_quota=7)
    assert released.requests == [READ, f"PUT /users/{number}", f"POST /users/{number}/unblock"]
    assert instance.log_in(name, PASSWORD).status_code == 200 and not user(blocked=False)["changed"]
    # A retry blocks as well.
    rule = {"match": {"method": "POST", "path": f"/api/v1/users/{number}/block", "nth": 1}, "fault": "reset_after"}
    instance.server.set_faults([rule])
    assert user(blocked=True)["user"]["blocked"] is True and not user(blocked=True)["changed"]


def test_password_is_set_once_or_always(instance: Instance) -> None:
    user, number = added(instance)
    name = user.keywords["username"]
    assert not user(password=NEW_PASSWORD)["changed"] and instance.log_in(name, PASSWORD).status_code == 200
    always = user(password=NEW_PASSWORD, update_password="always")
    assert always.requests == [READ, f"PUT /users/{number}"]
    assert always["diff"] == {"before": {"password": "(not shown)"}, "after": {"password": "(new value)"}}
    assert instance.log_in(name, NEW_PASSWORD).status_code == 200
    assert instance.log_in(name, PASSWORD).status_code == 400


def test_lost_second_factor_is_removed(instance: Instance) -> None:
    user, number = added(instance)
    name = user.keywords["username"]
    path = f"/users/{number}/two-factor"
    for fault in (None, "reset_after"):
        asked = instance.send("POST", f"{path}/request", json={}).json()["otpRequest"]
        code = instance.server.control("GET", f"users/{name}/secrets")["otp"]
        confirm = {"requestToken": asked["requestToken"], "otpToken": code}
        assert instance.send("POST", f"{path}/confirm-request", json=confirm).status_code == 204
        assert user(check=True, two_factor_enabled=False).requests == [READ]
        rule = {"match": {"method": "POST", "path": f"/api/v1{path}/disable", "nth": 1}, "fault": fault}
        instance.server.set_faults([rule] if fault else [])
        off = user(two_factor_enabled=False)
        assert off["diff"] == {"before": {"two_factor_enabled": True}, "after": {"two_factor_enabled": False}}, off
        assert not user(two_factor_enabled=False)["changed"]


def test_moderator_makes_no_administrator(instance: Instance) -> None:
    _user, number = added(instance)
    name = _user.keywords["username"]
    moderator = {"api_user": instance.add_user(role=1), "api_password": PASSWORD}
    user = manager(instance, name)
    for check in (True, False):
        refused = user(check=check, role="administrator", video_quota=5, **moderator)
        assert refused["error"]["kind"] == "forbidden" and refused.requests[-2:] == [READ, "GET /users/me"]
        other = new_name()
        unmade = instance.run(
            "peertube_user",
            check=check,
            username=other,
            email=f"{other}@example.com",
            password=PASSWORD,
            role="moderator",
            **moderator,
        )
        assert unmade["error"]["kind"] == "forbidden" and unmade.requests == [READ, "GET /users/me"]
    assert instance.get(f"/users/{number}")["role"]["id"] == 2
    assert user(role="user", video_quota=5, **moderator)["changed"]
    promoted = user(role="administrator")
    assert promoted.requests == [READ, "GET /users/me", f"PUT /users/{number}"]
    assert instance.get(f"/users/{number}")["role"]["id"] == 0
    assert not user(role="administrator", **moderator)["changed"]


def test_address_of_another_user_is_refused(instance: Instance) -> None:
    first, _number = added(instance)
    taken = f"{first.keywords['username']}@example.com"
    second, _number = added(instance)
    for check in (True, False):
        refused = second(check=check, email=taken)
        assert refused["error"]["kind"] == "conflict" and refused.requests == [READ, READ]
    new = manager(instance, new_name())(email=taken, password=PASSWORD)
    assert new["error"]["status"] == 409 and "Choose another" in new["msg"]
    moved = second(email=f"moved.{taken}")
    assert moved["user"]["email"] == f"moved.{taken}" and not second(email=f"moved.{taken}")["changed"]


def test_lost_answer_to_the_creation_makes_one_user(instance: Instance) -> None:
    post = {"method": "POST", "path": "/api/v1/users", "nth": 1}
    for fault in ("reset_before", "reset_after"):
        instance.server.set_faults([{"match": post, "fault": fault}])
        user, number = added(instance, video_quota=3)
        instance.server.set_faults([])
        name = user.keywords["username"]
        assert [one["id"] for one in instance.get("/users", search=name)["data"]] == [number]
        assert instance.log_in(name, PASSWORD).status_code == 200
        assert not user(video_quota=3)["changed"]


def test_user_is_found_beyond_the_first_page(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "COUNT", 2)
    name = new_name()
    for number in range(4):
        instance.add_user(f"{name}{number}")
    user = manager(instance, name)
    # Each of these contains the name, and an empty page ends the search.
    assert user(state="absent").requests == [READ] * 3
    assert user(email=f"{name}@example.com", password=PASSWORD).requests == [*[READ] * 3, "POST /users"]
    assert user(video_quota=1).requests[:3] == [READ] * 3
    assert not user(video_quota=1)["changed"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"username": "Ada"}, "username: 'Ada' is not a user name"),
    ({"username": "ada-"}, "username"),
    ({"username": "a" * 51}, "username"),
    ({"username": "a/b"}, "username"),
    ({"email": "ada"}, "email: 'ada' is not an e-mail address"),
    ({"password": "abcde"}, "password: it has 5 characters, but must have 6 to 255"),
    ({"password": "", "update_password": "always"}, "password: it has 0 characters"),
    ({"channel_name": "films of ada"}, "channel_name"),
    ({"channel_name": "ada"}, "channel_name: it must differ from username"),
    ({"video_quota": -2}, "video_quota: it is a number from -1"),
    ({"video_quota_daily": -2}, "video_quota_daily"),
    ({"blocked_reason": "Not paid"}, "blocked_reason: it requires blocked: true"),
    ({"blocked": False, "blocked_reason": "Not paid"}, "blocked_reason"),
    ({"blocked": True, "blocked_reason": "x"}, "blocked_reason: it has 1 characters, but must have 3 to 250"),
    ({"two_factor_enabled": True}, "two_factor_enabled: only the user can enable it"),
    ({"username": "root", "state": "absent"}, "state: root can't be removed"),
    ({"username": "root", "blocked": True}, "blocked: root can't be blocked"),
    ({"username": "root", "role": "user"}, "role: root is always administrator"),
    ({"role": "guest"}, "value of role must be one of"),
    ({"update_password": "always"}, "password"),
]


def test_bad_input_is_refused_before_any_request(instance: Instance) -> None:
    for options, message in BAD:
        refused = instance.run("peertube_user", **{"username": "ada", **options})
        assert message in refused["msg"] and refused.requests == [], (options, refused)
    for left_out in ("email", "password"):
        given: dict[str, Any] = {"email": "ada@example.com", "password": PASSWORD, left_out: None}
        refused = instance.run("peertube_user", username=new_name(), **given)
        assert f"{left_out}: it is required, as user " in refused["msg"] and refused.requests == [READ]


def test_errors_of_the_server(instance: Instance) -> None:
    user, number = added(instance)
    alone = {"api_user": user.keywords["username"], "api_password": PASSWORD}
    assert user(video_quota=1, **alone)["error"]["status"] == 403
    path = f"/api/v1/users/{number}/block"
    instance.server.set_faults([{"match": {"method": "POST", "path": path}, "fault": "status", "status": 400}])
    partial_failure = user(video_quota=1, blocked=True)
    assert partial_failure["changed"] and partial_failure["applied"] == ["user"]
    assert partial_failure["failed_writes"] == ["blocked"] and partial_failure["not_attempted"] == []
    instance.server.set_faults([])
    # A user whose name can't be read may be the one.
    body = {"total": 1, "data": [{"id": 1, "username": None}]}
    rule = {"match": {"method": "GET", "path": "/api/v1/users"}, "fault": "edit", "body": body}
    instance.server.set_faults([rule])
    assert user(video_quota=1)["error"]["kind"] == "unproven"


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_in_a_play(peertube: SandboxProcess, tmp_path: Path, in_process: bool) -> None:
    player = Player(peertube, tmp_path)
    player.secret("password", PASSWORD)
    name = new_name()
    made: dict[str, Any] = {"username": name, "email": f"{name}@example.com", "password": "{{ password }}"}
    played = player.play(
        [
            task("peertube_token"),
            task("peertube_user", check=True, **made),
            task("peertube_user", **made),
            task("peertube_user", **made),
            task("peertube_user", username=name, state="absent"),
            task("peertube_user", username=name),
        ],
        in_process=in_process,
    )
    login, predicted, created, again, removed, missing = played
    assert login.changed and predicted.changed and predicted.writes == [] and predicted["diff"] == created["diff"]
    assert created.changed and created.writes == ["POST /api/v1/users"] and created["user"]["username"] == name
    assert not again.changed and again.writes == [] and again["user"]["id"] == created["user"]["id"]
    assert removed.changed and missing.error["kind"] == "invalid_option"
