# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registration tokens are counted before one is created, because nothing distinguishes a new one from others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import runners
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Page, Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

Find = Callable[[], Any]


class Server:
    """A client of an instance with some registration tokens.

    Attributes:
        tokens: their numbers.
        by_others: how many tokens another run creates before each creation of this one.
        total: the total that the server reports, if it is wrong.
    """

    def __init__(self, tokens: int, by_others: int = 0, total: int | None = None) -> None:
        self.tokens = list(range(1, tokens + 1))
        self.by_others = by_others
        self.total = total
        self.evidence = Evidence()
        self.created = 0

    def reading(self, path: str, **options: Any) -> Reading:
        def page(start: int) -> Page:
            items = [{"id": number, "registration_token": f"ptrrt-{number}"} for number in self.tokens[start:]]
            return Page(items, len(self.tokens) if self.total is None else self.total)

        return Reading(page, "id")

    def post_free(self, path: str, body: Any, absence: Any, find: Find) -> None:
        assert isinstance(absence, Absence) and path == "/runners/registration-tokens/generate" and body is None
        for _time in range(self.by_others):
            self.tokens.append(len(self.tokens) + 1)
        if isinstance(find(), Absence):
            self.tokens.append(len(self.tokens) + 1)
            self.created += 1


@pytest.mark.parametrize(("existing", "wanted", "created"), [(0, 1, 1), (1, 3, 2), (3, 3, 0), (5, 3, 0)])
def test_as_many_are_created_as_are_missing(existing: int, wanted: int, created: int) -> None:
    server: Any = Server(existing)
    runners.add_tokens(server, existing, wanted)
    assert server.created == created and len(server.tokens) == max(existing, wanted)


def test_those_of_another_run_count() -> None:
    server: Any = Server(1, by_others=1)
    runners.add_tokens(server, 1, 3)
    assert server.created == 0 and len(server.tokens) == 3


def test_nothing_is_created_if_they_cannot_be_counted() -> None:
    server: Any = Server(1, total=7)
    with pytest.raises(Unproven, match="registration token number 2"):
        runners.add_tokens(server, 1, 2)
    assert server.created == 0


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"id": 2, "registration_token": None}, 2),
        ({"id": None, "registration_token": "ptrrt-3"}, 3),
        ({"id": 9, "registration_token": None}, None),
        ({"id": None, "registration_token": "ptrrt-"}, None),
    ],
)
def test_token_is_found_by_its_id_or_its_text(wanted: dict[str, Any], found: int | None) -> None:
    server: Any = Server(3)
    token = runners.find_token(server, wanted)
    assert (token and token["id"]) == found


def test_two_runners_of_one_name_are_an_error() -> None:
    server: Any = Server(0)
    runner = {"name": "one"}
    server.reading = lambda *_path, **_query: Reading(
        lambda start: Page([{**runner, "id": 1}, {**runner, "id": 2}][start:], 2), "id"
    )
    with pytest.raises(ToolkitError, match="exists 2 times"):
        runners.find_runner(server, "one")
