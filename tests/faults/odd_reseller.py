# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reseller API for tests with odd values: good options for its modules, and the canonical form of its requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import ClassVar

from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service
from tests.faults.options import Options
from tests.support.csr import ATTRIBUTES, make_csr
from tests.support.samples import REGISTRANT, SSH_KEY

HOSTING, WINDOWS = "seed-00003.example", "seed-00004.example"
PASSWORD = "Dbs0geheim72"
LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
DOMAIN = re.compile(rf"(?=.{{1,253}}$)({LABEL}\.)+{LABEL}")
#: Names of records contain what DNS allows, except for characters that need escapes in a zone file.
OWNER_LABEL = r"[!#%-'+,/-9:<=>?\[\]^-~-]{1,63}"
RECORD = re.compile(rf"@|(\*|{OWNER_LABEL})(\.{OWNER_LABEL})*")
ADDRESS = re.compile(rf"[a-z0-9!#$%&'*+=?^_`{{|}}~.-]{{1,64}}@({LABEL}\.)+{LABEL}")
DOMAIN_PATH = re.compile("/v2/(dns|linuxhostings|windowshostings|mailzones|domains)/([^/]+)")


class Reseller(Service):
    """The reseller API."""

    name = "reseller"
    roots = ("/v2/",)
    simplest = "reseller_servicepack_info"
    forms: ClassVar[dict[str, re.Pattern[str]]] = {
        "domain_name": DOMAIN,
        "hostname": DOMAIN,
        "name_servers": DOMAIN,
        "target": DOMAIN,
        "record_name": RECORD,
        "email_address": ADDRESS,
        "email_addresses": ADDRESS,
        "destinations": ADDRESS,
    }
    lines = frozenset({"message", "csr"})
    of_the_state = frozenset(
        {
            "account_id_invalid",
            "database_name_already_exists",
            "domain_name_already_exists",
            "domain_name_invalid",
            "domain_name_not_available",
            "email_address_already_exists",
            "email_address_invalid",
            "ftp_password_not_allowed",
            "ftp_password_required",
            "hostname_already_exists",
            "identifier_already_exists",
            "identifier_invalid",
            "apcu_size_invalid",
            "mailbox_limit_reached",
            "memory_limit_invalid",
            "mysql_database_limit_reached",
            "name_already_exists",
            "name_servers_invalid",
            "path_not_found",
            "ssh_key_already_exists",
            "ssl_required",
        }
    )
    without_option = Service.without_option | {"purchase_not_confirmed", "journal_unusable"}
    # Only a new account with hosting must have a domain name, and only a new SMTP domain that of a host.
    needs_a_read = frozenset({"php_version", "servicepack", "password", "pfx_password", "name", "state"}) | {
        "identifier",
        "smtp_domains",
    }

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        return SandboxProcess(job_seconds=0, rate_limit="10000000/60")

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        server.seed(5)
        csr = folder / "request.csr"
        csr.write_text(make_csr("csr.example"))
        self._folder, self._csr_path, self._job_id = folder, str(csr), ""
        self._account_id = run("reseller_account_info", {"identifier": HOSTING})["accounts"][0]["id"]
        self._job_id = run("reseller_mysql_user", self.bases("reseller_mysql_user", 0)[0])["job"]["id"]
        server.control("POST", "folders", {"domain": HOSTING, "path": "/www"})

    def more_that_is_shared(self) -> Options:
        return {"read_cache": True}

    def bases(self, module: str, number: int) -> list[Options]:
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
            "pfx_path": f"{self._folder}/{number}.pfx",
            "pfx_password": PASSWORD,
        }
        found: dict[str, list[Options]] = {
            "reseller_account": [
                {"identifier": fresh, "servicepack": "1002", "ftp_password": PASSWORD, "state": "present", **ordering}
            ],
            "reseller_account_info": [
                {"identifier": HOSTING, "asset_type": "domain", "details": True},
                {"id": self._account_id},
            ],
            "reseller_api": [
                {"method": "GET", "path": "/v2/accounts", "query": {"take": 1}, "force": False, "confirm_purchase": ""},
                {"path": "/v2/accounts", "secret_query": {"take": 1}},
                {"method": "PUT", "path": ftp, "body": {"enabled": True}},
                {
                    "method": "PUT",
                    "path": ftp,
                    "secret_body": {"enabled": True},
                },
            ],
            "reseller_dns_record": [
                {"zone": HOSTING, **records, "state": "present", "check_name_servers": False, "allow_wildcard": False}
            ],
            "reseller_dns_zone": [
                {
                    "zone": HOSTING,
                    "record_sets": [records],
                    "purge": False,
                    "purge_types": ["TXT"],
                    "purge_names": ["www"],
                    "max_delete_percent": 30,
                    "check_name_servers": False,
                    "allow_wildcard": False,
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
            "reseller_job": [{"job_ids": [self._job_id], **patience}],
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
                {
                    "account": HOSTING,
                    "name": f"d{number}",
                    "state": "present",
                    "allow_long_name": False,
                    **password,
                    **ordering,
                },
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
                {
                    "csr_path": self._csr_path,
                    **ordering,
                    **certificate,
                    "confirm_purchase": "ssl standard domain_validated csr.example",
                },
            ],
            "reseller_ssl_info": [
                {"common_name": "www.example.com", "expires_within_days": 30, "details": True, "requests": True},
                {"sha1_fingerprint": "ab" * 20},
            ],
            "reseller_windows_hosting_info": [{"domain": WINDOWS, "details": True}],
        }
        return found[module]

    def check_more(self, exchange: Options) -> None:
        named = DOMAIN_PATH.match(exchange["path"])
        if named and named.group(2) not in {"registrations", "transfers"}:
            assert DOMAIN.fullmatch(named.group(2)), exchange

    def refusals(self, body: str) -> set[str]:
        complaints = json.loads(body)
        return {item["error_code"] for item in complaints.get("validation_errors", [complaints])}
