# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The next and the fastest service from a station to each of several others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from sandbox.departureboard.queries import KEYED, Covered, Period, Station, destinations
from sandbox.departureboard.shown import View, board_head, service
from sandbox.departureboard.timetable import Visit, visits
from sandbox.departureboard.uk_time import written

router = APIRouter(dependencies=[KEYED])

FilterList = Annotated[str, Query(alias="filterList")]


@router.get("/getNextDeparturesByCRS/{CRS}")
async def next_departures(crs: Station, period: Covered, filter_list: FilterList) -> dict[str, Any]:
    """List for each destination the service that departs first."""
    return _listed(crs, period, destinations(filter_list), lambda visit, _minutes: visit.due(period.now))


@router.get("/getFastestDeparturesByCRS/{CRS}")
async def fastest_departures(crs: Station, period: Covered, filter_list: FilterList) -> dict[str, Any]:
    """List for each destination the service that arrives there first."""
    return _listed(crs, period, destinations(filter_list), lambda visit, minutes: visit.due(period.now) + minutes)


def _listed(crs: str, period: Period, wanted: list[str], rank: Callable[[Visit, int], int]) -> dict[str, Any]:
    view = View(departures=True, arrivals=False, calling_points=period.calling_points)
    running = [
        visit for visit in visits(crs, period.begin, period.end, period.now) if not visit.run.is_cancelled(period.now)
    ]
    found = []
    for destination in wanted:
        minutes = {visit: _minutes_to(visit, destination) for visit in running}
        going = [visit for visit in running if minutes[visit] is not None]
        best = min(going, key=lambda visit: rank(visit, minutes[visit] or 0), default=None)
        shown = {**service(best, period.moment, view), "sta": None, "eta": None} if best else None
        found.append({"crs": destination, "service": shown})
    return {"GeneratedAt": written(period.moment), **board_head(crs, period.moment), "destination": found}


def _minutes_to(visit: Visit, destination: str) -> int | None:
    """Return the minutes that a service takes to a later stop, None if it does not call there."""
    stops = [stop for part in visit.after for stop in part if stop.crs == destination]
    return visit.run.start + stops[0].minute - visit.minute if stops else None
