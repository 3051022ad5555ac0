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
from urllib.parse import unquote, unquote_plus

from tests.contract.values import differences

#: Statuses that the API's conventions allow for every operation: errors of the client and of the server.
GENERAL_STATUSES = frozenset({400, 401, 403, 404, 410, 429, 500, 502, 503, 504})
#: Statuses that say that there is no such operation, or do so before anybody has looked for one.
NO_OPERATION_STATUSES = GENERAL_STATUSES | {405}
#: What the conventions have on each answer, in lower case.
RATE_LIMIT_HEADERS = tuple(f"x-ratelimit-{name}" for name in ("limit", "usage", "remaining", "reset"))
#: Requests of the collection are told from those of tests by their User-Agent.
OWN_AGENT = "reseller.toolkit/"
PREFIX = "/v2"
#: Values of path parameters whose type says more than that they are text.
FORMS = {"int32": re.compile("[0-9]{1,10}"), "uuid": re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")}

CONTRACT: dict[str, Any] = json.loads(Path(__file__).with_name("contract.json").read_text(encoding="utf-8"))


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
    if not path.startswith(f"{PREFIX}/"):
        return None
    found = []
    for name in CONTRACT["operations"]:
        known_method, _space, template = name.partition(" ")
        variable = _variables(template, path)
        if known_method == method and variable is not None:
            found.append((len(variable), name))
    return min(found)[1] if found else None


def _variables(template: str, path: str) -> dict[str, str] | None:
    """The values of the parameters in a path, None if the path is not of this template."""
    segments = path.removeprefix(PREFIX).split("/")
    parts = template.split("/")
    if len(parts) != len(segments):
        return None
    pairs = list(zip(parts, segments, strict=True))
    if not all(segment if part.startswith("{") else part == segment for part, segment in pairs):
        return None
    return {part.strip("{}"): unquote(segment) for part, segment in pairs if part.startswith("{")}


def is_own(exchange: dict[str, Any]) -> bool:
    """Whether the collection sent the request."""
    return header(exchange["request_headers"], "user-agent").startswith(OWN_AGENT)


def is_success(exchange: dict[str, Any]) -> bool:
    """Whether the operation did what it is for, and no fault on purpose came between."""
    return exchange["status"] is not None and exchange["status"] < 400 and not exchange.get("fault")


def check(exchange: dict[str, Any]) -> list[Violation]:
    """All disagreements of one exchange.

    Its request is checked only if the collection sent it, its answer only if no fault on purpose made it.
    """
    operation = operation_of(exchange["method"], exchange["path"])
    name = operation or f"{exchange['method']} {exchange['path']}"
    texts: list[tuple[str, str]] = []
    if is_own(exchange):
        found = _request(operation, exchange) if operation else ["no such operation"]
        texts += [("request", text) for text in found]
    if exchange["status"] is not None and not exchange.get("fault"):
        texts += [("answer", text) for text in _answer(operation, exchange)]
    return [Violation(name, side, text) for side, text in texts]


def header(headers: dict[str, str], name: str) -> str:
    """A header's value in a log line, an empty text without it."""
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


def _request(operation: str, exchange: dict[str, Any]) -> Iterator[str]:
    facts = CONTRACT["operations"][operation]
    for name, value in (_variables(operation.partition(" ")[2], exchange["path"]) or {}).items():
        form = FORMS.get(facts["path"][name].get("format", ""))
        if form and not form.fullmatch(value):
            yield f"{name} of the path is no {facts['path'][name]['format']}"
    yield from _query(exchange["query"], facts["query"])
    if facts["body"] is None:
        if exchange["request_body"]:
            yield "a body where there is none"
    elif not exchange["request_body"]:
        yield "no body where there is one"
    else:
        yield from _json_body(exchange["request_body"], exchange["request_headers"], facts["body"], is_answer=False)


def _query(query: str, known: dict[str, Any]) -> Iterator[str]:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    names = [unquote_plus(name) for name, _equals, _value in pairs]
    for name in dict.fromkeys(names):
        if name not in known:
            yield f"unknown query parameter {name}"
        elif names.count(name) > 1:
            yield f"repeated query parameter {name}"
    for name, facts in known.items():
        if facts.get("required") and name not in names:
            yield f"no query parameter {name}"
    for name, (_name, _equals, text) in zip(names, pairs, strict=True):
        facts, value = known.get(name, {}), unquote_plus(text)
        is_number = facts.get("type") == "integer" and re.fullmatch("-?[0-9]+", value)
        yield from differences(
            int(value) if is_number else value, facts, f"query parameter {name}", CONTRACT, exact=True
        )


def _answer(operation: str | None, exchange: dict[str, Any]) -> Iterator[str]:
    status, body, headers = exchange["status"], exchange["response_body"], exchange["response_headers"]
    for name in RATE_LIMIT_HEADERS:
        if not header(headers, name).isdigit():
            yield f"no number in header {name}"
    answers = CONTRACT["operations"][operation]["answers"] if operation else {}
    facts = answers.get(str(status))
    general = GENERAL_STATUSES if operation else NO_OPERATION_STATUSES
    if status >= 400 and (facts or status in general):
        if status == 429 and not header(headers, "retry-after"):
            yield "no header retry-after"
        yield from _error(body, headers)
    elif facts is None:
        yield f"undocumented status {status}" if operation else f"status {status} of what is no operation"
    else:
        for name in facts["headers"]:
            value = header(headers, name.lower())
            if not value or (name.startswith("X-Paging") and not value.isdigit()):
                yield f"header {name} is missing or wrong"
        if facts["body"] is None:
            if body:
                yield f"a body with status {status}, which has none"
        elif facts["body"].get("format") != "binary":
            yield from _json_body(body, headers, facts["body"], is_answer=True)


def _error(body: str, headers: dict[str, str]) -> Iterator[str]:
    """An error has no body, or one of two: a code and a text, or a list of such."""
    if not body:
        return
    text = {"type": "string"}
    one = {"type": "object", "properties": {"error_code": text, "error_text": text}}
    many = {"type": "object", "properties": {"validation_errors": {"type": "array", "items": one}}}
    yield from _json_body(body, headers, many if '"validation_errors"' in body else one, is_answer=True)


def _json_body(body: str, headers: dict[str, str], schema: dict[str, Any], *, is_answer: bool) -> Iterator[str]:
    if not header(headers, "content-type").startswith("application/json"):
        yield "the body's type is not application/json"
    try:
        value = json.loads(body)
    except ValueError:
        yield "the body is not JSON"
        return
    yield from differences(value, schema, "body", CONTRACT, exact=not is_answer)
