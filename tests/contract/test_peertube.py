# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of PeerTube says what was recorded of real servers, and the checker holds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.contract.checker import check, operation_of
from tests.contract.contracts import PEERTUBE, PEERTUBE_METER
from tests.contract.extract import written
from tests.contract.extract_recorded import Extraction, contract_in, exchanges, without_cut

SHARED = Path(__file__).resolve().parents[2] / "../shared"
DESCRIPTION = SHARED / "specs/peertube-v5.openapi.json"
RECORDINGS = sorted((SHARED / "recorded").glob("peertube-*.jsonl"))
AGENT = {"user-agent": "reseller.toolkit/1.0.0 (Ansible collection; peertube_user)"}
RAW_AGENT = {"user-agent": "reseller.toolkit/1.0.0 (Ansible collection; peertube_api)"}
JSON = {"content-type": "application/json; charset=utf-8"}
PROBLEM = {"content-type": "application/problem+json; charset=utf-8"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
METER = dict.fromkeys(PEERTUBE_METER, "1")
needs_recordings = pytest.mark.skipif(not RECORDINGS, reason="the recordings are not beside the project")


def exchange(method: str = "GET", path: str = "/config", **changed: Any) -> dict[str, Any]:
    """Return an exchange of the log; the path without prefix, bodies as data."""
    line: dict[str, Any] = {
        "method": method,
        "path": f"/api/v1{path}",
        "query": "",
        "request_headers": {**AGENT, **JSON},
        "request_body": "",
        "status": 204,
        "response_headers": {**METER, **JSON},
        "response_body": "",
        **changed,
    }
    for body in ("request_body", "response_body"):
        if not isinstance(line[body], str):
            line[body] = json.dumps(line[body])
    return line


def found(line: dict[str, Any]) -> list[str]:
    """Return the findings without the operation."""
    return [f"{violation.side}: {violation.text}" for violation in check(line)]


def multipart(*names: str) -> str:
    """Return a form with these fields."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n1\r\n' for name in names]
    return "".join([*parts, "--x--\r\n"])


@needs_recordings
def test_contract_is_what_was_recorded() -> None:
    fresh = written(contract_in(DESCRIPTION, RECORDINGS))
    assert fresh == Path(__file__).with_name("peertube.json").read_text(encoding="utf-8")


def whole(value: Any) -> Any:
    """Return a recorded body without the texts that stand for items left out."""
    if isinstance(value, list):
        return [whole(item) for item in without_cut(value)]
    return {name: whole(item) for name, item in value.items()} if isinstance(value, dict) else value


def as_logged(recorded: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded exchange as if the collection had sent it to a sandbox."""
    body, headers = recorded["request_body"], recorded["request_headers"]
    if isinstance(body, dict) and isinstance(body.get("form"), dict):
        body = urlencode(body["form"])
    elif isinstance(body, dict) and isinstance(body.get("multipart"), dict):
        body, headers = multipart(*body["multipart"]), {**headers, **MULTIPART}
    answer = whole(recorded["response_body"])
    return exchange(
        recorded["method"],
        recorded["path"].removeprefix("/api/v1"),
        query=urlencode(recorded["query"], doseq=True),
        request_headers={**headers, **AGENT},
        request_body="" if body is None else body,
        status=recorded["status"],
        response_headers=recorded["response_headers"],
        response_body="" if answer is None else answer,
    )


@needs_recordings
def test_recorded_requests_and_responses_agree_with_the_contract() -> None:
    taken = [
        one
        for one in exchanges(RECORDINGS)
        if operation_of(one["method"], one["path"])
        and (one["status"] < 300 or one["status"] == 308)
        # The server took these, and ignored what they say: a property, a text, a list.
        and "displayNSFW" not in (one["request_body"] or "")
        and not (isinstance(one["request_body"], str) and not one["request_body"].startswith("<bytes "))
    ]
    assert len(taken) > 1500
    assert [f"{one['method']} {one['path']}: {text}" for one in taken for text in found(as_logged(one))] == []


def test_operations_that_are_left_out_exist() -> None:
    assert PEERTUBE.left_out.keys() <= PEERTUBE.operations.keys()


USER = {"username": "ada", "password": "***", "email": "ada@example.com", "role": 2}


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        (exchange("POST", "/users", request_body=USER, status=200, response_body={"user": {"id": 1}}), None),
        (
            exchange("POST", "/users", request_body={**USER, "rôle": 1}, status=409),
            ["request: body.rôle is unknown"],
        ),
        (exchange("POST", "/users", status=400), ["request: no body where there is one"]),
        (exchange("PUT", "/users/1", request_body={}), []),
        (exchange("PUT", "/users/1", request_body={"role": "2"}), ["request: body.role is no integer"]),
        (exchange("POST", "/users/1/block"), []),
        (exchange("POST", "/users/1/block", request_body={"reason": "spam"}), []),
        (exchange("POST", "/users/1/unblock", request_body={"x": 1}), ["request: a body where there is none"]),
        (exchange("GET", "/users", query="serach=ada", status=401), ["request: unknown query parameter serach"]),
        (exchange("GET", "/videos", query="privacyOneOf=1&privacyOneOf=2", status=401), []),
        (exchange("PUT", "/users/me", request_body={"displayNSFW": True}), ["request: body.displayNSFW is unknown"]),
        (
            exchange(
                "POST", "/users/token", request_headers={**AGENT, **FORM}, request_body="username=a&pass=b", status=401
            ),
            ["request: unknown field pass"],
        ),
        (
            exchange("POST", "/users/token", request_body={"username": "a"}, status=401),
            ["request: the body's type is not application/x-www-form-urlencoded"],
        ),
        (
            exchange(
                "PUT",
                "/videos/1",
                request_headers={**AGENT, **MULTIPART},
                request_body=multipart("name", "tags[0]", "tags[1]", "tag"),
            ),
            ["request: unknown field tag"],
        ),
        (exchange("DELETE", "/videos/1", status=201), ["answer: undocumented status 201"]),
        (
            exchange("DELETE", "/videos/1", response_headers={}),
            [f"answer: no number in header {name}" for name in METER],
        ),
        (exchange(status=200, response_body={}), None),
        (
            exchange(
                "GET",
                "/users",
                status=403,
                response_headers={**METER, **PROBLEM},
                response_body={"type": "about:blank"},
            ),
            ["answer: body.status is missing"],
        ),
        (
            exchange(
                "DELETE",
                "/videos/1",
                status=400,
                response_headers={**METER, **JSON},
                response_body={"type": "a", "status": 400},
            ),
            ["answer: the body's type is not application/problem+json"],
        ),
        (
            exchange(
                "GET",
                "/videos/1",
                status=404,
                response_headers={**METER, "content-type": "text/plain"},
                response_body="Not Found",
            ),
            [],
        ),
        (exchange("GET", "/nothing", request_headers=RAW_AGENT, status=400), []),
        (exchange("GET", "/nothing", status=400), ["request: no such operation"]),
        (
            exchange("GET", "/nothing", request_headers=RAW_AGENT, status=200),
            ["request: no such operation", "answer: status 200 of what is no operation"],
        ),
    ],
)
def test_exchange_with_peertube(line: dict[str, Any], texts: list[str] | None) -> None:
    """None: only that something is missing in the response."""
    if texts is None:
        assert found(line) and all(text.endswith(" is missing") for text in found(line))
    else:
        assert found(line) == texts


def test_responses_may_have_more() -> None:
    answer = {"client_id": "a", "client_secret": "b"}
    line = exchange("GET", "/oauth-clients/local", status=200, response_body={**answer, "new": 1})
    assert found(line) == []
    line = exchange("GET", "/oauth-clients/local", status=200, response_body={"client_id": 1})
    assert found(line) == ["answer: body.client_id is no string", "answer: body.client_secret is missing"]


def recorded(method: str, path: str, **changed: Any) -> dict[str, Any]:
    """Return a recorded exchange."""
    good = {"query": {}, "request_body": None, "status": 200, "response_headers": JSON, "response_body": None}
    return {"method": method, "path": f"/api/v1{path}", **good, **changed}


DESCRIBED = {
    "paths": {
        "/api/v1/things/{id}": {
            "parameters": [{"in": "query", "name": "old", "schema": {"type": "boolean"}}],
            "get": {"responses": {"200": {"content": {"application/json": {"schema": {"type": "array"}}}}}},
            "put": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "properties": {"name": {"type": "integer"}, "x": {"type": "integer"}},
                                "required": ["name", "x"],
                            }
                        }
                    }
                },
                "responses": {},
            },
            "post": {"responses": {"204": {}, "default": {}}},
        }
    },
    "components": {"schemas": {}},
}


def facts_of(*lines: dict[str, Any]) -> dict[str, Any]:
    """Return the operations of an extraction."""
    extraction = Extraction(DESCRIBED)
    for line in lines:
        extraction.add(line)
    operations: dict[str, Any] = extraction.facts()["operations"]
    return operations


def test_recordings_win_over_the_description() -> None:
    facts = facts_of(
        recorded("GET", "/things/1", query={"withStats": "true"}, response_body={"id": 1, "name": None}),
        recorded("GET", "/things/2", response_body={"id": 2, "name": "ada", "more": [1, 2.5]}),
        recorded("PUT", "/things/1", request_body={"name": "ada", "new": None}, status=204),
        recorded("PUT", "/things/1", request_body={"name": 5, "wrong": 1}, status=400, response_body={"status": 400}),
        recorded("DELETE", "/things/1", status=400),
    )
    shown = {
        "id": {"type": "integer"},
        "name": {"type": "string", "nullable": True},
        "more": {"type": "array", "items": {"type": "number"}},
    }
    read = facts["GET /things/{id}"]
    assert read["query"] == {"old": {"type": "boolean"}, "withStats": {"type": "boolean"}}
    assert read["answers"]["200"]["body"] == {"type": "object", "properties": shown, "required": ["id", "name"]}
    sent = {"name": {"type": "string"}, "new": {}, "x": {"type": "integer"}}
    write = facts["PUT /things/{id}"]
    assert write["body"] == {"type": "object", "properties": sent, "required": ["name"]}
    assert sorted(write["answers"]) == ["204", "400"]
    assert facts["POST /things/{id}"]["answers"] == {"204": {"headers": [], "body": None}}
    assert "DELETE /things/{id}" not in facts


def test_page_of_a_described_list_has_its_items() -> None:
    described = {**DESCRIBED, "components": {"schemas": {"User": {"properties": {"id": {}}}}}}
    users = {"type": "array", "items": {"$ref": "#/components/schemas/User"}}
    answer = {"responses": {"200": {"content": {"application/json": {"schema": users}}}}}
    described["paths"] = {"/api/v1/things": {"get": answer}, "/api/v1/things/{id}": {"get": answer}}
    extraction = Extraction(described)
    extraction.add(recorded("GET", "/things", response_body={"total": 2, "data": [{"id": 1}]}))
    extraction.add(recorded("GET", "/things/1", response_body={"id": None}))
    facts = extraction.facts()
    assert facts["operations"]["GET /things/{id}"]["answers"]["200"]["body"] == {"ref": "User"}
    assert facts["schemas"]["User"]["properties"] == {"id": {"type": "integer", "nullable": True}}


def test_forms_give_the_names_of_fields_and_a_body_may_be_optional() -> None:
    facts = facts_of(
        recorded("POST", "/videos/1/passwords/x", status=200),
        recorded("POST", "/users/1/block", status=204),
        recorded("POST", "/users/1/block", status=204, request_body={"multipart": {"tags[0]": "a", "tags[1]": "b"}}),
    )
    block = facts["POST /users/{id}/block"]
    assert (block["forms"], block["body_is_optional"]) == ({"multipart/form-data": ["tags[]"]}, True)


@needs_recordings
def test_json_takes_the_fields_of_a_described_form_and_removed_videos_leave_their_imports() -> None:
    contract = contract_in(DESCRIPTION, RECORDINGS)
    taken = contract["operations"]["POST /videos/imports"]["body"]["properties"]
    assert taken["targetUrl"] == {"type": "string"} and {"name", "privacy", "waitTranscoding"} <= set(taken)
    assert "videoPasswords" in contract["operations"]["PUT /videos/{id}"]["body"]["properties"]
    imported = contract["schemas"]["VideoImport"]
    assert "video" in imported["properties"] and "video" not in imported["required"]
