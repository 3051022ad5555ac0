# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stations: by name, by code, and in detail. They need no key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from sandbox.departureboard.network import STATIONS
from sandbox.departureboard.queries import invalid, no_such

router = APIRouter()

OPERATORS = {"PMH": "South Western Railway", "WAE": "Southeastern", "WAT": "Network Rail", "KGX": "Network Rail"}


@router.get("/getStationBasicInfo")
async def basic_info(
    station: Annotated[str | None, Query()] = None,
    station_crs: Annotated[str | None, Query(alias="stationCRS")] = None,
) -> Any:
    """Find stations by a part of their name or by their code; or return the one with a code."""
    if station is not None and station_crs is not None:
        raise invalid("stationCRS", "station and stationCRS can't be used together")
    if station_crs is not None:
        return _basic(_known(station_crs))
    text = (station or "").lower()
    return [_basic(crs) for crs, name in STATIONS.items() if text in name.lower() or text == crs.lower()]


@router.get("/getStationDetailsByCRS/{CRS}")
async def details(crs: Annotated[str, Path(alias="CRS")]) -> dict[str, Any]:
    """Return everything that is known about a station."""
    known = _known(crs)
    always = {"MondayToSunday": {"OpenTime": "00:00", "CloseTime": "23:59"}}
    return {
        "CrsCode": known,
        "Name": STATIONS[known],
        "SixteenCharacterName": STATIONS[known].upper()[:16],
        "Address": {"Line": ["Station Road", STATIONS[known]], "PostCode": "ZZ99 3WZ"},
        "StationOperator": OPERATORS.get(known, "Great Northern"),
        "Staffing": {"StaffingLevel": "fullTime", "ClosedCircuitTelevision": {"Overall": True}},
        "Fares": {"TicketOffice": {"Available": True, "Open": always}, "TicketMachine": {"Available": True}},
        "Accessibility": {"StepFreeAccess": {"Coverage": "wholeStation"}, "InductionLoop": True},
        "StationAlerts": [],
    }


def _known(crs: str) -> str:
    if crs.upper() not in STATIONS or not crs.isascii():
        raise no_such("station_not_found", "There is no station with this CRS code.")
    return crs.upper()


def _basic(crs: str) -> dict[str, str]:
    return {"crsCode": crs, "stationName": STATIONS[crs]}
