# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which services run at a moment, where they are, and what disturbs them; the same for the same moment."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sandbox.departureboard.network import LINES, STATIONS, Line, Stop
from sandbox.departureboard.uk_time import hours_and_minutes

KNOWN_BEFORE = 60
"""The minutes before its start at which a disturbance of a service becomes known."""
LONGEST_DELAY = 29
UNKNOWN_DELAY = 15
"""The real delay of a service whose delay is not announced."""
PLATFORM_BEFORE = 25
"""The minutes before a departure or arrival at which its platform is announced."""
FORGOTTEN_AFTER = 120
"""The minutes after which the id of a service can't be looked up any more."""

CANCELLED = "This train has been cancelled because of a shortage of train crew"
DELAYED = "This train has been delayed by a fault on a train in front of this one"

_ID = struct.Struct(">BBBI")
_CODES = sorted(STATIONS)


@dataclass(frozen=True)
class Run:
    """One service of a line.

    :param start: the scheduled minute of its start, since 1970.
    """

    number: int
    is_back: bool
    start: int

    @property
    def line(self) -> Line:
        """Its line."""
        return LINES[self.number]

    @cached_property
    def ways(self) -> list[tuple[Stop, ...]]:
        """Its stops; of two parts if it splits or joins."""
        return self.line.ways(self.is_back)

    @cached_property
    def _digest(self) -> bytes:
        return hashlib.sha256(f"{self.number} {self.is_back} {self.start}".encode()).digest()

    @property
    def _fate(self) -> int:
        return self._digest[0] % 12 if self.line.kind == "train" else 11

    def is_cancelled(self, now: int) -> bool:
        """Return whether it is known at a minute that it does not run."""
        return self._fate == 0 and now >= self.start - KNOWN_BEFORE

    def delay(self, now: int) -> int:
        """Return its delay in minutes, as far as it is known at a minute."""
        if now < self.start - KNOWN_BEFORE:
            return 0
        return {1: 2 + self._digest[1] % (LONGEST_DELAY - 1), 2: 3, 3: UNKNOWN_DELAY}.get(self._fate, 0)

    def expected(self, minute: int, now: int) -> str:
        """Return what is announced at a minute for a scheduled time."""
        if self.is_cancelled(now):
            return "Cancelled"
        delay = self.delay(now)
        if delay and self._fate == 3:
            return "Delayed"
        return hours_and_minutes(minute + delay) if delay else "On time"

    def actual(self, minute: int, now: int) -> str | None:
        """Return when it was there, None if it is still expected or cancelled."""
        delay = self.delay(now)
        if self.is_cancelled(now) or now < minute + delay:
            return None
        return hours_and_minutes(minute + delay) if delay else "On time"

    def platform(self, crs: str, minute: int, now: int) -> str | None:
        """Return the platform, None if it is not known yet or there is none."""
        if self.line.kind != "train" or self.is_cancelled(now) or now < minute - PLATFORM_BEFORE:
            return None
        return str(self._digest[2] % 4 + 1 + (4 if self.is_back else 0)) + (
            "A" if crs == "PBO" and self.is_back else ""
        )


@dataclass(frozen=True)
class Visit:
    """A service at one of its stations.

    :param minute: the scheduled minute, since 1970.
    """

    run: Run
    crs: str
    minute: int

    @cached_property
    def before(self) -> list[tuple[Stop, ...]]:
        """The stops before this one; those of the part that joins it as a second list."""
        return _without_shared([way[: _index(way, self.crs)] for way in self._ways])

    @cached_property
    def after(self) -> list[tuple[Stop, ...]]:
        """The stops after this one; those of the part that leaves it as a second list."""
        return _without_shared([way[_index(way, self.crs) + 1 :] for way in self._ways])

    @property
    def _ways(self) -> list[tuple[Stop, ...]]:
        return [way for way in self.run.ways if any(stop.crs == self.crs for stop in way)]

    @property
    def starts(self) -> list[str]:
        """The stations where the service, or a part of it, starts."""
        return list(dict.fromkeys(way[0].crs for way in self._ways))

    @property
    def ends(self) -> list[str]:
        """The stations where the service, or a part of it, ends."""
        return list(dict.fromkeys(way[-1].crs for way in self._ways))

    def due(self, now: int) -> int:
        """Return the minute in which it is expected."""
        return self.minute if self.run.is_cancelled(now) else self.minute + self.run.delay(now)

    @property
    def service_id(self) -> str:
        """The id of the service at this station, which says all about it."""
        head = _ID.pack(self.run.number, self.run.is_back, _CODES.index(self.crs), self.run.start)
        return base64.b64encode(head + hashlib.sha256(head).digest()[: 16 - len(head)]).decode()


def _index(way: tuple[Stop, ...], crs: str) -> int:
    return next(number for number, stop in enumerate(way) if stop.crs == crs)


def _without_shared(lists: list[tuple[Stop, ...]]) -> list[tuple[Stop, ...]]:
    """Return lists of stops that are not empty; the second one without what it shares with the first."""
    found = lists[:1] + [tuple(stop for stop in stops if stop not in lists[0]) for stops in lists[1:]]
    return [stops for stops in found if stops]


def visits(crs: str, begin: int, end: int, now: int) -> list[Visit]:
    """Return all services at a station that are due between two minutes, sorted by their schedule."""
    found = []
    for number, line in enumerate(LINES):
        for is_back in (False, True):
            stops = {stop.crs: stop.minute for way in line.ways(is_back) for stop in way}
            if crs in stops:
                for start in _starts(line, begin - stops[crs] - LONGEST_DELAY, end - stops[crs]):
                    visit = Visit(Run(number, is_back, start), crs, start + stops[crs])
                    if begin <= visit.due(now) <= end:
                        found.append(visit)
    return sorted(found, key=lambda visit: (visit.minute, visit.run.number, visit.run.is_back))


def _starts(line: Line, begin: int, end: int) -> Iterator[int]:
    """Yield the minutes between two at which a service of a line starts."""
    start = begin + (line.first - begin) % line.every
    while start <= end:
        yield start
        start += line.every


def looked_up(url_safe_id: str, now: int) -> Visit | None:
    """Return the service at a station with an id in its form for URLs, None if there is none at this time."""
    try:
        content = base64.b64decode(url_safe_id.translate(str.maketrans("-_!", "=/+")), validate=True)
        number, is_back, place, start = _ID.unpack(content[: _ID.size])
        run, crs = Run(number, bool(is_back), start), _CODES[place]
        minutes = {stop.crs: stop.minute for way in run.ways for stop in way}
        visit = Visit(run, crs, start + minutes[crs])
    except (ValueError, struct.error, LookupError):
        return None
    is_real = visit.service_id == base64.b64encode(content).decode() and (start - run.line.first) % run.line.every == 0
    return visit if is_real and now - FORGOTTEN_AFTER <= visit.minute <= now + 24 * 60 else None


def url_safe(service_id: str) -> str:
    """Return an id in its form for URLs."""
    return service_id.translate(str.maketrans("=/+", "-_!"))
