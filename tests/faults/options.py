# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of every module, with good values to begin with."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from tests.support.children import COLLECTION
from tests.support.csr import ATTRIBUTES, make_csr
from tests.support.playing import ROOT
from tests.support.samples import REGISTRANT, SSH_KEY

MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("reseller_*.py"))
SHARED = frozenset(connection_options())
HOSTING, WINDOWS = "seed-00003.example", "seed-00004.example"
PASSWORD = "Dbs0geheim72"
Options = dict[str, Any]


def spec_of(module: str) -> Options:
    return importlib.import_module(f"{COLLECTION}.plugins.modules.{module}").SPEC["argument_spec"]


@dataclass(frozen=True)
class Option:
    """One option of a module, by the names that lead to it."""

    module: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.module}.{'.'.join(self.path)}"

    @property
    def spec(self) -> Options:
        spec: Options = {"options": spec_of(self.module)}
        for name in self.path:
            spec = spec["options"][name]
        return spec

    @property
    def is_shared(self) -> bool:
        """Whether every module has it."""
        return self.path[0] in SHARED


def options_of(module: str) -> list[Option]:
    """All options of a module, those inside of others too."""

    def found(spec: Options, above: tuple[str, ...]) -> Iterator[Option]:
        for name, option in spec.items():
            yield Option(module, (*above, name))
            yield from found(option.get("options") or {}, (*above, name))

    return list(found(spec_of(module), ()))


OPTIONS = [option for module in MODULES for option in options_of(module)]
#: What every module has is the same for all: one of them stands for the others.
QUICK = [option for option in OPTIONS if not option.is_shared or option.module == "reseller_servicepack_info"]


def bases(module: str, facts: Options, number: int) -> list[Options]:
    """Good options for a module: every option is in at least one of these sets, and a task with any set succeeds.

    Args:
        module: its short name.
        facts: what there is at the sandbox.
        number: another one for each run, for what must not be there yet.
    """
    patience = {"wait": True, "wait_timeout": 20, "poll_min": 0.01, "poll_max": 0.02, "on_job_failure": "fail"}
    ordering = {**patience, "on_doubt": "fail", "settle_time": 0.01}
    password = {"password": PASSWORD, "update_password": "on_create"}
    fresh = f"t{number}.example"
    ftp = f"/v2/linuxhostings/{HOSTING}/ftp/configuration"
    task = {"script_location": f"/bin/backup{number}.sh", "cron_expression": "0 3 * * *", "enabled": True}
    records = {"record": "www", "prefix": "www", "type": "A", "ttl": 3600, "value": ["192.0.2.1"]}
    alias = {"address": f"info{number}@{HOSTING}", "destinations": ["ada@example.net"]}
    mailbox = {
        "address": f"ada{number}@{HOSTING}",
        "size": 2048,
        "auto_reply": {"enabled": True, "subject": "Away", "text": "Back in May."},
        "auto_forward": {"enabled": True, "addresses": ["ada@example.net"], "copy_to_myself": True},
    }
    database, user = {"account": HOSTING, "database": "main"}, {"name": f"u{number}", "enabled": True}
    keys = {"exclusive": False, "max_delete_percent": 30, "state": "present"}
    registrant = {
        **REGISTRANT,
        "fax": "+32.92345679",
        "company_name": "A Shop",
        "enterprise_number": "BE0123456789",
        "extra_fields": {"CompanyNumber": "1", "PassportNumber": "2", "CodiceFiscal": "3"},
    }
    domain = {"name": fresh, "registrant": registrant, "name_servers": ["ns1.example.net", "ns2.example.net"]}
    certificate = {
        "certificate_type": "standard",
        "validation_level": "domain_validated",
        "additional_validation_attributes": {**ATTRIBUTES, "OrganizationNumber": "1"},
        "renew_before_days": 30,
        "confirm_purchase": f"ssl standard domain_validated {fresh}",
        "dns_validation": True,
        "state": "requested",
        "pfx_path": f"{facts['folder']}/{number}.pfx",
        "pfx_password": PASSWORD,
    }
    found: dict[str, list[Options]] = {
        "reseller_account": [
            {"identifier": fresh, "servicepack": "1002", "ftp_password": PASSWORD, "state": "present", **ordering}
        ],
        "reseller_account_info": [
            {"identifier": HOSTING, "asset_type": "domain", "details": True},
            {"id": facts["account_id"]},
        ],
        "reseller_api": [
            {"method": "GET", "path": "/v2/accounts", "query": {"take": 1}, "force": False, "confirm_purchase": ""},
            {"method": "PUT", "path": ftp, "body": {"enabled": True}},
            {
                "method": "PUT",
                "path": ftp,
                "secret_body": {"enabled": True},
            },
        ],
        "reseller_dns_record": [{"zone": HOSTING, **records, "state": "present", "check_name_servers": False}],
        "reseller_dns_zone": [
            {
                "zone": HOSTING,
                "record_sets": [records],
                "purge": False,
                "purge_types": ["TXT"],
                "purge_names": ["www"],
                "max_delete_percent": 30,
                "check_name_servers": False,
            }
        ],
        "reseller_dns_zone_info": [
            {"zone": HOSTING, "record": "www", "type": "A"},
            {"zone": HOSTING, "record_id": "1-1"},
        ],
        "reseller_domain": [
            {
                **domain,
                **ordering,
                "registration": "register",
                "will_renew": True,
                "confirm_purchase": f"domain register {fresh}",
                "state": "present",
            },
            {**domain, **ordering, "wait": False, "registration": "transfer", "auth_code": "geheim"}
            | {"confirm_purchase": f"domain transfer {fresh}"},
        ],
        "reseller_domain_info": [{"name": HOSTING, "details": False}],
        "reseller_job": [{"job_ids": [facts["job_id"]], **patience}],
        "reseller_journal": [
            {"id": f"{number:016x}", "state": "forgotten"},
            {"endpoint": "POST /accounts", "key": fresh, "state": "forgotten"},
        ],
        "reseller_journal_info": [{"closed": True}],
        "reseller_linux_hosting": [
            {
                "domain": HOSTING,
                "php_version": "8.3",
                "memory_limit": 256,
                "apcu": {"enabled": True, "size": 64},
                "gzip": True,
                "ftp_enabled": True,
                "ssh_enabled": True,
                "force": True,
            }
        ],
        "reseller_linux_hosting_info": [{"domain": HOSTING, "details": True, "php_versions": True}],
        "reseller_linux_site": [
            {
                "domain": HOSTING,
                "site": f"s{number}.{HOSTING}",
                "path": "/www",
                "host_headers": [f"m{number}.{HOSTING}"],
                "http2": False,
                "letsencrypt": False,
                "https_redirect": False,
                "hostnames": [f"m{number}.{HOSTING}"],
                "force": True,
                "state": "present",
            }
        ],
        "reseller_mail_alias": [
            {**alias, "state": "present"},
            {"aliases": [alias]},
        ],
        "reseller_mail_zone": [
            {
                "domain": HOSTING,
                "anti_spam": "basic",
                "catch_all": ["ada@example.net"],
                "smtp_domains": [{"hostname": "mail.example.org", "enabled": True}],
                "purge_smtp_domains": False,
                "max_delete_percent": 30,
            }
        ],
        "reseller_mail_zone_info": [{"domain": HOSTING, "alias": f"info@{HOSTING}"}],
        "reseller_mailbox": [
            {**mailbox, **password, "state": "present"},
            {"mailboxes": [{**mailbox, "password": PASSWORD}]},
        ],
        "reseller_mailbox_info": [{"address": f"ada@{HOSTING}"}, {"domain": HOSTING, "details": True}],
        "reseller_mysql": [
            {"account": HOSTING, "name": f"d{number}", "state": "present", **password, **ordering},
        ],
        "reseller_mysql_info": [{"account": HOSTING, "name": "main", "users": True}],
        "reseller_mysql_user": [
            {**database, **user, **password, **ordering, "state": "present"},
            {**database, "users": [{**user, "password": PASSWORD}], **ordering},
        ],
        "reseller_scheduled_task": [
            {"domain": HOSTING, **task, "exclusive": False, "state": "present"},
            {"domain": HOSTING, "tasks": [task]},
        ],
        "reseller_scheduled_task_info": [{"domain": HOSTING, "id": "1"}],
        "reseller_servicepack_info": [{"name": "Linux Pro"}],
        "reseller_ssh_key": [
            {"domain": HOSTING, "public_key": SSH_KEY, **keys},
            {"domain": HOSTING, "keys": [SSH_KEY], **keys},
        ],
        "reseller_ssh_key_info": [{"domain": HOSTING}],
        "reseller_ssl": [
            {"csr_content": make_csr(fresh), **ordering, **certificate},
            {"csr_path": facts["csr_path"], **ordering, **certificate, "confirm_purchase": facts["sentence"]},
        ],
        "reseller_ssl_info": [
            {"common_name": "www.example.com", "expires_within_days": 30, "details": True, "requests": True},
            {"sha1_fingerprint": "ab" * 20},
        ],
        "reseller_windows_hosting_info": [{"domain": WINDOWS, "details": True}],
    }
    return found[module]


def holds(options: Any, path: tuple[str, ...]) -> bool:
    """Whether options have a value at a path; of a list of dicts the first one counts."""
    inner = options[0] if isinstance(options, list) else options
    return not path or (path[0] in inner and holds(inner[path[0]], path[1:]))


def replaced(options: Any, path: tuple[str, ...], value: Any) -> Any:
    """A copy of the options with another value at a path."""
    if not path:
        return value
    if isinstance(options, list):
        return [replaced(options[0], path, value), *options[1:]]
    return {**options, path[0]: replaced(options[path[0]], path[1:], value)}


def value_at(options: Any, path: tuple[str, ...]) -> Any:
    inner = options[0] if isinstance(options, list) else options
    return value_at(inner[path[0]], path[1:]) if path else options
