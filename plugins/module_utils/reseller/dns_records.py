# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS records in the API's form, one for each value: convert, read and write them.

Private to the collection. Only this module knows both this form and that of ``record_sets.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    DEFAULT_TTL,
    HOST_TYPES,
    TYPES,
    SetKey,
    canonical_value,
    shown_value,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.txt_values import shown_text
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    name_in,
    number_in,
    text_in,
    value_in,
    word_in,
)

#: The beginning of the name of an SRV record (RFC 2782).
SERVICE_NAME = re.compile(r"_[^.]+\._[^.]+(?:\.|$)")
#: The properties that hold the value of a record of these types; for all others it is the content.
MX_PROPERTIES: tuple[str, ...] = ("content", "priority")
SRV_PROPERTIES: tuple[str, ...] = ("service", "protocol", "priority", "weight", "port", "target")
_WORDS = frozenset(name.lower() for name in TYPES)


@dataclass(frozen=True)
class ApiRecord:
    """One record in the API's form.

    Attributes:
        id: its id.
        key: the set that it belongs to.
        ttl: its time to live in seconds.
        value: its value in canonical form. A value that no user could write, such as a mail server that is an address,
            stays as the API shows it.
        is_told: whether the API reports its value and its time to live. If not, the value says what is missing.
        raw: all of it, as the API shows it.
    """

    id: str
    key: SetKey
    ttl: int
    value: str
    is_told: bool = True
    raw: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def from_api(record: dict[str, Any]) -> ApiRecord | None:
    """Return a record of the API; None for one that this collection does not manage.

    Not managed are records of other types, and records whose type, name or id is missing or malformed. A record with a
    known name and type belongs to its set, even if its value can't be read.
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
    """Return a record's time to live in seconds; without one, the default by the vendor's description.

    Raises:
        Unreadable: it is not a number.
    """
    return DEFAULT_TTL if record.get("ttl") is None else number_in(record, "ttl")


def type_of(record: dict[str, Any]) -> str:
    """Return a record's type.

    Raises:
        Unreadable: the API does not report it.
    """
    return text_in(record, "type").upper()


def name_of(record: dict[str, Any]) -> str:
    """Return the host's part of a record's name, in the form of `SetKey`.

    Raises:
        Unreadable: the API does not report it.
    """
    if type_of(record) == "SRV":
        return _service_name(record)
    name = shown_name(value_in(record, "record_name", str))
    return "" if name == "@" else name


def _service_name(record: dict[str, Any]) -> str:
    """Return the name of an SRV record: its `record_name` if that is a service, otherwise composed of its parts."""
    name = shown_name(record.get("record_name")) if isinstance(record.get("record_name"), str) else ""
    if SERVICE_NAME.match(name):
        return name
    return ".".join("_" + text_in(record, part).lower().lstrip("_") for part in ("service", "protocol"))


def value_of(record: dict[str, Any]) -> str:
    """Return a record's value in canonical form; a value that no user could write stays as the API shows it.

    Raises:
        Unreadable: the API does not report it.
    """
    record_type = word_in(record, "type", _WORDS).upper()
    if record_type == "SRV":
        # The weight has a default by the vendor's description.
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
    """Return a value that no user could write in the form for comparisons, with the name of a host by `shown_name`."""
    if record_type not in HOST_TYPES:
        return content
    numbers, space, host = content.rpartition(" ")
    return numbers + space + (shown_name(host) or host)


def _is_text(content: str) -> bool:
    """Return whether the text holds characters only; half of one (a surrogate) can't be sent or shown."""
    try:
        content.encode("utf-8", "surrogateescape")
    except UnicodeError:
        return False
    return True


def is_in_set(key: SetKey) -> tuple[Criterion, Criterion]:
    """Return the criteria of the records of a name and a type."""
    return (lambda record: type_of(record) == key.type, lambda record: name_of(record) == key.name)


def is_record(key: SetKey, value: str) -> tuple[Criterion, ...]:
    """Return the criteria of the record of a name, a type and a value."""
    return (*is_in_set(key), lambda record: value_of(record) == value)


def to_api(key: SetKey, ttl: int, value: str) -> dict[str, Any]:
    """Return a record in the form that the API requires."""
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
    # The API shows the values of CAA records in quotes.
    content = shown_value(key.type, value) if key.type == "CAA" else written_value(key.type, value)
    return {**record, "content": content}


def edited(current: ApiRecord, ttl: int, value: str) -> dict[str, Any]:
    """Return the record that replaces a record of the API: with its other properties, and the name that the API shows.

    The name must not change with the value: the API may show it in Unicode, or an empty one for the zone itself.
    """
    wanted = to_api(current.key, ttl, value)
    # The parts of an SRV record that can't be edited. The API may have them in another form than the one sent here.
    fixed = ("service", "protocol", "port", "target") if current.key.type == "SRV" else ("record_name",)
    return {
        "id": current.id,
        **wanted,
        **{name: current.raw[name] for name in fixed if current.raw.get(name) is not None},
    }


def copied(current: ApiRecord) -> dict[str, Any]:
    """Return the record to send to restore a removed one, with its value as the API showed it."""
    names = {"MX": MX_PROPERTIES, "SRV": SRV_PROPERTIES}.get(current.key.type, ("content",))
    told = {name: current.raw[name] for name in ("ttl", *names) if current.raw.get(name) is not None}
    named = {} if current.key.type == "SRV" else {"record_name": current.key.name or "@"}
    return {"type": current.key.type, **named, **told}


# Reads and writes


def records_path(zone: str) -> str:
    """Return the path of the records of a zone."""
    return f"/dns/{segment(zone)}/records"


def record_path(zone: str, record_id: str) -> str:
    """Return the path of one record."""
    return f"{records_path(zone)}/{segment(record_id)}"


def list_dns_records(client: ResellerClient, domain_name: str, **filters: Any) -> list[dict[str, Any]] | None:
    """Return the records of a zone; None when the zone is not hosted here."""
    try:
        return reading_of_dns_records(client, domain_name, **filters).items()
    except ApiError as error:
        if error.status == 404:
            return None
        raise


def reading_of_dns_records(client: ResellerClient, domain_name: str, **filters: Any) -> Reading:
    """Return the records of a zone, to be read as far as a decision needs it; reading fails with 404 without a zone."""
    return client.reading(records_path(domain_name), "id", **filters)


def get_dns_record(client: ResellerClient, zone: str, record_id: str) -> dict[str, Any] | None:
    """Return one record of a zone; None when it does not exist."""
    return client.get(record_path(zone, record_id))


def add_dns_record(
    client: ResellerClient,
    zone: str,
    record: dict[str, Any],
    absence: Absence | None,
    find: Callable[[], Item | Absence],
) -> None:
    """Add a record to a zone, once; see `Resources.post_free`."""
    client.post_free(records_path(zone), record, absence, find)


def replace_dns_record(client: ResellerClient, zone: str, record_id: str, record: dict[str, Any]) -> None:
    """Replace a record of a zone."""
    client.put(record_path(zone, record_id), record)


def delete_dns_record(client: ResellerClient, zone: str, record_id: str) -> None:
    """Remove a record from a zone."""
    client.delete(record_path(zone, record_id))
