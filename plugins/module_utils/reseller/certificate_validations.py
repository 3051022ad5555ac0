# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records that validate certificates: CNAMEs that show that a domain is the customer's.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    get_ssl_certificate_request,
    list_ssl_certificate_requests,
    ssl_certificate_request_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import (
    ApiRecord,
    add_dns_record,
    edited,
    is_in_set,
    reading_of_dns_records,
    replace_dns_record,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    same_text,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import SetKey
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_writes import name_servers_elsewhere
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion, matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, name_in, objects_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings

#: The time to live of validation records, in seconds: short, as they serve once.
TTL = 300
#: A name as records have it: labels of letters, digits, hyphens and underscores.
HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
#: How authorities name validation records: an underscore and an MD5 sum (Sectigo, "Domain Control Validation").
AUTHORITY_NAME = re.compile(r"_[0-9a-f]{32}(?:\.|$)")


def open_validations(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the validations that someone has to put in place.

    Raises:
        Unreadable: the request does not tell them.
    """
    return [item for item in objects_in(request, "validations") if item.get("auto_validated") is not True]


def place_validations(
    client: ResellerClient, request: dict[str, Any], warn: Callable[[str], None]
) -> tuple[list[str], list[dict[str, Any]]]:
    """Put in place what the API can: CNAME records of zones that are hosted here and delegated to it.

    Args:
        client: calls the API.
        request: the certificate request.
        warn: tells the user what can't be remembered.

    Returns:
        the names of the records that were written, and the validations that someone else has to put in place.
    """
    written: list[str] = []
    left: list[dict[str, Any]] = []
    zones = Zones(client, warn)
    for validation in open_validations(request):
        name = _host_name(validation.get("cname_validation_name"))
        content = _host_name(validation.get("cname_validation_content"))
        is_dns = same_text(validation.get("type"), "dns") and name and content
        zone, name = zones.holding(name, _host_name(validation.get("dns_name"))) if is_dns else (None, name)
        if zone is None:
            left.append(validation)
        elif zone.has_cname(name, content):
            zone.remember(name, content)
        elif zones.is_elsewhere(zone):
            left.append(validation)
        else:
            zone.set_cname(name, content)
            written.append(name)
    return written, left


@dataclass
class Zone:
    """A zone that is hosted here, with its CNAME records, as far as they were read."""

    client: ResellerClient
    domain: str
    reading: Reading
    warn: Callable[[str], None]

    def has_cname(self, name: str, content: str) -> bool:
        """Whether the name is an alias of the content."""
        return bool(matches(self.reading.items(), *is_in_set(self._key(name)), _has_content(content)))

    def set_cname(self, name: str, content: str) -> None:
        """Let the name be an alias of the content, and remember why.

        Raises:
            Unproven: a record that can't be read may be the name's.
        """
        _remembered(self.client, self.domain, self.warn).set(name, content, partial(self._set_cname, name, content))

    def _set_cname(self, name: str, content: str) -> None:
        key = self._key(name)
        title = f"record CNAME {key.name} of {self.domain}"
        evidence = self.client.evidence
        old = evidence.find(title, self.reading, "id", *is_in_set(key))
        record = {"type": "CNAME", "record_name": key.name, "ttl": TTL, "content": content}

        def find() -> Item | Absence:
            reading = reading_of_dns_records(self.client, self.domain, type="CNAME")
            return evidence.find(title, reading, "id", *is_in_set(key), _has_content(content))

        if isinstance(old, Absence):
            add_dns_record(self.client, self.domain, record, old, find)
        else:
            # From an earlier request; a name has one CNAME at most (RFC 1034, 3.6.2).
            present = ApiRecord(name_in(old, "id"), key, TTL, content, raw=old)
            replace_dns_record(self.client, self.domain, present.id, edited(present, TTL, content))

    def remember(self, name: str, content: str) -> None:
        """Note that the record validates a certificate, so that no later task takes it for one too many."""
        remembered = _remembered(self.client, self.domain, self.warn)
        if not remembered.is_last(name, content):
            remembered.set(name, content, lambda: None)

    def _key(self, name: str) -> SetKey:
        return SetKey(name[: -len(self.domain) - 1], "CNAME")


def _has_content(content: str) -> Criterion:
    return lambda record: shown_name(text_in(record, "content")) == content


class Zones:
    """Finds the hosted zone that a name is in, asking for each zone once."""

    def __init__(self, client: ResellerClient, warn: Callable[[str], None]) -> None:
        self._client = client
        self._warn = warn
        self._asked: dict[str, Zone | None] = {}
        self._elsewhere: dict[str, bool] = {}

    def holding(self, name: str, host: str) -> tuple[Zone | None, str]:
        """Return the zone of a validation record, None without one, and the record's whole name.

        The vendor describes the name as the host's part; whole names are taken as well.

        Args:
            name: the record's name as the API tells it.
            host: the name that is validated; an empty text, if the API does not tell it.
        """
        zone = self._of(host.split(".")) if host else None
        if zone is not None:
            if name.endswith("." + zone.domain):
                return zone, name
            whole = f"{name}.{zone.domain}"
            if whole.endswith("." + host):
                return zone, whole
        elsewhere = self._of(name.split(".")[1:])
        return (zone, f"{name}.{zone.domain}") if elsewhere is None and zone is not None else (elsewhere, name)

    def _of(self, labels: list[str]) -> Zone | None:
        """Return the longest suffix of a name that is hosted here; None without one."""
        for start in range(len(labels) - 1):
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
            self._asked[domain] = Zone(self._client, domain, reading, self._warn) if _exists(reading) else None
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
    """A host name in canonical form, that of a wildcard without its star; an empty text for what is none."""
    name = shown_name(value) if isinstance(value, str) else ""
    name = name[2:] if name.startswith("*.") else name
    return name if HOST_NAME.fullmatch(name) else ""


def _remembered(client: ResellerClient, domain: str, warn: Callable[[str], None]) -> WriteOnlySettings:
    """What was placed from here in a zone to validate certificates: names with their contents."""
    return WriteOnlySettings(client.storage, f"{client.api_url} validations of {domain}", warn)


class ValidationRecords:
    """Tells the records of a zone that validate certificates from others.

    Args:
        client: calls the API.
        domain: the zone.
        warn: tells the user what can't be known.
    """

    def __init__(self, client: ResellerClient, domain: str, warn: Callable[[str], None]) -> None:
        self._client = client
        self._domain = domain
        self._warn = warn

    def among(self, keys: set[SetKey]) -> set[SetKey]:
        """Return those that validate a certificate, or may do so.

        These are the CNAME records that were placed from here; those whose name is one as certificate authorities make
        them; and those of ongoing requests, which are only read while others are left that may be theirs.
        """
        aliases = {key for key in keys if key.type == "CNAME" and key.name.startswith("_")}
        found = {key for key in aliases if AUTHORITY_NAME.match(key.name)}
        if aliases - found:
            remembered = _remembered(self._client, self._domain, self._warn)
            found |= {key for key in aliases - found if remembered.is_known(f"{key.name}.{self._domain}")}
        if aliases - found:
            asked = self._asked_for
            found |= aliases if asked is None else {key for key in aliases if key.name in asked}
        return found

    @cached_property
    def _asked_for(self) -> set[str] | None:
        """The names, below the zone's, of the records that requests wait for; None if that can't be known."""
        try:
            return {name for request in self._open_requests() for name in self._names_in(request)}
        except ToolkitError as error:
            self._warn(
                f"CNAME records of {self._domain} that begin with an underscore stay, as certificate requests may wait "
                f"for them: {error.message}"
            )
            return None

    def _open_requests(self) -> Iterator[dict[str, Any]]:
        """Yield the details of the ongoing requests that may be about the zone."""
        for listed in list_ssl_certificate_requests(self._client):
            # The list lacks the alternative names.
            has_other_names = not same_text(listed.get("certificate_type"), "standard")
            host = _host_name(listed.get("common_name"))
            if has_other_names or not host or f".{host}".endswith(f".{self._domain}"):
                answer = get_ssl_certificate_request(self._client, name_in(listed, "id"))
                if answer.status == 200:
                    yield ssl_certificate_request_in(answer)

    def _names_in(self, request: dict[str, Any]) -> Iterator[str]:
        for validation in objects_in(request, "validations"):
            name = _host_name(validation.get("cname_validation_name"))
            yield name[: -len(self._domain) - 1] if name.endswith(f".{self._domain}") else name
