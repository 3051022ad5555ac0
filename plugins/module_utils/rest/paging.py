# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a collection from an API that returns it in pages.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

#: How often a collection that changes while it is read is read again from its start.
ATTEMPTS = 3
#: The longest number that is accepted as a total, in digits.
MOST_DIGITS = 15


class Page(NamedTuple):
    """One page: its items, and the number of items that the server says the collection has (None: unknown)."""

    items: list[dict[str, Any]]
    total: int | None


def total_in(header: str | None) -> int | None:
    """Return the total that a header states; None unless it is exactly one decimal number.

    A header that a proxy doubled (``40, 40``) says nothing, nor do digits of other scripts.
    """
    text = (header or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


class Reading:
    """A paged collection, as far as it has been read.

    Advances by the number of items received, because a server may return fewer than asked for. When the total changes
    or an item comes twice, items can have moved between two pages unseen, so the collection is read again.

    Args:
        read_page: reads one page that skips that many items.
        identity: the property that distinguishes two items; None if the server has no pages, so that the first
            response is the whole collection.
    """

    def __init__(self, read_page: Callable[[int], Page], identity: str | None) -> None:
        self._read_page = read_page
        self._identity = identity
        self._found: dict[Any, dict[str, Any]] = {}
        self._received = 0
        self._totals: set[int] = set()
        self._uncounted = False
        self._ended = False

    def items(self) -> list[dict[str, Any]]:
        """Return every item, in the server's order, read as far as a consistent total says.

        A total is consistent when it is one number, the same on each page, and equal to the distinct items received.
        This is enough to find something, or to see that nothing has to change. It proves no absence.

        Raises:
            ToolkitError: ``paging``, when the collection did not hold still, or returned fewer items than it counts.
        """
        return self._read(self._is_counted)

    def all_items(self) -> list[dict[str, Any]]:
        """Return every item, in the server's order, read up to an empty page regardless of the total.

        Raises:
            ToolkitError: as `items`.
        """
        return self._read(lambda: False)

    def _read(self, is_enough: Callable[[], bool]) -> list[dict[str, Any]]:
        for _attempt in range(ATTEMPTS):
            if self._read_on(is_enough):
                return list(self._found.values())
            self._restart()
        raise ToolkitError(
            "paging",
            f"The collection kept changing, or contradicted its own total, while it was read {ATTEMPTS} times.",
            hint="Run the task again when nothing else is changing it.",
        )

    def _read_on(self, is_enough: Callable[[], bool]) -> bool:
        """Read the remaining pages; return whether the collection stayed the same."""
        while not (self._ended or is_enough()):
            page = self._read_page(self._received)
            before = len(self._found)
            self._found.update((self._name(item, number), item) for number, item in enumerate(page.items))
            self._received += len(page.items)
            if page.total is not None:
                self._totals.add(page.total)
            if len(self._totals) > 1 or len(self._found) - before < len(page.items):
                return False
            self._ended = self._identity is None or not page.items
            self._uncounted = self._uncounted or page.total is None
        return not self._ended or max(self._totals, default=0) <= self._received

    def _is_counted(self) -> bool:
        return not self._uncounted and self._totals == {len(self._found)}

    def _name(self, item: dict[str, Any], number: int) -> Any:
        """Return what distinguishes the item from others: its identity, or all of it if that can't be read."""
        name = None if self._identity is None else item.get(self._identity)
        is_readable = isinstance(name, (str, int)) and not isinstance(name, bool)
        return name if is_readable else (number, json.dumps(item, sort_keys=True))

    def _restart(self) -> None:
        self._found, self._received, self._totals = {}, 0, set()
        self._uncounted = self._ended = False
