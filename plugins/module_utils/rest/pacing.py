# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stay inside a rate limit, alone and together with the other processes of this machine.

Private to the collection. What the server says in its answers' headers is believed; the processes of one user on
one machine share what they learned through a locked file, so that they spend one budget together.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import (
    LockTimeout,
    locked,
    private_dir,
    read_json,
    write_json,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import http_date, iso_time

#: Waits after a refusal are spread over this many seconds, so that processes don't come back all at once.
SPREAD = 5.0
#: A server that refuses without saying for how long is left alone for this many seconds.
DEFAULT_WAIT = 10.0
#: The longest that a refusal is remembered for the tasks that follow, in seconds.
LONGEST_MEMORY = 900.0
#: The longest that reading and writing the shared file may hold up a request, in seconds.
FILE_TIMEOUT = 2.0
#: Seconds between two tries to get at it. It is held for a moment only, before and after each request: who slept for
#: longer would hardly ever find it free among many, and those that are at it would go on alone.
FILE_INTERVAL = 0.01


@dataclass(frozen=True)
class RateLimitHeaders:
    """How a service names its limit in its answers (names of headers are compared without case).

    Attributes:
        remaining: the header with the number of requests left in this window; None when the service tells nothing.
        reset: the header that says when the window starts again.
        limit: the header with the number of requests of a whole window; None when the service does not tell it.
        reset_is: what ``reset`` holds: ``seconds`` from now, or the ``time`` itself (unix time in seconds, ISO 8601
            or an HTTP date).
    """

    remaining: str | None = None
    reset: str | None = None
    limit: str | None = None
    reset_is: Literal["seconds", "time"] = "seconds"

    def remaining_in(self, headers: Mapping[str, str]) -> int | None:
        """The requests left, None when the answer does not tell."""
        return _number_in(headers, self.remaining)

    def limit_in(self, headers: Mapping[str, str]) -> int | None:
        """The requests of a whole window, None when the answer does not tell."""
        return _number_in(headers, self.limit)

    def seconds_to_reset(self, headers: Mapping[str, str], now: float) -> float | None:
        """The seconds until the window starts again, never less than 0; None when the answer does not tell.

        A time is the server's, so it is compared with the answer's ``Date`` rather than with the own clock.

        Args:
            headers: the answer's.
            now: unix time, for an answer without ``Date``.
        """
        text = headers.get(self.reset or "", "").strip()
        if self.reset_is == "seconds":
            seconds = _whole_number(text)
            return None if seconds is None else float(seconds)
        unix_time = float(text) if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text, re.ASCII) else None
        known = [moment for moment in (unix_time, iso_time(text), http_date(text)) if moment is not None]
        return max(0.0, known[0] - _server_time(headers, now)) if known else None


def seconds_to_wait(headers: Mapping[str, str], now: float) -> float | None:
    """What ``Retry-After`` says (RFC 9110, 10.2.3): seconds or an HTTP date; None when it is neither.

    Args:
        headers: the answer's.
        now: unix time, for an answer without ``Date``.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), 1e9)
    moment = http_date(text)
    return None if moment is None else max(0.0, moment - _server_time(headers, now))


def _server_time(headers: Mapping[str, str], now: float) -> float:
    date = http_date(headers.get("Date"))
    return now if date is None else date


def _number_in(headers: Mapping[str, str], name: str | None) -> int | None:
    return None if name is None else _whole_number(headers.get(name))


def _whole_number(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class Pacer:
    """Holds a request back until the server's budget has room for it.

    Args:
        headers: how the service names its limit.
        path: the file shared with other processes of this machine, None for this process alone.
        reserve: how many requests of each window are left to others, such as people in the control panel.
        clock: unix time; shared by processes, so not the monotonic one.
        sleep: how to wait.

    Attributes:
        waited: the seconds spent waiting so far.
    """

    def __init__(
        self,
        headers: RateLimitHeaders,
        path: str | None,
        *,
        reserve: int = 0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._headers = headers
        self._path = path
        self._reserve = reserve
        self._clock = clock
        self._sleep = sleep
        self._known: dict[str, float] = {}
        self.waited = 0.0

    def delay(self) -> float:
        """The seconds to wait before the next request; 0 takes one request from the budget."""
        return self._shared(self._take)

    def wait(self, seconds: float) -> None:
        """Sleep and count it."""
        self._sleep(seconds)
        self.waited += seconds

    def learn(self, headers: Mapping[str, str]) -> None:
        """Believe what an answer says of the budget."""
        now = self._clock()
        remaining = self._headers.remaining_in(headers)
        reset = self._headers.seconds_to_reset(headers, now)
        if remaining is None or reset is None:
            return
        until = now + min(reset, LONGEST_MEMORY)

        def note(known: dict[str, float]) -> float:
            # Of two answers in one window the one with less left is the later one: answers overtake each other.
            if abs(known.get("until", 0.0) - until) < 2.0:
                known["remaining"] = min(known["remaining"], float(remaining))
            else:
                known.update(until=until, remaining=float(remaining))
            return 0.0

        self._shared(note)

    def refused(self, headers: Mapping[str, str]) -> float:
        """Note a refusal (429) for all processes and return the seconds to wait before coming back."""
        now = self._clock()
        seconds = seconds_to_wait(headers, now)
        if seconds is None:
            reset = self._headers.seconds_to_reset(headers, now)
            seconds = DEFAULT_WAIT if reset is None else reset

        def note(known: dict[str, float]) -> float:
            known.update(until=now + min(seconds, LONGEST_MEMORY), remaining=0.0)
            return 0.0

        self._shared(note)
        return seconds + random.uniform(0.0, min(SPREAD, max(1.0, seconds)))

    def _take(self, known: dict[str, float]) -> float:
        left = known.get("until", 0.0) - self._clock()
        if left <= 0:
            known.clear()
        elif known["remaining"] <= self._reserve:
            return left + random.uniform(0.0, min(SPREAD, left))
        else:
            known["remaining"] -= 1
        return 0.0

    def _shared(self, change: Callable[[dict[str, float]], float]) -> float:
        """Apply a change to what all processes know; without a usable file, to what this one knows."""
        if self._path is not None:
            try:
                private_dir(os.path.dirname(self._path))
                with locked(self._path + ".lock", timeout=FILE_TIMEOUT, interval=FILE_INTERVAL):
                    known = _remembered(self._path)
                    result = change(known)
                    write_json(self._path, known, durable=False)
                    return result
            except (OSError, LockTimeout):
                self._path = None
        return change(self._known)


def _remembered(path: str) -> dict[str, float]:
    """What the processes before this one learned; a damaged file is as good as none."""
    try:
        known = read_json(path)
        if isinstance(known, dict) and set(known) == {"until", "remaining"}:
            return {name: float(value) for name, value in known.items()}
    except (ValueError, TypeError):
        pass
    return {}
