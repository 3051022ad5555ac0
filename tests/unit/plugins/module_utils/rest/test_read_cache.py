# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared read cache of one run: when it is used, when it is refreshed, and that it is safe."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.cached_responses import (
    LEFT_OVER,
    LIFETIME,
    SINGLE_QUESTIONS,
    WRITES,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import ReadCache

HOSTING = "/linuxhostings/example.com"


class CachedServer:
    """A server with one answer, a clock, and the tasks that read."""

    def __init__(self, folder: Path) -> None:
        self.storage = FileStorage(str(folder))
        self.folder = folder / "reads/me"
        self.now = 1_000_000.0
        self.answer: Any = {"php": "8.3"}
        self.asked = 0

    def task(self, run: str = "run1") -> ReadCache:
        return ReadCache(self.storage, "me", run, clock=lambda: self.now)

    def read(self) -> Any:
        self.asked += 1
        return self.answer

    def get(self, task: ReadCache, enough: Callable[[Any], bool] = lambda _answer: True) -> Any:
        return task.get(HOSTING, HOSTING, self.read, enough)


@pytest.fixture
def server(tmp_path: Path) -> CachedServer:
    return CachedServer(tmp_path)


def test_tasks_of_a_run_ask_once(server: CachedServer) -> None:
    assert [server.get(server.task()) for _number in range(3)] == [{"php": "8.3"}] * 3
    assert server.asked == 1


def test_other_runs_ask_themselves(server: CachedServer) -> None:
    server.get(server.task("run1"))
    server.get(server.task("run2"))
    assert server.asked == 2


def test_nothing_is_shared_without_a_run(server: CachedServer) -> None:
    server.get(server.task())
    server.get(server.task(""))
    server.get(server.task(""))
    assert server.asked == 3


def test_an_insufficient_response_is_requested_again_and_replaced(server: CachedServer) -> None:
    server.get(server.task())
    server.answer = {"php": "8.4"}
    assert server.get(server.task(), lambda answer: answer["php"] == "8.4") == {"php": "8.4"}
    assert server.get(server.task()) == {"php": "8.4"}
    assert server.asked == 2


def test_a_response_that_looks_wrong_is_requested_again(server: CachedServer) -> None:
    def enough(_answer: Any) -> bool:
        raise ToolkitError("path_differs", "It has another folder.")

    server.get(server.task())
    server.get(server.task(), enough)
    assert server.asked == 2


def test_missing_value_is_not_stored(server: CachedServer) -> None:
    server.answer = None
    assert [server.get(server.task()) for _number in range(2)] == [None, None]
    assert server.asked == 2


@pytest.mark.parametrize(("seconds", "asked"), [(LIFETIME - 1, 1), (LIFETIME, 2), (-1, 2)])
def test_it_lives_for_a_while_and_not_before_it_was_asked(server: CachedServer, seconds: float, asked: int) -> None:
    server.get(server.task())
    server.now += seconds
    server.get(server.task())
    assert server.asked == asked


def test_a_response_of_the_future_is_not_trusted_before_nor_for_longer_than_one_of_now(server: CachedServer) -> None:
    server.now += 3600
    server.get(server.task())
    server.now -= 3600
    server.answer = {"php": "8.4"}
    assert [server.get(server.task()) for _number in range(2)] == [{"php": "8.4"}] * 2
    assert server.asked == 2
    server.now += LIFETIME
    server.get(server.task())
    assert server.asked == 3


@pytest.mark.parametrize("path", [HOSTING, f"{HOSTING}/ssh/keys", "/LinuxHostings/Example.com/settings", "/"])
def test_what_the_run_wrote_to_is_asked_for_a_while(server: CachedServer, path: str) -> None:
    server.get(server.task())
    with server.task().writing(path):
        pass
    for _number in range(2):
        server.now += LIFETIME / 2
        server.get(server.task())
    assert server.asked == 3
    server.now += 1
    server.get(server.task())
    server.get(server.task())
    assert server.asked == 4


def test_what_others_are_about_is_left_alone(server: CachedServer) -> None:
    server.get(server.task())
    with server.task().writing("/linuxhostings/example.org/ssh/keys"):
        pass
    server.get(server.task())
    assert server.asked == 1


def test_a_write_that_is_cut_off_is_noted(server: CachedServer) -> None:
    server.get(server.task())
    server.task().writing(HOSTING).__enter__()
    server.get(server.task())
    assert server.asked == 2


@pytest.mark.parametrize("run", ["run2", ""])
def test_writes_of_others_count_from_their_end(server: CachedServer, run: str) -> None:
    server.get(server.task())
    with server.task(run).writing(HOSTING):
        server.now += 1
        server.get(server.task())
    server.get(server.task())
    assert server.asked == 3


def test_those_who_ask_at_once_ask_once(server: CachedServer) -> None:
    both = threading.Barrier(4)
    got = []

    def read() -> Any:
        server.asked += 1
        threading.Event().wait(0.2)
        return ["an answer"]

    def ask() -> None:
        both.wait()
        got.append(server.task().get("/all", "/all", read, lambda _answer: True))

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got, server.asked) == ([["an answer"]] * 4, 1)


def test_a_list_is_asked_for_after_some_single_questions(server: CachedServer) -> None:
    server.answer = [{"id": 1}]
    told = [server.task().listed("/all", f"/all/{number}", server.read) for number in range(6)]
    assert told == [None] * SINGLE_QUESTIONS + [[{"id": 1}]] * 3
    assert server.asked == 1
    with server.task().writing("/all/2"):
        pass
    assert server.task().listed("/all", "/all/2", server.read) is None
    assert server.task().listed("/all", "/all/3", server.read) == [{"id": 1}]


def told_at_the_same_moment(server: CachedServer, name: str, tasks: int) -> list[Any]:
    """Return the responses to this number of tasks that read a list at once."""
    together = threading.Barrier(tasks)
    told: list[Any] = []

    def ask(number: int) -> None:
        together.wait()
        told.append(server.task().listed(name, f"{name}/{number}", server.read))

    threads = [threading.Thread(target=ask, args=[number]) for number in range(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_single_questions_at_the_same_moment_are_counted_one_by_one(server: CachedServer) -> None:
    server.answer = [{"id": 1}]
    for turn in range(100):
        assert told_at_the_same_moment(server, f"/all{turn}", 4).count(None) == SINGLE_QUESTIONS


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{", b'{"at": "x", "value": 1}', b'{"value": 1}', b'{"at": 1000000}', b"\xff"]
)
def test_a_damaged_file_counts_as_missing(server: CachedServer, content: bytes) -> None:
    server.get(server.task())
    for file in (server.folder / "run1").glob("*.json"):
        file.write_bytes(content)
    assert server.get(server.task()) == {"php": "8.3"}
    assert server.asked == 2


def test_a_folder_that_cannot_be_made_only_costs_requests(server: CachedServer) -> None:
    server.folder.parent.mkdir()
    server.folder.write_text("in the way")
    for _number in range(2):
        with server.task().writing(HOSTING):
            server.get(server.task())
        assert server.task().listed("/all", "/all/1", server.read) is None
    assert server.asked == 2


def test_what_cannot_be_called_old_is_removed(server: CachedServer) -> None:
    server.get(server.task())
    (server.folder / WRITES).write_text("in the way")
    with server.task().writing(HOSTING):
        pass
    assert not server.folder.exists()
    server.get(server.task())
    assert server.asked == 2


def test_only_the_user_may_read_it(server: CachedServer) -> None:
    server.get(server.task())
    with server.task().writing(HOSTING):
        pass
    made = list(server.folder.rglob("*"))
    assert made and all(path.stat().st_mode & 0o077 == 0 for path in made if path.is_dir())
    answers = [path for path in made if path.suffix == ".json"]
    assert answers and all(path.stat().st_mode & 0o777 == 0o600 for path in answers)


def test_a_new_run_removes_what_old_ones_left(server: CachedServer) -> None:
    server.get(server.task("old"))
    with server.task("old").writing(HOSTING):
        pass
    server.get(server.task("young"))
    for path in (server.folder / "old", *(server.folder / WRITES).iterdir()):
        os.utime(path, (server.now, server.now))
    server.now += LEFT_OVER + 1
    os.utime(server.folder / "young", (server.now, server.now))
    server.get(server.task("new"))
    assert sorted(path.name for path in server.folder.iterdir()) == ["new", WRITES, "young"]
    assert list((server.folder / WRITES).iterdir()) == []


def test_shared_response_is_stale_after_a_write_to_its_collection(tmp_path: Path) -> None:
    server = CachedServer(tmp_path)

    def task(run: str = "run1", segments: int = 1) -> ReadCache:
        return ReadCache(server.storage, "me", run, segments=segments, clock=lambda: server.now)

    assert task().shared("/users", "/users") is None
    task().get("/users", "/users", server.read, lambda _answer: True)
    assert task().shared("/users", "/users") == server.answer and task("run2").shared("/users", "/users") is None
    task().wrote("/videos/7")
    assert task().shared("/users", "/users") == server.answer
    task().wrote("/users/7")
    assert task().shared("/users", "/users") is None
    assert ReadCache(server.storage, "me", "").shared("/users", "/users") is None
