# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_registration``: accept, reject and remove the requests of visitors for an account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from tests.support.peertube import PASSWORD, Instance, check_life, check_refused, login_of, new_name
from tests.support.playing import BOTH_WAYS, Player, task

MODULE = "peertube_registration"
READ = "GET /users/registrations"
WELCOME: dict[str, Any] = {"state": "accepted", "moderation_response": "Welcome"}
SORRY: dict[str, Any] = {"state": "rejected", "moderation_response": "No, thank you"}


@pytest.fixture(autouse=True)
def approval(instance: Instance) -> Iterator[None]:
    """Registrations require approval during the test."""
    before = instance.get("/config/custom")
    wanted = {**before, "signup": {**before["signup"], "enabled": True, "requiresApproval": True}}
    instance.send("PUT", "/config/custom", json=wanted).raise_for_status()
    yield
    instance.send("PUT", "/config/custom", json=before).raise_for_status()


def ask(instance: Instance, name: str | None = None) -> str:
    """Ask for an account as a visitor does; return the name."""
    name = name or new_name()
    body = {
        "username": name,
        "email": f"{name}@example.com",
        "password": PASSWORD,
        "registrationReason": "To publish",
        "displayName": "Ada Lovelace",
        "channel": {"name": f"{name}_films", "displayName": "Films of Ada"},
    }
    instance.send("POST", "/users/registrations/request", None, json=body).raise_for_status()
    return name


def registrations(instance: Instance, name: str) -> list[dict[str, Any]]:
    """Return what the server has for a name."""
    found: list[dict[str, Any]] = instance.get("/users/registrations", search=name)["data"]
    return found


def test_accepted_visitor_can_log_in(instance: Instance) -> None:
    name = ask(instance)
    accepted = check_life(instance, MODULE, username=name, **WELCOME)
    (shown,) = registrations(instance, name)
    assert accepted.requests == [READ, f"POST /users/registrations/{shown['id']}/accept"]
    assert accepted.exchanges[-1]["request_body"] == '{"moderationResponse":"Welcome"}'
    assert accepted["diff"] == {"before": {"state": "pending"}, "after": {"state": "accepted"}}
    assert shown["state"]["id"] == 3 and shown["moderationResponse"] == "Welcome"
    assert instance.log_in(name, PASSWORD).status_code == 200
    # A response to an old decision is of no use, and not required.
    for options in ({"state": "accepted"}, {**WELCOME, "moderation_response": "Hello"}):
        again = instance.run(MODULE, username=name, **options)
        assert not again.changed and again.requests == [READ]
        assert again["registration"]["user"] == shown["user"] and again["registration"]["state"] == "accepted"
        assert again["registration"]["registration_reason"] == "To publish"
        assert again["registration"]["channel_handle"] == f"{name}_films"
    for check in (True, False):
        refused = instance.run(MODULE, username=name, check=check, **SORRY)
        assert refused.error["kind"] == "conflict" and refused.writes == []
        assert f"The registration of {name} is accepted already. Remove it" in refused.msg


def test_rejected_visitor_may_ask_again(instance: Instance) -> None:
    name = ask(instance)
    rejected = check_life(instance, MODULE, username=name, prevent_email_delivery=True, **SORRY)
    body = rejected.exchanges[-1]["request_body"]
    assert body == '{"moderationResponse":"No, thank you","preventEmailDelivery":true}'
    assert rejected["registration"]["moderation_response"] == "No, thank you"
    assert instance.log_in(name, PASSWORD).status_code == 400
    assert instance.run(MODULE, username=name, **WELCOME).error["kind"] == "conflict"
    number = rejected["registration"]["id"]
    removed = check_life(instance, MODULE, username=name, state="absent")
    assert removed.requests == [READ, f"DELETE /users/registrations/{number}"] and removed["registration"] is None
    ask(instance, name)
    moderator = login_of(instance.add_user(role=1))
    assert instance.run(MODULE, username=name, **WELCOME, **moderator).changed
    assert instance.run(MODULE, username=name, state="absent", **moderator).changed
    assert instance.log_in(name, PASSWORD).status_code == 200


def test_lost_answers_decide_once(instance: Instance) -> None:
    for wanted in (WELCOME, SORRY):
        for fault in ("reset_before", "reset_after"):
            name = ask(instance)
            match = {"method": "POST", "path": "/api/v1/users/registrations/*", "nth": 1}
            instance.server.set_faults([{"match": match, "fault": fault}])
            decided = instance.run(MODULE, username=name, **wanted)
            instance.server.set_faults([])
            assert decided.changed and decided["registration"]["state"] == wanted["state"]
            assert [one["state"]["label"].lower() for one in registrations(instance, name)] == [wanted["state"]]


def test_decision_of_someone_else_in_the_meantime_is_an_error(instance: Instance) -> None:
    name = ask(instance)
    number = registrations(instance, name)[0]["id"]
    pending = instance.get("/users/registrations", search=name)
    instance.send("POST", f"/users/registrations/{number}/reject", json={"moderationResponse": "No"}).raise_for_status()
    match = {"method": "GET", "path": "/api/v1/users/registrations", "nth": 1}
    instance.server.set_faults([{"match": match, "fault": "edit", "body": pending}])
    assert instance.run(MODULE, username=name, **WELCOME).error["status"] == 409


def test_request_is_found_beyond_the_first_page(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "COUNT", 2)
    name = new_name()
    for number in range(2):
        ask(instance, f"{name}{number}")
    assert instance.run(MODULE, username=name, **WELCOME).error["kind"] == "not_found"
    ask(instance, name)
    assert instance.run(MODULE, username=name, **WELCOME).requests[:2] == [READ] * 2
    assert [one["state"]["id"] for one in registrations(instance, name)].count(3) == 1


def test_refusals(instance: Instance) -> None:
    for options, word in (
        ({"username": "Ada"}, "username"),
        ({"moderation_response": "x"}, "moderation_response: it has 1 characters, but must have 2 to 3000"),
        ({"moderation_response": "x" * 3001}, "moderation_response"),
    ):
        refused = instance.run(MODULE, **{"username": "ada", **WELCOME, **options})
        check_refused(refused, word)
        assert refused.requests == []
    name = ask(instance)
    for response in (None, ""):
        refused = instance.run(MODULE, username=name, state="accepted", moderation_response=response)
        check_refused(refused, "moderation_response: it is required to make a registration accepted")
    assert "peertube_user" in instance.run(MODULE, username=new_name(), **WELCOME).msg
    user = login_of(instance.add_user())
    assert instance.run(MODULE, username=name, **WELCOME, **user).error["status"] == 403
    rule = {"match": {"path": "/api/v1/users/registrations"}, "fault": "property", "at": "$.data[0].state.id"}
    instance.server.set_faults([{**rule, "change": "set", "value": 9}])
    assert instance.run(MODULE, username=name, **WELCOME).error["kind"] == "protocol"


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_in_a_play(instance: Instance, tmp_path: Path, in_process: bool) -> None:
    name = ask(instance)
    played = Player(instance.server, tmp_path).play(
        [
            task(MODULE, username=name, check=True, **WELCOME),
            task(MODULE, username=name, **WELCOME),
            task(MODULE, username=name, **WELCOME),
            task(MODULE, username=name, state="absent"),
            task(MODULE, username=name, **WELCOME),
        ],
        in_process=in_process,
    )
    *decided, missing = played
    assert [result.changed for result in decided] == [True, True, False, True]
    assert missing.error["kind"] == "not_found"
