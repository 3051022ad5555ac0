# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Order something exactly once, whatever fails.

Private to the collection. The API has no idempotency key, so three things together do its work: what the API lists
is the truth, the journal records pending orders, and a lock lets one process order at a time. An order is sent at most
once for one intent; after that, it is only looked for. `placing` does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import check_ordering
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order_ids import NAMESPACE, entry_name, order_id
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

if TYPE_CHECKING:
    # Imported below where there is something in the journal, or something to order.
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order, Placed


class Orders:
    """The orders of one task.

    Args:
        client: calls the API.
        params: the task's options (`ordering_options`).
        warn: tells the user what did not stop the task.
        clock: unix time, compared with what earlier runs noted.
        monotonic: seconds that no change of the clock moves; bounds every wait.
        sleep: how to wait between looks.

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
        self._client = client
        check_ordering(params)
        self._params = params
        self._warn = warn
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep

    @cached_property
    def journal(self) -> Journal:
        """What is known of earlier orders."""
        # Imported lazily: most tasks find what they want and no order of it, and save 2 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal

        return Journal(self._client.storage, clock=self._clock)

    def intent(self, path: str, key: str) -> Intent:
        """The intent to have this once."""
        return self.journal.intent(self._client.api_url, f"POST {path}", key, self._client.key_fingerprint)

    def settle(self, task: Task, path: str, key: str) -> bool:
        """The thing was found: whether an open intent for it is hereby recovered.

        Not when a process is still at it, which will close the intent itself. A bad journal is only warned of.
        """
        if not self._may_be_noted(path, key):
            return False
        # Imported lazily: most things have no open order, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.noted_orders import settled

        return settled(self.journal, lambda: self.intent(path, key), task)

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
        # Imported lazily, as in `settle`.
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.noted_orders import note_more

        note_more(self.journal, lambda: self.intent(path, key), changed, self._warn)

    def _may_be_noted(self, path: str, key: str) -> bool:
        """Whether the journal can know of this order."""
        order = order_id(self._client.api_url, f"POST {path}", key)
        try:
            return self._client.storage.get(NAMESPACE, entry_name(order)) is not None
        except OSError:
            # The journal reports what is wrong with it.
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
        # Imported lazily: most tasks order nothing, and save 6 to 9 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.placing import Placing
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import OrderOptions

        if not isinstance(absence, Absence):
            raise TypeError(f"{order.title}: an order needs the proof that its thing is absent")
        placing = Placing(
            self._client,
            self.journal,
            OrderOptions.of(self._params),
            warn=self._warn,
            clock=self._clock,
            monotonic=self._monotonic,
            sleep=self._sleep,
        )
        return placing.place(order, self.intent(order.path, order.key), absence)
