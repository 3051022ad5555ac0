# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared view of a server's rate limit, and the queue of processes waiting for it.

Private to the collection. Only what the server says about the current window counts, never an earlier window: how
long a window lasts, whether it slides or is fixed, and who else uses it is unknown. So when a window ends, a single
request goes ahead, and its response says how many may follow. Processes that had to wait go before new ones.

This module uses neither a clock nor a file; `pacing` does.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Any

#: How long later tasks may rely on what a server said, at most, in seconds.
LONGEST_MEMORY = 900.0
#: Servers give the end of a window in whole seconds, and whether they round up or down is unknown.
ROUNDING = 1.0
#: Processes that wait for a window come back spread over this many seconds after its start.
SPREAD = 1.0
#: A new process lets those go first whose turn is within this many seconds, and follows this many seconds later.
NEAR = SPREAD
SPACING = 0.01
#: A process that has not come back this many seconds after its turn counts as killed.
GRACE = 2.0
#: Seconds between two requests while no response has described a window yet.
PROBE_INTERVAL = 0.1
#: How long that lasts at most when responses describe no window, in seconds; then a new window is assumed.
UNTOLD = 10.0
#: Stands for the number of requests left when nothing limits them.
UNLIMITED = 1e9


@dataclass(repr=False, eq=False)
class Budget:
    """The requests left in a window, shared by several processes. All times are unix time.

    Attributes:
        until: when the window is certainly over.
        after: the window certainly lasts until then; when it began, while no response has described it.
        told: whether a response described this window.
        left: the requests that are left in it.
        limit: the requests of a whole window, None while no response stated it.
        given: how many requests were ever sent, to count those sent since a given one.
        last: when the last one was sent.
        waiting: the waiting processes by name: since when, and until when.
    """

    until: float = 0.0
    after: float = 0.0
    told: bool = False
    left: float = UNLIMITED
    limit: float | None = None
    given: int = 0
    last: float = 0.0
    waiting: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Any) -> Budget:
        """Return the budget that `as_json` wrote; an empty one for anything else."""
        try:
            return cls(
                until=_finite(data["until"]),
                after=_finite(data["after"]),
                told=bool(data["told"]),
                left=_finite(data["left"]),
                limit=None if data["limit"] is None else _finite(data["limit"]),
                given=int(_finite(data["given"])),
                last=_finite(data["last"]),
                waiting={
                    name: [_finite(since), _finite(until)] for name, (since, until) in dict(data["waiting"]).items()
                },
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            return cls()

    def as_json(self) -> dict[str, Any]:
        """Return all of it in a form that JSON can hold."""
        return dict(vars(self))

    def take(self, name: str, now: float, *, reserve: int, tells: bool) -> float:
        """Reserve one request, or a place in the queue for one.

        Args:
            name: who asks.
            now: the time.
            reserve: how many requests of the window are left to others.
            tells: whether responses of this service ever describe a window.

        Returns:
            the seconds after which to ask again; 0 when the request may go.
        """
        self._forget(now)
        was_set_back = self.last > now + ROUNDING
        if was_set_back or not now < self.until <= now + LONGEST_MEMORY + ROUNDING:
            self._begin(now, told=not tells)
        since, _turn = self.waiting.get(name, (now, now))
        ahead = [
            turn
            for other, (others_since, turn) in self.waiting.items()
            if (others_since, other) < (since, name) and turn <= now + NEAR
        ]
        has_room = len(ahead) < self.left - (reserve if self.told else 0)
        in_turn = name in self.waiting or not ahead
        if has_room and in_turn and (self.told or not self.last <= now < self.last + PROBE_INTERVAL):
            self.waiting.pop(name, None)
            self.left -= 1
            self.given += 1
            self.last = now
            return 0.0
        if has_room and not in_turn:
            turn = max(now, *ahead) + SPACING
        elif self.told:
            turn = self.until + random.uniform(0.0, SPREAD)
        else:
            turn = now + PROBE_INTERVAL * random.uniform(1.0, 2.0)
        self.waiting[name] = [since, turn]
        return turn - now

    def hear(
        self, left: int | None, seconds: float | None, limit: int | None, *, number: int, sent: float, now: float
    ) -> None:
        """Update the window with what a response says about it.

        Responses overtake each other, also across the end of a window. So each is compared with what is known: its
        window ends no earlier than its seconds after the request, and no later than its seconds after the response.

        Args:
            left: the requests left, None when the response does not say.
            seconds: the time to the end of the window, None when the response does not say.
            limit: the requests of a whole window, None when the response does not say.
            number: the request's number (`given` when it was sent).
            sent: when it was sent.
            now: when the response arrived.
        """
        if left is None or seconds is None:
            # If the request was sent while nothing was known, there is no window to wait for.
            self.told = self.told or sent >= self.after
            return
        seconds = min(seconds, LONGEST_MEMORY)
        # If the clock was set back in between, the request seems to have been sent in the future.
        earliest, latest = min(sent, now) + seconds, now + seconds + ROUNDING
        if limit is not None:
            self.limit = float(limit)
        if self._is_past(earliest, latest):
            return
        if not self.told or earliest > self.until:
            if self.told or left < self.left:
                # Others use the window too, or its size was unknown. Requests sent later may not be counted in it.
                self.left = float(left - (self.given - number))
            self.after, self.until, self.told = earliest - ROUNDING, latest, True
        else:
            # Of two responses, the one with fewer requests left is the later one.
            self.left = min(self.left, float(left))
            self.after, self.until = max(self.after, earliest - ROUNDING), min(self.until, latest)

    def refuse(self, name: str, seconds: float, *, sent: float, now: float) -> float:
        """Record a refusal: nothing is left for so many seconds, and the refused process goes before new ones.

        Returns:
            the seconds after which to ask again.
        """
        wait = seconds + ROUNDING + random.uniform(0.0, SPREAD)
        seconds = min(seconds, LONGEST_MEMORY)
        sent = min(sent, now)
        earliest, latest = sent + seconds, now + seconds + ROUNDING
        if not self._is_past(earliest, latest):
            self.left = 0.0
            self.after, self.until, self.told = earliest - ROUNDING, latest, True
        self.waiting[name] = [sent, now + wait]
        return wait

    def _begin(self, now: float, *, told: bool) -> None:
        """Begin a window about which only one thing is known: it is hardly larger than the last one."""
        self.after, self.until, self.told = now, now + UNTOLD, told
        self.left = UNLIMITED if self.limit is None else self.limit

    def _is_past(self, earliest: float, latest: float) -> bool:
        """Return whether a window that ended between these times was over before this one began."""
        return latest < self.after if self.told else earliest <= self.after

    def _forget(self, now: float) -> None:
        """Forget processes that were killed, and those whose times are in the future after the clock was set back."""
        for name, (_since, turn) in list(self.waiting.items()):
            if not now - GRACE <= turn <= now + LONGEST_MEMORY + ROUNDING + SPREAD:
                del self.waiting[name]


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no number")
    return number
