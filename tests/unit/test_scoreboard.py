# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault table: the same tests write the same page, whichever ends first."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.scoreboard import ROWS, RowKeeper, Score, Scoreboard, as_markdown, differences

TOLD = [("policy", ("any again", "lost", 2)), ("policy", ("any again", "503", 1)), ("policy", ("none", "lost", 1))]


def page_of(told: list[tuple[str, tuple[str, str, int]]]) -> str:
    score = Score()
    for one in told:
        score.add(True, [one])
    return as_markdown(score)


def test_the_order_of_the_tests_does_not_show() -> None:
    page = page_of(TOLD)
    assert page == page_of(TOLD[::-1])
    assert "| policy | 503 | lost | all |\n| --- | --- | --- | --- |\n| any again | 0 | 1 | 1 |\n" in page


def test_an_order_too_many_fails_its_row() -> None:
    marks: list[tuple[str, object]] = [("row", [28, "free post"]), ("row", [28, "paying post"])]
    good, bad = Score(), Score()
    good.add(True, [*marks, ("wanted", 1), ("orders", 3), ("bought", 1), ("too_many", 0)])
    bad.add(True, [*marks, ("wanted", 1), ("orders", 3), ("bought", 1), ("too_many", 1)])
    assert good.row_passed(28) and not bad.row_passed(28)
    assert "orders too many: 1; bought twice: 0." in as_markdown(bad)
    (line,) = [line for line in as_markdown(bad).splitlines() if line.startswith("| 28 |")]
    assert line.endswith("| FAIL | 1 | 3 | 1 | 1 | 0 |")


def page_with(*marks: tuple[str, object], tests: int = 1) -> str:
    score = Score()
    for _test in range(tests):
        score.add(True, [("row", [28, "paying post"]), *marks, *TOLD])
    return as_markdown(score)


def test_verdicts_are_compared_and_not_the_number_of_tests() -> None:
    page = page_with(("wanted", 1), ("orders", 2), ("things", 1))
    assert "| pass 1 |" in page and differences(page, page) == []
    assert differences(page, page_with(("wanted", 2), ("orders", 3), ("things", 2), tests=1)) == []
    assert differences(page_with(), page_with().replace("pass 1", "pass 261")) == []


@pytest.mark.parametrize("worse", [("too_many", 1), ("bought", 2)])
def test_a_worse_verdict_differs(worse: tuple[str, int]) -> None:
    lines = differences(page_with(("bought", 1)), page_with(("bought", 1), worse))
    assert [line[0] for line in lines] == ["-", "+"] * (len(lines) // 2)
    assert any("| 28 | two runs" in line for line in lines)


def ended(board: Scoreboard) -> int:
    """Return the exit code of a run whose tests passed."""
    session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    board.pytest_sessionfinish(session)  # type: ignore[arg-type]
    code: int = session.exitstatus
    return code


def test_a_table_that_differs_fails_the_run(tmp_path: Path) -> None:
    page, kept = tmp_path / "page.md", tmp_path / "kept.json"
    every = [["row", [number, call]] for number, (_fault, calls) in ROWS.items() for call in calls]
    kept.write_text(json.dumps([[True, every]]))
    assert ended(Scoreboard(str(page), str(kept))) == pytest.ExitCode.OK
    assert ended(Scoreboard(None, str(kept), str(page))) == pytest.ExitCode.OK
    page.write_text(page.read_text().replace("pass 1", "MISSING", 1))
    assert ended(Scoreboard(None, str(kept), str(page))) == pytest.ExitCode.TESTS_FAILED


def test_one_thing_bought_twice_fails_its_row() -> None:
    score = Score()
    score.add(True, [("row", [37, "paying post"]), ("bought", 2)])
    assert not score.row_passed(37) and "bought twice: 1." in as_markdown(score)


def test_several_things_of_several_intents_are_not_twice() -> None:
    score = Score()
    score.add(True, [("row", [37, "paying post"]), ("wanted", 8), ("orders", 9), ("things", 8)])
    assert score.row_passed(37)
    assert "| pass | 8 | 9 | 0 | 8 | 0 |" in as_markdown(score)


def report(name: str, when: str, outcome: str, properties: list[tuple[str, object]]) -> pytest.TestReport:
    place = (f"{name}.py", 1, name)
    return pytest.TestReport(name, place, {}, outcome, None, when, user_properties=properties)  # type: ignore[arg-type]


def test_kept_rows_count_in_a_later_table(tmp_path: Path) -> None:
    row: list[tuple[str, object]] = [("row", [37, "paying post"]), ("bought", 1)]
    keeper = RowKeeper(str(tmp_path / "rows.json"))
    reports: list[tuple[str, str, list[tuple[str, object]]]] = [
        ("good", "passed", row),
        ("bad", "failed", [("row", [34, "paying post"])]),
        ("left out", "skipped", [("row", [33, "paying post"])]),
        ("of no row", "passed", []),
    ]
    for name, outcome, properties in reports:
        keeper.pytest_runtest_logreport(report(name, "call", outcome, properties))
        keeper.pytest_runtest_logreport(report(name, "teardown", "passed", properties))
    keeper.pytest_sessionfinish()
    score = Scoreboard(None, str(tmp_path / "rows.json")).score
    assert score.row_passed(37) and score.purchases[37].bought == 1
    assert {mark: (cell.passed, cell.failed) for mark, cell in score.cells.items()} == {
        (37, "paying post"): (1, 0),
        (34, "paying post"): (0, 1),
    }
