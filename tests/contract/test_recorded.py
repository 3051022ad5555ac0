# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox answers like the recorded real API."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.contract.checker import operation_of
from tests.contract.contracts import RESELLER, header
from tests.contract.recorded import differences, kinds
from tests.contract.test_sandbox import HOSTING, NAME, ON, PARTS, Drive, driven
from tests.sandbox.conftest import MAIL_ONLY

RECORDED = Path(__file__).resolve().parents[2] / "../shared/recorded/reseller-answers.json"
needs_recordings = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not beside the project")
ANSWERS: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else []
#: Typed manually in the recordings, as a text.
TYPED = {"body.servicepack_id", "body[].servicepack_id"}
DOCUMENTED = frozenset(name for schema in RESELLER.schemas.values() for name in schema.get("properties", {}))


def name_of(answer: dict[str, Any]) -> str:
    """Return the operation of a recorded response, by its name in the contract."""
    return str(answer["operation"]).replace(" /v2", " ").partition(" (")[0]


def is_whole(answer: dict[str, Any]) -> bool:
    """Return whether the whole body was recorded, and not only the part that its source discusses."""
    partly = ("seen live", "existence", "property from", "live finding", "anonymised real output")
    return (
        isinstance(answer["body"], (list, dict)) and answer["status"] < 400 and not answer["trust"].startswith(partly)
    )


#: The recorded bodies, by operation and status.
SEEN: dict[tuple[str, int], list[Any]] = defaultdict(list)
for one in ANSWERS:
    if is_whole(one) and name_of(one) in RESELLER.operations:
        SEEN[name_of(one), one["status"]].append(one["body"])


@pytest.fixture(scope="module")
def exchanges() -> list[dict[str, Any]]:
    """The exchanges in which every operation was called, and every request that is recorded as refused."""
    with driven(*PARTS, all_types, refusals, job_seconds=60, rate_limit="100000/60") as drive:
        failed = drive(202, "POST", "/v2/accounts", {"identifier": "failed.example", "servicepack_id": MAIL_ONLY})
        drive.sandbox.set_job(failed.rpartition("/")[2], "failed")
        drive(200, "GET", failed)
        return drive.sandbox.exchanges()


def all_types(drive: Drive) -> None:
    path = f"/v2/dns/{NAME}/records"
    for name, kind, content in (
        ("shop", "A", "192.0.2.1"),
        ("", "AAAA", "2001:db8::1"),
        ("", "TXT", "v=spf1 mx -all"),
        ("", "CAA", '0 issue "letsencrypt.org"'),
        ("cafémüllerstraße", "CNAME", "www.example.com"),
        ("xn--caf-dma", "CNAME", "www.example.com"),
    ):
        drive(200, "GET", drive(201, "POST", path, {"type": kind, "record_name": name, "content": content}))
    service = {"type": "SRV", "service": "submission", "port": 587, "target": "smtp-auth.example.com"}
    drive(200, "GET", drive(201, "POST", path, service))
    for record in drive.client.get(path).json():
        drive(200, "GET", f"{path}/{record['id']}")


def refusals(drive: Drive) -> None:
    path = f"/v2/dns/{NAME}/records"
    drive(400, "POST", path, {"type": "A", "record_name": "*", "content": "192.0.2.1", "ttl": 3600})
    drive(400, "POST", path, {"type": "CNAME", "record_name": "x", "content": "@"})
    drive(400, "POST", path, {"type": "A", "content": "192.0.2.1", "ttl": 59})
    drive(405, "DELETE", path)
    drive(404, "GET", "/v2/dns/somebody.example/records")
    drive(400, "POST", "/v2/domains/transfers", {"domain_name": "example.com", "transfer_code": "x"})
    key = {"public_key": "ssh-ed25519 " + b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()}
    drive(201, "POST", f"{HOSTING}/ssh/keys", key)
    drive(400, "POST", f"{HOSTING}/ssh/keys", key)
    assert drive.client.get("/v2/accounts", secret="another").status_code == 401
    assert drive.client.get("/v2/accounts", header="hmac").status_code == 401
    drive(204, "PUT", f"{HOSTING}/ssh/configuration", {**ON, "unknown": "property"})


def named(exchange: dict[str, Any]) -> str:
    """Return the operation of an exchange, by its name in the contract."""
    operation = operation_of(exchange["method"], exchange["path"])
    return operation.name if operation else ""


@needs_recordings
@pytest.mark.parametrize(("operation", "status"), SEEN)
def test_bodies_are_as_recorded(exchanges: list[dict[str, Any]], operation: str, status: int) -> None:
    told = [one for one in exchanges if (named(one), one["status"]) == (operation, status)]
    shown, recorded = [json.loads(one["response_body"]) for one in told], SEEN[operation, status]
    if "{recordId}" in operation:
        # Facts about the records of a list apply to a single one.
        recorded = [*recorded, *SEEN["GET /dns/{domainName}/records", 200][0]]
    elif "/records" in operation:
        recorded = [[*recorded[0], *SEEN["GET /dns/{domainName}/records/{recordId}", 200]]]
    wanted = {place: kind for place, kind in kinds(recorded).items() if place not in TYPED}
    for place in wanted.keys() & {"body.will_renew", "body[].will_renew"}:
        # Recorded as both, for different domains.
        wanted[place] = {"boolean", "null"}
    assert shown and list(differences(kinds(shown), wanted, DOCUMENTED)) == []


@needs_recordings
def test_statuses_and_headers_are_as_recorded(exchanges: list[dict[str, Any]]) -> None:
    wrong = []
    for answer in ANSWERS:
        if name_of(answer) not in RESELLER.operations or answer["trust"].startswith(("live finding", "property from")):
            continue
        told = [one for one in exchanges if (named(one), one["status"]) == (name_of(answer), answer["status"])]
        names = {name.lower() for name in answer.get("headers", {})} - {"transfer-encoding", "content-length"}
        if answer["body"] is None:
            # Sometimes recorded without a value.
            names -= {"content-type"}
        if not told or not all(header(one["response_headers"], name) for one in told for name in names):
            wrong.append((name_of(answer), answer["status"], names))
    assert wrong == []


@needs_recordings
def test_orders_say_when_to_check_their_job_as_recorded(exchanges: list[dict[str, Any]]) -> None:
    recorded = [
        answer for answer in ANSWERS if answer["status"] == 202 and answer["trust"].startswith("likely recorded")
    ]
    assert {"Retry-After" in answer["headers"] for answer in recorded} == {True, False}
    for answer in recorded:
        told = [one for one in exchanges if (named(one), one["status"]) == (name_of(answer), 202)]
        assert told and {"Retry-After" in answer["headers"]} == {
            bool(header(one["response_headers"], "retry-after")) for one in told
        }, name_of(answer)


@needs_recordings
def test_codes_are_those_that_were_seen(exchanges: list[dict[str, Any]]) -> None:
    """At the top level of the body, whatever else it contains."""
    told = {
        (one["status"], json.loads(one["response_body"])["error_code"])
        for one in exchanges
        if one["status"] in (400, 401)
    }
    seen = {(one["status"], one["body"]["error_code"]) for one in ANSWERS if "error_code" in (one["body"] or "")}
    assert len(seen) == 6 and seen <= told


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ({"id": 1, "at": "2019-12-23T23:00:00Z", "links": ["/v2/a/b"], "none": None}, []),
        ({"id": "1", "at": "2019-12-23T23:00:00Z", "links": [], "none": None}, ["body.id is text, and was integer"]),
        ({"id": 1, "links": [], "none": None}, ["body.at is missing"]),
        ({"id": 1, "at": None, "links": [], "none": None}, ["body.at is null, and was time in whole seconds"]),
        ({"id": 1, "at": "2019-12-23T23:00:00Z", "links": [], "none": ""}, ["body.none is nothing, and was null"]),
        (
            {"id": 1, "at": "2019-12-23T23:00:00.1Z", "links": [], "none": None},
            ["body.at is time, and was time in whole seconds"],
        ),
        (
            {"id": 1, "at": "2019-12-23T23:00:00Z", "links": ["https://a.example/v2/b"], "none": None},
            ["body.links[] is text, and was path of the API"],
        ),
        ({"id": 1, "at": "2019-12-23T23:00:00Z", "links": [], "none": None, "new": 1}, ["body.new is unknown"]),
        ({"id": 1, "at": "2019-12-23T23:00:00Z", "links": [], "none": None, "ttl": 1}, []),
    ],
)
def test_difference_is_found(shown: dict[str, Any], found: list[str]) -> None:
    recorded = kinds([{"id": 7, "at": "2020-01-01T23:00:00Z", "links": ["/v2/x/y"], "none": None}])
    assert list(differences(kinds([shown]), recorded, frozenset({"ttl"}))) == found
