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
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import (
    LockTimeout,
    locked,
    private_dir,
    read_json,
    write_json,
)

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
        remaining: the header with the number of requests left in this window.
        reset: the header that says when the window starts again, in seconds from now.
    """

    remaining: str
    reset: str


def seconds_to_wait(value: str | None, now: float) -> float | None:
    """A ``Retry-After`` (RFC 9110, 10.2.3): seconds or an HTTP date; None when it is neither, or is in the past.

    Args:
        value: the header's text.
        now: unix time.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), 1e9)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


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
        remaining = _whole_number(headers.get(self._headers.remaining))
        reset = _whole_number(headers.get(self._headers.reset))
        if remaining is None or reset is None:
            return
        until = self._clock() + min(float(reset), LONGEST_MEMORY)

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
        seconds = seconds_to_wait(headers.get("Retry-After"), now)
        if seconds is None:
            reset = _whole_number(headers.get(self._headers.reset))
            seconds = DEFAULT_WAIT if reset is None else float(reset)

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
