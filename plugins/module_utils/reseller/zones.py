# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a DNS zone as wanted, with the fewest writes, in an order that does no harm.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import name_servers_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.domains import (
    get_domain,
    list_dns_records,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.parents import COMES_WITH_ACCOUNT
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.records import (
    ApiRecord,
    RecordSet,
    SetKey,
    doubts,
    edited,
    from_api,
    to_api,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.steps import check_deletions

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

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
    """

    action: str
    key: SetKey
    ttl: int
    value: str
    record: ApiRecord | None = None


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


def parent_zone(task: Task, client: ResellerClient, domain: str, **filters: Any) -> list[ApiRecord]:
    """The records of the zone that something is to be done to; in check mode none if there is no such zone yet.

    Raises:
        ToolkitError: ``not_found``.
    """
    records = list_dns_records(client, domain, **filters)
    if records is None:
        missing(task, f"zone {domain}", COMES_WITH_ACCOUNT)
    return managed(records or [])


def managed(records: Iterable[dict[str, Any]]) -> list[ApiRecord]:
    """The records that are managed here; those of the provider (NS, SOA) are left out."""
    return [record for record in map(from_api, records) if record is not None]


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
        wanted: sets that shall be exactly so; a set without values shall be gone.
        unwanted: further sets that shall be gone.
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
        if record.value not in missing:
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


def plan_removal(records: list[ApiRecord], key: SetKey, values: Iterable[str]) -> ZonePlan:
    """Plan the removal of values of one set, all of them if none is given; nothing else of it changes."""
    unwanted = set(values)
    gone = [record for record in records if record.key == key and (not unwanted or record.value in unwanted)]
    left = [record for record in records if record not in gone]
    return ZonePlan([_removal(record) for record in gone], record_sets(records), record_sets(left))


def _can_become(key: SetKey, old: str, new: str) -> bool:
    return key.type != "SRV" or old.split()[FIXED_SRV_FIELDS] == new.split()[FIXED_SRV_FIELDS]


def _ordered(additions: list[Write], removals: list[Write]) -> list[Write]:
    """Additions first, so that no name is ever without its record; but a CNAME tolerates no other record beside it.

    Where one side is a CNAME, the old records go right before the new ones come.
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
        ]
        waiting = [removal for removal in waiting if removal not in in_the_way]
        writes += [*in_the_way, addition]
    return writes + waiting


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


def apply_plan(task: Task, client: ResellerClient, domain: str, plan: ZonePlan) -> dict[str, Any]:
    """Send the writes, unless in check mode, and tell what became of them.

    Before the first one it warns of what makes them useless or likely to be refused.

    Raises:
        ToolkitError: what stopped the writes, with ``changed``, ``applied``, ``failed_writes`` and ``not_attempted``.
    """
    if plan.writes:
        _warn(task, client, domain, plan)
    if not task.check_mode:
        for number, write in enumerate(plan.writes):
            try:
                send_write(client, domain, write)
            except ToolkitError as error:
                error.facts.update(
                    changed=number > 0,
                    applied=[described(done) for done in plan.writes[:number]],
                    failed_writes=[described(write)],
                    not_attempted=[described(left) for left in plan.writes[number + 1 :]],
                )
                raise
    return {
        "changed": bool(plan.writes),
        "diff": {"before": _zone_file(plan.before, domain), "after": _zone_file(plan.after, domain)},
        "record_sets": [item.as_result(domain) for item in plan.after],
        "applied": [described(write) for write in plan.writes],
    }


def _zone_file(sets: list[RecordSet], domain: str) -> str:
    return "".join(f"{line}\n" for item in sets for line in item.lines(domain))


def _warn(task: Task, client: ResellerClient, domain: str, plan: ZonePlan) -> None:
    touched = {write.key for write in plan.writes if write.action != "remove"}
    for doubt in doubts(item for item in plan.after if item.key in touched):
        task.warn(doubt)
    elsewhere = name_servers_elsewhere(client, domain) if task.params["check_name_servers"] else []
    if elsewhere:
        task.warn(
            f"The name servers of {domain} are {', '.join(elsewhere)}, not those of this zone: nobody sees its records."
        )


def name_servers_elsewhere(client: ResellerClient, domain: str) -> list[str]:
    """The name servers of a domain if its zone here is not the one that the world sees.

    The zone's own NS records name the vendor's servers. Where the domain is registered elsewhere, or the key may not
    read it, nobody can tell from here: that counts as served here.
    """
    try:
        registered = get_domain(client, domain)
        servers = name_servers_in(registered) if registered else []
        records = list_dns_records(client, domain, type="NS") if servers else None
    except (ApiError, Unreadable):
        return []
    apex = [record for record in records or [] if (record.get("record_name") or "@") == "@"]
    vendors = {shown_name(record.get("content")) for record in apex}
    return [] if not vendors or vendors & set(servers) else servers


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
                hint="Describe the record sets that shall go with an empty value.",
            )


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


def described(write: Write) -> dict[str, Any]:
    """A write in a task's result."""
    return {
        "action": write.action,
        "prefix": write.key.name,
        "type": write.key.type,
        "ttl": write.ttl,
        "value": written_value(write.key.type, write.value),
    }


def send_write(client: ResellerClient, domain: str, write: Write) -> None:
    """Carry out one write."""
    path = f"/dns/{segment(domain)}/records"
    if write.record is None:
        record = to_api(write.key, write.ttl, write.value)
        client.post_free(path, record, lambda: _is_there(client, domain, write))
    elif write.action == "remove":
        client.delete(f"{path}/{segment(write.record.id)}")
    else:
        client.put(f"{path}/{segment(write.record.id)}", edited(write.record, write.ttl, write.value))


def _is_there(client: ResellerClient, domain: str, write: Write) -> bool:
    records = list_dns_records(client, domain, type=write.key.type) or []
    return any((record.key, record.value) == (write.key, write.value) for record in managed(records))
