# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PeerTube sandbox as tests use it: modules without a play, and calls without the collection."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from pathlib import Path
from typing import Any

import requests

from sandbox.launcher import SandboxProcess
from tests.sandbox.peertube.media import mp4
from tests.support.children import connection, run_module
from tests.support.films import MIB
from tests.support.playing import Result

PASSWORD = "Vid0geheim81"
"""The password of users that tests create."""
LOGIN = {"/api/v1/oauth-clients/local", "/api/v1/users/token"}


def new_name() -> str:
    """Return a name of a user or a channel that no other test uses."""
    return "u" + secrets.token_hex(4)


class Person:
    """A user of a PeerTube sandbox, without the collection.

    Each request comes from another address: the limits hold for an address, and those of the tests' own are for
    modules.

    Args:
        server: the sandbox.
        name: who logs in; by default the administrator, and nobody if it is None.
        password: of this user.
    """

    def __init__(self, server: SandboxProcess, name: str | None = "", password: str = PASSWORD) -> None:
        self._url = f"{server.url}/api/v1"
        self._session = requests.Session()
        self.token = ""
        """The access token."""
        if name is not None:
            who = (name, password) if name and name != server.api_key else (server.api_key, server.api_secret)
            self.token = self.log_in(*who).json()["access_token"]
            self._session.headers["Authorization"] = f"Bearer {self.token}"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Return the response to a request.

        Args:
            method: the HTTP method.
            path: below the version.
            options: further options of ``requests.request``.
        """
        address = {"X-Forwarded-For": f"2001:db8::{secrets.randbelow(65536):x}:{secrets.randbelow(65536):x}"}
        return self._session.request(method, self._url + path, headers=address, timeout=30, **options)

    def log_in(self, name: str, password: str) -> requests.Response:
        """Return the response to a login."""
        form = {**self.json("/oauth-clients/local"), "grant_type": "password", "username": name, "password": password}
        return self.send("POST", "/users/token", data=form)

    def json(self, path: str, **query: Any) -> Any:
        """Return the JSON of a read, which must succeed."""
        answer = self.send("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write(self, method: str, path: str, body: Any = None) -> Any:
        """Carry out a write, which must succeed, and return the JSON of the response; None if it is empty."""
        answer = self.send(method, path, json=body)
        assert answer.status_code // 100 == 2, answer.text
        return answer.json() if answer.content else None

    def upload(self, name: str, path: str = "", **fields: Any) -> dict[str, Any]:
        """Upload a public video to the user's first channel, whatever exists, and return its ids.

        Args:
            name: of the video.
            path: the file; a small one by default.
            fields: further fields of the form.
        """
        channel = self.json("/users/me")["videoChannels"][0]["id"]
        content = Path(path).read_bytes() if path else mp4(20_000)
        form = {"name": name, "channelId": channel, "privacy": 1, **fields}
        answer = self.send("POST", "/videos/upload", data=form, files={"videofile": ("film.mp4", content)})
        assert answer.status_code == 200, answer.text
        video: dict[str, Any] = answer.json()["video"]
        return video

    def videos(self, name: str = "") -> list[dict[str, Any]]:
        """Return the user's videos, those of this name if one is given."""
        found = self.json("/users/me/videos", count=100)["data"]
        return [video for video in found if name in ("", video["name"])]

    def stored_hash(self, uuid: str) -> str:
        """Return the SHA-256 of the file that the server stores for a video, read in parts."""
        (file, *_others) = self.json(f"/videos/{uuid}")["files"]
        digest = hashlib.sha256()
        with self._session.get(file["fileUrl"], stream=True, timeout=60) as answer:
            assert answer.status_code == 200, answer.status_code
            for part in answer.iter_content(MIB):
                digest.update(part)
        return digest.hexdigest()


class Instance:
    """A PeerTube sandbox for one test.

    Args:
        server: the sandbox.
        state: the folder where modules keep their state.
    """

    def __init__(self, server: SandboxProcess, state: Path) -> None:
        self.server = server
        self.state = state
        self._people: dict[str | None, Person] = {}
        # The login of root, so that the requests of a module are its own.
        run_module("peertube_token", connection(server, state))

    def run(self, module: str, *, check: bool = False, **options: Any) -> Result:
        """Run a module as a task, and return its result as `Player` does, without the requests that log in.

        The limits are unused when it begins, on the server and as modules remember them.

        Args:
            module: its short name.
            check: whether to run in check mode.
            options: as a user gives them, by default for the administrator. Those that are None are left out.
        """
        self.server.control("PUT", "ratelimit/reset")
        shutil.rmtree(self.state / "pacing", ignore_errors=True)
        given = {name: value for name, value in options.items() if value is not None}
        login: dict[str, Any] = {name: given[name] for name in ("api_user", "api_password") if name in given}
        if login:
            # The first login of a user also reads the role.
            run_module("peertube_token", {**connection(self.server, self.state), **login})
        since = len(self.server.exchanges())
        data = run_module(module, {**connection(self.server, self.state), **given}, check_mode=check)
        exchanges = [exchange for exchange in self.server.exchanges()[since:] if exchange["path"] not in LOGIN]
        sent = [f"{exchange['method']} {exchange['path'].removeprefix('/api/v1')}" for exchange in exchanges]
        return Result("failed" if data.get("failed") else "ok", module, module, data, sent, exchanges)

    def last_body(self) -> str:
        """Return the body of the last request."""
        body: str = self.server.exchanges()[-1]["request_body"]
        return body

    def person(self, name: str | None = "root") -> Person:
        """Return root, a user with the password of tests, or nobody, who send requests without the collection."""
        if name not in self._people:
            self._people[name] = Person(self.server, name)
        return self._people[name]

    def log_in(self, user: str, password: str) -> requests.Response:
        """Return the response to a login from elsewhere."""
        return self.person(None).log_in(user, password)

    def send(self, method: str, path: str, user: str | None = "root", **options: Any) -> requests.Response:
        """Return the response to a request of a person; see `Person.send`."""
        return self.person(user).send(method, path, **options)

    def get(self, path: str, **query: Any) -> Any:
        """Return what root reads at a path."""
        return self.person().json(path, **query)

    def add_user(self, name: str | None = None, role: int = 2) -> str:
        """Create a user with the password of tests, and return the name."""
        name = name or new_name()
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "role": role}
        self.person().write("POST", "/users", body)
        return name


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
    predicted = instance.run(module, check=True, **options)
    made = instance.run(module, **options)
    again = instance.run(module, **options)
    assert predicted.changed and predicted.writes == [], predicted.data
    assert made.changed and made.writes, made.data
    assert predicted["diff"] == made["diff"] and made["diff"]["before"] != made["diff"]["after"]
    assert not again.changed and again.writes == [], again.data
    return made
