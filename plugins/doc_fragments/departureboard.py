# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all departureboard.io modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection to the API."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The key for National Rail's OpenLDBWS, registered with departureboard.io. Reading stations requires none.
      - It is sent in the query of requests. The collection never shows it, but the log of a proxy can.
      - The environment variable E(DEPARTUREBOARD_API_KEY) on the controller is used if this is not set, also for tasks
        that are delegated to another host.
    type: str
  api_url:
    description:
      - The address of the API, with or without a trailing V(/api/v2.0). C(http://) is accepted for this machine only.
      - The public service may have ended. Any server that offers the same API will do, such as the sandbox of this
        collection.
      - The environment variable E(DEPARTUREBOARD_API_URL) on the controller is used if this is not set.
    type: str
    default: https://api.departureboard.io
notes:
  - The vendor allows the use of departureboard.io for non-commercial purposes only. National Rail has conditions for
    its data, too.
  - The results are what the API returns, with properties named in the style of options, such as C(location_name) for
    C(locationName). Times are local times in the United Kingdom.
"""

    BOARD = r"""
options:
  num_services:
    description: The largest number of services of a board. The API's default is 10.
    type: int
  time_offset:
    description:
      - The minutes from now after which the time window of a board begins, from -239 to 119; a negative number begins
        it in the past. The API's default is 0.
    type: int
  time_window:
    description: The length of the time window of a board, in minutes. The API's default is 120.
    type: int
  service_details:
    description: Whether services have their calling points. By default, the API includes them.
    type: bool
  filter_station:
    description:
      - Only services that also call at the station with this CRS code, after the station of the board (departures) or
        before it (arrivals).
    type: str
  filter_type:
    description:
      - Whether services call at O(filter_station) after (V(to)) or before (V(from)) the station of the board.
      - Required with O(filter_station) for a board of both arrivals and departures.
    type: str
    choices: [to, from]
  filter_list:
    description:
      - The CRS codes of up to 20 destinations of the next or the fastest services.
      - A text is split at commas.
    type: list
    elements: str
"""
