# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold one exchange of a sandbox's log against the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Statuses that the API's conventions allow for every operation: errors of the client and of the server.
GENERAL_STATUSES = frozenset({400, 401, 403, 404, 405, 410, 429, 500, 502, 503, 504})
#: What an error body may hold, besides what the contract says of a status.
ERROR_PROPERTIES = frozenset({"error_code", "error_text", "validation_errors"})
#: Requests of the collection are told from those of tests by their User-Agent.
OWN_AGENT = "reseller.toolkit/"

CONTRACT: dict[str, Any] = json.loads(Path(__file__).with_name("contract.json").read_text())


@dataclass(frozen=True)
class Violation:
    """One disagreement with the contract.

    Attributes:
        operation: the method and the path's template, or the path where there is no such operation.
        side: ``request`` or ``answer``.
        text: what is wrong.
    """

    operation: str
    side: str
    text: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.side}: {self.text}"


def operation_of(method: str, path: str) -> str | None:
    """The contract's name of an operation: a fixed segment goes before a variable one."""
    segments = path.removeprefix("/v2").strip("/").split("/")
    found = []
    for name in CONTRACT["operations"]:
        known_method, _space, template = name.partition(" ")
        parts = template.strip("/").split("/")
        if known_method == method and len(parts) == len(segments):
            matches = [part.startswith("{") or part == segment for part, segment in zip(parts, segments, strict=True)]
            if all(matches):
                found.append((sum(part.startswith("{") for part in parts), name))
    return min(found)[1] if found else None


def check(exchange: dict[str, Any]) -> list[Violation]:
    """All disagreements of one exchange; its request is checked only if the collection sent it."""
    operation = operation_of(exchange["method"], exchange["path"])
    own = header(exchange["request_headers"], "user-agent").startswith(OWN_AGENT)
    if operation is None:
        name = f"{exchange['method']} {exchange['path']}"
        return [Violation(name, "request", "no such operation")] if own else []
    violations = list(_request(operation, exchange)) if own else []
    if exchange["status"] is not None and not exchange.get("fault"):
        violations += _answer(operation, exchange)
    return violations


def header(headers: Any, name: str) -> str:
    """A header's value in a log line, an empty text without it."""
    pairs = headers.items() if isinstance(headers, dict) else headers
    return next((str(value) for key, value in pairs if key.lower() == name), "")


def _request(operation: str, exchange: dict[str, Any]) -> Iterator[Violation]:
    facts = CONTRACT["operations"][operation]
    for pair in filter(None, exchange["query"].split("&")):
        if pair.partition("=")[0] not in facts["query"]:
            yield Violation(operation, "request", f"unknown query parameter {pair.partition('=')[0]}")
    body = _json(exchange["request_body"])
    if body is not None and facts["body"] is None:
        yield Violation(operation, "request", "a body where there is none")
    elif facts["body"] is not None and body is not None:
        for text in differences(body, facts["body"], "body"):
            yield Violation(operation, "request", text)


def _answer(operation: str, exchange: dict[str, Any]) -> Iterator[Violation]:
    answers = CONTRACT["operations"][operation]["answers"]
    status, body = exchange["status"], _json(exchange["response_body"])
    documented = str(status) in answers
    if not documented and status not in GENERAL_STATUSES:
        yield Violation(operation, "answer", f"undocumented status {status}")
    elif status >= 400:
        unknown = set(body) - ERROR_PROPERTIES if isinstance(body, dict) else set()
        for name in sorted(unknown):
            yield Violation(operation, "answer", f"unknown property {name} of an error")
    elif documented and answers[str(status)] is None and body is not None:
        yield Violation(operation, "answer", f"a body with status {status}, which has none")
    elif documented and answers[str(status)] is not None and answers[str(status)].get("format") != "binary":
        for text in differences(body, answers[str(status)], "body"):
            yield Violation(operation, "answer", text)


def differences(value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
    """Where a value differs from a schema: type, enum (whatever its case), unknown properties. None fits anywhere."""
    if "ref" in schema:
        schema = CONTRACT["schemas"][schema["ref"]]
    kind = schema.get("type")
    if value is None or value == "***":
        return
    types: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        "array": (list,),
        "object": (dict,),
    }
    if kind in types and (not isinstance(value, types[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{place} is no {kind}"
        return
    if "enum" in schema and str(value).lower() not in {str(item).lower() for item in schema["enum"]}:
        yield f"{place} is not one of its values: {value}"
    if kind == "array":
        for number, item in enumerate(value):
            yield from differences(item, schema.get("items", {}), f"{place}[{number}]")
    for name, item in value.items() if kind == "object" else ():
        if name in schema.get("properties", {}):
            yield from differences(item, schema["properties"][name], f"{place}.{name}")
        else:
            yield f"{place}.{name} is unknown"


def _json(text: Any) -> Any:
    """A body of the log as data, None for none and for what is not JSON."""
    if not isinstance(text, str):
        return text
    if not re.match(r"\s*[\[{]", text):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
