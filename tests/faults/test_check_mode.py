# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode under every fault: it reads, sends no write, records nothing, and predicts correctly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.conftest import CERTIFICATE, DOMAIN, ONE_OF_EACH, Bench, Call, cases

pytestmark = pytest.mark.faults

#: Faults that a read survives, applied to the first request.
SURVIVED: dict[str, dict[str, Any]] = {
    "refused": {"fault": "refuse", "seconds": 0.5},
    "answer lost": {"fault": "reset_after"},
    "lost": {"fault": "reset_before"},
    "silence": {"fault": "timeout_after"},
    "server error": {"fault": "status", "status": 502},
    "rate limit": {"fault": "rate_limit", "retry_after": 1},
    "clock": {"fault": "clock_skew", "seconds": -7200},
    "cut": {"fault": "truncate"},
    "web page": {"fault": "not_json"},
    "another type": {"fault": "edit", "body": '"text"', "status": 200},
    "drip": {"fault": "drip", "seconds": 1.0},
}
CALLS = (*ONE_OF_EACH, DOMAIN, CERTIFICATE)


@pytest.mark.parametrize(("call", "fault"), [case for fault in SURVIVED for case in cases(31, CALLS, fault)])
def test_prediction_under_a_fault(bench: Bench, call: Call, fault: str) -> None:
    match = {} if fault == "clock" else {"match": {"nth": 1}}
    bench.server.set_faults([{**match, **SURVIVED[fault]}])
    run = bench.run(check_mode=True, timeout=2)
    assert run.writes == [] and bench.made() == 0
    assert run.ok["changed"] is call.writes
    assert not (bench.state_dir / "journal").exists()


@pytest.mark.parametrize(("call", "status"), [case for status in (400, 401, 503) for case in cases(31, CALLS, status)])
def test_no_prediction_without_a_response(bench: Bench, call: Call, status: int) -> None:
    bench.server.set_faults([{"fault": "status", "status": status}])
    run = bench.run(check_mode=True, retry_timeout=0.5)
    assert run.writes == [] and run.error["status"] == status
    assert bench.made() == 0 and not (bench.state_dir / "journal").exists()


@pytest.mark.parametrize("call", cases(31, [call for call in CALLS if call.orders]))
def test_open_order_is_left_as_it_is(bench: Bench, call: Call) -> None:
    """Check mode neither resends an order in doubt nor settles it."""
    bench.fault("reset_before")
    doubtful = bench.run()
    entries = {path: path.read_text() for path in (bench.state_dir / "journal").glob("*.json")}
    bench.server.set_faults([])
    run = bench.run(check_mode=True)
    assert run.writes == [] and bench.made() == 0
    assert {path: path.read_text() for path in (bench.state_dir / "journal").glob("*.json")} == entries
    bench.check_unknown(doubtful)
