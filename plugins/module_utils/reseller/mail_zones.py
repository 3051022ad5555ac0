# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail zones: their aliases, filter, catch-all addresses and SMTP domains.

Private to the collection. One response holds all of it. A part that is missing or can't be read is not taken as empty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import (
    domain_of,
    is_address,
    listed_addresses,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    check_host,
    same_name,
    same_text,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.parents import missing_parent
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion, matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    objects_in,
    text_in,
    texts_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

T = TypeVar("T")


def zone_path(domain: str) -> str:
    """Return the path of a mail zone, below which everything is that belongs to it."""
    return f"/mailzones/{segment(domain)}"


def get_mail_zone(client: ResellerClient, domain_name: str, enough: Enough | None = None) -> dict[str, Any] | None:
    """Return a domain's mail zone with everything in it but mailboxes."""
    return client.cached_get(zone_path(domain_name), enough)


def parent_mail_zone(
    task: Task, client: ResellerClient, domain: str, enough: Callable[[Any], bool] | None = None
) -> dict[str, Any] | None:
    """Return the mail zone to change; None in check mode if it does not exist yet.

    Args:
        task: check mode is taken from it.
        client: calls the API.
        domain: the mail zone.
        enough: returns whether, by a response, there is nothing to do.

    Raises:
        ToolkitError: ``not_found``.
    """
    zone = get_mail_zone(client, domain, enough)
    if zone is None:
        missing_parent(task, f"mail zone {domain}")
    return zone


# Aliases


def aliases_path(domain: str) -> str:
    """Return the path of the aliases of a mail zone."""
    return f"{zone_path(domain)}/aliases"


def alias_path(address: str) -> str:
    """Return the path of an alias."""
    return f"{aliases_path(domain_of(address))}/{segment(address)}"


def find_alias(client: ResellerClient, zone: Item | None, address: str) -> Item | Absence:
    """Return the alias of this address in a mail zone, or the proof that none exists.

    Args:
        client: provides the proof.
        zone: the mail zone; None when it does not exist.
        address: in canonical form.

    Raises:
        Unproven: the zone does not report its aliases, or one can't be read.
        Unreadable: the API does not report the alias's destinations.
    """
    title = f"alias {address}"
    aliases = _part(client, title, domain_of(address), zone, lambda zone: objects_in(zone, "aliases"))
    found = client.evidence.find_in(title, aliases, "email_address", is_address("email_address", address))
    if isinstance(found, Absence):
        return found
    return {"email_address": address, "destinations": listed_addresses(found, "destinations")}


def _part(
    client: ResellerClient, title: str, domain: str, zone: Item | None, read: Callable[[Item], list[T]]
) -> list[T]:
    """Return the items in a part of a mail zone; none when the zone does not exist."""
    return [] if zone is None else client.evidence.part(title, domain, lambda: read(zone), without=[])


def _zone_now(client: ResellerClient, domain: str, title: str) -> Item:
    """Return a mail zone that something was just added to.

    Raises:
        Unproven: the API no longer knows it.
    """
    zone = get_mail_zone(client, domain)
    if zone is None:
        raise Unproven(title, f"the API does not know mail zone {domain} any more")
    return zone


def create_alias(client: ResellerClient, address: str, destinations: list[str], absence: Absence | None) -> None:
    """Create an alias, once."""
    domain = domain_of(address)
    client.post_free(
        aliases_path(domain),
        {"email_address": address, "destinations": destinations},
        absence,
        lambda: find_alias(client, _zone_now(client, domain, f"alias {address}"), address),
    )


def update_alias(client: ResellerClient, address: str, destinations: list[str]) -> None:
    """Set the destinations of an alias."""
    client.put(alias_path(address), {"destinations": destinations})


def delete_alias(client: ResellerClient, address: str) -> None:
    """Remove an alias."""
    client.delete(alias_path(address))


# The rest of a mail zone


class ZonePlanner:
    """Plans the writes that bring a mail zone into its desired state. Unreadable parts matter only if they must change.

    Args:
        client: calls the API.
        domain: the zone.
        zone: the zone as the API shows it; None when it does not exist yet.
    """

    def __init__(self, client: ResellerClient, domain: str, zone: Item | None) -> None:
        self._client = client
        self._domain = domain
        self._zone = zone
        self._path = zone_path(domain)

    @cached_property
    def anti_spam(self) -> str | None:
        """The kind of filter; None when the zone does not exist."""
        return None if self._zone is None else text_in(value_in(self._zone, "anti_spam", dict), "type").lower()

    @cached_property
    def catch_all(self) -> list[str]:
        """The addresses that receive mail for addresses without a mailbox."""
        read = partial(listed_addresses, name="email_addresses")
        title = f"a catch-all address of {self._domain}"
        return _part(
            self._client, title, self._domain, self._zone, lambda zone: read(value_in(zone, "catch_all", dict))
        )

    @cached_property
    def smtp_domains(self) -> dict[str, bool | None]:
        """The SMTP domains whose names can be read, and whether each is enabled; None if that can't be read."""
        named = matches(self._smtp_items, lambda item: bool(text_in(item, "hostname")))
        return {shown_name(item["hostname"]): _switch_in(item) for item in named}

    @property
    def unread_smtp_domains(self) -> int:
        """The number of SMTP domains whose names can't be read, and which stay."""
        return len(self._smtp_items) - len(matches(self._smtp_items, lambda item: bool(text_in(item, "hostname"))))

    @cached_property
    def _smtp_items(self) -> list[Item]:
        title = f"an SMTP domain of {self._domain}"
        return _part(self._client, title, self._domain, self._zone, lambda zone: objects_in(zone, "smtp_domains"))

    def shown(self) -> dict[str, Any]:
        """Return the zone in a diff and in the result; None for parts that can't be read."""
        return {
            "anti_spam": _if_readable(lambda: self.anti_spam),
            "catch_all": _if_readable(lambda: list(self.catch_all)),
            "smtp_domains": _if_readable(
                lambda: [{"hostname": name, "enabled": enabled} for name, enabled in sorted(self.smtp_domains.items())]
            ),
        }

    def set_anti_spam(self, wanted: str | None) -> list[Step]:
        """Return the writes that set the kind of filter.

        Raises:
            ToolkitError: ``invalid_option``, when the zone can't have it.
        """
        if wanted is None or same_text(self.anti_spam, wanted):
            return []
        allowed = [] if self._zone is None else texts_in(self._zone["anti_spam"], "allowed_types")
        if allowed and wanted not in [kind.lower() for kind in allowed]:
            raise invalid(
                "anti_spam",
                f"mail zone {self._domain} can't have {wanted!r}. It can have {', '.join(allowed).lower()}.",
            )
        self.anti_spam = wanted
        return [Step(f"anti_spam {wanted}", partial(self._client.put, f"{self._path}/antispam", {"type": wanted}))]

    def set_catch_all(self, wanted: list[str] | None) -> list[Step]:
        """Return the writes for exactly these addresses; new ones are added before old ones are removed."""
        if wanted is None:
            return []
        path = f"{self._path}/catchall"
        steps = [
            Step(
                f"add catch-all {address}",
                partial(
                    self._client.post_free,
                    path,
                    {"email_address": address},
                    self._client.evidence.absent(f"catch-all address {address}"),
                    partial(self._find_catch_all, address),
                ),
            )
            for address in wanted
            if address not in self.catch_all
        ]
        steps += [
            Step(f"remove catch-all {address}", partial(self._client.delete, f"{path}/{segment(address)}"))
            for address in self.catch_all
            if address not in wanted
        ]
        self.catch_all = wanted
        return steps

    def _find_catch_all(self, address: str) -> Item | Absence:
        title = f"catch-all address {address}"
        zone = _zone_now(self._client, self._domain, title)
        if address in ZonePlanner(self._client, self._domain, zone).catch_all:
            return {"email_address": address}
        return self._client.evidence.absent(title)

    def set_smtp_domains(self, wanted: dict[str, bool]) -> list[Step]:
        """Return the writes for these SMTP domains; others stay as they are."""
        steps = []
        for name, enabled in wanted.items():
            if name not in self.smtp_domains:
                check_host("smtp_domains", name)
                title, path = f"add SMTP domain {name}", f"{self._path}/smtpdomains"
                absence = self._client.evidence.absent_in(
                    f"SMTP domain {name}", self._smtp_items, "hostname", _is_host(name)
                )
                find = partial(self._find_smtp_domain, name)
                steps.append(Step(title, partial(self._client.post_free, path, {"hostname": name}, absence, find)))
            # A new domain is enabled.
            if self.smtp_domains.get(name, True) != enabled:
                path = f"{self._path}/smtpdomains/{segment(name)}"
                title = f"{'enable' if enabled else 'disable'} SMTP domain {name}"
                steps.append(Step(title, partial(self._client.put, path, {"enabled": enabled})))
        self.smtp_domains.update(wanted)
        return steps

    def _find_smtp_domain(self, name: str) -> Item | Absence:
        title = f"SMTP domain {name}"
        zone = _zone_now(self._client, self._domain, title)
        items = ZonePlanner(self._client, self._domain, zone)._smtp_items
        return self._client.evidence.find_in(title, items, "hostname", _is_host(name))

    def remove_smtp_domains(self, unwanted: list[str]) -> list[Step]:
        """Return the writes that remove these SMTP domains."""
        steps = []
        for name in unwanted:
            path = f"{self._path}/smtpdomains/{segment(name)}"
            steps.append(Step(f"remove SMTP domain {name}", partial(self._client.delete, path)))
            del self.smtp_domains[name]
        return steps


def _switch_in(item: Item) -> bool | None:
    return _if_readable(lambda: value_in(item, "enabled", bool))


def _is_host(name: str) -> Criterion:
    return lambda item: same_name(text_in(item, "hostname"), name)


def _if_readable(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except (Unreadable, Unproven):
        return None
