# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube for tests with odd values: good options for its modules, and the canonical form of its requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import requests

from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service, texts_of
from tests.faults.options import Option, Options
from tests.support.peertube import token_of

TEXT: Options = {"description": "Films of the studio"}


class PeerTube(Service):
    """PeerTube's API."""

    name = "peertube"
    roots = ("/api/v1/",)
    simplest = "peertube_token"
    forms: ClassVar[dict[str, re.Pattern[str]]] = {"username": re.compile(r"\S(.*\S)?")}
    lines = frozenset({"password", "description", "support", "reason", "moderationComment", "message", "text"})
    login = "/api/v1/users/token"
    # Whether a login is accepted depends on the users of the instance.
    of_the_state = frozenset({"invalid_grant"})
    needs_a_read = frozenset()

    @classmethod
    def modules(cls) -> list[str]:
        return [module for module in super().modules() if module in BASES]

    @classmethod
    def options(cls, module: str) -> list[Option]:
        """Return all options of a module; `peertube_token` refuses a token that somebody else got."""
        found = super().options(module)
        return [option for option in found if (module, option.path) != ("peertube_token", ("api_token",))]

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        return SandboxProcess(service="peertube", api_key="root", api_secret="Root-geheim-71")

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        self._server = server
        self.token = token_of(server, server.api_key, server.api_secret)
        channel = self.call("GET", "/users/me")["videoChannels"][0]["id"]
        self.video = self.call("POST", "/videos/live", {"name": "Opening", "channelId": channel})["video"]["uuid"]
        comment = self.call("POST", f"/videos/{self.video}/comment-threads", {"text": "Hello"})
        self.comment = comment["comment"]["id"]
        reported = {"reason": "It uses our logo.", "account": {"id": self.call("GET", "/accounts/root")["id"]}}
        self.abuse = self.call("POST", "/abuses", reported)["abuse"]["id"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Return the response to a call that needs no module."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.request(method, f"{self._server.url}/api/v1{path}", json=body, headers=headers, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def bases(self, module: str, number: int) -> list[Options]:
        # Only 15 logins in 5 minutes are allowed, and many odd options log in.
        self._server.control("PUT", "ratelimit/reset")
        return BASES[module](self, number)

    def more_that_is_shared(self) -> Options:
        return {"otp": "123456"}

    def texts(self, exchange: Options) -> Iterator[tuple[str, str]]:
        body = exchange["request_body"]
        if body.startswith(("{", "[")):
            yield from texts_of("", json.loads(body))
        else:
            yield from parse_qsl(body)
        yield from parse_qsl(exchange["query"])

    def check_more(self, exchange: Options) -> None:
        """Nothing more."""

    def refusals(self, body: str) -> set[str]:
        error = json.loads(body)
        return {*error.get("invalid-params", ()), error.get("code") or "nothing"} - {"nothing"}


def _api(service: PeerTube, number: int) -> list[Options]:
    return [
        {"method": "GET", "path": "/users", "query": {"search": "ada", "count": 3}},
        {"path": "/videos", "secret_query": {"search": "ada"}, "api_token": service.token},
        {"method": "PUT", "path": "/api/v1/users/me", "body": TEXT},
        {"method": "PUT", "path": "/users/me", "secret_body": TEXT},
    ]


def _token(service: PeerTube, number: int) -> list[Options]:
    return [{"state": "present"}, {"state": "absent"}]


def _abuse(service: PeerTube, number: int) -> list[Options]:
    return [
        {"account": "root", "reason": f"Report {number}", "predefined_reasons": ["rights"]},
        {"video": service.video, "reason": f"Report {number}", "start_at": 1, "end_at": 2},
        {"comment": service.comment, "reason": f"Report {number}", "api_token": service.token},
        {"id": service.abuse, "abuse_state": "accepted", "moderation_comment": f"Decided {number}", "state": "present"},
        {"id": service.abuse, "message_text": f"Message {number}", "message_state": "present"},
    ]


def _comment(service: PeerTube, number: int) -> list[Options]:
    return [
        {"video": service.video, "text": f"Comment {number}", "state": "present"},
        {"video": service.video, "text": f"Reply {number}", "in_reply_to": service.comment, "thread": service.comment},
        {"video": service.video, "id": service.comment, "approved": True, "api_token": service.token},
    ]


#: The good options of each module.
BASES: dict[str, Callable[[PeerTube, int], list[dict[str, Any]]]] = {
    "peertube_abuse": _abuse,
    "peertube_api": _api,
    "peertube_comment": _comment,
    "peertube_token": _token,
}
