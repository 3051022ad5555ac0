# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long to wait for jobs, by the monotonic clock, and when they have certainly ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import jobs
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

TYPES = ["video-transcoding", "email", "videos-views-stats", "activitypub-http-unicast"]


class Clock:
    """A clock that advances only while someone sleeps, and during each reading."""

    def __init__(self, reading: float = 0.0) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []
        self._reading = reading

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def counting(self, numbers: Iterable[int]) -> Callable[[], dict[str, int]]:
        """Return a function that returns these numbers of active jobs, one after the other."""
        left = iter(numbers)

        def count() -> dict[str, int]:
            self.now += self._reading
            return {"active": next(left)}

        return count


def drained(clock: Clock, numbers: Iterable[int], timeout: float = 100.0) -> dict[str, int]:
    waiting = jobs.Waiting(timeout, poll_min=1.0, poll_max=4.0)
    return jobs.wait_until_drained(clock.counting(numbers), waiting, monotonic=clock.monotonic, sleep=clock.sleep)


def test_end_is_certain_after_two_empty_readings_in_a_row() -> None:
    clock = Clock()
    assert drained(clock, [0, 0]) == {"active": 0} and clock.pauses == []
    # The job of the first reading added another one.
    assert drained(clock, [0, 2, 0, 1, 0, 0]) == {"active": 0} and clock.pauses == [1.0, 1.5]


def test_pauses_grow_up_to_the_longest_one() -> None:
    clock = Clock()
    drained(clock, [5, 5, 5, 5, 5, 5, 0, 0])
    assert clock.pauses == [1.0, 1.5, 2.25, 3.375, 4.0, 4.0]


@pytest.mark.parametrize("reading", [0.0, 2.0])
def test_waits_no_longer_than_the_timeout(reading: float) -> None:
    clock = Clock(reading)
    with pytest.raises(ToolkitError, match=r"pending after 10 s: 3 active\.") as caught:
        drained(clock, [3] * 20, timeout=10.0)
    assert caught.value.kind == "job_timeout" and caught.value.facts == {"pending": {"active": 3}}
    assert 1000.0 + 10.0 - 4.0 <= clock.now <= 1000.0 + 10.0 + reading


class Counting:
    """A client that counts what is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def total(self, path: str, **query: Any) -> int:
        self.asked.append((path, query))
        return len(self.asked)


def test_states_are_counted_in_the_order_of_a_jobs_life() -> None:
    client: Any = Counting()
    found = jobs.count_pending(client, ["active", "waiting", "delayed"], "email")
    assert found == {"delayed": 1, "waiting": 2, "active": 3}
    assert client.asked == [(f"/jobs/{state}", {"jobType": "email"}) for state in ("delayed", "waiting", "active")]


@pytest.mark.parametrize("name", TYPES)
def test_type_of_jobs(name: str) -> None:
    assert jobs.checked_job_type("job_type", f" {name} ") == name
    assert jobs.checked_job_type("job_type", None) is None


@pytest.mark.parametrize("name", ["", "Email", "video transcoding", "-email", "a/b", "video--import"])
def test_what_is_no_type_of_jobs(name: str) -> None:
    with pytest.raises(ToolkitError, match="job_type"):
        jobs.checked_job_type("job_type", name)
