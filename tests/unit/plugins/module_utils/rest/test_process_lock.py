# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes take turns, and each is told whether another one had a turn in the meantime."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.process_lock import NAMESPACE, process_lock


def test_turn_of_another_is_reported_as_long_as_it_matters(tmp_path: Path) -> None:
    storage, now = FileStorage(str(tmp_path)), time.time()

    def turn(who: str, since: float = now) -> bool:
        began = time.monotonic() + (since - time.time())
        with process_lock(storage, "one", who=who, since=since, began=began, timeout=1) as another:
            return another

    assert [turn("a"), turn("a"), turn("b"), turn("b"), turn("a")] == [False, False, True, False, True]
    assert turn("b", since=time.time() + 10) is False
    assert turn("c", since=time.time()) is False


def test_turn_that_was_cut_off_may_have_been_a_moment_ago(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    with pytest.raises(KeyError), process_lock(storage, "one", who="a", since=0, began=0, timeout=1):
        raise KeyError
    since, began = time.time() + 10, time.monotonic() + 10
    with process_lock(storage, "one", who="b", since=since, began=began, timeout=1) as another:
        assert another is True


def test_turn_is_taken_without_a_usable_folder(tmp_path: Path) -> None:
    (tmp_path / "turns").write_text("")
    with process_lock(FileStorage(str(tmp_path)), "one", who="a", since=0, began=0, timeout=1) as another:
        assert another is False


def test_turn_that_does_not_come_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    with (
        storage.lock(NAMESPACE, "one", timeout=1),
        process_lock(storage, "one", who="a", since=0, began=0, timeout=0.1) as another,
    ):
        assert another is True


def test_error_within_a_turn_passes(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="mine"),
        process_lock(FileStorage(str(tmp_path)), "one", who="a", since=0, began=0, timeout=1),
    ):
        raise OSError("mine")


def test_turn_that_was_waited_for_was_anothers(tmp_path: Path) -> None:
    """Whatever its holder left in the file: it may be another user with the same intent."""
    storage = FileStorage(str(tmp_path))
    holder = storage.lock(NAMESPACE, "one", timeout=1)
    holder.__enter__()
    threading.Timer(0.3, lambda: holder.__exit__(None, None, None)).start()
    since, began = time.time() + 10, time.monotonic() + 10
    with process_lock(storage, "one", who="a", since=since, began=began, timeout=10) as another:
        assert another is True


class Clocks:
    """The time of the clock, and the really passed time."""

    def __init__(self) -> None:
        self.passed, self.step = 1000.0, 1_760_000_000.0

    def turn(self, folder: Path, who: str, since: float, began: float) -> bool:
        with process_lock(
            FileStorage(str(folder)),
            "one",
            who=who,
            since=since,
            began=began,
            timeout=1,
            clock=lambda: self.passed + self.step,
            monotonic=lambda: self.passed,
        ) as another:
            return another


@pytest.mark.parametrize("step", [-3600.0, -10.0, 0.0, 10.0, 3600.0])
@pytest.mark.parametrize("set_first", [True, False])
def test_turn_of_another_is_reported_although_the_clock_was_set(tmp_path: Path, step: float, set_first: bool) -> None:
    clocks = Clocks()
    since, began = clocks.passed + clocks.step, clocks.passed
    clocks.step += step * set_first
    clocks.passed += 5
    clocks.turn(tmp_path, "other", clocks.passed + clocks.step, clocks.passed)
    clocks.step += step * (not set_first)
    clocks.passed += 20
    assert clocks.turn(tmp_path, "a", since, began) is True
