# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake reseller API: tables of responses behind the collection's real client, with a clock that only waiting
advances.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import RATE_LIMIT, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import Limits, RestClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

BASE = "https://api.example/v2"
NOW = 1_760_000_000.0
#: The options that all ordering modules have; times in seconds.
ORDERING: dict[str, Any] = {
    "wait": True,
    "wait_timeout": 100.0,
    "poll_min": 1.0,
    "poll_max": 5.0,
    "on_job_failure": "fail",
    "on_doubt": "fail",
    "settle_time": 30.0,
}


def answer(status: int, data: Any = None, **headers: str) -> Response:
    """Return a response with a JSON body, or without a body."""
    content = b"" if data is None else json.dumps(data).encode()
    return Response(status, "", {name.replace("_", "-"): value for name, value in headers.items()}, content)


class FakeApi:
    """Answers the requests of the collection's client from tables.

    Attributes:
        lists: the collections by their paths.
        things: single objects by their paths; every other path is answered with 404.
        on: functions that response a method and a path instead of the tables; they get the body.
        sent: the method, the path and the body of each request.
        now: the time; only waiting advances it.
    """

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = str(state_dir)
        self.lists: dict[str, list[Any]] = {}
        self.things: dict[str, Any] = {}
        self.on: dict[str, Callable[[Any], Response]] = {}
        self.sent: list[tuple[str, str, Any]] = []
        self.now = NOW
        self.warnings: list[str] = []

    def client(self, *, read_only: bool = False, accepted: tuple[str, ...] = ()) -> ResellerClient:
        """Return the client of one task."""
        rest = RestClient(
            Service(BASE, RATE_LIMIT, lambda _error, _offset: ""),
            SimpleNamespace(get_ready=lambda: None, accepted=lambda _request: None),  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            Pacer(RATE_LIMIT, None, clock=self.clock, sleep=self.sleep),
            limits=Limits(retry_timeout=0.0),
            read_only=read_only,
            clock=self.clock,
            sleep=self.sleep,
        )
        evidence = Evidence(
            accepted, self.warnings.append, settle_time=ORDERING["settle_time"], clock=self.clock, sleep=self.sleep
        )
        return ResellerClient(
            rest,
            api_url="https://api.example",
            key_fingerprint="print",
            storage=FileStorage(self.state_dir),
            evidence=evidence,
            sleep=self.sleep,
        )

    def task(self, *, check_mode: bool = False, **params: Any) -> Task:
        """Return a task with these options in addition to those of all ordering modules."""
        return Task({**ORDERING, **params}, check_mode)

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += seconds

    def writes(self) -> list[str]:
        """Return the requests other than reads."""
        return [f"{method} {path}" for method, path, _body in self.sent if method != "GET"]

    def reads(self) -> list[str]:
        """Return the paths of all other requests."""
        return [path for method, path, _body in self.sent if method == "GET"]

    def prepare(self, method: str, url: str, query: Any, content: bytes | None, *_more: Any) -> Any:
        """Return a request as the client passes it to its transport."""
        return SimpleNamespace(method=method, path=url[len(BASE) :], query=query or {}, content=content)

    def send(self, _call: str, request: Any, **_options: Any) -> Response:
        """Answer a request."""
        body = json.loads(request.content) if request.content else None
        path = unquote(request.path)
        self.sent.append((request.method, path, body))
        given = self.on.get(f"{request.method} {path}")
        if given is not None:
            return given(body)
        if request.method != "GET":
            return answer(204)
        if path in self.lists:
            items = self.lists[path]
            return answer(200, items[request.query.get("skip") or 0 :], X_Paging_TotalResults=str(len(items)))
        thing = self.things.get(path)
        if isinstance(thing, Response):
            return thing
        return answer(404, {}) if thing is None else answer(200, thing)
