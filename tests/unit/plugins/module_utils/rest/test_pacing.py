# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit is respected, by one process and by several."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.budget import (
    GRACE,
    LONGEST_MEMORY,
    PROBE_INTERVAL,
    ROUNDING,
    SPREAD,
    UNTOLD,
    Budget,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import DEFAULT_WAIT, Pacer, RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.reset_times import seconds_to_wait

HEADERS = RateLimitHeaders("X-Remaining", "X-Reset")
FULL = RateLimitHeaders("X-Remaining", "X-Reset", "X-Limit")


class Time:
    """A clock that only sleeping advances."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def pacer(time: Time, path: Path | None = None, *, headers: RateLimitHeaders = HEADERS, **options: int) -> Pacer:
    storage = FileStorage(str(path.parent)) if path else None
    return Pacer(headers, storage, path.name if path else "", clock=time.clock, sleep=time.sleep, **options)


def answer(remaining: object, reset: object, **more: str) -> CaseInsensitiveDict[str]:
    return CaseInsensitiveDict({"x-remaining": str(remaining), "X-RESET": str(reset), **more})


def asked(one: Pacer, headers: Mapping[str, str]) -> None:
    """Send a request with this response."""
    assert one.delay() == 0
    one.learn(headers)


def test_nothing_known_means_no_delay() -> None:
    assert pacer(Time()).delay() == 0


def test_budget_is_spent_and_then_waited_for() -> None:
    time = Time()
    one = pacer(time)
    asked(one, answer(2, 60))
    assert [one.delay(), one.delay()] == [0, 0]
    assert 60 + ROUNDING <= one.delay() <= 60 + ROUNDING + SPREAD
    time.sleep(60 + ROUNDING)
    assert one.delay() == 0


def test_reserve_is_left_to_people() -> None:
    one = pacer(Time(), reserve=5)
    asked(one, answer(6, 60))
    assert one.delay() == 0
    assert one.delay() >= 60


def test_process_that_leaves_a_reserve_does_not_hold_up_others(tmp_path: Path) -> None:
    time = Time()
    one, two = pacer(time, tmp_path / "p.json", reserve=5), pacer(time, tmp_path / "p.json")
    asked(two, answer(5, 60))
    assert one.delay() >= 60
    assert [two.delay() for _number in range(5)] == [0] * 5
    assert two.delay() >= 60


def test_responses_that_overtake_each_other_leave_the_lower_number() -> None:
    one = pacer(Time())
    asked(one, answer(1, 60))
    one.learn(answer(9, 61))
    assert one.delay() == 0
    assert one.delay() > 0


def test_response_that_overtook_those_asked_after_it_leaves_room_for_them(tmp_path: Path) -> None:
    time = Time()
    three = [pacer(time, tmp_path / "p.json") for _number in range(3)]
    for one in three:
        while wait := one.delay():
            time.sleep(wait)
    three[0].learn(answer(3, 60))
    assert three[0].delay() == 0
    assert three[0].delay() > 0


def test_response_from_the_previous_window_does_not_affect_this_one(tmp_path: Path) -> None:
    time = Time()
    slow, quick = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    asked(quick, answer(50, 10))
    assert slow.delay() == 0
    time.sleep(10 + ROUNDING)
    assert quick.delay() == 0
    slow.learn(answer(0, 1))
    quick.learn(answer(50, 60))
    slow.learn(answer(0, 1))
    assert quick.delay() == 0


def test_refusal_from_the_window_before_closes_nothing_now(tmp_path: Path) -> None:
    time = Time()
    slow, quick = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    asked(quick, answer(50, 10))
    assert slow.delay() == 0
    time.sleep(10 + ROUNDING)
    asked(quick, answer(50, 60))
    assert slow.refused(answer(0, 9, **{"Retry-After": "9"})) >= 9
    assert quick.delay() == 0


def test_new_window_is_trusted() -> None:
    time = Time()
    one = pacer(time)
    asked(one, answer(1, 10))
    time.sleep(5)
    asked(one, answer(50, 60))
    assert one.delay() == 0


def test_one_request_goes_ahead_while_nothing_is_known(tmp_path: Path) -> None:
    time = Time()
    one, two = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    assert one.delay() == 0
    assert 0 < two.delay() <= 2 * PROBE_INTERVAL
    one.learn(answer(5, 60))
    time.sleep(2 * PROBE_INTERVAL)
    assert two.delay() == 0


def test_more_go_ahead_when_no_response_comes_but_never_more_than_a_window_has(tmp_path: Path) -> None:
    time = Time()
    pacers = [pacer(time, tmp_path / "p.json", headers=FULL) for _number in range(6)]
    asked(pacers[0], answer(0, 1, **{"X-Limit": "3"}))
    time.sleep(1 + ROUNDING)
    went = 0
    for _number in range(20):
        went += sum(one.delay() == 0 for one in pacers)
        time.sleep(2 * PROBE_INTERVAL)
    assert went == 3
    time.sleep(UNTOLD)
    assert 0 in [one.delay() for one in pacers]


def test_newcomer_queues_behind_those_that_wait(tmp_path: Path) -> None:
    time = Time()
    early, late = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    asked(early, answer(0, 10))
    turn = time.now + early.delay()
    time.sleep(10 + ROUNDING)
    assert time.now + late.delay() >= turn
    time.now = turn
    assert early.delay() == 0


def test_killed_process_is_not_waited_for(tmp_path: Path) -> None:
    time = Time()
    killed, other = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    asked(other, answer(0, 10))
    assert killed.delay() > 0
    time.sleep(10 + ROUNDING + SPREAD)
    wait = other.delay()
    assert 0 < wait < GRACE
    time.sleep(wait)
    asked(other, answer(2, 10))
    time.sleep(GRACE)
    assert other.delay() == 0


def test_clock_set_back_blocks_no_process_for_long(tmp_path: Path) -> None:
    time = Time()
    one, two = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    asked(one, answer(0, 60))
    assert one.delay() > 0
    time.now -= 86_400
    assert two.delay() == 0


@pytest.mark.parametrize("step", [-600.0, 600.0])
def test_clock_set_by_minutes_blocks_no_process_for_longer_than_a_window(tmp_path: Path, step: float) -> None:
    """Ten minutes are shorter than a window may be, so the window alone does not reveal the clock change."""
    time = Time()
    one, two = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    asked(one, answer(0, 60))
    time.now += step
    waited = 0.0
    while (delay := two.delay()) > 0:
        waited += delay
        time.sleep(delay)
    assert waited <= 62


@pytest.mark.parametrize("refused", [True, False])
def test_clock_set_back_during_a_request_blocks_no_process_for_longer_than_its_window(
    tmp_path: Path, refused: bool
) -> None:
    time = Time()
    one, two = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    assert one.delay() == 0
    time.now -= 600
    told = answer(0, 60, **{"Retry-After": "60"})
    one.refused(told) if refused else one.learn(told)
    waited = 0.0
    while (delay := two.delay()) > 0:
        waited += delay
        time.sleep(delay)
    assert waited <= 65


@pytest.mark.parametrize("headers", [{}, {"X-Remaining": "1"}, answer("many", 60), answer(0, -1), answer(0, "9" * 12)])
def test_headers_that_say_nothing_are_passed_over(headers: dict[str, str]) -> None:
    one = pacer(Time())
    asked(one, headers)
    assert [one.delay(), one.delay()] == [0, 0]


def test_two_share_one_budget(tmp_path: Path) -> None:
    time = Time()
    one, two = pacer(time, tmp_path / "p.json"), pacer(time, tmp_path / "p.json")
    one.learn(answer(2, 60))
    assert [one.delay(), two.delay()] == [0, 0]
    assert one.delay() >= 60
    assert two.delay() >= 60


DAMAGED = """{"after": 0, "given": 1, "last": 0, "left": 0, "limit": null, "told": true, "until": 1e12,
"waiting": {"one": "soon"}}"""


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"until": 1}', DAMAGED, DAMAGED.replace("null", "1e999"), "\0\xff"]
)
def test_damaged_file_counts_as_missing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "pacing/p.json"
    path.parent.mkdir()
    path.write_text(content, encoding="latin-1")
    one = pacer(Time(), tmp_path / "p.json")
    assert one.delay() == 0
    one.learn(answer(1, 60))
    assert one.delay() == 0
    assert pacer(Time(), tmp_path / "p.json").delay() > 0


def test_without_a_usable_folder_each_paces_itself(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one = pacer(Time(), tmp_path / "file/below/p.json")
    one.learn(answer(1, 60))
    assert one.delay() == 0
    assert one.delay() > 0


def test_refusal_waits_as_long_as_asked_with_spread() -> None:
    one = pacer(Time())
    waits = {one.refused(answer(0, 7, **{"Retry-After": "30"})) for _number in range(50)}
    assert all(30 <= wait <= 30 + ROUNDING + SPREAD for wait in waits)
    assert len(waits) > 40
    assert one.delay() >= 30


@pytest.mark.parametrize(("reset", "at_least"), [("7", 7), ("", DEFAULT_WAIT), ("-3", DEFAULT_WAIT)])
def test_refusal_without_a_time_takes_the_reset_or_a_default(reset: str, at_least: float) -> None:
    assert at_least <= pacer(Time()).refused(answer(0, reset)) <= at_least + ROUNDING + SPREAD


def test_long_refusal_is_reported_in_full_and_remembered_briefly(tmp_path: Path) -> None:
    time = Time()
    assert pacer(time, tmp_path / "p.json").refused(answer(0, 0, **{"Retry-After": str(10**9)})) >= 10**9
    assert pacer(time, tmp_path / "p.json").delay() <= LONGEST_MEMORY + ROUNDING + SPREAD


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
def test_service_without_rate_limit_headers_is_not_held_back(silent: RateLimitHeaders) -> None:
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
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
pacer = Pacer(RateLimitHeaders("X-Remaining", "X-Reset"), FileStorage(sys.argv[1]), "p.json")
print(sum(pacer.delay() == 0 for _number in range(20)))
"""


def test_processes_spend_one_budget_together(tmp_path: Path) -> None:
    Pacer(HEADERS, FileStorage(str(tmp_path)), "p.json").learn(answer(30, 600))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    started = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _number in range(4)]
    assert sum(int(process.communicate(timeout=60)[0]) for process in started) == 30


def test_spread_depends_on_no_seed_shared_by_forks() -> None:
    random.seed(1)
    first = pacer(Time()).refused({"Retry-After": "30"})
    random.seed(2)
    assert pacer(Time()).refused({"Retry-After": "30"}) != first


@pytest.mark.parametrize("refused", [True, False])
def test_response_to_a_request_of_the_future_does_not_end_its_window_before_it_began(refused: bool) -> None:
    """The clock was set back during the request, and another request was sent since."""
    budget, now = Budget(), 1_760_000_000.0
    sent = now + 600
    assert budget.take("one", sent, reserve=0, tells=True) == 0
    assert budget.take("two", now, reserve=0, tells=True) == 0
    if refused:
        budget.refuse("one", 60, sent=sent, now=now)
    else:
        budget.hear(0, 60, None, number=1, sent=sent, now=now)
    assert now + 59 <= budget.after <= budget.until <= now + 61
    # A later value is accepted: it is after the start of the window.
    budget.hear(5, 120, None, number=2, sent=now + 1, now=now + 2)
    assert budget.until > now + 100
