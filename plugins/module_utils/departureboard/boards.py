# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the boards of a station, and the details of one service.

Private to the collection.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.client import DepartureBoardClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    is_null,
    nullable_in,
    object_in,
    objects_in,
)

#: The operations that read a board, by the name in ``gather``.
BOARDS = {
    "departures": "getDeparturesByCRS",
    "arrivals": "getArrivalsByCRS",
    "arrivals_and_departures": "getArrivalsAndDeparturesByCRS",
}
#: The operations that read one service for each destination.
DESTINATION_BOARDS = {
    "next_departures": "getNextDeparturesByCRS",
    "fastest_departures": "getFastestDeparturesByCRS",
}
#: The lists of a board.
KINDS = ("train_services", "bus_services", "ferry_services")
#: Lists inside a service that can be null.
LISTS = ("current_destinations", "current_origins", "destination", "origin")
#: Lists of the parts of a service that can be null, and in each part the list of its calling points.
CALLS = {
    "previous_calling_points_list": "previous_calling_points",
    "subsequent_calling_points_list": "subsequent_calling_points",
}
#: How far in the past a board can begin, in minutes.
LONGEST_PAST = 239
DAY = 24 * 60


def read_board(client: DepartureBoardClient, name: str, crs: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return a board of a station: what the API says, and its trains, buses and ferries as one list, by their times.

    Args:
        client: reads.
        name: one of `BOARDS`.
        crs: the station.
        query: the parameters.
    """
    found = _head(client.one(f"/{BOARDS[name]}/{segment(crs)}", **query))
    services = [_service(one) for kind in KINDS for one in _listed(found, kind)]
    begin = (_minutes_in(str(found.get("generated_at"))[11:16]) or 0) - LONGEST_PAST
    return {
        **{key: value for key, value in found.items() if key not in KINDS},
        "services": sorted(services, key=lambda service: _place(service, begin)),
    }


def read_destinations(client: DepartureBoardClient, name: str, crs: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return a board with one service, or none, for each of several destinations.

    Args:
        client: reads.
        name: one of `DESTINATION_BOARDS`.
        crs: the station.
        query: the parameters.
    """
    found = _head(client.one(f"/{DESTINATION_BOARDS[name]}/{segment(crs)}", **query))
    destinations = objects_in(found, "destination")
    return {**found, "destination": [{**one, "service": _service_at(one)} for one in destinations]}


def read_service(client: DepartureBoardClient, service_id: str) -> dict[str, Any]:
    """Return the details of a service at the station whose board had its id."""
    return _service(client.one(f"/getServiceDetailsByID/{segment(service_id)}"))


def _head(board: dict[str, Any]) -> dict[str, Any]:
    return {**board, "nrcc_messages": _listed(board, "nrcc_messages")}


def _listed(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a property that is a list of objects, or null for an empty one.

    Raises:
        Unreadable: it is missing, or of another type.
    """
    return nullable_in(item, name, objects_in, [])


def _service_at(destination: dict[str, Any]) -> dict[str, Any] | None:
    """Return the service to a destination, None if the API says that there is none.

    Raises:
        Unreadable: it is missing, or no object.
    """
    return None if is_null(destination, "service") else _service(object_in(destination, "service"))


def _service(service: dict[str, Any]) -> dict[str, Any]:
    """Return a service with empty lists instead of null."""
    lists = {name: _listed(service, name) for name in (*LISTS, *CALLS) if name in service}
    parts = {
        name: [{**part, points: _listed(part, points)} for part in lists[name]]
        for name, points in CALLS.items()
        if name in lists
    }
    return {**service, **lists, **parts}


def _place(service: dict[str, Any], begin: int) -> int:
    """Return the place of a service on a board that can continue after midnight; one without a time comes last."""
    minutes = _minutes_in(service.get("std")) if service.get("std") else _minutes_in(service.get("sta"))
    return DAY if minutes is None else (minutes - begin) % DAY


def _minutes_in(text: Any) -> int | None:
    """Return the minutes after midnight of a time such as 13:48, None if it is none."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text, re.ASCII) if isinstance(text, str) else None
    return int(found[1]) * 60 + int(found[2]) if found else None
