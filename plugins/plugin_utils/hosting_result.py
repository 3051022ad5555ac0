# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fact ``hosting_result`` of the role, from the results of its tasks.

Private to the collection. A part whose task did not have to run is reported as the check read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Result = Mapping[str, Any]


@dataclass(frozen=True)
class RoleRun:
    """One run of the role for one customer.

    Attributes:
        hosting: the role's dictionary in its documented types, without options that are not given.
        tasks: the registered results of the tasks by their parts; empty for a task that was not reached.
        read: the state of the parts that did not have to run, as the check read it.
        detail: the API's detail of the Linux hosting, empty if the run did not read it.
    """

    hosting: Result
    tasks: Mapping[str, Result]
    read: Mapping[str, Any]
    detail: Result = field(default_factory=dict)

    def one(self, part: str) -> Result:
        """Return the result of a task, or the state that the check read; empty if there is neither."""
        task = self.tasks.get(part) or {}
        return (self.read.get(part) or {}) if _did_not_run(task) else task

    def each(self, part: str) -> list[Result]:
        """Return the results of a task with a loop, or the states that the check read."""
        task = self.tasks.get(part) or {}
        return list((self.read.get(part) or []) if _did_not_run(task) else task["results"])

    @property
    def database_names(self) -> list[str]:
        """Return the names of the databases that the user gave."""
        return [database["name"] for database in self.hosting.get("databases") or []]

    @property
    def domain_name(self) -> str:
        """Return the domain name of the customer."""
        found: str = (self.hosting.get("domain") or {}).get("name") or self.hosting["identifier"]
        return found

    @property
    def domain_pending(self) -> bool:
        """Return whether the domain name is ordered but does not exist yet."""
        return "domain" in self.hosting and not self.one("domain").get("domain")

    @property
    def certificate_pending(self) -> bool:
        """Return whether the certificate is ordered but does not exist yet."""
        certificate = self.one("certificate")
        return certificate.get("state", "present") != "present" and not certificate.get("would_purchase")

    @property
    def certificate_waits_for_domain(self) -> bool:
        """Return whether names of the certificate belong to a domain name that does not exist yet."""
        ssl = self.hosting.get("ssl") or {}
        names = (self.hosting["identifier"], ssl.get("common_name", ""), *(ssl.get("names") or []))
        domain = self.domain_name.lower()
        return self.domain_pending and any(f".{name.lower()}".endswith(f".{domain}") for name in names)


def hosting_result(run: RoleRun) -> dict[str, Any]:
    """Return the fact."""
    account, domain, certificate = run.one("account"), run.one("domain"), run.one("certificate")
    linux = run.one("linux").get("hosting") if "linux" in run.hosting else run.detail.get("data")
    databases = [_database(run, name, index) for index, name in enumerate(run.database_names)]
    return {
        "account": account["account"],
        "domain": _domain(run, domain) if "domain" in run.hosting else None,
        "hosting": _linux(run, linux or {}),
        "ssh_keys": len(run.one("ssh_keys").get("ssh_keys") or []),
        "scheduled_tasks": len(run.one("scheduled_tasks").get("scheduled_tasks") or []),
        "databases": databases,
        "dns": _dns(run, run.one("dns")) if "dns" in run.hosting else None,
        "mailboxes": _addresses(run.hosting.get("mailboxes")),
        "mail_aliases": _addresses(run.hosting.get("mail_aliases")),
        "mail_zone": run.one("mail_zone").get("mail_zone") if "mail_zone" in run.hosting else None,
        "certificate": _certificate(certificate) if "ssl" in run.hosting else None,
        "pending": _pending(run),
        "recovered": [
            *([f"account {run.hosting['identifier']}"] if account.get("recovered") else []),
            *([f"domain {run.domain_name}"] if domain.get("recovered") else []),
            *(name for index, name in enumerate(run.database_names) for name in _recovered(run, name, index)),
            *(["certificate"] if certificate.get("recovered") else []),
        ],
        "changed": any(task.get("changed") for task in run.tasks.values()),
    }


def _did_not_run(task: Result) -> bool:
    return not task or bool(task.get("skipped"))


def _domain(run: RoleRun, result: Result) -> dict[str, Any]:
    domain = result.get("domain") or {}
    exists = "expiration_date" in domain
    return {
        "name": run.domain_name,
        "state": "pending" if run.domain_pending else "present" if exists else "absent",
        "expiration_date": domain.get("expiration_date"),
        "will_renew": domain.get("will_renew"),
        "name_servers": [item["name"] for item in domain.get("name_servers") or [] if isinstance(item, Mapping)],
        "job": (result.get("job") or {}).get("id"),
        "would_purchase": result.get("would_purchase"),
    }


def _linux(run: RoleRun, linux: Result) -> dict[str, Any] | None:
    """Return the Linux hosting; None for an account without one."""
    if "ip" not in linux:
        return None
    # The tasks of the sites ran after the hosting was read.
    managed = [item["site"] for part in ("sites", "https") for item in run.each(part) if item.get("site")]
    hosts = (host["name"] for site in [*(linux.get("sites") or []), *managed] for host in site["host_headers"])
    return {
        "ip": linux["ip"],
        "php_version": linux["php_version"],
        "host_names": _without_duplicates(hosts),
        "ftp_username": linux["ftp_username"],
        "ssh_host": linux["ssh_host"],
        "ssh_username": linux["ssh_username"],
    }


def _without_duplicates(names: Iterable[str]) -> list[str]:
    """Return the names in order; of those that differ only in their case, the first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.lower(), name)
    return list(found.values())


def _users(run: RoleRun, index: int) -> list[Result]:
    results = run.each("users")
    return list(results[index].get("users") or []) if index < len(results) else []


def _database(run: RoleRun, name: str, index: int) -> dict[str, Any]:
    database = run.each("databases")[index]["database"]
    return {
        "asked_name": name,
        "name": database["name"],
        "hostname": database.get("hostname"),
        "users": [item["user"] for item in _users(run, index)],
    }


def _recovered(run: RoleRun, name: str, index: int) -> list[str]:
    """Return what was found of a database and its users from an earlier order."""
    database = [f"database {name}"] if run.each("databases")[index].get("recovered") else []
    return database + [f"user {item['name']}" for item in _users(run, index) if item.get("recovered")]


def _dns(run: RoleRun, result: Result) -> dict[str, Any]:
    sets = result.get("record_sets") or []
    values = [item["value"] for item in sets]
    return {
        "zone": run.hosting["dns"].get("zone", run.hosting["identifier"]),
        "record_sets": len(sets),
        "records": sum(len(value) if isinstance(value, (list, tuple)) else 1 for value in values),
        "writes": len(result.get("applied") or []),
    }


def _addresses(items: list[Result] | None) -> list[str]:
    return [item["address"] for item in items or []]


def _certificate(result: Result) -> dict[str, Any]:
    found = result.get("certificate") or {}
    return {
        "state": result["state"],
        "common_name": (found or result.get("request") or {}).get("common_name"),
        "sha1_fingerprint": found.get("sha1_fingerprint"),
        "expires_after": found.get("expires_after"),
        "validations": result["validations"],
        "would_purchase": result.get("would_purchase"),
    }


def _pending(run: RoleRun) -> list[str]:
    """Return what is ordered but does not exist yet, and what waits for it."""
    pending = [f"{run.hosting['domain']['registration']} of {run.domain_name}"] if run.domain_pending else []
    if not run.certificate_pending:
        return pending
    sites = [site for site in run.hosting.get("sites") or [] if site.get("https_redirect")]
    return [*pending, "certificate", *(f"https of {site.get('site', run.hosting['identifier'])}" for site in sites)]
