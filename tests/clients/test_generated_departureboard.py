# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client generated from the vendor's description of departureboard.io reads boards and services; the two operations
that the description lacks are read by plain requests.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.clients.places import FOLDER
from tests.contract import coverage
from tests.contract.contracts import DEPARTUREBOARD
from tests.support.departureboard import PREFIX, call, set_time

pytestmark = pytest.mark.clients

PACKAGE = "generated_departureboard"


class GeneratedClient:
    """Calls the generated methods, which know no schema of a response: the JSON is parsed here."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        if not (FOLDER / PACKAGE).exists():
            pytest.skip("the description does not lie beside the project")
        sys.path.insert(0, str(FOLDER))
        package = importlib.import_module(PACKAGE)
        client = package.ApiClient(package.Configuration(host=f"{sandbox.url}{PREFIX}"))
        parts: list[Any] = [part for _name, part in inspect.getmembers(package.api, inspect.isclass)]
        self._parts = [part(client) for part in parts]
        self._key = sandbox.api_key

    def read(self, operation: str, **arguments: Any) -> Any:
        """Return the JSON of a response, which must be a success."""
        name = f"{operation}_without_preload_content"
        [method] = [getattr(part, name) for part in self._parts if hasattr(part, name)]
        response = method(api_key=self._key, **arguments)
        assert response.status == 200, response.data
        return json.loads(response.data)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess(service="departureboard", api_key="key +/&=") as running:
        set_time(running)
        yield running


def test_a_passenger_finds_a_train(sandbox: SandboxProcess, told: list[str]) -> None:
    client = GeneratedClient(sandbox)
    board = client.read("get_departures_by_crs", crs="KGX", num_services=7, time_window=120)
    assert [one["etd"] for one in board["trainServices"]].count("Cancelled") == 1
    to = client.read("get_departures_by_crs", crs="KGX", filter_station="NRW", service_details=False)
    assert {one["operatorCode"] for one in to["trainServices"]} == {"GN"}
    assert {one["subsequentCallingPointsList"] for one in to["trainServices"]} == {None}
    both = client.read(
        "get_arrivals_and_departures_by_crs", crs="PBO", filter_station="HUN", filter_type="from", time_offset=-30
    )
    assert both["filterType"] == "from"
    arrivals = client.read("get_arrivals_by_crs", crs="PBO", filter_station="SNO")
    assert arrivals["busServices"] and arrivals["trainServices"]
    first = client.read("get_next_departures_by_crs", crs="KGX", filter_list="PBO,RYP", time_offset=70)
    fastest = client.read("get_fastest_departures_by_crs", crs="KGX", filter_list="PBO", time_offset=70)
    assert first["destination"][0]["service"]["std"] < fastest["destination"][0]["service"]["std"]
    assert first["destination"][1]["service"] is None
    details = client.read("get_service_details_by_id", service_id=board["trainServices"][0]["serviceIDUrlSafe"])
    assert details["std"] == board["trainServices"][0]["std"]
    assert {
        one["stationName"] for one in call(sandbox, "/getStationBasicInfo/", key=None, station="London W").json()
    } == {
        "London Waterloo",
        "London Waterloo East",
    }
    assert call(sandbox, "/getStationDetailsByCRS/KGX/", key=None).json()["CrsCode"] == "KGX"
    exchanges = sandbox.exchanges()
    assert coverage.not_worked(DEPARTUREBOARD, exchanges) == set()
    assert coverage.violations(exchanges) == []
    assert "key +" not in str(exchanges) and "key%20" not in str(exchanges)
    known = len(DEPARTUREBOARD.operations)
    told.append(f"generated client of departureboard.io: {known - 2} of {known} operations, 2 by plain requests")
