# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow provisioning jobs to their end.

Private to the collection. Source: the vendor's description of ``GET /provisioningjobs/{jobId}``: the API
answers with 200 and the job's state until it is done, then with 201 and links to what it created. The states are
``ongoing``, ``finished``, ``failed`` (not final: the vendor may repair it, and until then nothing may be ordered again)
and ``cancelled`` (final).
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import (
    Polling,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object, segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import texts_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time

JOBS = "/provisioningjobs"
#: How many 404 responses are accepted at first: the API may know a job only a little after it names it.
MISSING_ALLOWED = 5
#: When to poll, as shares of the time from the first poll to the estimated end: rarely at first, in case it is done
#: much sooner, and often around the time at which it ends if the estimate is off by at most a fifth.
TOWARDS_ESTIMATE = (0.47, 0.65, 0.91, 0.985, 1.065, 1.155, 1.29)
#: No pause but the first is longer than this share of the time waited so far, because an estimate can be far off.
BEYOND_ESTIMATE = 0.55
#: Without an estimate in the future, each pause is this share of the time waited so far.
WITHOUT_ESTIMATE = 0.4
#: Each pause is shortened by up to this share (jitter), so that processes do not poll at the same time.
JITTER = 0.1


@dataclass(frozen=True)
class Job:
    """A provisioning job as last reported.

    Attributes:
        id: its UUID.
        status: ``ongoing``, ``finished``, ``failed`` or ``cancelled``.
        estimate: the expected end in unix time, None when unknown; it can move, and can be wrong.
        resource_links: the paths of what it created; empty until it is finished, and sometimes even then.
    """

    id: str
    status: str
    estimate: float | None = None
    resource_links: tuple[str, ...] = ()

    def as_result(self) -> dict[str, Any]:
        """Return the job in the form of a task's result."""
        return {
            "id": self.id,
            "status": self.status,
            "estimate": None
            if self.estimate is None
            else datetime.fromtimestamp(self.estimate, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "resource_links": list(self.resource_links),
        }


def job_id_in(location: str | None) -> str | None:
    """Return the id of the job that an order's ``Location`` names; None when it names none."""
    found = re.fullmatch(f"(?:/v2)?{JOBS}/([0-9A-Za-z-]+)/?", location or "")
    return found.group(1) if found else None


def read_job(client: ResellerClient, job_id: str) -> Job | None:
    """Return the current job; None when the API does not know it.

    Raises:
        ToolkitError: ``unexpected_state``, for an unknown state.
        Unreadable: its links can't be read.
    """
    path = f"{JOBS}/{segment(job_id)}"
    answer = client.rest.request("GET", path, expect=(200, 201, 404), shape=is_object)
    if answer.status == 404:
        return None
    # The status 201 decides: the body may be missing, and the links too.
    data = answer.data or {}
    if answer.status == 201:
        links = [] if data.get("resource_links") is None else texts_in(data, "resource_links")
        return Job(job_id, "finished", resource_links=tuple(links))
    status = data.get("status")
    if not isinstance(status, str) or status not in {"ongoing", "finished", "failed", "cancelled"}:
        raise ToolkitError(
            "unexpected_state",
            f"Provisioning job {job_id} has the unknown state {status!r}.",
            hint="It is not taken as done. Update this collection, or look in the control panel.",
            job={"id": job_id, "status": status, "estimate": None, "resource_links": []},
        )
    # An estimate only affects the polling: one that can't be read is ignored.
    completion = data.get("completion")
    return Job(job_id, status, iso_time(completion.get("estimate")) if isinstance(completion, dict) else None)


def existing_job(client: ResellerClient, job_id: str) -> Job:
    """Return the current job.

    Raises:
        ToolkitError: ``job_unknown``, ``unexpected_state``.
    """
    job = read_job(client, job_id)
    if job is None:
        raise _unknown(job_id)
    return job


def _unknown(job_id: str) -> ToolkitError:
    return ToolkitError("job_unknown", f"The API does not know the provisioning job {job_id}.")


class JobPoller:
    """Polls jobs until they are done, at well-chosen times.

    Args:
        client: reads the jobs.
        polling: how to wait.
        tell: is called with the estimates of the pending jobs after each poll and at the end.
        clock: unix time, to compare with estimates.
        monotonic: seconds that are independent of changes of the clock; limits the wait.
        sleep: how to wait between polls.
    """

    def __init__(
        self,
        client: ResellerClient,
        polling: Polling,
        *,
        tell: Callable[[list[float | None]], None] = lambda _estimates: None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._tell = tell
        self._polling = polling
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep

    def follow(
        self,
        job_ids: Iterable[str],
        is_made: Callable[[str], bool] = lambda _job_id: False,
        *,
        first_look: float = 0.0,
    ) -> dict[str, Job]:
        """Return the jobs after all of them have ended.

        If a job failed or was cancelled, the others are still followed; `checked` turns it into an error.

        Args:
            job_ids: the jobs.
            is_made: returns whether the thing of an ongoing job already exists; such a job is no longer followed.
            first_look: the seconds before the first poll, from ``Retry-After`` of an order's 202.

        Raises:
            ToolkitError: ``job_timeout``, with the ids and the next step; ``job_unknown``; ``unexpected_state``.
        """
        start = self._monotonic()
        deadline = start + self._polling.wait_timeout
        ended: dict[str, Job] = {}
        looks = {job_id: _Looks(start, self._polling, first_look) for job_id in dict.fromkeys(job_ids)}
        seen: dict[str, Job] = {}
        while looks:
            job_id = min(looks, key=lambda name: looks[name].next_at)
            pause = min(looks[job_id].next_at, deadline) - self._monotonic()
            if pause > 0:
                self._sleep(pause)
            job = read_job(self._client, job_id)
            if job and (self._is_over(job) or is_made(job_id)):
                ended[job_id] = job
                del looks[job_id]
                continue
            if job:
                seen[job_id] = job
            elif not looks[job_id].missing_is_fine():
                raise _unknown(job_id)
            if self._monotonic() >= deadline:
                raise self._timeout(looks, seen)
            estimate = job.estimate if job else None
            looks[job_id].plan(self._monotonic(), None if estimate is None else estimate - self._clock())
            self._tell([seen[name].estimate if name in seen else None for name in looks])
        self._tell([])
        return ended

    def _is_over(self, job: Job) -> bool:
        return job.status in {"finished", "cancelled"} or (
            job.status == "failed" and not self._polling.wait_when_failed
        )

    def _timeout(self, open_ids: Iterable[str], seen: dict[str, Job]) -> ToolkitError:
        jobs = [seen.get(job_id, Job(job_id, "ongoing")) for job_id in open_ids]
        told = ", ".join(f"{job.id} ({job.status})" for job in jobs)
        return ToolkitError(
            "job_timeout",
            f"Not done within wait_timeout ({self._polling.wait_timeout:g} s): provisioning job {told}.",
            hint="Nothing is lost: run the task again, and it continues to wait for the same job; or wait with "
            "reseller.toolkit.reseller_job and this id.",
            job=jobs[0].as_result(),
        )


class _Looks:
    """The polling times of one job: most often around its estimated end, otherwise at growing intervals.

    An estimate that keeps moving can't delay the polling forever, because each share of the way to it is used once.
    """

    def __init__(self, start: float, polling: Polling, first_look: float) -> None:
        self.next_at = start + min(first_look, polling.poll_max)
        self._start = start
        self._polling = polling
        self._shares = list(TOWARDS_ESTIMATE)
        self._is_first = True
        self._missing = 0

    def plan(self, now: float, remaining: float | None) -> None:
        """Plan the next poll.

        Args:
            now: the time on the monotonic clock, like `start`.
            remaining: the estimated seconds to the end, negative if it should be over; None when unknown.
        """
        waited = now - self._start
        pause = None if remaining is None else self._towards(now, now + remaining)
        self._is_first = False
        if pause is None:
            pause = 2 * self._polling.poll_min + WITHOUT_ESTIMATE * waited
        pause = max(self._polling.poll_min, min(pause, self._polling.poll_max))
        self.next_at = now + pause * (1.0 - random.uniform(0.0, JITTER))

    def _towards(self, now: float, estimate: float) -> float | None:
        """Return the pause until the next share of the way to the estimated end; None when all are used."""
        soonest = now + self._polling.poll_min
        while self._shares and self._start + self._shares[0] * (estimate - self._start) < soonest:
            self._shares.pop(0)
        if not self._shares:
            return None
        pause = self._start + self._shares[0] * (estimate - self._start) - now
        longest = self._polling.poll_max
        if not self._is_first:
            longest = min(longest, BEYOND_ESTIMATE * (now - self._start))
        if pause <= longest:
            self._shares.pop(0)
        return min(pause, longest)

    def missing_is_fine(self) -> bool:
        self._missing += 1
        return self._missing <= MISSING_ALLOWED


def checked(job: Job) -> Job:
    """Return the job, if it finished successfully.

    Raises:
        ToolkitError: ``provisioning_failed`` or ``provisioning_cancelled``.
    """
    if job.status == "failed":
        raise ToolkitError(
            "provisioning_failed",
            f"Provisioning job {job.id} failed.",
            hint="Contact the vendor's support with this id, or wait until the error is resolved. Nothing will be "
            "ordered again while the job says failed; run the task again to look (on_job_failure: wait keeps "
            "looking).",
            job=job.as_result(),
        )
    if job.status == "cancelled":
        raise ToolkitError(
            "provisioning_cancelled",
            f"Provisioning job {job.id} was cancelled, and nothing was made.",
            hint="Run the task again to place a new order.",
            job=job.as_result(),
        )
    return job
