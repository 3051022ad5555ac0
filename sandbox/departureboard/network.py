# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some real stations, and invented lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["train", "bus", "ferry"]

STATIONS = {
    "CBG": "Cambridge",
    "DON": "Doncaster",
    "EDB": "Edinburgh",
    "ELY": "Ely",
    "FPK": "Finsbury Park",
    "GRA": "Grantham",
    "HUL": "Hull",
    "HUN": "Huntingdon",
    "KGX": "London Kings Cross",
    "KLN": "Kings Lynn",
    "NRW": "Norwich",
    "PBO": "Peterborough",
    "PMH": "Portsmouth Harbour",
    "RYP": "Ryde Pier Head",
    "SNO": "St Neots",
    "SVG": "Stevenage",
    "WAE": "London Waterloo East",
    "WAT": "London Waterloo",
    "YRK": "York",
}
"""The names of the stations by their CRS codes."""


@dataclass(frozen=True)
class Stop:
    """A station, and the minutes after the start of a service at which it is there."""

    crs: str
    minute: int


@dataclass(frozen=True)
class Line:
    """A line, which runs in both directions all day.

    :param stops: its stops on the way out; the way back takes as long.
    :param every: the minutes between two services; ``first`` is the minute of the first one after midnight (UTC).
    :param branch: the stops of the part that leaves the rest at ``split``, if it splits.
    """

    kind: Kind
    operator: str
    code: str
    stops: tuple[Stop, ...]
    every: int
    first: int
    length: int | None = None
    branch: tuple[Stop, ...] = ()
    split: str = ""

    def ways(self, is_back: bool) -> list[tuple[Stop, ...]]:
        """Return the stops in one direction: of the whole, and of the part that splits, with what they share."""
        ways = [self.stops]
        if self.branch:
            shared = [stop.crs for stop in self.stops].index(self.split) + 1
            ways.append(self.stops[:shared] + self.branch)
        if not is_back:
            return ways
        last = self.stops[-1].minute
        return [tuple(Stop(stop.crs, last - stop.minute) for stop in reversed(way)) for way in ways]


def _stops(**minutes: int) -> tuple[Stop, ...]:
    return tuple(Stop(crs, minute) for crs, minute in minutes.items())


LINES = (
    Line("train", "LNER", "GR", _stops(KGX=0, SVG=20, PBO=47, DON=95, YRK=118, EDB=262), every=30, first=0, length=10),
    Line(
        "train", "Thameslink", "TL", _stops(KGX=0, FPK=5, SVG=26, SNO=43, HUN=50, PBO=66), every=20, first=6, length=12
    ),
    Line("train", "Hull Trains", "HT", _stops(KGX=0, SVG=19, GRA=65, DON=99, HUL=158), every=120, first=48),
    Line(
        "train",
        "Great Northern",
        "GN",
        _stops(KGX=0, CBG=48, ELY=63, KLN=100),
        every=60,
        first=42,
        length=8,
        branch=_stops(NRW=98),
        split="ELY",
    ),
    # In place of trains, while works are carried out between these stations.
    Line("bus", "Thameslink", "TL", _stops(PBO=0, HUN=35, SNO=60), every=60, first=15),
    Line("ferry", "Wightlink", "WK", _stops(PMH=0, RYP=22), every=60, first=15),
)

MESSAGES = {
    crs: ["Buses also run between Peterborough and St Neots because of engineering work. <P>Allow more time.</P>"]
    for crs in ("PBO", "HUN", "SNO")
}
"""What is announced at a station; National Rail's messages can contain HTML."""
