# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with an order that the journal may have noted: close it, or note more about it.

Private to the collection. `orders` imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import (
    Journal,
    JournalUnusable,
    not_closed,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def settled(journal: Journal, intent: Callable[[], Intent], task: Task) -> bool:
    """Return whether an open intent is hereby recovered, because its thing was found (`Orders.settle`)."""
    known = None
    try:
        known = journal.read(intent())
        if known is None or not known.is_open:
            return False
        if not task.check_mode:
            with journal.lock(known, timeout=0):
                journal.close(known)
        return True
    except JournalUnusable as error:
        # It is recovered all the same; the next run notes it.
        task.warn(not_closed(known, error) if known else str(error))
        return known is not None
    except ToolkitError:
        # A process is ordering it.
        return False


def note_more(
    journal: Journal, intent: Callable[[], Intent], changed: dict[str, Any], warn: Callable[[str], None]
) -> None:
    """Note more about an order that is open; a journal that can't be used is only warned of (`Orders.note`)."""
    try:
        known = journal.read(intent())
        if known is not None and known.is_open:
            journal.write(known, **changed)
    except ToolkitError as error:
        warn(f"{', '.join(changed)} can't be noted. {error}")
