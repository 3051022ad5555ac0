# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers with one mistake each: the difference from a valid customer, and how it must be reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.csr import make_csr
from tests.support.samples import REGISTRANT, SSH_KEY

PASSWORD = "Geheim0wort81"
TOO_SHORT = "Sh0rt81"

Hosting = dict[str, Any]


class Broken(NamedTuple):
    """A customer with a mistake.

    Attributes:
        change: makes the mistake in a valid dictionary.
        place: the place that the message names.
        words: a part of the message.
        exists: whether the account must exist already for the mistake to be detectable.
    """

    change: Callable[[Hosting], Any]
    place: str
    words: str
    exists: bool = False


def right(name: str, folder: Path) -> Hosting:
    """Return a valid customer with every kind of resource.

    Args:
        name: its domain name.
        folder: where its files go.
    """
    return {
        "identifier": name,
        "servicepack": "Linux Pro",
        "ftp_password": PASSWORD,
        "linux": {"php_version": "8.3", "memory_limit": 256},
        "sites": [{"host_headers": [f"m.{name}"]}],
        "ssh_keys": [SSH_KEY],
        "scheduled_tasks": [{"script_location": "/bin/backup.sh", "cron_expression": "0 3 * * *"}],
        "databases": [
            {"name": "shop", "password": PASSWORD, "users": [{"name": "reports", "password": PASSWORD}]},
        ],
        "dns": {
            "record_sets": [
                {"record": "@", "type": "TXT", "value": ["v=spf1 mx -all"]},
                {"record": "shop", "type": "A", "value": ["192.0.2.10"]},
            ]
        },
        "mailboxes": [{"address": f"ada@{name}", "password": PASSWORD}],
        "mail_aliases": [{"address": f"office@{name}", "destinations": [f"ada@{name}"]}],
        "ssl": {
            "csr_content": make_csr(name, f"www.{name}"),
            "confirm_purchase": f"ssl standard domain_validated {name} www.{name}",
            "pfx_path": str(folder / f"{name}.pfx"),
            "pfx_password": PASSWORD,
        },
    }


def set_to(*path: Any, value: Any) -> Callable[[Hosting], None]:
    """Return a change that sets one option, addressed step by step."""

    def change(hosting: Hosting) -> None:
        *steps, last = path
        target: Any = hosting
        for step in steps:
            target = target[step]
        target[last] = value

    return change


def without(*path: Any) -> Callable[[Hosting], None]:
    """Return a change that removes one option."""

    def change(hosting: Hosting) -> None:
        *steps, last = path
        target: Any = hosting
        for step in steps:
            target = target[step]
        del target[last]

    return change


def adds(*path: Any, **item: Any) -> Callable[[Hosting], None]:
    """Return a change that adds an item to a list."""

    def change(hosting: Hosting) -> None:
        target: Any = hosting
        for step in path:
            target = target[step]
        target.append(item)

    return change


def elsewhere(hosting: Hosting) -> None:
    """Return a zone that is not hosted here."""
    hosting["dns"]["zone"] = f"elsewhere-{hosting['identifier']}"


def other_names(hosting: Hosting) -> None:
    """Return a request for two names, where a standard certificate has one."""
    name = hosting["identifier"]
    hosting["ssl"]["csr_content"] = make_csr(name, "shop.example.net")
    hosting["ssl"]["confirm_purchase"] = f"ssl standard domain_validated {name} shop.example.net"


def csr_file(path: str) -> Callable[[Hosting], None]:
    """Return a change that reads the request from a file."""

    def change(hosting: Hosting) -> None:
        del hosting["ssl"]["csr_content"]
        hosting["ssl"]["csr_path"] = path

    return change


def new_key(hosting: Hosting) -> None:
    """Return a key that the role creates, in a folder that does not exist."""
    csr_file(str(Path(hosting["ssl"]["pfx_path"]).with_suffix(".csr")))(hosting)
    hosting["ssl"] |= {"key_path": "/nowhere/x.key", "common_name": hosting["identifier"]}
    hosting["ssl"]["names"] = [f"www.{hosting['identifier']}"]


def unsigned(hosting: Hosting) -> None:
    """Return a subject that openssl refuses."""
    new_key(hosting)
    hosting["ssl"]["key_path"] = str(Path(hosting["ssl"]["pfx_path"]).with_suffix(".key"))
    hosting["ssl"]["subject"] = {"C": "Belgium"}


def second_domain(**options: Any) -> Callable[[Hosting], None]:
    """Return a further domain name."""

    def change(hosting: Hosting) -> None:
        name = f"more-{hosting['identifier']}"
        wanted = {"name": name, "registration": "register", "registrant": REGISTRANT}
        hosting["domain"] = {**wanted, "confirm_purchase": f"domain register {name}", **options}

    return change


RECORDS = ("dns", "record_sets")

BROKEN: dict[str, Broken] = {
    "name-with-hyphen": Broken(
        set_to("databases", 0, "name", value="my-shop"), "hosting.databases[0].name", "'my-shop'"
    ),
    "short-password": Broken(
        set_to("databases", 0, "password", value=TOO_SHORT), "hosting.databases[0].password", "8 to 20 characters"
    ),
    "long-database-name": Broken(
        set_to("databases", 0, "name", value="customer_webshop"), "hosting.databases[0].name", "allow_long_name: true"
    ),
    "no-password": Broken(without("databases", 0, "password"), "hosting.databases[0].password", "it is required"),
    "same-database": Broken(
        adds("databases", name="Shop", password=PASSWORD), "hosting.databases[1].name", "hosting.databases[0].name"
    ),
    "user-name": Broken(
        set_to("databases", 0, "users", 0, "name", value="Reports"), "hosting.databases[0].users[0].name", "'Reports'"
    ),
    "same-user": Broken(
        adds("databases", 0, "users", name="reports", password=PASSWORD), "hosting.databases[0].users", "twice"
    ),
    "user-without-password": Broken(
        adds("databases", 0, "users", name="backup"), "hosting.databases[0].users[1].password", "it is required"
    ),
    "unknown-option": Broken(
        set_to("databases", 0, "pasword", value=PASSWORD), "hosting.databases[0].pasword", "this option does not exist"
    ),
    "cron": Broken(
        set_to("scheduled_tasks", 0, "cron_expression", value="every day"),
        "hosting.scheduled_tasks[0].cron_expression",
        "'every day'",
    ),
    "script": Broken(
        adds("scheduled_tasks", script_location="backup.sh", cron_expression="0 3 * * *"),
        "hosting.scheduled_tasks[1].script_location",
        "absolute path",
    ),
    "address": Broken(set_to(*RECORDS, 1, "value", value=["300.1.1.1"]), "hosting.dns.record_sets[1]", "'300.1.1.1'"),
    "cname-at-apex": Broken(
        adds(*RECORDS, record="@", type="CNAME", value=["x.example.net"]), "hosting.dns.record_sets[2]", "ALIAS"
    ),
    "cname-beside": Broken(
        adds(*RECORDS, record="shop", type="CNAME", value=["x.example.net"]), "hosting.dns.record_sets", "CNAME"
    ),
    "ttl": Broken(set_to(*RECORDS, 0, "ttl", value=30), "hosting.dns.record_sets[0]", "TTL"),
    "same-record-set": Broken(
        adds(*RECORDS, record="shop", type="A", value=["192.0.2.11"]), "hosting.dns.record_sets", "twice"
    ),
    "zone-elsewhere": Broken(elsewhere, "hosting.dns", "does not exist, and nothing"),
    "key": Broken(set_to("ssh_keys", 0, value="ssh-ed25519 AAAA"), "hosting.ssh_keys[0]", "public key"),
    "same-key": Broken(set_to("ssh_keys", value=[SSH_KEY, SSH_KEY]), "hosting.ssh_keys[1]", "hosting.ssh_keys[0]"),
    "mailbox-elsewhere": Broken(
        set_to("mailboxes", 0, "address", value="ada@example.net"), "hosting.mailboxes[0].address", "example.net"
    ),
    "mailbox-size": Broken(set_to("mailboxes", 0, "size", value=999999), "hosting.mailboxes[0]", "999999", exists=True),
    "alias-to-nobody": Broken(
        set_to("mail_aliases", 0, "destinations", value=[]), "hosting.mail_aliases[0].destinations", "empty"
    ),
    "csr-missing": Broken(csr_file("/nowhere/x.csr"), "hosting.ssl.csr_path", "/nowhere/x.csr"),
    "csr-of-others": Broken(other_names, "hosting.ssl.csr_content", "shop.example.net"),
    "pfx-folder": Broken(set_to("ssl", "pfx_path", value="/nowhere/x.pfx"), "hosting.ssl.pfx_path", "/nowhere"),
    "sentence": Broken(
        set_to("ssl", "confirm_purchase", value="ssl standard domain_validated example.com"),
        "hosting.ssl.confirm_purchase",
        "something else",
    ),
    "key-folder": Broken(new_key, "hosting.ssl.key_path", "/nowhere"),
    "subject": Broken(unsigned, "hosting.ssl", "openssl"),
    "php-version": Broken(set_to("linux", "php_version", value="4.4"), "hosting.linux.php_version", "4.4", exists=True),
    "php-number": Broken(set_to("linux", "php_version", value=9.9), "hosting.linux.php_version", "Quote", exists=True),
    "memory": Broken(set_to("linux", "memory_limit", value=0), "hosting.linux.memory_limit", "number from 1"),
    "pack": Broken(set_to("servicepack", value="No Such Pack"), "hosting.servicepack", "Linux Pro"),
    "no-pack": Broken(without("servicepack"), "hosting.servicepack", "does not exist"),
    "phone": Broken(
        second_domain(registrant={**REGISTRANT, "phone": "0123"}), "hosting.domain.registrant", "+32.123456789"
    ),
    "transfer-without-code": Broken(
        second_domain(registration="transfer", confirm_purchase=None), "hosting.domain", "auth_code"
    ),
    "domain-sentence": Broken(
        second_domain(confirm_purchase="domain transfer x.example"), "hosting.domain.confirm_purchase", "register"
    ),
}
