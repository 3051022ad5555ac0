# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of departureboard.io under faults, in this process: what is cut or odd is never a board with fewer trains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest import retries
from sandbox.launcher import SandboxProcess
from tests.support.children import connection, run_module
from tests.support.departureboard import set_time

KEY = "geheim/of+ada"
IN_A_URL = "geheim%2Fof%2Bada"
BOARD = {"generatedAt": "2026-06-17T09:01:00+01:00", "nrccMessages": None, "busServices": None, "ferryServices": None}
#: Bodies that are no board, and values that are no list of services.
NO_BOARDS: list[Any] = [[], {}, "null", "text", "7", [BOARD]]
NO_LISTS: list[Any] = ["x", {}, [None], [["09:06"]], 0, False]
NO_STATIONS: list[Any] = [{}, "x", [1], "null", "<html></html>"]
NO_STATION: list[Any] = [[], "x", [{"crsCode": "KGX"}], "null"]
OF_A_READ = [pytest.mark.row(31, "read"), pytest.mark.row(32, "read")]
BOTH_MODES = pytest.mark.parametrize("check_mode", [False, True])


@pytest.fixture(scope="module")
def trains() -> Iterator[SandboxProcess]:
    with SandboxProcess(service="departureboard", api_key=KEY, rate_limit="100000/60") as sandbox:
        set_time(sandbox)
        yield sandbox


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "generate_jittered_backoff", lambda *_how: [0.01] * 10)


class Reader:
    """Runs the module, and checks that the key shows nowhere.

    Args:
        server: the sandbox.
        state_dir: the folder of the state between runs.
    """

    def __init__(self, server: SandboxProcess, state_dir: Path) -> None:
        self.server = server
        self._state_dir = state_dir

    def fault(self, fault: str, *, nth: int | None = None, **parameters: Any) -> None:
        match = {} if nth is None else {"match": {"nth": nth}}
        self.server.set_faults([{**match, "fault": fault, **parameters}])

    def read(self, *gather: str, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Return the result of the module."""
        given = {**connection(self.server, self._state_dir), "crs": "KGX", "gather": list(gather), **options}
        result = run_module("departureboard_info", given, check_mode=check_mode, verbosity=4)
        assert KEY not in str(result) and IN_A_URL not in str(result)
        assert "exception" not in result, result["exception"]
        return result

    def refused(self, *gather: str, **options: Any) -> dict[str, Any]:
        """Return the error of the module, which must have failed at once."""
        result = self.read(*gather, retry_timeout=0.1, **options)
        assert result.get("failed") and not result.keys() & {*gather}, result
        assert isinstance(result["error"], dict)
        return result["error"]


@pytest.fixture
def reader(trains: SandboxProcess, tmp_path: Path) -> Iterator[Reader]:
    yield Reader(trains, tmp_path)
    trains.set_faults([])


def case(row: int, fault: str, **parameters: Any) -> Any:
    told = "-".join([str(row), fault, *map(str, parameters.values())])[:60]
    return pytest.param(fault, parameters, marks=[*OF_A_READ, pytest.mark.row(row, "read")], id=told)


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        case(2, "reset_after"),
        case(3, "reset_before"),
        *(case(5, "status", status=status) for status in (500, 502, 503, 504)),
        case(6, "rate_limit", retry_after=0),
        case(8, "rate_limit", retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        case(23, "truncate"),
        case(23, "not_json"),
        case(23, "no_body"),
    ],
)
@BOTH_MODES
def test_one_fault_is_overcome(reader: Reader, fault: str, parameters: dict[str, Any], check_mode: bool) -> None:
    reader.fault(fault, nth=1, **parameters)
    before = len(reader.server.exchanges())
    result = reader.read("departures", check_mode=check_mode)
    assert not result.get("failed"), result
    assert [one["std"] for one in result["departures"]["services"]][:3] == ["09:06", "09:26", "09:30"]
    assert result["changed"] is False and len(reader.server.exchanges()) == before + 2


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        case(23, "truncate"),
        case(23, "not_json"),
        case(23, "no_body"),
        case(23, "edit", body="\ufeff"),
        case(50, "nested"),
        *(case(50, "edit", body=body) for body in NO_BOARDS),
        *(case(50, "edit", body={**BOARD, "trainServices": odd}) for odd in NO_LISTS),
        case(50, "edit", body=BOARD),
    ],
)
@BOTH_MODES
def test_odd_response_is_no_empty_board(
    reader: Reader, fault: str, parameters: dict[str, Any], check_mode: bool
) -> None:
    reader.fault(fault, **parameters)
    assert reader.refused("departures", check_mode=check_mode)["kind"] == "protocol"


@pytest.mark.parametrize("name", ["next_departures", "fastest_departures"])
@pytest.mark.parametrize("change", ["drop", "wrong_type"])
@pytest.mark.row(50, "read")
def test_odd_service_is_not_taken_for_none(reader: Reader, name: str, change: str) -> None:
    reader.fault("property", at="$.destination[*].service", change=change)
    assert reader.refused(name, filter_list=["PBO"])["kind"] == "protocol"


@pytest.mark.row(23, "read")
@pytest.mark.row(50, "read")
def test_odd_stations(reader: Reader) -> None:
    for body in NO_STATIONS:
        reader.fault("edit", body=body)
        assert reader.refused("stations", crs=None)["kind"] == "protocol"
    for body in NO_STATION:
        reader.fault("edit", body=body)
        for name in ("station", "station_details"):
            assert reader.refused(name)["kind"] == "protocol"


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        pytest.param({"api_url": "http://127.0.0.1:9"}, "connection", marks=[*OF_A_READ, pytest.mark.row(1, "read")]),
        pytest.param({"api_key": "another/key"}, "unauthorized", marks=[*OF_A_READ, pytest.mark.row(22, "read")]),
    ],
)
@BOTH_MODES
def test_nothing_is_read_without_a_server_or_a_key(
    reader: Reader, options: dict[str, Any], kind: str, check_mode: bool
) -> None:
    assert reader.refused("departures", check_mode=check_mode, **options)["kind"] == kind


@pytest.mark.row(19, "read")
@pytest.mark.row(32, "read")
def test_key_follows_no_redirection(reader: Reader) -> None:
    with SandboxProcess(service="departureboard", api_key=KEY) as other:
        location = f"{other.url}/api/v2.0/getDeparturesByCRS/KGX"
        reader.fault("edit", status=302, headers={"Location": location})
        assert reader.refused("departures")["status"] == 302
        assert other.exchanges() == []


@pytest.mark.row(35, "read")
def test_slow_response(reader: Reader) -> None:
    reader.fault("drip", seconds=0.001)
    assert reader.read("station")["station"] == {"crs_code": "KGX", "station_name": "London Kings Cross"}
