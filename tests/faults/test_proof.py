# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Empty or incomplete responses while a thing exists: nothing is ordered, nothing is added twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.faults.standing import FREE, OWN, PAID, Standing, Thing
from tests.sandbox.conftest import Client
from tests.support.children import connection, run_module
from tests.support.csr import make_csr
from tests.support.orders import orders_in

pytestmark = pytest.mark.faults

THINGS = {thing.name: thing for thing in PAID}

#: Row 38: answers without content.
SILENT: dict[str, dict[str, Any]] = {
    "204": {"fault": "edit", "status": 204},
    "202 without a body": {"fault": "edit", "status": 202, "body": ""},
    "202": {"fault": "edit", "status": 202},
    "203": {"fault": "edit", "status": 203},
    "206": {"fault": "edit", "status": 206},
    "200 without a body": {"fault": "no_body"},
    "200 without a body, as text": {"fault": "no_body", "content_type": "text/plain"},
    "empty list as a web page": {"fault": "not_json", "body": "<html>[]</html>"},
}
#: Row 39: totals that are too low, each with pages of one item, whatever was requested.
TOTALS = (None, "1, 1", "1", "²", "-1", "1.0", "")
#: Row 40: details of what is listed.
DETAILS: dict[str, dict[str, Any]] = {
    "404": {"fault": "status", "status": 404},
    "410": {"fault": "status", "status": 410},
    "empty": {"fault": "property", "at": "$", "change": "empty"},
}
#: Lists of things that have details at another path.
DETAILED = {
    "database": "/mysqldatabases/*",
    "domain registration": f"/domains/{OWN}",
    "domain transfer": f"/domains/{OWN}",
    "certificate": "/sslcertificates/*",
    "certificate request": "/sslcertificaterequests/*",
}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with SandboxProcess(job_seconds=0, rate_limit="1000000/60") as server:
        yield Standing(server, tmp_path_factory.mktemp("standing"))


def cases(row: int, things: Sequence[Thing], *more: str) -> list[Any]:
    found = []
    for thing in things:
        mark = pytest.mark.row(row, "paying post" if thing.pays else "free post")
        found += [pytest.param(thing, one, marks=mark, id=f"{row}-{thing}-{one}") for one in more]
    return found


def check_found_or_unproven(result: dict[str, Any], *, only_unproven: bool = False) -> None:
    if result.get("failed"):
        assert result["error"]["kind"] == "unproven", result
        assert result["msg"] and "Traceback" not in result["msg"]
    else:
        assert not only_unproven and result["changed"] is False, result


@pytest.mark.parametrize(("thing", "silent"), cases(38, [*PAID, *FREE], *SILENT))
def test_responses_that_say_nothing(standing: Standing, thing: Thing, silent: str) -> None:
    """All faults at once, and each of them alone."""
    result, counted = standing.run_altered(thing, [{"match": {"method": "GET"}, **SILENT[silent]}])
    assert counted.posts == []
    check_found_or_unproven(result, only_unproven=True)
    for name in thing.reads:
        result, counted = standing.run_altered(thing, [{"match": standing.match(name), **SILENT[silent]}])
        assert counted.posts == [], name
        check_found_or_unproven(result)


@pytest.mark.parametrize(
    "thing", [pytest.param(one, marks=pytest.mark.row(39, "paying post"), id=str(one)) for one in PAID]
)
@pytest.mark.parametrize("total", TOTALS)
def test_pages_that_are_cut_short(standing: Standing, thing: Thing, total: str | None) -> None:
    result, counted = standing.run_altered(
        thing, [{"fault": "page_cap", "take": 1}, {"fault": "total", "value": total}]
    )
    assert counted.posts == []
    check_found_or_unproven(result)


@pytest.mark.parametrize(("thing", "detail"), cases(40, [THINGS[name] for name in DETAILED], *DETAILS))
def test_details_that_are_missing(standing: Standing, thing: Thing, detail: str) -> None:
    match = {"method": "GET", "path": DETAILED[thing.name]}
    result, counted = standing.run_altered(thing, [{"match": match, **DETAILS[detail]}], settle_time=0)
    assert counted.posts == []
    # The list of databases contains everything that the details contain.
    check_found_or_unproven(result, only_unproven=thing.name != "database" or detail != "empty")


@pytest.mark.parametrize(("thing", "detail"), cases(40, [THINGS[name] for name in DETAILED], "404"))
def test_details_that_come_a_moment_later(standing: Standing, thing: Thing, detail: str) -> None:
    """Contradicting responses are read again within the settle time."""
    match = {"method": "GET", "path": DETAILED[thing.name], "nth": [1, 2]}
    result, counted = standing.run_altered(thing, [{"match": match, **DETAILS[detail]}], settle_time=5)
    assert counted.posts == [] and not result.get("failed") and result["changed"] is False, result


# Unreadable items of others


def broken_certificates(number: int) -> list[dict[str, Any]]:
    """Return this number of certificates of others, one of them without names."""
    certificates = [
        {
            "sha1_fingerprint": f"{index:040X}",
            "common_name": f"stranger{index}.example",
            "type": "standard",
            "validation_level": "domain_validated",
            "expires_after": "2099-01-01T00:00:00Z",
        }
        for index in range(number)
    ]
    certificates[number // 2]["common_name"] = None  # type: ignore[assignment]
    return certificates


@pytest.mark.row(41, "paying post")
def test_one_broken_certificate_among_500_does_not_block_for_good(standing: Standing) -> None:
    name = "wanted.example"
    sentence = f"ssl standard domain_validated {name}"
    options = {**THINGS["certificate"].options, "csr_content": make_csr(name), "confirm_purchase": sentence}
    wanted = Thing("certificate", "reseller_ssl", options)
    listed = {"method": "GET", "path": "/sslcertificates"}
    certificates = broken_certificates(500)
    broken = certificates[250]["sha1_fingerprint"]
    # The task's first read, and its repetition for the proof, end with an empty page.
    total = {"X-Paging-TotalResults": "500"}
    faults: list[dict[str, Any]] = [
        {"match": {**listed, "nth": [1, 2]}, "fault": "edit", "body": certificates, "headers": total},
        {"match": {**listed, "nth": [*range(3, 9)]}, "fault": "edit", "body": [], "headers": total},
    ]
    for accepted in ([], ["0" * 40]):
        result, counted = standing.run_altered(wanted, faults, accept_unproven=accepted)
        assert result["error"]["kind"] == "unproven" and counted.orders == 0, result
        assert result["unproven"]["id"] == broken
        assert all(part in result["msg"] for part in (broken, "common_name", "null"))
    result, counted = standing.run_altered(wanted, faults, accept_unproven=[broken])
    assert not result.get("failed") and result["changed"] is True, result
    assert counted.orders == 1
    assert any(broken in warning for warning in result["warnings"])


# A found thing differs from the desired one


class Stalled:
    """An order whose job stalled in one run and was finished by the vendor's support before the next.

    Args:
        folder: the state folder of both runs.
    """

    def __init__(self, server: SandboxProcess, folder: Path, thing: Thing) -> None:
        self._server = server
        self._thing = thing
        self._common = {**connection(server, folder), "poll_min": 0.05, "poll_max": 0.1, "settle_time": 1}

    def first(self, **options: Any) -> None:
        """Make the run that orders."""
        self._server.set_faults([{"match": {"method": "POST"}, "fault": "job_stall"}])
        result = self._run(wait_timeout=0.3, **options)
        self._server.set_faults([])
        assert result["error"]["kind"] == "job_timeout", result
        self._server.set_job(result["job"]["id"], "finished")

    def second(self, **options: Any) -> tuple[dict[str, Any], list[str]]:
        """Make the run that finds the order of the first one; return its result and its writes."""
        start = len(self._server.exchanges())
        result = self._run(wait_timeout=5, **options)
        sent = self._server.exchanges()[start:]
        assert not orders_in(sent)
        return result, [f"{one['method']} {one['path']}" for one in sent if one["method"] != "GET"]

    def _run(self, **options: Any) -> dict[str, Any]:
        given = {**self._thing.options, **self._common, **options}
        return run_module(self._thing.module, {name: value for name, value in given.items() if value is not None})


@pytest.fixture(scope="module")
def slow() -> Iterator[SandboxProcess]:
    with SandboxProcess(job_seconds=0.05, rate_limit="1000000/60") as server:
        yield server


@pytest.mark.row(43, "paying post")
@pytest.mark.parametrize("duplicates", ["accept", "refuse"])
def test_stalled_order_of_another_pack_is_no_success(slow: SandboxProcess, tmp_path: Path, duplicates: str) -> None:
    slow.set_duplicates(duplicates)
    stalled = Stalled(slow, tmp_path / "state", THINGS["account"])
    stalled.first(identifier=f"{duplicates}.example", servicepack="1003", ftp_password=None)
    result, writes = stalled.second(identifier=f"{duplicates}.example", servicepack="1001")
    assert result["failed"] and result["error"]["kind"] == "servicepack_mismatch" and writes == [], result
    assert "1003" in result["msg"] and "1001" in result["msg"]
    again, writes = stalled.second(identifier=f"{duplicates}.example", servicepack="1003", ftp_password=None)
    assert not again.get("failed") and writes == [], again


@pytest.mark.row(43, "paying post")
@pytest.mark.parametrize("what", ["database", "database user"])
def test_what_was_recovered_gets_the_wanted_password(slow: SandboxProcess, tmp_path: Path, what: str) -> None:
    client = Client(slow)
    identifier = f"{what.replace(' ', '-')}.example"
    database = client.finish(client.order_database(client.account(identifier), "main"))
    wanted = {"name": "second"} if what == "database" else {"name": "second", "database": "main"}
    stalled = Stalled(slow, tmp_path / "state", THINGS[what])
    stalled.first(account=identifier, password="the0first", **wanted)
    result, writes = stalled.second(account=identifier, password="the0second", **wanted)
    assert not result.get("failed") and result["changed"] is True and result["recovered"] is True, result
    place = database.rpartition("/")[0] + "/[^/]+/users/[^/]+/password"
    (write,) = writes
    assert re.fullmatch(f"PUT {place}", write)
    again, writes = stalled.second(account=identifier, password="the0second", **wanted)
    assert again["changed"] is False and writes == []


@pytest.mark.row(41, "paying post")
def test_database_of_another_account_does_not_have_to_be_readable(standing: Standing) -> None:
    """Its account proves that it is another one; a database without account blocks until it is excepted."""
    wanted = Thing("database", "reseller_mysql", {**THINGS["database"].options, "name": "blog"})
    listed = {"match": {"method": "GET", "path": "/mysqldatabases"}, "fault": "property", "change": "null"}
    name = Client(standing.server).get("/v2/mysqldatabases?take=1").json()[0]["name"]
    stranger = f"$[?@.name=='{name}']"
    # Its name could be the desired one, and its owner is unknown.
    unknown = [
        {**listed, "at": f"{stranger}.account_id"},
        {**listed, "at": f"{stranger}.name", "change": "set", "value": "ID999999_blog"},
    ]
    result, counted = standing.run_altered(wanted, unknown)
    assert result["error"]["kind"] == "unproven" and counted.orders == 0, result
    assert (result["unproven"]["id"], result["unproven"]["property"]) == ("ID999999_blog", "account_id")
    result, counted = standing.run_altered(wanted, unknown, accept_unproven=["ID999999_blog"])
    assert counted.orders == 1 and result["changed"] is True, result
    assert any("ID999999_blog" in warning for warning in result["warnings"])
    other = Thing("database", "reseller_mysql", {**wanted.options, "name": "blog2"})
    result, counted = standing.run_altered(other, [{**listed, "at": f"{stranger}.name"}])
    assert counted.orders == 1 and result["changed"] is True and not result.get("warnings"), result
