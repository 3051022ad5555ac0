# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a running sandbox and a small client with a separate signer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus, unquote

import pytest
import requests

from sandbox.launcher import SandboxProcess

PASSWORD = "blaBLA123"
LINUX_START, LINUX_PRO, MAIL_ONLY, WINDOWS_PRO, MYSQL_ONLY = range(1001, 1006)


def authorization(
    method: str,
    target: str,
    body: bytes,
    *,
    key: str = "sandbox-key",
    secret: str = "sandbox-secret",
    lower: bool = True,
    timestamp: int | None = None,
    nonce: str | None = None,
) -> str:
    """Return the signature header as clients create it."""
    stamp, nonce = str(timestamp or int(time.time())), nonce or secrets.token_hex(12)
    decoded = unquote(target).lower() if lower else unquote(target)
    encoded = quote_plus(decoded, safe="").replace("~", "%7E")
    digest = base64.b64encode(hashlib.md5(body).digest()).decode() if body else ""
    text = key + method.lower() + encoded + stamp + nonce + digest
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
    return f"hmac {key}:{signature}:{nonce}:{stamp}"


class Client:
    """Sends signed calls to one sandbox."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self._numbers = itertools.count(1)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        header: str | None = None,
        timeout: float = 20,
        **signing: Any,
    ) -> requests.Response:
        """Send a request; ``body`` is JSON or bytes, ``header`` replaces the signature ("" leaves it out)."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        signed = authorization(method, path, data, **signing) if header is None else header
        headers = {"Authorization": signed} if signed else {}
        if data:
            headers["Content-Type"] = "application/json"
        return self.session.request(
            method, self.sandbox.url + path, data=data, headers=headers, allow_redirects=False, timeout=timeout
        )

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> requests.Response:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.call("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.call("DELETE", path, **options)

    def new_name(self) -> str:
        """Return a domain name that no other test uses."""
        return f"name{next(self._numbers)}-{secrets.token_hex(3)}.example"

    def order_account(self, identifier: str | None = None, pack: int = LINUX_PRO) -> requests.Response:
        order: dict[str, Any] = {"servicepack_id": pack, "identifier": identifier or self.new_name()}
        if pack in (LINUX_START, LINUX_PRO, WINDOWS_PRO):
            order["ftp_password"] = PASSWORD
        return self.post("/v2/accounts", order)

    def finish(self, ordered: requests.Response) -> str:
        """Finish the job of an order, and return the link of the new object."""
        assert ordered.status_code == 202, ordered.text
        self.sandbox.advance(60)
        done = self.get(ordered.headers["Location"])
        assert done.status_code == 201, done.text
        link: str = done.json()["resource_links"][0]
        return link

    def account(self, identifier: str | None = None, pack: int = LINUX_PRO) -> int:
        """Create an account and return its id."""
        return int(self.finish(self.order_account(identifier, pack)).rpartition("/")[2])

    def order_database(self, account_id: int, name: str) -> requests.Response:
        return self.post("/v2/mysqldatabases", {"account_id": account_id, "database_name": name, "password": PASSWORD})


def codes(answer: requests.Response) -> list[str]:
    """Return the error codes of a 400."""
    assert answer.status_code == 400, (answer.status_code, answer.text)
    body = answer.json()
    found = [error["error_code"] for error in body.get("validation_errors", [body])]
    assert body["error_code"] == found[0] and body["error_text"], body
    return found


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    # Jobs end only when a test advances the clock.
    with SandboxProcess(job_seconds=50, rate_limit="100000/60") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxProcess) -> Iterator[SandboxProcess]:
    """The sandbox that most tests share, without faults; each test uses its own names."""
    yield running
    running.set_faults([])


@pytest.fixture
def refusing(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    """The same sandbox, which refuses duplicate orders during the test."""
    sandbox.set_duplicates("refuse")
    yield sandbox
    sandbox.set_duplicates("accept")


@pytest.fixture
def api(sandbox: SandboxProcess) -> Client:
    return Client(sandbox)


@pytest.fixture
def client_class() -> type[Client]:
    """Starts a separate sandbox for a test."""
    return Client
