# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PeerTube sandbox as tests use it: modules without a play, and calls without the collection."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import requests

from sandbox.launcher import SandboxProcess
from tests.support.children import connection, run_module
from tests.support.playing import Result

PASSWORD = "Vid0geheim81"
"""The password of users that tests create."""
LOGIN = {"/api/v1/oauth-clients/local", "/api/v1/users/token"}


def new_name() -> str:
    """Return a name of a user or a channel that no other test uses."""
    return "u" + secrets.token_hex(4)


class Instance:
    """A PeerTube sandbox for one test.

    Args:
        server: the sandbox.
        folder: where modules keep their state.
    """

    def __init__(self, server: SandboxProcess, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self._tokens: dict[str, str] = {}
        # The login of root, so that the requests of a module are its own.
        run_module("peertube_token", connection(server, folder))

    def run(self, module: str, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module as root, unless the options say otherwise; the result also has its ``requests``."""
        since = len(self.server.exchanges())
        result = run_module(module, {**connection(self.server, self._folder), **options}, check_mode=check)
        sent = [
            f"{exchange['method']} {exchange['path'].removeprefix('/api/v1')}"
            for exchange in self.server.exchanges()[since:]
            if exchange["path"] not in LOGIN
        ]
        return {**result, "requests": sent}

    def result(self, module: str, *, check: bool = False, **options: Any) -> Result:
        """Run a module as a task, and return its result as `Player` does. Options that are None are left out."""
        given = {name: value for name, value in options.items() if value is not None}
        login: dict[str, Any] = {name: given[name] for name in ("api_user", "api_password") if name in given}
        if login:
            # The requests that log in are not those of the module.
            run_module("peertube_token", {**connection(self.server, self._folder), **login})
        since = len(self.server.exchanges())
        data = run_module(module, {**connection(self.server, self._folder), **given}, check_mode=check)
        exchanges = self.server.exchanges()[since:]
        sent = [f"{exchange['method']} {exchange['path'].removeprefix('/api/v1')}" for exchange in exchanges]
        return Result("failed" if data.get("failed") else "ok", module, module, data, sent, exchanges)

    def last_body(self) -> str:
        """Return the body of the last request."""
        body: str = self.server.exchanges()[-1]["request_body"]
        return body

    def log_in(self, user: str, password: str) -> requests.Response:
        """Return the response to a login from elsewhere."""
        url = f"{self.server.url}/api/v1"
        client = requests.get(f"{url}/oauth-clients/local", timeout=10).json()
        form = {**client, "grant_type": "password", "username": user, "password": password}
        return requests.post(f"{url}/users/token", data=form, timeout=10)

    def send(self, method: str, path: str, user: str | None = "root", **options: Any) -> requests.Response:
        """Return the response to a request without the collection.

        Args:
            method: the HTTP method.
            path: below the version.
            user: who sends it: root, a user with the password of tests, or nobody.
            options: further options of ``requests.request``.
        """
        headers = {} if user is None else {"Authorization": f"Bearer {self._token(user)}"}
        return requests.request(method, f"{self.server.url}/api/v1{path}", headers=headers, timeout=10, **options)

    def get(self, path: str, **query: Any) -> Any:
        """Return what root reads at a path."""
        response = self.send("GET", path, params=query)
        response.raise_for_status()
        return response.json()

    def add_user(self, name: str | None = None, role: int = 2) -> str:
        """Create a user with the password of tests, and return the name."""
        name = name or new_name()
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "role": role}
        self.send("POST", "/users", json=body).raise_for_status()
        return name

    def _token(self, user: str) -> str:
        if user not in self._tokens:
            password = self.server.api_secret if user == self.server.api_key else PASSWORD
            self._tokens[user] = self.log_in(user, password).json()["access_token"]
        return self._tokens[user]


def login_of(user: str) -> dict[str, Any]:
    """Return the options to log in as a user with the password of tests."""
    return {"api_user": user, "api_password": PASSWORD}


def check_refused(result: Result, *words: str) -> None:
    """Check that a task failed because of its options, naming these words, and wrote nothing."""
    assert result.error["kind"] == "invalid_option", result.data
    assert [word for word in words if word not in result.msg] == [], result.msg
    assert result.writes == []


def check_life(instance: Instance, module: str, **options: Any) -> Result:
    """Run a module in check mode, for real and again, and return the result of the first real run.

    Check mode and the second run must write nothing; check mode must predict the result.
    """
    predicted = instance.result(module, check=True, **options)
    made = instance.result(module, **options)
    again = instance.result(module, **options)
    assert predicted.changed and predicted.writes == [], predicted.data
    assert made.changed and made.writes, made.data
    assert predicted["diff"] == made["diff"] and made["diff"]["before"] != made["diff"]["after"]
    assert not again.changed and again.writes == [], again.data
    return made
