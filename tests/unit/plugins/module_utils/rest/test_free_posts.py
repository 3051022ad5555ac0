# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Free things are added once, also if a response is lost and the thing is visible later."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import LOOKS, Resources
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.sent_notes import NAMESPACE, SentNote
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

LOST = OutcomeUnknown("POST /v2/things", "the outcome is unknown.")
REFUSED = ApiError("invalid_request", "POST /v2/things", "no.", status=400)


class Server:
    """Replaces the HTTP client: answers POSTs as configured, and counts them."""

    def __init__(self, *answers: BaseException | None) -> None:
        self._answers = list(answers)
        self.posts = 0

    def request(self, method: str, path: str, **_more: Any) -> None:
        assert (method, path) == ("POST", "/things")
        self.posts += 1
        answer = self._answers.pop(0)
        if answer is not None:
            raise answer


THING = {"id": 1}
ABSENT = Evidence().absent("thing")
UNPROVEN = Unproven("thing", "its name is null")


def resources(tmp_path: Path, server: Server, pauses: list[float] | None = None) -> Resources:
    slept: list[float] = [] if pauses is None else pauses
    return Resources(cast(Any, server), api_url="", storage=FileStorage(str(tmp_path)), sleep=slept.append)


def add(tmp_path: Path, server: Server, *sights: bool | ToolkitError) -> list[float]:
    """Add a thing that each search finds, proves absent, or fails on; return the pauses."""
    pauses: list[float] = []
    looks = iter(sights)

    def find() -> Item | Absence:
        look = next(looks)
        if isinstance(look, ToolkitError):
            raise look
        return THING if look else ABSENT

    # A separate state: no other process had a turn.
    folder = tmp_path / secrets.token_hex(4)
    resources(folder, server, pauses).post_free("/things", {}, ABSENT, find)
    assert next(looks, None) is None
    return pauses


def test_response_decides(tmp_path: Path) -> None:
    server = Server(None)
    assert add(tmp_path, server) == [] and server.posts == 1


@pytest.mark.parametrize("proof", [None, {}, False, True, THING])
def test_nothing_is_added_without_a_proof(tmp_path: Path, proof: Any) -> None:
    server = Server(None)
    with pytest.raises(TypeError, match="proof"):
        resources(tmp_path, server).post_free("/things", {}, proof, lambda: ABSENT)
    assert server.posts == 0


def test_what_shows_later_is_not_added_again(tmp_path: Path) -> None:
    for number in range(len(LOOKS) + 1):
        server = Server(LOST)
        assert add(tmp_path, server, *[False] * number, True) == list(LOOKS[:number])
        assert server.posts == 1


def test_thing_that_never_shows_is_resent(tmp_path: Path) -> None:
    server = Server(LOST, None)
    assert add(tmp_path, server, *[False] * (len(LOOKS) + 1)) == list(LOOKS)
    assert server.posts == 2
    with pytest.raises(OutcomeUnknown):
        add(tmp_path, Server(LOST, LOST), *[False] * (len(LOOKS) + 1))


@pytest.mark.parametrize("failure", [UNPROVEN, ApiError("server_error", "GET /v2/things", "no.", status=500)])
def test_look_that_proves_nothing_is_no_reason_to_send_again(tmp_path: Path, failure: ToolkitError) -> None:
    server = Server(LOST, None)
    with pytest.raises(OutcomeUnknown) as caught:
        add(tmp_path, server, *[False] * len(LOOKS), failure)
    assert server.posts == 1 and failure.message in str(caught.value)
    assert "Nothing was sent" not in str(caught.value)


def test_look_that_fails_once_does_not_end_the_search(tmp_path: Path) -> None:
    server = Server(LOST)
    assert add(tmp_path, server, UNPROVEN, True) == [LOOKS[0]] and server.posts == 1


def test_refused_value_may_exist_already(tmp_path: Path) -> None:
    for status in (400, 409):
        server = Server(ApiError("invalid_request", "POST /v2/things", "no.", status=status))
        assert add(tmp_path, server, True) == [] and server.posts == 1
    for look in (False, UNPROVEN):
        with pytest.raises(ApiError, match="no"):
            add(tmp_path, Server(REFUSED), look)
    with pytest.raises(ApiError, match="no"):
        add(tmp_path, Server(ApiError("forbidden", "POST /v2/things", "no.", status=403)))


def test_addition_by_another_process_is_searched_first(tmp_path: Path) -> None:
    server = Server(None, None)
    late, first = resources(tmp_path, server), resources(tmp_path, server)
    first.post_free("/things", {}, ABSENT, lambda: ABSENT)

    def unproven() -> Absence:
        raise UNPROVEN

    with pytest.raises(Unproven):
        late.post_free("/things", {}, ABSENT, unproven)
    first.post_free("/things", {}, ABSENT, lambda: ABSENT)
    assert server.posts == 2
    assert late.post_free("/things", {}, ABSENT, lambda: THING) is None
    assert server.posts == 2


class Noting(Resources):
    """Notes what it sends."""

    notes_posts = True


class Killed(BaseException):
    """The end of a process while it waits for a response."""


@pytest.mark.parametrize("end", [Killed(), LOST])
def test_thing_of_an_earlier_run_is_waited_for(tmp_path: Path, end: BaseException) -> None:
    server = Server(end, *[LOST] * isinstance(end, OutcomeUnknown), None, None)
    pauses: list[float] = []
    sights: list[bool] = []

    def add_noted(title: str = "thing") -> Any:
        proof = Evidence().absent(title)
        client = Noting(cast(Any, server), api_url="", storage=FileStorage(str(tmp_path)), sleep=pauses.append)
        return client.post_free("/things", {}, proof, lambda: THING if sights and sights.pop(0) else proof)

    with pytest.raises(type(end)):
        add_noted()
    sent = server.posts
    pauses.clear()
    # It shows at the second look.
    sights[:] = [False, True]
    assert add_noted() is None and server.posts == sent and pauses == [LOOKS[0]]
    # Then its outcome is known.
    pauses.clear()
    add_noted()
    assert pauses == [] and server.posts == sent + 1


def test_thing_of_an_earlier_run_that_never_shows_is_sent_again_once(tmp_path: Path) -> None:
    server = Server(Killed(), None, None, None)
    pauses: list[float] = []
    client = Noting(cast(Any, server), api_url="", storage=FileStorage(str(tmp_path)), sleep=pauses.append)
    with pytest.raises(Killed):
        client.post_free("/things", {}, ABSENT, lambda: ABSENT)
    # Something else has nothing to do with it.
    client.post_free("/things", {}, Evidence().absent("other"), lambda: ABSENT)
    assert pauses == []
    client.post_free("/things", {}, ABSENT, lambda: ABSENT)
    assert pauses == list(LOOKS)
    client.post_free("/things", {}, ABSENT, lambda: ABSENT)
    assert pauses == list(LOOKS) and server.posts == 4


def test_outcome_that_is_known_leaves_no_note(tmp_path: Path) -> None:
    for answer in (None, REFUSED):
        server, storage = Server(answer), FileStorage(str(tmp_path))
        client = Noting(cast(Any, server), api_url="", storage=storage)
        try:
            client.post_free("/things", {}, ABSENT, lambda: ABSENT)
        except ApiError as error:
            assert error is REFUSED
        assert storage.list_names(NAMESPACE) == {}
        assert not SentNote(storage, " /things thing").is_open(60)


def test_old_note_and_unreadable_one_do_not_count(tmp_path: Path) -> None:
    now = 1_000_000.0
    note = SentNote(FileStorage(str(tmp_path)), "a thing", clock=lambda: now)
    with pytest.raises(Killed), note.until_known():
        raise Killed
    assert note.is_open(5)
    now += 6
    assert not note.is_open(5)
    (file,) = (tmp_path / NAMESPACE).iterdir()
    file.write_text("nonsense")
    assert not note.is_open(5)
