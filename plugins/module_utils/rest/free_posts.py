# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Add what costs nothing, once, although its response may be lost.

Private to the collection; names no service.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.sent_notes import SentNote


def add_once(
    call: str,
    post: Callable[[], Response],
    find: Callable[[], Item | Absence],
    *,
    turn: AbstractContextManager[bool],
    note: SentNote | None,
    looks: Collection[float],
    sleep: Callable[[float], None],
) -> Response | None:
    """Do the work of `Resources.post_free` for a thing that is proven absent.

    Args:
        call: for messages: the method and the path.
        post: sends the request.
        find: finds the thing, or proves that it is absent.
        turn: the block that one process runs at a time (`Resources.turn`).
        note: what an earlier run that was killed may have left; None where nothing is noted.
        looks: the pauses between checks after the outcome was in doubt, in seconds.
        sleep: how to wait.

    Raises:
        Unproven: as in `Resources.post_free`.
        OutcomeUnknown: as in `Resources.post_free`.
    """
    with turn as another_was_here:
        if note and note.is_open(sum(looks)):
            error = OutcomeUnknown(call, "an earlier run ended before the response.")
            if not _stays_absent(find, error, looks, sleep):
                note.remove()
                return None
        elif another_was_here and not isinstance(find(), Absence):
            return None
        try:
            with note.until_known() if note else nullcontext():
                return _post_once(post, find, looks, sleep)
        except OutcomeUnknown:
            raise
        except ApiError as error:
            # A refusal may mean that it exists already: another machine was faster.
            if error.status not in {400, 409} or not _is_found(find):
                raise
            return None


def _post_once(
    post: Callable[[], Response],
    find: Callable[[], Item | Absence],
    looks: Collection[float],
    sleep: Callable[[float], None],
) -> Response | None:
    try:
        return post()
    except OutcomeUnknown as error:
        return post() if _stays_absent(find, error, looks, sleep) else None


def _stays_absent(
    find: Callable[[], Item | Absence], error: OutcomeUnknown, looks: Collection[float], sleep: Callable[[float], None]
) -> bool:
    """Return whether a thing whose response was lost is absent after all.

    Raises:
        OutcomeUnknown: the error, if that can't be proven.
    """
    for pause in looks:
        if _is_found(find):
            return False
        sleep(pause)
    try:
        return isinstance(find(), Absence)
    except ToolkitError as doubt:
        error.hint = f"{doubt.message} Look into the control panel, and run the task again."
        raise error from doubt


def _is_found(find: Callable[[], Item | Absence]) -> bool:
    """Return whether a thing certainly exists; False also if the search fails or is inconclusive."""
    try:
        return not isinstance(find(), Absence)
    except ToolkitError:
        return False
