# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS records as the API has them: one for each value, with properties of its own.

Private to the collection. This is the only place that knows both this form and that of ``records.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.records import (
    DEFAULT_TTL,
    TYPES,
    SetKey,
    canonical_value,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import (
    Criterion,
    Unreadable,
    name_in,
    number_in,
    text_in,
    value_in,
    word_in,
)

_WORDS = frozenset(name.lower() for name in TYPES)


@dataclass(frozen=True)
class ApiRecord:
    """One record as the API has it.

    Attributes:
        id: its id.
        key: the set that it belongs to.
        ttl: its time to live in seconds.
        value: its value in canonical form.
        raw: all of it, as the API shows it.
    """

    id: str
    key: SetKey
    ttl: int
    value: str
    raw: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def from_api(record: dict[str, Any]) -> ApiRecord | None:
    """A record of the API; None for one that is not managed here: of another type, or one that can't be read."""
    try:
        return read_record(record) if type_of(record) in TYPES else None
    except Unreadable:
        return None


def read_record(record: dict[str, Any]) -> ApiRecord:
    """Return a record of a type in `TYPES` as the API shows it.

    Raises:
        Unreadable: a property is missing or of another kind, or its content has no known form.
    """
    # Its default, as the vendor describes it.
    ttl = DEFAULT_TTL if record.get("ttl") is None else number_in(record, "ttl")
    key = SetKey(name_of(record), type_of(record))
    return ApiRecord(name_in(record, "id"), key, ttl, value_of(record), record)


def type_of(record: dict[str, Any]) -> str:
    """Return a record's type.

    Raises:
        Unreadable: it does not tell.
    """
    return text_in(record, "type").upper()


def name_of(record: dict[str, Any]) -> str:
    """Return the host's part of a record's name, as `SetKey` has it.

    Raises:
        Unreadable: it does not tell.
    """
    if type_of(record) == "SRV":
        return ".".join("_" + text_in(record, part).lower().lstrip("_") for part in ("service", "protocol"))
    name = shown_name(value_in(record, "record_name", str))
    return "" if name == "@" else name


def value_of(record: dict[str, Any]) -> str:
    """Return a record's value in canonical form.

    Raises:
        Unreadable: it does not tell, or in no known form.
    """
    record_type = word_in(record, "type", _WORDS).upper()
    if record_type == "SRV":
        # The weight has a default, as the vendor describes it.
        weight = 0 if record.get("weight") is None else number_in(record, "weight")
        numbers = number_in(record, "priority"), weight, number_in(record, "port")
        property_name, content = "target", " ".join((*map(str, numbers), text_in(record, "target")))
    else:
        property_name, content = "content", text_in(record, "content")
        if record_type == "MX":
            content = f"{number_in(record, 'priority')} {content}"
    try:
        return canonical_value(property_name, record_type, content)
    except ToolkitError as error:
        raise Unreadable(property_name, record[property_name]) from error


def is_in_set(key: SetKey) -> tuple[Criterion, Criterion]:
    """Return what tells the records of a name and a type from others."""
    return (lambda record: type_of(record) == key.type, lambda record: name_of(record) == key.name)


def is_record(key: SetKey, value: str) -> tuple[Criterion, ...]:
    """Return what tells the record of a name, a type and a value from others."""
    return (*is_in_set(key), lambda record: value_of(record) == value)


def to_api(key: SetKey, ttl: int, value: str) -> dict[str, Any]:
    """A record as the API wants it."""
    record: dict[str, Any] = {"type": key.type, "ttl": ttl}
    if key.type == "SRV":
        service, protocol = key.name.split(".")
        priority, weight, port, target = value.split()
        return {
            **record,
            "service": service,
            "protocol": protocol.lstrip("_").upper(),
            "priority": int(priority),
            "weight": int(weight),
            "port": int(port),
            "target": target,
        }
    record["record_name"] = key.name or "@"
    if key.type == "MX":
        priority, host = value.split()
        return {**record, "priority": int(priority), "content": host}
    return {**record, "content": written_value(key.type, value)}


def edited(current: ApiRecord, ttl: int, value: str) -> dict[str, Any]:
    """A record of the API as it is replaced: what is not changed stays as the API shows it."""
    wanted = to_api(current.key, ttl, value)
    if current.key.type == "SRV":
        # The rest can't be edited, and the API may have it in another form than the one that is sent here.
        wanted = {name: wanted[name] for name in ("ttl", "priority", "weight")}
    return {**current.raw, "id": current.id, **wanted}
