# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Found, proven absent, or unproven: nothing in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, Damaged, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Page, Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    number_in,
    text_in,
    texts_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction, Unproven

WANTED: Item = {"id": 1, "name": "shop", "owner": 7}
OTHER: Item = {"id": 2, "name": "blog", "owner": 7}


def is_shop(item: Item) -> bool:
    return text_in(item, "name") == "shop"


def is_of_seven(item: Item) -> bool:
    return number_in(item, "owner") == 7


class Time:
    def __init__(self) -> None:
        self.now = 50.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def reading_of(*items: Item) -> Reading:
    return Reading(lambda skip: Page(list(items[skip:]), len(items)), "id")


def find(
    *items: Item, evidence: Evidence | None = None, criteria: tuple[Criterion, ...] = (is_shop, is_of_seven)
) -> Any:
    return (evidence or Evidence()).find("database shop", reading_of(*items), "id", *criteria)


def test_thing_is_found_among_others() -> None:
    assert find(OTHER, WANTED) is WANTED


def test_absence_is_proven_by_others_that_can_be_read() -> None:
    assert find(OTHER) == Absence("database shop")
    assert find() == Absence("database shop")


@pytest.mark.parametrize("name", [None, 5, ["shop"], {}, "", " ", True])
def test_item_that_may_be_the_one_is_unproven(name: Any) -> None:
    with pytest.raises(Unproven) as caught:
        find(OTHER, {**WANTED, "name": name})
    error = caught.value
    assert error.kind == "unproven"
    assert error.facts["unproven"]["id"] == "1"
    assert error.facts["unproven"]["property"] == "name"
    assert "database shop" in error.message and "name" in error.message and "1" in error.message
    assert "accept_unproven: ['1']" in error.hint


def test_missing_property_is_named_missing_and_null_null() -> None:
    with pytest.raises(Unproven, match="name of the item with id 1 is missing"):
        find({"id": 1, "owner": 7})
    with pytest.raises(Unproven, match="name of the item with id 1 is null"):
        find({"id": 1, "owner": 7, "name": None})


def test_readable_part_that_proves_it_another_thing_is_enough() -> None:
    assert find({"id": 1, "name": None, "owner": 8}) == Absence("database shop")
    assert find({"id": 1, "name": "blog", "owner": None}) == Absence("database shop")


def test_unreadable_unrelated_item_does_not_hide_a_match() -> None:
    assert find({"id": 3}, WANTED) is WANTED


def test_two_are_one_too_many() -> None:
    with pytest.raises(ToolkitError) as caught:
        find(WANTED, {**WANTED, "id": 4})
    assert caught.value.kind == "ambiguous"
    assert "1, 4" in caught.value.message


def test_excepted_item_is_left_out_with_a_warning_and_no_other() -> None:
    warnings: list[str] = []
    evidence = Evidence(["1"], warnings.append)
    broken = {**WANTED, "name": None}
    assert find(broken, evidence=evidence) == Absence("database shop")
    assert len(warnings) == 1 and warnings[0].startswith("1 is left out")
    with pytest.raises(Unproven):
        find(broken, {**broken, "id": 2}, evidence=evidence)


@pytest.mark.parametrize("item_id", [None, True, "", [1]])
def test_item_without_an_id_cannot_be_excepted(item_id: Any) -> None:
    with pytest.raises(Unproven) as caught:
        find({"id": item_id, "owner": 7}, evidence=Evidence(["None", "True", "", "[1]"]))
    assert caught.value.facts["unproven"]["id"] is None
    assert "accept_unproven" not in caught.value.hint


def test_absence_needs_the_end_of_the_collection() -> None:
    asked: list[int] = []

    def read_page(skip: int) -> Page:
        asked.append(skip)
        return Page([OTHER, WANTED][skip : skip + 1], 1)

    assert Evidence().find("database shop", Reading(read_page, "id"), "id", is_shop) is WANTED
    assert asked == [0, 1, 2]


def raises(error: Exception) -> Callable[[int], Page]:
    def read_page(_skip: int) -> Page:
        raise error

    return read_page


@pytest.mark.parametrize(
    "error",
    [
        Damaged("GET /v2/things", "HTTP 204 does not answer."),
        ToolkitError("paging", "It moved."),
        Unreadable("x", None),
    ],
)
def test_response_that_says_nothing_is_unproven(error: Exception) -> None:
    with pytest.raises(Unproven, match="database shop"):
        Evidence().find("database shop", Reading(raises(error), "id"), "id", is_shop)


@pytest.mark.parametrize("kind", ["unauthorized", "server_error", "not_found", "connection"])
def test_error_from_the_api_is_kept(kind: str) -> None:
    with pytest.raises(ApiError) as caught:
        Evidence().find("database shop", Reading(raises(ApiError(kind, "GET /v2/things", "no")), "id"), "id", is_shop)
    assert caught.value.kind == kind


def test_contradiction_is_asked_about_again_until_it_settles() -> None:
    time = Time()
    answers: list[Exception | str] = [Contradiction("it", "no"), Contradiction("it", "no"), "yes"]

    def ask() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    evidence = Evidence(settle_time=10, clock=time, sleep=time.sleep)
    assert evidence.agreed(ask) == "yes"
    assert time.pauses == [1.0, 2.0]


def test_contradiction_that_stays_ends_with_the_settle_time() -> None:
    time = Time()
    evidence = Evidence(settle_time=100, clock=time, sleep=time.sleep)

    def ask() -> None:
        raise Contradiction("it", "no", item_id="5")

    with pytest.raises(Unproven):
        evidence.agreed(ask)
    assert time.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert sum(time.pauses) <= 100


def test_contradiction_is_not_waited_for_without_a_settle_time() -> None:
    time = Time()

    def ask() -> None:
        raise Contradiction("it", "no")

    with pytest.raises(Unproven):
        Evidence(clock=time, sleep=time.sleep).agreed(ask)
    assert time.pauses == []


def test_unproven_is_not_asked_about_again() -> None:
    time = Time()

    def ask() -> None:
        raise Unproven("it", "no")

    with pytest.raises(Unproven):
        Evidence(settle_time=100, clock=time, sleep=time.sleep).agreed(ask)
    assert time.pauses == []


def test_absence_in_a_collection_that_is_complete() -> None:
    evidence = Evidence()
    assert evidence.absent_in("database shop", [OTHER], "id", is_shop) == Absence("database shop")
    with pytest.raises(Unproven, match="id 1 seems to be it"):
        evidence.absent_in("database shop", [OTHER, WANTED], "id", is_shop)
    with pytest.raises(Unproven, match="name of the item with id 3 is missing"):
        evidence.absent_in("database shop", [{"id": 3}], "id", is_shop)


def test_part_that_cannot_be_read_is_unproven_unless_it_is_excepted() -> None:
    warnings: list[str] = []
    evidence = Evidence(["example.com"], warnings.append)

    def part(evidence: Evidence, zone: Item, item_id: str = "example.com") -> list[str]:
        return evidence.part("an alias", item_id, lambda: texts_in(zone, "aliases"), without=["none"])

    assert part(evidence, {"aliases": ["a"]}) == ["a"] and warnings == []
    assert part(evidence, {"aliases": None}) == ["none"] and "example.com is left out" in warnings[0]
    for strict, item_id in ((Evidence(), "example.com"), (evidence, "example.net")):
        with pytest.raises(Unproven, match="aliases of example") as caught:
            part(strict, {}, item_id)
        assert caught.value.facts["unproven"] == {"id": item_id, "property": "aliases", "value": "missing"}
