# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create the contract of PeerTube from recorded exchanges and from the description of its API: facts only, no prose.

python -m tests.contract.extract_recorded DESCRIPTION RECORDING… > tests/contract/peertube.json

Neither the description nor the recordings are part of the project. Where they disagree, the recordings win: the
description only gives the templates of paths, the names of schemas, and what was never recorded.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract.extract import METHODS, used_schemas, written

PREFIX = "/api/v1"
JSON = "application/json"
#: The parameters of every list that has pages: not all of them were recorded for each one.
PAGE_PARAMETERS = {"count": {"type": "integer"}, "sort": {"type": "string"}, "start": {"type": "integer"}}
#: Operations that were recorded and that the description does not have.
UNDESCRIBED = (
    "POST /bulk/remove-comments-of",
    "DELETE /config/instance-avatar",
    "POST /config/instance-avatar/pick",
    "DELETE /config/instance-banner",
    "POST /config/instance-banner/pick",
    "GET /automatic-tags/accounts/{accountName}/available",
    "GET /automatic-tags/policies/accounts/{accountName}/comments",
    "PUT /automatic-tags/policies/accounts/{accountName}/comments",
    "GET /jobs",
    "GET /overviews/videos",
    "GET /ping",
    "GET /runners",
    "DELETE /runners/{runnerId}",
    "POST /runners/register",
    "POST /runners/unregister",
    "GET /runners/jobs",
    "POST /runners/jobs/request",
    "DELETE /runners/jobs/{jobUUID}",
    *(
        f"POST /runners/jobs/{{jobUUID}}/{action}"
        for action in ("abort", "accept", "cancel", "error", "success", "update")
    ),
    "GET /runners/registration-tokens",
    "DELETE /runners/registration-tokens/{id}",
    "POST /runners/registration-tokens/generate",
    "POST /server/contact",
    "GET /server/debug",
    "POST /server/debug/run-command",
    "POST /users/ask-reset-password",
    "GET /users/autocomplete",
    "GET /users/scoped-tokens",
    "POST /users/scoped-tokens",
    *(f"POST /users/{{id}}/{action}" for action in ("block", "unblock", "reset-password")),
    "GET /users/{id}/exports",
    "DELETE /users/{id}/exports/{exportId}",
    "POST /users/{id}/exports/request",
    "GET /users/{id}/imports/latest",
    "GET /users/me/videos/comments",
    *(f"{method} /users/me/blocklist/{kind}" for method in ("GET", "POST") for kind in ("accounts", "servers")),
    "DELETE /users/me/blocklist/accounts/{accountName}",
    "DELETE /users/me/blocklist/servers/{host}",
    "GET /videos/comments",
    "PUT /videos/{id}/blacklist",
    "POST /videos/{id}/captions/generate",
    "GET /videos/{id}/chapters",
    "PUT /videos/{id}/chapters",
    "POST /videos/{id}/comments/{commentId}/approve",
    "DELETE /videos/{id}/hls/{videoFileId}",
    "GET /videos/{id}/metadata/{videoFileId}",
    "GET /videos/{id}/passwords",
    "PUT /videos/{id}/passwords",
    "DELETE /videos/{id}/passwords/{videoPasswordId}",
    "GET /videos/{id}/source",
    "DELETE /videos/{id}/source/file",
    *(f"{method} /videos/{{id}}/source/replace-resumable" for method in ("POST", "PUT", "DELETE")),
    "GET /videos/{id}/storyboards",
    "DELETE /videos/{id}/web-videos",
    *(
        f"{method} /watched-words/{owner}/lists{item}"
        for owner in ("server", "accounts/{accountName}")
        for method, item in (("GET", ""), ("POST", ""), ("PUT", "/{listId}"), ("DELETE", "/{listId}"))
    ),
)
#: Properties whose names are data, such as the settings of a plugin.
MAPS = frozenset({"languages", "publicSettings", "settings", "videoIds"})
#: The schema of bodies for which the description has none of that name, although it has the same object elsewhere.
SAME = {
    "PUT /config/custom": "ServerConfigCustom",
    "DELETE /config/custom": "ServerConfigCustom",
    "GET /users/{id}": "User",
}
#: Properties of requests that the server ignores, although the description has them.
IGNORED = frozenset({("PUT /users/me", "displayNSFW")})
#: Properties of requests that may be null, although only texts and lists were sent: responses show that they can be.
NULLABLE = frozenset(
    {
        ("PUT /users/me", "description"),
        ("PUT /users/me", "videoLanguages"),
        ("PUT /videos/{id}/blacklist", "reason"),
    }
)
#: Properties that an operation takes as another one does, whose validation is the same, recorded there only.
BODY_AS_ELSEWHERE: dict[str, dict[str, Any]] = {
    "PUT /videos/{id}": {"videoPasswords": {"type": "array", "items": {"type": "string"}}}
}
#: Properties of responses that are missing where there is nothing to show, such as the removed video of an import.
OFTEN_MISSING = frozenset({("VideoImport", "video")})
#: Properties that are null in all objects that show them: where nobody wrote a text, or a video has no file yet.
OFTEN_NULL = frozenset({"aspectRatio", "description", "support"})
_INTEGER, _STRING = {"type": "integer"}, {"type": "string"}
_PAGES = {"start": _INTEGER, "count": _INTEGER, "sort": _STRING}
_PRIVACIES = {"privacyOneOf": {"type": "array", "items": _INTEGER}}
#: Parameters that an operation takes as others do, with which they were recorded: paging, as all lists have it, the
#: search of block lists, and several privacies.
TAKEN_AS_ELSEWHERE: dict[str, dict[str, Any]] = {
    "GET /accounts/{name}/videos": _PRIVACIES,
    "GET /jobs": _PAGES,
    "GET /runners": _PAGES,
    "GET /runners/jobs": _PAGES,
    "GET /runners/registration-tokens": _PAGES,
    "GET /server/blocklist/servers": {"search": _STRING},
    **{f"GET /users/me/blocklist/{kind}": {**_PAGES, "search": _STRING} for kind in ("accounts", "servers")},
    "GET /video-channels/{channelHandle}/videos": _PRIVACIES,
    "GET /videos/ownership": _PAGES,
    **{f"GET /watched-words/{owner}/lists": _PAGES for owner in ("server", "accounts/{accountName}")},
}
#: Properties whose contents depend on the file that they describe.
OF_FILES = frozenset({"streams"})
#: Response headers that say more than their status.
TELLING = ("Location", "Range")
#: What stands for the items that a recorded list lacks, and for the properties of an object.
CUT = re.compile(r"cut: \d+ items|\d+ entries")
#: The content types of bodies that are no JSON, by their names in the recordings.
FORMS = {"multipart": "multipart/form-data", "form": "application/x-www-form-urlencoded"}
BYTES = "application/octet-stream"


@dataclass
class Seen:
    """What was seen of one value.

    Attributes:
        kinds: its JSON types.
        null: whether it was null.
        ref: the name of its schema; then nothing else is filled.
        properties: those of objects.
        always: the properties that no object lacked; None while none was seen.
        items: those of arrays.
        is_map: whether the names of properties are data.
    """

    kinds: set[str] = field(default_factory=set)
    null: bool = False
    ref: str = ""
    properties: dict[str, Seen] = field(default_factory=dict)
    always: set[str] | None = None
    items: Seen | None = None
    is_map: bool = False


class Extraction:
    """Collects facts from a description and from recorded exchanges.

    Args:
        description: the description (OpenAPI 3).
    """

    def __init__(self, description: dict[str, Any]) -> None:
        self._description = description
        self._schemas: dict[str, Seen] = {}
        self._described: dict[str, dict[str, Any]] = {
            f"{method.upper()} {path.removeprefix(PREFIX)}": {**operation, "of path": operations}
            for path, operations in description["paths"].items()
            for method, operation in operations.items()
            if method in METHODS and path.startswith(PREFIX)
        }
        self._operations: dict[str, dict[str, Any]] = {
            name: {"query": {}, "body": None, "forms": {}, "no_body": 0, "sent": 0, "answers": {}}
            for name in (*self._described, *UNDESCRIBED)
        }
        self._forms = {name: _form(name) for name in self._operations}

    def add(self, exchange: dict[str, Any]) -> None:
        """Take over what an exchange shows; calls of unknown paths show nothing."""
        name = self._name(exchange["method"], exchange["path"].partition("?")[0])
        if name is None or (exchange["status"] == 400 and not exchange["response_body"]):
            return
        facts = self._operations[name]
        answer = facts["answers"].setdefault(exchange["status"], {"bodies": Seen(), "number": 0, "headers": []})
        answer["number"] += 1
        if exchange["status"] >= 400:
            return
        headers = {key.lower() for key in exchange["response_headers"]}
        answer["headers"].append({one for one in TELLING if one.lower() in headers})
        if exchange["response_body"] is not None:
            content = exchange["response_headers"].get("content-type", "")
            answer["json"] = content.startswith(JSON)
            described = self._answer_schema(name, exchange["status"])
            self._observe(answer["bodies"], exchange["response_body"], described, "answer")
        self._add_request(name, facts, exchange)

    def _add_request(self, name: str, facts: dict[str, Any], exchange: dict[str, Any]) -> None:
        for parameter, value in exchange["query"].items():
            self._observe(facts["query"].setdefault(parameter, Seen()), _parsed(value), None, "request")
        body = exchange["request_body"]
        facts["sent"] += 1
        if body is None or body == "":
            facts["no_body"] += 1
            return
        for kind, content in FORMS.items():
            if isinstance(body, dict) and isinstance(body.get(kind), dict):
                names = {re.sub(r"\[\d*\]", "[]", name) for name in body[kind]}
                facts["forms"][content] = facts["forms"].get(content, set()) | names
                return
        if isinstance(body, str):
            if body.startswith("<bytes "):
                facts["forms"].setdefault(BYTES, set())
            return
        described = self._body_schemas(name).get(JSON)
        facts["body"] = facts["body"] or Seen()
        self._observe(facts["body"], body, described, "request")

    def _name(self, method: str, path: str) -> str | None:
        found = [name for name, form in self._forms.items() if form.fullmatch(f"{method} {path.removeprefix(PREFIX)}")]
        return min(found, key=lambda name: name.count("{")) if found else None

    def _at(self, reference: str) -> dict[str, Any]:
        """Return what a reference of the description (a JSON pointer, RFC 6901) points to."""
        found = self._description
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found

    def _resolved(self, schema: dict[str, Any] | None) -> tuple[str, dict[str, Any]]:
        """Return the name of an object's schema, else an empty text, and the schema without references at its top."""
        schema, name = schema or {}, ""
        while "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self._at(schema["$ref"])
        parts = [self._resolved(part)[1] for part in schema.get("allOf", ())]
        if parts:
            properties = {key: value for part in parts for key, value in part.get("properties", {}).items()}
            required = [key for part in parts for key in part.get("required", ())]
            schema = {**parts[0], "properties": properties, "required": required} if properties else parts[0]
        return (name if schema.get("properties") else ""), schema

    def _answer_schema(self, name: str, status: int) -> dict[str, Any] | None:
        if name in SAME:
            return {"$ref": f"#/components/schemas/{SAME[name]}"}
        responses = self._described.get(name, {}).get("responses", {})
        content = responses.get(str(status), responses.get("200", {})).get("content", {}).get(JSON, {})
        schema: dict[str, Any] | None = content.get("schema")
        return schema

    def _body_schemas(self, name: str) -> dict[str, Any]:
        if name in SAME and name.startswith("PUT "):
            return {JSON: {"$ref": f"#/components/schemas/{SAME[name]}"}}
        body = self._described.get(name, {}).get("requestBody", {})
        while "$ref" in body:
            body = self._at(body["$ref"])
        return {content: held.get("schema", {}) for content, held in body.get("content", {}).items()}

    def _observe(self, seen: Seen, value: Any, described: dict[str, Any] | None, side: str) -> None:
        name, schema = self._resolved(described)
        if value is None:
            seen.null = True
            return
        if isinstance(value, dict) and schema.get("type") == "array":
            # Described as a list, and in fact a page of one, or a single object.
            page = {"properties": {"data": schema}}
            self._observe(seen, value, page if "data" in value else schema.get("items"), side)
            return
        if name and isinstance(value, dict):
            seen.ref = f"{name} ({side})" if side == "request" else name
            seen = self._schemas.setdefault(seen.ref, Seen())
        seen.kinds.add(_kind(value))
        if isinstance(value, list):
            seen.items = seen.items or Seen()
            for item in without_cut(value):
                self._observe(seen.items, item, schema.get("items"), side)
        elif isinstance(value, dict):
            if CUT.fullmatch(str(value.get("cut"))):
                value, seen.is_map = {key: inner for key, inner in value.items() if key != "cut"}, True
            seen.always = set(value) if seen.always is None else seen.always & set(value)
            # Ids, and handles such as ``films@video.example.com``.
            are_data = bool(value) and all(key.isdigit() or "@" in key for key in value)
            seen.is_map |= "additionalProperties" in schema or are_data
            for key, inner in value.items():
                part = seen.properties.setdefault(key, Seen(is_map=key in MAPS))
                if key in OF_FILES:
                    continue
                self._observe(part, inner, schema.get("properties", {}).get(key), side)

    def facts(self) -> dict[str, Any]:
        """Return the contract."""
        operations = {name: self._operation(name, facts) for name, facts in self._operations.items()}
        for schema, key in OFTEN_MISSING:
            (self._schemas.get(schema, Seen()).always or set()).discard(key)
        schemas = {name: _facts({}, seen) for name, seen in self._schemas.items()}
        kept = {name: schemas[name] for name in sorted(used_schemas(operations, schemas))}
        return {"operations": dict(sorted(operations.items())), "schemas": kept}

    def _operation(self, name: str, seen: dict[str, Any]) -> dict[str, Any]:
        described = self._described.get(name, {})
        query = {name: _query_facts(one) for name, one in seen["query"].items()}
        schemas = self._body_schemas(name)
        facts: dict[str, Any] = {
            "path": {parameter: {} for parameter in re.findall(r"{(\w+)}", name)},
            "query": dict(
                sorted({**self._described_query(described), **query, **TAKEN_AS_ELSEWHERE.get(name, {})}.items())
            ),
            "body": self._body(name, seen["body"], schemas),
            "answers": {str(status): _answer(one) for status, one in sorted(seen["answers"].items())},
        }
        if name in UNDESCRIBED and _is_page(facts["answers"].get("200")):
            facts["query"] = dict(sorted({**PAGE_PARAMETERS, **facts["query"]}.items()))
        forms = {content: set(names) for content, names in seen["forms"].items()}
        for content, schema in schemas.items():
            if content in FORMS.values():
                forms[content] = forms.get(content, set()) | self._form_names(schema, forms.get(content, set()))
        if forms:
            facts["forms"] = {content: sorted(names) for content, names in sorted(forms.items())}
        if seen["no_body"] and (forms or facts["body"]):
            facts["body_is_optional"] = True
        if not any(status < 400 for status in seen["answers"]):
            facts["answers"] |= {
                status: {"headers": [], "body": None} for status in described.get("responses", {}) if status.isdigit()
            }
        return facts

    def _body(self, name: str, seen: Seen | None, schemas: dict[str, Any]) -> dict[str, Any] | None:
        """Return the schema of a JSON body: what was taken, and what is only described, in JSON or as a form."""
        described = schemas.get(JSON) or (next(iter(schemas.values()), None) if seen else None)
        if described is None:
            return _with_nulls(name, _facts({}, seen, ())) if seen else None
        known = self._described_facts(described)
        required = self._resolved(described)[1].get("required", ()) if JSON in schemas else ()
        if seen is None:
            return known
        facts = _facts({}, self._schemas[seen.ref] if seen.ref else seen, required)
        if "properties" in facts:
            properties = {**known.get("properties", {}), **facts["properties"], **BODY_AS_ELSEWHERE.get(name, {})}
            facts["properties"] = {key: part for key, part in sorted(properties.items()) if (name, key) not in IGNORED}
        return _with_nulls(name, facts)

    def _form_names(self, described: dict[str, Any], seen: set[str]) -> set[str]:
        """Return the names of described fields that were not seen in any form, with ``[]`` for several values."""
        _name, schema = self._resolved(described)
        stems = {name.partition("[")[0] for name in seen}
        found = set()
        for name, part in schema.get("properties", {}).items():
            _ref, inner = self._resolved(part)
            if name in stems:
                continue
            if inner.get("type") == "array":
                found.add(f"{name}[]")
            elif "properties" in inner:
                found |= {f"{name}[{key}]" for key in inner["properties"]}
            else:
                found.add(name)
        return found

    def _described_query(self, operation: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for given in (*operation.get("of path", {}).get("parameters", ()), *operation.get("parameters", ())):
            while "$ref" in given:
                given = self._at(given["$ref"])
            if given["in"] == "query":
                found[given["name"]] = self._described_facts(given.get("schema", {}))
        return found

    def _described_facts(self, described: dict[str, Any]) -> dict[str, Any]:
        """Return the facts of what was never recorded."""
        _name, schema = self._resolved(described)
        kind = schema.get("type", "object" if "properties" in schema else None)
        if kind is None:
            return {}
        if kind == "array":
            return {"type": kind, "items": self._described_facts(schema.get("items", {}))}
        if kind == "object":
            properties = {key: self._described_facts(part) for key, part in schema.get("properties", {}).items()}
            return {"type": kind, "properties": dict(sorted(properties.items()))} if properties else {}
        return {"type": kind}


def _with_nulls(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a request's body with the properties that are `NULLABLE`."""
    if "properties" in facts:
        parts = facts["properties"].items()
        facts["properties"] = {
            key: {**part, "nullable": True} if (name, key) in NULLABLE else part for key, part in parts
        }
    return facts


def _form(name: str) -> re.Pattern[str]:
    return re.compile(
        "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"({\w+})", name)) + "/?"
    )


def _parsed(value: Any) -> Any:
    """Return the value of a query parameter by its text."""
    if isinstance(value, list):
        return [_parsed(item) for item in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and re.fullmatch("-?[0-9]+", value) else value


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def _answer(seen: dict[str, Any]) -> dict[str, Any]:
    headers = sorted(set.intersection(*seen["headers"])) if seen["headers"] else []
    if "json" not in seen:
        return {"headers": headers, "body": None}
    return {"headers": headers, "body": _facts({}, seen["bodies"]) if seen["json"] else {"format": "binary"}}


def _is_page(answer: dict[str, Any] | None) -> bool:
    """Return whether an operation answers with a page of a list."""
    return {"data", "total"} <= set(((answer or {}).get("body") or {}).get("properties", ()))


def _query_facts(seen: Seen) -> dict[str, Any]:
    """Return a parameter as a schema; one of several values may be given once."""
    if "array" not in seen.kinds:
        return _facts({}, seen)
    return _facts({}, Seen({"array"}, items=seen.items if len(seen.kinds) == 1 else None))


def without_cut(items: list[Any]) -> list[Any]:
    """Return the items of a recorded list without the text that stands for the others."""
    return [item for item in items if not (isinstance(item, str) and CUT.fullmatch(item))]


def _facts(facts: dict[str, Any], seen: Seen, required: Iterable[str] | None = None) -> dict[str, Any]:
    """Return what was seen as a schema.

    Args:
        facts: what is known already.
        seen: what was seen.
        required: names of properties that are required, if no object lacked them; None: those that no object lacked.
    """
    if seen.null:
        facts["nullable"] = True
    if seen.ref:
        return {**facts, "ref": seen.ref}
    kinds = {"number"} if seen.kinds == {"integer", "number"} else seen.kinds
    if len(kinds) != 1:
        # Nothing or several types: anything is accepted.
        return {}
    [kind] = kinds
    facts["type"] = kind
    if kind == "array":
        facts["items"] = _facts({}, seen.items or Seen())
    if kind == "object" and seen.is_map:
        facts["values"] = _union([_facts({}, part) for part in seen.properties.values()])
    elif kind == "object":
        facts["properties"] = {
            key: _facts({"nullable": True} if key in OFTEN_NULL else {}, part)
            for key, part in sorted(seen.properties.items())
        }
        always = seen.always or set()
        kept = sorted(always if required is None else always & set(required))
        facts |= {"required": kept} if kept else {}
    return facts


def _union(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if parts and all(part == parts[0] for part in parts) else {}


def exchanges(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield the exchanges of recordings."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def contract_in(description: Path, recordings: Iterable[Path]) -> dict[str, Any]:
    """Return the contract."""
    extraction = Extraction(json.loads(description.read_text(encoding="utf-8")))
    for exchange in exchanges(recordings):
        extraction.add(exchange)
    return extraction.facts()


if __name__ == "__main__":
    first, *rest = map(Path, sys.argv[1:])
    sys.stdout.write(written(contract_in(first, rest)))
