# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lost requests and answers, and failing servers: executed once or reported as unknown, never twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.conftest import ALL, ONE_OF_EACH, READ, Bench, Call, cases

pytestmark = pytest.mark.faults

WRITES = tuple(call for call in ALL if call.writes)


@pytest.mark.parametrize(
    ("call", "fault"), [*cases(2, ALL, "reset_after"), *cases(2, ONE_OF_EACH, "timeout_after", also=[32])]
)
def test_response_lost_after_it_was_executed(bench: Bench, call: Call, fault: str) -> None:
    bench.fault(fault)
    run = bench.run(timeout=1 if fault == "timeout_after" else None)
    assert run.sent(call) == (1 if call.kind in {"free post", "paying post"} else 2)
    bench.check_done(run, recovered=True)


@pytest.mark.parametrize("call", cases(3, ALL))
def test_lost_before_it_was_executed(bench: Bench, call: Call) -> None:
    bench.fault("reset_before")
    run = bench.run()
    if call.orders:
        bench.check_unknown(run)
        return
    assert run.sent(call) == 2
    bench.check_done(run)


@pytest.mark.parametrize(
    ("call", "status"),
    [*cases(4, WRITES, 502), *(case for status in (500, 503, 504) for case in cases(4, ONE_OF_EACH[1:], status))],
)
def test_server_error_although_it_was_executed(bench: Bench, call: Call, status: int) -> None:
    bench.fault("status", status=status, acted=True)
    bench.check_done(bench.run(), recovered=True)


@pytest.mark.parametrize(
    ("call", "status"),
    [*cases(5, ALL, 503), *(case for status in (500, 502, 504) for case in cases(5, ONE_OF_EACH, status))],
)
def test_server_error_and_not_executed(bench: Bench, call: Call, status: int) -> None:
    bench.fault("status", status=status, acted=False)
    run = bench.run()
    if call.orders:
        bench.check_unknown(run)
        return
    assert run.sent(call) == 2
    bench.check_done(run)


@pytest.mark.parametrize("call", cases(5, [READ]))
def test_lasting_server_error_is_reported_in_full(bench: Bench, call: Call) -> None:
    match: dict[str, Any] = {"method": "GET"}
    headers = {"X-Correlation-Id": "abc-123"}
    bench.server.set_faults([{"match": match, "fault": "status", "status": 503, "headers": headers}])
    run = bench.run(retry_timeout=3)
    assert (run.error["kind"], run.error["status"]) == ("server_error", 503)
    assert all(part in run.result["msg"] for part in ("GET /v2/servicepacks", "503", "abc-123"))
    assert len(run.exchanges) > 1
    bench.check_done(bench.again())
