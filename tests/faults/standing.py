# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Existing things and runs that want them: a run must not order or add them again, whatever the responses contain."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.contract.contracts import CONTRACTS
from tests.sandbox.conftest import LINUX_PRO, PASSWORD, Client
from tests.support.children import connection, run_module
from tests.support.csr import make_csr
from tests.support.orders import orders_in
from tests.support.samples import REGISTRANT, SSH_KEY

CUSTOMER = "shop.example"
#: Sorted after the names of others in each alphabetical list.
OWN = "zz-own.example"
NEW = f"new.{CUSTOMER}"
HASTY = {"retry_timeout": 0.2, "timeout": 10}
ORDERING = {"poll_min": 0.05, "poll_max": 0.1, "wait_timeout": 10, "settle_time": 0}
SCRIPT = "/data/sites/web/shopexample/www/cron.sh"

Fault = dict[str, Any]
Options = dict[str, Any]


@dataclass(frozen=True)
class Thing:
    """Something that exists on the server.

    Attributes:
        name: what it is.
        module: the module that wants it.
        options: its options, without those for the connection.
        reads: the operations of the contract that the module may read to find it, and the item of each response that is
            the thing or belongs to it (a path of a fault rule).
        pays: whether a duplicate costs money.
    """

    name: str
    module: str
    options: Options
    reads: dict[str, str] = field(default_factory=dict)
    pays: bool = True

    def __str__(self) -> str:
        return self.name


_HOSTING = {"GET /linuxhostings/{domainName}": "$"}
_ACCOUNTS = {
    "GET /accounts": f"$[?@.identifier=='{CUSTOMER}']",
    "GET /servicepacks": f"$[?@.id=={LINUX_PRO}]",
    **_HOSTING,
}
_DATABASES = {
    **_ACCOUNTS,
    "GET /mysqldatabases": "$[?@.user_count==2]",
    "GET /mysqldatabases/{databaseName}": "$",
}
_DOMAIN = {"GET /domains/{domainName}": "$", "GET /domains": "$[?@.domain_name=='zz-own.example']"}
_CERTIFICATES = {
    "GET /sslcertificates": f"$[?@.common_name=='{CUSTOMER}']",
    "GET /sslcertificates/{sha1Fingerprint}": "$",
    "GET /sslcertificaterequests": f"$[?@.common_name=='{NEW}']",
    "GET /sslcertificaterequests/{id}": "$",
}


def _account(identifier: str) -> Options:
    return {"identifier": identifier, "servicepack": str(LINUX_PRO), "ftp_password": PASSWORD, **ORDERING}


def _domain(**told: Any) -> Options:
    return {"name": OWN, "registrant": REGISTRANT, **told, **ORDERING}


def _certificate(name: str) -> Options:
    sentence = f"ssl standard domain_validated {name}"
    return {"csr_content": make_csr(name), "confirm_purchase": sentence, "state": "requested", **ORDERING}


_REGISTRATION = {"registration": "register", "confirm_purchase": f"domain register {OWN}"}
_TRANSFER = {"registration": "transfer", "auth_code": "abc", "confirm_purchase": f"domain transfer {OWN}"}

PAID = (
    Thing("account", "reseller_account", _account(CUSTOMER), _ACCOUNTS),
    Thing(
        "database",
        "reseller_mysql",
        {"account": CUSTOMER, "name": "main", "password": PASSWORD, **ORDERING},
        _DATABASES,
    ),
    Thing(
        "database user",
        "reseller_mysql_user",
        {"account": CUSTOMER, "database": "main", "name": "reader", "password": PASSWORD, **ORDERING},
        {**_DATABASES, "GET /mysqldatabases/{databaseName}/users": "$[?@.rights=='read_only']"},
    ),
    Thing("domain registration", "reseller_domain", _domain(**_REGISTRATION), _DOMAIN),
    Thing("domain transfer", "reseller_domain", _domain(**_TRANSFER), _DOMAIN),
    Thing("certificate", "reseller_ssl", _certificate(CUSTOMER), _CERTIFICATES),
    Thing("certificate request", "reseller_ssl", _certificate(NEW), _CERTIFICATES),
)
_MAIL_ZONE = {"GET /mailzones/{domainName}": "$"}
FREE = (
    Thing(
        "record",
        "reseller_dns_record",
        {"zone": CUSTOMER, "record": "blog", "type": "A", "value": ["192.0.2.7"]},
        {"GET /dns/{domainName}/records": "$[?@.record_name=='blog']"},
        pays=False,
    ),
    Thing(
        "cron task",
        "reseller_scheduled_task",
        {"domain": CUSTOMER, "script_location": SCRIPT, "cron_expression": "0 3 * * *"},
        {"GET /linuxhostings/{domainName}/scheduledtasks": "$[0]"},
        pays=False,
    ),
    Thing(
        "SSH key",
        "reseller_ssh_key",
        {"domain": CUSTOMER, "public_key": SSH_KEY},
        {"GET /linuxhostings/{domainName}/ssh/keys": "$[0]"},
        pays=False,
    ),
    Thing(
        "alias",
        "reseller_mail_alias",
        {"address": f"sales@{CUSTOMER}", "destinations": ["someone@example.net"]},
        _MAIL_ZONE,
        pays=False,
    ),
    Thing(
        "mailbox",
        "reseller_mailbox",
        {"address": f"ada@{CUSTOMER}", "password": PASSWORD},
        {"GET /mailboxes": f"$[?@.name=='ada@{CUSTOMER}']", "GET /mailboxes/{mailboxName}": "$", **_MAIL_ZONE},
        pays=False,
    ),
    Thing(
        "subsite",
        "reseller_linux_site",
        {"domain": CUSTOMER, "site": f"blog.{CUSTOMER}", "path": "/blog"},
        _HOSTING,
        pays=False,
    ),
    Thing(
        "catch-all",
        "reseller_mail_zone",
        {"domain": CUSTOMER, "catch_all": [f"ada@{CUSTOMER}"]},
        _MAIL_ZONE,
        pays=False,
    ),
)


class Standing:
    """A sandbox with all of these things and those of others.

    Args:
        server: the sandbox, which accepts duplicate orders.
        folder: for the state between runs.
    """

    def __init__(self, server: SandboxProcess, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self._runs = itertools.count(1)
        client = Client(server)
        server.seed(5)
        account = client.account(CUSTOMER, LINUX_PRO)
        database = client.finish(client.order_database(account, "main"))
        self._database = database.rpartition("/")[2]
        client.finish(client.post(f"{database}/users", {"name": "reader", "password": PASSWORD}))
        client.finish(client.post("/v2/domains/registrations", {"domain_name": OWN, "registrant": REGISTRANT}))
        # Other things of each kind exist too, and come first.
        for name in ("stranger.example", CUSTOMER):
            self.issue(client, name)
        for name in ("strange.example", NEW):
            self.request(client, name)
        server.control("POST", "folders", {"domain": CUSTOMER, "path": "/blog"})
        for thing in sorted(FREE, key=lambda thing: thing.name == "catch-all"):
            made = self.run(thing)
            assert made["changed"] and not made.get("failed"), (thing, made)

    def request(self, client: Client, name: str) -> str:
        """Order a certificate manually and return the path of the request."""
        order = {"csr": make_csr(name), "certificate_type": "standard", "validation_level": "domain_validated"}
        path: str = client.post("/v2/sslcertificaterequests", order).headers["Location"]
        return path

    def issue(self, client: Client, name: str) -> None:
        """Order a certificate manually and have it issued."""
        path = self.request(client, name)
        self.server.control("PUT", path.removeprefix("/v2/"), {"status": "validated"})
        assert client.put(path).status_code == 202
        self.server.advance(60)
        assert client.get(path).status_code == 303

    def match(self, name: str) -> dict[str, str]:
        """Return the ``match`` of a fault rule for an operation of the contract."""
        method, path = name.split(" ")
        path = path.replace("{databaseName}", self._database)
        path = path.replace("{domainName}", OWN if path.startswith("/domains") else CUSTOMER)
        return {"method": method, "path": re.sub(r"\{.*?\}", "*", path)}

    def run(self, thing: Thing, **more: Any) -> dict[str, Any]:
        """Return the result of a run that wants the thing; it has no state of other runs unless ``state_dir`` is
        set.
        """
        common = connection(self.server, self._folder / str(next(self._runs)))
        return run_module(thing.module, {**thing.options, **HASTY, **common, **more})

    @contextmanager
    def counting(self) -> Iterator[Counted]:
        """Collect what is sent inside the block."""
        start = len(self.server.exchanges())
        sent = sum(self.server.state()["orders_sent"].values())
        counted = Counted()
        yield counted
        self.server.set_faults([])
        counted.exchanges = self.server.exchanges()[start:]
        counted.orders = sum(self.server.state()["orders_sent"].values()) - sent
        assert counted.orders == len(orders_in(counted.exchanges))

    def run_altered(self, thing: Thing, faults: list[Fault], **more: Any) -> tuple[dict[str, Any], Counted]:
        """Return the result of a run under these faults, and what it sent."""
        with self.counting() as counted:
            self.server.set_faults(faults)
            result = self.run(thing, **more)
        return result, counted


@dataclass
class Counted:
    """The requests that reached the server.

    Attributes:
        orders: the orders that were sent.
        exchanges: all requests with their answers.
    """

    orders: int = 0
    exchanges: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @property
    def posts(self) -> list[str]:
        """The paths of the POSTs."""
        return [one["path"] for one in self.exchanges if one["method"] == "POST"]

    @property
    def reads(self) -> set[str]:
        """The read operations of the contract."""
        return {operation(one["path"]) for one in self.exchanges if one["method"] == "GET"}


OPERATIONS = CONTRACTS["reseller"].operations
SCHEMAS = CONTRACTS["reseller"].schemas


def operation(path: str) -> str:
    """Return the operation of the contract that reads this path; of several the one with the fewest parameters."""
    fitting = [name for name in OPERATIONS if name.startswith("GET ") and _pattern(name).fullmatch(path)]
    return min(fitting, key=lambda name: name.count("{"))


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("/v2" + re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(name.removeprefix("GET "))))


def properties_of(name: str, item: str) -> list[str]:
    """Return the paths of all properties in the response of an operation (of one item in a list), at any depth."""
    body = OPERATIONS[name]["answers"]["200"]["body"]
    return [*_paths(body["items"] if body.get("type") == "array" else body, item)]


def _paths(schema: dict[str, Any], path: str) -> Iterator[str]:
    schema = SCHEMAS[schema["ref"]] if "ref" in schema else schema
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from _paths(inner, f"{path}.{name}")
    if schema.get("type") == "array":
        yield from _paths(schema["items"], f"{path}[*]")
