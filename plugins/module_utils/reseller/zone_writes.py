# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a DNS zone as far as a plan needs it, prove what the plan adds to be absent, and carry the plan out.

Private to the collection. The plans are made in ``zone_plan.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import (
    add_dns_record,
    copied,
    delete_dns_record,
    edited,
    is_record,
    list_dns_records,
    reading_of_dns_records,
    replace_dns_record,
    to_api,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import get_domain, name_servers_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.parents import missing_parent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    RecordSet,
    SetKey,
    doubts,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import (
    Write,
    ZonePlan,
    check_wildcards,
    described,
    managed,
    unmanaged,
    untold,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def proven_plan(
    task: Task,
    client: ResellerClient,
    domain: str,
    plan_for: Callable[[list[Item]], ZonePlan],
    *,
    must_exist: bool = True,
    key: SetKey | None = None,
    **filters: Any,
) -> ZonePlan:
    """Plan the writes to a zone from what it has.

    That nothing has to change can be seen in the records that a consistent total counts. A plan that writes anything is
    made from all of them, and proves that what it adds is absent. Records that nobody can tell to be wanted or not stay
    as they are, with a warning.

    Args:
        task: check mode and ``allow_wildcard`` are taken from it.
        client: calls the API.
        domain: the zone.
        plan_for: plans the writes from the records as the API lists them.
        must_exist: whether the zone has to exist; in check mode it is only warned of one that does not.
        key: the only set that the plan is about; None for all.
        filters: which records to read.

    Raises:
        ToolkitError: ``not_found``; ``unproven``; ``wildcard_refused``; what `plan_for` raises.
    """
    plan, records = _plan_and_records(task, client, domain, plan_for, must_exist=must_exist, filters=filters)
    if not task.params["allow_wildcard"]:
        check_wildcards(plan)
    left = unmanaged(records, key)
    left += untold((record for record in managed(records) if key in {None, record.key}), plan)
    if left:
        task.warn(f"Records of zone {domain} that can't be read are left as they are: {', '.join(left)}.")
    return proven(client.evidence, domain, records, plan)


def _plan_and_records(
    task: Task,
    client: ResellerClient,
    domain: str,
    plan_for: Callable[[list[Item]], ZonePlan],
    *,
    must_exist: bool,
    filters: dict[str, Any],
) -> tuple[ZonePlan, list[Item]]:
    title = f"a record of zone {domain}"
    reading = reading_of_dns_records(client, domain, **filters)
    records: list[Item] = []
    try:
        with client.evidence.proving(title):
            records = reading.items()
    except ApiError as error:
        if error.status != 404:
            raise
        if must_exist:
            missing_parent(task, f"zone {domain}")
        return plan_for([]), []
    plan = plan_for(records)
    if plan.writes:
        with client.evidence.proving(title):
            records = reading.all_items()
        plan = plan_for(records)
    return plan, records


def proven(evidence: Evidence, domain: str, records: list[Item], plan: ZonePlan) -> ZonePlan:
    """Return the plan with the proof for each value that it brings into the zone.

    Args:
        evidence: makes the proofs.
        domain: the zone.
        records: all of its records, as far as the plan is about them.
        plan: the plan.

    Raises:
        Unproven: a record may have one of these values already.
    """
    writes = [
        replace(write, absence=_absence(evidence, domain, records, write)) if write.brings_value else write
        for write in plan.writes
    ]
    return replace(plan, writes=writes)


def _absence(evidence: Evidence, domain: str, records: list[Item], write: Write) -> Absence:
    return evidence.absent_in(_title(domain, write), records, "id", *is_record(write.key, write.value))


def _title(domain: str, write: Write) -> str:
    return f"record {_told(write)} of {domain}"


def apply_plan(task: Task, client: ResellerClient, domain: str, plan: ZonePlan) -> dict[str, Any]:
    """Send the writes, unless in check mode, and return their outcome.

    Before the first one it warns of what makes them useless, likely to be refused, or final. Records that made room for
    one that is refused are put back.

    Raises:
        ToolkitError: what stopped the writes, with ``changed``, ``applied``, ``failed_writes``, ``not_attempted``, and
            where records made room, ``put_back`` and ``not_put_back``.
    """
    if plan.writes:
        _warn(task, client, domain, plan)
    if not task.check_mode:
        try:
            carry_out([Step(described(write), partial(send_write, client, domain, write)) for write in plan.writes])
        except ToolkitError as error:
            number = len(error.facts["applied"])
            done, room = _parted(plan.writes[:number])
            lost = _put_back(client, domain, plan.writes[number], room, error)
            error.facts.update(changed=bool(done or lost), applied=[described(write) for write in (*done, *lost)])
            raise
    return {
        "changed": bool(plan.writes),
        "diff": {"before": _zone_file(plan.before, domain), "after": _zone_file(plan.after, domain)},
        "record_sets": [item.as_result(domain) for item in plan.after],
        "applied": [described(write) for write in plan.writes],
    }


def _parted(writes: list[Write]) -> tuple[list[Write], list[Write]]:
    """Return the writes, and apart from them the removals at their end that make room for what comes next."""
    number = len(writes)
    while number and writes[number - 1].makes_room:
        number -= 1
    return writes[:number], writes[number:]


def _put_back(
    client: ResellerClient, domain: str, failed: Write, room: list[Write], error: ToolkitError
) -> list[Write]:
    """Put back the records that made room for a write that failed, and note it in its error.

    Returns:
        those that could not be put back, or must not be, because nobody knows whether the new record exists.
    """
    if not room:
        return []
    lost = list(room) if failed.action == "add" and not _is_absent(client, domain, failed) else []
    for removal in room if not lost else []:
        try:
            _add_again(client, domain, removal)
        except ToolkitError:
            lost.append(removal)
    back = [removal for removal in room if removal not in lost]
    error.facts.update(put_back=[described(one) for one in back], not_put_back=[described(one) for one in lost])
    names = {"were put back": back, "were not put back": lost}
    told = [f"{', '.join(map(_told, ones))} {what}" for what, ones in names.items() if ones]
    error.message += f" Of the records that made room for it, {', and '.join(told)}."
    return lost


def _told(write: Write) -> str:
    return f"{write.key.type} {write.key.name or '@'} {written_value(write.key.type, write.value)}"


def _is_absent(client: ResellerClient, domain: str, write: Write) -> bool:
    try:
        return isinstance(_find(client, domain, write), Absence)
    except ToolkitError:
        return False


def _add_again(client: ResellerClient, domain: str, removal: Write) -> None:
    """Add a record that this task removed, as it was, unless somebody else has added it since."""
    if removal.record is None:
        raise TypeError("a removal has the record that it removed")
    found = _find(client, domain, removal)
    if isinstance(found, Absence):
        record = copied(removal.record)
        add_dns_record(client, domain, record, found, lambda: _find(client, domain, removal))


def _zone_file(sets: list[RecordSet], domain: str) -> str:
    return "".join(f"{line}\n" for item in sets for line in item.lines(domain))


def _warn(task: Task, client: ResellerClient, domain: str, plan: ZonePlan) -> None:
    touched = {write.key for write in plan.writes if write.action != "remove"}
    for doubt in doubts(item for item in plan.after if item.key in touched):
        task.warn(doubt)
    final = sorted({f"{w.key.type} {w.key.name}" for w in plan.writes if w.action == "remove" and w.key.is_wildcard})
    if final:
        task.warn(f"Only the control panel can add these records of {domain} again, once removed: {', '.join(final)}.")
    elsewhere = name_servers_elsewhere(client, domain) if task.params["check_name_servers"] else []
    if elsewhere:
        task.warn(
            f"The name servers of {domain} are {', '.join(elsewhere)}, not those of this zone: nobody sees its records."
        )


def name_servers_elsewhere(client: ResellerClient, domain: str) -> list[str]:
    """Return the name servers of a domain if its zone here is not the delegated one.

    The zone's own NS records name the vendor's servers. Where the domain is registered elsewhere, or the key may not
    read it, nobody can tell from here: that counts as served here.
    """
    try:
        registered = get_domain(client, domain)
        servers = name_servers_in(registered) if registered else []
        records = list_dns_records(client, domain, type="NS") if servers else None
    except ToolkitError:
        # It only decides about a warning.
        return []
    apex = [record for record in records or [] if (record.get("record_name") or "@") == "@"]
    vendors = {shown_name(record.get("content")) for record in apex}
    return [] if not vendors or vendors & set(servers) else servers


def send_write(client: ResellerClient, domain: str, write: Write) -> None:
    """Carry out one write."""
    if write.record is None:
        record = to_api(write.key, write.ttl, write.value)
        add_dns_record(client, domain, record, write.absence, lambda: _find(client, domain, write))
    elif write.action == "remove":
        delete_dns_record(client, domain, write.record.id)
    else:
        replace_dns_record(client, domain, write.record.id, edited(write.record, write.ttl, write.value))


def _find(client: ResellerClient, domain: str, write: Write) -> Item | Absence:
    reading = reading_of_dns_records(client, domain, type=write.key.type)
    return client.evidence.find(_title(domain, write), reading, "id", *is_record(write.key, write.value))
