# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit: a fixed window for each API key."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.options import RateLimit


@dataclass
class Window:
    """The number of requests of a key in its current window, which began at ``began`` (virtual time)."""

    began: float
    used: int = 0


@dataclass(frozen=True)
class Meter:
    """The limit and usage of a key, and whole seconds (at least 1) until its window resets."""

    limit: int
    used: int
    seconds: int

    @property
    def remaining(self) -> int:
        """The number of remaining requests."""
        return self.limit - self.used


class RateLimiter:
    """Counts the requests of each key; refused ones do not count."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._windows: dict[str, Window] = {}

    def take(self, key: str) -> bool:
        """Count a request; return False if the key has none left."""
        window = self._window(key)
        if window.used >= self._limit.requests:
            return False
        window.used += 1
        self._windows[key] = window
        return True

    def meter(self, key: str) -> Meter:
        """Return the usage of a key, known or not."""
        window = self._window(key)
        seconds = math.ceil(window.began + self._limit.seconds - self._clock.now())
        return Meter(self._limit.requests, window.used, max(1, seconds))

    def _window(self, key: str) -> Window:
        now = self._clock.now()
        window = self._windows.get(key)
        if window and window.began <= now < window.began + self._limit.seconds:
            return window
        return Window(now)
