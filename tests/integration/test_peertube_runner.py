# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_runner``: registration tokens are created, listed and removed; runners are listed and removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from tests.support.peertube import Instance, check_life, check_refused, login_of, new_name
from tests.support.playing import BOTH_WAYS, Player, task

MODULE = "peertube_runner"
TOKENS, RUNNERS = "GET /runners/registration-tokens", "GET /runners"
GENERATE = "POST /runners/registration-tokens/generate"


def tokens_of(instance: Instance) -> list[dict[str, Any]]:
    """Return the registration tokens that the server has, the oldest first."""
    found: list[dict[str, Any]] = instance.get("/runners/registration-tokens", sort="createdAt", count=100)["data"]
    return found


@pytest.fixture(autouse=True)
def one_token(instance: Instance) -> None:
    """Only the oldest token exists when a test begins, whatever other tests created."""
    while spare := tokens_of(instance)[1:]:
        for token in spare:
            instance.person().write("DELETE", f"/runners/registration-tokens/{token['id']}")


def register(instance: Instance, token: str) -> str:
    """Register a runner as its command does; return the name."""
    name = new_name()
    body = {"registrationToken": token, "name": name, "description": "In the basement"}
    instance.send("POST", "/runners/register", None, json=body).raise_for_status()
    return name


def test_tokens_are_created_listed_and_removed(instance: Instance) -> None:
    before = tokens_of(instance)
    made = check_life(instance, MODULE, registration_tokens=len(before) + 2)
    assert made.writes == [GENERATE] * 2
    assert made["diff"]["after"] == {"registration_tokens": len(before) + 2}
    now = tokens_of(instance)
    assert [token["id"] for token in made["registration_tokens"]] == [token["id"] for token in now]
    listed = instance.run(MODULE)
    assert not listed.changed and listed.requests == [TOKENS, RUNNERS]
    texts = [token["registrationToken"] for token in now]
    for result in (made, listed):
        assert not any(text in str(result.data) for text in texts)
    shown = instance.run(MODULE, show_tokens=True)
    assert [token["registration_token"] for token in shown["registration_tokens"]] == texts
    # More than that is no reason to remove one.
    assert not instance.run(MODULE, registration_tokens=1).changed

    last, other = now[-1], now[-2]
    by_text = check_life(instance, MODULE, registration_token=last["registrationToken"], state="absent")
    assert by_text.requests == [TOKENS, f"DELETE /runners/registration-tokens/{last['id']}"]
    assert by_text["token"] is None and last["registrationToken"] not in str(by_text.data)
    by_id = check_life(instance, MODULE, registration_token_id=other["id"], state="absent")
    assert other["registrationToken"] not in str(by_id.data)
    assert tokens_of(instance) == before


def test_runners_are_listed_and_removed(instance: Instance) -> None:
    token = tokens_of(instance)[0]["registrationToken"]
    first, second = (register(instance, token) for _time in range(2))
    listed = {runner["name"]: runner for runner in instance.run(MODULE)["runners"]}
    assert {first, second} <= listed.keys()
    assert listed[first]["description"] == "In the basement" and listed[first]["last_contact"]
    assert "runner_token" not in listed[first]
    removed = check_life(instance, MODULE, name=first, state="absent")
    assert removed.requests == [RUNNERS, f"DELETE /runners/{listed[first]['id']}"] and removed["runner"] is None
    assert removed["diff"]["before"]["name"] == first
    names = [runner["name"] for runner in instance.get("/runners", count=100)["data"]]
    assert first not in names and second in names


def test_token_takes_its_runners_with_it(instance: Instance) -> None:
    instance.run(MODULE, registration_tokens=len(tokens_of(instance)) + 1)
    token = tokens_of(instance)[-1]
    name = register(instance, token["registrationToken"])
    assert tokens_of(instance)[-1]["registeredRunnersCount"] == 1
    assert instance.run(MODULE, registration_token_id=token["id"], state="absent").changed
    assert name not in [runner["name"] for runner in instance.get("/runners", count=100)["data"]]


def test_lost_answers_create_one_token(instance: Instance) -> None:
    for fault in ("reset_before", "reset_after"):
        before = len(tokens_of(instance))
        match = {"method": "POST", "path": "/api/v1/runners/registration-tokens/generate", "nth": 1}
        instance.server.set_faults([{"match": match, "fault": fault}])
        assert instance.run(MODULE, registration_tokens=before + 1).changed
        instance.server.set_faults([])
        assert len(tokens_of(instance)) == before + 1


def test_all_pages_count(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "COUNT", 1)
    number = len(tokens_of(instance)) + 1
    made = instance.run(MODULE, registration_tokens=number)
    assert made.writes == [GENERATE] and len(made["registration_tokens"]) == number
    assert not instance.run(MODULE, registration_tokens=number).changed
    names = [register(instance, tokens_of(instance)[0]["registrationToken"]) for _time in range(2)]
    for name in names:
        assert instance.run(MODULE, name=name, state="absent").changed
    assert not {runner["name"] for runner in instance.get("/runners")["data"]} & {*names}


def test_refusals(instance: Instance) -> None:
    for options, word in (
        ({"name": "one"}, "name: it requires state: absent"),
        ({"registration_token": "ptrrt-1"}, "registration_token: it requires state: absent"),
        ({"state": "absent"}, "state: absent requires one of name, registration_token, registration_token_id"),
        ({"state": "absent", "name": "one", "registration_token_id": 1}, "absent requires one of"),
        (
            {"state": "absent", "name": "one", "registration_tokens": 1},
            "registration_tokens: it requires state: present",
        ),
        ({"state": "absent", "name": ""}, "name"),
        ({"state": "absent", "registration_token_id": 0}, "registration_token_id"),
        ({"registration_tokens": -1}, "registration_tokens"),
        ({"registration_tokens": 101}, "registration_tokens"),
    ):
        refused = instance.run(MODULE, **options)
        check_refused(refused, word)
        assert refused.requests == []
    moderator = login_of(instance.add_user(role=1))
    assert instance.run(MODULE, **moderator).error["status"] == 403
    before = len(tokens_of(instance))
    rule = {"match": {"method": "POST", "path": "*/generate"}, "fault": "status", "status": 403}
    instance.server.set_faults([rule])
    assert instance.run(MODULE, registration_tokens=before + 1).error["status"] == 403
    # Whether a token whose text can't be read is the one is unknown.
    rule = {"match": {"path": "*/registration-tokens"}, "fault": "property", "at": "$.data[*].registrationToken"}
    instance.server.set_faults([rule])
    unclear = instance.run(MODULE, registration_token="ptrrt-nothing", state="absent")
    assert unclear.error["kind"] == "unproven" and unclear.writes == []


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_in_a_play(instance: Instance, tmp_path: Path, in_process: bool) -> None:
    """No token shows at -vvvv, in either way to run."""
    number = len(tokens_of(instance)) + 1
    player = Player(instance.server, tmp_path)
    made, again = player.play(
        [task(MODULE, registration_tokens=number) for _time in range(2)],
        in_process=in_process,
    )
    assert made.changed and not again.changed
    tokens = tokens_of(instance)
    last = tokens[-1]["registrationToken"]
    for name, token in enumerate(tokens):
        player.secret(f"token{name}", token["registrationToken"])
    removed, gone = player.play(
        [task(MODULE, registration_token=f"{{{{ token{len(tokens) - 1} }}}}", state="absent") for _time in range(2)],
        in_process=in_process,
    )
    assert removed.changed and not gone.changed and last not in str(made.data)
