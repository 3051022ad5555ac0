# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites of Linux hostings: find one, and plan the writes that make it as wanted.

Private to the collection. The API adds and removes subsites, adds host names to a site and never removes one, and
switches HTTP/2 for a site, but Let's Encrypt and the redirection to https for each host name. Of the last two it tells
one thing: whether a site redirects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import get_linux_hosting, hosting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    check_host,
    same_name,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


@dataclass(frozen=True)
class WantedSite:
    """One site as a user wants it; what is None is not to be looked at.

    Attributes:
        domain: the hosting.
        name: the site's name, None for the main site.
        path: its folder.
        host_headers: host names that it must serve, besides others.
        http2: whether HTTP/2 is on.
        letsencrypt: whether Let's Encrypt is on for the host names.
        https_redirect: whether the host names redirect to https.
        hostnames: the host names that the last two are for; all of the site if None.
        force: set what can't be told to be set.
    """

    domain: str
    name: str | None
    path: str | None
    host_headers: list[str]
    http2: bool | None
    letsencrypt: bool | None
    https_redirect: bool | None
    hostnames: list[str] | None
    force: bool

    @property
    def title(self) -> str:
        """The site in messages."""
        return f"site {self.name or self.domain} of Linux hosting {self.domain}"

    @property
    def is_main(self) -> bool:
        """Whether it is the site that the hosting comes with."""
        return self.name is None or self.name == self.domain


def find_site(client: ResellerClient, hosting: Item | None, wanted: WantedSite) -> Item | Absence:
    """Return the site of that name, or the proof that there is none.

    The main site has the name of the hosting, or else serves it.

    Args:
        client: proves it.
        hosting: the Linux hosting; None when there is no such hosting.
        wanted: the desired site.

    Raises:
        ToolkitError: ``ambiguous``, when several sites serve it.
        Unproven: the hosting does not tell its sites, or one can't be read.
    """
    name = wanted.name or wanted.domain
    evidence = client.evidence
    sites: list[Item] = []
    if hosting is not None:
        sites = evidence.part(wanted.title, wanted.domain, lambda: objects_in(hosting, "sites"), without=[])
    if wanted.is_main and not matches(sites, partial(_is_named, name)):
        return evidence.find_in(wanted.title, sites, "name", lambda site: name in header_names(site))
    return evidence.find_in(wanted.title, sites, "name", partial(_is_named, name))


def _is_named(name: str, item: Item) -> bool:
    return same_name(text_in(item, "name"), name)


def header_names(site: Item) -> list[str]:
    """Return the host names that a site serves.

    Raises:
        Unreadable: it does not tell.
    """
    return [shown_name(text_in(header, "name")) for header in objects_in(site, "host_headers")]


def known_header_names(site: Item) -> list[str]:
    """Return the host names that a site serves, as far as they can be read. It proves none to be absent."""
    try:
        headers = objects_in(site, "host_headers")
    except Unreadable:
        return []
    return [shown_name(header["name"]) for header in matches(headers, lambda header: bool(text_in(header, "name")))]


def is_of_provider(domain: str, host: str) -> bool:
    """Return whether a host name is the one below the provider's domain by which each hosting can be reached.

    It begins with the hosting's domain name without dots, as its FTP user does, and is the provider's to encrypt.
    """
    return host.partition(".")[0] == domain.replace(".", "") and not host.endswith(f".{domain}")


def find_header(client: ResellerClient, site: Item, wanted: WantedSite, header: str) -> Item | Absence:
    """Return the host header of that name of a site, or the proof that there is none.

    Raises:
        Unproven: the site does not tell its host headers, or one can't be read.
    """
    title = f"host header {header} of {wanted.title}"
    name = wanted.name or wanted.domain
    headers: list[Item] = client.evidence.part(title, name, lambda: objects_in(site, "host_headers"), without=[])
    return client.evidence.find_in(title, headers, "name", partial(_is_named, header))


@dataclass
class SitePlan:
    """The way from a site as it is to one as it is wanted.

    Attributes:
        steps: the writes, in the order in which they are sent.
        before: the site in the diff.
        after: the site in the diff, as it will be.
        site: the site in the result.
    """

    steps: list[Step] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    site: dict[str, Any] | None = None


class SitePlanner:
    """Plans the writes for one site.

    Args:
        task: is warned, and told apart from one in check mode.
        client: calls the API.
        wanted: the desired site.
        remembered: what was last set of it that the API never tells.
    """

    def __init__(self, task: Task, client: ResellerClient, wanted: WantedSite, remembered: WriteOnlySettings) -> None:
        self._client = client
        self._wanted = wanted
        self._remembered = remembered
        self._task = task
        self._path = hosting_path(wanted.domain)

    def absent(self, site: Item | Absence) -> SitePlan:
        """Plan the absence of the site."""
        if isinstance(site, Absence):
            return SitePlan()
        path = f"{self._path}/subsites/{segment(text_in(site, 'name'))}"
        return SitePlan([Step(f"remove {site['name']}", partial(self._client.delete, path))], before=site)

    def present(self, found: Item | Absence) -> SitePlan:
        """Plan the desired state of the site.

        Args:
            found: as the API shows it, or the proof that there is none.

        Raises:
            ToolkitError: ``path_differs``, ``ssl_needed``.
            Unproven: a host header that is missing may be one that can't be read.
        """
        wanted = self._wanted
        site = None if isinstance(found, Absence) else found
        name = text_in(site, "name") if site else wanted.name or wanted.domain
        is_new = site is None
        start = site or {
            "name": name,
            "path": wanted.path,
            "host_headers": [{"name": name, "enabled": True}],
            "ssl_enabled": False,
            "https_redirect_enabled": False,
            "http2_enabled": False,
        }
        if site or not wanted.is_main:
            self._check(start)
        looked_up = {header: find_header(self._client, start, wanted, header) for header in wanted.host_headers}
        absences = {header: absence for header, absence in looked_up.items() if isinstance(absence, Absence)}
        there, added = self._headers_of(start), list(absences)
        for header in added:
            check_host("host_headers", header)
        if is_new and not wanted.is_main:
            check_host("site", shown_name(name))
        all_hosts = [host for host in (*there, *added) if not is_of_provider(wanted.domain, host)]
        hosts = wanted.hostnames or all_hosts or [name]
        new_hosts = set(added) | (set(there) if is_new else set())
        encrypted = self._to_encrypt(hosts, new_hosts)
        redirected = self._to_redirect(start, hosts, all_hosts, new_hosts)
        plan = SitePlan(before=_shown(site) if site else {}, after=_shown(start))
        plan.site = {**start, "host_headers": _with_headers(start, added)}
        if isinstance(found, Absence) and not wanted.is_main:
            plan.steps.append(self._create(name, found))
        plan.steps += [self._add_header(name, header, is_new, absence) for header, absence in absences.items()]
        plan.after["host_headers"] = there + added
        off: list[Step] = []
        on: list[Step] = []
        if redirected:
            steps = [self._redirect(host) for host in redirected]
            (on if wanted.https_redirect else off).extend(steps)
            _note(plan, "https_redirect", redirected, wanted.https_redirect)
            plan.site["https_redirect_enabled"] = plan.after["https_redirect_enabled"] = wanted.https_redirect
        if wanted.http2 is not None and wanted.http2 != value_in(start, "http2_enabled", bool):
            (on if wanted.http2 else off).append(self._http2(name, bool(encrypted)))
            plan.site["http2_enabled"] = plan.after["http2_enabled"] = wanted.http2
        # https goes off after what needs it, and comes on before it.
        plan.steps += off + [self._encrypt(host) for host in encrypted] + on
        if encrypted:
            _note(plan, "letsencrypt", encrypted, wanted.letsencrypt)
        return plan

    def _headers_of(self, site: Item) -> list[str]:
        """The host names of a site; each has to be readable where all of them are meant."""
        wanted = self._wanted
        means_all = wanted.hostnames is None and (wanted.letsencrypt, wanted.https_redirect) != (None, None)
        return header_names(site) if means_all else known_header_names(site)

    def _check(self, site: Item) -> None:
        wanted = self._wanted
        if wanted.path is not None and wanted.path.rstrip("/") != value_in(site, "path", str).rstrip("/"):
            raise ToolkitError(
                "path_differs",
                f"The folder of {wanted.title} is {site['path']}, and the API can't change it to {wanted.path}.",
                hint="Remove the subsite (state: absent) and add it again, or omit path.",
            )
        if wanted.letsencrypt or not (wanted.http2 or wanted.https_redirect) or value_in(site, "ssl_enabled", bool):
            return
        if wanted.http2 and not value_in(site, "http2_enabled", bool):
            hint = "HTTP/2 needs it: set letsencrypt: true, or install a certificate."
            missing(self._task, f"https at {wanted.title}", hint, kind="ssl_needed")
        if wanted.https_redirect:
            self._task.warn(f"Visitors are sent to https, which {wanted.title} does not have.")

    def _to_encrypt(self, hosts: list[str], new_hosts: set[str]) -> list[str]:
        """The host names to set Let's Encrypt for: those for which it is not known to be set so."""
        wanted = self._wanted
        if wanted.letsencrypt is None:
            return []
        return [
            host
            for host in hosts
            if wanted.force
            or host in new_hosts
            or not self._remembered.is_last(f"letsencrypt {host}", wanted.letsencrypt)
        ]

    def _to_redirect(self, site: Item, hosts: list[str], all_hosts: list[str], new_hosts: set[str]) -> list[str]:
        """The host names to set the redirection for.

        The API shows only the whole site. So it is believed where nothing else is known; where the host names were
        set from here, each is known by what was last set for it, unless the whole site says otherwise.
        """
        wanted = self._wanted.https_redirect
        if wanted is None:
            return []
        is_on = value_in(site, "https_redirect_enabled", bool)
        known = any(self._remembered.is_known(f"https_redirect {host}") for host in hosts)
        whole = set(hosts) >= set(all_hosts)

        def differs(host: str) -> bool:
            if self._wanted.force or (host in new_hosts and (wanted or is_on)):
                return True
            if self._remembered.is_last(f"https_redirect {host}", wanted):
                return is_on != wanted and whole
            return is_on != wanted or known

        return [host for host in hosts if differs(host)]

    def _create(self, name: str, absence: Absence) -> Step:
        body = {"domain_name": name}
        if self._wanted.path is not None:
            body["path"] = self._wanted.path
        path = f"{self._path}/subsites"
        return Step(f"add {name}", partial(self._client.post_free, path, body, absence, self._find))

    def _find(self) -> Item | Absence:
        """The site as it is now, or the proof that there is none."""
        hosting = get_linux_hosting(self._client, self._wanted.domain)
        if hosting is None:
            raise Unproven(self._wanted.title, f"the API does not know hosting {self._wanted.domain} any more")
        return find_site(self._client, hosting, self._wanted)

    def _add_header(self, name: str, header: str, is_new: bool, absence: Absence) -> Step:
        def find() -> Item | Absence:
            site = self._find()
            return site if isinstance(site, Absence) else find_header(self._client, site, self._wanted, header)

        def write() -> None:
            # Which host names a new subsite brings is not documented.
            proof = find() if is_new else absence
            if isinstance(proof, Absence):
                path = f"{self._path}/sites/{segment(name)}/hostheaders"
                self._client.post_free(path, {"domain_name": header}, proof, find)

        return Step(f"add host header {header}", write)

    def _encrypt(self, host: str) -> Step:
        value = self._wanted.letsencrypt
        path = f"{self._path}/sslsettings/{segment(host)}/letsencrypt"
        write = partial(self._client.put, path, {"enabled": value})
        return Step(
            f"{_verb(value)} Let's Encrypt for {host}",
            partial(self._remembered.set, f"letsencrypt {host}", value, write),
        )

    def _redirect(self, host: str) -> Step:
        value = self._wanted.https_redirect
        path = f"{self._path}/sslsettings/{segment(host)}/autoredirect"
        write = partial(self._client.put, path, {"enabled": value})
        return Step(
            f"{_verb(value)} redirection to https for {host}",
            partial(self._remembered.set, f"https_redirect {host}", value, write),
        )

    def _http2(self, name: str, just_encrypted: bool) -> Step:
        path = f"{self._path}/sites/{segment(name)}/http2/configuration"

        def write() -> None:
            try:
                self._client.put(path, {"enabled": self._wanted.http2})
            except ApiError as error:
                if error.status == 400 and just_encrypted:
                    error.hint = "The new certificate may not be there yet: run the task again in a few minutes."
                raise

        return Step(f"{_verb(self._wanted.http2)} HTTP/2", write)


def _with_headers(site: Item, added: list[str]) -> Any:
    """The host headers of a site and those that are added; what can't be read stays as it is where nothing is added."""
    headers = site.get("host_headers")
    return [*(headers or []), *({"name": name, "enabled": True} for name in added)] if added else headers


def _shown(site: dict[str, Any]) -> dict[str, Any]:
    names = ("path", "http2_enabled", "https_redirect_enabled")
    return {
        "name": site["name"],
        **{name: site.get(name) for name in names},
        "host_headers": known_header_names(site),
    }


def _note(plan: SitePlan, name: str, hosts: list[str], value: bool | None) -> None:
    """Have a setting of host names in the diff; what it was is not known for single ones."""
    plan.after[name] = dict.fromkeys(hosts, value)


def _verb(value: bool | None) -> str:
    return "enable" if value else "disable"
