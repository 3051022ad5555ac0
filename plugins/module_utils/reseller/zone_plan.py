# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan how to make a DNS zone as wanted, with the fewest writes, in an order that does no harm.

Private to the collection. ``zone_writes.py`` reads the zone, and carries the plan out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import (
    ApiRecord,
    from_api,
    is_in_set,
    type_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    TYPES,
    RecordSet,
    SetKey,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion, is_the_one
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, Unreadable, name_in

#: What of an SRV record can't be edited (its port and target); a write that changes it has to be a new record.
FIXED_SRV_FIELDS = slice(2, 4)


@dataclass(frozen=True)
class Write:
    """One write to a zone.

    Attributes:
        action: ``add``, ``change`` or ``remove``.
        key: the record set that it belongs to.
        ttl: the time to live as it will be, or was.
        value: the value as it will be, or was.
        record: the record that is changed or removed.
        absence: the proof that no record has this value yet, for a write that adds one.
        makes_room: whether a record is removed for the one that is added next, which can't stand beside it.
    """

    action: str
    key: SetKey
    ttl: int
    value: str
    record: ApiRecord | None = None
    absence: Absence | None = None
    makes_room: bool = False

    @property
    def brings_value(self) -> bool:
        """Whether a record has a value afterwards that it did not have."""
        return self.action == "add" or (self.record is not None and self.record.value != self.value)


@dataclass
class ZonePlan:
    """The way from what is there to what is wanted.

    Attributes:
        writes: in the order in which they are sent.
        before: all record sets that are there.
        after: all record sets that will be there.
    """

    writes: list[Write] = field(default_factory=list)
    before: list[RecordSet] = field(default_factory=list)
    after: list[RecordSet] = field(default_factory=list)


def managed(records: Iterable[Item]) -> list[ApiRecord]:
    """The records that are managed here; those of the provider (NS, SOA) and those without a name are left out."""
    return [record for record in map(from_api, records) if record is not None]


def unmanaged(records: Iterable[Item], key: SetKey | None = None) -> list[str]:
    """Return what names the records that can't be told from those of a managed set, and so stay as they are.

    Args:
        records: as the API lists them.
        key: only those that may be of this set.
    """
    criteria: tuple[Criterion, ...] = (lambda record: type_of(record) in TYPES,) if key is None else is_in_set(key)
    return [_name(record) for record in records if from_api(record) is None and _may_be(record, criteria)]


def untold(records: Iterable[ApiRecord], plan: ZonePlan) -> list[str]:
    """Return the ids of records that do not tell their value, and stay as they are."""
    touched = {write.record.id for write in plan.writes if write.record}
    return [record.id for record in records if not record.is_told and record.id not in touched]


def _may_be(record: Item, criteria: tuple[Criterion, ...]) -> bool:
    try:
        return is_the_one(record, criteria)
    except Unreadable:
        return True


def _name(record: Item) -> str:
    try:
        return name_in(record, "id")
    except Unreadable:
        return "one without an id"


def record_sets(records: Iterable[ApiRecord]) -> list[RecordSet]:
    """The records as sets, sorted; a set whose records differ in their TTL has the smallest one (RFC 2181, 5.2)."""
    found: dict[SetKey, list[ApiRecord]] = {}
    for record in records:
        found.setdefault(record.key, []).append(record)
    return [
        RecordSet(key, min(item.ttl for item in members), tuple(sorted({item.value for item in members})))
        for key, members in sorted(found.items())
    ]


def plan_zone(records: list[ApiRecord], wanted: list[RecordSet], unwanted: Iterable[SetKey] = ()) -> ZonePlan:
    """Plan the writes.

    Args:
        records: what is there.
        wanted: the exact desired sets; a set without values must be absent.
        unwanted: further sets to remove.
    """
    current: dict[SetKey, list[ApiRecord]] = {}
    for record in records:
        current.setdefault(record.key, []).append(record)
    target = {item.key: item for item in wanted}
    target.update({key: RecordSet(key, 0, ()) for key in unwanted if key not in target})
    changes: list[Write] = []
    additions: list[Write] = []
    removals: list[Write] = []
    for key, item in sorted(target.items()):
        for write in _set_writes(current.get(key, []), item):
            {"change": changes, "add": additions, "remove": removals}[write.action].append(write)
    after = {item.key: item for item in record_sets(records)}
    after.update({key: item for key, item in target.items() if item.values})
    for key, item in target.items():
        if not item.values:
            after.pop(key, None)
    return ZonePlan(
        writes=changes + _ordered(additions, removals),
        before=record_sets(records),
        after=[after[key] for key in sorted(after)],
    )


def _set_writes(records: list[ApiRecord], wanted: RecordSet) -> list[Write]:
    """The writes for one set: a value too many is changed into one that is missing, which takes one write, not two."""
    writes: list[Write] = []
    missing = list(wanted.values)
    spare: list[ApiRecord] = []
    for record in sorted(records, key=lambda item: (item.ttl != wanted.ttl, item.id)):
        if not record.is_told or record.value not in missing:
            spare.append(record)
            continue
        missing.remove(record.value)
        if record.ttl != wanted.ttl:
            writes.append(Write("change", wanted.key, wanted.ttl, record.value, record))
    for value in missing:
        partner = next((record for record in spare if _can_become(wanted.key, record.value, value)), None)
        if partner is None:
            writes.append(Write("add", wanted.key, wanted.ttl, value))
        else:
            spare.remove(partner)
            writes.append(Write("change", wanted.key, wanted.ttl, value, partner))
    return writes + [_removal(record) for record in spare]


def _removal(record: ApiRecord) -> Write:
    return Write("remove", record.key, record.ttl, record.value, record)


def plan_removal(records: list[ApiRecord], key: SetKey, values: Iterable[str] | None) -> ZonePlan:
    """Plan the removal of values of one set, all of them if None; nothing else of it changes."""
    unwanted = None if values is None else set(values)
    gone = [
        record
        for record in records
        if record.key == key and (unwanted is None or (record.is_told and record.value in unwanted))
    ]
    left = [record for record in records if record not in gone]
    return ZonePlan([_removal(record) for record in gone], record_sets(records), record_sets(left))


def _can_become(key: SetKey, old: str, new: str) -> bool:
    return key.type != "SRV" or old.split()[FIXED_SRV_FIELDS] == new.split()[FIXED_SRV_FIELDS]


def _ordered(additions: list[Write], removals: list[Write]) -> list[Write]:
    """Additions first, so that no name is ever without its record; but a CNAME tolerates no other record beside it.

    Where one side is a CNAME, the old records go right before the new ones come. That of a wildcard stays: nothing
    brings it back if the API refuses its successor.
    """
    writes: list[Write] = []
    waiting = list(removals)
    for addition in additions:
        in_the_way = [
            removal
            for removal in waiting
            if removal.key.name == addition.key.name
            and removal.key != addition.key
            and "CNAME" in (removal.key.type, addition.key.type)
            and not removal.key.is_wildcard
        ]
        waiting = [removal for removal in waiting if removal not in in_the_way]
        writes += [*(replace(removal, makes_room=True) for removal in in_the_way), addition]
    return writes + waiting


def check_cnames(plan: ZonePlan) -> None:
    """Refuse a CNAME beside other records of the same name (RFC 1034, 3.6.2).

    Raises:
        ToolkitError: ``cname_conflict``.
    """
    touched = {write.key.name for write in plan.writes}
    for name in sorted(touched):
        types = [item.key.type for item in plan.after if item.key.name == name]
        if "CNAME" in types and len(types) > 1:
            raise ToolkitError(
                "cname_conflict",
                f"{name} would have a CNAME beside other records ({', '.join(types)}).",
                hint=f"Describe those of {', '.join(kind for kind in types if kind != 'CNAME')}, or the CNAME, with an "
                "empty value to remove them.",
            )


def check_wildcards(plan: ZonePlan) -> None:
    """Refuse to add a wildcard, before anything is written: the API takes no ``*`` in the name of a new record.

    Raises:
        ToolkitError: ``wildcard_refused``.
    """
    added = sorted({f"{w.key.type} {w.key.name}" for w in plan.writes if w.action == "add" and w.key.is_wildcard})
    if added:
        raise ToolkitError(
            "wildcard_refused",
            f"The API does not add records with a * in their name (dns_invalid_record_name): {', '.join(added)}.",
            hint="Add it in the control panel; it is changed and removed from here then. To try it through the API, "
            "set allow_wildcard: true.",
        )


def described(write: Write) -> dict[str, Any]:
    """A write in a task's result."""
    return {
        "action": write.action,
        "prefix": write.key.name,
        "type": write.key.type,
        "ttl": write.ttl,
        "value": written_value(write.key.type, write.value),
    }
