# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``departureboard_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: departureboard_info
short_description: Read departures, arrivals and stations of UK trains
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads boards of stations in the United Kingdom from departureboard.io, with trains, replacement buses and ferries.
  - The public service may have ended, and is for non-commercial purposes only. O(api_url) can name any server that
    offers the same API.
  - Each thing to gather takes one request.
options:
  gather:
    description:
      - What to read. The result has each under the same name.
      - V(departures), V(arrivals) and V(arrivals_and_departures) are boards of the station O(crs).
      - V(next_departures) and V(fastest_departures) are one service from O(crs) to each station in O(filter_list),
        which departs first, or arrives there first.
      - V(service) are the details of the service O(service_id).
      - V(station) are the name and the code of O(crs), V(stations) those of all stations, or of those with
        O(station_name) in their names.
      - V(station_details) are the address, opening times and equipment of O(crs).
      - V(station), V(stations) and V(station_details) require no O(api_key).
      - A text is split at commas.
    type: list
    elements: str
    required: true
    choices:
      - departures
      - arrivals
      - arrivals_and_departures
      - next_departures
      - fastest_departures
      - service
      - station
      - stations
      - station_details
  crs:
    description: The CRS code of the station, three letters such as V(KGX) for London Kings Cross.
    type: str
  service_id:
    description:
      - The C(service_id_url_safe) or C(service_id) of a service on a board. It is valid for that station, and only
        until a short time after the service has left it.
    type: str
  station_name:
    description: A part of the names of V(stations), or a CRS code.
    type: str
extends_documentation_fragment:
  - reseller.toolkit.departureboard
  - reseller.toolkit.departureboard.board
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - plugin: reseller.toolkit.departureboard
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Read the next departures from London Kings Cross
  reseller.toolkit.departureboard_info:
    gather: [departures]
    crs: KGX
  register: board

- name: Show them
  ansible.builtin.debug:
    msg: "{{ item.std }} {{ item.destination | map(attribute='location_name') | join(' and ') }}: {{ item.etd }}"
  loop: "{{ board.departures.services }}"
  loop_control:
    label: "{{ item.std }}"

- name: Read all services that arrived from Huntingdon in the last hour
  reseller.toolkit.departureboard_info:
    gather: [arrivals_and_departures]
    crs: PBO
    num_services: 50
    time_offset: -60
    time_window: 60
    filter_station: HUN
    filter_type: from

- name: Find the fastest way to two cities
  reseller.toolkit.departureboard_info:
    gather: [next_departures, fastest_departures]
    crs: KGX
    filter_list: [PBO, YRK]
    service_details: false

- name: Read where a service is now
  reseller.toolkit.departureboard_info:
    gather: [service]
    service_id: "{{ board.departures.services[0].service_id_url_safe }}"

- name: Find the codes of stations by a part of their names, which takes no key
  reseller.toolkit.departureboard_info:
    gather: [stations]
    station_name: London W

- name: Read the opening times of a station
  reseller.toolkit.departureboard_info:
    gather: [station, station_details]
    crs: KGX
"""

RETURN = r"""
departures:
  description:
    - The board of departures. C(services) are its trains, buses and ferries as one list, sorted by their times.
    - C(etd) is the expected time, or a text such as V(On time), V(Delayed), V(Cancelled) or V(No report).
    - If C(are_services_available) is V(false), National Rail shows no services of this station, although there may be
      some.
    - A service that splits has several lists of calling points.
  returned: when O(gather) includes it
  type: dict
  sample:
    crs: KGX
    location_name: London Kings Cross
    generated_at: "2026-11-27T08:45:01.1769126+00:00"
    filter_crs:
    filter_location_name:
    filter_type:
    platform_available: true
    nrcc_messages: [{"message": "Buses replace trains between Huntingdon and St Neots."}]
    services:
      - service_type: train
        std: "09:00"
        etd: "09:07"
        platform: "4"
        operator: LNER
        operator_code: GR
        origin: [{"crs": "KGX", "location_name": "London Kings Cross", "via": null}]
        destination: [{"crs": "EDB", "location_name": "Edinburgh", "via": null}]
        is_cancelled:
        cancel_reason:
        delay_reason: This train has been delayed by a fault on a train in front of this one
        length: 10
        service_id: AAAIAciwHChAjaUjr9SM4Q==
        service_id_url_safe: AAAIAciwHChAjaUjr9SM4Q--
        subsequent_calling_points_list:
          - subsequent_calling_points:
              - {"crs": "SVG", "location_name": "Stevenage", "st": "09:20", "et": "09:27", "at": null, "length": null}
arrivals:
  description: The board of arrivals. Services have C(sta), C(eta) and C(previous_calling_points_list).
  returned: when O(gather) includes it
  type: dict
arrivals_and_departures:
  description: The board of both. A service that starts or ends at the station has V(none) as the missing time.
  returned: when O(gather) includes it
  type: dict
next_departures:
  description: >-
    The board with the service that departs first for each destination: C(destination) has its C(crs) and its
    C(service), which is V(none) if none departs in the time window.
  returned: when O(gather) includes it
  type: dict
  sample:
    crs: KGX
    location_name: London Kings Cross
    generated_at: "2026-11-27T08:45:01.1769126+00:00"
    nrcc_messages: []
    destination: [{"crs": "PBO", "service": {"std": "09:00", "etd": "On time", "platform": null}}]
fastest_departures:
  description: The same with the service that arrives first at each destination.
  returned: when O(gather) includes it
  type: dict
service:
  description: The details of the service at its station, with C(ata) and C(atd) once it was there.
  returned: when O(gather) includes it
  type: dict
  sample:
    location_name: Peterborough
    operator: Thameslink
    sta: "08:32"
    eta: Delayed
    ata:
    previous_calling_points_list:
      - previous_calling_points:
          - {"crs": "KGX", "location_name": "London Kings Cross", "st": "07:26", "et": null, "at": "07:41"}
station:
  description: The code and the name of the station.
  returned: when O(gather) includes it
  type: dict
  sample: {"crs_code": "KGX", "station_name": "London Kings Cross"}
stations:
  description: The codes and names of the stations.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"crs_code": "WAT", "station_name": "London Waterloo"}]
station_details:
  description: >-
    Everything that the API says about the station, in hundreds of properties that the vendor does not describe.
  returned: when O(gather) includes it
  type: dict
  sample: {"crs_code": "KGX", "name": "London Kings Cross", "fares": {"ticket_office": {"available": true}}}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.gather import (
    GATHERED,
    checked_gather_options,
    gathered,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.options import (
    board_options,
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "gather": {"type": "list", "elements": "str", "required": True, "choices": list(GATHERED)},
        "crs": {"type": "str"},
        **board_options(),
        "service_id": {"type": "str"},
        "station_name": {"type": "str"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read everything that is wanted."""
    return gathered(task, checked_gather_options(task.params))


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
