# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep within a rate limit, together with the other processes of this machine.

Private to the collection. The headers of the server's responses define the limit. The processes of one user on one
machine share what they learned through a locked entry, so that they use one budget together.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.budget import Budget
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import LockTimeout, json_in

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: How long to wait after a refusal that does not say for how long, in seconds.
DEFAULT_WAIT = 10.0
#: Where the budgets are stored.
NAMESPACE = "pacing"
#: The longest that reading and writing the shared budget may hold up a request, in seconds.
LOCK_TIMEOUT = 2.0
#: Seconds between two attempts to lock it. The lock is held only briefly, before and after each request: among many
#: processes, one that sleeps longer would hardly ever find it free, and would continue alone.
LOCK_INTERVAL = 0.01

T = TypeVar("T")


class RateLimitHeaders(NamedTuple):
    """The response headers in which a service states its limit (compared without case).

    Attributes:
        remaining: the header with the number of requests left in this window; None when the service does not state it.
        reset: the header that says when the window starts again.
        limit: the header with the number of requests of a whole window; None when the service does not state it.
        reset_is: what ``reset`` holds: ``seconds`` from now, or the ``time`` itself (unix time in seconds, ISO 8601
            or an HTTP date).
    """

    remaining: str | None = None
    reset: str | None = None
    limit: str | None = None
    reset_is: Literal["seconds", "time"] = "seconds"

    def remaining_in(self, headers: Mapping[str, str]) -> int | None:
        """Return the requests left; None when the response does not say."""
        return _number_in(headers, self.remaining)

    def limit_in(self, headers: Mapping[str, str]) -> int | None:
        """Return the requests of a whole window; None when the response does not say."""
        return _number_in(headers, self.limit)

    def seconds_to_reset(self, headers: Mapping[str, str], now: float) -> float | None:
        """Return the seconds until the next window, never less than 0; None when the response does not say.

        A time is compared with the response's ``Date``, not with the local clock, because it is the server's.

        Args:
            headers: the response's.
            now: unix time, for a response without ``Date``.
        """
        text = headers.get(self.reset or "", "").strip()
        if self.reset_is == "seconds":
            seconds = _whole_number(text)
            return None if seconds is None else float(seconds)
        # Imported lazily: most services state seconds, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.reset_times import seconds_to_time

        return seconds_to_time(text, headers, now)


def _number_in(headers: Mapping[str, str], name: str | None) -> int | None:
    return None if name is None else _whole_number(headers.get(name))


def _whole_number(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class Pacer:
    """Delays each request until the server's budget has room for it.

    Args:
        headers: the headers in which the service states its limit.
        storage: where processes share the budget; None for this process alone.
        name: the name of the budget.
        reserve: how many requests of each window are left to others, such as people in the control panel.
        clock: unix time; shared by processes, so not the monotonic one.
        sleep: how to wait.

    Attributes:
        waited: the seconds spent waiting so far.
    """

    def __init__(
        self,
        headers: RateLimitHeaders,
        storage: Storage | None = None,
        name: str = "",
        *,
        reserve: int = 0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._headers = headers
        self._storage = storage
        self._budget_name = name
        self._reserve = reserve
        self._clock = clock
        self._sleep = sleep
        self._alone = Budget()
        self._name = secrets.token_hex(4)
        self._sent = clock()
        self._number = 0
        self.waited = 0.0

    def delay(self) -> float:
        """Return the seconds to wait before asking again; 0 takes one request from the budget."""

        def take(budget: Budget) -> float:
            now = self._clock()
            tells = self._headers.remaining is not None
            seconds = budget.take(self._name, now, reserve=self._reserve, tells=tells)
            self._sent, self._number = now, budget.given
            return seconds

        return self._shared(take)

    def wait(self, seconds: float) -> None:
        """Sleep, and count the time."""
        self._sleep(seconds)
        self.waited += seconds

    def learn(self, headers: Mapping[str, str]) -> None:
        """Update the budget from the response to the last request."""

        def hear(budget: Budget) -> None:
            now = self._clock()
            budget.hear(
                self._headers.remaining_in(headers),
                self._headers.seconds_to_reset(headers, now),
                self._headers.limit_in(headers),
                number=self._number,
                sent=self._sent,
                now=now,
            )

        self._shared(hear)

    def refused(self, headers: Mapping[str, str]) -> float:
        """Note a refusal (429) for all processes and return the seconds to wait before asking again."""
        # Imported lazily: most requests are not refused, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.reset_times import seconds_to_wait

        now = self._clock()
        seconds = seconds_to_wait(headers, now)
        if seconds is None:
            reset = self._headers.seconds_to_reset(headers, now)
            seconds = DEFAULT_WAIT if reset is None else reset
        told = seconds
        return self._shared(lambda budget: budget.refuse(self._name, told, sent=self._sent, now=now))

    def _shared(self, use: Callable[[Budget], T]) -> T:
        """Use the budget that all processes share; without a usable storage, the one of this process."""
        if self._storage is not None:
            try:
                with self._storage.lock(NAMESPACE, self._budget_name, timeout=LOCK_TIMEOUT, interval=LOCK_INTERVAL):
                    before = _stored(self._storage, self._budget_name)
                    budget = Budget.from_json(before)
                    result = use(budget)
                    if budget.as_json() != before:
                        self._storage.put(NAMESPACE, self._budget_name, json.dumps(budget.as_json()).encode())
                    return result
            except (OSError, LockTimeout):
                self._storage = None
        return use(self._alone)


def _stored(storage: Storage, name: str) -> Any:
    """Return what earlier processes learned; a damaged entry counts as missing."""
    try:
        return json_in(storage.get(NAMESPACE, name))
    except ValueError:
        return None
