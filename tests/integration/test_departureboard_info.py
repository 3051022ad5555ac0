# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``departureboard_info`` and the lookup plugin ``departureboard`` against the sandbox, in both ways to run."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.departureboard import set_time
from tests.support.playing import Player, Task, check_refusals, task

INFO = "departureboard_info"
PREFIX = "GET /api/v2.0"
LOOKUP = "reseller.toolkit.departureboard"
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "departures": ({"crs": "kgx", "num_services": 7}, ["/getDeparturesByCRS/KGX"]),
    "arrivals": ({"crs": "PBO", "filter_station": "HUN", "time_offset": -60}, ["/getArrivalsByCRS/PBO"]),
    "arrivals_and_departures": (
        {"crs": "PBO", "filter_station": "SNO", "filter_type": "to", "service_details": False},
        ["/getArrivalsAndDeparturesByCRS/PBO"],
    ),
    "next_departures": ({"crs": "KGX", "filter_list": "PBO,RYP", "time_offset": 70}, ["/getNextDeparturesByCRS/KGX"]),
    "fastest_departures": (
        {"crs": "KGX", "filter_list": ["PBO"], "time_offset": 70},
        ["/getFastestDeparturesByCRS/KGX"],
    ),
    "service": ({"service_id": "{{ id }}"}, ["/getServiceDetailsByID/"]),
    "stations": ({"station_name": "London W"}, ["/getStationBasicInfo"]),
    "station": ({"crs": "KGX"}, ["/getStationBasicInfo"]),
    "station_details": ({"crs": "KGX"}, ["/getStationDetailsByCRS/KGX"]),
}


@pytest.fixture(scope="module")
def trains() -> Iterator[SandboxProcess]:
    """The sandbox in the morning of a day in June."""
    key = "key-" + secrets.token_urlsafe(12) + "&/+"
    with SandboxProcess(service="departureboard", api_key=key, rate_limit="100000/60") as sandbox:
        set_time(sandbox)
        yield sandbox


@pytest.fixture
def departures(trains: SandboxProcess, tmp_path: Path) -> Player:
    """Runs plays against the sandbox, and checks that its key shows nowhere."""
    trains.set_faults([])
    player = Player(trains, tmp_path)
    player.secret("api_key", trains.api_key)
    return player


def info(*gather: str, **options: Any) -> Task:
    return task(INFO, gather=list(gather), **options)


def debug(name: str, template: str) -> Task:
    return {"name": name, "ansible.builtin.debug": {"msg": template}, "ignore_errors": True}


def test_everything_is_read_in_both_ways(departures: Player, trains: SandboxProcess) -> None:
    first = info("departures", crs="KGX", num_services=1) | {"register": "board"}
    remembered = {"ansible.builtin.set_fact": {"id": "{{ board.departures.services[0].service_id_url_safe }}"}}
    tasks = [info(name, **options) for name, (options, _paths) in CASES.items()]
    ordinary = [one | {"vars": {"reseller_toolkit_in_process": False}} for one in tasks[:1]]
    played = departures.play([first, remembered, *tasks, *ordinary])
    results = dict(zip(CASES, played.results[2:], strict=False))
    for name, result in results.items():
        [path] = CASES[name][1]
        assert not result.changed and len(result.requests) == 1 and result.requests[0].startswith(f"{PREFIX}{path}")
        assert ("apiKey" in result.exchanges[0]["query"]) is not name.startswith("station"), name
    found = {name: result[name] for name, result in results.items()}
    check_departures(found["departures"])
    assert played.results[-1]["departures"].keys() == found["departures"].keys()
    assert played.results[-1]["departures"]["services"] == found["departures"]["services"]
    assert {place["crs"] for one in found["arrivals"]["services"] for place in one["destination"]} <= {"PBO", "SNO"}
    kinds = {one["service_type"] for one in found["arrivals_and_departures"]["services"]}
    assert kinds == {"train", "bus"}
    assert [one["crs"] for one in found["next_departures"]["destination"]] == ["PBO", "RYP"]
    assert found["next_departures"]["destination"][1]["service"] is None
    [fastest] = found["fastest_departures"]["destination"]
    assert fastest["service"]["operator_code"] == "GR"
    assert found["service"]["location_name"] == "London Kings Cross" and found["service"]["std"] == "09:06"
    assert {one["crs_code"] for one in found["stations"]} == {"WAE", "WAT"}
    assert found["station"] == {"crs_code": "KGX", "station_name": "London Kings Cross"}
    assert found["station_details"]["fares"]["ticket_office"]["available"] is True


def check_departures(board: dict[str, Any]) -> None:
    """Check a board with trains that are late, and a cancelled one."""
    assert (board["crs"], board["location_name"], board["nrcc_messages"]) == ("KGX", "London Kings Cross", [])
    shown = [(one["std"], one["etd"], one["is_cancelled"]) for one in board["services"]]
    assert shown == [
        ("09:06", "On time", None),
        ("09:26", "On time", None),
        ("09:30", "09:33", None),
        ("09:42", "On time", None),
        ("09:46", "Delayed", None),
        ("09:48", "On time", None),
        ("10:00", "Cancelled", True),
    ]
    assert "crew" in board["services"][-1]["cancel_reason"]
    [part] = board["services"][0]["subsequent_calling_points_list"]
    assert [point["crs"] for point in part["subsequent_calling_points"]] == ["FPK", "SVG", "SNO", "HUN", "PBO"]
    assert len(board["services"][3]["subsequent_calling_points_list"]) == 2


def test_mistakes_are_refused_before_any_request(departures: Player) -> None:
    cases = {
        "crs: 'London'": info("departures", crs="London"),
        "filter_list: 'York'": info("next_departures", crs="KGX", filter_list=["PBO", "York"]),
        "filter_type: it is required": info("arrivals_and_departures", crs="KGX", filter_station="PBO"),
        "time_offset: ": info("departures", crs="KGX", time_offset=120),
        "api_key: it is required": info("departures", crs="KGX", api_key=""),
        "api_url: ": info("stations", api_url="http://api.example"),
        "value of gather must be one or more of": info("trains", crs="KGX"),
    }
    check_refusals(departures.play([*cases.values()]), [*cases])


def test_errors_of_the_api_say_what_to_do(departures: Player, trains: SandboxProcess) -> None:
    trains.set_faults([{"match": {"path": "/getArrivalsByCRS/KGX"}, "fault": "status", "status": 503}])
    gone = info("station", crs="KGX", api_url="http://127.0.0.1:9", retry_timeout=0.1)
    wrong_key, nowhere, unknown, down, lost = departures.play(
        [
            info("departures", crs="KGX", api_key="another-key"),
            info("departures", crs="QQQ"),
            info("station", crs="QQQ"),
            info("arrivals", crs="KGX", retry_timeout=0.1),
            gone,
        ]
    )
    assert wrong_key.error["kind"] == "unauthorized" and "DEPARTUREBOARD_API_KEY" in wrong_key.msg
    assert "another-key" not in str(wrong_key.data)
    assert nowhere.error["kind"] == "invalid_request" and "CRS" in nowhere.error["text"]
    assert unknown.error["kind"] == "not_found"
    assert down.error["status"] == 503 and "National Rail" in down.msg
    assert lost.error["kind"] == "connection" and "public service may have ended" in lost.msg


def test_lookup_in_templates(departures: Player) -> None:
    board = f"lookup('{LOOKUP}', 'kgx', filter_station='PBO', num_services=2)"
    several = f"query('{LOOKUP}', 'KGX', 'PBO', board='arrivals', time_window=30)"
    wanted = f"lookup('{LOOKUP}', 'KGX', board='next_departures', filter_list=['PBO', 'YRK'])"
    one, two, three, wrong, refused, missing = departures.play(
        [
            debug("one", f"{{{{ {board}.services | map(attribute='std') | join(' ') }}}}"),
            debug("two", f"{{{{ {several} | map(attribute='crs') | join(' ') }}}}"),
            debug("three", f"{{{{ {wanted}.destination | map(attribute='crs') | join(' ') }}}}"),
            debug("wrong", f"{{{{ lookup('{LOOKUP}', 'London') }}}}"),
            debug("refused", f"{{{{ lookup('{LOOKUP}', 'KGX', api_key='another-key') }}}}"),
            debug("missing", f"{{{{ lookup('{LOOKUP}', 'KGX', board='next_departures') }}}}"),
        ]
    )
    assert (one["msg"], two["msg"], three["msg"]) == ("09:06 09:26", "KGX PBO", "PBO YRK")
    assert two.requests == [f"{PREFIX}/getArrivalsByCRS/{crs}" for crs in ("KGX", "PBO")]
    assert "crs: 'London' is not the CRS code" in wrong.msg and wrong.requests == []
    assert "DEPARTUREBOARD_API_KEY" in refused.msg and "another-key" not in refused.msg
    assert "filter_list: it is required" in missing.msg and missing.requests == []
