# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections whose pages are short, repeat themselves, shift or never end."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.faults.conftest import READ, Bench, Call
from tests.faults.front import Front, Request, answer

pytestmark = [pytest.mark.faults, pytest.mark.row(27, "read")]

ACCOUNTS = [{"id": number, "identifier": f"a{number}.example", "servicepack_id": 1002} for number in range(10)]

#: Returns the items from this offset on and the reported total, at the given request number.
Pages = Callable[[int, int], tuple[list[dict[str, object]], int]]


def short(skip: int, _request: int) -> tuple[list[dict[str, object]], int]:
    """Fewer items than requested."""
    return ACCOUNTS[skip : skip + 3], 10


def shifting(skip: int, request: int) -> tuple[list[dict[str, object]], int]:
    """After the first page one of its accounts is removed, and the others move up."""
    left = ACCOUNTS if request == 0 else ACCOUNTS[1:]
    return left[skip : skip + 3], len(left)


def repeated(_skip: int, _request: int) -> tuple[list[dict[str, object]], int]:
    """Return the first page repeatedly."""
    return ACCOUNTS[:3], 10


def endless(skip: int, _request: int) -> tuple[list[dict[str, object]], int]:
    """An empty page before the total is reached."""
    return ACCOUNTS[skip:6], 10


def growing(skip: int, request: int) -> tuple[list[dict[str, object]], int]:
    """Return a different total each time."""
    return ACCOUNTS[skip : skip + 3], 10 + request


def read(new_bench: Callable[[Call], Bench], pages: Pages) -> dict[str, object]:
    """Return what a module finds in such pages, with a bounded number of requests."""

    def script(front: Front, request: Request, _connection: socket.socket) -> bytes:
        query = parse_qs(urlsplit(request.target).query)
        items, total = pages(int(query.get("skip", ["0"])[0]), len(front.requests) - 1)
        return answer(200, json.dumps(items).encode(), X_Paging_TotalResults=str(total))

    with Front(None, script) as front:
        child = new_bench(READ).child(api_url=front.url)
        child.module = "reseller_account_info"
        result = child.start().result()
        assert len(front.requests) < 30
    assert result is not None
    return result


@pytest.mark.parametrize(("pages", "found"), [(short, ACCOUNTS), (shifting, ACCOUNTS[1:])])
def test_all_are_found_once(new_bench: Callable[[Call], Bench], pages: Pages, found: list[dict[str, object]]) -> None:
    accounts = read(new_bench, pages)["accounts"]
    assert isinstance(accounts, list)
    assert [account["id"] for account in accounts] == [account["id"] for account in found]


@pytest.mark.parametrize("pages", [repeated, endless, growing])
def test_collection_that_makes_no_sense_is_an_error(new_bench: Callable[[Call], Bench], pages: Pages) -> None:
    result = read(new_bench, pages)
    assert result["failed"] and result["error"]["kind"] == "paging"  # type: ignore[index]
