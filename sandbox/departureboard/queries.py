# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Path, Query

from sandbox import unusual
from sandbox.context import CurrentContext
from sandbox.departureboard.network import STATIONS
from sandbox.errors import ApiError, Invalid, Problem

MOST_DESTINATIONS = 20


def invalid(name: str, text: str) -> Invalid:
    """Return a 400 for one parameter."""
    return Invalid(problems=[Problem("invalid", text, name)])


def code(name: str, given: str) -> str:
    """Return the code of a station in upper case; a 400 if no station has it."""
    crs = given.upper()
    if crs not in STATIONS or not given.isascii():
        raise invalid(name, f"{name} is not the CRS code of a station")
    if crs != given:
        unusual.note(f"{name} in lower case")
    return crs


def _station(crs: Annotated[str, Path(alias="CRS")]) -> str:
    return code("CRS", crs)


def _api_key(api_key: Annotated[str | None, Query(alias="apiKey")] = None) -> None:
    """Declare the parameter, which was checked before."""


Station = Annotated[str, Depends(_station)]
"""What a handler declares to get the station of the path."""
KEYED = Depends(_api_key)
"""What a router of operations that need a key depends on."""


@dataclass(frozen=True)
class Period:
    """The time that a board covers, in minutes since 1970, and whether it has calling points.

    :param moment: the current time, in seconds.
    """

    moment: float
    begin: int
    end: int
    calling_points: bool

    @property
    def now(self) -> int:
        """The current minute."""
        return int(self.moment // 60)


def _period(
    context: CurrentContext,
    time_offset: Annotated[int, Query(alias="timeOffset", ge=-239, le=119)] = 0,
    time_window: Annotated[int, Query(alias="timeWindow", ge=0, lt=2**31)] = 120,
    service_details: Annotated[Literal["true", "false"], Query(alias="serviceDetails")] = "true",
) -> Period:
    moment = context.clock.now()
    begin = int(moment // 60) + time_offset
    # Nobody plans further than for two days.
    return Period(moment, begin, begin + min(time_window, 2880), service_details == "true")


Covered = Annotated[Period, Depends(_period)]
"""What a handler declares to get the time that a board covers."""
NumServices = Annotated[int, Query(alias="numServices", ge=1, lt=2**31)]
FilterStation = Annotated[str | None, Query(alias="filterStation")]


def destinations(given: str) -> list[str]:
    """Return the codes in ``filterList``."""
    names = given.split(",")
    if len(names) > MOST_DESTINATIONS:
        raise invalid("filterList", f"filterList has more than {MOST_DESTINATIONS} stations")
    return [code("filterList", name) for name in names]


def filter_of(station: str | None) -> str | None:
    """Return the code in ``filterStation``."""
    return None if station is None else code("filterStation", station)


def no_such(name: str, text: str) -> ApiError:
    """Return a 404."""
    return ApiError(404, name, text)
