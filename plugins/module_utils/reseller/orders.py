# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Order something exactly once, whatever fails.

Private to the collection. The API has no idempotency key, so three things together do its work: what the API lists
is the truth, the journal tells of orders on their way, and a lock lets one process order at a time. An order is sent
at most once for one intent; after that, it is only looked for. `placing` does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_seconds
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import NAMESPACE, entry_name, order_id
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import Polling
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import Job
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

Item = dict[str, Any]


class Order(NamedTuple):
    """One thing to order.

    Attributes:
        path: the collection that the order is posted to.
        key: the thing's natural key: what tells it from all others of the account.
        title: the thing in messages, ``account example.com``.
        body: the order.
        find: looks the thing up by its natural key; returns it, or the proof that it does not exist (yet).
        compare: raises `ToolkitError` when a thing that this run did not order itself is not what was wanted.
        shown: looks for the thing while its job goes on, where its being shown is enough; None waits for the job.
        from_links: makes the thing of the links of a finished job; by default it is looked up.
        from_location: makes the thing of the path that the answer named, for what is not provisioned by a job.
        ends_when_made: the intent is closed as soon as the thing is there. A certificate request's is not: its end
            is the certificate.
    """

    path: str
    key: str
    title: str
    body: dict[str, Any]
    find: Callable[[], Item | Absence]
    compare: Callable[[Item], None] = lambda _item: None
    shown: Callable[[], Item | None] | None = None
    from_links: Callable[[tuple[str, ...]], Item | None] | None = None
    from_location: Callable[[str], Item | None] | None = None
    ends_when_made: bool = True


class Placed(NamedTuple):
    """What became of an order.

    Attributes:
        item: the thing; None while its job goes on and nobody wants to wait.
        job: its provisioning job, as far as known.
        changed: the thing came into being, or was ordered, in this run.
        recovered: an earlier order, or one whose answer was lost, was found again instead of ordering anew.
        is_own: this run's own order made the thing, so it is what its body said.
    """

    item: Item | None
    job: Job | None = None
    changed: bool = True
    recovered: bool = False
    is_own: bool = False

    def as_result(self) -> dict[str, Any]:
        """The keys that all results of ordering modules have."""
        return {
            "changed": self.changed,
            "recovered": self.recovered,
            "job": self.job.as_result() if self.job else None,
        }


class Orders:
    """The orders of one task.

    Args:
        client: calls the API.
        params: the task's options (`ordering_options`).
        warn: tells the user what did not stop the task.
        clock: unix time, compared with what earlier runs noted.
        monotonic: seconds that no change of the clock moves; bounds every wait.
        sleep: how to wait between looks.

    Attributes:
        client, warn, clock, monotonic, sleep: as given.
        polling: how to wait for a job.
        wait: whether to wait at all.
        resend: whether to order again after an outcome that stays unknown.
        settle_time: how long something may take to be shown after it was made, in seconds.

    Raises:
        ToolkitError: ``invalid_option``, for times that make no sense.
    """

    def __init__(
        self,
        client: ResellerClient,
        params: dict[str, Any],
        *,
        warn: Callable[[str], None],
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if params["settle_time"]:
            check_seconds(params, "settle_time")
        self.client = client
        self.warn = warn
        self.clock = clock
        self.monotonic = monotonic
        self.sleep = sleep
        self.polling = Polling.of(params)
        self.wait: bool = params["wait"]
        self.resend: bool = params["on_doubt"] == "resend"
        self.settle_time: float = params["settle_time"]

    @cached_property
    def journal(self) -> Journal:
        """What is known of earlier orders."""
        # Loaded when there is something in it: most tasks find what they want, and no order of it.
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal

        return Journal(self.client.storage, clock=self.clock)

    def intent(self, path: str, key: str) -> Intent:
        """The intent to have this once."""
        return self.journal.intent(self.client.api_url, f"POST {path}", key, self.client.key_fingerprint)

    def settle(self, task: Task, path: str, key: str) -> bool:
        """The thing was found: whether an open intent for it is hereby recovered.

        Not when a process is still at it, which will close the intent itself. A bad journal is only warned of.
        """
        if not self._may_be_noted(path, key):
            return False
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import (
            JournalUnusable,
            not_closed,
        )

        known = None
        try:
            known = self.journal.read(self.intent(path, key))
            if known is None or not known.is_open:
                return False
            if not task.check_mode:
                with self.journal.lock(known, timeout=0):
                    self.journal.close(known)
            return True
        except JournalUnusable as error:
            # It is recovered all the same; the next run notes it.
            task.warn(not_closed(known, error) if known else str(error))
            return known is not None
        except ToolkitError:
            # A process is ordering it.
            return False

    def location(self, path: str, key: str) -> str | None:
        """Return the path that the answer to an open order named, None when there is no such order or no such path.

        Args:
            path: the collection that the order was posted to.
            key: the natural key of what was ordered.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        known = self.journal.read(self.intent(path, key)) if self._may_be_noted(path, key) else None
        return known.location if known and known.is_open else None

    def note(self, path: str, key: str, **changed: Any) -> None:
        """Note more about an order that is open; a journal that can't be used is only warned of.

        Args:
            path: the collection that the order was posted to.
            key: the natural key of what was ordered.
            changed: the attributes of `Intent` and their new values.
        """
        try:
            known = self.journal.read(self.intent(path, key))
            if known is not None and known.is_open:
                self.journal.write(known, **changed)
        except ToolkitError as error:
            self.warn(f"{', '.join(changed)} can't be noted. {error}")

    def _may_be_noted(self, path: str, key: str) -> bool:
        """Whether the journal can know of this order."""
        order = order_id(self.client.api_url, f"POST {path}", key)
        try:
            return self.client.storage.get(NAMESPACE, entry_name(order)) is not None
        except OSError:
            # The journal will tell what is wrong with it.
            return True

    def place(self, order: Order, absence: Absence) -> Placed:
        """Have the thing once: order it, or take over what an earlier order made.

        Args:
            order: what to order.
            absence: the proof that the thing does not exist, from the look that led here.

        Raises:
            TypeError: there is no proof, which is a bug in the module.
            ToolkitError: ``outcome_unknown``, ``provisioning_failed``, ``provisioning_cancelled``, ``job_timeout``,
                ``locked``, ``journal_unusable``, ``order_ended``, ``unproven``, and what ``order.compare`` raises.
            ApiError: the API refused the order.
        """
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.placing import Placing

        if not isinstance(absence, Absence):
            raise TypeError(f"{order.title}: an order needs the proof that its thing is absent")
        return Placing(self).place(order, absence)
