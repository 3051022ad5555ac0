# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read any of the boards and stations that the API offers.

Private to the collection. It is the logic of ``departureboard_info`` and of the lookup plugin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.boards import (
    BOARDS,
    DESTINATION_BOARDS,
    LONGEST_PAST,
    read_board,
    read_destinations,
    read_service,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.client import DepartureBoardClient
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.codes import (
    checked_crs,
    checked_destinations,
    checked_service_id,
    checked_station_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.stations import (
    read_station,
    read_station_details,
    read_stations,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The parameters of each operation, by the options that are sent in them.
PARAMETERS = {
    "num_services": "numServices",
    "time_offset": "timeOffset",
    "time_window": "timeWindow",
    "service_details": "serviceDetails",
    "filter_station": "filterStation",
    "filter_type": "filterType",
    "filter_list": "filterList",
}
_PERIOD = frozenset({"time_offset", "time_window", "service_details"})
_FILTERED = _PERIOD | {"num_services", "filter_station"}
#: The options that go into the parameters of a board.
TAKEN = {
    "departures": _FILTERED,
    "arrivals": _FILTERED,
    "arrivals_and_departures": _FILTERED | {"filter_type"},
    **dict.fromkeys(DESTINATION_BOARDS, _PERIOD | {"filter_list"}),
}
#: The furthest in the future that a board can begin, in minutes.
LARGEST_OFFSET = 119
#: The option that is required to gather a thing; stations can be gathered without one.
NEEDED = {**dict.fromkeys((*TAKEN, "station", "station_details"), "crs"), "service": "service_id"}
READERS: dict[str, Callable[[DepartureBoardClient, dict[str, Any]], Any]] = {
    "service": lambda client, params: read_service(client, params["service_id"]),
    "station": lambda client, params: read_station(client, params["crs"]),
    "stations": lambda client, params: read_stations(client, params["station_name"]),
    "station_details": lambda client, params: read_station_details(client, params["crs"]),
}
#: What can be gathered.
GATHERED = (*TAKEN, *READERS)


def gathered(task: Task, params: dict[str, Any]) -> dict[str, Any]:
    """Return everything that a task wants, by its name in ``gather``.

    Args:
        task: has the options of the connection.
        params: the other options, from `checked_gather_options`.

    Raises:
        ToolkitError: it can't be read.
    """
    wanted = list(dict.fromkeys(params["gather"]))
    client = DepartureBoardClient.for_task(task, needs_key=any(name in (*TAKEN, "service") for name in wanted))
    return {name: _read(client, name, params) for name in wanted}


def _read(client: DepartureBoardClient, name: str, params: dict[str, Any]) -> Any:
    if name not in TAKEN:
        return READERS[name](client, params)
    query = {PARAMETERS[option]: params[option] for option in PARAMETERS if option in TAKEN[name]}
    return (read_board if name in BOARDS else read_destinations)(client, name, params["crs"], query)


def checked_gather_options(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options in the form that is sent.

    Raises:
        ToolkitError: ``invalid_option``, also if an option is missing that another one requires, or has no effect.
    """
    wanted = params["gather"]
    if not wanted:
        raise invalid("gather", "it is empty.")
    for name in wanted:
        needed = NEEDED.get(name)
        if needed and params[needed] is None:
            raise invalid(needed, f"it is required to gather {name}.")
        if name in DESTINATION_BOARDS and params["filter_list"] is None:
            raise invalid("filter_list", f"it is required to gather {name}.")
    taken = {option for name in wanted for option in (*TAKEN.get(name, ()), NEEDED.get(name, "station_name"))}
    for option in (*PARAMETERS, "crs", "service_id", "station_name"):
        if params[option] is not None and option not in taken:
            raise invalid(option, f"it has no effect on {', '.join(wanted)}.")
    if params["filter_type"] is not None and params["filter_station"] is None:
        raise invalid("filter_station", "it is required with filter_type.")
    if params["filter_station"] is not None and params["filter_type"] is None and "filter_type" in taken:
        raise invalid("filter_type", "it is required with filter_station to gather arrivals_and_departures.")
    if_given(params["time_offset"], lambda number: check_number("time_offset", number, -LONGEST_PAST, LARGEST_OFFSET))
    if_given(params["time_window"], lambda number: check_number("time_window", number, 0))
    if_given(params["num_services"], lambda number: check_number("num_services", number, 1))
    return {
        **params,
        "crs": if_given(params["crs"], lambda text: checked_crs("crs", text)),
        "filter_station": if_given(params["filter_station"], lambda text: checked_crs("filter_station", text)),
        "filter_list": if_given(params["filter_list"], lambda texts: checked_destinations("filter_list", texts)),
        "service_id": if_given(params["service_id"], lambda text: checked_service_id("service_id", text)),
        "station_name": if_given(params["station_name"], lambda text: checked_station_name("station_name", text)),
    }
