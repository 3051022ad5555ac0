# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which record sets of a zone are purged because nothing describes them, and which stay all the same.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import ApiRecord
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import SetKey
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import ZonePlan, described
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import check_deletions


@dataclass(frozen=True)
class Scope:
    """Which record sets may be purged.

    Attributes:
        types: these types, None for all.
        names: these names and what is below them, None for all.
    """

    types: list[str] | None
    names: list[str] | None

    def holds(self, key: SetKey) -> bool:
        """Whether a record set is in it."""
        in_types = self.types is None or key.type in self.types
        return in_types and (
            self.names is None or any(key.name == name or key.name.endswith("." + name) for name in self.names)
        )

    def names_it(self, key: SetKey) -> bool:
        """Whether a record set is in it by its very name."""
        return self.holds(key) and self.names is not None and key.name in self.names


@dataclass(frozen=True)
class Purge:
    """What nothing describes.

    Attributes:
        unwanted: the record sets that go.
        wildcards: those that stay because the API could not add them again.
    """

    unwanted: frozenset[SetKey] = frozenset()
    wildcards: tuple[SetKey, ...] = ()


def purge_of(
    records: Iterable[ApiRecord],
    described_sets: set[SetKey],
    scope: Scope,
    validations_in: Callable[[set[SetKey]], set[SetKey]],
) -> Purge:
    """Return what becomes of the record sets that nothing describes.

    Args:
        records: what the zone has.
        described_sets: what is described, also as gone.
        scope: what may be purged. What it names is purged, whatever it is.
        validations_in: returns those of some record sets that validate certificates.
    """
    doomed = {record.key for record in records if scope.holds(record.key)} - described_sets
    named = {key for key in doomed if scope.names_it(key)}
    wildcards = {key for key in doomed - named if key.is_wildcard}
    validations = validations_in(doomed - named - wildcards)
    return Purge(frozenset(doomed - wildcards - validations), tuple(sorted(wildcards)))


def check_purge(plan: ZonePlan, purged: Iterable[SetKey], max_delete_percent: float) -> None:
    """Refuse to purge more of a zone than was allowed; what the task describes is asked for, and does not count.

    Args:
        plan: the whole plan.
        purged: the record sets that go because nothing describes them.
        max_delete_percent: the largest share of the zone's records that may go.

    Raises:
        ToolkitError: ``too_many_deletions``, with what would go.
    """
    unwanted = set(purged)
    total = sum(len(item.values) for item in plan.before)
    removals = [write for write in plan.writes if write.action == "remove" and write.key in unwanted]
    check_deletions([described(write) for write in removals], total, max_delete_percent, things="records")
