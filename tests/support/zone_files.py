# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zone files and records of the API as dnspython reads them: the reference for what DNS modules write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dns.exception
import dns.name
import dns.rdata
import dns.rdatatype
import dns.zone
import idna

#: The zone of all zone files of the corpus.
ORIGIN = "shop.example"
#: Records that the provider manages, or types that the API does not support.
PROVIDERS = {"SOA", "NS"}
#: Name, type, time to live, and the values in wire form.
Set = tuple[str, str, int, frozenset[bytes]]


def read_zone(text: str) -> dns.zone.Zone:
    """Return the zone in a file."""
    return dns.zone.from_text(text, ORIGIN, relativize=False, check_origin=False)


def described(zone: dns.zone.Zone) -> list[dict[str, Any]]:
    """Return the record sets as a user writes them: values as the zone file has them."""
    found = []
    for name, rdataset in zone.iterate_rdatasets():
        kind = dns.rdatatype.to_text(rdataset.rdtype)
        if kind not in PROVIDERS:
            values = [item.to_text() for item in rdataset]
            prefix = name.relativize(dns.name.from_text(ORIGIN)).to_text().replace("@", "")
            found.append({"prefix": prefix, "type": kind, "ttl": rdataset.ttl, "value": values})
    return found


def sets_of(zone: dns.zone.Zone) -> set[Set]:
    """Return the records of a zone, without those of the provider."""
    return {
        (name.to_text(), dns.rdatatype.to_text(rdataset.rdtype), rdataset.ttl, _wires(rdataset))
        for name, rdataset in zone.iterate_rdatasets()
        if dns.rdatatype.to_text(rdataset.rdtype) not in PROVIDERS
    }


def _wires(rdatas: Iterable[dns.rdata.Rdata]) -> frozenset[bytes]:
    return frozenset(_joined(rdata).to_digestable(dns.name.root) for rdata in rdatas)


def text_in(rdata: dns.rdata.Rdata) -> str:
    """Return the text of a TXT record."""
    strings: tuple[bytes, ...] = rdata.strings  # type: ignore[attr-defined]
    return b"".join(strings).decode()


def judged(value: str) -> str | None:
    """Return the text that dnspython reads from a value in the form of a zone file, None when it refuses it."""
    try:
        read = dns.rdata.from_text("IN", "TXT", value.strip())
    except dns.exception.DNSException:
        return None
    return text_in(read)


def _joined(rdata: dns.rdata.Rdata) -> dns.rdata.Rdata:
    """Return a record, a TXT with its text split again: where a text is split has no meaning (RFC 7208, 3.3)."""
    strings = getattr(rdata, "strings", None)
    if strings is None:
        return rdata
    text = b"".join(strings)
    pieces = [text[start : start + 255] for start in range(0, len(text), 255)]
    return rdata.replace(strings=tuple(pieces))


def sets_of_api(records: Iterable[dict[str, Any]]) -> set[Set]:
    """Return the records of the API as record sets, without those of the provider.

    Their zone replaces `ORIGIN` in the values.
    """
    found: dict[tuple[str, str], tuple[int, set[bytes]]] = {}
    for record in records:
        if record["type"] in PROVIDERS:
            continue
        prefix = "" if record["record_name"] in ("", "@") else in_ascii(record["record_name"]) + "."
        name = f"{prefix}{ORIGIN}."
        rdata = dns.rdata.from_text("IN", record["type"], _presentation(record))
        ttl, values = found.setdefault((name, record["type"]), (record["ttl"], set()))
        assert ttl == record["ttl"], record
        values.add(_joined(rdata).to_digestable(dns.name.root))
    return {(name, kind, ttl, frozenset(values)) for (name, kind), (ttl, values) in found.items()}


def in_ascii(name: str) -> str:
    """Return a name that the API shows in Unicode in ASCII."""
    return ".".join(label if label.isascii() else idna.encode(label).decode() for label in name.split("."))


def _presentation(record: dict[str, Any]) -> str:
    content = record["content"]
    if record["type"] in ("CNAME", "ALIAS"):
        return f"{content}."
    if record["type"] == "MX":
        return f"{record['priority']} {content}."
    if record["type"] == "SRV":
        return f"{record['priority']} {record['weight']} {record['port']} {record['target']}."
    return in_quotes(content) if record["type"] == "TXT" else str(content)


def in_quotes(content: str) -> str:
    """Return the content of a TXT record in the form of a zone file; quoted content is returned unchanged."""
    if content.startswith('"'):
        return content
    data = content.encode()
    pieces = [data[start : start + 255] for start in range(0, len(data), 255)]
    return " ".join('"' + "".join(f"\\{byte:03d}" for byte in piece) + '"' for piece in pieces)
