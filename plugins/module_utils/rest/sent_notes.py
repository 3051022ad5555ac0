# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes about requests that add something free, from before they are sent until their outcome is known.

Private to the collection; names no service. A process that is killed leaves its note: the server may still carry out
the request, so the thing may show a moment later, and the next run must not send it again at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the notes are.
NAMESPACE = "sent"


class SentNote:
    """The note about the request that adds one thing. Without a usable storage, there is none.

    Args:
        storage: where it is stored.
        thing: what is added, and where.
        clock: unix time; shared by processes.
    """

    def __init__(self, storage: Storage, thing: str, clock: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._name = fingerprint(thing)
        self._clock = clock

    def is_open(self, within: float) -> bool:
        """Return whether the outcome of an earlier request is unknown, and may not show yet.

        Args:
            within: how long the thing may take to show, in seconds. Earlier notes do not count.
        """
        try:
            sent = float((self._storage.get(NAMESPACE, self._name) or b"-inf").decode())
        except (OSError, ValueError):
            return False
        # The clock may have been set back since.
        return abs(self._clock() - sent) <= within

    @contextmanager
    def until_known(self) -> Iterator[None]:
        """Keep the note while a block sends the request, and afterwards if the block can't tell the outcome."""
        with suppress(OSError):
            self._storage.put(NAMESPACE, self._name, repr(self._clock()).encode())
        try:
            yield
        except OutcomeUnknown:
            raise
        except ToolkitError:
            self.remove()
            raise
        self.remove()

    def remove(self) -> None:
        """Remove it, because the outcome is known."""
        with suppress(OSError):
            self._storage.remove(NAMESPACE, self._name)
