# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read stations. It needs no key.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.client import DepartureBoardClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment

BASIC_INFO = "/getStationBasicInfo"


def read_stations(client: DepartureBoardClient, station_name: str | None) -> list[dict[str, Any]]:
    """Return the codes and names of the stations whose names contain a text, or of all stations."""
    return client.several(BASIC_INFO, station=station_name)


def read_station(client: DepartureBoardClient, crs: str) -> dict[str, Any]:
    """Return the code and the name of one station."""
    return client.one(BASIC_INFO, stationCRS=crs)


def read_station_details(client: DepartureBoardClient, crs: str) -> dict[str, Any]:
    """Return everything that the API says about a station."""
    return client.one(f"/getStationDetailsByCRS/{segment(crs)}")
