# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of boards and services that modules know, named as options are. Nothing else reaches a result.

Private to the collection. Source: the examples in the vendor's documentation.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.property_names import PropertyNames
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import ANYTHING, known_at, limited
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of as _of

_NAMES = PropertyNames({"filtercrs": "filter_crs"})

_PLACE = _of("assoc_is_cancelled crs future_change_to location_name via")
_POINT = _of("at crs et length location_name st")
_ABOUT_SERVICE = _of(
    "adhoc_alert cancel_reason delay_reason detach_front eta etd is_cancelled is_reverse_formation length operator "
    "operator_code platform rsid service_id service_id_url_safe service_type sta std",
    previous_calling_points_list=_of("", previous_calling_points=_POINT),
    subsequent_calling_points_list=_of("", subsequent_calling_points=_POINT),
)
_SERVICE = {
    **_ABOUT_SERVICE,
    **_of("filter_location_cancelled is_circular_route"),
    **dict.fromkeys(("current_destinations", "current_origins", "destination", "origin"), _PLACE),
}
_BOARD = _of(
    "are_services_available crs filter_crs filter_location_name filter_type generated_at location_name "
    "platform_available",
    nrcc_messages=_of("message"),
)

#: The known properties of the resources, by the paths that they are read from. Of a station, everything is public, and
#: the vendor describes no part of it.
RESOURCES = {
    "/get(Arrivals|ArrivalsAndDepartures|Departures)ByCRS/[^/]+": {
        **_BOARD,
        **dict.fromkeys(("bus_services", "ferry_services", "train_services"), _SERVICE),
    },
    "/get(Next|Fastest)DeparturesByCRS/[^/]+": {**_BOARD, "destination": _of("crs", service=_SERVICE)},
    "/getServiceDetailsByID/[^/]+": {**_ABOUT_SERVICE, **_of("ata atd generated_at location_name overdue_message")},
    "/getStationBasicInfo": _of("crs_code station_name"),
    "/getStationDetailsByCRS/[^/]+": ANYTHING,
}


def shown(path: str, data: Any) -> Any:
    """Return the properties in a response that modules know, named as options are.

    Args:
        path: where it was read, below the version.
        data: its body. A value of an unexpected type stays, for the code that checks it.
    """
    return limited(_NAMES.snake(data), known_at(RESOURCES, path))
