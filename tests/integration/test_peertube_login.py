# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_token`` and ``peertube_api``: one login for all processes, its renewal, errors, and no secret shown."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import stat
import struct
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.launcher import SandboxProcess
from tests.support.children import Child, connection, run_module
from tests.support.leaks import files_in, leaks, usual_forms
from tests.support.peertube import Person
from tests.support.playing import BOTH_WAYS, Player, task

LOGIN = ["GET /oauth-clients/local", "POST /users/token", "GET /users/me"]
DAY = 24 * 3600


def sent(server: SandboxProcess, since: int) -> list[str]:
    """Return the requests that the sandbox logged since then."""
    return [
        f"{exchange['method']} {exchange['path'].removeprefix('/api/v1')}" for exchange in server.exchanges()[since:]
    ]


def logins(server: SandboxProcess, since: int) -> list[str]:
    """Return the grant type of each request for tokens since then."""
    return [
        "refresh" if "grant_type=refresh_token" in exchange["request_body"] else "password"
        for exchange in server.exchanges()[since:]
        if exchange["path"] == "/api/v1/users/token"
    ]


def call(server: SandboxProcess, state: Path, **options: Any) -> dict[str, Any]:
    return run_module("peertube_api", {**connection(server, state), "path": "/users/me", **options})


def at_once(server: SandboxProcess, state: Path, number: int) -> list[dict[str, Any]]:
    """Return the results of this number of processes that read the own user at the same time."""
    options = {**connection(server, state), "path": "/users/me"}
    children = [Child("peertube_api", options).start() for _number in range(number)]
    results = [child.result() for child in children]
    return [result or {"failed": True} for result in results]


def stored(state: Path) -> dict[str, Any]:
    (entry,) = (state / "logins").glob("*.json")
    content: dict[str, Any] = json.loads(entry.read_text())
    return content


def new_user(server: SandboxProcess, state: Path) -> dict[str, str]:
    """Create a user and return the options to log in as that user."""
    name, password = "u" + secrets.token_hex(4), secrets.token_urlsafe(12)
    body = {"username": name, "email": f"{name}@example.com", "role": 2}
    made = call(server, state, method="POST", path="/users", body=body, secret_body={"password": password})
    assert made["status"] == 200, made
    return {"api_user": name, "api_password": password}


def test_ten_processes_log_in_once_and_later_tasks_not_at_all(peertube: SandboxProcess, tmp_path: Path) -> None:
    since = len(peertube.exchanges())
    results = at_once(peertube, tmp_path, 10)
    assert [result.get("status") for result in results] == [200] * 10, results
    assert logins(peertube, since) == ["password"]
    assert sent(peertube, since).count("GET /users/me") == 11
    since = len(peertube.exchanges())
    assert call(peertube, tmp_path)["data"]["username"] == "root"
    assert sent(peertube, since) == ["GET /users/me"]
    (entry,) = (tmp_path / "logins").glob("*.json")
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600


@pytest.mark.parametrize("peertube", ["6.3"], indirect=True)
def test_play_of_30_tasks_by_ten_processes_logs_in_once(peertube: SandboxProcess, tmp_path: Path) -> None:
    since = len(peertube.exchanges())
    reading = [task("peertube_api", path=path) for path in ("/users/me", "/config", "/video-channels")]
    hosts = "\n".join(f"host{number} ansible_connection=local" for number in range(10))
    played = Player(peertube, tmp_path).play(reading, hosts="all", inventory=hosts, words=["--forks", "10"])
    assert [result.ok["status"] for result in played] == [200] * 30
    assert logins(peertube, since) == ["password"]


def test_two_processes_with_an_expired_token_refresh_once(peertube: SandboxProcess, tmp_path: Path) -> None:
    call(peertube, tmp_path)
    before = stored(tmp_path)
    peertube.advance(DAY)
    since = len(peertube.exchanges())
    results = at_once(peertube, tmp_path, 2)
    assert [result.get("status") for result in results] == [200, 200], results
    assert logins(peertube, since) == ["refresh"]
    after = stored(tmp_path)
    assert not {before["access"], before["refresh"]} & {after["access"], after["refresh"]}


def test_dead_refresh_token_leads_to_a_new_login(peertube: SandboxProcess, tmp_path: Path) -> None:
    call(peertube, tmp_path)
    header = {"Authorization": f"Bearer {stored(tmp_path)['access']}"}
    assert requests.post(f"{peertube.url}/api/v1/users/revoke-token", headers=header, timeout=10).status_code == 200
    since = len(peertube.exchanges())
    assert call(peertube, tmp_path)["status"] == 200
    assert logins(peertube, since) == ["refresh", "password"]


def test_lost_answer_to_a_refresh_leads_to_a_new_login(peertube: SandboxProcess, tmp_path: Path) -> None:
    call(peertube, tmp_path)
    peertube.advance(DAY)
    peertube.set_faults(
        [{"match": {"method": "POST", "path": "/api/v1/users/token", "nth": 1}, "fault": "reset_after"}]
    )
    since = len(peertube.exchanges())
    assert call(peertube, tmp_path)["status"] == 200
    assert logins(peertube, since) == ["refresh", "refresh", "password"]


def test_failed_login_leaves_no_doubt_about_the_call(peertube: SandboxProcess, tmp_path: Path) -> None:
    broken = {"match": {"method": "POST", "path": "/api/v1/users/token"}, "fault": "status", "status": 503}
    peertube.set_faults([broken])
    since = len(peertube.exchanges())
    failed = call(peertube, tmp_path, method="POST", path="/video-channels", body={"name": "films"}, retry_timeout=1)
    assert failed["error"]["kind"] == "server_error" and failed["error"]["status"] == 503, failed
    assert "POST /video-channels" not in sent(peertube, since)


def test_other_401s_are_no_dead_token(peertube: SandboxProcess, tmp_path: Path) -> None:
    user = new_user(peertube, tmp_path)
    assert call(peertube, tmp_path, **user)["status"] == 200
    since = len(peertube.exchanges())
    wrong = {"currentPassword": "not-the-password", "password": "another-Password1"}
    refused = call(peertube, tmp_path, **user, method="PUT", secret_body=wrong)
    assert (refused["error"]["status"], refused["error"]["code"]) == (401, "current_password_is_invalid")
    listed = call(peertube, tmp_path, **user, path="/videos", query={"include": 0, "isLocal": "true"})
    assert (listed["error"]["status"], listed["error"]["code"]) == (401, None)
    assert sent(peertube, since) == ["PUT /users/me", "GET /videos"]


def spend(peertube: SandboxProcess) -> None:
    """Send requests without credentials until none is left in this window."""
    peertube.control("PUT", "ratelimit/reset")
    with requests.Session() as session:
        while session.get(f"{peertube.url}/api/v1/config", timeout=10).headers["X-RateLimit-Remaining"] != "0":
            pass


def test_users_are_paced_and_administrators_are_not(peertube: SandboxProcess, tmp_path: Path) -> None:
    user = new_user(peertube, tmp_path)
    call(peertube, tmp_path, **user)
    spend(peertube)
    assert call(peertube, tmp_path, path="/config")["status"] == 200
    blocked = call(peertube, tmp_path, **user, rate_limit_timeout=1)
    assert blocked["error"]["kind"] == "rate_limited", blocked


def test_errors_say_what_to_do(peertube: SandboxProcess, tmp_path: Path) -> None:
    version = requests.get(f"{peertube.url}/api/v1/config", timeout=10).json()["serverVersion"]
    cases: list[tuple[dict[str, Any], str | None, str]] = [
        ({"path": "/nothing"}, None, f"this server has no such call (version {version})."),
        ({"api_user": "nobody"}, "invalid_grant", "Check api_user (PEERTUBE_API_USER)"),
        ({"api_token": "0" * 40}, "invalid_token", "Check api_token (PEERTUBE_API_TOKEN)"),
    ]
    for options, code, hint in cases:
        failed = call(peertube, tmp_path, **options)
        assert failed["error"]["code"] == code and hint in failed["msg"], failed
    refused = call(peertube, tmp_path, path="/videos", query={"count": 101})
    assert [item["error_code"] for item in refused["error"]["validation_errors"]] == ["count"]
    for path in ("/users/token", "/api/v1/users/revoke-token"):
        assert "Use reseller.toolkit.peertube_token" in call(peertube, tmp_path, path=path)["msg"]
    empty = call(peertube, tmp_path, api_password="")
    assert empty["error"]["kind"] == "invalid_option"


def test_second_factor_is_asked_for_once(peertube: SandboxProcess, tmp_path: Path) -> None:
    user = new_user(peertube, tmp_path)
    me = call(peertube, tmp_path, **user)["data"]["id"]
    path = f"/users/{me}/two-factor"
    current = {"currentPassword": user["api_password"]}
    asked = call(peertube, tmp_path, **user, method="POST", path=f"{path}/request", secret_body=current)
    assert asked["data"]["otpRequest"]["secret"].startswith("VALUE_SPECIFIED") and "otpauth" not in json.dumps(asked)
    token = Person(peertube, user["api_user"], user["api_password"]).token
    header = {"Authorization": f"Bearer {token}"}
    request = requests.post(f"{peertube.url}/api/v1{path}/request", json=current, headers=header, timeout=10).json()
    secret = request["otpRequest"]["secret"]
    confirm = {"requestToken": request["otpRequest"]["requestToken"], "otpToken": totp(secret, peertube)}
    done = requests.post(f"{peertube.url}/api/v1{path}/confirm-request", json=confirm, headers=header, timeout=10)
    assert done.status_code == 204
    assert run_module("peertube_token", {**connection(peertube, tmp_path), **user, "state": "absent"})["changed"]
    assert "Set otp (PEERTUBE_OTP)" in call(peertube, tmp_path, **user)["msg"]
    wrong = call(peertube, tmp_path, **user, otp="000000")
    assert wrong["error"]["code"] == "invalid_two_factor"
    assert call(peertube, tmp_path, **user, otp=totp(secret, peertube))["status"] == 200
    assert call(peertube, tmp_path, **user)["status"] == 200


def totp(secret: str, server: SandboxProcess) -> str:
    """Return the current code (RFC 6238), by the clock of the sandbox."""
    counter = struct.pack(">Q", int(server.control("GET", "clock")["now"]) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@pytest.mark.parametrize("status", [400, 401, 403, 500])
@pytest.mark.parametrize("peertube", ["8.2"], indirect=True)
def test_password_that_a_server_repeats_is_not_shown(peertube: SandboxProcess, tmp_path: Path, status: int) -> None:
    user = {"api_user": "ada", "api_password": 'Geheim-71 %"é/'}
    said = " ".join(sorted(usual_forms(user["api_password"])))
    repeated = {"type": "about:blank", "title": said, "detail": said, "code": said, "status": status}
    token = {"method": "POST", "path": "/api/v1/users/token"}
    peertube.set_faults([{"match": token, "fault": "status", "status": status, "body": repeated}])
    failed = call(peertube, tmp_path, **user, retry_timeout=0.1)
    assert failed["error"]["status"] == status, failed
    shown = {"the result": json.dumps(failed).encode(), **files_in(tmp_path)}
    assert leaks({"the password": user["api_password"]}, shown) == []


def test_unusable_folder_costs_a_login_for_each_task_and_says_so(peertube: SandboxProcess, tmp_path: Path) -> None:
    (tmp_path / "logins").write_text("in the way")
    result = call(peertube, tmp_path)
    assert result["status"] == 200
    assert [text for text in result["warnings"] if text.startswith("The login can't be stored in ")]


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_token_logs_in_and_out_and_shows_no_secret(peertube: SandboxProcess, tmp_path: Path, in_process: bool) -> None:
    player = Player(peertube, tmp_path)
    api = "peertube_api"
    change = task(api, method="PUT", path="/users/me", body={"description": "The studio"})
    played = player.play(
        [
            task("peertube_token", check=True),
            task("peertube_token"),
            task("peertube_token"),
            task(api, path="/users/me"),
            change | {"check_mode": True},
            change,
            task("peertube_token", api_user="nobody", state="absent"),
        ],
        in_process=in_process,
    )
    results = list(played)
    assert [result.ok["changed"] for result in results] == [True, True, False, False, True, True, False]
    assert results[0].requests == [] and results[4].requests == []
    assert results[2]["login"] == {"username": "root", "role": "administrator"}
    kept = stored(player.state_dir)
    tokens = {"access": kept["access"], "refresh": kept["refresh"]}
    logout = task("peertube_token", state="absent")
    ended = player.play([logout | {"check_mode": True}, logout, logout], in_process=in_process)
    assert [result.ok["changed"] for result in ended] == [True, True, False]
    header = {"Authorization": f"Bearer {tokens['access']}"}
    assert requests.get(f"{peertube.url}/api/v1/users/me", headers=header, timeout=10).status_code == 401
    shown = {
        "output": (played.output + ended.output).encode(),
        **{name: text for name, text in files_in(tmp_path).items() if "/logins/" not in name},
    }
    assert leaks(tokens, shown) == []
