# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of an instance: pause and resume all of them, and wait until those of a kind have ended.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

JOBS_PATH = "/jobs"
JOB_TYPE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: The states of jobs that have not ended, in the order in which a job passes through them: one that moves on while the
#: numbers are read is counted later.
PENDING_STATES = ("waiting-children", "delayed", "waiting", "prioritized", "paused", "active")
#: How many readings in a row must find no job. A job can add others and end between two requests of one reading.
EMPTY_READINGS = 2
#: The growth of the pauses between two status checks.
GROWTH = 1.5


class Waiting(NamedTuple):
    """How long to wait, in seconds.

    Attributes:
        wait_timeout: at most this long in all.
        poll_min: the first pause between two status checks.
        poll_max: the longest one.
    """

    wait_timeout: float
    poll_min: float
    poll_max: float


def checked_job_type(option: str, name: str | None) -> str | None:
    """Return a type of jobs; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    job_type = None if name is None else line_of(option, name)
    if job_type is not None and not JOB_TYPE.fullmatch(job_type):
        raise invalid(option, f"{name!r} is not a type such as video-transcoding.")
    return job_type


def set_paused(client: PeerTubeClient, *, is_paused: bool) -> None:
    """Pause or resume all jobs."""
    client.post_again(f"{JOBS_PATH}/{'pause' if is_paused else 'resume'}")


def count_pending(client: PeerTubeClient, states: Collection[str], job_type: str | None) -> dict[str, int]:
    """Return the number of jobs in each of these states.

    Args:
        client: reads them.
        states: some of `PENDING_STATES`.
        job_type: count only jobs of this type; None counts all.
    """
    chosen = [state for state in PENDING_STATES if state in states]
    return {state: client.total(f"{JOBS_PATH}/{state}", jobType=job_type) for state in chosen}


def wait_until_drained(
    count: Callable[[], dict[str, int]],
    waiting: Waiting,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, int]:
    """Wait until no job is pending; return the last numbers.

    Args:
        count: returns the number of jobs by their states.
        waiting: how long to wait.
        monotonic: seconds that are independent of changes of the clock.
        sleep: pauses.

    Raises:
        ToolkitError: ``job_timeout``, with the last numbers as ``pending``.
    """
    deadline, pause, empty = monotonic() + waiting.wait_timeout, waiting.poll_min, 0
    while True:
        pending = count()
        empty = 0 if any(pending.values()) else empty + 1
        if empty == EMPTY_READINGS:
            return pending
        if empty:
            continue
        if monotonic() + pause > deadline:
            told = ", ".join(f"{number} {state}" for state, number in pending.items() if number)
            raise ToolkitError(
                "job_timeout",
                f"Jobs are pending after {waiting.wait_timeout:g} s: {told}.",
                hint="Raise wait_timeout, or resume the jobs if they are paused.",
                pending=pending,
            )
        sleep(pause)
        pause = min(pause * GROWTH, max(waiting.poll_min, waiting.poll_max))
