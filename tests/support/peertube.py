# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run PeerTube modules in this process against a sandbox, which takes no time for Ansible's start."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import requests

from sandbox.launcher import SandboxProcess
from tests.support.children import connection, run_module
from tests.support.playing import Result

FILM = b"\0\0\0\x18ftypmp42" + bytes(60)
"""The beginning of a video file, enough for the sandbox."""


class Instance:
    """A PeerTube sandbox, and a state folder of one test.

    Args:
        server: the sandbox.
        state: the state folder.
    """

    def __init__(self, server: SandboxProcess, state: Path) -> None:
        self.server = server
        self.state = state

    def run(self, module: str, *, check: bool = False, **options: Any) -> Result:
        """Run a module as the administrator, or as the options say; requests that log in are left out of the result.

        Args:
            module: its short name.
            check: whether to run in check mode.
            options: as a user gives them. Those that are None are left out.
        """
        before = len(self.server.exchanges())
        given = {name: value for name, value in options.items() if value is not None}
        # Not from here: the first login reads the role of the user.
        is_new = not any((self.state / "logins").glob("*.json")) or "api_user" in given
        if is_new and module != "peertube_token":
            login: dict[str, Any] = {name: given[name] for name in ("api_user", "api_password") if name in given}
            run_module("peertube_token", {**connection(self.server, self.state), **login})
            before = len(self.server.exchanges())
        data = run_module(module, {**connection(self.server, self.state), **given}, check_mode=check)
        exchanges = self.server.exchanges()[before:]
        requests = [f"{exchange['method']} {exchange['path'].removeprefix('/api/v1')}" for exchange in exchanges]
        return Result("failed" if data.get("failed") else "ok", module, module, data, requests, exchanges)

    def call(self, path: str, method: str = "GET", body: Any = None, **options: Any) -> Any:
        """Return what the API answers to a call, which must succeed, as JSON with the API's own names."""
        made = self.run("peertube_api", method=method, path=path, body=body, **options)
        return made.ok["data"]

    def new_user(self, role: int = 2, name: str = "") -> dict[str, str]:
        """Create a user and return the options to log in as that user."""
        name, password = name or "u" + secrets.token_hex(4), secrets.token_urlsafe(12)
        body = {"username": name, "email": f"{name}@example.com", "role": role}
        self.call("/users", "POST", body, secret_body={"password": password})
        return {"api_user": name, "api_password": password}

    def token(self, user: dict[str, str] | None = None) -> str:
        """Return an access token of a user, by default of the administrator, from a login elsewhere."""
        given = user or {"api_user": self.server.api_key, "api_password": self.server.api_secret}
        url = f"{self.server.url}/api/v1"
        client = requests.get(f"{url}/oauth-clients/local", timeout=10).json()
        names = {"username": given["api_user"], "password": given["api_password"]}
        answer = requests.post(f"{url}/users/token", data={**client, "grant_type": "password", **names}, timeout=10)
        found: str = answer.json()["access_token"]
        return found

    def direct(self, user: dict[str, str] | None = None) -> requests.Session:
        """Return a session that is logged in as a user: the cheapest way to fill a list."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token(user)}"
        return session

    def new_video(self, name: str, user: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
        """Upload a public video to the first channel of a user, by default of the administrator; return its ids."""
        session, url = self.direct(user), f"{self.server.url}/api/v1"
        channel = session.get(f"{url}/users/me", timeout=10).json()["videoChannels"][0]["id"]
        form = {"name": name, "channelId": channel, "privacy": 1, **fields}
        file = ("film.mp4", FILM, "video/mp4")
        answer = session.post(f"{url}/videos/upload", data=form, files={"videofile": file}, timeout=10)
        assert answer.status_code == 200, answer.text
        video: dict[str, Any] = answer.json()["video"]
        return video


def check_refused(result: Result, *words: str) -> None:
    """Check that a task failed because of its options, naming these words, and wrote nothing."""
    assert result.error["kind"] == "invalid_option", result.data
    assert [word for word in words if word not in result.msg] == [], result.msg
    assert result.writes == []


def check_again(instance: Instance, module: str, **options: Any) -> Result:
    """Run a module in check mode, for real and again, and return the result of the first real run.

    Check mode and the second run must write nothing; check mode must predict the result.
    """
    predicted = instance.run(module, check=True, **options)
    made = instance.run(module, **options)
    again = instance.run(module, **options)
    assert predicted.changed and predicted.writes == [], predicted.data
    assert made.changed and made.writes, made.data
    assert predicted["diff"] == made["diff"] and made["diff"]["before"] != made["diff"]["after"]
    assert not again.changed and again.writes == [], again.data
    return made


def token_of(server: SandboxProcess, user: str, password: str) -> str:
    """Return an access token of a user, from a login without the collection."""
    client = requests.get(f"{server.url}/api/v1/oauth-clients/local", timeout=10).json()
    form = {**client, "grant_type": "password", "username": user, "password": password}
    answer = requests.post(f"{server.url}/api/v1/users/token", data=form, timeout=10).json()
    token: str = answer["access_token"]
    return token
