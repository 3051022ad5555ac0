# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contracts of the services: the facts, and the conventions that are described only in prose or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract import left_out

#: Statuses that the conventions allow for every operation: errors of the client and of the server.
GENERAL_STATUSES = frozenset({400, 401, 403, 404, 410, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Contract:
    """The contract of one service.

    Attributes:
        name: the service.
        prefix: the prefix of the paths of its operations, which their names omit.
        roots: what the paths of its operations begin with; another service's may begin with the same.
        scheme: the authentication scheme of its requests, in lower case.
        meter: returns what is wrong with the rate limit headers of a response for this path.
        error: returns the content type and the body schema of an error with this status; no schema: no body.
        statuses: the statuses of errors that each operation may return.
        answers_have_more: whether a response may have other properties than the known ones; those that were never
            missing must then be there.
        left_out: operations that the collection does not use, with the reasons.
    """

    name: str
    prefix: str
    roots: tuple[str, ...]
    scheme: str
    meter: Callable[[str, dict[str, str]], Iterator[str]]
    error: Callable[[int, str], tuple[str, dict[str, Any] | None]]
    statuses: frozenset[int] = GENERAL_STATUSES
    answers_have_more: bool = False
    left_out: Mapping[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        text = Path(__file__).with_name(f"{self.name}.json").read_text(encoding="utf-8")
        object.__setattr__(self, "facts", json.loads(text))

    @property
    def operations(self) -> dict[str, Any]:
        """Return the facts of each operation, by method and template of the path."""
        operations: dict[str, Any] = self.facts["operations"]
        return operations

    @property
    def schemas(self) -> dict[str, Any]:
        """Return the schemas of references."""
        schemas: dict[str, Any] = self.facts["schemas"]
        return schemas


def header(headers: dict[str, str], name: str) -> str:
    """Return a header's value in a log line, an empty text without it."""
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


#: The headers of each response of the reseller API, in lower case.
RESELLER_METER = tuple(f"x-ratelimit-{name}" for name in ("limit", "usage", "remaining", "reset"))
_TEXT = {"type": "string"}
_CODE_AND_TEXT = {"error_code": _TEXT, "error_text": {**_TEXT, "nullable": True}}
_ONE_ERROR = {"type": "object", "properties": _CODE_AND_TEXT}
_ERROR = {
    "type": "object",
    "properties": {**_CODE_AND_TEXT, "validation_errors": {"type": "array", "items": _ONE_ERROR}},
}


def _reseller_meter(path: str, headers: dict[str, str]) -> Iterator[str]:
    for name in RESELLER_METER:
        if not header(headers, name).isdigit():
            yield f"no number in header {name}"


def _reseller_error(status: int, body: str) -> tuple[str, dict[str, Any] | None]:
    """An error has no body, or a code and a text, or a list of these, or both."""
    return ("application/json", _ERROR) if body else ("", None)


def _configcat_meter(path: str, headers: dict[str, str]) -> Iterator[str]:
    """Not every call counts, and the format of the reset time is not described."""
    remaining, reset = header(headers, "x-rate-limit-remaining"), header(headers, "x-rate-limit-reset")
    if path == "/v1/me":
        if remaining or reset:
            yield "a rate limit where there is none"
    elif not remaining.isdigit() or not reset:
        yield "no rate limit in the headers"


def _configcat_error(status: int, body: str) -> tuple[str, dict[str, Any] | None]:
    """Problem details (RFC 9457), with texts by property; or only these; or a text. No description shows any."""
    if status == 401:
        return "", None
    if not body.startswith("{"):
        return "text/plain", _TEXT
    texts = {"type": "object", "values": {"type": "array", "items": _TEXT}}
    if '"title"' not in body:
        return "application/json", texts
    return "application/problem+json", {
        "type": "object",
        "properties": {"title": _TEXT, "status": {"type": "integer"}, "errors": texts},
    }


#: The headers of each response of PeerTube, in lower case.
PEERTUBE_METER = tuple(f"x-ratelimit-{name}" for name in ("limit", "remaining", "reset"))
#: Calls whose responses were also seen without these headers.
_MAYBE_METERED = ("/api/v1/ping", "/api/v1/runners/")


def _peertube_meter(path: str, headers: dict[str, str]) -> Iterator[str]:
    if path.startswith(_MAYBE_METERED) and not any(header(headers, name) for name in PEERTUBE_METER):
        return
    for name in PEERTUBE_METER:
        if not header(headers, name).isdigit():
            yield f"no number in header {name}"


def _peertube_error(status: int, body: str) -> tuple[str, dict[str, Any] | None]:
    """Problem details (RFC 9457); another object of uploads and follows; a text; or nothing for an unknown path."""
    if not body:
        return "", None
    if status == 429 or not body.startswith("{"):
        return "text/", _TEXT
    if body.startswith('{"error"'):
        return "application/json", {"type": "object", "properties": {"error": {}}}
    details = dict.fromkeys(("type", "title", "detail", "code", "docs", "instance", "error"), _TEXT)
    known = {**details, "status": {"type": "integer"}, "invalid-params": {"type": "object", "values": {}}}
    return "application/problem+json", {"type": "object", "properties": known, "required": ["type", "status"]}


def _no_meter(path: str, headers: dict[str, str]) -> Iterator[str]:
    """No headers of a rate limit are documented."""
    yield from ()


def _departureboard_error(status: int, body: str) -> tuple[str, dict[str, Any] | None]:
    """Only statuses are documented; the sandbox sends a text in JSON."""
    return "application/json", {"type": "object", "properties": {"error": _TEXT}}


def _dataflowkit_error(status: int, body: str) -> tuple[str, dict[str, Any] | None]:
    return "text/plain", _TEXT


def _crossbrowsertesting_error(status: int, body: str) -> tuple[str, dict[str, Any] | None]:
    """An object with the status and a message, which the vendor's sample scripts read."""
    return "application/json", {
        "type": "object",
        "properties": {"status": {"type": "integer"}, "message": _TEXT},
        "required": ["message", "status"],
    }


RESELLER = Contract("reseller", "/v2", ("/v2/",), "hmac", _reseller_meter, _reseller_error)
CONFIGCAT = Contract(
    "configcat",
    "",
    ("/v1/", "/v2/"),
    "basic",
    _configcat_meter,
    _configcat_error,
    left_out=left_out.CONFIGCAT,
)
PEERTUBE = Contract(
    "peertube",
    "/api/v1",
    ("/api/v1/",),
    "bearer",
    _peertube_meter,
    _peertube_error,
    statuses=GENERAL_STATUSES | {409, 413, 415, 422},
    answers_have_more=True,
    left_out=left_out.PEERTUBE,
)
CROSSBROWSERTESTING = Contract(
    "crossbrowsertesting",
    "/api/v3",
    ("/api/v3/",),
    "basic",
    _no_meter,
    _crossbrowsertesting_error,
    answers_have_more=True,
)
DEPARTUREBOARD = Contract("departureboard", "/api/v2.0", ("/api/v2.0/",), "", _no_meter, _departureboard_error)
DATAFLOWKIT = Contract("dataflowkit", "/v1", ("/v1/",), "key", _no_meter, _dataflowkit_error)
CONTRACTS = {
    contract.name: contract
    for contract in (RESELLER, CONFIGCAT, PEERTUBE, CROSSBROWSERTESTING, DATAFLOWKIT, DEPARTUREBOARD)
}
