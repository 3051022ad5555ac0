# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube modules at ``-vvvv`` with ``--diff``, on success, on failure and with tracebacks: no secret leaks.

`Player` searches for what the play was given; here also for what the server made: tokens of logins, keys of streams,
tokens of runners, and secrets of second factors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.sandbox.peertube.media import mp4
from tests.support.leaks import Watch, files_in, leaks, usual_forms
from tests.support.peertube import Person
from tests.support.playing import BOTH_WAYS, Player, PlayResult, Task, task

pytestmark = [pytest.mark.faults, pytest.mark.row(32, "any")]

SECRETS = {
    "user_password": 'Usr0 "geheim91"\\/é',
    "own_password": "Own0geheim92/=&",
    "film_password": "Flm0geheim93=%",
}
#: The requests that send secrets.
SENT_TO = {
    "POST /users": "user_password",
    "PUT /users/me": "own_password",
    "POST /videos/upload": "film_password",
}
OWNER: dict[str, Any] = {"api_user": "ada", "api_password": "{{ user_password }}"}


@pytest.fixture(params=["6.3", "8.2"])
def server(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    words = ("--peertube-version", request.param)
    with SandboxProcess(*words, service="peertube", api_key="root", api_secret="Root-geheim-95/+") as sandbox:
        yield sandbox


@pytest.fixture
def player(server: SandboxProcess, tmp_path: Path) -> Player:
    made = Player(server, tmp_path / "runs")
    for name, value in SECRETS.items():
        made.secret(name, value)
    (tmp_path / "film.mp4").write_bytes(mp4(2_000))
    return made


def tasks_with_secrets(film: Path) -> list[Task]:
    """Return tasks that send each secret, and read those that the server makes."""
    return [
        task("peertube_user", username="ada", email="ada@example.com", password="{{ user_password }}"),
        task("peertube_profile", password="{{ own_password }}", current_password="{{ user_password }}", **OWNER),
        task(
            "peertube_video",
            channel="root_channel",
            name="For some people",
            path=str(film),
            privacy="password_protected",
            passwords=["{{ film_password }}"],
            wait=False,
        ),
        task("peertube_live", name="Weekly", channel="root_channel"),
        task("peertube_runner", registration_tokens=2),
        task("peertube_info", gather=["custom_config", "runner_registration_tokens", "me"]),
        task("peertube_api", path="/users/me"),
        task("peertube_api", path="/runners/registration-tokens"),
        task("peertube_user", username="ada", password="{{ user_password }}", update_password="always"),
        task(
            "peertube_api",
            method="POST",
            path="/users/{{ me.data.id }}/two-factor/request",
            secret_body={"currentPassword": "{{ user_password }}"},
            **OWNER,
        ),
    ]


def made_by(server: SandboxProcess, state: Path) -> dict[str, str]:
    """Return the secrets that the server made, by what they are."""
    root = Person(server)
    found: dict[str, str] = {}
    for path in (state / "logins").glob("*.json"):
        kept = json.loads(path.read_text())
        found |= {f"{name} token of {path.name}": kept[name] for name in ("access", "refresh")}
    for token in root.json("/runners/registration-tokens")["data"]:
        found[f"runner token {token['id']}"] = token["registrationToken"]
    for video in root.json("/users/me/videos")["data"]:
        if video["isLive"]:
            found["stream key"] = root.json(f"/videos/live/{video['uuid']}")["streamKey"]
    for exchange in server.exchanges():
        if exchange["path"].endswith("/two-factor/request") and exchange["status"] == 200:
            found["otp"] = json.loads(exchange["response_body"])["otpRequest"]["secret"]
    return found


def watched(player: Player, tasks: list[Task], **play: Any) -> PlayResult:
    """Run a play, and check that no secret shows in its output, in our files and in command lines."""
    player.starts_anew = True
    with Watch([player.state_dir, player.temporary]) as watch:
        played = player.play(tasks, **play)
    seen = {**files_in(player.folder), **watch.seen}
    # Where logins are kept, with the mode 0600.
    texts = {name: text for name, text in seen.items() if "/logins/" not in name and "AnsiballZ_" not in name}
    secrets = {**player.secrets, **made_by(player.sandbox, player.state_dir)}
    assert leaks(secrets, {"the output": played.output.encode(), **texts}) == []
    return played


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_tasks_that_succeed(player: Player, tmp_path: Path, in_process: bool) -> None:
    tasks = tasks_with_secrets(tmp_path / "film.mp4")
    me = task("peertube_api", path="/users/me", **OWNER) | {"register": "me"}
    played = watched(player, [*tasks[:-1], me, tasks[-1]], in_process=in_process)
    assert [result.outcome for result in played.results] == ["ok"] * (len(tasks) + 1), played.output
    made = made_by(player.sandbox, player.state_dir)
    assert {"stream key", "otp", "runner token 1"} <= made.keys() and len(made) >= 7


@pytest.mark.parametrize("in_process", BOTH_WAYS)
@pytest.mark.parametrize("fault", ["refused", "failed", "not JSON"])
def test_tasks_that_fail(player: Player, tmp_path: Path, fault: str, in_process: bool) -> None:
    """The server repeats what it was sent, in all forms; the user wants tracebacks."""
    rules = []
    for target, name in SENT_TO.items():
        method, _space, path = target.partition(" ")
        said = " ".join(sorted(usual_forms(SECRETS[name])))
        problem = {"type": "about:blank", "title": said, "detail": said, "code": said, "invalid-params": {said: {}}}
        kinds: dict[str, dict[str, Any]] = {
            "refused": {"fault": "status", "status": 400, "body": problem},
            "failed": {"fault": "status", "status": 500, "body": problem},
            "not JSON": {"fault": "not_json", "body": f"<html>{said}</html>"},
        }
        rules.append({"match": {"method": method, "path": f"/api/v1{path}"}, **kinds[fault]})
    player.sandbox.set_faults(rules)
    player.shows_tracebacks = True
    tasks = [one | {"ignore_errors": True} for one in tasks_with_secrets(tmp_path / "film.mp4")[:3]]
    impatient = {"group/reseller.toolkit.peertube": {"retry_timeout": 1}}
    video = {"reseller.toolkit.peertube_video": {"settle_time": 0.5, "upload_timeout": 2}}
    env = {"ANSIBLE_DISPLAY_TRACEBACK": "always"}
    played = watched(player, tasks, in_process=in_process, env=env, module_defaults={**impatient, **video})
    assert len(played.results) == len(tasks)
    assert fault == "not JSON" or "failed" in [result.outcome for result in played.results], played.output
