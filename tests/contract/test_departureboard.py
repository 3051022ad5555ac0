# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The departureboard.io sandbox answers every operation according to the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.contract.contracts import DEPARTUREBOARD
from tests.support.departureboard import call, read, set_time

#: Always null: what no service of the sandbox has, and what National Rail alone knows.
NEVER_SHOWN = {
    *(("Board", "areServicesAvailable"), ("DestinationBoard", "areServicesAvailable")),
    *(("DestinationBoard", name) for name in ("filterLocationName", "filterType", "filtercrs")),
    *((owner, name) for owner in ("Service", "ServiceDetails") for name in ("adhocAlert", "detachFront", "rsid")),
    *((owner, "isReverseFormation") for owner in ("Service", "ServiceDetails")),
    *(("Service", name) for name in ("currentDestinations", "currentOrigins", "filterLocationCancelled")),
    ("Service", "isCircularRoute"),
    ("ServiceDetails", "overdueMessage"),
    ("Place", "assocIsCancelled"),
    ("Place", "futureChangeTo"),
    ("CallingPoint", "length"),
}


@pytest.fixture(scope="module")
def exchanges() -> Iterator[list[dict[str, Any]]]:
    """The exchanges in which every operation was called."""
    with SandboxProcess(service="departureboard", rate_limit="100/60") as sandbox:
        set_time(sandbox)
        for board in ("Departures", "Arrivals", "ArrivalsAndDepartures"):
            for crs in ("PBO", "RYP"):
                read(sandbox, f"/get{board}ByCRS/{crs}", timeOffset=-239, timeWindow=480, numServices=300)
        read(
            sandbox, "/getArrivalsAndDeparturesByCRS/PBO", filterStation="HUN", filterType="to", serviceDetails="false"
        )
        for which in ("Next", "Fastest"):
            read(sandbox, f"/get{which}DeparturesByCRS/PBO", filterList="SNO,EDB,RYP", timeWindow=60)
        board = read(sandbox, "/getArrivalsAndDeparturesByCRS/PBO", numServices=60, timeOffset=-100, timeWindow=220)
        for service in board["trainServices"]:
            read(sandbox, f"/getServiceDetailsByID/{service['serviceIDUrlSafe']}")
        for query in ({}, {"station": "london w"}, {"stationCRS": "KGX"}):
            read(sandbox, "/getStationBasicInfo", key=None, **query)
        read(sandbox, "/getStationDetailsByCRS/KGX", key=None)
        refusals(sandbox)
        yield sandbox.exchanges()


def refusals(sandbox: SandboxProcess) -> None:
    """Send requests with errors of all kinds; the tests of the sandbox cover more."""
    wanted = {
        "/getDeparturesByCRS/QQQ": 400,
        "/getServiceDetailsByID/AAAA": 404,
        "/getStationDetailsByCRS/QQQ": 404,
        "/nothing": 404,
    }
    assert {path: call(sandbox, path).status_code for path in wanted} == wanted
    assert call(sandbox, "/getDeparturesByCRS/KGX", key="other").status_code == 401
    while call(sandbox, "/getDeparturesByCRS/KGX").status_code != 429:
        pass


def test_every_operation_works(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.not_worked(DEPARTUREBOARD, exchanges) == set()


def test_every_response_is_as_the_contract_says(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations(exchanges) == []
    assert {one["status"] for one in exchanges} == {200, 400, 401, 404, 429}


def test_requests_would_pass_too(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations_as_own(exchanges) == []


def test_every_documented_property_is_shown(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.never_shown(DEPARTUREBOARD, exchanges) == NEVER_SHOWN


def test_no_key_is_in_the_log(exchanges: list[dict[str, Any]]) -> None:
    assert "sandbox-key" not in str(exchanges)
