# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""departureboard.io for tests with odd values: good options for its module, and the canonical form of its requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import ClassVar

from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service
from tests.faults.options import Options

CRS = re.compile("[A-Z]{3}")
WINDOW: Options = {"time_offset": 5, "time_window": 90, "service_details": False}


class DepartureBoard(Service):
    """The departureboard.io API."""

    name = "departureboard"
    roots = ("/api/v2.0/",)
    simplest = "departureboard_info"
    forms: ClassVar[dict[str, re.Pattern[str]]] = {
        "filterStation": CRS,
        "stationCRS": CRS,
        "filterList": re.compile(rf"{CRS.pattern}(,{CRS.pattern}){{0,19}}"),
        "station": re.compile(r"\S(.*\S)?"),
        "serviceDetails": re.compile("true|false"),
    }
    lines = frozenset()
    # Three letters can be the code of a station that does not exist.
    of_the_state = frozenset({"is not the CRS code of a station"})
    needs_a_read = frozenset()

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        return SandboxProcess(service="departureboard", api_key="Key-geheim-71", rate_limit="10000000/60")

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        # One that leaves late enough for all tests.
        board = run("departureboard_info", {"gather": ["departures"], "crs": "KGX", "time_offset": 90})
        self._service_id = board["departures"]["services"][0]["service_id"]

    def bases(self, module: str, number: int) -> list[Options]:
        return [
            {"gather": ["departures", "arrivals"], "crs": "KGX", "num_services": 3, "filter_station": "PBO", **WINDOW},
            {"gather": ["arrivals_and_departures"], "crs": "PBO", "filter_station": "HUN", "filter_type": "from"},
            {"gather": ["next_departures"], "crs": "KGX", "filter_list": ["PBO", "YRK"]},
            {"gather": ["service"], "service_id": self._service_id},
            {"gather": ["stations"], "station_name": "London"},
            {"gather": ["station", "station_details"], "crs": "KGX"},
        ]

    def check_more(self, exchange: Options) -> None:
        last = exchange["path"].rpartition("/")[2]
        if "ByCRS/" in exchange["path"]:
            assert CRS.fullmatch(last), exchange
        assert "ByID/" not in exchange["path"] or re.fullmatch(r"([A-Za-z0-9_-]|%21)+", last), exchange

    def refusals(self, body: str) -> set[str]:
        text = json.loads(body)["error"]
        return {text.partition(" ")[2]}
