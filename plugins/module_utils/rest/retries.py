# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide whether a call that failed is sent again, and wait before it is.

Private to the collection; names no service. `client` imports it after the first error.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible.module_utils.api import generate_jittered_backoff

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    NoResponse,
    OutcomeUnknown,
)

#: How often one call is retried after errors, at most, and the longest pause between two retries, in seconds.
REPETITIONS = 10
LONGEST_RETRY_PAUSE = 15


class Retries:
    """The retries of one call.

    Args:
        retry_timeout: how long the call may take with its retries, in seconds.
        deadline: when that time is over, by the clock.
        reads: whether the call changes nothing.
        repeat: whether the call may be resent although it may have been carried out.
        clock: seconds.
        sleep: how to wait.

    Attributes:
        in_doubt: whether an earlier attempt may have been carried out.
    """

    def __init__(
        self,
        retry_timeout: float,
        deadline: float,
        *,
        reads: bool,
        repeat: bool,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._reads = reads
        self._retry_timeout = retry_timeout
        self._deadline = deadline
        self._repeat = repeat
        self._clock = clock
        self._sleep = sleep
        self._pauses = iter(generate_jittered_backoff(REPETITIONS, 2, LONGEST_RETRY_PAUSE))
        self.in_doubt = False

    def wait_after(self, error: ApiError) -> bool:
        """Wait before the call is resent after an error; return False if it must not be, or no time is left.

        Raises:
            OutcomeUnknown: it may have been carried out, and must not be sent again.
        """
        if isinstance(error, ConnectionFailed):
            if error.permanent or not self._pause():
                error.tried_for(self._retry_timeout - (self._deadline - self._clock()))
                return False
            return True
        if not (isinstance(error, NoResponse) or self._leaves_doubt(error.status or 0)):
            return False
        if not self._repeat:
            raise OutcomeUnknown(error.call, f"the outcome is unknown. {error.message}", status=error.status) from error
        if not self._pause():
            return False
        self.in_doubt = True
        return True

    def _pause(self) -> bool:
        """Wait before a retry; return False when no time is left for one."""
        pause = next(self._pauses, None)
        if pause is None or self._clock() + pause >= self._deadline:
            return False
        self._sleep(pause)
        return True

    def _leaves_doubt(self, status: int) -> bool:
        """Return whether this status leaves open if the call was carried out.

        The API never redirects a write. Whatever sent the redirection, the outcome of the write is unknown.
        """
        return status == 408 or status >= 500 or (status // 100 == 3 and not self._reads)
