# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS records."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Paging, created, paged
from sandbox.errors import Invalid, not_found
from sandbox.reseller.dns_rules import (
    DEFAULT_TTL,
    NewRecord,
    check_edit,
    check_record,
    record_columns,
    record_shown,
    stored_name,
    underscored,
)
from sandbox.reseller.provider import MAIL_SERVERS, NAME_SERVERS, WEB_ADDRESS
from sandbox.store import Setting

SCHEMA = """
CREATE TABLE IF NOT EXISTS dns_zones (
    domain_name TEXT PRIMARY KEY COLLATE NOCASE,
    account_id INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS dns_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES dns_zones (domain_name),
    type TEXT NOT NULL,
    record_name TEXT COLLATE NOCASE,
    ttl INTEGER NOT NULL,
    content TEXT,
    priority INTEGER,
    weight INTEGER,
    port INTEGER,
    protocol TEXT,
    service TEXT COLLATE NOCASE,
    target TEXT
);
CREATE INDEX IF NOT EXISTS dns_records_zone ON dns_records (domain_name, type, record_name);
INSERT INTO sqlite_sequence
    SELECT 'dns_records', 1122334454 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'dns_records');
"""

_READ_ONLY = ("NS", "SOA")
WILDCARDS = Setting("wildcards", "refuse")
"""Whether new records with a ``*`` in their name are refused (``refuse``), as by the API, or accepted (``accept``)."""

router = APIRouter(prefix="/dns/{domain_name}/records")


def create_zone(context: Context, account_id: int, domain_name: str) -> None:
    """Create the zone of an account, with the provider's records."""
    context.store.insert("dns_zones", domain_name=domain_name, account_id=account_id)
    primary = next(iter(NAME_SERVERS))
    records: list[dict[str, Any]] = [
        {"type": "SOA", "content": f"{primary} hostmaster.{domain_name} 2026010101 10800 3600 604800 40000"},
        *({"type": "NS", "content": name} for name in NAME_SERVERS),
        {"type": "A", "content": WEB_ADDRESS},
        {"type": "A", "content": WEB_ADDRESS, "record_name": "www"},
        *({"type": "MX", "content": name, "priority": priority} for name, priority in MAIL_SERVERS.items()),
    ]
    for record in records:
        context.store.insert("dns_records", **{"domain_name": domain_name, "record_name": "", "ttl": 3600, **record})


def add_host(context: Context, host: str) -> bool:
    """Add a host name and its www. to the zone above it, with the web servers' address; return False without a zone."""
    zone = zone_of(context, host.partition(".")[2])
    if zone is None:
        return False
    below = host.removesuffix(f".{zone}")
    for name in (below, f"www.{below}"):
        record = {"type": "A", "record_name": name, "ttl": DEFAULT_TTL, "content": WEB_ADDRESS}
        context.store.insert("dns_records", domain_name=zone, **record)
    return True


@router.get("")
async def list_records(
    context: CurrentContext,
    page: Paging,
    response: Response,
    domain_name: str,
    type: str | None = None,
    record_name: str | None = None,
    service: str | None = None,
) -> list[dict[str, Any]]:
    """Return the records of a zone, filtered by type, by name, or by service (only for SRV)."""
    kind = type.upper() if type else None
    if service is not None and kind != "SRV":
        raise Invalid("service_not_allowed", "service: a filter for SRV records only.")
    filters = {
        "domain_name": _zone(context, domain_name),
        "type": kind,
        "record_name": None if record_name is None else stored_name(record_name),
        "service": None if service is None else underscored(service),
    }
    used = {column: value for column, value in filters.items() if value is not None}
    source = "dns_records WHERE " + " AND ".join(f"{column} = ?" for column in used)
    rows = paged(context, page, response, source, "id", tuple(used.values()))
    return [record_shown(row) for row in rows]


@router.post("", status_code=201)
async def add_record(context: CurrentContext, domain_name: str, record: NewRecord) -> Response:
    """Add a record."""
    zone = _zone(context, domain_name)
    if "*" in (record.record_name or "") and WILDCARDS.read(context.store) == "refuse":
        raise Invalid("dns_invalid_record_name", "record_name: a record with a * is not added.")
    check_record(record)
    return created(f"/v2/dns/{zone}/records/{insert_record(context, zone, record)}")


def insert_record(context: Context, domain_name: str, record: NewRecord) -> str:
    """Store an unchecked record, as the panel or an older tool may have created it; return its id."""
    zone = _zone(context, domain_name)
    return f"1-{context.store.insert('dns_records', domain_name=zone, **record_columns(record))}"


@router.get("/{record_id}")
async def get_record(context: CurrentContext, domain_name: str, record_id: str) -> dict[str, Any]:
    """Return one record."""
    return record_shown(_find(context, domain_name, record_id))


@router.put("/{record_id}")
async def replace_record(context: CurrentContext, domain_name: str, record_id: str, record: NewRecord) -> Response:
    """Replace a record as a whole."""
    present = _find_writable(context, domain_name, record_id)
    check_record(record)
    check_edit(present, record)
    columns = record_columns(record)
    assignments = ", ".join(f"{column} = ?" for column in columns)
    context.store.run(f"UPDATE dns_records SET {assignments} WHERE id = ?", *columns.values(), present["id"])
    return Response(status_code=200)


@router.delete("/{record_id}", status_code=204)
async def delete_record(context: CurrentContext, domain_name: str, record_id: str) -> Response:
    """Delete a record."""
    context.store.run("DELETE FROM dns_records WHERE id = ?", _find_writable(context, domain_name, record_id)["id"])
    return Response(status_code=204)


def zone_of(context: Context, host: str) -> str | None:
    """Return the zone of the sandbox that a host name is in, None without one."""
    labels = host.split(".")
    names = [".".join(labels[cut:]) for cut in range(len(labels))]
    return next(
        (name for name in names if context.store.one("SELECT 1 FROM dns_zones WHERE domain_name = ?", name)), None
    )


def has_cname(context: Context, host: str, content: str) -> bool:
    """Return whether a zone of the sandbox has this CNAME for this host name."""
    zone = zone_of(context, host)
    if zone is None:
        return False
    sql = "SELECT content FROM dns_records WHERE domain_name = ? AND type = 'CNAME' AND record_name = ?"
    found = context.store.all(sql, zone, host.removesuffix(f".{zone}"))
    return any(row["content"].rstrip(".").lower() == content.lower() for row in found)


def _zone(context: Context, domain_name: str) -> str:
    zone = context.store.value("SELECT domain_name FROM dns_zones WHERE domain_name = ?", domain_name)
    if zone is None:
        raise not_found("dns_zone", domain_name)
    return str(zone)


def _find(context: Context, domain_name: str, record_id: str) -> Row:
    number = record_id.removeprefix("1-")
    sql = "SELECT * FROM dns_records WHERE domain_name = ? AND id = ?"
    record = context.store.one(sql, _zone(context, domain_name), number) if number != record_id else None
    if record is None:
        raise not_found("dns_record", record_id)
    return record


def _find_writable(context: Context, domain_name: str, record_id: str) -> Row:
    record = _find(context, domain_name, record_id)
    if record["type"] in _READ_ONLY:
        raise Invalid("type_read_only", f"type: {record['type']} records belong to the provider and can't be changed.")
    return record
