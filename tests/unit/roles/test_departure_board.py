# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the role ``departure_board``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.html_page import Page
from tests.support.rendering import rendered


def place(name: str, via: str | None = None) -> dict[str, Any]:
    return {"location_name": name, "crs": "XXX", "via": via}


def calls(name: str, *points: tuple[str, str]) -> dict[str, Any]:
    return {f"{name}_calling_points": [{"location_name": point, "st": time} for point, time in points]}


def service(time: str, expected: str, *ends: dict[str, Any], **more: Any) -> dict[str, Any]:
    always = {"service_type": "train", "operator": "LNER", "platform": "4", "is_cancelled": None}
    reasons = {"cancel_reason": None, "delay_reason": None}
    times = {"std": time, "etd": expected, "destination": list(ends), "subsequent_calling_points_list": []}
    return {**always, **reasons, **times, **more}


PARTS = [calls("subsequent", ("Ely", "10:45"), ("Kings Lynn", "11:22")), calls("subsequent", ("Norwich", "11:20"))]
BOARD: dict[str, Any] = {
    "crs": "KGX",
    "location_name": "London Kings Cross",
    "filter_location_name": None,
    "generated_at": "2026-06-17T09:01:00.1769126+01:00",
    "nrcc_messages": [
        {"message": "Buses run because of works. <P>Allow <a href='x'>more</a> time &amp; patience.</P>"}
    ],
    "services": [
        service("09:06", "On time", place("Peterborough")),
        service("09:30", "09:33", place("Edinburgh"), delay_reason="A fault on a train"),
        service(
            "09:42",
            "On time",
            place("Kings Lynn"),
            place("Norwich", "via Ely"),
            platform=None,
            subsequent_calling_points_list=PARTS,
        ),
        service("09:50", "On time", place("St Neots"), service_type="bus", platform=None),
        service("10:00", "Cancelled", place("York"), is_cancelled=True, cancel_reason="No crew", platform=None),
    ],
}


def page(board: dict[str, Any], *, kind: str = "departures", is_first: bool = True, **given: Any) -> Page:
    """Return the rendered page."""
    return Page(
        rendered(
            "roles/departure_board/templates/board.html.j2",
            departure_board_data=board,
            departure_board_kind=kind,
            departure_board_is_first=is_first,
            departure_board_given={"crs": "KGX", "path": "/srv/www/board.html", **given},
        )
    )


def test_screen_readers_get_a_table_with_headers() -> None:
    found = page(BOARD)
    assert found.attributes("html") == [{"lang": "en-GB"}]
    assert [one["scope"] for one in found.attributes("th")] == ["col"] * 4 + ["row"] * 5
    assert "Departures from London Kings Cross Time Destination Platform Expected" in found.text
    assert [name for name, _attributes in found.elements].count("caption") == 1
    assert found.attributes("time")[0] == {"datetime": "2026-06-17T09:01+01:00"}
    assert found.attributes("section") == [{"aria-labelledby": "messages"}]
    assert found.attributes("h2") == [{"id": "messages"}]


def test_page_needs_nothing_else() -> None:
    assert not {name for name, _attributes in page(BOARD).elements} & {"script", "link", "img", "iframe"}


def test_states_are_words() -> None:
    text = page(BOARD).text
    assert "London Kings Cross As of 09:01" in text
    assert "09:06 Peterborough LNER 4 On time" in text
    assert "09:30 Edinburgh LNER A fault on a train 4 09:33" in text
    assert "09:50 St Neots LNER. Replacement bus" in text and "none On time" in text
    assert "10:00 York LNER No crew" in text and "not announced Cancelled" in text
    assert [one.get("class") for one in page(BOARD).attributes("tr")] == [None, None, "late", None, None, "cancelled"]


def test_train_that_splits() -> None:
    text = page(BOARD, calling_points=True).text
    assert "Kings Lynn and Norwich via Ely LNER Calling at Ely 10:45 and Kings Lynn 11:22" in text
    assert "Part of it calls at Norwich 11:20" in text
    assert "alls at" not in page(BOARD).text and "Calling at" not in page(BOARD).text


def test_messages_lose_their_markup() -> None:
    found = page(BOARD)
    assert "Buses run because of works. Allow more time & patience." in found.text
    assert found.attributes("a") == []
    assert "Messages" not in page({**BOARD, "nrcc_messages": []}).text


def test_arrivals() -> None:
    one: dict[str, Any] = {
        "service_type": "train",
        "sta": "09:10",
        "eta": "09:15",
        "origin": [place("York")],
        "platform": "1",
    }
    one |= {"operator": "LNER", "cancel_reason": None, "delay_reason": None}
    one["previous_calling_points_list"] = [calls("previous", ("York", "07:00"))]
    board = {**BOARD, "services": [one], "filter_location_name": "York"}
    text = page(board, kind="arrivals", title="Lobby", calling_points=True).text
    assert text.startswith(
        "Arrivals at London Kings Cross, 09:01 Lobby As of 09:01 Arrivals at London Kings Cross from York"
    )
    assert "09:10 York LNER Called at York 07:00 1 09:15" in text


def test_only_the_first_page_refreshes_and_links_to_the_other() -> None:
    files: dict[str, Any] = {"static_path": "/srv/www/more/still page.html"}
    first, other, never = page(BOARD, **files), page(BOARD, is_first=False, **files), page(BOARD, refresh=0)
    refreshes = [
        [one["content"] for one in found.attributes("meta") if one.get("http-equiv") == "refresh"]
        for found in (first, other, never)
    ]
    assert refreshes == [["30"], [], []]
    assert first.attributes("a") == [{"href": "more/still%20page.html"}]
    assert other.attributes("a") == never.attributes("a") == []


def test_place_that_is_no_longer_reached() -> None:
    ends = [place("Kings Lynn"), {**place("Norwich"), "assoc_is_cancelled": True}]
    cut = service("09:42", "On time", *ends, current_destinations=[place("Ely", "via Royston"), place("March")])
    text = page({**BOARD, "services": [cut]}).text
    assert "Kings Lynn and Norwich (cancelled) LNER This train now goes to Ely via Royston and March" in text
    assert "now goes" not in page(BOARD).text and "(cancelled)" not in page(BOARD).text
    came = {"sta": "09:10", "eta": "On time", "origin": [place("York")], "current_origins": [place("Doncaster")]}
    arrivals = {**BOARD, "services": [{**service("", ""), **came}]}
    assert "York LNER This train now comes from Doncaster" in page(arrivals, kind="arrivals").text


def test_train_that_does_not_call_where_the_board_promises() -> None:
    missed = service("09:06", "On time", place("York"), filter_location_cancelled=True)
    board = {**BOARD, "filter_location_name": "Peterborough", "services": [missed]}
    assert "York LNER Does not call at Peterborough" in page(board).text
    assert "Does not call" not in page({**board, "services": [{**missed, "filter_location_cancelled": None}]}).text
    assert page(board).attributes("tr")[-1] == {"class": "late"}


def test_alert_about_one_train() -> None:
    alerted = service("09:06", "On time", place("York"), adhoc_alert="No <b>first class</b>")
    assert "York LNER No first class" in page({**BOARD, "services": [alerted]}).text


def test_null_is_no_text() -> None:
    nameless = {**place("York"), "location_name": None}
    points = [{"subsequent_calling_points": [{"location_name": None, "crs": "ELY", "st": None}]}]
    one = service("09:06", "On time", nameless, subsequent_calling_points_list=points)
    found = page({**BOARD, "location_name": None, "services": [one]}, calling_points=True)
    assert "None" not in found.text
    assert "Departures from KGX Time" in found.text and "09:06 XXX LNER Calling at ELY" in found.text


def test_services_that_are_not_available_are_not_called_none() -> None:
    text = page({**BOARD, "services": [], "are_services_available": False}).text
    assert "National Rail shows no departures from London Kings Cross at present." in text
    assert "No departures" not in text
    text = page({**BOARD, "services": [], "are_services_available": None}).text
    assert "No departures in the next 120 minutes." in text


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (0, "No departures in the next 45 minutes."),
        (10, "No departures between 10 and 55 minutes from now."),
        (-60, "No departures in the 45 minutes that began 60 minutes ago."),
    ],
)
def test_empty_board_names_its_time(offset: int, text: str) -> None:
    assert text in page({**BOARD, "services": []}, time_window=45, time_offset=offset).text


def test_empty_board_names_its_filter() -> None:
    board = {**BOARD, "services": [], "filter_location_name": "York"}
    assert "No departures to York in the next 120 minutes." in page(board).text
    assert "No arrivals from York in the next" in page(board, kind="arrivals").text


def test_empty_board() -> None:
    found = page({**BOARD, "services": []}, time_window=45)
    assert "No departures in the next 45 minutes." in found.text and found.attributes("table") == []


def every_text(data: Any, text: str) -> Any:
    """Return the data with another text in place of each, except for kinds of services and the time of the board."""
    if isinstance(data, dict):
        kept = ("service_type", "generated_at")
        return {name: value if name in kept else every_text(value, text) for name, value in data.items()}
    if isinstance(data, list):
        return [every_text(item, text) for item in data]
    return text if isinstance(data, str) else data


@pytest.mark.parametrize(
    "text", ["</td></table><b>x</b>", "<!--", '" onclick="x', "'><b>", "&lt;b&gt;x", "{{ 7 * 7 }}"]
)
def test_no_text_of_the_api_is_markup(text: str) -> None:
    normal, odd = page(BOARD, calling_points=True), page(every_text(BOARD, text), title=text, calling_points=True)
    assert {name for name, _attributes in odd.elements} <= {name for name, _attributes in normal.elements}
    assert {name for _tag, one in odd.elements for name in one} == {
        name for _tag, one in normal.elements for name in one
    }
    assert odd.text.count(text) > 20


def test_link_between_files_that_are_named_in_two_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    found = page(BOARD, path="~/board.html", static_path="/home/ada/more/still.html")
    assert found.attributes("a") == [{"href": "more/still.html"}]


@pytest.mark.parametrize("moment", ["2026-06-17T09:01:00.1769126Z", "2026-06-17T09:01:00Z", "2026-06-17T09:01Z"])
def test_time_in_utc_is_valid(moment: str) -> None:
    assert page({**BOARD, "generated_at": moment}).attributes("time")[0] == {"datetime": "2026-06-17T09:01Z"}


def test_time_that_is_missing() -> None:
    found = page({**BOARD, "generated_at": None})
    assert "London Kings Cross As of Departures from" in found.text
    assert found.attributes("time")[0] == {"datetime": ""}
