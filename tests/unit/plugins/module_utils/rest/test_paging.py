# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections are read completely, without duplicates, and without an endless loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import (
    ATTEMPTS,
    Page,
    Reading,
    total_in,
)


def items(count: int) -> list[dict[str, Any]]:
    return [{"id": number} for number in range(count)]


def read_all(read_page: Callable[[int], Page]) -> list[dict[str, Any]]:
    return Reading(read_page, "id").items()


@given(st.integers(0, 60), st.lists(st.integers(1, 7), min_size=1, max_size=50))
def test_short_pages_are_read_to_the_end(total: int, sizes: list[int]) -> None:
    """A server may return fewer items than requested, and a different number each time."""
    everything, asked = items(total), []

    def read_page(skip: int) -> Page:
        asked.append(skip)
        size = sizes[(len(asked) - 1) % len(sizes)]
        return Page(everything[skip : skip + size], total)

    assert read_all(read_page) == everything
    assert len(asked) == len(set(asked))


@given(
    st.lists(st.tuples(st.lists(st.integers(0, 9), max_size=4), st.one_of(st.none(), st.integers(0, 12))), min_size=1)
)
def test_whatever_a_server_does_it_ends_without_duplicates(pages: list[tuple[list[int], int | None]]) -> None:
    calls = 0

    def read_page(skip: int) -> Page:
        nonlocal calls
        numbers, total = pages[calls % len(pages)]
        calls += 1
        assert calls < 500
        return Page([{"id": number} for number in numbers], total)

    try:
        found = [item["id"] for item in read_all(read_page)]
    except ToolkitError as error:
        assert error.kind == "paging"
    else:
        assert len(found) == len(set(found))


def test_collection_that_grew_between_pages_is_read_again() -> None:
    totals = iter([3, 4, 4, 4])

    def read_page(skip: int) -> Page:
        total = next(totals)
        return Page(items(total)[skip : skip + 2], total)

    assert read_all(read_page) == items(4)


@pytest.mark.parametrize("second", [[{"id": 0}, {"id": 1}], [{"id": 1}, {"id": 2}], []])
def test_repeated_or_empty_page_is_an_error_in_the_end(second: list[dict[str, Any]]) -> None:
    calls = []

    def read_page(skip: int) -> Page:
        calls.append(skip)
        return Page(second if skip else items(2), 4)

    with pytest.raises(ToolkitError) as caught:
        read_all(read_page)
    assert caught.value.kind == "paging"
    assert calls == [0, 2] * ATTEMPTS


class Server:
    """A server of 40 items in pages of 25 at most that reports these totals."""

    def __init__(self, *totals: int | None, count: int = 40) -> None:
        self.totals, self.count = totals, count
        self.asked: list[int] = []

    def __call__(self, skip: int) -> Page:
        self.asked.append(skip)
        total = self.totals[min(len(self.asked), len(self.totals)) - 1]
        return Page(items(self.count)[skip : skip + 25], total)


@pytest.mark.parametrize("totals", [(None,), (25,), (None, 40), (40, None), (0,), (39,)])
def test_total_that_is_not_consistent_is_no_reason_to_stop(totals: tuple[int | None, ...]) -> None:
    server = Server(*totals)
    assert Reading(server, "id").all_items() == items(40)
    assert server.asked == [0, 25, 40]


@pytest.mark.parametrize("way", ["items", "all_items"])
def test_total_that_changed_is_noticed_although_the_counts_agree(way: str) -> None:
    """Between two pages the first item was removed and two others were added: the third one moved to the page already
    read.
    """
    before, after = [{"id": number} for number in (0, 1, 2)], [{"id": number} for number in (1, 2, 3, 4)]
    asked = []

    def read_page(skip: int) -> Page:
        asked.append(skip)
        there = before if len(asked) == 1 else after
        return Page(there[skip : skip + 2], len(there))

    assert getattr(Reading(read_page, "id"), way)() == after


def test_page_without_a_total_makes_later_totals_no_reason_to_stop() -> None:
    asked = []

    def read_page(skip: int) -> Page:
        asked.append(skip)
        return Page(items(3)[skip : skip + 2], 3 if skip else None)

    assert read_all(read_page) == items(3)
    assert asked == [0, 2, 3]


def test_unreadable_item_that_comes_twice_in_another_order_is_read_again() -> None:
    pages = iter([[{"id": None, "a": 1}], [{"a": 1, "id": None}], [{"id": None, "a": 1}], []])
    assert read_all(lambda skip: Page(next(pages), None)) == [{"id": None, "a": 1}]


def test_consistent_total_spares_the_empty_page_without_a_proof() -> None:
    server = Server(40)
    reading = Reading(server, "id")
    assert reading.items() == items(40)
    assert server.asked == [0, 25]
    assert reading.all_items() == items(40)
    assert server.asked == [0, 25, 40]
    assert reading.items() == reading.all_items() == items(40)
    assert server.asked == [0, 25, 40]


def test_total_that_was_too_small_is_found_out_at_the_end() -> None:
    server = Server(25)
    reading = Reading(server, "id")
    assert reading.items() == items(25)
    assert reading.all_items() == items(40)


@pytest.mark.parametrize("count", [0, 1])
def test_empty_page_ends_a_collection_without_a_total(count: int) -> None:
    server = Server(None, count=count)
    assert Reading(server, "id").items() == items(count)
    assert server.asked == [0, 1][: count + 1]


def test_total_that_promises_more_than_comes_is_an_error() -> None:
    server = Server(41)
    with pytest.raises(ToolkitError) as caught:
        Reading(server, "id").all_items()
    assert caught.value.kind == "paging"
    assert server.asked == [0, 25, 40] * ATTEMPTS


def test_items_without_a_readable_identity_are_all_kept() -> None:
    odd: list[dict[str, Any]] = [{}, {}, {"id": None}, {"id": True}, {"id": [1]}, {"id": 1}]
    reading = Reading(lambda skip: Page(odd[skip : skip + 4], None), "id")
    assert reading.all_items() == odd


def test_server_that_ignores_skip_is_found_out_even_without_identities() -> None:
    with pytest.raises(ToolkitError):
        Reading(lambda _skip: Page([{}, {}], None), "id").all_items()


def test_collection_without_pages_is_read_once() -> None:
    server = Server(None, count=3)
    reading = Reading(server, None)
    assert reading.all_items() == reading.items() == items(3)
    assert server.asked == [0]


@pytest.mark.parametrize(
    ("header", "total"),
    [
        ("40", 40),
        (" 40 ", 40),
        ("0", 0),
        ("9" * 15, 10**15 - 1),
        *((text, None) for text in (None, "", "40, 40", "²", "٤٠", "-1", "4e1", "9" * 16)),
    ],
)
def test_total_is_one_decimal_number_or_unknown(header: str | None, total: int | None) -> None:
    assert total_in(header) == total
