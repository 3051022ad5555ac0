# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several writes for one task: in order, with an exact report when one fails.

Private to the collection; names no service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@dataclass(frozen=True)
class Step:
    """One write.

    Attributes:
        title: the write in a task's result: a text, or what describes it.
        write: carries it out.
    """

    title: Any
    write: Callable[[], object]


def titles(steps: Sequence[Step]) -> list[Any]:
    """Return the writes in the form of a task's result."""
    return [step.title for step in steps]


def carry_out(steps: Sequence[Step]) -> None:
    """Carry out the writes, up to the first that fails.

    Raises:
        ToolkitError: what stopped them, with ``changed``, ``applied``, ``failed_writes`` and ``not_attempted``.
    """
    for number, step in enumerate(steps):
        try:
            step.write()
        except ToolkitError as error:
            applied = titles(steps[:number])
            error.facts.update(
                changed=bool(applied),
                applied=applied,
                failed_writes=[step.title],
                not_attempted=titles(steps[number + 1 :]),
            )
            raise


def check_deletions(removed: Sequence[Any], total: int, max_delete_percent: float, *, things: str) -> None:
    """Refuse to remove more of a collection than was allowed.

    Args:
        removed: what would be removed, as the result shows it.
        total: how many items the collection has.
        max_delete_percent: the largest share that may be removed.
        things: what they are, for the message.

    Raises:
        ToolkitError: ``too_many_deletions``, with what would be removed.
    """
    percent = 100.0 * len(removed) / total if total else 0.0
    if percent > max_delete_percent:
        names = ", ".join(item for item in removed if isinstance(item, str))
        raise ToolkitError(
            "too_many_deletions",
            f"{len(removed)} of {total} {things} would be removed ({percent:.0f} %), and max_delete_percent is "
            f"{max_delete_percent:g}{f': {names}' if names else ''}.",
            hint="Look at would_remove, and raise max_delete_percent for this run if that is right.",
            would_remove=list(removed),
        )
