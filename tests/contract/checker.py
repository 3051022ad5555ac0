# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check one exchange of a sandbox's log against the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus

from tests.contract.contracts import CONTRACTS, GENERAL_STATUSES, Contract, header
from tests.contract.values import differences

#: Statuses of unknown operations, and of refusals before an operation is chosen.
NO_OPERATION_STATUSES = GENERAL_STATUSES | {405}
#: The User-Agent distinguishes requests of the collection from those of tests.
OWN_AGENT = "reseller.toolkit/"
RAW_AGENT = re.compile(r"; [a-z]+_api\)$")
#: Patterns of path parameters that are not plain text.
FORMS = {
    "int32": re.compile("[0-9]{1,10}"),
    "int64": re.compile("[0-9]{1,19}"),
    "uuid": re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}
HAL = "application/hal+json"
#: JSON in a call of the function that a request names with the parameter ``callback``.
JSONP = "application/javascript"
#: What is outside of the contracts: files that ConfigCat's SDKs read, which the SDK tests cover, files of PeerTube,
#: files and result pages of Dataflow Kit's sandbox, and pages and pictures of CrossBrowserTesting's.
UNDESCRIBED = (
    *("/configuration-files/", "/download/", "/feeds/", "/files/", "/lazy-static/", "/pages/", "/static/"),
    *("/comparisons/", "/results/"),
)


@dataclass(frozen=True)
class Violation:
    """One disagreement with the contract.

    Attributes:
        operation: the method and the path's template, or the path of an unknown operation.
        side: ``request`` or ``answer``.
        text: what is wrong.
    """

    operation: str
    side: str
    text: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.side}: {self.text}"


class Operation(NamedTuple):
    """One operation of a contract, by its name there."""

    contract: Contract
    name: str

    @property
    def facts(self) -> dict[str, Any]:
        """Return its facts."""
        facts: dict[str, Any] = self.contract.operations[self.name]
        return facts


def contract_of(exchange: dict[str, Any]) -> Contract | None:
    """Return the contract for an exchange: the one that has the operation, else the one that the path and the
    credentials fit.
    """
    operation = operation_of(exchange["method"], exchange["path"])
    if operation:
        return operation.contract
    scheme = header(exchange["request_headers"], "authorization").partition(" ")[0].lower()
    found = [one for one in CONTRACTS.values() if exchange["path"].startswith(one.roots)]
    return next((one for one in found if one.scheme == scheme), found[0] if found else None)


def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation of a request: a fixed segment takes precedence over a variable one, a final slash is
    ignored.
    """
    found = []
    for contract in CONTRACTS.values():
        if not path.startswith(contract.roots):
            continue
        for name in contract.operations:
            known_method, _space, template = name.partition(" ")
            if known_method != method:
                continue
            variable = _variables(template, path.removeprefix(contract.prefix).removesuffix("/"))
            if variable is not None:
                found.append((len(variable), Operation(contract, name)))
    return min(found, key=lambda one: (one[0], one[1].name))[1] if found else None


def _variables(template: str, path: str) -> dict[str, str] | None:
    """Return the values of the parameters in a path, None if the path does not match the template."""
    segments = path.split("/")
    parts = template.split("/")
    if len(parts) != len(segments):
        return None
    pairs = list(zip(parts, segments, strict=True))
    if not all(segment if part.startswith("{") else part == segment for part, segment in pairs):
        return None
    return {part.strip("{}"): unquote(segment) for part, segment in pairs if part.startswith("{")}


def is_own(exchange: dict[str, Any]) -> bool:
    """Return whether the collection sent the request."""
    return header(exchange["request_headers"], "user-agent").startswith(OWN_AGENT)


def _is_refused_raw(exchange: dict[str, Any]) -> bool:
    """Return whether a user's own call was refused: what it calls is written by the user."""
    agent = header(exchange["request_headers"], "user-agent")
    return bool(RAW_AGENT.search(agent)) and (exchange["status"] or 0) >= 400


def is_success(exchange: dict[str, Any]) -> bool:
    """Return whether the operation succeeded without an injected fault."""
    return exchange["status"] is not None and exchange["status"] < 400 and not exchange.get("fault")


def check(exchange: dict[str, Any]) -> list[Violation]:
    """Return all disagreements of one exchange.

    The request is checked only if the collection sent it, the response only if no injected fault produced it.
    """
    if exchange["path"].startswith(UNDESCRIBED):
        return []
    operation = operation_of(exchange["method"], exchange["path"])
    name = operation.name if operation else f"{exchange['method']} {exchange['path']}"
    texts: list[tuple[str, str]] = []
    if is_own(exchange) and operation:
        texts += [("request", text) for text in _request(operation, exchange)]
    elif is_own(exchange) and not _is_refused_raw(exchange):
        texts.append(("request", "no such operation"))
    if exchange["status"] is not None and not exchange.get("fault"):
        texts += [("answer", text) for text in _answer(operation, exchange)]
    return [Violation(name, side, text) for side, text in texts]


def _request(operation: Operation, exchange: dict[str, Any]) -> Iterator[str]:
    contract, facts, headers = operation.contract, operation.facts, exchange["request_headers"]
    for text in exchange.get("unusual", ()):
        yield f"unusual: {text}"
    template = operation.name.partition(" ")[2]
    for name, value in (_variables(template, exchange["path"].removeprefix(contract.prefix)) or {}).items():
        known = facts["path"][name]
        form = FORMS.get(known.get("format", ""))
        if form and not form.fullmatch(value):
            yield f"{name} of the path is no {known['format']}"
        yield from differences(
            value, {"ref": known["ref"]} if "ref" in known else {}, name, contract.schemas, exact=True
        )
    yield from _query(exchange["query"], facts["query"], contract)
    for name in facts.get("headers", ()):
        if not header(headers, name.lower()):
            yield f"no header {name}"
    yield from _request_body(exchange["request_body"], header(headers, "content-type"), facts, contract)


def _request_body(body: str, content_type: str, facts: dict[str, Any], contract: Contract) -> Iterator[str]:
    forms = facts.get("forms", {})
    if not body:
        if (facts["body"] is not None or forms) and not facts.get("body_is_optional"):
            yield "no body where there is one"
    elif facts["body"] is None and not forms:
        yield "a body where there is none"
    elif content_type.partition(";")[0] in forms:
        known = forms[content_type.partition(";")[0]]
        for name in _names_in_form(body, content_type):
            if name not in known:
                yield f"unknown field {name}"
    elif not content_type.startswith("application/json") or facts["body"] is None:
        yield f"the body's type is not {' or '.join([*(['application/json'] if facts['body'] else []), *forms])}"
    else:
        yield from _json_body(body, facts["body"], contract, exact=True)


def _names_in_form(body: str, content_type: str) -> list[str]:
    """Return the names of the fields of a form, numbers in brackets left out; none of bytes."""
    if content_type.startswith("application/octet-stream"):
        return []
    if content_type.startswith("multipart/"):
        names = re.findall(r'(?i)^content-disposition: form-data; name="([^"]*)"', body, re.MULTILINE)
    else:
        names = [unquote_plus(pair.partition("=")[0]) for pair in body.split("&")]
    return list(dict.fromkeys(re.sub(r"\[\d*\]", "[]", name) for name in names))


def _query(query: str, known: dict[str, Any], contract: Contract) -> Iterator[str]:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    names = [unquote_plus(name) for name, _equals, _value in pairs]
    for name in dict.fromkeys(names):
        if name not in known:
            yield f"unknown query parameter {name}"
        elif names.count(name) > 1 and known[name].get("type") != "array":
            yield f"repeated query parameter {name}"
    for name, facts in known.items():
        if facts.get("required") and name not in names:
            yield f"no query parameter {name}"
    for name, (_name, _equals, text) in zip(names, pairs, strict=True):
        facts = known.get(name, {})
        facts = facts.get("items", facts)
        value = _query_value(unquote_plus(text), facts.get("type"))
        yield from differences(value, facts, f"query parameter {name}", contract.schemas, exact=True)


def _query_value(text: str, kind: str | None) -> Any:
    """Return a query parameter's value of its type; the text if it is none."""
    if kind == "integer" and re.fullmatch("-?[0-9]+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return float(text)
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text


def _answer(operation: Operation | None, exchange: dict[str, Any]) -> Iterator[str]:
    status, body, headers = exchange["status"], exchange["response_body"], exchange["response_headers"]
    contract = contract_of(exchange)
    if contract:
        yield from contract.meter(exchange["path"], headers)
    facts = operation.facts["answers"].get(str(status)) if operation else None
    general = contract.statuses if contract and operation else NO_OPERATION_STATUSES
    if status >= 400 and (facts or status in general):
        if status == 429 and not header(headers, "retry-after"):
            yield "no header retry-after"
        if contract:
            yield from _body(body, headers, *contract.error(status, body), contract)
    elif facts is None or operation is None:
        yield f"undocumented status {status}" if operation else f"status {status} of what is no operation"
    else:
        for name in facts["headers"]:
            value = header(headers, name.lower())
            if not value or (name.startswith("X-Paging") and not value.isdigit()):
                yield f"header {name} is missing or wrong"
        if "types" in facts:
            yield from _typed_body(body, header(headers, "content-type").partition(";")[0], facts, operation.contract)
        elif facts["body"] is None:
            yield from _body(body, headers, "", None, operation.contract)
        elif header(headers, "content-type").startswith(HAL):
            yield from _hal_body(body, facts["body"], operation.contract)
        elif facts["body"].get("format") != "binary":
            yield from _body(body, headers, "application/json", facts["body"], operation.contract)


def _body(
    body: str, headers: dict[str, str], content_type: str, schema: dict[str, Any] | None, contract: Contract
) -> Iterator[str]:
    """Return what is wrong with the body of a response; without a schema it must be empty."""
    if schema is None:
        if body:
            yield "a body where there is none"
        return
    if not header(headers, "content-type").startswith(content_type):
        yield f"the body's type is not {content_type}"
    if not content_type.startswith("text/"):
        yield from _json_body(body, schema, contract, exact=False)


def _typed_body(body: str, content_type: str, facts: dict[str, Any], contract: Contract) -> Iterator[str]:
    """Return what is wrong with a body that can have several types, not all of them JSON."""
    if content_type not in facts["types"]:
        yield f"the body's type is not {' or '.join(facts['types'])}"
    elif content_type == "application/json":
        yield from _json_body(body, facts["body"], contract, exact=False)
    elif content_type == JSONP:
        call = re.fullmatch(r"[A-Za-z_$][\w$.]*\((.*)\);?\s*", body, re.DOTALL)
        yield from _json_body(call[1] if call else "", facts["body"], contract, exact=False)


def _hal_body(body: str, schema: dict[str, Any], contract: Contract) -> Iterator[str]:
    """Return what is wrong with a body in HAL, whose properties are those of the JSON; only HAL itself describes it."""
    try:
        yield from differences(_without_hal(json.loads(body)), schema, "body", contract.schemas, exact=False)
    except (ValueError, TypeError) as error:
        yield f"the body is not HAL: {error}"


def _without_hal(value: Any) -> Any:
    """Return the JSON of a value in HAL: without its links, embedded resources among the properties."""
    if isinstance(value, list):
        return [_without_hal(item) for item in value]
    if not isinstance(value, dict):
        return value
    for name, link in value.get("_links", {}).items():
        if not isinstance(link["href"], str):
            raise TypeError(f"the link {name} is no text")
    embedded = value.get("_embedded", {})
    properties = {name: item for name, item in value.items() if name not in ("_links", "_embedded")}
    return {name: _without_hal(item) for name, item in {**properties, **embedded}.items()}


def _json_body(body: str, schema: dict[str, Any], contract: Contract, *, exact: bool) -> Iterator[str]:
    try:
        value = json.loads(body)
    except ValueError:
        yield "the body is not JSON"
        return
    more = contract.answers_have_more and not exact
    yield from differences(value, schema, "body", contract.schemas, exact=exact, more=more)
