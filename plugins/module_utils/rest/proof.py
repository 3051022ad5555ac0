# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell three things apart: a thing was found, it is proven absent, or neither can be proven.

Private to the collection; names no service. What is ordered, or added once, depends on the second. An answer that says
nothing is no proof: a collection that was not read to its end, an item that can't be read, two answers that contradict
each other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading

T = TypeVar("T")
Item = dict[str, Any]
#: Says whether an item is the one in one respect. It raises `Unreadable` when the item does not tell.
Criterion = Callable[[Item], bool]

#: The first and the longest pause before a contradiction is asked about again, and the growth of the pauses.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
GROWTH = 2.0
#: The longest text of a value in a message, in characters.
LONGEST_VALUE = 80

_MISSING: Any = object()


class Unreadable(ToolkitError):
    """A property of an answer is missing, or is not of the kind that the API promises (kind ``protocol``).

    Attributes:
        name: the property.
        told: its value as a message shows it.
    """

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.told = "missing" if value is _MISSING else _told(value)
        super().__init__("protocol", f"The API's answer can't be read: property {name} is {self.told}.")


class Unproven(ToolkitError):
    """Whether something exists can't be told (kind ``unproven``), so nothing that depends on it is sent."""

    def __init__(self, title: str, why: str, *, item_id: str | None = None, **facts: Any) -> None:
        hint = "Nothing was sent. Look into the control panel, and run the task again."
        if item_id is not None:
            hint += f" If that is certainly not {title}, leave it out of the decision: accept_unproven: [{item_id!r}]."
        super().__init__(
            "unproven",
            f"Whether {title} exists can't be proven: {why}.",
            hint=hint,
            unproven={"id": item_id, **facts},
        )


class Contradiction(Unproven):
    """Two answers contradict each other. It may settle: see `Evidence.agreed`."""


class Absence(NamedTuple):
    """The proof that a thing does not exist; only `Evidence` makes one.

    Attributes:
        title: the thing, as messages name it.
    """

    title: str


def value_in(item: Item, name: str, kind: type[T]) -> T:
    """Return a property of exactly this type.

    Raises:
        Unreadable: it is missing, null or of another type.
    """
    value = item.get(name, _MISSING)
    # For Python a truth value is a number.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise Unreadable(name, value)
    return value


def is_whole_number(value: Any) -> bool:
    """Return whether a value is a whole number, which a truth value is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def text_in(item: Item, name: str) -> str:
    """Return a property that is a text with something in it.

    Raises:
        Unreadable: it is not.
    """
    text = value_in(item, name, str)
    if not text.strip():
        raise Unreadable(name, text)
    return text


def name_in(item: Item, name: str) -> str:
    """Return a property that names the item, as text: a text with something in it, or a whole number.

    Raises:
        Unreadable: it is neither.
    """
    return str(number_in(item, name)) if is_whole_number(item.get(name)) else text_in(item, name)


def number_in(item: Item, name: str) -> int:
    """Return a property that is a whole number.

    Raises:
        Unreadable: it is not.
    """
    return value_in(item, name, int)


def word_in(item: Item, name: str, words: Collection[str]) -> str:
    """Return a property that is one of these words, in lower case: APIs spell them in different cases.

    Raises:
        Unreadable: it is not.
    """
    word = text_in(item, name).lower()
    if word not in words:
        raise Unreadable(name, item[name])
    return word


def texts_in(item: Item, name: str) -> list[str]:
    """Return a property that is a list of texts with something in them; the list may be empty.

    Raises:
        Unreadable: it is not.
    """
    texts: list[Any] = value_in(item, name, list)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise Unreadable(name, texts)
    return texts


def objects_in(item: Item, name: str) -> list[Item]:
    """Return a property that is a list of objects; the list may be empty.

    Raises:
        Unreadable: it is not.
    """
    items: list[Any] = value_in(item, name, list)
    if not all(isinstance(each, dict) for each in items):
        raise Unreadable(name, items)
    return items


def is_the_one(item: Item, criteria: Collection[Criterion]) -> bool:
    """Return whether an item meets all criteria.

    One that certainly fails decides, whatever else can't be read of the item.

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
    """Return the items that certainly meet all criteria. It proves nothing about the others."""
    return [item for item in items if _certainly(item, criteria)]


def _certainly(item: Item, criteria: Collection[Criterion]) -> bool:
    try:
        return is_the_one(item, criteria)
    except Unreadable:
        return False


class Evidence:
    """How one task proves things to be absent.

    Args:
        accepted: ids of items that a person excepted from the decision although they can't be read.
        warn: shows a warning to the user.
        settle_time: how long answers that contradict each other may take to agree, in seconds.
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
            reading: the collection; it is read to its end only if the thing is not found before.
            id_name: the property that names an item to a person.
            criteria: what tells the thing from others.

        Raises:
            ToolkitError: ``ambiguous``, when there are several.
            Unproven: an item can't be read, or the collection can't.
        """
        with self.proving(title):
            found = matches(reading.items(), *criteria)
            items = [] if found else reading.all_items()
        return only(title, found, id_name) or self.find_in(title, items, id_name, *criteria)

    def find_in(self, title: str, items: Collection[Item], id_name: str, *criteria: Criterion) -> Item | Absence:
        """`find` in a collection that is complete already."""
        found = matches(items, *criteria)
        found = found or [item for item in items if self.may_be(title, item, id_name, *criteria)]
        return only(title, found, id_name) or self.absent(title)

    def may_be(self, title: str, item: Item, id_name: str, *criteria: Criterion) -> bool:
        """Return whether the item is the one. An item that a person excepted is not, with a warning.

        Raises:
            Unproven: what can be read of it does not decide.
        """
        try:
            return is_the_one(item, criteria)
        except Unreadable as error:
            why = f"{error.name} of {_named(item, id_name)} is {error.told}"
            self.except_or_raise(
                Unproven(title, why, item_id=_id(item, id_name), property=error.name, value=error.told)
            )
            return False

    def part(self, title: str, item_id: str, read: Callable[[], T], *, without: T) -> T:
        """Return what an answer tells of one of its parts, in which a thing is looked for.

        Args:
            title: the thing, as messages name it.
            item_id: what the answer is about, by the id with which a person can except it.
            read: reads the part; raises `Unreadable`.
            without: the part when a person excepted it.

        Raises:
            Unproven: the part can't be read, and is not excepted.
        """
        try:
            with self.proving(title, item_id):
                return read()
        except Unproven as error:
            self.except_or_raise(error)
            return without

    def absent_in(self, title: str, items: Collection[Item], id_name: str, *criteria: Criterion) -> Absence:
        """Return the proof that a thing is not in a collection that is complete, and lacked it as far as it was read.

        Raises:
            Unproven: an item can't be read, or the thing is in it in a form that can't be worked with.
        """
        found = self.find_in(title, items, id_name, *criteria)
        if isinstance(found, Absence):
            return found
        raise Unproven(title, f"{_named(found, id_name)} seems to be it, and can't be read")

    def except_or_raise(self, error: Unproven) -> None:
        """Warn that a doubtful item is left out, if a person excepted it; otherwise raise the error.

        Raises:
            Unproven: the error, if its item is not excepted.
        """
        item_id = error.facts["unproven"]["id"]
        if item_id is None or item_id not in self._accepted:
            raise error
        self._warn(f"{item_id} is left out of the decision, as accept_unproven says. {error.message}")

    def agreed(self, ask: Callable[[], T]) -> T:
        """Return what a question comes to once its answers no longer contradict each other.

        Args:
            ask: asks all of it anew; raises `Contradiction`.

        Raises:
            Unproven: they still contradict each other after the settle time, and the item is not excepted.
        """
        deadline = self._clock() + self._settle_time
        pause = FIRST_PAUSE
        while True:
            try:
                return ask()
            except Contradiction:
                if self._clock() + pause > deadline:
                    raise
            self._sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let contradictions count at once: for who asks again by itself, within a time of its own."""
        settle_time, self._settle_time = self._settle_time, 0.0
        try:
            yield
        finally:
            self._settle_time = settle_time

    def absent(self, title: str) -> Absence:
        """Return the proof that a thing does not exist; whoever calls this has read everything that could show it."""
        return Absence(title)

    @contextmanager
    def proving(self, title: str, item_id: str | None = None) -> Iterator[None]:
        """Turn an answer that says nothing into `Unproven`; errors that the API tells pass.

        Args:
            title: the thing, as messages name it.
            item_id: what the answer is about, by the id with which a person can except it.

        Raises:
            Unproven: the answer is not what was asked for, or its pages do not add up.
        """
        try:
            yield
        except Unproven:
            raise
        except Unreadable as error:
            about = f" of {item_id}" if item_id else ""
            raise Unproven(
                title, f"{error.name}{about} is {error.told}", item_id=item_id, property=error.name, value=error.told
            ) from error
        except ToolkitError as error:
            if error.kind not in {"protocol", "paging"}:
                raise
            status = error.status if isinstance(error, ApiError) else None
            raise Unproven(title, error.message.rstrip("."), item_id=item_id, status=status) from error


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


def _id(item: Item, id_name: str) -> str | None:
    """The id by which a person names the item; None when it has none that can be read."""
    value = item.get(id_name)
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value) else None


def _named(item: Item, id_name: str) -> str:
    item_id = _id(item, id_name)
    return f"the item with {id_name} {item_id}" if item_id else f"an item without {id_name} ({_told(item)})"


def _told(value: Any) -> str:
    return json.dumps(value)[:LONGEST_VALUE]
