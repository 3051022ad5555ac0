# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distinguish three cases: a thing was found, it is proven absent, or neither can be proven.

Private to the collection; names no service. A thing is ordered, or added once, only if it is proven absent. An
inconclusive response is no proof: a collection that was not read to its end, an item that can't be read, two responses
that contradict each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, Unreadable

T = TypeVar("T")
#: Returns whether an item meets one criterion. It raises `Unreadable` when the item does not show it.
Criterion = Callable[[Item], bool]

#: The first and the longest pause before a contradiction is checked again, and the growth of the pauses.
FIRST_PAUSE = 1.0
LONGEST_LOOK_PAUSE = 30.0
GROWTH = 2.0


class Absence(NamedTuple):
    """The proof that a thing does not exist; only `Evidence` creates one.

    Attributes:
        title: the thing, as messages name it.
    """

    title: str


def is_the_one(item: Item, criteria: Collection[Criterion]) -> bool:
    """Return whether an item meets all criteria.

    One criterion that certainly fails decides, even if others can't be checked.

    Raises:
        Unreadable: what can be read does not decide.
    """
    unreadable = None
    for criterion in criteria:
        try:
            if not criterion(item):
                return False
        except Unreadable as error:
            unreadable = unreadable or error
    if unreadable:
        raise unreadable
    return True


def matches(items: Collection[Item], *criteria: Criterion) -> list[Item]:
    """Return the items that certainly meet all criteria. This proves nothing about the others."""
    return [item for item in items if _certainly(item, criteria)]


def _certainly(item: Item, criteria: Collection[Criterion]) -> bool:
    try:
        return is_the_one(item, criteria)
    except Unreadable:
        return False


class Evidence:
    """How one task proves that things are absent.

    Args:
        accepted: ids of unreadable items that a person excluded from the decision.
        warn: shows a warning to the user.
        settle_time: how long contradicting responses may take to agree, in seconds.
        clock: the monotonic clock, in seconds.
        sleep: how to wait before asking again.
    """

    def __init__(
        self,
        accepted: Collection[str] = (),
        warn: Callable[[str], None] = lambda _message: None,
        *,
        settle_time: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._accepted = frozenset(accepted)
        self._warn = warn
        self._settle_time = settle_time
        self._clock = clock
        self._sleep = sleep

    def find(self, title: str, reading: Reading, id_name: str, *criteria: Criterion) -> Item | Absence:
        """Find one item of a collection, or prove that it is absent.

        Args:
            title: the thing, as messages name it.
            reading: the collection; it is read to its end unless the thing is found earlier.
            id_name: the property that names an item to a person.
            criteria: what distinguishes the thing from others.

        Raises:
            ToolkitError: ``ambiguous``, when there are several.
            Unproven: an item can't be read, or the collection can't.
        """
        with self.proving(title):
            found = matches(reading.items(), *criteria)
            items = [] if found else reading.all_items()
        return only(title, found, id_name) or self.find_in(title, items, id_name, *criteria)

    def find_in(self, title: str, items: Collection[Item], id_name: str, *criteria: Criterion) -> Item | Absence:
        """Do the same as `find` in a collection that was read completely."""
        found = matches(items, *criteria)
        found = found or [item for item in items if self.may_be(title, item, id_name, *criteria)]
        return only(title, found, id_name) or self.absent(title)

    def may_be(self, title: str, item: Item, id_name: str, *criteria: Criterion) -> bool:
        """Return whether the item is the one. An item that a person excluded is not, with a warning.

        Raises:
            Unproven: its readable properties do not decide.
        """
        try:
            return is_the_one(item, criteria)
        except Unreadable as error:
            # Imported lazily: most tasks have no doubts, and an ordinary module saves 1 ms.
            from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import unreadable_item

            self.except_or_raise(unreadable_item(title, item, id_name, error))
            return False

    def part(self, title: str, item_id: str, read: Callable[[], T], *, without: T) -> T:
        """Return the part of a response that a thing is searched in.

        Args:
            title: the thing, as messages name it.
            item_id: the object of the response, by the id with which a person can exclude it.
            read: reads the part; raises `Unreadable`.
            without: what to return when a person excluded the object.

        Raises:
            Unproven: the part can't be read, and the object is not excluded.
        """
        try:
            with self.proving(title, item_id):
                return read()
        except ToolkitError as error:
            self.except_or_raise(error)
            return without

    def absent_in(self, title: str, items: Collection[Item], id_name: str, *criteria: Criterion) -> Absence:
        """Return the proof that a complete collection lacks a thing that none of its readable items is.

        Raises:
            Unproven: an item can't be read, or seems to be the thing but is unusable.
        """
        found = self.find_in(title, items, id_name, *criteria)
        if isinstance(found, Absence):
            return found
        # Imported lazily, as in `may_be`.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven, named

        raise Unproven(title, f"{named(found, id_name)} seems to be it, and can't be read")

    def except_or_raise(self, error: ToolkitError) -> None:
        """Warn that a doubtful item is left out if a person excluded it; otherwise raise the error.

        Raises:
            Unproven: the error, if its item is not excluded.
            ToolkitError: the error, if it is no doubt.
        """
        item_id = error.facts.get("unproven", {}).get("id")
        if item_id is None or item_id not in self._accepted:
            raise error
        self._warn(f"{item_id} is left out of the decision, as accept_unproven says. {error.message}")

    def agreed(self, ask: Callable[[], T]) -> T:
        """Return what a reading finds once its responses no longer contradict each other.

        Args:
            ask: reads everything again each time; raises `Contradiction`.

        Raises:
            Unproven: they still contradict each other after the settle time, and the item is not excluded.
        """
        deadline = self._clock() + self._settle_time
        pause = FIRST_PAUSE
        while True:
            try:
                return ask()
            except ToolkitError as error:
                if not _is_contradiction(error) or self._clock() + pause > deadline:
                    raise
            self._sleep(pause)
            pause = min(pause * GROWTH, LONGEST_LOOK_PAUSE)

    def settled(self, title: str, ask: Callable[[], T]) -> T | Absence:
        """Do the same as `agreed`; what a person excluded counts as missing if the responses still contradict.

        Args:
            title: the thing, as messages name it.
            ask: reads everything again each time; raises `Contradiction`.

        Raises:
            Unproven: a response is inconclusive, or they contradict each other and the item is not excluded.
        """
        try:
            with self.proving(title):
                return self.agreed(ask)
        except ToolkitError as error:
            if not _is_contradiction(error):
                raise
            self.except_or_raise(error)
            return self.absent(title)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Raise contradictions at once, for a caller that checks again by itself within a separate time limit."""
        settle_time, self._settle_time = self._settle_time, 0.0
        try:
            yield
        finally:
            self._settle_time = settle_time

    def absent(self, title: str) -> Absence:
        """Return the proof that a thing does not exist; the caller must have read everything that could show it."""
        return Absence(title)

    @contextmanager
    def proving(self, title: str, item_id: str | None = None) -> Iterator[None]:
        """Turn an inconclusive response into `Unproven`; errors that the API reports pass unchanged.

        Args:
            title: the thing, as messages name it.
            item_id: the object of the response, by the id with which a person can exclude it.

        Raises:
            Unproven: the response is not what was requested, or its pages do not add up.
        """
        try:
            yield
        except ToolkitError as error:
            # Imported lazily, as in `may_be`.
            from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import doubt_after

            doubt = doubt_after(error, title, item_id)
            if doubt is error:
                raise
            raise doubt from error


def _is_contradiction(error: ToolkitError) -> bool:
    # Imported lazily, as in `may_be`.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction

    return isinstance(error, Contradiction)


def only(title: str, found: list[Item], id_name: str) -> Item | None:
    """Return the only item, None when there is none.

    Raises:
        ToolkitError: ``ambiguous``, when there are several.
    """
    if len(found) > 1:
        ids = ", ".join(str(item.get(id_name)) for item in found)
        raise ToolkitError(
            "ambiguous",
            f"{title} exists {len(found)} times ({id_name} {ids}).",
            hint="Remove the ones that are not needed in the control panel, or name one by its id where the module "
            "takes one.",
        )
    return found[0] if found else None
