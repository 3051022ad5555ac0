# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options go into which request, and what a board becomes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.boards import (
    read_board,
    read_destinations,
    read_service,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.client import (
    PUBLIC,
    DepartureBoardClient,
    _hint,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.gather import (
    GATHERED,
    PARAMETERS,
    checked_gather_options,
    gathered,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

NOTHING = dict.fromkeys((*PARAMETERS, "crs", "service_id", "station_name"))
EMPTY = {"generatedAt": "2019-09-10T23:50:03.1769126+01:00", "nrccMessages": None} | {
    f"{kind}Services": None for kind in ("train", "bus", "ferry")
}


class FakeRest:
    """Answers every request with the same data, and remembers it."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def request(self, method: str, path: str, *, query: dict[str, Any], **_how: Any) -> Any:
        """Return the data, or raise it."""
        assert method == "GET"
        self.sent.append((path, {name: value for name, value in query.items() if value is not None}))
        if isinstance(self.data, Exception):
            raise self.data
        return SimpleNamespace(data=self.data)


def checked(*names: str, **options: Any) -> dict[str, Any]:
    return checked_gather_options({**NOTHING, "gather": list(names), **options})


def sent_for(monkeypatch: pytest.MonkeyPatch, data: Any, *names: str, **options: Any) -> list[Any]:
    """Return the requests of a task."""
    rest = FakeRest(data)
    fake = DepartureBoardClient(rest)  # type: ignore[arg-type]
    monkeypatch.setattr(DepartureBoardClient, "for_task", lambda _task, needs_key: fake)
    result = gathered(Task({}, check_mode=False), checked(*names, **options))
    assert list(result) == list(names)
    return rest.sent


@pytest.mark.parametrize(
    ("name", "options", "path", "query"),
    [
        ("departures", {"crs": "kgx"}, "/getDeparturesByCRS/KGX", {}),
        (
            "arrivals",
            {"crs": "KGX", "num_services": 5, "time_offset": -239, "time_window": 0, "filter_station": "pbo"},
            "/getArrivalsByCRS/KGX",
            {"numServices": 5, "timeOffset": -239, "timeWindow": 0, "filterStation": "PBO"},
        ),
        (
            "arrivals_and_departures",
            {"crs": "KGX", "service_details": False, "filter_station": "PBO", "filter_type": "to"},
            "/getArrivalsAndDeparturesByCRS/KGX",
            {"serviceDetails": "false", "filterStation": "PBO", "filterType": "to"},
        ),
    ],
)
def test_options_of_a_board(
    monkeypatch: pytest.MonkeyPatch, name: str, options: dict[str, Any], path: str, query: dict[str, Any]
) -> None:
    assert sent_for(monkeypatch, EMPTY, name, **options) == [(path, query)]


def test_options_of_several_boards_go_where_they_belong(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"crs": "KGX", "time_window": 60, "num_services": 3, "filter_list": ["PBO", "yrk"]}
    sent = sent_for(monkeypatch, {**EMPTY, "destination": []}, "departures", "next_departures", **options)
    assert sent == [
        ("/getDeparturesByCRS/KGX", {"timeWindow": 60, "numServices": 3}),
        ("/getNextDeparturesByCRS/KGX", {"timeWindow": 60, "filterList": "PBO,YRK"}),
    ]


def test_stations(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent_for(monkeypatch, [], "stations") == [("/getStationBasicInfo", {})]
    assert sent_for(monkeypatch, [], "stations", station_name="London W") == [
        ("/getStationBasicInfo", {"station": "London W"})
    ]
    assert sent_for(monkeypatch, {}, "station", "station_details", crs="KGX") == [
        ("/getStationBasicInfo", {"stationCRS": "KGX"}),
        ("/getStationDetailsByCRS/KGX", {}),
    ]


@pytest.mark.parametrize(
    ("names", "options", "option"),
    [
        ((), {}, "gather"),
        (("departures",), {}, "crs"),
        (("station_details",), {}, "crs"),
        (("service",), {}, "service_id"),
        (("next_departures",), {"crs": "KGX"}, "filter_list"),
        (("next_departures",), {"crs": "KGX", "filter_list": []}, "filter_list"),
        (("departures",), {"crs": "KGX", "filter_list": ["PBO"]}, "filter_list"),
        (("next_departures",), {"crs": "KGX", "filter_list": ["PBO"], "num_services": 3}, "num_services"),
        (("stations",), {"crs": "KGX"}, "crs"),
        (("departures",), {"crs": "KGX", "station_name": "London"}, "station_name"),
        (("departures",), {"crs": "KGX", "filter_station": "PBO", "filter_type": "to"}, "filter_type"),
        (("arrivals_and_departures",), {"crs": "KGX", "filter_station": "PBO"}, "filter_type"),
        (("arrivals_and_departures",), {"crs": "KGX", "filter_type": "to"}, "filter_station"),
        (("departures",), {"crs": "KGX", "time_offset": -240}, "time_offset"),
        (("departures",), {"crs": "KGX", "time_offset": 120}, "time_offset"),
        (("departures",), {"crs": "KGX", "time_window": -1}, "time_window"),
        (("departures",), {"crs": "KGX", "num_services": 0}, "num_services"),
        (("departures",), {"crs": "London"}, "crs"),
    ],
)
def test_mistakes_are_refused(names: tuple[str, ...], options: dict[str, Any], option: str) -> None:
    with pytest.raises(ToolkitError, match=f"^{option}: ") as caught:
        checked(*names, **options)
    assert caught.value.kind == "invalid_option"


def connection(**options: Any) -> Task:
    params = {name: option.get("default") for name, option in connection_options().items()}
    return Task({**params, **options}, check_mode=False)


@pytest.mark.parametrize("name", GATHERED)
def test_only_what_is_of_national_rail_needs_a_key(name: str) -> None:
    options: dict[str, Any] = {"crs": "KGX"} if name not in ("stations", "service") else {}
    options |= {"service_id": "x"} if name == "service" else {}
    options |= {"filter_list": ["PBO"]} if name.endswith("t_departures") else {}
    task = connection(api_url="http://127.0.0.1:9", retry_timeout=0.1)
    with pytest.raises(ToolkitError) as caught:
        gathered(task, checked(name, **options))
    is_public = name.startswith("station")
    assert caught.value.kind == ("connection" if is_public else "invalid_option")
    assert ("public service may have ended" in str(caught.value)) is is_public


@pytest.mark.parametrize("key", ["a b", "schlüssel", "a\n", "a\x7f"])
def test_wrong_key_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ToolkitError, match=r"^api_key: ") as caught:
        DepartureBoardClient.for_task(connection(api_key=key), needs_key=True)
    assert key not in str(caught.value)


def test_address_may_end_in_the_version() -> None:
    with pytest.raises(ToolkitError, match=r"^api_url: "):
        DepartureBoardClient.for_task(connection(api_url="http://api.example"), needs_key=False)
    DepartureBoardClient.for_task(connection(api_url="https://api.example/api/v2.0/"), needs_key=False)


@pytest.mark.parametrize(
    ("path", "is_public"),
    [
        ("/api/v2.0/getStationBasicInfo", True),
        ("/mirror/api/v2.0/getStationDetailsByCRS/KGX", True),
        ("/api/v2.0/getDeparturesByCRS/KGX", False),
        ("/api/v2.0/getServiceDetailsByID/getStationX", False),
    ],
)
def test_paths_without_a_key(path: str, is_public: bool) -> None:
    assert bool(PUBLIC.fullmatch(path)) is is_public


@pytest.mark.parametrize(
    ("status", "word"),
    [(400, "CRS"), (401, "DEPARTUREBOARD_API_KEY"), (404, "DEPARTUREBOARD_API_URL"), (503, "National Rail"), (418, "")],
)
def test_hints(status: int, word: str) -> None:
    hint = _hint(ApiError("x", "GET /x", "x", status=status), None)
    assert word in hint and bool(hint) is bool(word)


def client(data: Any) -> DepartureBoardClient:
    return DepartureBoardClient(FakeRest(data))  # type: ignore[arg-type]


def train(time: Any, **more: Any) -> dict[str, Any]:
    return {"serviceType": "train", "std": time, **more}


def test_services_are_one_list_by_their_times_also_beyond_midnight() -> None:
    data = {
        **EMPTY,
        "trainServices": [train("00:10"), train("23:55"), train("23:49"), train(None, sta="00:05"), train("soon")],
        "busServices": [{"serviceType": "bus", "std": "00:02"}],
    }
    board = read_board(client(data), "departures", "KGX", {})
    times = [one["std"] or one.get("sta") for one in board["services"]]
    assert times == ["23:49", "23:55", "00:02", "00:05", "00:10", "soon"]
    assert not board.keys() & {"train_services", "bus_services", "ferry_services"}
    assert board["nrcc_messages"] == []


def test_board_without_a_time_keeps_the_order_of_the_day() -> None:
    data = {**EMPTY, "trainServices": [train("13:00"), train("09:00")]}
    del data["generatedAt"]
    assert [one["std"] for one in read_board(client(data), "departures", "KGX", {})["services"]] == ["09:00", "13:00"]


def test_null_lists_of_a_service_are_empty_and_unknown_properties_are_left_out() -> None:
    data = {
        **EMPTY,
        "filtercrs": "PBO",
        "token": "x",
        "trainServices": [train("23:55", subsequentCallingPointsList=None, secret="x", serviceIDUrlSafe="a--")],
    }
    board = read_board(client(data), "departures", "KGX", {})
    assert board["filter_crs"] == "PBO" and "token" not in board
    assert board["services"] == [
        {"service_type": "train", "std": "23:55", "subsequent_calling_points_list": [], "service_id_url_safe": "a--"}
    ]


@pytest.mark.parametrize("services", ["x", {}, [None], 7, [["x"]]])
def test_lists_of_another_kind_are_never_taken_as_empty(services: Any) -> None:
    for data in ({**EMPTY, "busServices": services}, {**EMPTY, "nrccMessages": services}):
        with pytest.raises(Unreadable):
            read_board(client(data), "departures", "KGX", {})
    missing = {name: value for name, value in EMPTY.items() if name != "ferryServices"}
    with pytest.raises(Unreadable, match="ferry_services is missing"):
        read_board(client(missing), "departures", "KGX", {})


def test_destination_without_a_service() -> None:
    head = {"GeneratedAt": "2019-09-10T13:50:25.7418604+01:00", "nrccMessages": [{"message": "Delays"}]}
    found = [{"crs": "MKC", "service": train("13:49", origin=None)}, {"crs": "MAN", "service": None}]
    board = read_destinations(client({**head, "destination": found}), "next_departures", "EUS", {})
    assert board["generated_at"] == head["GeneratedAt"] and board["nrcc_messages"] == [{"message": "Delays"}]
    assert board["destination"] == [
        {"crs": "MKC", "service": {"service_type": "train", "std": "13:49", "origin": []}},
        {"crs": "MAN", "service": None},
    ]


@pytest.mark.parametrize("destination", [{"crs": "X", "service": "x"}, {"crs": "X", "service": []}, {"crs": "X"}])
def test_only_null_is_no_service(destination: dict[str, Any]) -> None:
    data = {"nrccMessages": None, "destination": [destination]}
    with pytest.raises(Unreadable, match="service"):
        read_destinations(client(data), "next_departures", "X", {})


def test_null_list_of_calling_points_is_empty() -> None:
    parts = {"previousCallingPointsList": [{"previousCallingPoints": None}]}
    assert read_service(client(parts), "x") == {"previous_calling_points_list": [{"previous_calling_points": []}]}
    for odd in ({"previousCallingPoints": "x"}, {}):
        with pytest.raises(Unreadable, match="previous_calling_points"):
            read_service(client({"previousCallingPointsList": [odd]}), "x")


def test_details_of_a_service() -> None:
    rest = FakeRest({"atd": "On time", "previousCallingPointsList": None, "GeneratedAt": "2019"})
    found = read_service(DepartureBoardClient(rest), "qsec!O8LW7k8ITcOt_ir4Q--")  # type: ignore[arg-type]
    assert found == {"atd": "On time", "previous_calling_points_list": [], "generated_at": "2019"}
    assert rest.sent == [("/getServiceDetailsByID/qsec%21O8LW7k8ITcOt_ir4Q--", {})]


def test_missing_server_is_told_with_the_way_out() -> None:
    lost = ConnectionFailed("connection", "GET /x", "no route.", permanent=False, hint="Check host and port.")
    with pytest.raises(ConnectionFailed, match=r"Check host and port\. The public service may have ended"):
        read_service(client(lost), "x")
