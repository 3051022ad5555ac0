# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take turns with the other processes of this machine.

Private to the collection; names no service.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import (
    LockTimeout,
    locked,
    private_dir,
    write_in_place,
)


@contextmanager
def taking_turns(
    path: str,
    *,
    who: str,
    since: float,
    began: float,
    timeout: float,
    clock: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[bool]:
    """Let processes do something one after the other, and tell each whether another one did it meanwhile.

    Without a usable file each does as if it were alone.

    Args:
        path: the lock's own file; it also keeps who had the last turn.
        who: stands for the one that wants a turn.
        since: unix time from which on the turns of others matter.
        began: the same moment on the monotonic clock, in case the clock was set since.
        timeout: how long to wait for one's turn, in seconds.
        clock: unix time; shared by processes.
        monotonic: seconds that no change of the clock moves.

    Yields:
        whether another one had a turn since then, or may have.
    """
    with ExitStack() as stack:
        try:
            private_dir(os.path.dirname(path))
            waited = stack.enter_context(locked(path, timeout=timeout))
            last, _space, ended = _read_text(path).partition(" ")
            # In the time that the clock shows now, if it was set back since.
            since = min(since, clock() - (monotonic() - began))
            another = waited or (last not in ("", who) and (not ended or float(ended) >= since))
            # Without the time of its end a turn was cut off, nobody knows when.
            write_in_place(path, who)
        except LockTimeout:
            another = True
        except (OSError, ValueError):
            another = False
        yield another
        with suppress(OSError):
            write_in_place(path, f"{who} {clock()!r}")


def _read_text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
