# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for DNS records, by type."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from sqlite3 import Row
from typing import Any

from sandbox import unusual
from sandbox.endpoint import Body, Int32
from sandbox.errors import Invalid, Problem
from sandbox.reseller.names_and_passwords import in_ascii, in_unicode, is_host_name

DEFAULT_TTL = 3600
_DEFAULT_PRIORITY = 10
_DEFAULT_WEIGHT = 0
_DEFAULT_PROTOCOL = "TCP"
_TTL = range(60, 86400 + 1)
_PRIORITY = range(0, 9999 + 1)
# DNS takes any character (RFC 2181, 11). Characters that need escapes in a zone file and non-ASCII ones are excluded.
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
"""Types with a content, and the form of it."""

_SRV = ("service", "target", "protocol", "priority", "port", "weight")
_FIXED_IN_SRV = ("service", "protocol", "port", "target")
_OF_THE_PROVIDER = ("NS", "SOA")
_USED = {"MX": ("record_name", "content", "priority"), "SRV": _SRV}
_HAVE_DEFAULTS = {"MX": ("priority",), "SRV": ("priority", "weight", "protocol")}


def record_columns(record: NewRecord) -> dict[str, Any]:
    """Return the checked record as it is stored: with defaults as described, without what its type does not use."""
    kind = record.type.upper()
    columns: dict[str, Any] = {
        "type": kind,
        "record_name": stored_name(record.record_name),
        "ttl": DEFAULT_TTL if record.ttl is None else record.ttl,
        "content": record.content,
        **dict.fromkeys(_SRV),
    }
    if kind in ("MX", "SRV"):
        columns["priority"] = _priority(record)
    if kind == "SRV":
        service, protocol = underscored(record.service), underscored(record.protocol or _DEFAULT_PROTOCOL)
        weight = _weight(record)
        columns.update(service=service, protocol=protocol, weight=weight, port=record.port, target=record.target)
        columns.update(record_name=f"{service}.{protocol}", content=f"{weight} {record.port} {record.target}")
    return columns


def record_shown(row: Row) -> dict[str, Any]:
    """Return the record as JSON: always the same eleven properties, null where they do not apply.

    The API shows the name of a zone as an empty text, IDN in Unicode, and a priority of 10 for types that have none,
    whatever was sent.
    """
    shown = {name: row[name] for name in ("type", "record_name", "ttl", "content", *_SRV)}
    if row["type"] not in ("MX", "SRV", *_OF_THE_PROVIDER):
        shown["priority"] = _DEFAULT_PRIORITY
    return {"id": f"1-{row['id']}", **shown, "record_name": in_unicode(row["record_name"])}


def stored_name(name: str | None) -> str:
    """Return a record's name as it is stored: lower case, IDN as punycode, the zone's own name as an empty text."""
    return "" if name in (None, "", "@") else in_ascii(name)


def underscored(label: str | None) -> str:
    """Return a service or a protocol as it is stored: lower case, with one underscore before it."""
    return f"_{(label or '').lower().lstrip('_')}"


def _priority(record: NewRecord) -> int:
    return _DEFAULT_PRIORITY if record.priority is None else record.priority


def _weight(record: NewRecord) -> int:
    return _DEFAULT_WEIGHT if record.weight is None else record.weight


def check_record(record: NewRecord) -> None:
    """Refuse a record that breaks the rules of its type; all problems at once."""
    kind = record.type.upper()
    if kind not in _CONTENT and kind != "SRV":
        raise Invalid("dns_invalid_type", f"type: {record.type} records can't be written.")
    _note_unusual(record, kind)
    problems = list(_problems(record, kind))
    if problems:
        raise Invalid(problems=[Problem(f"dns_invalid_{name}", f"{name}: {text}") for name, text in problems])


def _note_unusual(record: NewRecord, kind: str) -> None:
    """Note properties that the type does not use, and those left to documented defaults."""
    for name in ("record_name", "content", *_SRV):
        is_given = getattr(record, name) is not None
        if is_given and name not in _USED.get(kind, ("record_name", "content")):
            unusual.note(f"{name} of a record of type {kind}")
        elif not is_given and name in _HAVE_DEFAULTS.get(kind, ()):
            unusual.note(f"no {name} of a record of type {kind}")


def _problems(record: NewRecord, kind: str) -> list[tuple[str, str]]:
    problems = []
    if record.ttl is not None and record.ttl not in _TTL:
        problems.append(("ttl", "between 60 and 86400"))
    if kind == "SRV":
        return problems + _srv_problems(record)
    if not _RECORD_NAME.fullmatch(stored_name(record.record_name) or "@"):
        problems.append(("record_name", "not a name"))
    if record.content is None or not _CONTENT[kind](record.content):
        problems.append(("content", f"missing, or not the content of a record of type {kind}"))
    if kind == "MX" and _priority(record) not in _PRIORITY:
        problems.append(("priority", "at most 9999"))
    return problems


def _srv_problems(record: NewRecord) -> list[tuple[str, str]]:
    checks = {
        "record_name": not record.record_name
        or stored_name(record.record_name) == record_columns(record)["record_name"],
        "priority": _priority(record) in _PRIORITY,
        "weight": _weight(record) >= 0,
        "port": record.port in range(1, 65536),
        "service": bool(record.service),
        "target": record.target is not None and _is_host(record.target),
    }
    return [(name, "missing or out of range") for name, good in checks.items() if not good]


def check_edit(present: Row, record: NewRecord) -> None:
    """Refuse changes of the type, or of the fixed properties of an SRV record."""
    new = record_columns(record)
    fixed = ("type", *(_FIXED_IN_SRV if present["type"] == "SRV" else ()))
    edited = [name for name in fixed if new[name] != present[name]]
    if edited:
        raise Invalid(problems=[Problem(f"{name}_read_only", f"{name}: can't be edited") for name in edited])
