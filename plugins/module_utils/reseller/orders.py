# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Order something exactly once, whatever fails: the one place that sends paying requests.

Private to the collection. The API has no idempotency key, so three things together do its work: what the API lists
is the truth, the journal tells of orders on their way, and a lock lets one process order at a time. An order is sent
at most once for one intent; after that, this module only looks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_seconds
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.following import note_jobs
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import (
    GROWTH,
    Job,
    JobPoller,
    Patience,
    checked,
    job_id_in,
    read_job,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Intent, Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    OutcomeUnknown,
    ToolkitError,
)

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: Statuses after which certainly nothing was made, so that no look is needed.
NOT_CARRIED_OUT = frozenset({401, 403, 429})

Item = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """One thing to order.

    Attributes:
        path: the collection that the order is posted to.
        key: the thing's natural key: what tells it from all others of the account.
        title: the thing in messages, ``account example.com``.
        body: the order.
        find: looks the thing up by its natural key; None when it is not there (yet).
        from_links: makes the thing of the links of a finished job; by default it is looked up.
        from_location: makes the thing of the path that the answer named, for what is not provisioned by a job.
        ends_when_made: the intent is closed as soon as the thing is there. A certificate request's is not: its end
            is the certificate.
    """

    path: str
    key: str
    title: str
    body: dict[str, Any]
    find: Callable[[], Item | None]
    from_links: Callable[[tuple[str, ...]], Item | None] | None = None
    from_location: Callable[[str], Item | None] | None = None
    ends_when_made: bool = True


@dataclass(frozen=True)
class Placed:
    """What became of an order.

    Attributes:
        item: the thing; None while its job goes on and nobody wants to wait.
        job: its provisioning job, as far as known.
        changed: the thing came into being, or was ordered, in this run.
        recovered: an earlier order, or one whose answer was lost, was found again instead of ordering anew.
    """

    item: Item | None
    job: Job | None = None
    changed: bool = True
    recovered: bool = False

    def as_result(self) -> dict[str, Any]:
        """The keys that all results of ordering modules have."""
        return {
            "changed": self.changed,
            "recovered": self.recovered,
            "job": self.job.as_result() if self.job else None,
        }


class Orders:
    """Places orders for one task.

    Args:
        client: calls the API.
        params: the task's options (`ordering_options`).
        clock: unix time.
        sleep: how to wait between looks.
    """

    def __init__(
        self,
        client: ResellerClient,
        params: dict[str, Any],
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        if params["settle_time"]:
            check_seconds(params, "settle_time")
        self._wait: bool = params["wait"]
        self._resend: bool = params["on_doubt"] == "resend"
        self._settle_time: float = params["settle_time"]
        self._patience = Patience.of(params)
        tell = partial(note_jobs, client.state_dir)
        self._poller = JobPoller(client, self._patience, tell=tell, clock=clock, sleep=sleep)
        self._clock = clock
        self._sleep = sleep
        self.journal = Journal(client.state_dir, clock=clock)

    def intent(self, path: str, key: str) -> Intent:
        """The intent to have this once."""
        return self.journal.intent(self._client.api_url, f"POST {path}", key, self._client.key_fingerprint)

    def settle(self, task: Task, path: str, key: str) -> bool:
        """The thing was found: whether an open intent for it is hereby recovered.

        Not when a process is still at it, which will close the intent itself. A bad journal is only warned of.
        """
        try:
            known = self.journal.read(self.intent(path, key))
            if known is None or not known.is_open:
                return False
            if not task.check_mode:
                with self.journal.lock(known, timeout=0):
                    self.journal.close(known)
            return True
        except ToolkitError as error:
            if error.kind != "locked":
                task.warn(str(error))
            return False

    def place(self, order: Order) -> Placed:
        """Have the thing once: order it, or take over what an earlier order made.

        Raises:
            ToolkitError: ``outcome_unknown``, ``provisioning_failed``, ``provisioning_cancelled``, ``job_timeout``,
                ``locked``, ``journal_unusable``, ``order_ended``.
            ApiError: the API refused the order.
        """
        intent = self.intent(order.path, order.key)
        timeout = self._patience.wait_timeout if self._wait else self._settle_time
        with self.journal.lock(intent, timeout=timeout) as waited:
            known = self.journal.read(intent)
            # What this process looked at may be old by now: someone else was here.
            item = order.find() if waited or known else None
            if item is not None:
                recovered = known is not None and known.is_open
                self._made(order, known)
                return Placed(item, changed=False, recovered=recovered)
            placed = self._resume(order, known) if known and known.is_open else None
            return placed or self._send(order, intent)

    def _resume(self, order: Order, known: Intent) -> Placed | None:
        """Go on with an order of an earlier run; None when it is certain that ordering again is right."""
        resend = self._resend or known.resend
        if known.gone:
            if resend:
                return None
            raise ToolkitError(
                "order_ended",
                f"The order of {order.title} of {known.opened} ended without it.",
                hint="Find out why in the control panel. To order again, and pay again, run with on_doubt: resend, or "
                f"let reseller_journal with id: {known.id} settle it for the next run.",
            )
        if known.location or known.answered:
            placed = self._follow(order, known, changed=False, recovered=True)
            if placed.job is None or placed.job.status != "cancelled":
                return placed
            self.journal.close(known)
            return None
        item = self._look(order, known.opened_at + self._settle_time)
        if item is not None:
            self._made(order, known)
            return Placed(item, recovered=True)
        if resend:
            return None
        raise self._doubt(order, known, "its answer was never seen")

    def _send(self, order: Order, intent: Intent) -> Placed:
        """Send the order: the only place that does, and it does so once."""
        intent = self.journal.write(intent)
        try:
            answer = self._client.post(order.path, order.body, fresh=True)
        except OutcomeUnknown as error:
            item = self._look(order, self._clock() + self._settle_time)
            if item is None:
                raise self._doubt(order, intent, error.message) from error
            self._made(order, intent)
            return Placed(item, recovered=True)
        except ConnectionFailed:
            self.journal.close(intent)
            raise
        except ApiError as error:
            item = None if error.status in NOT_CARRIED_OUT else order.find()
            self._made(order, intent) if item else self.journal.close(intent)
            if item is None:
                raise
            return Placed(item, changed=False, recovered=True)
        known = self.journal.write(intent, location=self._client.rest.location_path(answer), answered=True)
        placed = self._follow(order, known, changed=True, recovered=False)
        if placed.job and placed.job.status == "cancelled":
            self.journal.close(known)
            checked(placed.job)
        return placed

    def _follow(self, order: Order, known: Intent, *, changed: bool, recovered: bool) -> Placed:
        """From an accepted order to the thing.

        Args:
            order: what was ordered.
            known: the intent with what its answer told.
            changed: whether it was sent in this run; if not, it still is a change when the thing comes into being.
            recovered: whether it was sent in an earlier run.
        """
        job = None
        job_id = job_id_in(known.location)
        if job_id:
            job = self._poller.follow([job_id])[job_id] if self._wait else read_job(self._client, job_id)
            job = job or Job(job_id, "ongoing")
            if job.status == "cancelled":
                return Placed(None, job, changed, recovered)
            if checked(job).status == "ongoing":
                return Placed(None, job, changed, recovered)
            item = order.from_links(job.resource_links) if order.from_links else None
        else:
            item = order.from_location(known.location) if order.from_location and known.location else None
        if item is None:
            patience = self._settle_time if job else self._patience.wait_timeout
            item = self._look(order, self._clock() + patience if self._wait else 0.0)
        if item is None and not self._wait:
            return Placed(None, job, changed, recovered)
        if item is None:
            raise ToolkitError(
                "not_visible",
                f"The API accepted the order of {order.title}, and does not show it yet.",
                hint="Run the task again: it goes on looking, and orders nothing.",
                job=job.as_result() if job else None,
            )
        self._made(order, known)
        return Placed(item, job, True, recovered)

    def _look(self, order: Order, deadline: float) -> Item | None:
        """Look for the thing, at least once, until it is there or the time has come."""
        pause = self._patience.poll_min
        while True:
            item = order.find()
            if item is not None or self._clock() + pause > deadline:
                return item
            self._sleep(pause)
            pause = min(pause * GROWTH, self._patience.poll_max)

    def _made(self, order: Order, known: Intent | None) -> None:
        if known and known.is_open and order.ends_when_made:
            self.journal.close(known)

    def _doubt(self, order: Order, intent: Intent, why: str) -> ToolkitError:
        return ToolkitError(
            "outcome_unknown",
            f"{order.title}: {intent.endpoint} was sent at {intent.opened}, and whether it was carried out is "
            f"unknown ({why.rstrip('.')}). The API does not show it.",
            hint="Nothing is ordered again by itself. Run the task again to look once more. If the control panel "
            "shows that it was not ordered, run it with on_doubt: resend, or let reseller_journal with "
            f"id: {intent.id} settle it for the next run.",
        )
