# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of faults: the same tests write the same page, whichever ends first."""

from __future__ import annotations

from tests.support.scoreboard import Score, as_markdown

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
