# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a server's rate limit, and whose turn it is to spend from it.

Private to the collection. Only what the server said of a window counts, never what a window before it was like: how
long it lasts, whether it slides or is fixed, and who else spends from it is not known. So when one is over, a single
request goes ahead, and its answer tells how many may follow. Who had to wait goes before who comes anew.

There is no clock and no file in here; `pacing` has them.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Any

#: The longest that what a server said is remembered for the tasks that follow, in seconds.
LONGEST_MEMORY = 900.0
#: Servers tell the end of a window in whole seconds, and whether they round up or down is not known.
ROUNDING = 1.0
#: Those that wait for a window come back spread over this many seconds after it began.
SPREAD = 1.0
#: Who comes anew lets those go ahead whose turn is within this many seconds, and then follows this long after them.
NEAR = SPREAD
SPACING = 0.01
#: Who has not come this many seconds after its turn, was killed.
GRACE = 2.0
#: Seconds between two requests that go ahead while no answer has told of a window yet.
PROBE_INTERVAL = 0.1
#: How long that lasts at most when answers tell nothing, in seconds; then it begins anew.
UNTOLD = 10.0
#: Stands for the number of requests left when nothing limits them.
UNLIMITED = 1e9


@dataclass
class Budget:
    """The requests that are left in a window, for all who share them. All times are unix time.

    Attributes:
        until: when the window is certainly over.
        after: the window is certainly not over before this; while it is not told of, when it began.
        told: whether an answer told of this window.
        left: the requests that are left in it.
        limit: the requests of a whole window, None while no answer told.
        given: how many requests ever went, so that it is known how many went since one of them.
        last: when the last one went.
        waiting: who waits, by name: since when, and until when.
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
        """What `as_json` made; anything else is as good as nothing."""
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
        """All of it, as JSON can hold it."""
        return dict(vars(self))

    def take(self, name: str, now: float, *, reserve: int, tells: bool) -> float:
        """Take one request, or a place among those that wait for one.

        Args:
            name: who asks.
            now: the time.
            reserve: how many requests of the window are left to others.
            tells: whether answers of this service ever tell of a window.

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
        """Believe what an answer says of the window.

        Answers overtake each other, also across the end of a window. So each is held against what is known: its
        window ended no earlier than its seconds after it was asked for, and no later than its seconds after it came.

        Args:
            left: the requests left, None when it does not tell.
            seconds: the time to the end of the window, None when it does not tell.
            limit: the requests of a whole window, None when it does not tell.
            number: the request's own (`given` when it went).
            sent: when it went.
            now: when the answer came.
        """
        if left is None or seconds is None:
            # Nothing to wait for, if the request went when nothing was known.
            self.told = self.told or sent >= self.after
            return
        seconds = min(seconds, LONGEST_MEMORY)
        # A clock that was set back meanwhile shows that it was sent in the future.
        earliest, latest = min(sent, now) + seconds, now + seconds + ROUNDING
        if limit is not None:
            self.limit = float(limit)
        if self._is_past(earliest, latest):
            return
        if not self.told or earliest > self.until:
            if self.told or left < self.left:
                # Others spend as well, or it was not known how much there is. Those that went later may not be in it.
                self.left = float(left - (self.given - number))
            self.after, self.until, self.told = earliest - ROUNDING, latest, True
        else:
            # Of two answers the one with less left is the later one.
            self.left = min(self.left, float(left))
            self.after, self.until = max(self.after, earliest - ROUNDING), min(self.until, latest)

    def refuse(self, name: str, seconds: float, *, sent: float, now: float) -> float:
        """Nothing is left for so many seconds, as a refusal says; the refused one comes back before who is new.

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
        """A window of which nothing is known but that it will hardly be larger than the last one."""
        self.after, self.until, self.told = now, now + UNTOLD, told
        self.left = UNLIMITED if self.limit is None else self.limit

    def _is_past(self, earliest: float, latest: float) -> bool:
        """Whether a window that ended between these times was over before this one began."""
        return latest < self.after if self.told else earliest <= self.after

    def _forget(self, now: float) -> None:
        """Those that were killed, and those that a clock that was set back left in the future."""
        for name, (_since, turn) in list(self.waiting.items()):
            if not now - GRACE <= turn <= now + LONGEST_MEMORY + ROUNDING + SPREAD:
                del self.waiting[name]


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no number")
    return number
