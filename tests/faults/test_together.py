# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several processes at once: exactly one desired thing, and a rate limit that all processes pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.launcher import SandboxProcess
from tests.faults.conftest import ACCOUNT, FREE, PAYING, READ, Bench, Call, cases
from tests.support.children import Child, connection

pytestmark = pytest.mark.faults

LIMIT, WINDOW = 12, 2


@pytest.mark.parametrize("call", cases(28, (*FREE, *PAYING)))
def test_two_processes_make_one_thing(bench: Bench, call: Call) -> None:
    """Both have read before either has sent anything."""
    bench.fault("delay", nth=[1, 2], seconds=1)
    start = len(bench.server.exchanges())
    children = [bench.start(), bench.start()]
    results = [child.result() for child in children]
    assert all(result and not result.get("failed") for result in results), results
    assert any(result and result["changed"] for result in results)
    if call.orders:
        assert sum(call.is_made_by(one) for one in bench.server.exchanges()[start:]) == 1
    again = bench.again()
    assert again.ok["changed"] is False and again.writes == []
    assert bench.is_done()


@pytest.fixture
def narrow() -> Iterator[SandboxProcess]:
    """A sandbox with a low rate limit."""
    with SandboxProcess(rate_limit=f"{LIMIT}/{WINDOW}", job_seconds=0.1) as sandbox:
        yield sandbox


@pytest.mark.parametrize("call", cases(7, [READ, ACCOUNT]))
def test_all_get_through_a_full_window(narrow: SandboxProcess, tmp_path: Path, record_property, call: Call) -> None:
    number = 30 if call is READ else 8
    options = connection(narrow, tmp_path, rate_limit_timeout=120)
    waiting = {"wait_timeout": 120} if call.orders else {}
    children = [Child(call.module, {**options, **call.options("", f"n{index}"), **waiting}) for index in range(number)]
    results = [child.result(timeout=150) for child in [child.start() for child in children]]
    assert all(result and not result.get("failed") for result in results), results
    refused = sum(one["status"] == 429 for one in narrow.exchanges())
    # All processes share what one learned about the window: one refusal for each would be a storm.
    assert refused <= number // 3, refused
    if call.orders:
        assert narrow.state()["accounts"] == number
        state = narrow.state()
        assert state["orders"] == {"POST /accounts": number}
        record_property("wanted", number)
        record_property("orders", state["orders_sent"]["POST /accounts"])
        record_property("things", number)
