# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One order: what to order, and its outcome.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence

if TYPE_CHECKING:
    # Most tasks order nothing and follow no job: they save 3 ms.
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import Job

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
        shown: looks for the thing while its job is ongoing, where its being shown is enough; None waits for the job.
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
        item: the thing; None while its job is ongoing and the task does not wait.
        job: its provisioning job, as far as known.
        changed: the thing came into being, or was ordered, in this run.
        recovered: an earlier order, or one whose answer was lost, was found again instead of a new order.
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
