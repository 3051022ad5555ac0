# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pauses between polls of something without an estimate."""

from __future__ import annotations

from itertools import takewhile

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import Polling, growing_pauses


class Clock:
    """A clock that only pauses move."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)


@pytest.mark.parametrize(
    ("seconds", "pauses"),
    [(0.0, []), (0.9, []), (1.0, [1.0]), (4.75, [1.0, 1.5, 2.25]), (11.0, [1.0, 1.5, 2.25, 3.0, 3.0])],
)
def test_pauses_grow_and_end_in_time(seconds: float, pauses: list[float]) -> None:
    clock = Clock()
    polls = growing_pauses(Polling(0.0, 1.0, 3.0), seconds, monotonic=clock.monotonic, sleep=clock.sleep)
    assert list(takewhile(bool, polls)) == [True] * len(pauses)
    assert clock.pauses == pauses
    assert next(polls) is False and clock.pauses == pauses


def test_time_of_the_polls_themselves_counts() -> None:
    clock = Clock()
    polls = growing_pauses(Polling(0.0, 1.0, 3.0), 4.0, monotonic=clock.monotonic, sleep=clock.sleep)
    assert next(polls)
    clock.now += 2.0
    assert not next(polls)
