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
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.hostings import get_linux_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import hosting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import check_host, same_name, shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.remembered import Remembered
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.steps import Step

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


@dataclass(frozen=True)
class WantedSite:
    """One site as a user wants it; what is None is not to be looked at.

    Attributes:
        domain: the hosting.
        name: the site's name, None for the main site.
        path: its folder.
        host_headers: host names that it shall serve, besides others.
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


def find_site(hosting: dict[str, Any], wanted: WantedSite) -> dict[str, Any] | None:
    """The site of that name; the main site has the name of the hosting, or else serves it.

    Raises:
        ToolkitError: ``ambiguous``, when several sites serve it.
    """
    sites = hosting.get("sites") or []
    name = wanted.name or wanted.domain
    found = [site for site in sites if same_name(site.get("name"), name)]
    if not found and wanted.is_main:
        found = [site for site in sites if name in header_names(site)]
    if len(found) > 1:
        names = ", ".join(str(site.get("name")) for site in found)
        raise ToolkitError("ambiguous", f"Several sites of Linux hosting {wanted.domain} are meant: {names}.")
    return found[0] if found else None


def header_names(site: dict[str, Any]) -> list[str]:
    """The host names that a site serves."""
    return [shown_name(header["name"]) for header in site.get("host_headers") or []]


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
        wanted: the site as it shall be.
        remembered: what was last set of it that the API never tells.
    """

    def __init__(self, task: Task, client: ResellerClient, wanted: WantedSite, remembered: Remembered) -> None:
        self._client = client
        self._wanted = wanted
        self._remembered = remembered
        self._task = task
        self._path = hosting_path(wanted.domain)

    def absent(self, site: dict[str, Any] | None) -> SitePlan:
        """There shall be no such site."""
        if site is None:
            return SitePlan()
        path = f"{self._path}/subsites/{segment(site['name'])}"
        return SitePlan([Step(f"remove {site['name']}", partial(self._client.delete, path))], before=site)

    def present(self, site: dict[str, Any] | None) -> SitePlan:
        """The site shall be as wanted.

        Args:
            site: as the API shows it; None when there is none.

        Raises:
            ToolkitError: ``path_differs``, ``ssl_needed``.
        """
        wanted = self._wanted
        name = str(site["name"]) if site else wanted.name or wanted.domain
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
        there = header_names(start)
        added = [header for header in wanted.host_headers if header not in there]
        for header in added:
            check_host("host_headers", header)
        if is_new and not wanted.is_main:
            check_host("site", shown_name(name))
        hosts = wanted.hostnames or [*there, *added] or [name]
        new_hosts = set(added) | (set(there) if is_new else set())
        encrypted = self._to_encrypt(hosts, new_hosts)
        redirected = self._to_redirect(bool(start.get("https_redirect_enabled")), hosts, there + added, new_hosts)
        plan = SitePlan(before=_shown(site) if site else {}, after=_shown(start))
        plan.site = {**start, "host_headers": [*(start.get("host_headers") or []), *map(_header, added)]}
        if is_new and not wanted.is_main:
            plan.steps.append(self._create(name))
        plan.steps += [self._add_header(name, header, is_new) for header in added]
        plan.after["host_headers"] = there + added
        off: list[Step] = []
        on: list[Step] = []
        if redirected:
            steps = [self._redirect(host) for host in redirected]
            (on if wanted.https_redirect else off).extend(steps)
            _note(plan, "https_redirect", redirected, wanted.https_redirect)
            plan.site["https_redirect_enabled"] = plan.after["https_redirect_enabled"] = wanted.https_redirect
        if wanted.http2 is not None and wanted.http2 != bool(start.get("http2_enabled")):
            (on if wanted.http2 else off).append(self._http2(name, bool(encrypted)))
            plan.site["http2_enabled"] = plan.after["http2_enabled"] = wanted.http2
        # https goes off after what needs it, and comes on before it.
        plan.steps += off + [self._encrypt(host) for host in encrypted] + on
        if encrypted:
            _note(plan, "letsencrypt", encrypted, wanted.letsencrypt)
        return plan

    def _check(self, site: dict[str, Any]) -> None:
        wanted = self._wanted
        path = str(site.get("path") or "")
        if wanted.path is not None and wanted.path.rstrip("/") != path.rstrip("/"):
            raise ToolkitError(
                "path_differs",
                f"The folder of {wanted.title} is {path}, and the API can't change it to {wanted.path}.",
                hint="Remove the subsite (state: absent) and add it anew, or leave path out.",
            )
        if site.get("ssl_enabled") or wanted.letsencrypt:
            return
        if wanted.http2 and not site.get("http2_enabled"):
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

    def _to_redirect(self, is_on: bool, hosts: list[str], all_hosts: list[str], new_hosts: set[str]) -> list[str]:
        """The host names to set the redirection for.

        The API tells of the whole site only. So it is believed where nothing else is known; where the host names were
        set from here, each is known by what was last set for it, unless the whole site says otherwise.
        """
        wanted = self._wanted.https_redirect
        if wanted is None:
            return []
        known = any(self._remembered.is_known(f"https_redirect {host}") for host in hosts)
        whole = set(hosts) >= set(all_hosts)

        def differs(host: str) -> bool:
            if self._wanted.force or (host in new_hosts and (wanted or is_on)):
                return True
            if self._remembered.is_last(f"https_redirect {host}", wanted):
                return is_on != wanted and whole
            return is_on != wanted or known

        return [host for host in hosts if differs(host)]

    def _create(self, name: str) -> Step:
        body = {"domain_name": name}
        if self._wanted.path is not None:
            body["path"] = self._wanted.path

        def find() -> bool:
            hosting = get_linux_hosting(self._client, self._wanted.domain) or {}
            return find_site(hosting, self._wanted) is not None

        return Step(f"add {name}", partial(self._client.post_free, f"{self._path}/subsites", body, find))

    def _add_header(self, name: str, header: str, is_new: bool) -> Step:
        def find() -> bool:
            hosting = get_linux_hosting(self._client, self._wanted.domain) or {}
            return header in header_names(find_site(hosting, self._wanted) or {})

        def write() -> None:
            # Which host names a new subsite brings is not documented.
            if not (is_new and find()):
                path = f"{self._path}/sites/{segment(name)}/hostheaders"
                self._client.post_free(path, {"domain_name": header}, find)

        return Step(f"add host header {header}", write)

    def _encrypt(self, host: str) -> Step:
        value = self._wanted.letsencrypt
        path = f"{self._path}/sslsettings/{segment(host)}/letsencrypt"
        write = partial(self._client.put, path, {"enabled": value})
        return Step(
            f"{_switched(value)} Let's Encrypt for {host}",
            partial(self._remembered.set, f"letsencrypt {host}", value, write),
        )

    def _redirect(self, host: str) -> Step:
        value = self._wanted.https_redirect
        path = f"{self._path}/sslsettings/{segment(host)}/autoredirect"
        write = partial(self._client.put, path, {"enabled": value})
        return Step(
            f"{_switched(value)} redirection to https for {host}",
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

        return Step(f"{_switched(self._wanted.http2)} HTTP/2", write)


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "enabled": True}


def _shown(site: dict[str, Any]) -> dict[str, Any]:
    names = ("path", "http2_enabled", "https_redirect_enabled")
    return {
        "name": site["name"],
        **{name: site.get(name) for name in names},
        "host_headers": header_names(site),
    }


def _note(plan: SitePlan, name: str, hosts: list[str], value: bool | None) -> None:
    """Have a setting of host names in the diff; what it was is not known for single ones."""
    plan.after[name] = dict.fromkeys(hosts, value)


def _switched(value: bool | None) -> str:
    return "switch on" if value else "switch off"
