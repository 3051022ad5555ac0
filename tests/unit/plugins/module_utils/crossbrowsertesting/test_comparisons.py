# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparisons: each form of a response, what takes the place of a difference, and when a task fails."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.comparisons import (
    Asked,
    check_differences,
    compare,
    version_of,
    with_browsers,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable

ELEMENT = {"short_path": "button#buy", "full_path": "html > body > button#buy", "difference": "moved 80px"}
PAGE = "https://app.example/compare"
FOUND = {"differences": 1, "tolerance": 30, "elements": [ELEMENT], "error": False, "show_comparisons_public_url": PAGE}
SINGLE = Asked(1, 2, 3, 4, None, None)
FULL = Asked(1, 2, None, 4, None, 10)
PARALLEL = Asked(1, 2, None, None, 5, 0)


def target(number: int = 3, **comparison: Any) -> dict[str, Any]:
    return {"screenshot": {"screenshot_id": number}, "comparison": {**FOUND, **comparison}}


BASE = {"base": {"screenshot": {"screenshot_id": 4}}}


class Fake:
    """A client with one response."""

    def __init__(self, data: Any) -> None:
        self._data = data
        self.asked: list[Any] = []

    def one(self, path: str, shape: Any, **query: Any) -> Any:
        assert shape(self._data)
        self.asked.append((path, query))
        return self._data


def compared(asked: Asked, data: Any) -> list[dict[str, Any]]:
    return compare(Fake(data), asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "data", "path", "tolerance"),
    [
        (SINGLE, {**BASE, "target": target()}, "1/2/3/comparison/4", None),
        (FULL, {**BASE, "targets": [target()]}, "1/2/comparison/4", 10),
        (PARALLEL, [{**BASE, "target": target()}], "1/2/comparison/parallel/5", 0),
    ],
)
def test_each_form_has_the_same_result(asked: Asked, data: Any, path: str, tolerance: int | None) -> None:
    fake: Any = Fake(data)
    assert compare(fake, asked) == [
        {
            "result_id": 3,
            "base_result_id": 4,
            "differences": 1,
            "tolerance": 30,
            "elements": [{**ELEMENT, "show_difference_web_url": None, "show_difference_public_url": None}],
            "message": None,
            "show_comparisons_web_url": None,
            "show_comparisons_public_url": PAGE,
        }
    ]
    assert fake.asked == [(f"/screenshots/{path}", {"tolerance": tolerance})]


NO_DOM = {"error": True, "message": "no DOM"}
FAILURES: list[tuple[Any, str]] = [
    ({**BASE, "target": {"screenshot": {"screenshot_id": 3}, "comparison": NO_DOM}}, "no DOM"),
    ({**BASE, "target": {"comparison": {"message": "no DOM"}}}, "no DOM"),
    ({**BASE, "target": {"comparison": {"error": "no DOM"}}}, "no DOM"),
    ({**BASE, "target": {"comparison": {"error": True}}}, "The API reports an error and no reason."),
    ({**BASE, "target": NO_DOM}, "no DOM"),
    ({"target": {**NO_DOM, "comparison": None}}, "no DOM"),
    (NO_DOM, "no DOM"),
    # An error counts, whatever number is beside it, and wherever it is.
    ({**BASE, "target": target(error=True, message="no DOM", differences=0)}, "no DOM"),
    ({**BASE, "target": {**target(differences=0), **NO_DOM}}, "no DOM"),
    ({**BASE, "target": target(differences=0), "error": "no DOM"}, "no DOM"),
    ({**NO_DOM, "target": None}, "no DOM"),
]


@pytest.mark.parametrize(("data", "message"), FAILURES)
def test_message_takes_the_place_of_a_difference(data: Any, message: str) -> None:
    for found in (compared(SINGLE, data), compared(PARALLEL, [data])):
        assert [(one["differences"], one["message"]) for one in found] == [(None, message)]


def test_full_comparison_with_a_message() -> None:
    for nothing in (NO_DOM, {**NO_DOM, "targets": []}, {**NO_DOM, "targets": None}):
        assert [one["message"] for one in compared(FULL, nothing)] == ["no DOM"]
    failing = {**BASE, "targets": [{"comparison": NO_DOM}, target(6, message="1 px was ignored")]}
    assert [(one["differences"], one["message"]) for one in compared(FULL, failing)] == [
        (None, "no DOM"),
        (1, "1 px was ignored"),
    ]


@pytest.mark.parametrize(
    ("asked", "data"),
    [
        (SINGLE, {}),
        (SINGLE, BASE),
        (SINGLE, {"target": None}),
        (SINGLE, {"target": {"screenshot": {"screenshot_id": 3}}}),
        (SINGLE, {"target": {"comparison": {"elements": []}}}),
        (SINGLE, {"target": target(differences="1")}),
        (SINGLE, {"target": target(differences=True)}),
        (SINGLE, {"target": target(differences=-1)}),
        (SINGLE, {"target": target(elements="all")}),
        (FULL, {**NO_DOM, "targets": "all"}),
        (SINGLE, {"target": target(elements=["button"])}),
        (FULL, {**BASE, "target": target()}),
        (FULL, {**BASE, "targets": {}}),
        (PARALLEL, [BASE]),
    ],
)
def test_unreadable_difference_is_never_taken_for_none(asked: Asked, data: Any) -> None:
    with pytest.raises(Unreadable):
        compared(asked, data)


def test_elements_may_be_missing() -> None:
    assert compared(SINGLE, {"target": target(elements=None)})[0]["elements"] == []


def test_browsers_come_from_the_test() -> None:
    shown = {"result_id": 3, "os": {"name": "Windows 10"}, "browser": {"name": "Chrome 120"}, "resolution": None}
    odd = {"result_id": [3], "os": {"name": "Windows 11"}}
    versions = [{"version_id": 1, "results": []}, {"version_id": 2, "results": [shown, {"result_id": 9}, odd]}]
    test = {"versions": versions}
    found = with_browsers(compared(FULL, {**BASE, "targets": [target(3), target(9), target(7)]}), test, FULL)
    assert [(one["os"], one["browser"], one["resolution"]) for one in found] == [
        ("Windows 10", "Chrome 120", None),
        (None, None, None),
        (None, None, None),
    ]
    assert version_of(test, None) == 2 and version_of(test, 1) == 1


def test_screenshots_that_the_api_leaves_out_are_not_the_same() -> None:
    """It compares only those of which the other version has the same browser."""
    shown = [{"result_id": number, "browser": {"name": f"Chrome {number}"}} for number in (3, 4, 5)]
    test = {"versions": [{"version_id": 2, "results": shown}]}
    left_out = [
        ("Chrome 4", None, "The API has not compared it.", None),
        ("Chrome 5", None, "The API has not compared it.", None),
    ]
    found = with_browsers(compared(PARALLEL, [{**BASE, "target": target(3, differences=0)}]), test, PARALLEL)
    assert [
        (one["browser"], one["differences"], one["message"], one["base_result_id"]) for one in found[1:]
    ] == left_out
    assert found[1].keys() == found[0].keys() and failure(found, 0).kind == "not_compared"
    # A base in the same version is not compared with itself.
    found = with_browsers(compared(FULL, {**BASE, "targets": [target(3)]}), test, FULL)
    assert [one["result_id"] for one in found] == [3, 5]
    # Without its id, it may be any of them; a single one is the one.
    for asked, data in ((FULL, NO_DOM), (SINGLE, {"target": target(3)})):
        assert len(with_browsers(compared(asked, data), test, asked)) == 1


def test_odd_ids_are_none() -> None:
    for odd in (True, "3", [3]):
        side = {"screenshot": {"screenshot_id": odd}}
        found = compared(SINGLE, {"base": side, "target": {**target(), **side}})
        assert (found[0]["result_id"], found[0]["base_result_id"]) == (None, None)


def failure(comparisons: list[dict[str, Any]], most: int) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        check_differences(comparisons, most)
    assert caught.value.facts == {"comparisons": comparisons}
    return caught.value


def test_layout_that_differs_names_elements_and_pages() -> None:
    many = [ELEMENT, *({**ELEMENT, "short_path": f"p{number}"} for number in range(4))]
    moved = compared(FULL, {**BASE, "targets": [target(differences=5, elements=many), *(target(n) for n in range(5))]})
    check_differences(moved, 5)
    error = failure(moved, 0)
    assert error.kind == "layout_differs" and "in 6 of 6 screenshots" in error.message
    assert "screenshot 3 has 5 (button#buy moved 80px, p0 moved 80px, p1 moved 80px, 2 more)" in error.message
    assert error.message.count(PAGE) == 3 and error.message.endswith("; ….")
    assert failure(moved, 4).message.startswith("The layout differs in 1 of 6")


def test_element_without_a_short_path_is_named_by_its_full_one() -> None:
    for element, name in (({**ELEMENT, "short_path": None}, ELEMENT["full_path"]), ({}, "an element")):
        message = failure(compared(SINGLE, {"target": target(elements=[element])}), 0).message
        assert f"has 1 ({name} {element.get('difference', 'differs')})" in message


def test_what_could_not_be_compared_is_not_the_same() -> None:
    equal = compared(SINGLE, {"target": target(differences=0, elements=[])})
    check_differences(equal, 0)
    failed = [*equal, *compared(SINGLE, NO_DOM)]
    assert failure(failed, 99).kind == "not_compared" and "1 of 2" in failure(failed, 99).message
    assert "no DOM" in failure(failed, 99).message
    assert failure([], 99).kind == "not_compared"
