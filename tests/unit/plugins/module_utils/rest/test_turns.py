# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes take turns, and each is told whether another one had a turn meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import locked
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.turns import taking_turns


def test_turn_of_another_is_told_as_long_as_it_matters(tmp_path: Path) -> None:
    path, now = str(tmp_path / "turns/one"), time.time()

    def turn(who: str, since: float = now) -> bool:
        with taking_turns(path, who=who, since=since, timeout=1) as another:
            return another

    assert [turn("a"), turn("a"), turn("b"), turn("b"), turn("a")] == [False, False, True, False, True]
    assert turn("b", since=time.time() + 10) is False
    assert turn("c", since=time.time()) is False


def test_turn_that_was_cut_off_may_have_been_a_moment_ago(tmp_path: Path) -> None:
    path = str(tmp_path / "one")
    with pytest.raises(KeyError), taking_turns(path, who="a", since=0, timeout=1):
        raise KeyError
    with taking_turns(path, who="b", since=time.time() + 10, timeout=1) as another:
        assert another is True


def test_turn_is_taken_without_a_usable_folder(tmp_path: Path) -> None:
    (tmp_path / "turns").write_text("")
    with taking_turns(str(tmp_path / "turns/one"), who="a", since=0, timeout=1) as another:
        assert another is False


def test_turn_that_does_not_come_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    path = str(tmp_path / "one")
    with locked(path, timeout=1), taking_turns(path, who="a", since=0, timeout=0.1) as another:
        assert another is True


def test_error_within_a_turn_passes(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), taking_turns(str(tmp_path / "one"), who="a", since=0, timeout=1):
        raise OSError("mine")
