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
    """The requests of one key in its current window, which began at ``began`` (virtual time)."""

    began: float
    used: int = 0


class RateLimiter:
    """Counts the requests of each key; a refused one does not count."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._windows: dict[str, Window] = {}

    def take(self, key: str) -> bool:
        """Count a request; False when the key has none left."""
        window = self._window(key)
        if window.used >= self._limit.requests:
            return False
        window.used += 1
        self._windows[key] = window
        return True

    def headers(self, key: str) -> dict[str, str]:
        """The four headers of each answer, for a key known or not."""
        window = self._window(key)
        return {
            "X-RateLimit-Limit": str(self._limit.requests),
            "X-RateLimit-Usage": str(window.used),
            "X-RateLimit-Remaining": str(self._limit.requests - window.used),
            "X-RateLimit-Reset": str(self.seconds_to_reset(key)),
        }

    def seconds_to_reset(self, key: str) -> int:
        """Whole seconds until the window starts again, at least 1."""
        return max(1, math.ceil(self._window(key).began + self._limit.seconds - self._clock.now()))

    def _window(self, key: str) -> Window:
        now = self._clock.now()
        window = self._windows.get(key)
        if window and window.began <= now < window.began + self._limit.seconds:
            return window
        return Window(now)
