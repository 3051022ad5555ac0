# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The departureboard.io sandbox: its timetable, and what it refuses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.departureboard.uk_time import local, written
from sandbox.launcher import SandboxProcess
from tests.support.departureboard import PREFIX, call, read, set_time

LONDON = ZoneInfo("Europe/London")
KINDS = ("trainServices", "busServices", "ferryServices")


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess(service="departureboard", rate_limit="100000/60") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxProcess) -> SandboxProcess:
    """The sandbox in the morning of a day in June."""
    set_time(running)
    return running


def services(board: dict[str, Any]) -> list[dict[str, Any]]:
    return [service for kind in KINDS for service in board[kind] or []]


def calls(service: dict[str, Any], direction: str) -> list[str]:
    """Return the codes of the stations after or before the one of the board."""
    parts = service[f"{direction}CallingPointsList"] or []
    return [point["crs"] for part in parts for point in part[f"{direction}CallingPoints"]]


def test_local_time_is_that_of_london() -> None:
    moment = datetime(2026, 1, 1, tzinfo=LONDON)
    for _hour in range(2 * 365 * 24):
        moment += timedelta(hours=1)
        assert local(moment.timestamp()).isoformat() == datetime.fromtimestamp(moment.timestamp(), LONDON).isoformat()
    assert written(1764230000.25) == "2025-11-27T07:53:20.2500004+00:00"


def test_departures_at_a_known_time(sandbox: SandboxProcess) -> None:
    board = read(sandbox, "/getDeparturesByCRS/KGX", numServices=4)
    assert board["generatedAt"].startswith("2026-06-17T09:01:0") and board["generatedAt"].endswith("+01:00")
    assert (board["crs"], board["locationName"]) == ("KGX", "London Kings Cross")
    shown = [(one["std"], one["etd"], one["destination"][0]["crs"]) for one in board["trainServices"]]
    assert shown == read_shown(sandbox), "the same moment has the same board"
    assert [time for time, _expected, _destination in shown] == sorted(time for time, *_rest in shown)
    assert board["busServices"] is None and board["ferryServices"] is None


def read_shown(sandbox: SandboxProcess) -> list[tuple[str, str, str]]:
    board = read(sandbox, "/getDeparturesByCRS/KGX", numServices=4)
    return [(one["std"], one["etd"], one["destination"][0]["crs"]) for one in board["trainServices"]]


def test_the_board_moves_with_the_clock(sandbox: SandboxProcess) -> None:
    [first] = read(sandbox, "/getDeparturesByCRS/KGX", numServices=1)["trainServices"]
    before = read(sandbox, f"/getServiceDetailsByID/{first['serviceIDUrlSafe']}")
    sandbox.advance(45 * 60)
    board = read(sandbox, "/getDeparturesByCRS/KGX")
    assert first["serviceID"] not in {one["serviceID"] for one in board["trainServices"]}
    after = read(sandbox, f"/getServiceDetailsByID/{first['serviceIDUrlSafe']}")
    assert before["etd"] and before["atd"] is None
    assert after["etd"] is None and after["atd"]
    sandbox.advance(4 * 3600)
    assert call(sandbox, f"/getServiceDetailsByID/{first['serviceIDUrlSafe']}").status_code == 404


def test_trains_are_late_and_cancelled_with_a_reason(sandbox: SandboxProcess) -> None:
    found = []
    for _hour in range(12):
        found += services(read(sandbox, "/getDeparturesByCRS/KGX", numServices=50, timeWindow=60))
        sandbox.advance(3600)
    assert {"On time", "Cancelled", "Delayed"} < {one["etd"] for one in found}
    for one in found:
        assert (one["etd"] == "Cancelled") == (one["isCancelled"] is True) == bool(one["cancelReason"])
        assert bool(one["delayReason"]) == (one["etd"] not in ("On time", "Cancelled"))


def test_replacement_buses_and_ferries_have_their_own_lists(sandbox: SandboxProcess) -> None:
    board = read(sandbox, "/getDeparturesByCRS/PBO", numServices=30)
    assert {one["destination"][0]["crs"] for one in board["busServices"]} == {"SNO"}
    assert "Buses" in board["nrccMessages"][0]["message"]
    ferries = read(sandbox, "/getDeparturesByCRS/RYP")["ferryServices"]
    assert [one["platform"] for one in ferries] == [None] * len(ferries) != []


def test_a_train_that_splits_has_two_lists(sandbox: SandboxProcess) -> None:
    board = read(sandbox, "/getDeparturesByCRS/CBG", filterStation="NRW", timeWindow=180)
    service = board["trainServices"][0]
    assert [place["crs"] for place in service["destination"]] == ["KLN", "NRW"]
    assert [
        calls({"subsequentCallingPointsList": [part]}, "subsequent") for part in service["subsequentCallingPointsList"]
    ] == [
        ["ELY", "KLN"],
        ["NRW"],
    ]
    back = read(sandbox, "/getArrivalsByCRS/CBG", filterStation="NRW", timeWindow=180)["trainServices"][0]
    assert [place["crs"] for place in back["origin"]] == ["KLN", "NRW"]
    assert calls(back, "previous") == ["KLN", "ELY", "NRW"]


@pytest.mark.parametrize(("operation", "direction"), [("Departures", "subsequent"), ("Arrivals", "previous")])
def test_filter_keeps_services_that_call_there(sandbox: SandboxProcess, operation: str, direction: str) -> None:
    board = read(sandbox, f"/get{operation}ByCRS/PBO", filterStation="HUN", numServices=30)
    assert board["filterLocationName"] == "Huntingdon" and services(board)
    assert all("HUN" in calls(one, direction) for one in services(board))
    both = read(
        sandbox,
        "/getArrivalsAndDeparturesByCRS/PBO",
        filterStation="HUN",
        filterType="to" if direction == "subsequent" else "from",
        numServices=30,
    )
    assert {one["serviceID"] for one in services(both)} == {one["serviceID"] for one in services(board)}


def test_window_offset_and_number(sandbox: SandboxProcess) -> None:
    everything = read(sandbox, "/getDeparturesByCRS/KGX", numServices=100, timeWindow=240)["trainServices"]
    later = read(sandbox, "/getDeparturesByCRS/KGX", numServices=100, timeOffset=60, timeWindow=180)["trainServices"]
    ids = [one["serviceID"] for one in everything]
    assert len(everything) > len(later) and {one["serviceID"] for one in later} < {*ids}
    few = read(sandbox, "/getDeparturesByCRS/KGX", numServices=3)["trainServices"]
    assert [one["serviceID"] for one in few] == ids[:3]
    bare = read(sandbox, "/getDeparturesByCRS/KGX", serviceDetails="false")["trainServices"]
    assert {one["subsequentCallingPointsList"] for one in bare} == {None}


def test_next_and_fastest(sandbox: SandboxProcess) -> None:
    wanted = ["PBO", "NRW", "RYP"]
    query = {"filterList": ",".join(wanted), "timeOffset": 70}
    first = read(sandbox, "/getNextDeparturesByCRS/KGX", **query)["destination"]
    fastest = read(sandbox, "/getFastestDeparturesByCRS/KGX", **query)["destination"]
    assert [one["crs"] for one in first] == [one["crs"] for one in fastest] == wanted
    assert first[2]["service"] is fastest[2]["service"] is None
    assert first[0]["service"]["std"] < fastest[0]["service"]["std"]
    assert arrival(first[0]) > arrival(fastest[0])


def arrival(found: dict[str, Any]) -> str:
    """Return when a service is scheduled at its destination."""
    parts = found["service"]["subsequentCallingPointsList"]
    points = itertools.chain.from_iterable(part["subsequentCallingPoints"] for part in parts)
    return next(str(point["st"]) for point in points if point["crs"] == found["crs"])


def test_stations_need_no_key(sandbox: SandboxProcess) -> None:
    found = read(sandbox, "/getStationBasicInfo", key=None, station="London W")
    assert {one["crsCode"] for one in found} == {"WAE", "WAT"}
    assert read(sandbox, "/getStationBasicInfo", key=None, station="pbo") == [
        {"crsCode": "PBO", "stationName": "Peterborough"}
    ]
    assert read(sandbox, "/getStationBasicInfo", key=None, stationCRS="PBO")["stationName"] == "Peterborough"
    assert len(read(sandbox, "/getStationBasicInfo", key=None)) == sandbox.state()["stations"]
    assert read(sandbox, "/getStationDetailsByCRS/KGX/", key=None)["Name"] == "London Kings Cross"


@pytest.mark.parametrize(
    ("path", "query", "status", "word"),
    [
        ("/getDeparturesByCRS/KGX", {"key": "other"}, 401, "key"),
        ("/getDeparturesByCRS/KGX", {"key": None}, 401, "key"),
        ("/getDeparturesByCRS/QQQ", {}, 400, "CRS"),
        ("/getDeparturesByCRS/KGX", {"filterStation": "QQQ"}, 400, "filterStation"),
        ("/getDeparturesByCRS/KGX", {"serviceDetails": "True"}, 400, "serviceDetails"),
        ("/getDeparturesByCRS/KGX", {"timeOffset": "120"}, 400, "timeOffset"),
        ("/getDeparturesByCRS/KGX", {"timeWindow": "-1"}, 400, "timeWindow"),
        ("/getDeparturesByCRS/KGX", {"numServices": "0"}, 400, "numServices"),
        ("/getArrivalsAndDeparturesByCRS/KGX", {"filterStation": "PBO"}, 400, "filterType"),
        ("/getArrivalsAndDeparturesByCRS/KGX", {"filterStation": "PBO", "filterType": "via"}, 400, "filterType"),
        ("/getNextDeparturesByCRS/KGX", {}, 400, "filterList"),
        ("/getNextDeparturesByCRS/KGX", {"filterList": ",".join(["PBO"] * 21)}, 400, "filterList"),
        ("/getServiceDetailsByID/AAAAAAAAAAAAAAAAAAAAAA--", {}, 404, "ID"),
        ("/getServiceDetailsByID/x", {}, 404, "ID"),
        ("/getStationBasicInfo", {"key": None, "station": "a", "stationCRS": "PBO"}, 400, "stationCRS"),
        ("/getStationBasicInfo", {"key": None, "stationCRS": "QQQ"}, 404, "CRS"),
    ],
)
def test_refusals(sandbox: SandboxProcess, path: str, query: dict[str, Any], status: int, word: str) -> None:
    response = call(sandbox, path, **query)
    assert response.status_code == status
    assert word in response.json()["error"]


def test_what_no_client_of_ours_should_send_is_noted(sandbox: SandboxProcess) -> None:
    read(sandbox, "/getDeparturesByCRS/kgx/", other=1)
    read(sandbox, "/getStationDetailsByCRS/KGX", key="sandbox-key")
    notes = [one.get("unusual") for one in sandbox.exchanges() if one["path"].startswith(PREFIX)][-2:]
    assert notes == [
        ["trailing slash", "unknown query parameter other", "CRS in lower case"],
        ["unknown query parameter apiKey"],
    ]
