# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a DNS record must look like, by its type."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from sqlite3 import Row
from typing import Any

from sandbox.endpoint import Body, Int32
from sandbox.errors import Invalid, Problem
from sandbox.reseller.rules import is_host_name

DEFAULT_TTL = 3600
_TTL = range(60, 86400 + 1)
_PRIORITY = range(0, 9999 + 1)
# DNS takes any character (RFC 2181, 11). What would need escapes in a zone file is left out, as is what is not ASCII.
_RECORD_NAME = re.compile(r"""@|\*|(\*\.)?(?=.{1,253}$)([^\s.*"();@\\$\x00-\x20\x7f-\U0010ffff]{1,63}(\.(?!$)|$))+""")
_CAA = re.compile(r'(0|128) (issue|issuewild|iodef) ("[^"]+"|[^"\s]\S*)')
_TLSA = re.compile(r"[0-3] [01] [0-2] ([0-9a-f]{2})+", re.IGNORECASE)


class NewRecord(Body):
    """A record as clients send it; which properties count depends on the type."""

    id: str | None = None
    type: str
    record_name: str | None = None
    ttl: Int32 | None = None
    content: str | None = None
    priority: Int32 | None = None
    weight: Int32 | None = None
    port: Int32 | None = None
    protocol: str | None = None
    service: str | None = None
    target: str | None = None


def _is_address(kind: type[IPv4Address] | type[IPv6Address]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            kind(text)
        except ValueError:
            return False
        return True

    return check


def _is_host(text: str) -> bool:
    return is_host_name(text.removesuffix("."))


_CONTENT: dict[str, Callable[[str], bool]] = {
    "A": _is_address(IPv4Address),
    "AAAA": _is_address(IPv6Address),
    "CNAME": _is_host,
    "ALIAS": _is_host,
    "MX": _is_host,
    "TXT": lambda text: 0 < len(text) <= 4096,
    "CAA": lambda text: _CAA.fullmatch(text) is not None,
    "TLSA": lambda text: _TLSA.fullmatch(text) is not None,
}
"""Types with a content, and what it must be."""

_SRV = ("priority", "weight", "port", "protocol", "service", "target")
_FIXED_IN_SRV = ("service", "protocol", "port", "target")


def properties(kind: str) -> tuple[str, ...]:
    """The properties that a record of this type has, besides id and type."""
    if kind == "SRV":
        return ("ttl", *_SRV)
    return ("record_name", "ttl", "content", *(("priority",) if kind == "MX" else ()))


def record_columns(record: NewRecord) -> dict[str, Any]:
    """The checked record as it is stored; columns that its type does not use become empty."""
    kind = record.type.upper()
    used = {name: getattr(record, name) for name in properties(kind)}
    used["ttl"] = DEFAULT_TTL if record.ttl is None else record.ttl
    if kind != "SRV":
        used["record_name"] = record.record_name or "@"
    return {"type": kind, **dict.fromkeys(("record_name", "content", *_SRV)), **used}


def record_shown(row: Row) -> dict[str, Any]:
    """The record as JSON, with the properties that its type uses."""
    return {"id": f"1-{row['id']}", "type": row["type"], **{name: row[name] for name in properties(row["type"])}}


def check_record(record: NewRecord) -> None:
    """Refuse a record that breaks the rules of its type; all problems at once."""
    kind = record.type.upper()
    if kind not in _CONTENT and kind != "SRV":
        raise Invalid("type_invalid", f"type: {record.type} records can't be written.")
    problems = list(_problems(record, kind))
    if problems:
        raise Invalid(problems=[Problem(f"{name}_invalid", f"{name}: {text}") for name, text in problems])


def _problems(record: NewRecord, kind: str) -> list[tuple[str, str]]:
    problems = []
    wanted = properties(kind)
    for name in ("record_name", "content", *_SRV):
        if name not in wanted and getattr(record, name):
            problems.append((name, f"does not apply to {kind} records"))
    if record.ttl is not None and record.ttl not in _TTL:
        problems.append(("ttl", "between 60 and 86400"))
    if kind == "SRV":
        return problems + _srv_problems(record)
    if record.record_name and not _RECORD_NAME.fullmatch(record.record_name):
        problems.append(("record_name", "not a name"))
    if record.content is None or not _CONTENT[kind](record.content):
        problems.append(("content", f"missing, or not the content of a record of type {kind}"))
    if kind == "MX" and record.priority not in _PRIORITY:
        problems.append(("priority", "needed, at most 9999"))
    return problems


def _srv_problems(record: NewRecord) -> list[tuple[str, str]]:
    checks = {
        "priority": record.priority in _PRIORITY,
        "weight": record.weight is not None and record.weight >= 0,
        "port": record.port in range(1, 65536),
        "protocol": bool(record.protocol),
        "service": bool(record.service),
        "target": record.target is not None and _is_host(record.target),
    }
    return [(name, "missing or out of range") for name, good in checks.items() if not good]


def check_edit(present: Row, record: NewRecord) -> None:
    """Refuse changes that a record can't undergo: another type, or the fixed properties of an SRV record."""
    new = record_columns(record)
    fixed = ("type", *(_FIXED_IN_SRV if present["type"] == "SRV" else ()))
    edited = [name for name in fixed if new[name] != present[name]]
    if edited:
        raise Invalid(problems=[Problem(f"{name}_read_only", f"{name}: can't be edited") for name in edited])
