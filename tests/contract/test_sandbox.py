# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox answers every operation according to the contract."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.contract.contracts import RESELLER
from tests.sandbox.conftest import LINUX_PRO, PASSWORD, WINDOWS_PRO, Client
from tests.sandbox.test_ssl import order, place_records
from tests.support.samples import REGISTRANT

NAME, WINDOWS = "shop.example", "windows.example"
HOSTING, ZONE = f"/v2/linuxhostings/{NAME}", f"/v2/mailzones/{NAME}"
ON = {"enabled": True}
#: Not in any response of the sandbox: accounts have no add-ons.
NEVER_SHOWN = {("Addon", "id"), ("Addon", "name")}


class Drive:
    """Calls the sandbox and checks the status."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.client = Client(sandbox)

    def __call__(self, status: int, method: str, path: str, body: Any = None) -> str:
        """Send a request; return the Location of the response, or an empty text."""
        answer = self.client.call(method, path, body)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text)
        return str(answer.headers.get("Location", ""))

    def provision(self, path: str, body: Any) -> str:
        """Order something, read its job before and after it is done, and return the link to the new object."""
        job = self(202, "POST", path, body)
        self(200, "GET", job)
        self.sandbox.set_job(job.rpartition("/")[2], "finished")
        return self(201, "GET", job)


def accounts_and_databases(drive: Drive) -> None:
    order_of_account = {"identifier": NAME, "servicepack_id": LINUX_PRO, "ftp_password": PASSWORD}
    account = drive.provision("/v2/accounts", order_of_account)
    drive.provision("/v2/accounts", {**order_of_account, "identifier": WINDOWS, "servicepack_id": WINDOWS_PRO})
    account_id = int(account.rpartition("/")[2])
    order_of_database = {"account_id": account_id, "database_name": "shop", "password": PASSWORD}
    database = drive.provision("/v2/mysqldatabases", order_of_database)
    user = drive.provision(f"{database}/users", {"name": "reports", "password": PASSWORD})
    for path in ("/v2/accounts", account, "/v2/servicepacks", "/v2/mysqldatabases", database, f"{database}/users"):
        drive(200, "GET", path)
    drive(204, "PUT", f"{user}/password", {"password": PASSWORD})
    drive(204, "PUT", f"{user}/status", {"enabled": False})
    for path in ("/v2/linuxhostings", HOSTING, "/v2/windowshostings", f"/v2/windowshostings/{WINDOWS}"):
        drive(200, "GET", path)
    drive(204, "DELETE", user)
    drive(204, "DELETE", database)


def domains(drive: Drive) -> None:
    wanted = {"domain_name": "bought.example", "registrant": REGISTRANT, "name_servers": []}
    domain = drive.provision("/v2/domains/registrations", wanted)
    moved = {**wanted, "domain_name": "moved.example", "auth_code": "Tr4nsfer"}
    drive.provision("/v2/domains/transfers", moved)
    servers = {"domain_name": "bought.example", "name_servers": ["ns1.example.net", "ns2.example.net"]}
    drive(204, "PUT", f"{domain}/nameservers", servers)
    drive(204, "PUT", f"{domain}/renew", {"will_renew": False})
    drive.sandbox.control("PUT", "domains/moved.example", {"can_toggle_renew": False, "will_renew": None})
    for path in ("/v2/domains", domain, "/v2/domains/moved.example"):
        drive(200, "GET", path)


def records(drive: Drive) -> None:
    path = f"/v2/dns/{NAME}/records"
    text = {"type": "TXT", "record_name": "note", "content": "one", "ttl": 300}
    service = {"priority": 1, "weight": 2, "port": 5060, "protocol": "TCP", "service": "sip", "target": "sip.example"}
    record = drive(201, "POST", path, text)
    drive(201, "POST", path, {"type": "SRV", **service})
    drive(200, "PUT", record, {**text, "content": "two"})
    drive(200, "GET", record)
    drive(200, "GET", path)
    drive(204, "DELETE", record)


def hosting(drive: Drive) -> None:
    settings: dict[str, dict[str, Any]] = {
        "ftp/configuration": ON,
        "phpsettings/apcu": {"enabled": True, "apcu_size": 64},
        "phpsettings/memorylimit": {"memory_limit": 512},
        "phpsettings/version": {"version": "8.4"},
        "settings/gzipcompression": ON,
        "ssh/configuration": ON,
        f"sslsettings/{NAME}/letsencrypt": ON,
        f"sslsettings/{NAME}/autoredirect": ON,
        f"sites/{NAME}/http2/configuration": ON,
    }
    for path, body in settings.items():
        drive(204, "PUT", f"{HOSTING}/{path}", body)
    drive(200, "GET", f"{HOSTING}/phpsettings/availableversions")
    drive.sandbox.control("POST", "folders", {"domain": NAME, "path": "/blog"})
    drive(201, "POST", f"{HOSTING}/sites/{NAME}/hostheaders", {"domain_name": f"m.{NAME}"})
    subsite = drive(201, "POST", f"{HOSTING}/subsites", {"domain_name": f"blog.{NAME}", "path": "/blog"})
    drive(204, "DELETE", subsite)

    cron = {"cron_expression": "0 3 * * *", "script_location": "/www/cron.sh", "enabled": True}
    tasks = f"{HOSTING}/scheduledtasks"
    task = drive(201, "POST", tasks, cron)
    drive(204, "PUT", task, {**cron, "enabled": False})
    for path in (task, tasks):
        drive(200, "GET", path)
    drive(204, "DELETE", task)

    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + hashlib.sha256(b"key").digest()
    key = drive(201, "POST", f"{HOSTING}/ssh/keys", {"public_key": f"ssh-ed25519 {b64encode(blob).decode()}"})
    for path in (f"{HOSTING}/ssh/keys", "/v2/ssh"):
        drive(200, "GET", path)
    drive(204, "DELETE", key)
    drive(200, "GET", HOSTING)


def mail(drive: Drive) -> None:
    account_id = drive.client.get(ZONE).json()["available_accounts"][0]["account_id"]
    ada = {"email_address": f"ada@{NAME}", "account_id": account_id, "password": PASSWORD}
    mailbox = drive(201, "POST", "/v2/mailboxes", ada)
    drive(204, "PUT", f"{mailbox}/password", {"password": PASSWORD})
    drive(204, "PUT", f"{mailbox}/autoreply", {**ON, "subject": "Away", "message": "Back soon."})
    forward = {**ON, "email_addresses": ["ada@mail.example"], "copy_to_myself": True}
    drive(204, "PUT", f"{mailbox}/autoforward", forward)
    alias = drive(201, "POST", f"{ZONE}/aliases", {"email_address": f"b@{NAME}", "destinations": [f"ada@{NAME}"]})
    drive(202, "PUT", alias, {"destinations": ["ada@mail.example"]})
    drive(204, "PUT", f"{ZONE}/antispam", {"type": "advanced"})
    catch_all = drive(201, "POST", f"{ZONE}/catchall", {"email_address": f"ada@{NAME}"})
    smtp_domain = drive(201, "POST", f"{ZONE}/smtpdomains", {"hostname": "extra.example"})
    drive(202, "PUT", smtp_domain, {"enabled": False})
    for path in (ZONE, mailbox, f"/v2/mailboxes?domain_name={NAME}"):
        drive(200, "GET", path)
    for path in (alias, catch_all, smtp_domain, mailbox):
        drive(204, "DELETE", path)


def certificates(drive: Drive) -> None:
    api = drive.client
    for name in ("shop.file.example", "shop.email.example"):
        drive(200, "GET", order(api, name).headers["Location"])
    request = order(api, NAME).headers["Location"]
    drive(200, "GET", "/v2/sslcertificaterequests")
    place_records(api, NAME, api.get(request).json()["validations"])
    drive(202, "PUT", request)
    drive.sandbox.advance(1)
    certificate = drive(303, "GET", request)
    assert drive(303, "PUT", request) == certificate
    for path in (certificate, "/v2/sslcertificates", f"{certificate}/download?file_format=pfx&password={PASSWORD}"):
        drive(200, "GET", path)
    withdrawn = order(api, NAME).headers["Location"]
    drive.sandbox.control("PUT", withdrawn.removeprefix("/v2/"), {"status": "withdrawn"})
    drive(410, "GET", withdrawn)


def refusals(drive: Drive) -> None:
    """Send requests with errors of all shapes; the tests of the sandbox cover many more."""
    drive(404, "GET", "/v2/nothing")
    drive(405, "POST", "/v2/domains")
    drive(404, "GET", "/v2/accounts/1")
    drive(400, "POST", "/v2/accounts", {})
    drive(400, "POST", "/v2/accounts", b"{")
    drive(403, "PUT", "/v2/domains/moved.example/renew", {"will_renew": True})
    assert drive.client.get("/v2/accounts", header="").status_code == 401


PARTS = (accounts_and_databases, domains, records, hosting, mail)


@contextmanager
def driven(*parts: Callable[[Drive], None], **options: Any) -> Iterator[Drive]:
    """Start a sandbox with these options, and call its operations part by part."""
    with SandboxProcess(**options) as sandbox:
        drive = Drive(sandbox)
        for part in parts:
            part(drive)
        yield drive


@pytest.fixture(scope="module")
def exchanges() -> list[dict[str, Any]]:
    """The exchanges in which every operation was called."""
    with driven(*PARTS, certificates, refusals, job_seconds=1, rate_limit="200/60") as drive:
        while drive.client.get("/v2/accounts").status_code != 429:
            pass
        return drive.sandbox.exchanges()


def test_every_operation_works(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.not_worked(RESELLER, exchanges) == set()


def test_every_response_is_as_the_contract_says(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations(exchanges) == []
    assert {one["status"] for one in exchanges} == {200, 201, 202, 204, 303, 400, 401, 403, 404, 405, 410, 429}


def test_requests_of_the_signer_would_pass_too(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations_as_own(exchanges) == []


def test_every_documented_property_is_shown(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.never_shown(RESELLER, exchanges) == NEVER_SHOWN
