# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_follow``: whom the instance follows, and its followers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from sandbox.launcher import SandboxProcess
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Player, task

FOLLOW = "peertube_follow"
LIST = "GET /server/following"
FOLLOWERS = "GET /server/followers"


@pytest.fixture
def host(peertube: SandboxProcess) -> Iterator[str]:
    """The name of another instance; this one federates with it and with those below its name."""
    name = f"{secrets.token_hex(4)}.example"
    peertube.control("PUT", "federation", {"enabled": True, "hosts": [name, f"a.{name}", f"b.{name}", f"c.{name}"]})
    yield name
    peertube.control("PUT", "federation", {"enabled": False, "hosts": ["other.example"]})


def follower(instance: Instance, host: str) -> None:
    """Let another instance ask to follow this one."""
    instance.server.control("POST", f"followers/{host}")


def listed(instance: Instance, kind: str, host: str) -> dict[str, str]:
    """Return the states of the follows from or to an instance and those below its name, by the host."""
    side = kind.removesuffix("s") if kind == "followers" else kind
    follows = instance.get(f"/server/{kind}", count=100)["data"]
    return {one[side]["host"]: one["state"] for one in follows if one[side]["host"].endswith(host)}


@pytest.mark.parametrize("name", ["", "films@"])
def test_following(instance: Instance, host: str, name: str) -> None:
    made = check_life(instance, FOLLOW, following=name + host)
    assert made.requests[:2] == [LIST, "POST /server/following"] and set(made.requests[2:]) == {LIST}
    wanted = {"handles": [name + host]} if name else {"hosts": [host]}
    assert json.loads(made.exchanges[1]["request_body"]) == wanted
    assert made["follow"].items() >= {"following": name + host, "state": "accepted"}.items()
    assert made["follow"]["created_at"].endswith("Z")
    assert not instance.run(FOLLOW, following=(name + host.upper())).changed
    assert not instance.run(FOLLOW, following=f"other{name or '@'}{host}", state="absent").changed
    gone = check_life(instance, FOLLOW, following=name + host, state="absent")
    assert gone["follow"] is None and listed(instance, "following", host) == {}


def test_followers(instance: Instance, host: str) -> None:
    for part in ("a.", "b.", ""):
        follower(instance, part + host)
    accepted = check_life(instance, FOLLOW, follower=host, state="accepted")
    assert accepted.writes == [f"POST /server/followers/peertube%40{host}/accept"]
    assert accepted["diff"] == {"before": {"state": "pending"}, "after": {"state": "accepted"}}
    assert not instance.run(FOLLOW, follower=f"peertube@{host}", state="accepted").changed
    rejected = check_life(instance, FOLLOW, follower=host, state="rejected")
    assert rejected["follow"].items() >= {"follower": host, "state": "rejected"}.items()
    check_life(instance, FOLLOW, follower=host, state="accepted")
    check_life(instance, FOLLOW, follower=host, state="absent")
    left = listed(instance, "followers", host)
    assert left == dict.fromkeys((f"a.{host}", f"b.{host}"), "pending")
    for part in ("a.", "b."):
        assert instance.run(FOLLOW, follower=part + host, state="absent").changed


def test_lost_answers_lead_to_one_follow_and_one_decision(instance: Instance, host: str) -> None:
    follower(instance, host)
    instance.server.set_faults([{"match": {"method": "POST", "nth": 1}, "fault": "reset_after"}])
    made = instance.run(FOLLOW, following=host)
    assert made.changed and made.writes == ["POST /server/following"] * 2
    assert len(listed(instance, "following", host)) == 1
    instance.server.set_faults(
        [{"match": {"method": "POST", "path": "/api/v1/server/*", "nth": 1}, "fault": "reset_after"}]
    )
    decided = instance.run(FOLLOW, follower=host, state="accepted")
    assert decided.changed and decided["follow"]["state"] == "accepted"
    assert decided.writes == [f"POST /server/followers/peertube%40{host}/accept"] * 2


def test_follow_beyond_one_page_is_found(instance: Instance, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "COUNT", 2)
    for part in ("", "a.", "b.", "c."):
        follower(instance, part + host)
    # The newest ones come first.
    assert instance.run(FOLLOW, follower=host, state="accepted").requests[:2] == [FOLLOWERS] * 2
    for part in ("", "a.", "b.", "c."):
        assert instance.run(FOLLOW, follower=part + host, state="absent").changed


def test_mistakes_and_errors(instance: Instance, host: str) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"following": "https://video.example"}, "following: 'https://video.example' is not the name of a server"),
        ({"following": "films@"}, "following: 'films@' is not a name"),
        ({"following": host, "state": "accepted"}, "state: with following, it is one of present, absent."),
        ({"follower": host}, "state: with follower, it is one of accepted, rejected, absent."),
        ({"following": host, "wait_timeout": 0}, "wait_timeout: it must be more than 0 s"),
    ]
    for options, words in cases:
        refused = instance.run(FOLLOW, **options)
        check_refused(refused, words)
        assert refused.requests == []
    unreachable = instance.run(FOLLOW, following="nowhere.example", wait_timeout=1.5)
    assert unreachable.error["kind"] == "job_timeout" and "nowhere.example is not in the list" in unreachable.msg
    missing = instance.run(FOLLOW, follower=host, state="accepted")
    assert missing.error["kind"] == "not_found" and "It must ask to follow this instance first." in missing.msg
    assert instance.run(FOLLOW, check=True, follower=host, state="accepted").changed
    assert not instance.run(FOLLOW, follower=host, state="absent").changed
    assert instance.run(FOLLOW, following=host, **login_of(instance.add_user(role=1))).error["status"] == 403


def test_instance_without_https_is_said_at_once(instance: Instance) -> None:
    refused = instance.run(FOLLOW, following="other.example")
    assert refused.error["kind"] == "server_error" and refused.writes == ["POST /server/following"]
    assert "Cannot follow on a non HTTPS web server." in refused.msg and "must have HTTPS" in refused.msg


def test_in_a_play(peertube: SandboxProcess, host: str, tmp_path: Path) -> None:
    follow = task(FOLLOW, following=host)
    first, again = Player(peertube, tmp_path).play([follow, follow])
    assert first.changed and not again.changed and again.writes == []
