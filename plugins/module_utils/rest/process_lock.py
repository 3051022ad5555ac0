# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take turns with the other processes of this machine.

Private to the collection; names no service.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import LockTimeout

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the turns are stored.
NAMESPACE = "turns"


@contextmanager
def process_lock(
    storage: Storage,
    name: str,
    *,
    who: str,
    since: float,
    began: float,
    timeout: float,
    clock: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[bool]:
    """Run a block in one process at a time, and report to each whether another process ran it in between.

    Without a usable storage, each process runs it as if it were alone.

    Args:
        storage: where the turns are stored.
        name: the name of the lock; the entry of that name records who had the last turn.
        who: the name of the one that wants a turn.
        since: unix time from which on the turns of others matter.
        began: the same moment on the monotonic clock, in case the clock was set since.
        timeout: how long to wait for a turn, in seconds.
        clock: unix time; shared by processes.
        monotonic: seconds that are independent of changes of the clock.

    Yields:
        whether another one has had a turn since then, or may have.
    """
    with ExitStack() as stack:
        try:
            waited = stack.enter_context(storage.lock(NAMESPACE, name, timeout=timeout))
            last, _space, ended = (storage.get(NAMESPACE, name) or b"").decode().partition(" ")
            # Converted to the time that the clock shows now, in case it was set back since.
            since = min(since, clock() - (monotonic() - began))
            another = waited or (last not in ("", who) and (not ended or float(ended) >= since))
            # A turn without the time of its end was interrupted at an unknown time.
            storage.put(NAMESPACE, name, who.encode())
        except LockTimeout:
            another = True
        except (OSError, ValueError):
            another = False
        yield another
        with suppress(OSError):
            storage.put(NAMESPACE, name, f"{who} {clock()!r}".encode())
