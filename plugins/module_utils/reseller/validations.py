# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the validations of a certificate request in place: the CNAME records that show that a domain is the customer's.

Private to the collection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.api_records import is_in_set
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.domains import reading_of_dns_records
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import same_text, shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.records import SetKey
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_writes import name_servers_elsewhere
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import (
    Absence,
    Criterion,
    Item,
    matches,
    name_in,
    objects_in,
    text_in,
)

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient

#: The time to live of validation records, in seconds: short, as they serve once.
TTL = 300
#: A name as records have it: labels of letters, digits, hyphens and underscores.
HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")


def open_validations(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the validations that someone has to put in place.

    Raises:
        Unreadable: the request does not tell them.
    """
    return [item for item in objects_in(request, "validations") if item.get("auto_validated") is not True]


def place_validations(client: ResellerClient, request: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """Put in place what the API can: CNAME records of zones that are hosted here, and that the world sees.

    Returns:
        the names of the records that were written, and the validations that someone else has to put in place.
    """
    written: list[str] = []
    left: list[dict[str, Any]] = []
    zones = Zones(client)
    for validation in open_validations(request):
        name = _host_name(validation.get("cname_validation_name"))
        content = _host_name(validation.get("cname_validation_content"))
        zone = zones.of(name) if same_text(validation.get("type"), "dns") and name and content else None
        if zone is None:
            left.append(validation)
        elif not zone.has_cname(name, content):
            if zones.is_elsewhere(zone):
                left.append(validation)
                continue
            zone.set_cname(name, content)
            written.append(name)
    return written, left


@dataclass
class Zone:
    """A zone that is hosted here, with its CNAME records, as far as they were read."""

    client: ResellerClient
    domain: str
    reading: Reading

    def has_cname(self, name: str, content: str) -> bool:
        """Whether the name is an alias of the content."""
        return bool(matches(self.reading.items(), *is_in_set(self._key(name)), _has_content(content)))

    def set_cname(self, name: str, content: str) -> None:
        """Let the name be an alias of the content.

        Raises:
            Unproven: a record that can't be read may be the name's.
        """
        key = self._key(name)
        title = f"record CNAME {key.name} of {self.domain}"
        evidence = self.client.evidence
        old = evidence.find(title, self.reading, "id", *is_in_set(key))
        path = f"/dns/{segment(self.domain)}/records"
        record = {"type": "CNAME", "record_name": key.name, "ttl": TTL, "content": content}

        def find() -> Item | Absence:
            reading = reading_of_dns_records(self.client, self.domain, type="CNAME")
            return evidence.find(title, reading, "id", *is_in_set(key), _has_content(content))

        if isinstance(old, Absence):
            self.client.post_free(path, record, old, find)
        else:
            # From an earlier request; a name has one CNAME at most (RFC 1034, 3.6.2).
            self.client.put(f"{path}/{segment(name_in(old, 'id'))}", {**old, **record})

    def _key(self, name: str) -> SetKey:
        return SetKey(name[: -len(self.domain) - 1], "CNAME")


def _has_content(content: str) -> Criterion:
    return lambda record: shown_name(text_in(record, "content")) == content


class Zones:
    """Finds the hosted zone that a name is in, asking for each zone once."""

    def __init__(self, client: ResellerClient) -> None:
        self._client = client
        self._asked: dict[str, Zone | None] = {}
        self._elsewhere: dict[str, bool] = {}

    def of(self, name: str) -> Zone | None:
        """The zone: the longest suffix of the name that is hosted here; None without one."""
        labels = name.split(".")
        for start in range(1, len(labels) - 1):
            zone = self._ask(".".join(labels[start:]))
            if zone is not None:
                return zone
        return None

    def is_elsewhere(self, zone: Zone) -> bool:
        """Whether the domain's name servers are others than the zone's, so that nobody sees its records."""
        if zone.domain not in self._elsewhere:
            self._elsewhere[zone.domain] = bool(name_servers_elsewhere(self._client, zone.domain))
        return self._elsewhere[zone.domain]

    def _ask(self, domain: str) -> Zone | None:
        if domain not in self._asked:
            reading = reading_of_dns_records(self._client, domain, type="CNAME")
            self._asked[domain] = Zone(self._client, domain, reading) if _exists(reading) else None
        return self._asked[domain]


def _exists(reading: Reading) -> bool:
    try:
        reading.items()
    except ApiError as error:
        if error.status != 404:
            raise
        return False
    return True


def _host_name(value: Any) -> str:
    """A host name in canonical form; an empty text for what is none."""
    name = shown_name(value) if isinstance(value, str) else ""
    return name if HOST_NAME.fullmatch(name) else ""
