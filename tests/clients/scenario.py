# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario with all operations of the reseller API, for any client.

It deletes only objects created for that, so that afterwards every kind of object still exists.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
from typing import Any, NamedTuple, Protocol

from sandbox.launcher import SandboxProcess
from tests.support.samples import REGISTRANT, SSH_KEY

NAME, WINDOWS, BOUGHT = "shop.example", "windows.example", "bought.example"
PASSWORD = "blaBLA123"
ON = {"enabled": True}
CRON = {"cron_expression": "0 3 * * *", "script_location": "/www/cron.sh", "enabled": True}


class Reply(NamedTuple):
    """A response as a client returns it."""

    location: str
    """The path in its Location, an empty text without one."""
    data: Any
    """The body as JSON."""

    @property
    def made(self) -> str:
        """The name or the id of the new object."""
        return self.location.rpartition("/")[2]


class Send(Protocol):
    """Sends one request, and raises on any other response than the documented success."""

    def __call__(self, operation: str, *path: str, query: dict[str, Any] | None = None, body: Any = None) -> Reply:
        """Send a request.

        :param operation: as the contract names it; ``path`` has the values of its parameters, in their order.
        """


def play(send: Send, sandbox: SandboxProcess) -> None:
    """Use each operation successfully at least once."""
    account = _accounts(send, sandbox)
    _databases(send, sandbox, account)
    _domains(send, sandbox)
    _records(send)
    _hosting(send, sandbox)
    _tasks_and_keys(send)
    _mail(send, account)
    _certificates(send, sandbox)


def _provision(send: Send, sandbox: SandboxProcess, operation: str, *path: str, body: Any) -> str:
    """Order something, follow its job, and return the name or the id of the new object."""
    job = send(operation, *path, body=body).made
    send("GET /provisioningjobs/{jobId}", job)
    sandbox.set_job(job, "finished")
    [link] = send("GET /provisioningjobs/{jobId}", job).data["resource_links"]
    return str(link).rpartition("/")[2]


def _accounts(send: Send, sandbox: SandboxProcess) -> int:
    """Create an account with Linux hosting and return its id."""
    send("GET /servicepacks")
    for name, pack in ((WINDOWS, 1004), (NAME, 1002)):
        order = {"identifier": name, "servicepack_id": pack, "ftp_password": PASSWORD}
        account = _provision(send, sandbox, "POST /accounts", body=order)
        send("GET /accounts/{accountId}", account)
    send("GET /accounts", query={"asset_type": "linux_hosting", "identifier": NAME, "skip": 0, "take": 10})
    send("GET /windowshostings")
    send("GET /windowshostings/{domainName}", WINDOWS)
    send("GET /linuxhostings", query={"take": 1000})
    send("GET /linuxhostings/{domainName}", NAME)
    return int(account)


def _databases(send: Send, sandbox: SandboxProcess, account: int) -> None:
    made = []
    for name in ("spare", "shop"):
        order = {"account_id": account, "database_name": name, "password": PASSWORD}
        made.append(_provision(send, sandbox, "POST /mysqldatabases", body=order))
    spare, database = made
    send("DELETE /mysqldatabases/{databaseName}", spare)
    for name in ("nobody", "reports"):
        order = {"name": name, "password": PASSWORD}
        user = _provision(send, sandbox, "POST /mysqldatabases/{databaseName}/users", database, body=order)
        if name == "nobody":
            send("DELETE /mysqldatabases/{databaseName}/users/{userName}", database, user)
    send("PUT /mysqldatabases/{databaseName}/users/{userName}/password", database, user, body={"password": PASSWORD})
    send("PUT /mysqldatabases/{databaseName}/users/{userName}/status", database, user, body={"enabled": False})
    send("GET /mysqldatabases/{databaseName}/users", database)
    send("GET /mysqldatabases/{databaseName}", database)
    send("GET /mysqldatabases")


def _domains(send: Send, sandbox: SandboxProcess) -> None:
    wanted = {"domain_name": BOUGHT, "registrant": REGISTRANT, "name_servers": []}
    _provision(send, sandbox, "POST /domains/registrations", body=wanted)
    moved = {**wanted, "domain_name": "moved.example", "auth_code": "Tr4nsfer"}
    _provision(send, sandbox, "POST /domains/transfers", body=moved)
    servers = {"domain_name": BOUGHT, "name_servers": ["ns1.example.net", "ns2.example.net"]}
    send("PUT /domains/{domainName}/nameservers", BOUGHT, body=servers)
    send("PUT /domains/{domainName}/renew", BOUGHT, body={"will_renew": False})
    send("GET /domains", query={"skip": 1, "take": 2})
    send("GET /domains/{domainName}", BOUGHT)


def _records(send: Send) -> None:
    records = "POST /dns/{domainName}/records"
    spare = send(records, NAME, body={"type": "A", "record_name": "spare", "content": "192.0.2.7"})
    send("DELETE /dns/{domainName}/records/{recordId}", NAME, spare.made)
    for kind, content in (
        ("AAAA", "2001:db8::1"),
        ("ALIAS", "site.example.net"),
        ("CAA", '0 issue "ca.example"'),
        ("MX", "mx.example.net"),
        ("TLSA", "3 1 1 abcdef0123"),
        ("TXT", "one"),
    ):
        made = send(records, NAME, body={"type": kind, "record_name": "_note", "content": content})
        shown = send("GET /dns/{domainName}/records/{recordId}", NAME, made.made).data
        send("PUT /dns/{domainName}/records/{recordId}", NAME, made.made, body={**shown, "ttl": 300})
    service = {"type": "SRV", "service": "_sip", "port": 5060, "target": "sip.example.net"}
    made = send(records, NAME, body=service)
    shown = send("GET /dns/{domainName}/records/{recordId}", NAME, made.made).data
    send("PUT /dns/{domainName}/records/{recordId}", NAME, made.made, body={**shown, "ttl": 300})
    send("GET /dns/{domainName}/records", NAME, query={"type": "SRV", "service": "_sip"})
    send("GET /dns/{domainName}/records", NAME, query={"record_name": "_note"})


def _hosting(send: Send, sandbox: SandboxProcess) -> None:
    settings: dict[str, dict[str, Any]] = {
        "ftp/configuration": ON,
        "phpsettings/apcu": {"enabled": True, "apcu_size": 64},
        "phpsettings/memorylimit": {"memory_limit": 256},
        "settings/gzipcompression": ON,
        "ssh/configuration": ON,
    }
    for part, body in settings.items():
        send(f"PUT /linuxhostings/{{domainName}}/{part}", NAME, body=body)
    versions = send("GET /linuxhostings/{domainName}/phpsettings/availableversions", NAME).data
    send("PUT /linuxhostings/{domainName}/phpsettings/version", NAME, body=versions[0])
    for part in ("sslsettings/{hostname}/letsencrypt", "sslsettings/{hostname}/autoredirect"):
        send(f"PUT /linuxhostings/{{domainName}}/{part}", NAME, NAME, body=ON)
    send("PUT /linuxhostings/{domainName}/sites/{siteName}/http2/configuration", NAME, NAME, body=ON)
    header = {"domain_name": f"m.{NAME}"}
    send("POST /linuxhostings/{domainName}/sites/{siteName}/hostheaders", NAME, NAME, body=header)
    for path in ("/blog", "/spare"):
        sandbox.control("POST", "folders", {"domain": NAME, "path": path})
        subsite = {"domain_name": f"{path[1:]}.{NAME}", "path": path}
        made = send("POST /linuxhostings/{domainName}/subsites", NAME, body=subsite).made
    send("DELETE /linuxhostings/{domainName}/subsites/{siteName}", NAME, made)


def _tasks_and_keys(send: Send) -> None:
    tasks = "/linuxhostings/{domainName}/scheduledtasks"
    spare = send(f"POST {tasks}", NAME, body=CRON).made
    send(f"DELETE {tasks}/{{scheduledTaskId}}", NAME, spare)
    task = send(f"POST {tasks}", NAME, body={**CRON, "cron_expression": "*/5 * * * *"}).made
    send(f"PUT {tasks}/{{scheduledTaskId}}", NAME, task, body={**CRON, "enabled": False})
    send(f"GET {tasks}/{{scheduledTaskId}}", NAME, task)
    send(f"GET {tasks}", NAME)
    keys = "/linuxhostings/{domainName}/ssh/keys"
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + hashlib.sha256(b"spare").digest()
    spare = send(f"POST {keys}", NAME, body={"public_key": f"ssh-ed25519 {base64.b64encode(blob).decode()}"}).made
    send(f"DELETE {keys}/{{fingerprint}}", NAME, spare)
    send(f"POST {keys}", NAME, body={"public_key": SSH_KEY})
    send(f"GET {keys}", NAME)
    send("GET /ssh")


def _mail(send: Send, account: int) -> None:
    for user in ("spare", "ada"):
        mailbox = {"email_address": f"{user}@{NAME}", "account_id": account, "password": PASSWORD}
        made = send("POST /mailboxes", body=mailbox).made
        if user == "spare":
            send("DELETE /mailboxes/{mailboxName}", made)
    ada = f"ada@{NAME}"
    send("PUT /mailboxes/{mailboxName}/password", ada, body={"password": PASSWORD})
    away = {**ON, "subject": "Away", "message": "Back soon."}
    send("PUT /mailboxes/{mailboxName}/autoreply", ada, body=away)
    forward = {**ON, "email_addresses": ["ada@mail.example"], "copy_to_myself": True}
    send("PUT /mailboxes/{mailboxName}/autoforward", ada, body=forward)
    send("GET /mailboxes", query={"domain_name": NAME})
    send("GET /mailboxes/{mailboxName}", ada)

    zone = "/mailzones/{domainName}"
    for user in ("spare", "info"):
        alias = f"{user}@{NAME}"
        send(f"POST {zone}/aliases", NAME, body={"email_address": alias, "destinations": [ada]})
        if user == "spare":
            send(f"DELETE {zone}/aliases/{{emailAddress}}", NAME, alias)
    send(f"PUT {zone}/aliases/{{emailAddress}}", NAME, alias, body={"destinations": ["ada@mail.example"]})
    send(f"PUT {zone}/antispam", NAME, body={"type": "advanced"})
    send(f"POST {zone}/catchall", NAME, body={"email_address": ada})
    send(f"DELETE {zone}/catchall/{{emailAddress}}", NAME, ada)
    send(f"POST {zone}/catchall", NAME, body={"email_address": ada})
    for host in ("spare.example", "extra.example"):
        send(f"POST {zone}/smtpdomains", NAME, body={"hostname": host})
        if host == "spare.example":
            send(f"DELETE {zone}/smtpdomains/{{hostname}}", NAME, host)
    send(f"PUT {zone}/smtpdomains/{{hostname}}", NAME, host, body={"enabled": False})
    send(f"GET {zone}", NAME)


def _certificates(send: Send, sandbox: SandboxProcess) -> None:
    one = "/sslcertificaterequests/{id}"
    for number in range(2):
        order = {"csr": _csr(NAME), "certificate_type": "standard", "validation_level": "domain_validated"}
        request = send("POST /sslcertificaterequests", body=order).made
        for validation in send(f"GET {one}", request).data["validations"]:
            name = validation["cname_validation_name"].removesuffix(f".{NAME}")
            record = {"type": "CNAME", "record_name": name, "content": validation["cname_validation_content"]}
            send("POST /dns/{domainName}/records", NAME, body=record)
        send(f"PUT {one}", request)
        if number == 0:
            sandbox.advance(60)
            send(f"GET {one}", request)
            send(f"PUT {one}", request)
    send("GET /sslcertificaterequests")
    [certificate] = send("GET /sslcertificates").data
    fingerprint = certificate["sha1_fingerprint"]
    send("GET /sslcertificates/{sha1Fingerprint}", fingerprint)
    pfx = {"file_format": "pfx", "password": PASSWORD}
    send("GET /sslcertificates/{sha1Fingerprint}/download", fingerprint, query=pfx)


def _csr(name: str) -> str:
    """Return a certificate signing request created by OpenSSL; its key is discarded."""
    command = ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", "/dev/null", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
