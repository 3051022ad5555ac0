# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS records as the API has them: one for each value, with properties of its own.

Private to the collection. This is the only place that knows both this form and that of ``records.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.records import (
    DEFAULT_TTL,
    HOST_TYPES,
    TYPES,
    SetKey,
    canonical_value,
    shown_value,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.txt_values import shown_text
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

#: The beginning of the name of an SRV record (RFC 2782).
SERVICE_NAME = re.compile(r"_[^.]+\._[^.]+(?:\.|$)")
#: What holds the value of a record of these types; that of all others is its content.
MX_PROPERTIES: tuple[str, ...] = ("content", "priority")
SRV_PROPERTIES: tuple[str, ...] = ("service", "protocol", "priority", "weight", "port", "target")
_WORDS = frozenset(name.lower() for name in TYPES)


@dataclass(frozen=True)
class ApiRecord:
    """One record as the API has it.

    Attributes:
        id: its id.
        key: the set that it belongs to.
        ttl: its time to live in seconds.
        value: its value in canonical form. One that no user could write, such as a mail server that is an address, is
            as the API shows it.
        is_told: whether the API tells its value and its time to live. If not, the value says what is missing.
        raw: all of it, as the API shows it.
    """

    id: str
    key: SetKey
    ttl: int
    value: str
    is_told: bool = True
    raw: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def from_api(record: dict[str, Any]) -> ApiRecord | None:
    """Return a record of the API; None for one that is not managed here.

    These are those of other types, and those that do not tell their type, their name or their id. A record of a known
    name and type is one of its set, whatever can be read of its value.
    """
    try:
        if type_of(record) not in TYPES:
            return None
        record_id, key = name_in(record, "id"), SetKey(name_of(record), type_of(record))
    except Unreadable:
        return None
    try:
        return ApiRecord(record_id, key, ttl_of(record), value_of(record), raw=record)
    except Unreadable as error:
        return ApiRecord(record_id, key, DEFAULT_TTL, f"({error.name} is {error.told})", is_told=False, raw=record)


def ttl_of(record: dict[str, Any]) -> int:
    """Return a record's time to live in seconds; where there is none it is the default, as the vendor describes it.

    Raises:
        Unreadable: it is no number.
    """
    return DEFAULT_TTL if record.get("ttl") is None else number_in(record, "ttl")


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
        return _service_name(record)
    name = shown_name(value_in(record, "record_name", str))
    return "" if name == "@" else name


def _service_name(record: dict[str, Any]) -> str:
    """Return the name of an SRV record: its `record_name` if that is a service, else what it is made of."""
    name = shown_name(record.get("record_name")) if isinstance(record.get("record_name"), str) else ""
    if SERVICE_NAME.match(name):
        return name
    return ".".join("_" + text_in(record, part).lower().lstrip("_") for part in ("service", "protocol"))


def value_of(record: dict[str, Any]) -> str:
    """Return a record's value in canonical form; one that no user could write is as the API shows it.

    Raises:
        Unreadable: it does not tell.
    """
    record_type = word_in(record, "type", _WORDS).upper()
    if record_type == "SRV":
        # The weight has a default, as the vendor describes it.
        weight = 0 if record.get("weight") is None else number_in(record, "weight")
        numbers = number_in(record, "priority"), weight, number_in(record, "port")
        property_name, content = "target", " ".join((*map(str, numbers), text_in(record, "target")))
    elif record_type == "TXT":
        # It may be empty.
        property_name, content = "content", value_in(record, "content", str)
    else:
        property_name, content = "content", text_in(record, "content")
        if record_type == "MX":
            content = f"{number_in(record, 'priority')} {content}"
    if not _is_text(content):
        raise Unreadable(property_name, record[property_name])
    if record_type == "TXT":
        return shown_text(content)
    try:
        return canonical_value(property_name, record_type, content)
    except ToolkitError:
        return _shown_value(record_type, content.strip())


def _shown_value(record_type: str, content: str) -> str:
    """Return a value that no user could write as it is compared, with the name of a host by `shown_name`."""
    if record_type not in HOST_TYPES:
        return content
    numbers, space, host = content.rpartition(" ")
    return numbers + space + (shown_name(host) or host)


def _is_text(content: str) -> bool:
    """Return whether all of it are characters; half of one (a surrogate) can't be sent or shown."""
    try:
        content.encode("utf-8", "surrogateescape")
    except UnicodeError:
        return False
    return True


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
    # The API shows those of CAA records in quotes.
    content = shown_value(key.type, value) if key.type == "CAA" else written_value(key.type, value)
    return {**record, "content": content}


def edited(current: ApiRecord, ttl: int, value: str) -> dict[str, Any]:
    """Return a record of the API as it is replaced: its own properties, under the name that the API shows.

    The name must not change with its value: the API may show it in Unicode, or an empty one for the zone's own.
    """
    wanted = to_api(current.key, ttl, value)
    # What of an SRV record can't be edited; the API may have it in another form than the one that is sent here.
    fixed = ("service", "protocol", "port", "target") if current.key.type == "SRV" else ("record_name",)
    return {
        "id": current.id,
        **wanted,
        **{name: current.raw[name] for name in fixed if current.raw.get(name) is not None},
    }


def copied(current: ApiRecord) -> dict[str, Any]:
    """Return a record that was removed as it is added again, with its value as the API showed it."""
    names = {"MX": MX_PROPERTIES, "SRV": SRV_PROPERTIES}.get(current.key.type, ("content",))
    told = {name: current.raw[name] for name in ("ttl", *names) if current.raw.get(name) is not None}
    named = {} if current.key.type == "SRV" else {"record_name": current.key.name or "@"}
    return {"type": current.key.type, **named, **told}
