# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the line of the callback plugin ``progress``, and its sources."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.callback.progress import latest_budget, progress_text
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.waiting_jobs import (
    publish_waiting_jobs,
    read_waiting_jobs,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.budget import Budget
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage

NOW = 1_760_000_000.0


def test_customers_jobs_and_requests() -> None:
    customers = Counter({"done": 120, "at work": 25, "waiting": 153, "failed": 2})
    budget = Budget(until=NOW + 23, told=True, left=340)
    assert progress_text(customers, [NOW + 5, None, NOW + 41], budget, NOW) == (
        "120 of 300 customers done, 25 at work, 153 waiting, 2 failed | 3 jobs to end in 5 to 41 s | "
        "340 requests left for 23 s"
    )


@pytest.mark.parametrize(
    ("jobs", "told"),
    [
        ([], ""),
        ([None], " | 1 job"),
        ([NOW + 7, NOW + 7], " | 2 jobs to end in 7 s"),
        ([NOW - 3, None], " | 2 jobs due now"),
    ],
)
def test_unknown_value_is_left_out(jobs: list[float | None], told: str) -> None:
    over = Budget(until=NOW - 1, told=True, left=10)
    for budget in (None, over, Budget(until=NOW + 9, left=10)):
        text = progress_text(Counter({"waiting": 1}), jobs, budget, NOW)
        assert text == f"0 of 1 customers done, 0 at work, 1 waiting, 0 failed{told}"


def test_jobs_of_processes_that_live(tmp_path: Path) -> None:
    assert read_waiting_jobs(FileStorage(str(tmp_path))) == []
    publish_waiting_jobs(FileStorage(str(tmp_path)), [NOW, None])
    folder = tmp_path / "following"
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    (folder / str(gone.pid)).write_text("[1.0]")
    (folder / str(os.getppid())).write_text("[1.0")
    assert read_waiting_jobs(FileStorage(str(tmp_path))) == [NOW, None]
    assert not (folder / str(gone.pid)).exists()
    publish_waiting_jobs(FileStorage(str(tmp_path)), [])
    assert read_waiting_jobs(FileStorage(str(tmp_path))) == []
    publish_waiting_jobs(FileStorage(str(tmp_path)), [])


def test_jobs_are_noted_where_it_is_possible(tmp_path: Path) -> None:
    (tmp_path / "following").touch()
    publish_waiting_jobs(FileStorage(str(tmp_path)), [NOW])
    assert read_waiting_jobs(FileStorage(str(tmp_path))) == []


def test_budget_that_was_used_last(tmp_path: Path) -> None:
    assert latest_budget(FileStorage(str(tmp_path / "none")), NOW) is None
    assert latest_budget(FileStorage(str(tmp_path)), NOW) is None
    for age, left in ((5, 1.0), (2, 2.0), (9, 3.0)):
        path = tmp_path / "pacing" / f"{left}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(Budget(left=left).as_json()))
        os.utime(path, (NOW - age, NOW - age))
    found = latest_budget(FileStorage(str(tmp_path)), NOW - 3)
    assert found is not None and found.left == 2
    assert latest_budget(FileStorage(str(tmp_path)), NOW - 1) is None
    (tmp_path / "pacing/2.0.json").write_text("{")
    assert latest_budget(FileStorage(str(tmp_path)), NOW - 3) is None
