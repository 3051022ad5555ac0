# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that fail, stall, or return odd states: they are followed, and nothing is ordered in the meantime."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from tests.faults.conftest import BY_JOB, Bench, Call, Run, cases
from tests.faults.front import Front, Request, answer

pytestmark = pytest.mark.faults


def check_taken_up(bench: Bench, run: Run) -> None:
    """Check that a later run found the order of an earlier one."""
    # A database or user gets the desired password, as the earlier order may have had another one.
    sets_password = bench.call.module.startswith("reseller_mysql")
    assert run.ok["recovered"] is True, run
    assert [write.endswith("/password") for write in run.writes] == [True] * sets_password, run
    again = bench.again()
    assert again.ok["changed"] is False and again.ok["recovered"] is False and again.writes == []
    assert bench.is_done() and bench.orders() == 1


def about_the_job(bench: Bench, *, status: int, body: Any = None, nth: list[int] | None = None) -> None:
    """Make the server answer this for the job."""
    match = {"method": "GET", "path": "/provisioningjobs/*", **({"nth": nth} if nth else {})}
    bench.server.set_faults([{"match": match, "fault": "edit", "status": status, "body": body}])


@pytest.mark.parametrize(
    ("call", "fault", "kind"),
    [*cases(9, BY_JOB, "job_stall", "job_timeout"), *cases(11, BY_JOB, "job_fail", "provisioning_failed")],
)
def test_ongoing_or_failed_job_is_not_ordered_again(bench: Bench, call: Call, fault: str, kind: str) -> None:
    bench.fault(fault)
    run = bench.run(wait_timeout=1)
    job_id = run.result["job"]["id"]
    assert run.error["kind"] == kind and job_id in run.result["msg"]
    again = bench.again(wait_timeout=0.5)
    assert again.error["kind"] == kind and again.result["job"]["id"] == job_id and again.writes == []
    bench.server.set_job(job_id, "finished")
    check_taken_up(bench, bench.again())


@pytest.mark.parametrize("call", cases(12, BY_JOB))
def test_cancelled_job_allows_a_new_order(bench: Bench, call: Call) -> None:
    bench.fault("job_cancel")
    run = bench.run()
    assert run.error["kind"] == "provisioning_cancelled" and run.sent(call) == 1
    bench.allowed += 1
    again = bench.again()
    assert again.sent(call) == 1
    bench.check_done(again, recovered=False)


@pytest.mark.parametrize(
    ("call", "status", "said"),
    [
        case
        for status, said in (
            (201, '{"resource_links": []}'),
            (201, '{"resource_links": ["/v2/mailzones/a.example", "/v2/mailzones/b.example"]}'),
            (201, "{}"),
            (200, '{"status": "finished"}'),
        )
        for case in cases(13, BY_JOB, status, said)
    ],
)
def test_job_that_does_not_name_its_thing(bench: Bench, call: Call, status: int, said: str) -> None:
    about_the_job(bench, status=status, body=json.loads(said))
    bench.check_done(bench.run(), recovered=False)


@pytest.mark.parametrize("call", cases(14, BY_JOB))
def test_job_that_is_not_known_at_first(bench: Bench, call: Call) -> None:
    about_the_job(bench, status=404, nth=[1, 2])
    bench.check_done(bench.run(), recovered=False)


@pytest.mark.parametrize("call", cases(14, BY_JOB))
def test_job_that_stays_unknown(bench: Bench, call: Call) -> None:
    about_the_job(bench, status=404)
    run = bench.run()
    assert run.error["kind"] == "job_unknown" and run.sent(call) == 1
    check_taken_up(bench, bench.again())


@pytest.mark.parametrize("call", cases(15, BY_JOB))
def test_unknown_state_is_not_trusted(bench: Bench, call: Call) -> None:
    about_the_job(bench, status=200, body={"id": "1", "status": "resting"})
    run = bench.run()
    assert run.error["kind"] == "unexpected_state" and "resting" in run.result["msg"]
    check_taken_up(bench, bench.again())


class OldView:
    """After the order, the server shows the earlier state for some more reads."""

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._shown: dict[str, bytes] = {}
        self._ordered = ""

    def __call__(self, front: Front, request: Request, _connection: socket.socket) -> bytes:
        if request.method == "POST":
            self._ordered = request.target
        if request.method != "GET" or "/provisioningjobs/" in request.target:
            return front.pass_on(request, close=True)
        if self._ordered and self._looks:
            self._looks -= 1
            # The new object is below the collection of its order.
            new = answer(404) if request.target.startswith(self._ordered) else front.pass_on(request, close=True)
            return self._shown.get(request.target, new)
        self._shown[request.target] = front.pass_on(request, close=True)
        return self._shown[request.target]


@pytest.mark.parametrize("call", cases(16, BY_JOB))
def test_thing_that_shows_later_is_waited_for(bench: Bench, call: Call) -> None:
    with Front(bench.server, OldView(looks=4)) as front:
        run = bench.run(api_url=front.url, settle_time=10)
    bench.check_done(run, recovered=False)


@pytest.mark.parametrize("call", cases(16, BY_JOB))
def test_thing_that_does_not_show_is_not_ordered_again(bench: Bench, call: Call) -> None:
    with Front(bench.server, OldView(looks=1000)) as front:
        run = bench.run(api_url=front.url, settle_time=0.5)
        assert run.error["kind"] == "not_visible" and run.sent(call) == 1
        again = bench.run(api_url=front.url, settle_time=0.5)
        assert again.error["kind"] == "not_visible" and again.writes == []
    assert bench.made() == 1
