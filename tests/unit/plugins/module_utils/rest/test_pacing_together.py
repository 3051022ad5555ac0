# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many processes share one budget: none is refused, hardly anything remains unused, and none starves.

They and the server run in virtual time with a fixed random seed.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer, RateLimitHeaders

HEADERS = RateLimitHeaders("X-Remaining", "X-Reset", "X-Limit")
START = 1_760_000_000.25


@dataclass
class Server:
    """A limit of a number of requests in a number of seconds.

    Attributes:
        window: ``first``: it begins with the first request after the last one; ``aligned``: with the full minute, so
            to say; ``sliding``: the last seconds count, and the reset is when the oldest request is forgotten.
        rounding: how it rounds the reset to whole seconds.
        tells_limit: whether it sends a header with the limit.
    """

    limit: int = 100
    seconds: float = 60.0
    window: str = "first"
    rounding: Callable[[float], int] = math.ceil
    tells_limit: bool = True
    _began: float = -math.inf
    _counted: list[float] = field(default_factory=list)

    def answer(self, now: float) -> tuple[bool, dict[str, str]]:
        """Return whether the request was granted, and the headers."""
        if self.window == "sliding":
            self._counted = [moment for moment in self._counted if moment > now - self.seconds]
        elif now >= self._began + self.seconds:
            self._began = now if self.window == "first" else now // self.seconds * self.seconds
            self._counted = []
        granted = len(self._counted) < self.limit
        if granted:
            self._counted.append(now)
        began = self._counted[0] if self.window == "sliding" else self._began
        reset = str(max(0, self.rounding(began + self.seconds - now)))
        told = {"X-Remaining": str(self.limit - len(self._counted)), "X-Reset": reset}
        if self.tells_limit:
            told["X-Limit"] = str(self.limit)
        return granted, told if granted else {**told, "Retry-After": reset}


class Simulation:
    """Processes that each send one request after the other.

    Attributes:
        now: unix time.
        grants: when which process was granted a request.
        refusals: when one was refused.
    """

    def __init__(self, server: Server, *, seed: int = 1, latency: tuple[float, float] = (0.02, 0.2)) -> None:
        random.seed(seed)
        self.now = START
        self.grants: list[tuple[float, int]] = []
        self.refusals: list[float] = []
        self._server = server
        self._latency = latency
        self._random = random.Random(seed)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._dead: set[int] = set()

    def add(self, storages: Sequence[FileStorage | None], **options: int) -> None:
        """Start as many processes as there are storages; those with the same one share their budget."""
        for storage in storages:
            name = next(self._order)
            pacer = Pacer(HEADERS, storage, "p.json", clock=lambda: self.now, sleep=lambda _seconds: None, **options)
            self._at(0.0, lambda name=name, pacer=pacer: self._ask(name, pacer))  # type: ignore[misc]

    def kill(self, share: float) -> None:
        """Kill this share of the processes at any point."""
        names = sorted({name for _moment, name in self.grants})
        self._dead.update(self._random.sample(names, int(len(names) * share)))

    def run(self, seconds: float) -> None:
        """Advance the time by this."""
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _order, happens = heapq.heappop(self._events)
            happens()
        self.now = end

    def granted(self, since: float = START) -> Counter[int]:
        """Return the requests granted from then on, by process."""
        return Counter(name for moment, name in self.grants if moment >= since)

    def refused(self, since: float = START) -> int:
        """Return the requests refused from then on."""
        return sum(moment >= since for moment in self.refusals)

    def _at(self, seconds: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._order), happens))

    def _ask(self, name: int, pacer: Pacer) -> None:
        if name in self._dead:
            return
        seconds = pacer.delay()
        if seconds:
            self._at(seconds, lambda: self._ask(name, pacer))
        else:
            self._at(self._random.uniform(*self._latency) / 2, lambda: self._arrive(name, pacer))

    def _arrive(self, name: int, pacer: Pacer) -> None:
        granted, headers = self._server.answer(self.now)
        if granted:
            self.grants.append((self.now, name))
        else:
            self.refusals.append(self.now)
        self._at(self._random.uniform(*self._latency) / 2, lambda: self._hear(name, pacer, granted, headers))

    def _hear(self, name: int, pacer: Pacer, granted: bool, headers: dict[str, str]) -> None:
        if name in self._dead:
            return
        pacer.learn(headers)
        self._at(0.0 if granted else pacer.refused(headers), lambda: self._ask(name, pacer))


def check_fair(simulation: Simulation, processes: int, since: float = START) -> None:
    """Check that from then on no process gets less than a third of the median."""
    granted = simulation.granted(since)
    assert len(granted) == processes
    assert min(granted.values()) >= statistics.median(granted.values()) / 3, granted


@pytest.mark.parametrize("rounding", [math.ceil, math.floor])
@pytest.mark.parametrize("window", ["first", "aligned"])
def test_none_is_refused_and_all_is_used(tmp_path: Path, window: str, rounding: Callable[[float], int]) -> None:
    simulation = Simulation(Server(window=window, rounding=rounding))
    simulation.add([FileStorage(str(tmp_path))] * 25)
    simulation.run(240)
    assert simulation.refused() == 0
    assert len(simulation.grants) >= 0.9 * 400
    check_fair(simulation, 25)


def test_limit_without_a_header_is_respected_too(tmp_path: Path) -> None:
    simulation = Simulation(Server(tells_limit=False))
    simulation.add([FileStorage(str(tmp_path))] * 25)
    simulation.run(180)
    assert simulation.refused() == 0
    assert len(simulation.grants) >= 0.9 * 300
    check_fair(simulation, 25)


def test_sliding_window_refuses_hardly_any(tmp_path: Path) -> None:
    simulation = Simulation(Server(window="sliding"))
    simulation.add([FileStorage(str(tmp_path))] * 25)
    simulation.run(240)
    assert simulation.refused() <= 4
    assert len(simulation.grants) >= 0.9 * 400
    check_fair(simulation, 25)


def test_more_processes_than_a_window_has_requests_take_turns(tmp_path: Path) -> None:
    simulation = Simulation(Server(limit=10))
    simulation.add([FileStorage(str(tmp_path))] * 25)
    simulation.run(10 * 62)
    assert simulation.refused() == 0
    assert len(simulation.grants) >= 0.9 * 100
    check_fair(simulation, 25)


def test_those_that_are_killed_take_little_with_them(tmp_path: Path) -> None:
    simulation = Simulation(Server())
    simulation.add([FileStorage(str(tmp_path))] * 25)
    simulation.run(90)
    simulation.kill(0.5)
    before = len(simulation.grants)
    simulation.run(180)
    assert simulation.refused() == 0
    assert len(simulation.grants) - before >= 0.9 * 300


def test_reserve_is_left_by_all_together(tmp_path: Path) -> None:
    simulation = Simulation(Server())
    simulation.add([FileStorage(str(tmp_path))] * 25, reserve=20)
    simulation.run(180)
    assert simulation.refused() == 0
    assert 0.9 * 240 <= len(simulation.grants) <= 240 + 1


@pytest.mark.parametrize("machines", [2, 24])
def test_machines_apart_are_refused_once_a_window_at_most_for_each_process(tmp_path: Path, machines: int) -> None:
    simulation = Simulation(Server())
    simulation.add([FileStorage(str(tmp_path / str(number % machines))) for number in range(24)])
    simulation.run(240)
    assert len(simulation.grants) >= 0.9 * 400
    assert simulation.refused() <= 24 * 4
    check_fair(simulation, 24)


def test_processes_without_a_file_are_as_civil() -> None:
    simulation = Simulation(Server())
    simulation.add([None] * 24)
    simulation.run(240)
    assert len(simulation.grants) >= 0.9 * 400
    assert simulation.refused() <= 24 * 4
    check_fair(simulation, 24)


@settings(max_examples=20)
@given(
    st.lists(st.dictionaries(st.sampled_from(["X-Remaining", "X-Reset", "X-Limit", "Retry-After", "Date"]), st.text()))
)
def test_odd_headers_block_no_process(answers: list[dict[str, str]]) -> None:
    class Odd(Server):
        def answer(self, now: float) -> tuple[bool, dict[str, str]]:
            granted, headers = super().answer(now)
            return granted, {**headers, **(answers.pop() if answers else {})}

    simulation = Simulation(Odd(limit=10, seconds=5))
    simulation.add([None] * 3)
    simulation.run(60)
    assert len(simulation.grants) >= 40
    # A refused process without a reset time waits longer than the others, and gets its share later.
    simulation.run(120)
    check_fair(simulation, 3, since=START + 60)
