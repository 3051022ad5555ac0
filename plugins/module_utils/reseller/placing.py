# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Place an order: the one place that sends paying requests.

Private to the collection. It is loaded only when something is ordered: an ordinary module compiles all that it imports
again in each task, and most tasks order nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import (
    Job,
    JobPoller,
    checked,
    job_id_in,
    read_job,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import (
    Journal,
    JournalUnusable,
    accepted_but_not_noted,
    not_closed,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Item, Order, Placed
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import OrderOptions, growing_pauses
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.waiting_jobs import publish_waiting_jobs
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.reset_times import seconds_to_wait
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

#: Statuses after which certainly nothing was made, so that no look is needed.
NOT_CARRIED_OUT = frozenset({401, 403, 429})


class Placing:
    """Places orders.

    Args:
        client: calls the API.
        journal: records the orders.
        options: how to wait, and what to do in doubt.
        warn: shows a warning to the user.
        clock: unix time, to compare with what earlier runs recorded.
        monotonic: seconds that are independent of changes of the clock; limits every wait.
        sleep: how to wait between status checks.
    """

    def __init__(
        self,
        client: ResellerClient,
        journal: Journal,
        options: OrderOptions,
        *,
        warn: Callable[[str], None],
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._journal = journal
        self._options = options
        self._polling = options.polling
        self._warn = warn
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        #: Why the thing was not seen when it was last looked for.
        self._unseen = ""
        self._poller = JobPoller(
            client,
            options.polling,
            tell=partial(publish_waiting_jobs, client.storage),
            clock=clock,
            monotonic=monotonic,
            sleep=sleep,
        )

    def place(self, order: Order, intent: Intent, absence: Absence) -> Placed:
        """See `Orders.place`.

        Args:
            order: what to order.
            intent: its entry in the journal, if it is sent now.
            absence: the proof that the thing does not exist.
        """
        timeout = self._polling.wait_timeout if self._options.wait else self._options.settle_time
        with self._journal.lock(intent, timeout=timeout) as waited:
            known = self._journal.read(intent)
            # The proof may be old by now: someone else was here.
            found = order.find() if waited or known else absence
            if isinstance(found, Absence) and known and known.is_open:
                placed = self._resume(order, known)
                if placed is not None:
                    return placed
                found = order.find()
            if isinstance(found, Absence):
                return self._send(order, intent)
            self._made(order, known, found)
            return Placed(found, changed=False, recovered=known is not None and known.is_open)

    def _resume(self, order: Order, known: Intent) -> Placed | None:
        """Resume an order of an earlier run; None when a person wants it ordered again."""
        resend = self._options.resend or known.resend
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
            return self._follow(order, known, changed=False, recovered=True)
        item = self._look(order, self._options.settle_time - known.age(self._clock()))
        if item is not None:
            self._made(order, known, item)
            return Placed(item, recovered=True)
        if resend:
            return None
        raise self._doubt(order, known, "its answer was never seen")

    def _send(self, order: Order, intent: Intent) -> Placed:
        """Send the order: the only place that does, and it does so once."""
        intent = self._journal.write(intent)
        try:
            answer = self._client.post(order.path, order.body, fresh=True)
        except OutcomeUnknown as error:
            item = self._look(order, self._options.settle_time)
            if item is None:
                raise self._doubt(order, intent, error.message) from error
            self._made(order, intent, item)
            return Placed(item, recovered=True)
        except ConnectionFailed:
            self._close(intent)
            raise
        except ApiError as error:
            # Refused, so nothing comes of it; the reason may be that the thing exists.
            item = None if error.status in NOT_CARRIED_OUT else self._seen(order.find)
            if item is None:
                self._close(intent)
                raise
            self._made(order, intent, item)
            return Placed(item, changed=False, recovered=True)
        location = self._client.rest.location_path(answer)
        try:
            known = self._journal.write(intent, location=location, answered=True)
        except JournalUnusable as error:
            raise accepted_but_not_noted(f"The order of {order.title}", location, error) from error
        first_look = seconds_to_wait(answer.headers, self._clock()) or 0.0
        return self._follow(order, known, changed=True, recovered=False, first_look=first_look)

    def _follow(
        self, order: Order, known: Intent, *, changed: bool, recovered: bool, first_look: float = 0.0
    ) -> Placed:
        """From an accepted order to the thing.

        Args:
            order: what was ordered.
            known: the intent with what its answer told.
            changed: whether it was sent in this run; if not, it still is a change when the thing comes into being.
            recovered: whether it was sent in an earlier run.
            first_look: the seconds after which a first look at its job is worth while.
        """
        job = item = None
        job_id = job_id_in(known.location)
        if job_id:
            if self._options.wait:
                job, item = self._wait_for(order, job_id, first_look)
            else:
                job = read_job(self._client, job_id) or Job(job_id, "ongoing")
            if job.status == "cancelled":
                # Final, so the next run may order again; this one says so first.
                self._close(known)
            if item is None and checked(job).status == "ongoing":
                return Placed(None, job, changed, recovered)
            if item is None and order.from_links:
                item = order.from_links(job.resource_links)
        else:
            item = order.from_location(known.location) if order.from_location and known.location else None
        if item is None:
            seconds = self._options.settle_time if job else self._polling.wait_timeout
            item = self._look(order, seconds if self._options.wait else 0.0)
        if item is None and not self._options.wait:
            return Placed(None, job, changed, recovered)
        if item is None:
            raise ToolkitError(
                "not_visible",
                f"The API accepted the order of {order.title}, and its result can't be seen yet. {self._unseen}",
                hint="Run the task again: it continues to search, and orders nothing.",
                job=job.as_result() if job else None,
            )
        self._made(order, known, item)
        return Placed(item, job, True, recovered, is_own=not recovered)

    def _wait_for(self, order: Order, job_id: str, first_look: float) -> tuple[Job, Item | None]:
        """Return an order's job when it ended, or when its thing is shown and that is enough, with the thing then."""
        item: Item | None = None

        def is_made(_job_id: str) -> bool:
            nonlocal item
            item = self._seen(order.shown) if order.shown else None
            return item is not None

        return self._poller.follow([job_id], is_made, first_look=first_look)[job_id], item

    def _look(self, order: Order, seconds: float) -> Item | None:
        """Look for the thing, at least once, until it is there or this many seconds have passed."""
        pauses = growing_pauses(self._polling, seconds, monotonic=self._monotonic, sleep=self._sleep)
        while True:
            with self._client.evidence.at_once():
                item = self._seen(order.find)
            if item is not None or not next(pauses):
                return item

    def _seen(self, find: Callable[[], Item | Absence | None]) -> Item | None:
        """Return the thing if it certainly exists.

        What can't be proven counts as not seen, and so does what can't be asked for at the moment: after an order was
        sent, that it was sent has to be told, and not that a look failed.
        """
        try:
            found = find()
        except (ApiError, Unproven) as error:
            self._unseen = f"To look for it failed: {error.message}"
            return None
        self._unseen = "The API does not show it."
        return None if isinstance(found, Absence) else found

    def _made(self, order: Order, known: Intent | None, item: Item) -> None:
        """Note that the thing exists, and make sure that it is what was wanted.

        Raises:
            ToolkitError: what ``order.compare`` raises; the order came to its end all the same.
        """
        if known and known.is_open and order.ends_when_made:
            self._close(known)
        order.compare(item)

    def _close(self, known: Intent) -> None:
        """Note that the order came to its end; what can't be noted is settled by the next run."""
        try:
            self._journal.close(known)
        except JournalUnusable as error:
            self._warn(not_closed(known, error))

    def _doubt(self, order: Order, intent: Intent, why: str) -> ToolkitError:
        return ToolkitError(
            "outcome_unknown",
            f"{order.title}: {intent.endpoint} was sent at {intent.opened}, and whether it was carried out is "
            f"unknown ({why.rstrip('.')}). {self._unseen}",
            hint="Nothing is ordered again by itself. Run the task again to search again. If the control panel "
            "shows that it was not ordered, run it with on_doubt: resend, or let reseller_journal with "
            f"id: {intent.id} settle it for the next run.",
        )
