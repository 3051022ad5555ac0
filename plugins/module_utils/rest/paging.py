# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a whole collection from an API that hands it out in pages.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

#: How often a collection that changes while it is read is read again from its start.
ATTEMPTS = 3


class Page(NamedTuple):
    """One page: its items, and how many the collection has in all (None: the server did not say)."""

    items: list[dict[str, Any]]
    total: int | None


def read_all(read_page: Callable[[int], Page], identity: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
    """Every item of a collection once, in the server's order.

    Advances by the number of items received, since a server may return fewer than asked for. When the total
    changes meanwhile, items can have shifted between two pages unseen, so the collection is read again.

    Args:
        read_page: reads one page that skips that many items.
        identity: what tells two items apart.

    Raises:
        ToolkitError: ``paging``, when the collection would not hold still or a page brought nothing new.
    """
    for _attempt in range(ATTEMPTS):
        items, settled = _read_once(read_page, identity)
        if settled:
            return items
    raise ToolkitError(
        "paging",
        f"The collection kept changing while it was read {ATTEMPTS} times.",
        hint="Run the task again when nothing else is changing it.",
    )


def _read_once(
    read_page: Callable[[int], Page], identity: Callable[[dict[str, Any]], Any]
) -> tuple[list[dict[str, Any]], bool]:
    """The items, and whether the collection held still while they were read."""
    found: dict[Any, dict[str, Any]] = {}
    received = 0
    first = page = read_page(0)
    while True:
        before = len(found)
        found.update((identity(item), item) for item in page.items)
        received += len(page.items)
        repeated = len(found) - before < len(page.items)
        if page.total != first.total or repeated:
            return [], False
        if page.total is None or received >= page.total:
            return list(found.values()), True
        if not page.items:
            return [], False
        page = read_page(received)
