# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker finds disagreements with the contract and nothing else; the report shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract import report
from tests.contract.checker import check, operation_of
from tests.contract.contracts import CONTRACTS, RESELLER, RESELLER_METER
from tests.contract.extract import READINGS, Reading, contract_in, contract_of, written

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTIONS = ROOT / "../shared/specs"
AGENT = {"user-agent": "reseller.toolkit/1.0.0 (Ansible collection)"}
OTHERS = {"user-agent": "python-requests"}
JSON = {"content-type": "application/json; charset=utf-8"}
METER = dict.fromkeys(RESELLER_METER, "1")
PAGING = {"x-paging-skipped": "0", "x-paging-take": "1", "x-paging-totalresults": "1"}
ACCOUNT = {"id": 1, "identifier": "a.example", "servicepack_id": 2}


def exchange(method: str = "GET", path: str = "/v2/accounts", **changed: Any) -> dict[str, Any]:
    """Return a valid exchange with changes; bodies may be given as data."""
    good: dict[str, Any] = {
        "method": method,
        "path": path,
        "query": "",
        "request_headers": {**AGENT, **JSON},
        "request_body": "",
        "status": 200,
        "response_headers": {**METER, **PAGING, **JSON},
        "response_body": [ACCOUNT],
    }
    line = {**good, **changed}
    for body in ("request_body", "response_body"):
        if not isinstance(line[body], str):
            line[body] = json.dumps(line[body])
    return line


def order(**changed: Any) -> dict[str, Any]:
    """Return a valid order of an account, with changes."""
    body = {"servicepack_id": 1001, "identifier": "a.example", "ftp_password": "***"}
    return exchange("POST", **{"request_body": body, "status": 202, "response_body": "", **changed})


def found(line: dict[str, Any]) -> list[str]:
    """Return the findings without the operation."""
    return [f"{violation.side}: {violation.text}" for violation in check(line)]


def test_there_are_all_operations() -> None:
    known = {
        "reseller": 75,
        "configcat": 94,
        "peertube": 253,
        "crossbrowsertesting": 6,
        "dataflowkit": 5,
        "departureboard": 8,
    }
    assert {name: len(contract.operations) for name, contract in CONTRACTS.items()} == known


@pytest.mark.skipif(not DESCRIPTIONS.exists(), reason="the vendors' descriptions are not beside the project")
@pytest.mark.parametrize("service", list(READINGS))
def test_contract_is_what_the_description_says(service: str) -> None:
    fresh = written(contract_in(DESCRIPTIONS, service))
    assert fresh == Path(__file__).with_name(f"{service}.json").read_text(encoding="utf-8")


def test_facts_of_a_description() -> None:
    """The facts that the extract keeps and leaves out."""
    text = {"type": "string", "description": "Prose."}
    parameters = [
        {"in": "query", "name": "shop_id", "schema": {"type": "integer", "format": "int32"}, "required": True},
        {"in": "path", "name": "shopId", "schema": text, "required": True},
        {"in": "query", "name": "color", "schema": {"$ref": "#/components/schemas/Color"}, "required": True},
    ]
    content = {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Color"}}}}
    answers = {"200": {"description": "Prose.", "headers": {"Location": text}, "content": content}, "410": {}}
    operation = {"summary": "Prose.", "parameters": parameters, "responses": answers}
    description = {
        "paths": {"/shops/{shopId}": {"get": operation}},
        "components": {"schemas": {"Color": {"type": "string", "enum": ["red"], "description": "Prose."}}},
    }
    contract = contract_of(description, Reading())
    assert json.loads(written(contract)) == contract
    assert contract == {
        "operations": {
            "GET /shops/{shopId}": {
                "path": {"shopId": {"type": "integer", "format": "int32"}},
                "query": {"color": {"ref": "Color", "required": True}},
                "body": None,
                "answers": {
                    "200": {"headers": ["Location"], "body": {"type": "array", "items": {"ref": "Color"}}},
                    "410": {"headers": [], "body": None},
                },
            }
        },
        "schemas": {"Color": {"type": "string", "enum": ["red"]}},
    }


def test_newer_requests_replace_those_of_a_description() -> None:
    parameters = [{"in": "path", "name": "shopId", "schema": {"type": "string", "format": "uuid"}, "required": True}]
    answers = {"200": {"content": {"application/json": {"schema": {"type": "boolean"}}}}}
    older = {"parameters": parameters, "responses": answers}
    description = {"paths": {"/Shops/{shopId}": {"put": older, "get": older}}, "components": {"schemas": {}}}
    nullable = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}]}
    properties = {
        "name": {"type": "string"},
        "hint": nullable,
        "size": {"type": ["number", "null"]},
        "any": {"type": []},
    }
    body = {"type": "object", "properties": properties, "required": ["hint", "name"], "additionalProperties": False}
    given = {"shopId": {"type": "string"}, "requestBody": body}
    days: dict[str, Any] = {
        "days": {"type": "integer", "minimum": 7, "maximum": 90},
        "ids": {"type": "array", "items": {"type": "string"}},
    }
    newer = [
        {"method": "PUT", "path": "/shops/{shopId}", "input": {"properties": given}},
        {"method": "GET", "path": "/shops", "input": {"properties": days, "required": ["days"]}},
    ]
    operations: dict[str, Any] = contract_of(description, Reading(), newer)["operations"]
    assert list(operations) == ["GET /Shops/{shopId}", "GET /shops", "PUT /Shops/{shopId}"]
    assert operations["PUT /Shops/{shopId}"] == {
        **operations["GET /Shops/{shopId}"],
        "body": {
            "type": "object",
            "properties": {
                "any": {},
                "hint": {"type": "string", "minLength": 1, "nullable": True},
                "name": {"type": "string"},
                "size": {"type": "number", "nullable": True},
            },
            "required": ["hint", "name"],
        },
    }
    assert operations["GET /shops"] == {
        "path": {},
        "query": {"days": {**days["days"], "required": True}, "ids": days["ids"]},
        "body": None,
        "answers": {"200": {"headers": [], "body": {}}},
    }


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/v1/products", "GET /v1/products"),
        ("GET", "/v2/settings/a/value", "GET /v2/settings/{settingKeyOrId}/value"),
        ("GET", "/v1/settings/a/value", "GET /v1/settings/{settingKeyOrId}/value"),
        ("GET", "/v2/products", None),
        ("POST", "/v2/domains/registrations", "POST /domains/registrations"),
        ("GET", "/v2/domains/a.example", "GET /domains/{domainName}"),
        ("GET", "/v2/domains/registrations", "GET /domains/{domainName}"),
        ("POST", "/v2/domains/a.example", None),
        ("GET", "/v2/domains/", "GET /domains"),
        ("GET", "/v2/domains/a.example/", "GET /domains/{domainName}"),
        ("GET", "/v2/domains//", None),
        ("GET", "/v3/domains", None),
        ("GET", "/domains", None),
    ],
)
def test_operation_of_a_path(method: str, path: str, operation: str | None) -> None:
    found = operation_of(method, path)
    assert (found and found.name) == operation


@pytest.mark.parametrize(
    "line",
    [
        exchange(query="skip=0&take=1000&identifier=a.example&asset_type=mysql"),
        order(),
        order(response_headers={**METER, "location": "/v2/provisioningjobs/1"}),
        exchange(status=404, response_body={"error_code": "a", "error_text": "b"}),
        exchange(status=400, response_body={"validation_errors": [{"error_code": "a", "error_text": "b"}]}),
        exchange(status=410, response_body=""),
        exchange(status=429, response_body="", response_headers={**METER, "retry-after": "1"}),
        exchange(status=None, response_headers={}, response_body=""),
        exchange(status=418, response_body="teapot", fault="status"),
        exchange(request_headers=OTHERS, path="/v2/nothing", status=404, response_body=""),
        exchange(request_headers=OTHERS, path="/v2/nothing", status=405, response_body=""),
    ],
)
def test_good_exchange(line: dict[str, Any]) -> None:
    assert found(line) == []


SSL_REQUEST = "/v2/sslcertificaterequests/7"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (exchange(path="/v2/nothing", status=404, response_body=""), "no such operation"),
        (exchange("DELETE", status=405, response_body=""), "no such operation"),
        (exchange(query="account_id=1"), "unknown query parameter account_id"),
        (exchange(query="skip=1&skip=2"), "repeated query parameter skip"),
        (exchange(query="skip=all"), "query parameter skip is no integer"),
        (exchange(query="take=9999999999"), "query parameter take is no int32"),
        (exchange(query="asset_type=DNS"), "query parameter asset_type is not one of its values: DNS"),
        (exchange(request_body={"a": 1}), "a body where there is none"),
        (order(request_body=""), "no body where there is one"),
        (order(request_body='{"identifier": '), "the body is not JSON"),
        (order(request_body=[]), "body is no object"),
        (order(request_body={"servicepack_id": "1"}), "body.servicepack_id is no integer"),
        (order(request_body={"servicepack_id": None}), "body.servicepack_id is no integer"),
        (order(request_body={"color": "red"}), "body.color is unknown"),
        (order(request_headers=AGENT), "the body's type is not application/json"),
        (
            exchange("PUT", "/v2/mailzones/a.example/antispam", request_body={"type": "Basic"}, status=401),
            "body.type is not one of its values: Basic",
        ),
        (
            exchange("PUT", "/v2/domains/a.example/renew", request_body={"will_renew": None}, status=401),
            "body.will_renew is no boolean",
        ),
        (exchange(unusual=["unknown property color"]), "unusual: unknown property color"),
        (exchange(path="/v2/accounts/", unusual=["trailing slash"]), "unusual: trailing slash"),
        (exchange(path="/v2/accounts/shop.example", status=404), "accountId of the path is no int32"),
        (exchange(path="/v2/provisioningjobs/7", status=404), "jobId of the path is no uuid"),
        (
            exchange(path="/v2/sslcertificates/ab/download", query="password=***", status=404),
            "no query parameter file_format",
        ),
    ],
)
def test_disagreement_of_a_request_is_found(line: dict[str, Any], text: str) -> None:
    error = {"error_code": "a", "error_text": "b"}
    if line["status"] >= 400:
        line["response_body"] = json.dumps(error)
    assert found(line) == [f"request: {text}"]
    assert found({**line, "request_headers": OTHERS}) == [], "requests of others are not checked"
    assert found({**line, "fault": "reset_after", "status": None}) == [f"request: {text}"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (order(status=200), "undocumented status 200"),
        (exchange(status=418, response_body=""), "undocumented status 418"),
        (exchange(status=405, response_body=""), "undocumented status 405"),
        (exchange(response_body=""), "the body is not JSON"),
        (exchange(response_body="<html>"), "the body is not JSON"),
        (exchange(response_body={}), "body is no array"),
        (exchange(response_body=[{"id": "1"}]), "body[0].id is no integer"),
        (exchange(response_body=[{"id": True}]), "body[0].id is no integer"),
        (exchange(response_body=[{"id": 1.5}]), "body[0].id is no integer"),
        (exchange(response_body=[{"id": 2**31}]), "body[0].id is no int32"),
        (exchange(response_body=[ACCOUNT, {"color": "red"}]), "body[1].color is unknown"),
        (exchange(response_body=[{"identifier": None}]), "body[0].identifier is no string"),
        (
            exchange(path=SSL_REQUEST, response_body={"vendor": "Nobody"}),
            "body.vendor is not one of its values: Nobody",
        ),
        (
            exchange(path="/v2/domains", response_body=[{"expiration_date": "soon"}]),
            "body[0].expiration_date is no date-time",
        ),
        (
            exchange(path="/v2/domains/a.example", response_body={"can_toggle_renew": None}),
            "body.can_toggle_renew is no boolean",
        ),
        (
            exchange(path="/v2/mailzones/a.example", response_body={"anti_spam": {"allowed_types": ["all"]}}),
            "body.anti_spam.allowed_types[0] is not one of its values: all",
        ),
        (order(response_body={"id": "1"}), "a body where there is none"),
        (
            exchange(response_headers={**PAGING, **JSON, **METER, RESELLER_METER[0]: ""}),
            "no number in header x-ratelimit-limit",
        ),
        (
            exchange(response_headers={**METER, **JSON, **PAGING, "x-paging-take": "all"}),
            "header X-Paging-Take is missing or wrong",
        ),
        (exchange(path=SSL_REQUEST, status=303, response_body=""), "header Location is missing or wrong"),
        (
            exchange(response_headers={**METER, **PAGING, "content-type": "text/html"}),
            "the body's type is not application/json",
        ),
        (exchange(status=429, response_body=""), "no header retry-after"),
        (exchange(status=400, response_body={"message": "no"}), "body.message is unknown"),
        (
            exchange(status=400, response_body={"validation_errors": [{"message": "no"}]}),
            "body.validation_errors[0].message is unknown",
        ),
        (exchange(status=404, response_body={"error_code": 7, "error_text": ""}), "body.error_code is no string"),
    ],
)
def test_disagreement_of_a_response_is_found(line: dict[str, Any], text: str) -> None:
    assert found(line) == [f"answer: {text}"]
    assert found({**line, "request_headers": OTHERS, "request_body": ""}) == [f"answer: {text}"]
    assert found({**line, "fault": "edit"}) == [], "what a fault made is not checked"


def test_response_to_an_unknown_operation_is_an_error() -> None:
    line = exchange(path="/v2/nothing", request_headers=OTHERS)
    assert [str(violation) for violation in check(line)] == [
        "GET /v2/nothing: answer: status 200 of what is no operation"
    ]


CONFIGCAT_METER = {"x-rate-limit-remaining": "1", "x-rate-limit-reset": "1"}
HAL = {"content-type": "application/hal+json"}
PRODUCT_ID = "08d86d63-2721-4da6-8c06-584521d516bc"
TAG_IN_HAL = {
    "tagId": 1,
    "_links": {"self": {"href": "/v1/tags/1"}},
    "_embedded": {"product": {"productId": PRODUCT_ID}},
}


def configcat(method: str, path: str, **changed: Any) -> dict[str, Any]:
    """Return an exchange with ConfigCat, with changes."""
    headers = {**AGENT, **JSON, "authorization": "Basic key"}
    answer = {"response_headers": {**CONFIGCAT_METER, **JSON}, "response_body": ""}
    return exchange(method, path, **{"request_headers": headers, **answer, **changed})


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        (
            configcat(
                "GET", "/v2/nothing", status=401, response_body="", request_headers={"authorization": "Basic key"}
            ),
            [],
        ),
        (exchange(path="/v2/nothing", status=404, response_body="", request_headers={"authorization": "hmac key"}), []),
        (
            configcat(
                "GET",
                f"/v1/products/{PRODUCT_ID}/staleflags",
                query="ignoredTagIds=1&ignoredTagIds=2",
                response_body={},
            ),
            [],
        ),
        (
            configcat(
                "GET",
                f"/v1/products/{PRODUCT_ID}/integrations",
                response_body={"integrations": [{"parameters": {"apikey": "x", "site": None, "server": 5}}]},
            ),
            ["answer: body.integrations[0].parameters.server is no string"],
        ),
        (
            configcat(
                "GET",
                f"/v1/products/{PRODUCT_ID}/staleflags",
                query="staleFlagAgeDays=6&ignoredTagIds=a",
                response_body={},
            ),
            [
                "request: query parameter staleFlagAgeDays is not from 7 to 90",
                "request: query parameter ignoredTagIds is no integer",
            ],
        ),
        *(
            (
                configcat("DELETE", f"/v1/environments/{PRODUCT_ID}", query=f"cleanupAuditLogs={text}", status=204),
                texts,
            )
            for text, texts in [
                ("true", []),
                ("True", ["request: query parameter cleanupAuditLogs is no boolean"]),
            ]
        ),
        (
            configcat(
                "PUT",
                f"/v2/environments/{PRODUCT_ID}/settings/1/value",
                request_body={"defaultValue": {"doubleValue": True}},
            ),
            ["request: body.defaultValue.doubleValue is no number", "answer: the body is not JSON"],
        ),
        (
            configcat("POST", "/v1/products/1/tags", request_body={"name": ""}, status=401),
            ["request: productId of the path is no uuid", "request: body.name is too short"],
        ),
        (configcat("GET", "/v1/tags/1", response_headers={**CONFIGCAT_METER, **HAL}, response_body=TAG_IN_HAL), []),
        (
            configcat(
                "GET", "/v1/tags/1", response_headers={**CONFIGCAT_METER, **HAL}, response_body={**TAG_IN_HAL, "x": 1}
            ),
            ["answer: body.x is unknown"],
        ),
        (
            configcat(
                "GET",
                "/v1/tags/1",
                response_headers={**CONFIGCAT_METER, **HAL},
                response_body={"_links": {"self": {"href": 1}}},
            ),
            ["answer: the body is not HAL: the link self is no text"],
        ),
    ],
)
def test_exchange_with_configcat(line: dict[str, Any], texts: list[str]) -> None:
    assert found(line) == texts


def test_responses_may_have_other_letters_and_no_renewal() -> None:
    assert found(exchange(path=SSL_REQUEST, response_body={"vendor": "Sectigo"})) == []
    assert found(exchange(path="/v2/domains/a.example", response_body={"will_renew": None})) == []
    dates = ["2019-10-20T18:43:54.007", "2019-10-20T14:48:24.7446134Z"]
    for date in dates:
        assert found(exchange(path="/v2/domains", response_body=[{"expiration_date": date}])) == []


def write(folder: Path, *lines: dict[str, Any], rest: str = "") -> None:
    (folder / "one.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + rest, encoding="utf-8")


def test_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = exchange("POST", status=400, response_body="", request_body={})
    by_another = exchange(path="/v2/servicepacks", request_headers=OTHERS, response_body=[])
    write(tmp_path, exchange(), refused, by_another, rest='{"method": "GE')
    assert report.main([str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "1 of 75 operations used by the collection, 2 by anybody\n" in told and "0 violations\n" in told
    assert report.main([str(tmp_path), "--require", "reseller"]) == 1

    write(tmp_path, *[exchange(status=202)] * 2)
    assert report.main([str(tmp_path)]) == 1
    assert "2 x GET /accounts: answer: undocumented status 202\n2 violations" in capsys.readouterr().out


def test_report_of_logs_that_are_broken_or_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, exchange(), rest='{"method": "GE\n')
    assert report.main([str(tmp_path)]) == 1
    assert "one.jsonl:2: log: not a line of JSON" in capsys.readouterr().out
    write(tmp_path)
    assert report.main([str(tmp_path)]) == 1


def test_report_when_every_operation_was_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = []
    for name, facts in RESELLER.operations.items():
        method, _space, template = name.partition(" ")
        status = min(int(status) for status in facts["answers"])
        lines.append(exchange(method, "/v2" + template, status=status))
    write(tmp_path, *lines)
    report.main([str(tmp_path), "--require", "reseller"])
    assert "75 of 75 operations used by the collection" in capsys.readouterr().out


def test_page_of_operations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def sent_by(*names: str) -> None:
        users = [{"user-agent": f"reseller.toolkit/1.0.0 (Ansible collection; {name})", **JSON} for name in names]
        lines = [json.dumps(exchange(request_headers=headers)) for headers in users]
        (tmp_path / "log.jsonl").write_text("\n".join([*lines, ""]))

    page = tmp_path / "page.md"
    words = [str(tmp_path), "--operations", str(page)]
    sent_by("reseller_api")
    assert report.main(words) == 1 and not page.exists()
    assert report.main([*words, "--write"]) == 0
    assert "| `GET /accounts` | `reseller_api` |" in page.read_text()
    assert "| `POST /accounts` | nothing |" in page.read_text()
    assert "| `POST /v1/jira/connect` | left out: needs a token" in page.read_text()
    assert report.main(words) == 0
    sent_by("reseller_ssl", "reseller_api", "reseller_account")
    capsys.readouterr()
    assert report.main(words) == 1
    assert "+| `GET /accounts` | `reseller_account`, `reseller_ssl` |" in capsys.readouterr().out
