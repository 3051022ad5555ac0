# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract's checker finds what disagrees, and the sandbox agrees with the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract import report
from tests.contract.checker import CONTRACT, check, operation_of
from tests.contract.extract import contract_of

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared/specs/reseller-v2.openapi.json"


def exchange(method: str = "GET", path: str = "/v2/accounts", **changed: Any) -> dict[str, Any]:
    """A good exchange, with changes."""
    good: dict[str, Any] = {
        "method": method,
        "path": path,
        "query": "",
        "request_headers": {"user-agent": "reseller.toolkit/1.0.0 (Ansible collection)"},
        "request_body": "",
        "status": 200,
        "response_headers": {},
        "response_body": json.dumps([{"id": 1, "identifier": "a.example", "servicepack_id": 2}]),
    }
    return {**good, **changed}


def found(line: dict[str, Any]) -> list[str]:
    return [str(violation) for violation in check(line)]


def test_there_are_75_operations() -> None:
    assert len(CONTRACT["operations"]) == 75


@pytest.mark.skipif(not DESCRIPTION.exists(), reason="the vendor's description is not beside the project")
def test_contract_is_what_the_description_says() -> None:
    assert contract_of(json.loads(DESCRIPTION.read_text())) == CONTRACT


def test_fixed_segment_goes_before_a_variable_one() -> None:
    assert operation_of("POST", "/v2/domains/registrations") == "POST /domains/registrations"
    assert operation_of("GET", "/v2/domains/a.example") == "GET /domains/{domainName}"
    assert operation_of("POST", "/v2/domains/a.example") is None


def test_good_exchange() -> None:
    assert found(exchange(query="skip=0&take=1000&identifier=a.example")) == []


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"path": "/v2/nothing"}, "no such operation"),
        ({"method": "DELETE"}, "no such operation"),
        ({"query": "account_id=1"}, "unknown query parameter account_id"),
        ({"request_body": '{"a": 1}'}, "a body where there is none"),
        ({"status": 202}, "undocumented status 202"),
        ({"status": 418}, "undocumented status 418"),
        ({"response_body": "{}"}, "body is no array"),
        ({"response_body": '[{"id": "1"}]'}, "body[0].id is no integer"),
        ({"response_body": '[{"id": true}]'}, "body[0].id is no integer"),
        ({"response_body": '[{"color": "red"}]'}, "body[0].color is unknown"),
        ({"status": 400, "response_body": '{"message": "no"}'}, "unknown property message of an error"),
    ],
)
def test_disagreement_is_found(changed: dict[str, Any], text: str) -> None:
    assert [line.rpartition(": ")[2] for line in found(exchange(**changed))] == [text]


def test_disagreement_of_a_body_is_found() -> None:
    body = {"servicepack_id": "1", "identifier": "a.example", "color": "red"}
    line = exchange("POST", request_body=json.dumps(body), status=202, response_body="")
    assert found(line) == [
        "POST /accounts: request: body.servicepack_id is no integer",
        "POST /accounts: request: body.color is unknown",
    ]


def test_enum_is_compared_without_case() -> None:
    path = "/v2/sslcertificaterequests"
    assert found(exchange(path=path, response_body='[{"vendor": "Sectigo"}]')) == []
    assert len(found(exchange(path=path, response_body='[{"vendor": "Nobody"}]'))) == 1


def test_requests_of_others_are_not_checked_and_their_answers_are() -> None:
    headers = {"user-agent": "python-requests"}
    assert found(exchange(request_headers=headers, query="account_id=1")) == []
    assert len(found(exchange(request_headers=headers, status=202))) == 1


def test_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "one.jsonl"
    log.write_text(json.dumps(exchange()) + "\n" + json.dumps(exchange())[:40])
    assert report.main([str(tmp_path)]) == 0
    assert "1 of 75 operations" in capsys.readouterr().out
    assert report.main([str(tmp_path), "--require-all"]) == 1
    log.write_text(json.dumps(exchange(status=202)) + "\n")
    assert report.main([str(tmp_path)]) == 1
    log.write_text("")
    assert report.main([str(tmp_path)]) == 1
