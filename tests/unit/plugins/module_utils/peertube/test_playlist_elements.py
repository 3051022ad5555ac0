# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of a playlist: which elements are kept, and the fewest moves."""

from __future__ import annotations

import itertools
import random
from collections import deque

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.playlist_elements import (
    Element,
    Entry,
    Move,
    matched,
    moves_to,
)


def carried_out(order: tuple[int, ...], move: Move) -> tuple[int, ...]:
    """Return an order after a move, as recorded from a server."""
    begin = move.start_position - 1
    block = order[begin : begin + move.reorder_length]
    before = tuple(element for element in order[: move.insert_after_position] if element not in block)
    after = tuple(element for element in order[move.insert_after_position :] if element not in block)
    return before + block + after


def fewest(start: tuple[int, ...], target: tuple[int, ...]) -> int:
    """Return the length of the shortest way between two orders, by trying all moves."""
    seen, waiting = {start}, deque([(start, 0)])
    while waiting:
        order, steps = waiting.popleft()
        if order == target:
            return steps
        for begin, length in itertools.product(range(1, len(order) + 1), range(1, len(order))):
            for behind in range(len(order) + 1):
                if begin + length - 1 <= len(order) and not begin <= behind < begin + length:
                    reached = carried_out(order, Move(begin, behind, length))
                    if reached not in seen:
                        seen.add(reached)
                        waiting.append((reached, steps + 1))
    raise AssertionError("every order can be reached")


def result_of(current: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    for move in moves_to(current, target):
        current = carried_out(current, move)
    return current


def test_recorded_moves_are_understood() -> None:
    assert carried_out((1, 2, 3, 4, 5, 6, 7), Move(3, 0, 1)) == (3, 1, 2, 4, 5, 6, 7)
    assert carried_out((3, 1, 2, 4, 5, 6, 7), Move(1, 3, 2)) == (2, 3, 1, 4, 5, 6, 7)


def test_every_order_of_five_is_reached_and_most_with_the_fewest_moves() -> None:
    target = (1, 2, 3, 4, 5)
    more = 0
    for current in itertools.permutations(target):
        assert result_of(current, target) == target
        moves, best = len(moves_to(current, target)), fewest(current, target)
        assert best <= moves <= best + 1
        more += moves > best
    assert more <= 30


def test_long_lists_take_a_move_for_each_video_that_is_out_of_place() -> None:
    chance = random.Random(7)
    target = tuple(range(200))
    moved = sorted(chance.sample(target, 3))
    current = [element for element in target if element not in moved]
    for element in moved:
        current.insert(chance.randrange(len(current)), element)
    assert result_of(tuple(current), target) == target
    assert len(moves_to(current, target)) <= 3
    assert moves_to(target, target) == [] and moves_to((), ()) == []
    block = (*range(50, 200), *range(50))
    assert len(moves_to(block, target)) == 1


def test_equal_elements_are_kept_before_those_with_other_times() -> None:
    late, early = Element(1, Entry("a", 5)), Element(2, Entry("a"))
    assert matched([late, early], [Entry("a")]) == [early]
    assert matched([late, early], [Entry("a", 7), Entry("a"), Entry("b"), Entry("a")]) == [late, early, None, None]


def test_videos_that_are_repeated_stay_in_order() -> None:
    current = [Element(number, Entry("abc"[number % 3])) for number in range(30)]
    wanted = [Entry("c"), *(element.entry for element in current[:-1])]
    assert matched(current, wanted)[1:] == current[:-1]
