# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long to wait for what the API makes, how often to look, and what else a task says about its orders.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import check_polling

#: The growth of the pauses between polls of what never has an estimate, such as the issuance of a certificate.
GROWTH = 1.5


class Polling(NamedTuple):
    """How to wait, in seconds.

    Attributes:
        wait_timeout: at most this long in all.
        poll_min: at least this long between two looks.
        poll_max: at most this long between two looks.
        wait_when_failed: continue to wait for a failed job, which support may repair.
    """

    wait_timeout: float
    poll_min: float
    poll_max: float
    wait_when_failed: bool = False

    @classmethod
    def of(cls, params: dict[str, Any]) -> Polling:
        """What a task's options say (`polling_options`).

        Raises:
            ToolkitError: ``invalid_option``, for times that make no sense.
        """
        check_polling(params)
        return cls(
            params["wait_timeout"],
            params["poll_min"],
            max(params["poll_min"], params["poll_max"]),
            params["on_job_failure"] == "wait",
        )


class OrderOptions(NamedTuple):
    """How a task wants its orders placed.

    Attributes:
        polling: how to wait for a job.
        wait: whether to wait at all.
        resend: whether to order again if the outcome of an order remains unknown.
        settle_time: how long something may take to become visible after it was created, in seconds.
    """

    polling: Polling
    wait: bool
    resend: bool
    settle_time: float

    @classmethod
    def of(cls, params: dict[str, Any]) -> OrderOptions:
        """Return what a task's options say (`ordering_options`), which have passed `check_ordering`."""
        return cls(Polling.of(params), params["wait"], params["on_doubt"] == "resend", params["settle_time"])


def growing_pauses(
    polling: Polling, seconds: float, *, monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[bool]:
    """Return an iterator that pauses before each poll of something without an estimate.

    Each pause is longer than the last, from ``poll_min`` to ``poll_max``.

    Args:
        polling: the pauses.
        seconds: the longest time to wait, from now.
        monotonic: seconds that are independent of changes of the clock.
        sleep: pauses.

    Returns:
        an endless iterator: True after a pause, and False without one once it would end too late.
    """
    deadline = monotonic() + seconds

    def pauses() -> Iterator[bool]:
        pause = polling.poll_min
        while monotonic() + pause <= deadline:
            sleep(pause)
            yield True
            pause = min(pause * GROWTH, polling.poll_max)
        while True:
            yield False

    return pauses()
