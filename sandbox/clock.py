# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real time (signatures, the Date header) and the virtual time (jobs, rate windows, certificates)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sandbox.store import Setting, Store

_OFFSET = Setting("clock_offset", "0")


class Clock:
    """The virtual clock: real time plus an offset that is kept with the state, unless it stands still."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offset = float(_OFFSET.read(store))
        self._held: float | None = None

    def now(self) -> float:
        """Virtual time, in seconds since 1970."""
        return (time.time() if self._held is None else self._held) + self._offset

    def hold(self) -> None:
        """Let the clock stand still: from now on only `advance` moves it."""
        self._held = time.time()

    def advance(self, seconds: float) -> None:
        """Advance the virtual clock by ``seconds``, or set it back if negative."""
        self._offset += seconds
        _OFFSET.write(self._store, repr(self._offset))


def iso(moment: float, *, digits: int = 0, zone: bool = True) -> str:
    """Format a time as ISO 8601 in UTC with this number of fractional digits, with a final ``Z`` or no zone."""
    text = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    if digits:
        # A float has microseconds at most; the service shows a seventh digit, so it is invented.
        fraction = f"{int(moment % 1 * 10**6):06d}4"
        text += "." + fraction[:digits]
    return text + ("Z" if zone else "")
