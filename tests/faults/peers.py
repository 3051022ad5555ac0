# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Common retry policies, reimplemented to compare them under the same faults on the same server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import requests

Send = Callable[[], requests.Response]


@dataclass(frozen=True)
class Policy:
    """When a request is resent, whatever its method.

    Attributes:
        name: the policy in a few words.
        attempts: the maximum number of attempts.
        statuses: the statuses after which it is resent.
        after_timeouts: whether it is resent after a timeout.
        after_resets: whether it is resent after a lost connection.
    """

    name: str
    attempts: int
    statuses: frozenset[int]
    after_timeouts: bool
    after_resets: bool

    def follow(self, send: Send) -> requests.Response | None:
        """Send until a response is final; None without one."""
        answer = None
        for _attempt in range(self.attempts):
            try:
                answer = send()
            except requests.Timeout:
                if not self.after_timeouts:
                    return None
                continue
            except requests.ConnectionError:
                if not self.after_resets:
                    return None
                continue
            if answer.status_code not in self.statuses:
                return answer
        return answer


POLICIES = (
    Policy(
        "any method again after a timeout, 502 and 504",
        attempts=4,
        statuses=frozenset({502, 504}),
        after_timeouts=True,
        after_resets=False,
    ),
    Policy(
        "any method up to 10 times after connection errors, 502, 503 and 504",
        attempts=11,
        statuses=frozenset({502, 503, 504}),
        after_timeouts=True,
        after_resets=True,
    ),
    Policy(
        "everything up to 3 times again",
        attempts=4,
        statuses=frozenset(range(500, 600)),
        after_timeouts=True,
        after_resets=True,
    ),
)
