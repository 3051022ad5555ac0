# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A system clock that jumps by an hour, in real processes: no wait gets longer, and no polling more frequent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import ACCOUNT, DOMAIN, RECORD, Bench, Call, cases

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
pytestmark = [pytest.mark.faults, pytest.mark.skipif(LIBRARY is None, reason="needs the package faketime")]

STEPS = {"back": "-3600", "forward": "+3600"}
#: A longer time than any of these runs may take, in seconds.
LONGEST = 25.0
#: More requests than any of these runs sends while it waits for 5 or 6 seconds: a few for each poll, one poll a second.
MOST = 25
#: The library takes the absolute time until which `time.sleep` sleeps for one of the clock that it sets.
WORK = """
import json, select, sys, time
time.sleep = lambda seconds: select.select([], [], [], seconds)
from tests.support.children import run_module
module, options = json.load(sys.stdin)
print(json.dumps(run_module(module, options)))
"""


class Clock:
    """Runs a call in processes whose clock can be set without affecting others.

    Args:
        bench: the bench of the call.
        file: contains the offset of the clock in seconds.
    """

    def __init__(self, bench: Bench, file: Path) -> None:
        self._bench = bench
        self._file = file
        self.set("+0")

    def set(self, seconds: str) -> None:
        """Set the clock, also for running processes."""
        new = self._file.with_suffix(".new")
        new.write_text(seconds)
        new.replace(self._file)

    def start(self, **more: Any) -> subprocess.Popen[str]:
        """Start the task."""
        options = {**self._bench.connection, **self._bench.call.options(self._bench.customer, self._bench.name), **more}
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", WORK],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps([self._bench.call.module, options]))
        process.stdin.close()
        return process

    def result(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """Return the result of a task that ends soon."""
        try:
            process.wait(timeout=LONGEST)
        finally:
            process.kill()
        assert process.stdout is not None
        found: dict[str, Any] = json.loads(process.stdout.read())
        assert (found.get("error") or {}).get("kind") != "internal", found
        return found

    def wait_for(self, process: subprocess.Popen[str], what: str) -> int:
        """Wait until a request of this kind was logged; return the number of logged requests."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline and process.poll() is None:
            paths = [f"{one['method']} {one['path']}" for one in self._bench.server.exchanges()]
            if any(path.startswith(what) for path in paths):
                return len(paths)
            time.sleep(0.1)
        raise AssertionError(f"no {what} came")


@pytest.fixture
def clock(bench: Bench, tmp_path: Path) -> Clock:
    """The clock of the call's processes."""
    return Clock(bench, tmp_path / "clock")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", cases(46, [ACCOUNT, DOMAIN]))
def test_clock_set_during_the_search_for_a_lost_order(bench: Bench, call: Call, clock: Clock, step: str) -> None:
    bench.fault("reset_before")
    process = clock.start(settle_time=5, poll_min=1)
    before = clock.wait_for(process, f"POST /v2{call.path}")
    clock.set(STEPS[step])
    found = clock.result(process)
    assert found["error"]["kind"] == "outcome_unknown", found
    assert len(bench.server.exchanges()) - before <= MOST
    bench.check_done(bench.again(on_doubt="resend"))
    assert bench.orders() == 1


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", cases(46, [ACCOUNT, DOMAIN]))
def test_clock_set_while_a_job_is_waited_for(bench: Bench, call: Call, clock: Clock, step: str) -> None:
    bench.fault("job_stall")
    bench.allowed = 1
    process = clock.start(wait_timeout=6, poll_min=1)
    before = clock.wait_for(process, "GET /v2/provisioningjobs/")
    clock.set(STEPS[step])
    found = clock.result(process)
    assert found["error"]["kind"] == "job_timeout", found
    assert len(bench.server.exchanges()) - before <= MOST
    assert bench.orders() == 1


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", cases(46, [ACCOUNT, DOMAIN]))
def test_clock_set_between_two_runs(bench: Bench, call: Call, clock: Clock, step: str) -> None:
    """The order was recorded in the future, or long ago."""
    bench.fault("reset_before")
    clock.set(STEPS[step])
    assert clock.result(clock.start(settle_time=0))["error"]["kind"] == "outcome_unknown"
    bench.server.set_faults([])
    clock.set("+0")
    before = len(bench.server.exchanges())
    found = clock.result(clock.start(settle_time=5, poll_min=1))
    assert found["error"]["kind"] == "outcome_unknown", found
    exchanges = bench.server.exchanges()[before:]
    assert len(exchanges) <= MOST and all(one["method"] == "GET" for one in exchanges)
    bench.check_done(bench.again(on_doubt="resend"))
    assert bench.orders() == 1


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", cases(46, [RECORD]))
def test_clock_set_between_two_that_add_the_same(bench: Bench, call: Call, clock: Clock, step: str) -> None:
    made = bench.run()
    assert made.ok["changed"] is True
    clock.set(STEPS[step])
    again = clock.result(clock.start())
    assert again.get("changed") is False, again
    assert bench.made() == 1
