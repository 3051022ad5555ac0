# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: provisions a customer at a new sandbox twice, and shows the resulting objects.

Exits with 0 only if everything exists exactly once and the second run changed nothing. All files are in a temporary
folder, and all secrets are generated for this run.
"""

from __future__ import annotations

import os
import re
import secrets
import string
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".venv/collections"))
sys.path[:0] = [str(ROOT), COLLECTIONS]

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller import (  # noqa: E402
    accounts,
    certificates,
    databases,
    dns_records,
    hostings,
    mail_zones,
    mailboxes,
    scheduled_tasks,
    servicepacks,
    ssh_keys,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient  # noqa: E402
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options  # noqa: E402
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task  # noqa: E402
from sandbox.launcher import SandboxProcess  # noqa: E402

CUSTOMER = "bakery.example"
ORDERED = {
    "POST /accounts": 1,
    "POST /mysqldatabases": 2,
    "POST /mysqldatabases/{databaseName}/users": 1,
    "POST /sslcertificaterequests": 1,
}
EXISTING = {
    "accounts": 1,
    "linux_hostings": 1,
    "mysql_databases": 2,
    "mysql_users": 3,  # one comes with each database
    "scheduled_tasks": 1,
    "ssh_keys": 1,
    "mailboxes": 1,
    "mail_aliases": 1,
    "ssl_certificates": 1,
    "ssl_requests": 0,
}


def password() -> str:
    """Return a new password that the API accepts."""
    return "a1" + "".join(secrets.choice(string.ascii_letters + string.digits) for _number in range(16))


def public_key() -> str:
    """Return the line of a new key's ``.pub`` file."""
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + " deploy"


def records() -> list[dict[str, Any]]:
    """Return twelve records in eleven sets."""
    sets = [
        ("@", "TXT", ["v=spf1 mx -all", "bakery-verification=4711"]),
        ("_dmarc", "TXT", [f"v=DMARC1; p=quarantine; rua=mailto:office@{CUSTOMER}"]),
        ("mail._domainkey", "TXT", ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]),
        ("@", "CAA", ['0 issue "sectigo.com"']),
        ("orders", "A", ["203.0.113.80"]),
        ("orders", "AAAA", ["2001:db8::80"]),
        ("stock", "A", ["203.0.113.81"]),
        ("docs", "CNAME", ["bakery.docs.example"]),
        ("status", "CNAME", ["status.example.net"]),
        ("newsletter", "MX", ["10 mx.newsletters.example"]),
        ("_sip._tcp", "SRV", ["10 5 5060 sip.example.net"]),
    ]
    return [{"record": name, "type": kind, "value": values} for name, kind, values in sets]


def customer(folder: Path) -> dict[str, Any]:
    """Return the desired state of the customer: the role's input."""
    return {
        "identifier": CUSTOMER,
        "servicepack": "Linux Pro",
        "ftp_password": password(),
        "linux": {
            "php_version": "8.3",
            "memory_limit": 512,
            "apcu": {"enabled": True, "size": 64},
            "gzip": True,
            "ftp_enabled": False,
            "ssh_enabled": True,
        },
        "sites": [{"host_headers": [f"m.{CUSTOMER}"], "http2": True, "https_redirect": True}],
        "ssh_keys": [public_key()],
        "scheduled_tasks": [{"script_location": "/www/bin/backup.sh", "cron_expression": "0 3 * * *"}],
        "databases": [
            {"name": "shop", "password": password(), "users": [{"name": "reports", "password": password()}]},
            {"name": "blog", "password": password()},
        ],
        "dns": {"record_sets": records()},
        "mailboxes": [{"address": f"ada@{CUSTOMER}", "password": password()}],
        "mail_aliases": [{"address": f"office@{CUSTOMER}", "destinations": [f"ada@{CUSTOMER}"]}],
        "mail_zone": {"anti_spam": "advanced", "catch_all": [f"office@{CUSTOMER}"]},
        "ssl": {
            "key_path": str(folder / "private.key"),
            "csr_path": str(folder / "request.csr"),
            "common_name": CUSTOMER,
            "names": [f"www.{CUSTOMER}"],
            "subject": {
                "C": "BE",
                "ST": "Oost-Vlaanderen",
                "L": "Gent",
                "O": "The Bakery",
                "emailAddress": f"info@{CUSTOMER}",
            },
            "confirm_purchase": f"ssl standard domain_validated {CUSTOMER} www.{CUSTOMER}",
            "pfx_path": str(folder / "certificate.pfx"),
            "pfx_password": password(),
        },
    }


@dataclass
class Run:
    """A finished run of the playbook.

    Attributes:
        code: the exit status.
        recap: the numbers of its recap, such as ``changed``.
        requests: how often it sent each method.
    """

    code: int
    recap: dict[str, int]
    requests: Counter[str]

    def __str__(self) -> str:
        methods = ", ".join(f"{number} {method}" for method, number in sorted(self.requests.items()))
        return f"changed={self.recap.get('changed')}, {self.requests.total()} requests ({methods})"


def provision(sandbox: SandboxProcess, folder: Path) -> Run:
    """Run the playbook, its output shown as it comes."""
    before = len(sandbox.exchanges())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "RESELLER_"))}
    env = {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_FORCE_COLOR": str(sys.stdout.isatty()),
        "RESELLER_API_URL": sandbox.url,
        "RESELLER_API_KEY": sandbox.api_key,
        "RESELLER_API_SECRET": sandbox.api_secret,
        "RESELLER_STATE_DIR": str(folder / "state"),
    }
    playbook = str(Path(sys.executable).with_name("ansible-playbook"))
    recap = {}
    with subprocess.Popen(
        [playbook, "reseller.toolkit.provision", "-e", f"@{folder / 'customer.yml'}"],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
            if plain.startswith("localhost ") and "ok=" in plain:
                recap = {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", plain)}
    return Run(process.returncode, recap, Counter(one["method"] for one in sandbox.exchanges()[before:]))


def client_of(sandbox: SandboxProcess, folder: Path) -> ResellerClient:
    """Return a read-only client of the API."""
    options = {name: option.get("default") for name, option in connection_options().items()}
    options |= {"api_url": sandbox.url, "api_key": sandbox.api_key, "api_secret": sandbox.api_secret}
    return ResellerClient.for_task(Task({**options, "state_dir": str(folder / "state")}, check_mode=True))


def show(api: ResellerClient) -> None:
    """Print the objects of the API in the order of their creation."""
    packs = {pack["id"]: pack["name"] for pack in servicepacks.list_servicepacks(api)}
    for account in accounts.list_accounts(api):
        print(f"  account      {account['identifier']} (id {account['id']}, {packs[account['servicepack_id']]})")
        hosting = hostings.get_linux_hosting(api, account["identifier"]) or {}
        print(f"  hosting      {hosting['ip']}, PHP {hosting['php_version']}, SSH user {hosting['ssh_username']}")
        show_hosting(api, hosting)
        show_mail(api, account["identifier"])
    for database in databases.list_mysql_databases(api):
        users = ", ".join(
            f"{user['name']} ({user['rights']})" for user in databases.list_mysql_users(api, database["name"]) or []
        )
        print(f"  database     {database['name']} at {database['hostname']}\n               users {users}")
    for listed in certificates.list_ssl_certificates(api):
        certificate = certificates.get_ssl_certificate(api, listed["sha1_fingerprint"]) or {}
        names = ", ".join(name["value"] for name in certificate["subject_alt_names"])
        print(f"  certificate  {certificate['common_name']} for {names}")
        print(f"               expires {certificate['expires_after']}, SHA-1 {certificate['sha1_fingerprint']}")


def show_hosting(api: ResellerClient, hosting: dict[str, Any]) -> None:
    """Print what belongs to a Linux hosting, and its zone."""
    name = hosting["domain_name"]
    for site in hosting["sites"]:
        names = ", ".join(header["name"] for header in site["host_headers"])
        on = [what for what in ("ssl", "http2", "https_redirect") if site[f"{what}_enabled"]]
        print(f"  site         {names}\n               on: {', '.join(on)}")
    for job in scheduled_tasks.list_scheduled_tasks(api, name) or []:
        print(f"  task         {job['cron_expression']}  {job['script_location']}")
    for key in ssh_keys.list_ssh_keys(api, name) or []:
        print(f"  SSH key      {key['fingerprint']}")
    kinds = Counter(record["type"] for record in dns_records.list_dns_records(api, name) or [])
    print(f"  records      {', '.join(f'{number} {kind}' for kind, number in sorted(kinds.items()))}")


def show_mail(api: ResellerClient, domain: str) -> None:
    """Print a mail zone with its mailboxes."""
    zone = mail_zones.get_mail_zone(api, domain) or {}
    for mailbox in mailboxes.list_mailboxes(api, domain) or []:
        print(f"  mailbox      {mailbox['name']}")
    for alias in zone["aliases"]:
        print(f"  alias        {alias['email_address']} to {', '.join(alias['destinations'])}")
    catch_all = ", ".join(zone["catch_all"]["email_addresses"])
    print(f"  mail zone    filter {zone['anti_spam']['type']}, all else to {catch_all}")


def faults(first: Run, second: Run, state: dict[str, Any], folder: Path) -> list[str]:
    """Return the failed expectations."""
    found = [f"a run ended with exit status {run.code}" for run in (first, second) if run.code]
    if second.recap.get("changed") != 0:
        found.append("the second run changed something")
    if set(second.requests) != {"GET"}:
        found.append("the second run did not only read")
    found += [f"{state[name]} {name}, expected {n}" for name, n in EXISTING.items() if state[name] != n]
    if state["orders"] != ORDERED:
        found.append(f"orders were {state['orders']}, expected {ORDERED}")
    for name in ("private.key", "certificate.pfx"):
        path = folder / name
        if not path.is_file() or path.stat().st_mode & 0o777 != 0o600:
            found.append(f"{name} is not there, or not for its owner only")
    return found


def main() -> int:
    """Run the demo and return its exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="reseller-demo-") as temporary,
        SandboxProcess(api_key=secrets.token_hex(8), api_secret=secrets.token_urlsafe(32), job_seconds=1) as sandbox,
    ):
        folder = Path(temporary)
        (folder / "ansible.cfg").touch()
        variables = folder / "customer.yml"
        variables.touch(mode=0o600)
        variables.write_text(yaml.safe_dump({"hosting": customer(folder)}))
        print(f"A sandbox of the reseller API runs at {sandbox.url}.\n")
        print(f"First run: {CUSTOMER} is provisioned.", flush=True)
        first = provision(sandbox, folder)
        print("Second run: nothing is left to do.", flush=True)
        second = provision(sandbox, folder)
        state = sandbox.state()
        print("What the API has now:")
        show(client_of(sandbox, folder))
        for what, number in state["orders"].items():
            print(f"  ordered      {number} x {what}")
        print(f"  first run    {first}\n  second run   {second}")
        wrong = faults(first, second, state, folder)
    print("\n".join(["", *(f"WRONG: {fault}" for fault in wrong)]) if wrong else "\nAll as expected.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
