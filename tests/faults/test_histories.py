# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole histories: faults, kills, concurrent and repeated runs in any order, without double purchases or forgotten
orders.

Hypothesis generates the histories. Each has up to 40 steps about two or three desired things, in separate processes
against one live sandbox. Runs are what takes time, a tenth of a second each and more on a busy machine, so a history
has 3 to 7 of them; the other steps say what goes wrong in the run that follows.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from sandbox.launcher import SandboxProcess
from tests.faults.wishes import (
    MAKERS,
    PASSWORDS,
    Ground,
    Listener,
    Wish,
    in_journal,
)
from tests.kill.conftest import wait_for
from tests.support.children import Child, connection, run_module
from tests.support.orders import may_have_been_carried_out

pytestmark = [pytest.mark.faults, pytest.mark.nightly]

EXAMPLES = 500
LENGTH = 40
JOB_SECONDS = 0.03

#: The place for state folders if available: on a disk, fsync would take most of the time.
IN_MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None

#: Options of a run under faults: it gives up soon, as there are many runs.
HASTY = {
    "timeout": 0.2,
    "retry_timeout": 0.5,
    "rate_limit_timeout": 0.2,
    "poll_min": 0.01,
    "poll_max": 0.05,
    "wait_timeout": 0.3,
    "settle_time": 0.1,
}
#: Options of a run without faults: it must not fail on a slow machine.
CALM = {
    "timeout": 60,
    "retry_timeout": 60,
    "rate_limit_timeout": 60,
    "poll_min": 0.01,
    "poll_max": 0.05,
    "wait_timeout": 60,
    "settle_time": 0.1,
}

#: The allowed error kinds under faults: neither `internal` nor a refusal of the input.
KINDS = {
    "connection",
    "job_timeout",
    "job_unknown",
    "locked",
    "not_visible",
    "outcome_unknown",
    "protocol",
    "provisioning_cancelled",
    "provisioning_failed",
    "rate_limited",
    "server_error",
    "unproven",
}

Fault = dict[str, Any]

ENDINGS: list[Fault] = [
    {"fault": "reset_before"},
    {"fault": "reset_after"},
    {"fault": "timeout_after", "seconds": 0.3},
    *({"fault": "status", "status": status, "acted": acted} for status in (500, 502, 503) for acted in (False, True)),
    {"fault": "truncate"},
    {"fault": "not_json"},
    {"fault": "rate_limit", "retry_after": 0},
    {"fault": "delay", "seconds": 0.05},
]
JOB_ENDINGS: list[Fault] = [
    {"fault": "job_fail"},
    {"fault": "job_fail", "until_polls": 2},
    {"fault": "job_cancel"},
    {"fault": "job_stall"},
]
#: Each affects one request or a few, so that later requests succeed.
PLACES: list[dict[str, Any]] = [
    {"method": "GET", "nth": 1},
    {"method": "GET", "nth": [2, 3]},
    {"method": "GET", "nth": 5},
    {"path": "/provisioningjobs/*", "nth": 1},
    {"path": "/provisioningjobs/*", "nth": [2, 3]},
]
AT_ORDER: dict[str, Any] = {"method": "POST", "nth": 1}

FAULTS = st.one_of(
    st.builds(lambda fault: {"match": AT_ORDER, **fault}, st.sampled_from(ENDINGS + JOB_ENDINGS)),
    st.builds(lambda match, fault: {"match": match, **fault}, st.sampled_from(PLACES), st.sampled_from(ENDINGS)),
)
#: After this number of exchanges; or (-1) as soon as the order was received.
MOMENTS = st.sampled_from([-1, -1, 0, 1, 2, 3, 4, 6])
SIGNALS = st.sampled_from([signal.SIGKILL, signal.SIGTERM])
INDEX = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("prepare_fault"), FAULTS),
    st.tuples(st.just("prepare_fault"), FAULTS),
    st.tuples(st.just("prepare_kill"), MOMENTS, SIGNALS),
    st.tuples(st.just("run"), INDEX, st.sampled_from([1, 1, 1, 2, 3])),
    st.tuples(st.just("run"), INDEX, st.sampled_from([1, 1, 1, 2, 3])),
    st.tuples(st.just("run_all")),
    st.tuples(st.just("order_again_by_hand")),
    st.tuples(st.just("time_passes"), st.sampled_from([JOB_SECONDS, 60.0])),
    st.tuples(st.just("support_mends_jobs"), INDEX),
)


class Histories(RuleBasedStateMachine):
    """One history: the desired things, the next fault, and the invariants after each step."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.server = self.ground.server
        self.state_dir = Path(mkdtemp(prefix="history-", dir=IN_MEMORY))
        self.listener = Listener(self.server)
        self.wishes: list[Wish] = []
        self.faults: list[Fault] = []
        self.kills: list[tuple[int, signal.Signals]] = []
        self.runs_left = 0
        self.resent: dict[Wish, int] = {}
        self.done: set[Wish] = set()
        self.touched: set[Wish] = set()

    @initialize(kinds=st.lists(st.sampled_from(sorted(MAKERS)), min_size=2, max_size=3), runs=st.integers(3, 7))
    def begin(self, kinds: Sequence[str], runs: int) -> None:
        self.wishes = [self.ground.wish(kind) for kind in kinds]
        self.runs_left = runs

    @rule(step=STEPS)
    def take(self, step: tuple[Any, ...]) -> None:
        """One rule for all steps: Hypothesis omits some of the rules each time, and must not omit the runs."""
        if self.runs_left:
            name, *arguments = step
            getattr(self, name)(*arguments)

    # Faults of the next run

    def prepare_fault(self, fault: Fault) -> None:
        if len(self.faults) < 3:
            self.faults.append(fault)

    def prepare_kill(self, moment: int, number: signal.Signals) -> None:
        self.kills = [(moment, number)]

    # Runs

    def run(self, index: int, number: int) -> None:
        """Make one run, or several of the same at once."""
        self.runs_left -= 1
        self._run([self._wish(index)] * number)

    def run_all(self) -> None:
        """Make one run of each thing at once."""
        self.runs_left -= 1
        self._run(self.wishes)

    def order_again_by_hand(self) -> None:
        """A person checks the control panel, and confirms in the next run what does not exist."""
        self.runs_left -= 1
        for wish in self._in_vain():
            before = len(self.listener.orders(wish))
            self._run([wish], on_doubt="resend")
            sent = len(self.listener.orders(wish)) - before
            assert sent <= 1, f"{wish} was ordered {sent} times in one run"
            self.resent[wish] = self.resent.get(wish, 0) + sent

    # External events

    def time_passes(self, seconds: float) -> None:
        self.server.advance(seconds)

    def support_mends_jobs(self, index: int) -> None:
        self.ground.mend(self._wish(index))

    # Invariants

    @invariant()
    def all_is_well(self) -> None:
        """Checked after each run, as only runs can change it."""
        for wish in self.touched:
            self._is_not_there_twice(wish)
            self._was_not_ordered_in_doubt(wish)
            self._is_not_forgotten(wish)
        if self.touched:
            files = [path for path in self.state_dir.rglob("*") if path.is_file()]
            check_no_secret({str(path): path.read_text() for path in files}, self.server)
        self.touched.clear()

    def _is_not_there_twice(self, wish: Wish) -> None:
        assert self.ground.count(wish) <= 1, wish

    def _was_not_ordered_in_doubt(self, wish: Wish) -> None:
        cancelled = [job for job in self.ground.jobs(wish) if job["status"] == "cancelled"]
        in_doubt = 0
        for order in self.listener.orders(wish):
            assert in_doubt <= len(cancelled) + self.resent.get(wish, 0), f"{wish} was ordered again"
            in_doubt += may_have_been_carried_out(order)

    def _is_not_forgotten(self, wish: Wish) -> None:
        if self.ground.has_heard_of(wish) and wish not in self.done:
            known = in_journal(self.server, self.state_dir, wish)
            assert (known and known.is_open) or self.ground.count(wish) == 1, wish

    def teardown(self) -> None:
        try:
            self.server.set_faults([])
            for wish in self.wishes:
                self._finish(wish)
            for wish in self.wishes:
                self.ground.forget_requests(wish)
        finally:
            shutil.rmtree(self.state_dir)

    def _wish(self, index: int) -> Wish:
        return self.wishes[index % len(self.wishes)]

    def _in_vain(self) -> list[Wish]:
        """Return the orders in doubt that never reached the server."""
        found = []
        for wish in self.wishes:
            known = in_journal(self.server, self.state_dir, wish)
            if known and known.is_open and not known.answered and not self.ground.has_heard_of(wish):
                found.append(wish)
        return found

    def _run(self, wishes: Sequence[Wish], **options: Any) -> None:
        """Run each of these in a separate process, all at once, with the prepared faults and kill."""
        self.touched.update(wishes)
        start = len(self.listener.listen())
        # The last rule never fires: it counts the received orders.
        self.server.set_faults([*self.faults, {"match": {"nth": 10**9}, "fault": "delay"}])
        common = {**connection(self.server, self.state_dir), **HASTY, **options}
        children = [Child(wish.module, {**wish.options, **common}).start() for wish in wishes]
        for moment, number in self.kills:
            self._wait_for_moment(children[0], start, moment)
            children[0].kill(number)
        results = [child.result() for child in children]
        received = self.server.faults()[-1]["seen"]
        wait_for("the end of what was received", lambda: len(self.listener.listen()) - start >= received)
        self.server.set_faults([])
        self.faults.clear()
        self.kills.clear()
        self.ground.settle()
        for wish, result in zip(wishes, results, strict=True):
            if result is not None:
                self._check_result(wish, result)

    def _wait_for_moment(self, child: Child, start: int, moment: int) -> None:
        """Wait until this number of exchanges was made, or (-1) an order was received, or all processes have ended."""
        while child.is_running:
            heard = self.listener.listen()[start:]
            if any(exchange["method"] == "POST" for exchange in heard) if moment < 0 else len(heard) >= moment:
                return
            time.sleep(0.001)

    def _check_result(self, wish: Wish, result: dict[str, Any]) -> None:
        check_no_secret({f"the result of {wish}": json.dumps(result)}, self.server)
        if result.get("failed"):
            assert result["error"]["kind"] in KINDS, (wish, result)
        else:
            assert self.ground.count(wish) == 1, (wish, result)
            self.done.add(wish)

    def _finish(self, wish: Wish) -> None:
        """Without faults a run succeeds, or reports why it can't; after the repair the next one succeeds."""
        jobs = self.ground.jobs(wish)
        stuck = any((job["status"], job["outcome"]) == ("ongoing", "ongoing") for job in jobs)
        # It may have been about to fail or be cancelled when the last run gave up or was killed.
        failed, cancelled = (
            any(end in (job["status"], job["outcome"]) for job in jobs) for end in ("failed", "cancelled")
        )
        result = self._finishing_run(wish, wait_timeout=0.2 if stuck else CALM["wait_timeout"])
        if result.get("failed"):
            kind = result["error"]["kind"]
            if kind == "outcome_unknown" and not self.ground.has_heard_of(wish):
                return
            # A job whose response was lost is unknown.
            excuses = {
                ("job_timeout", stuck),
                ("provisioning_failed", failed),
                # The first run that sees it reports it, and the next run orders again.
                ("provisioning_cancelled", cancelled),
                ("outcome_unknown", stuck or failed),
            }
            assert (kind, True) in excuses, (wish, result)
            self.ground.mend(wish)
            result = self._finishing_run(wish)
        assert not result.get("failed"), (wish, result)
        assert self.ground.count(wish) == 1, (wish, result)
        known = in_journal(self.server, self.state_dir, wish)
        assert wish.kind == "certificate" or known is None or not known.is_open, (wish, known)

    def _finishing_run(self, wish: Wish, **options: Any) -> dict[str, Any]:
        common = {**connection(self.server, self.state_dir), **CALM, **options}
        result = run_module(wish.module, {**wish.options, **common})
        self._was_not_ordered_in_doubt(wish)
        return result


def check_no_secret(texts: dict[str, str], server: SandboxProcess) -> None:
    for secret in (server.api_secret, *PASSWORDS.values()):
        shown = [where for where, text in texts.items() if secret in text]
        assert not shown, f"a secret is in {shown}"


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A sandbox only for the histories of a process: its faults affect every client."""
    state = tmp_path_factory.mktemp("histories")
    with SandboxProcess(
        state=state, api_secret="hIst0rIes-of-s3cret", job_seconds=JOB_SECONDS, rate_limit="1000000/60"
    ) as server:
        yield Ground(server, state)


def test_history_whose_last_run_sees_a_job_cancelled(ground: Ground) -> None:
    """The one before gave up while the job's state could not be read."""
    machine = type("Histories", (Histories,), {"ground": ground})()
    machine.begin(kinds=["domain", "account"], runs=3)
    late = {"fault": "timeout_after", "seconds": 0.3}
    machine.prepare_fault({"match": AT_ORDER, "fault": "job_cancel"})
    machine.prepare_fault({"match": PLACES[3], **late})
    machine.prepare_fault({"match": PLACES[4], **late})
    machine.run(0, 1)
    machine.all_is_well()
    assert machine.wishes[0] not in machine.done
    machine.teardown()
    assert [job["status"] for job in ground.jobs(machine.wishes[0])] == ["cancelled", "finished"]


@pytest.mark.parametrize("part", range(5))
def test_any_history_buys_once_and_forgets_nothing(ground: Ground, part: int) -> None:
    """In parts that may run in parallel.

    Each run generates the same histories, so that failures are reproducible; HISTORIES_SEED selects others.
    """
    chosen = seed(5 * int(os.environ.get("HISTORIES_SEED", "0")) + part)
    machine = chosen(type("Histories", (Histories,), {"ground": ground}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES // 5,
            stateful_step_count=LENGTH,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
