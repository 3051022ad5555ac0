# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections come complete, without duplicates, and without an endless loop."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import ATTEMPTS, Page, read_all


def items(count: int) -> list[dict[str, Any]]:
    return [{"id": number} for number in range(count)]


def identity(item: dict[str, Any]) -> Any:
    return item["id"]


@given(st.integers(0, 60), st.lists(st.integers(1, 7), min_size=1, max_size=50))
def test_short_pages_are_read_to_the_end(total: int, sizes: list[int]) -> None:
    """A server may return fewer than asked for, and each time another number."""
    everything, asked = items(total), []

    def read_page(skip: int) -> Page:
        asked.append(skip)
        size = sizes[(len(asked) - 1) % len(sizes)]
        return Page(everything[skip : skip + size], total)

    assert read_all(read_page, identity) == everything
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
        found = [item["id"] for item in read_all(read_page, identity)]
    except ToolkitError as error:
        assert error.kind == "paging"
    else:
        assert len(found) == len(set(found))


def test_collection_that_grew_meanwhile_is_read_again() -> None:
    totals = iter([3, 4, 4, 4])

    def read_page(skip: int) -> Page:
        total = next(totals)
        return Page(items(total)[skip : skip + 2], total)

    assert read_all(read_page, identity) == items(4)


@pytest.mark.parametrize("second", [[{"id": 0}, {"id": 1}], [{"id": 1}, {"id": 2}], []])
def test_repeated_or_empty_page_is_an_error_in_the_end(second: list[dict[str, Any]]) -> None:
    calls = []

    def read_page(skip: int) -> Page:
        calls.append(skip)
        return Page(second if skip else items(2), 4)

    with pytest.raises(ToolkitError) as caught:
        read_all(read_page, identity)
    assert caught.value.kind == "paging"
    assert calls == [0, 2] * ATTEMPTS


def test_server_that_tells_no_total_has_one_page() -> None:
    assert read_all(lambda skip: Page(items(3), None), identity) == items(3)
