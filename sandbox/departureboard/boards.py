# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The boards of a station: departures, arrivals, and both."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from sandbox.departureboard.queries import (
    KEYED,
    Covered,
    FilterStation,
    NumServices,
    Period,
    Station,
    filter_of,
    invalid,
)
from sandbox.departureboard.shown import View, board
from sandbox.departureboard.timetable import Visit, visits

router = APIRouter(dependencies=[KEYED])

Direction = Literal["to", "from"]


@router.get("/getDeparturesByCRS/{CRS}")
async def departures(
    crs: Station, period: Covered, num_services: NumServices = 10, filter_station: FilterStation = None
) -> dict[str, Any]:
    """List services that depart from a station; with a filter, those that then call at another one."""
    wanted = filter_of(filter_station)
    found = [visit for visit in _visits(crs, period) if visit.after and _calls(visit, wanted, "to")]
    view = View(departures=True, arrivals=False, calling_points=period.calling_points)
    return _board(crs, found[:num_services], period, view, wanted, "to")


@router.get("/getArrivalsByCRS/{CRS}")
async def arrivals(
    crs: Station, period: Covered, num_services: NumServices = 10, filter_station: FilterStation = None
) -> dict[str, Any]:
    """List services that arrive at a station; with a filter, those that called at another one before."""
    wanted = filter_of(filter_station)
    found = [visit for visit in _visits(crs, period) if visit.before and _calls(visit, wanted, "from")]
    view = View(departures=False, arrivals=True, calling_points=period.calling_points)
    return _board(crs, found[:num_services], period, view, wanted, "from")


@router.get("/getArrivalsAndDeparturesByCRS/{CRS}")
async def arrivals_and_departures(
    crs: Station,
    period: Covered,
    num_services: NumServices = 10,
    filter_station: FilterStation = None,
    filter_type: Annotated[Direction | None, Query(alias="filterType")] = None,
) -> dict[str, Any]:
    """List services that arrive at or depart from a station."""
    wanted = filter_of(filter_station)
    if wanted and filter_type is None:
        raise invalid("filterType", "filterType is required with filterStation")
    found = [visit for visit in _visits(crs, period) if _calls(visit, wanted, filter_type or "to")]
    view = View(departures=True, arrivals=True, calling_points=period.calling_points)
    return _board(crs, found[:num_services], period, view, wanted, filter_type or "to")


def _visits(crs: str, period: Period) -> list[Visit]:
    return visits(crs, period.begin, period.end, period.now)


def _calls(visit: Visit, wanted: str | None, direction: Direction) -> bool:
    """Return whether a service calls at a station after or before this one; without a station, always."""
    parts = visit.after if direction == "to" else visit.before
    return wanted is None or any(stop.crs == wanted for part in parts for stop in part)


def _board(
    crs: str, found: list[Visit], period: Period, view: View, wanted: str | None, direction: Direction
) -> dict[str, Any]:
    filter_type = direction if wanted else None
    return board(crs, found, period.moment, view, filter_crs=wanted, filter_type=filter_type)
