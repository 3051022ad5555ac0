# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS records in the one form in which they are compared, shown and sent.

Private to the collection. A record set is written in the usual form: name, type, TTL, values in the presentation
form of their RFC. The API's form is in ``dns_records.py``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    LONGEST_DOMAIN_NAME,
    SEPARATORS,
    ascii_domain,
    ascii_labels,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.txt_values import (
    quoted_text,
    text_of,
    unquoted,
    written_text,
)

#: The types that can be written.
TYPES = ("A", "AAAA", "ALIAS", "CAA", "CNAME", "MX", "SRV", "TLSA", "TXT")
#: The types whose values end in the name of a host.
HOST_TYPES = frozenset({"ALIAS", "CNAME", "MX", "SRV"})
#: A label of a record's name: what can be seen, except a dot, a star and what a zone file would need to escape.
OWNER_LABEL = r"[!#%&'+,/0-9:<=>?A-Z\[\]^_`a-z{|}~-]{1,63}"
DEFAULT_TTL = 3600
SMALLEST_TTL, LARGEST_TTL = 60, 86400
#: The flags and tags of a CAA record that the API takes by its description.
CAA_FLAGS = (0, 128)
CAA_TAGS = ("issue", "issuewild", "iodef")


@dataclass(frozen=True, order=True)
class SetKey:
    """What tells a record set from the others of its zone.

    Attributes:
        name: the host's part of the name, an empty text for the zone's own name.
        type: the type, upper case.
    """

    name: str
    type: str

    @property
    def is_wildcard(self) -> bool:
        """Whether it stands for all names that do not exist (RFC 4592)."""
        return "*" in self.name


@dataclass(frozen=True)
class RecordSet:
    """All records of one name and type.

    Attributes:
        key: name and type.
        ttl: the time to live in seconds.
        values: the values in canonical form, sorted, each once.
    """

    key: SetKey
    ttl: int
    values: tuple[str, ...]

    def as_result(self, zone: str) -> dict[str, Any]:
        """The record set as users write it."""
        record = f"{self.key.name}.{zone}" if self.key.name else zone
        return {
            "record": record,
            "prefix": self.key.name,
            "type": self.key.type,
            "ttl": self.ttl,
            "value": [written_value(self.key.type, value) for value in self.values],
        }

    def lines(self, zone: str) -> list[str]:
        """The record set as lines of a zone file (RFC 1035, 5)."""
        record = f"{self.key.name}.{zone}." if self.key.name else f"{zone}."
        return [f"{record} {self.ttl} IN {self.key.type} {shown_value(self.key.type, value)}" for value in self.values]


def owner_name(option: str, name: str) -> str:
    """The name of a DNS record, without its zone, in the one form that is compared and sent.

    DNS allows any character (RFC 2181, 11), and zones have names such as ``foo.#bar#``. Refused are those that a zone
    file would need to escape (RFC 1035, 5.1), and a star that is not the whole first label (RFC 4592, 2.1.1).

    Raises:
        ToolkitError: ``invalid_option``; ``missing_library``.
    """
    text = ascii_labels(option, name)
    rest = text[2:] if text.startswith("*.") else text
    good = text == "*" or all(re.fullmatch(OWNER_LABEL, label) for label in rest.split("."))
    if not good or len(text) > LONGEST_DOMAIN_NAME:
        raise invalid(option, f"{name!r} is not a name of a record.")
    return text


def record_name(option: str, zone: str, record: str) -> str:
    """The host's part of a name in a zone: ``www`` for ``www``, ``www.example.com`` and ``www.example.com.``.

    A name that ends in the zone's name is taken as a whole name, every other one as the host's part.

    Raises:
        ToolkitError: ``invalid_option``; ``missing_library``.
    """
    text = line_of(option, record)
    if text in {"", "@"}:
        return ""
    whole = SEPARATORS.fullmatch(text[-1]) is not None
    name = owner_name(option, text[:-1] if whole else text)
    if name == zone:
        return ""
    if name.endswith("." + zone):
        return name[: -len(zone) - 1]
    if whole:
        raise invalid(option, f"{record!r} is not in zone {zone}.")
    return name


def host_part(option: str, zone: str, prefix: str) -> str:
    """The host's part of a name, given as such.

    Raises:
        ToolkitError: ``invalid_option``, also for a whole name, which would become a name below itself;
            ``missing_library``.
    """
    text = line_of(option, prefix)
    if text in {"", "@"}:
        return ""
    name = owner_name(option, text)
    if name == zone or name.endswith("." + zone):
        raise invalid(option, f"the prefix {prefix!r} is a whole name; give it as record.")
    return name


def canonical_value(option: str, record_type: str, value: str) -> str:
    """A value in canonical form.

    Raises:
        ToolkitError: ``invalid_option``, when it is no value of this type.
    """
    try:
        value.encode("utf-8", "surrogateescape")
    except UnicodeError as error:
        raise invalid(option, f"a value of type {record_type} holds what is no character.") from error
    return _CANONICAL[record_type](option, value.strip())


def written_value(record_type: str, value: str) -> str:
    """A canonical value as users write it and as the API takes it: a text that would be misread is quoted."""
    return written_text(value) if record_type == "TXT" else value


def shown_value(record_type: str, value: str) -> str:
    """A canonical value in the presentation form of a zone file: host names with a trailing dot, texts quoted."""
    if record_type == "TXT":
        return quoted_text(value)
    if record_type == "CAA":
        return _quoted_authority(value)
    if record_type in HOST_TYPES:
        return value if value.endswith(".") else value + "."
    return value


def _address(version: type[ipaddress.IPv4Address] | type[ipaddress.IPv6Address]) -> Callable[[str, str], str]:
    def canonical(option: str, value: str) -> str:
        try:
            if "%" in value:
                raise ValueError("an address with a zone is one of this machine only")
            return str(version(value))
        except ValueError as error:
            raise invalid(option, f"{value!r} is not an address of this type.") from error

    return canonical


def _host(option: str, value: str) -> str:
    return ascii_domain(option, value)


def _mail_exchange(option: str, value: str) -> str:
    fields = value.split()
    if len(fields) != 2:
        raise invalid(option, f"{value!r} is not PRIORITY HOST, as in '10 mail.example.com'.")
    if fields[1] == ".":
        raise invalid(option, f"{value!r} is a null MX (RFC 7505), and the API needs the name of a mail server.")
    return f"{_number(option, fields[0], 9999)} {ascii_domain(option, fields[1])}"


def _service(option: str, value: str) -> str:
    fields = value.split()
    if len(fields) != 4:
        raise invalid(option, f"{value!r} is not PRIORITY WEIGHT PORT TARGET, as in '10 5 5060 sip.example.com'.")
    priority, weight = _number(option, fields[0], 9999), _number(option, fields[1], 65535)
    port = _number(option, fields[2], 65535)
    if fields[3] == ".":
        raise invalid(option, f"{value!r} has the null target '.' (RFC 2782), and the API needs the name of a server.")
    if not port:
        raise invalid(option, f"the port of {value!r} is not a number from 1 to 65535.")
    return f"{priority} {weight} {port} {ascii_domain(option, fields[3])}"


def _authority(option: str, value: str) -> str:
    found = re.fullmatch(r"(\d+)\s+([A-Za-z0-9]+)\s+(.+)", value)
    if not found:
        raise invalid(option, f"{value!r} is not FLAGS TAG VALUE, as in '0 issue \"letsencrypt.org\"'.")
    flags, tag, text = _number(option, found.group(1), 255), found.group(2).lower(), unquoted(found.group(3)).strip()
    if flags not in CAA_FLAGS or tag not in CAA_TAGS:
        raise invalid(
            option,
            f"the API takes the flags {' and '.join(map(str, CAA_FLAGS))} and the tags {', '.join(CAA_TAGS)}, and not "
            f"{value!r}.",
        )
    if not text or not _is_unicode(text):
        raise invalid(option, f"{value!r} has no value; ';' lets nobody issue certificates.")
    if tag != "iodef":
        # A host name; what may follow it, such as an account's address, has its case (RFC 8659, 4.2).
        host, semicolon, parameters = text.partition(";")
        text = host.strip().lower() + semicolon + parameters
    if re.search(r'[\s"\\]', text):
        escaped = re.sub(r'(["\\])', r"\\\1", text)
        text = f'"{escaped}"'
    return f"{flags} {tag} {text}"


def _quoted_authority(value: str) -> str:
    """The value of a CAA record with its text in quotes, without which a semicolon begins a comment."""
    flags, _space, rest = value.partition(" ")
    tag, _space, text = rest.partition(" ")
    return value if text.startswith('"') else f'{flags} {tag} "{text}"'


def _association(option: str, value: str) -> str:
    found = re.fullmatch(r"([0-3])\s+([01])\s+([0-2])\s+([0-9A-Fa-f\s]+)", value)
    data = re.sub(r"\s", "", found.group(4)).lower() if found else ""
    if not found or len(data) % 2:
        raise invalid(option, f"{value!r} is not USAGE SELECTOR MATCHING_TYPE DATA, as in '3 1 1 0a…'.")
    return " ".join((*found.groups()[:3], data))


def _is_unicode(text: str) -> bool:
    """Whether all of it are characters, not bytes that were given by number."""
    try:
        text.encode()
    except UnicodeError:
        return False
    return True


def _number(option: str, text: str, largest: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > largest:
        raise invalid(option, f"{text!r} is not a number from 0 to {largest}.")
    return int(text)


_CANONICAL: dict[str, Callable[[str, str], str]] = {
    "A": _address(ipaddress.IPv4Address),
    "AAAA": _address(ipaddress.IPv6Address),
    "ALIAS": _host,
    "CAA": _authority,
    "CNAME": _host,
    "MX": _mail_exchange,
    "SRV": _service,
    "TLSA": _association,
    "TXT": text_of,
}


def wanted_set(option: str | None, zone: str, item: dict[str, Any]) -> RecordSet:
    """A record set as a user writes it: ``record`` or ``prefix`` or both, ``type``, ``ttl`` and a list ``value``.

    Args:
        option: the option that it is a part of, None when these are options themselves.
        zone: the zone, in canonical form.
        item: the record set.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    record, prefix = item.get("record"), item.get("prefix")
    record_option, value_option = option or "record", option or "value"
    given = prefix if record is None else record
    name = (
        host_part(option or "prefix", zone, prefix or "")
        if record is None
        else record_name(record_option, zone, record)
    )
    if None not in (record, prefix) and host_part(option or "prefix", zone, str(prefix)) != name:
        raise invalid(record_option, f"the record {record!r} and the prefix {prefix!r} are not the same name.")
    key = SetKey(name, item["type"])
    ttl = DEFAULT_TTL if item.get("ttl") is None else item["ttl"]
    if not SMALLEST_TTL <= ttl <= LARGEST_TTL:
        raise invalid(option or "ttl", f"the TTL is {SMALLEST_TTL} to {LARGEST_TTL} s, and that of {given!r} is {ttl}.")
    if key.type == "SRV" and not re.fullmatch(r"_[a-z0-9-]+\._[a-z]+", name):
        raise invalid(
            record_option,
            f"SRV: {given!r} is not _SERVICE._PROTOCOL; the API has them for the zone's own name only.",
        )
    if key.type == "CNAME" and not name:
        raise invalid(
            record_option,
            "CNAME: the zone's own name can't have one (RFC 1034, 3.6.2); ALIAS does the same there.",
        )
    if None in (item["value"] or []):
        raise invalid(value_option, f"a value of {given!r} is nothing.")
    values = tuple(sorted({canonical_value(value_option, key.type, str(value)) for value in item["value"] or []}))
    if key.type == "CNAME" and len(values) > 1:
        raise invalid(value_option, f"CNAME: {given!r} has {len(values)} values, and can have one (RFC 1034, 3.6.2).")
    return RecordSet(key, ttl, values)


def doubts(sets: Iterable[RecordSet]) -> list[str]:
    """What of record sets the API may refuse, in sentences."""
    return [
        f"{item.key.type} of {item.key.name or '@'}: the API wants a priority of 1 to 9999 by its description, and "
        "may refuse 0."
        for item in sets
        if item.key.type in {"MX", "SRV"} and any(value.startswith("0 ") for value in item.values)
    ]
