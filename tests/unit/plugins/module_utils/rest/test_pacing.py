# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit is kept, alone and together with others."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import (
    DEFAULT_WAIT,
    LONGEST_MEMORY,
    SPREAD,
    Pacer,
    RateLimitHeaders,
    seconds_to_wait,
)

HEADERS = RateLimitHeaders("X-Remaining", "X-Reset")


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def pacer(time: Time, path: Path | None = None, **options: int) -> Pacer:
    return Pacer(HEADERS, str(path) if path else None, clock=time.clock, sleep=time.sleep, **options)


def answer(remaining: object, reset: object, **more: str) -> CaseInsensitiveDict[str]:
    return CaseInsensitiveDict({"x-remaining": str(remaining), "X-RESET": str(reset), **more})


def test_nothing_known_means_no_delay() -> None:
    assert pacer(Time()).delay() == 0


def test_budget_is_spent_and_then_waited_for() -> None:
    time = Time()
    one = pacer(time)
    one.learn(answer(2, 60))
    assert [one.delay(), one.delay()] == [0, 0]
    assert 60 <= one.delay() <= 60 + SPREAD
    time.sleep(60)
    assert one.delay() == 0


def test_reserve_is_left_to_people() -> None:
    one = pacer(Time(), reserve=5)
    one.learn(answer(6, 60))
    assert one.delay() == 0
    assert one.delay() >= 60


def test_answers_that_overtake_each_other_leave_the_lower_number() -> None:
    one = pacer(Time())
    one.learn(answer(1, 60))
    one.learn(answer(9, 61))
    assert one.delay() == 0
    assert one.delay() > 0


def test_new_window_is_believed() -> None:
    time = Time()
    one = pacer(time)
    one.learn(answer(0, 10))
    time.sleep(5)
    one.learn(answer(50, 60))
    assert one.delay() == 0


@pytest.mark.parametrize("headers", [{}, {"X-Remaining": "1"}, answer("many", 60), answer(0, -1), answer(0, "9" * 12)])
def test_headers_that_say_nothing_are_passed_over(headers: dict[str, str]) -> None:
    one = pacer(Time())
    one.learn(headers)
    assert one.delay() == 0


def test_two_share_one_budget(tmp_path: Path) -> None:
    time = Time()
    one, two = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    one.learn(answer(2, 60))
    assert [one.delay(), two.delay()] == [0, 0]
    assert one.delay() >= 60
    assert two.delay() >= 60


@pytest.mark.parametrize("content", ["", "{", "[]", '{"until": "soon", "remaining": 1}', '{"until": 1}', "\0\xff"])
def test_damaged_file_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(content, encoding="latin-1")
    one = pacer(Time(), path)
    assert one.delay() == 0
    one.learn(answer(1, 60))
    assert one.delay() == 0
    assert pacer(Time(), path).delay() > 0


def test_without_a_usable_folder_each_paces_itself(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one = pacer(Time(), tmp_path / "file/below/p.json")
    one.learn(answer(1, 60))
    assert one.delay() == 0
    assert one.delay() > 0


def test_refusal_waits_as_long_as_asked_with_spread() -> None:
    one = pacer(Time())
    waits = {one.refused(answer(0, 7, **{"Retry-After": "30"})) for _number in range(50)}
    assert all(30 <= wait <= 30 + SPREAD for wait in waits)
    assert len(waits) > 40
    assert one.delay() >= 30


@pytest.mark.parametrize(("reset", "at_least"), [("7", 7), ("", DEFAULT_WAIT), ("-3", DEFAULT_WAIT)])
def test_refusal_without_a_time_takes_the_reset_or_a_default(reset: str, at_least: float) -> None:
    assert at_least <= pacer(Time()).refused(answer(0, reset)) <= at_least + SPREAD


def test_long_refusal_is_told_in_full_and_remembered_for_a_while_only(tmp_path: Path) -> None:
    time = Time()
    assert pacer(time, tmp_path / "p.json").refused(answer(0, 0, **{"Retry-After": str(10**9)})) >= 10**9
    assert pacer(time, tmp_path / "p.json").delay() <= LONGEST_MEMORY + SPREAD


@given(st.one_of(st.text(), st.integers().map(str), st.floats().map(str), st.datetimes().map(str), st.just("٣")))
def test_no_retry_after_breaks_it(value: str) -> None:
    seconds = seconds_to_wait({"Retry-After": value}, 1_760_000_000.0)
    assert seconds is None or seconds >= 0
    assert pacer(Time()).refused({"Retry-After": value}) >= 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("5", 5.0),
        (" 5 ", 5.0),
        ("-5", None),
        ("5.5", None),
        ("soon", None),
        ("Thu, 09 Oct 2025 08:53:30 GMT", 10.0),
        ("Thu, 09 Oct 2025 08:00:00 GMT", 0.0),
        ("1" * 400, 1e9),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    headers = {} if value is None else {"Retry-After": value}
    assert seconds_to_wait(headers, 1_760_000_000.0) == seconds


def test_retry_after_is_by_the_clock_of_the_server() -> None:
    headers = {"Retry-After": "Thu, 09 Oct 2025 08:53:30 GMT", "Date": "Thu, 09 Oct 2025 08:53:20 GMT"}
    assert seconds_to_wait(headers, 1_000_000_000.0) == 10.0


TIMED = RateLimitHeaders("X-Remaining", "X-Reset", reset_is="time")


@pytest.mark.parametrize(
    "reset",
    [
        "1760000030",
        "1760000030.0",
        "2025-10-09T08:53:50Z",
        "2025-10-09T08:53:50.1234567Z",
        "2025-10-09T10:53:50+02:00",
        "2025-10-09T08:53:50",
        "Thu, 09 Oct 2025 08:53:50 GMT",
    ],
)
@pytest.mark.parametrize(("date", "seconds"), [(None, 30.0), ("Thu, 09 Oct 2025 08:53:10 GMT", 40.0), ("soon", 30.0)])
def test_reset_that_is_a_time(reset: str, date: str | None, seconds: float) -> None:
    headers = {"X-Reset": reset} if date is None else {"X-Reset": reset, "Date": date}
    assert TIMED.seconds_to_reset(headers, 1_760_000_000.0) == seconds


def test_reset_in_the_past_is_now() -> None:
    assert TIMED.seconds_to_reset({"X-Reset": "1759999999"}, 1_760_000_000.0) == 0


@given(
    st.one_of(st.text(), st.integers().map(str), st.floats().map(str), st.datetimes().map(str), st.just("٣")),
    st.one_of(st.text(), st.datetimes().map(str)),
)
def test_no_header_breaks_the_reading(reset: str, date: str) -> None:
    headers = {"X-Reset": reset, "X-Remaining": reset, "Date": date}
    for kind in (HEADERS, TIMED):
        seconds = kind.seconds_to_reset(headers, 1_760_000_000.0)
        assert seconds is None or seconds >= 0
        left = kind.remaining_in(headers)
        assert left is None or left >= 0


@pytest.mark.parametrize("silent", [RateLimitHeaders(), HEADERS])
def test_service_that_tells_nothing_is_not_held_back(silent: RateLimitHeaders) -> None:
    time = Time()
    one = Pacer(silent, None, clock=time.clock, sleep=time.sleep)
    for _number in range(5):
        assert one.delay() == 0
        one.learn({})
    assert (silent.remaining_in({}), silent.limit_in({}), silent.seconds_to_reset({}, time.now)) == (None, None, None)


def test_size_of_the_window() -> None:
    assert RateLimitHeaders("X-Remaining", "X-Reset", "X-Limit").limit_in({"X-Limit": "100"}) == 100
    assert HEADERS.limit_in({"X-Limit": "100"}) is None


WORKER = """
import sys
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer, RateLimitHeaders
pacer = Pacer(RateLimitHeaders("X-Remaining", "X-Reset"), sys.argv[1])
print(sum(pacer.delay() == 0 for _number in range(20)))
"""


def test_processes_spend_one_budget_together(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    Pacer(HEADERS, str(path)).learn(answer(30, 600))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", WORKER, str(path)]
    started = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _number in range(4)]
    assert sum(int(process.communicate(timeout=60)[0]) for process in started) == 30


def test_spread_depends_on_no_seed_shared_by_forks() -> None:
    random.seed(1)
    first = pacer(Time()).refused({"Retry-After": "30"})
    random.seed(2)
    assert pacer(Time()).refused({"Retry-After": "30"}) != first
