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

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import (
    LEFT_OVER,
    LIFETIME,
    SINGLE_QUESTIONS,
    WRITES,
    ReadCache,
)

HOSTING = "/linuxhostings/example.com"


class World:
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
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_tasks_of_a_run_ask_once(world: World) -> None:
    assert [world.get(world.task()) for _number in range(3)] == [{"php": "8.3"}] * 3
    assert world.asked == 1


def test_other_runs_ask_themselves(world: World) -> None:
    world.get(world.task("run1"))
    world.get(world.task("run2"))
    assert world.asked == 2


def test_nothing_is_shared_without_a_run(world: World) -> None:
    world.get(world.task())
    world.get(world.task(""))
    world.get(world.task(""))
    assert world.asked == 3


def test_an_insufficient_answer_is_requested_again_and_replaced(world: World) -> None:
    world.get(world.task())
    world.answer = {"php": "8.4"}
    assert world.get(world.task(), lambda answer: answer["php"] == "8.4") == {"php": "8.4"}
    assert world.get(world.task()) == {"php": "8.4"}
    assert world.asked == 2


def test_an_answer_that_looks_wrong_is_requested_again(world: World) -> None:
    def enough(_answer: Any) -> bool:
        raise ToolkitError("path_differs", "It has another folder.")

    world.get(world.task())
    world.get(world.task(), enough)
    assert world.asked == 2


def test_missing_value_is_not_stored(world: World) -> None:
    world.answer = None
    assert [world.get(world.task()) for _number in range(2)] == [None, None]
    assert world.asked == 2


@pytest.mark.parametrize(("seconds", "asked"), [(LIFETIME - 1, 1), (LIFETIME, 2), (-1, 2)])
def test_it_lives_for_a_while_and_not_before_it_was_asked(world: World, seconds: float, asked: int) -> None:
    world.get(world.task())
    world.now += seconds
    world.get(world.task())
    assert world.asked == asked


def test_an_answer_of_the_future_is_not_believed_before_nor_for_longer_than_one_of_now(world: World) -> None:
    world.now += 3600
    world.get(world.task())
    world.now -= 3600
    world.answer = {"php": "8.4"}
    assert [world.get(world.task()) for _number in range(2)] == [{"php": "8.4"}] * 2
    assert world.asked == 2
    world.now += LIFETIME
    world.get(world.task())
    assert world.asked == 3


@pytest.mark.parametrize("path", [HOSTING, f"{HOSTING}/ssh/keys", "/LinuxHostings/Example.com/settings", "/"])
def test_what_the_run_wrote_to_is_asked_for_a_while(world: World, path: str) -> None:
    world.get(world.task())
    with world.task().writing(path):
        pass
    for _number in range(2):
        world.now += LIFETIME / 2
        world.get(world.task())
    assert world.asked == 3
    world.now += 1
    world.get(world.task())
    world.get(world.task())
    assert world.asked == 4


def test_what_others_are_about_is_left_alone(world: World) -> None:
    world.get(world.task())
    with world.task().writing("/linuxhostings/example.org/ssh/keys"):
        pass
    world.get(world.task())
    assert world.asked == 1


def test_a_write_that_is_cut_off_is_noted(world: World) -> None:
    world.get(world.task())
    world.task().writing(HOSTING).__enter__()
    world.get(world.task())
    assert world.asked == 2


@pytest.mark.parametrize("run", ["run2", ""])
def test_writes_of_others_count_from_their_end(world: World, run: str) -> None:
    world.get(world.task())
    with world.task(run).writing(HOSTING):
        world.now += 1
        world.get(world.task())
    world.get(world.task())
    assert world.asked == 3


def test_those_who_ask_at_once_ask_once(world: World) -> None:
    both = threading.Barrier(4)
    got = []

    def read() -> Any:
        world.asked += 1
        threading.Event().wait(0.2)
        return ["an answer"]

    def ask() -> None:
        both.wait()
        got.append(world.task().get("/all", "/all", read, lambda _answer: True))

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got, world.asked) == ([["an answer"]] * 4, 1)


def test_a_list_is_asked_for_after_some_single_questions(world: World) -> None:
    world.answer = [{"id": 1}]
    told = [world.task().listed("/all", f"/all/{number}", world.read) for number in range(6)]
    assert told == [None] * SINGLE_QUESTIONS + [[{"id": 1}]] * 3
    assert world.asked == 1
    with world.task().writing("/all/2"):
        pass
    assert world.task().listed("/all", "/all/2", world.read) is None
    assert world.task().listed("/all", "/all/3", world.read) == [{"id": 1}]


def told_at_the_same_moment(world: World, name: str, tasks: int) -> list[Any]:
    """Return the answers to this number of tasks that read a list at once."""
    together = threading.Barrier(tasks)
    told: list[Any] = []

    def ask(number: int) -> None:
        together.wait()
        told.append(world.task().listed(name, f"{name}/{number}", world.read))

    threads = [threading.Thread(target=ask, args=[number]) for number in range(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_single_questions_at_the_same_moment_are_counted_one_by_one(world: World) -> None:
    world.answer = [{"id": 1}]
    for turn in range(100):
        assert told_at_the_same_moment(world, f"/all{turn}", 4).count(None) == SINGLE_QUESTIONS


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{", b'{"at": "x", "value": 1}', b'{"value": 1}', b'{"at": 1000000}', b"\xff"]
)
def test_a_damaged_file_counts_as_missing(world: World, content: bytes) -> None:
    world.get(world.task())
    for file in (world.folder / "run1").glob("*.json"):
        file.write_bytes(content)
    assert world.get(world.task()) == {"php": "8.3"}
    assert world.asked == 2


def test_a_folder_that_can_not_be_made_only_costs_requests(world: World) -> None:
    world.folder.parent.mkdir()
    world.folder.write_text("in the way")
    for _number in range(2):
        with world.task().writing(HOSTING):
            world.get(world.task())
        assert world.task().listed("/all", "/all/1", world.read) is None
    assert world.asked == 2


def test_what_can_not_be_called_old_is_removed(world: World) -> None:
    world.get(world.task())
    (world.folder / WRITES).write_text("in the way")
    with world.task().writing(HOSTING):
        pass
    assert not world.folder.exists()
    world.get(world.task())
    assert world.asked == 2


def test_only_the_user_may_read_it(world: World) -> None:
    world.get(world.task())
    with world.task().writing(HOSTING):
        pass
    made = list(world.folder.rglob("*"))
    assert made and all(path.stat().st_mode & 0o077 == 0 for path in made if path.is_dir())
    answers = [path for path in made if path.suffix == ".json"]
    assert answers and all(path.stat().st_mode & 0o777 == 0o600 for path in answers)


def test_a_new_run_removes_what_old_ones_left(world: World) -> None:
    world.get(world.task("old"))
    with world.task("old").writing(HOSTING):
        pass
    world.get(world.task("young"))
    for path in (world.folder / "old", *(world.folder / WRITES).iterdir()):
        os.utime(path, (world.now, world.now))
    world.now += LEFT_OVER + 1
    os.utime(world.folder / "young", (world.now, world.now))
    world.get(world.task("new"))
    assert sorted(path.name for path in world.folder.iterdir()) == ["new", WRITES, "young"]
    assert list((world.folder / WRITES).iterdir()) == []
