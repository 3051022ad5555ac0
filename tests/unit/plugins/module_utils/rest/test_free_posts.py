# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What costs nothing is added once, also when an answer is lost and the thing shows a moment later."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, OutcomeUnknown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import LOOKS, Resources

LOST = OutcomeUnknown("POST /v2/things", "the outcome is unknown.")
REFUSED = ApiError("invalid_request", "POST /v2/things", "no.", status=400)


class Server:
    """Stands for the HTTP client: answers posts as told, and counts them."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)
        self.posts = 0

    def request(self, method: str, path: str, **_more: Any) -> None:
        assert (method, path) == ("POST", "/things")
        self.posts += 1
        answer = self._answers.pop(0)
        if answer is not None:
            raise answer


def add(tmp_path: Path, server: Server, *sights: bool) -> list[float]:
    """Add a thing that is seen or not at each look; returns the pauses."""
    pauses: list[float] = []
    looks = iter(sights)
    # A state of its own: nobody else had a turn.
    folder = str(tmp_path / secrets.token_hex(4))
    resources = Resources(cast(Any, server), api_url="", state_dir=folder, sleep=pauses.append)
    resources.post_free("/things", {}, lambda: next(looks))
    assert next(looks, None) is None
    return pauses


def test_answer_decides(tmp_path: Path) -> None:
    server = Server(None)
    assert add(tmp_path, server) == [] and server.posts == 1


def test_what_shows_later_is_not_added_again(tmp_path: Path) -> None:
    for number in range(len(LOOKS) + 1):
        server = Server(LOST)
        assert add(tmp_path, server, *[False] * number, True) == list(LOOKS[:number])
        assert server.posts == 1


def test_what_never_shows_is_sent_once_more(tmp_path: Path) -> None:
    server = Server(LOST, None)
    assert add(tmp_path, server, *[False] * (len(LOOKS) + 1)) == list(LOOKS)
    assert server.posts == 2
    with pytest.raises(OutcomeUnknown):
        add(tmp_path, Server(LOST, LOST), *[False] * (len(LOOKS) + 1))


def test_what_is_refused_may_be_there_already(tmp_path: Path) -> None:
    server = Server(REFUSED)
    assert add(tmp_path, server, True) == [] and server.posts == 1
    with pytest.raises(ApiError, match="no"):
        add(tmp_path, Server(REFUSED), False)
