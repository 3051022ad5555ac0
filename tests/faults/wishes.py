# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired things, and what the server holds and has received of them."""

from __future__ import annotations

import itertools
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from sandbox.launcher import SandboxProcess
from tests.support.csr import make_csr
from tests.support.samples import REGISTRANT

PASSWORDS = {"ftp_password": "Ftp0geheim81", "password": "Dbs0geheim82#!"}


@dataclass(frozen=True, eq=False)
class Wish:
    """One desired thing.

    Attributes:
        kind: what it is.
        module: the module that orders it.
        options: its options, without those for the connection and for waiting.
        path: the path of its order.
        key: its natural key in the journal.
        mark: the part of an order's body that identifies it.
        things: SQL that counts it on the server, with its values.
        job: the kind and the subject of its jobs; None without a job.
    """

    kind: str
    module: str
    options: dict[str, Any]
    path: str
    key: str
    mark: dict[str, Any]
    things: tuple[str, tuple[Any, ...]]
    job: tuple[str, str] | None

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Ground:
    """A sandbox with its state in a folder, which is readable without requests.

    Args:
        server: the sandbox.
        folder: its state.
    """

    def __init__(self, server: SandboxProcess, folder: Path) -> None:
        self.server = server
        self._database = f"file:{folder / 'sandbox.sqlite3'}?mode=ro"
        self._homes = self._seeded()
        self._numbers = itertools.count(1)

    def wish(self, kind: str) -> Wish:
        """Return a new desired thing."""
        return MAKERS[kind](self, f"h{next(self._numbers)}-{secrets.token_hex(3)}")

    def home(self) -> tuple[str, int, str]:
        """Return the identifier, the id and the database of an existing account with free space that was not used
        yet.
        """
        identifier = next(self._homes)
        account_id = self._value("SELECT id FROM accounts WHERE identifier = ?", identifier)
        return identifier, account_id, self._value("SELECT name FROM mysql_databases WHERE account_id = ?", account_id)

    def count(self, wish: Wish) -> int:
        """Return how many of it exist on the server."""
        sql, values = wish.things
        return self._value(sql, *values)

    def jobs(self, wish: Wish) -> list[dict[str, Any]]:
        """Return the jobs of its orders: each executed order has started one."""
        if wish.job is None:
            return []
        return self._rows("SELECT id, status, outcome FROM jobs WHERE kind = ? AND subject = ?", *wish.job)

    def has_heard_of(self, wish: Wish) -> bool:
        """Return whether it exists, or has an accepted order that was not cancelled."""
        return self.count(wish) > 0 or any(job["status"] != "cancelled" for job in self.jobs(wish))

    def settle(self) -> None:
        """Make the server apply due jobs, which it does at each request."""
        self.server.advance(0)

    def mend(self, wish: Wish) -> None:
        """Finish the failed and stalled jobs, as the vendor's support does."""
        for job in self.jobs(wish):
            if job["status"] == "failed" or (job["status"], job["outcome"]) == ("ongoing", "ongoing"):
                self.server.set_job(job["id"], "finished")

    def forget_requests(self, wish: Wish) -> None:
        """Withdraw its certificate requests, which others would have to read."""
        for request in self._rows("SELECT id FROM ssl_requests WHERE common_name = ?", wish.key.rpartition(" ")[2]):
            self.server.control("PUT", f"sslcertificaterequests/{request['id']}", {"status": "withdrawn"})

    def _seeded(self) -> Iterator[str]:
        for number in itertools.count(0, 5):
            self.server.seed(5)
            # These two of five have the pack Linux Pro.
            yield f"seed-{number + 3:05d}.example"
            yield f"seed-{number + 5:05d}.example"

    def _value(self, sql: str, *values: Any) -> Any:
        (row,) = self._rows(sql, *values)
        (value,) = row.values()
        return value

    def _rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self._database, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]


def _account(ground: Ground, name: str) -> Wish:
    identifier = f"{name}.example"
    return Wish(
        kind="account",
        module="reseller_account",
        options={"identifier": identifier, "servicepack": "1002", "ftp_password": PASSWORDS["ftp_password"]},
        path="/accounts",
        key=identifier,
        mark={"identifier": identifier},
        things=("SELECT count(*) FROM accounts WHERE identifier = ?", (identifier,)),
        job=("account", identifier),
    )


def _database(ground: Ground, name: str) -> Wish:
    identifier, account_id, _main = ground.home()
    name = name.replace("-", "_")
    return Wish(
        kind="database",
        module="reseller_mysql",
        options={"account": identifier, "name": name, "password": PASSWORDS["password"]},
        path="/mysqldatabases",
        key=f"{account_id} {name}",
        mark={"account_id": account_id, "database_name": name},
        things=(
            "SELECT count(*) FROM mysql_databases WHERE account_id = ? AND asked_name = ?",
            (account_id, name),
        ),
        job=("mysql_database", f"{account_id}/{name}"),
    )


def _user(ground: Ground, name: str) -> Wish:
    _identifier, _account_id, database = ground.home()
    name = name.replace("-", "")
    user = f"{database.partition('_')[0]}_{name}"
    return Wish(
        kind="user",
        module="reseller_mysql_user",
        options={"database": database, "name": name, "password": PASSWORDS["password"]},
        path=f"/mysqldatabases/{database}/users",
        key=name,
        mark={"name": name},
        things=("SELECT count(*) FROM mysql_users WHERE name = ?", (user,)),
        job=("mysql_user", f"{database}/{user}"),
    )


def _domain(ground: Ground, name: str) -> Wish:
    domain = f"{name}.example"
    return Wish(
        kind="domain",
        module="reseller_domain",
        options={
            "name": domain,
            "registration": "register",
            "registrant": REGISTRANT,
            "confirm_purchase": f"domain register {domain}",
        },
        path="/domains/registrations",
        key=domain,
        mark={"domain_name": domain},
        things=("SELECT count(*) FROM domains WHERE domain_name = ?", (domain,)),
        job=("domain_registration", domain),
    )


def _certificate(ground: Ground, name: str) -> Wish:
    common_name = f"{name}.example"
    csr = make_csr(common_name)
    sentence = f"ssl standard domain_validated {common_name}"
    return Wish(
        kind="certificate",
        module="reseller_ssl",
        # The request is paid for; the name is not hosted, so it is not validated.
        options={"csr_content": csr, "confirm_purchase": sentence, "state": "requested"},
        path="/sslcertificaterequests",
        key=sentence,
        mark={"csr": csr},
        things=("SELECT count(*) FROM ssl_requests WHERE common_name = ?", (common_name,)),
        job=None,
    )


MAKERS: dict[str, Callable[[Ground, str], Wish]] = {
    "account": _account,
    "database": _database,
    "user": _user,
    "domain": _domain,
    "certificate": _certificate,
}


class Listener:
    """Reads a sandbox's exchange log as it grows, from its present end on."""

    def __init__(self, server: SandboxProcess) -> None:
        self._file = server.exchange_log
        self._offset = self._file.stat().st_size
        self.heard: list[dict[str, Any]] = []

    def listen(self) -> list[dict[str, Any]]:
        """Return all exchanges since the creation of this object."""
        with self._file.open("rb") as log:
            log.seek(self._offset)
            text = log.read()
        # The last line may be incomplete.
        complete = text[: text.rfind(b"\n") + 1]
        self._offset += len(complete)
        self.heard += [json.loads(line) for line in complete.splitlines()]
        return self.heard

    def orders(self, wish: Wish) -> list[dict[str, Any]]:
        """Return its orders, whatever their outcome."""
        return [exchange for exchange in self.listen() if is_order(exchange, wish)]


def is_order(exchange: dict[str, Any], wish: Wish) -> bool:
    """Return whether an exchange is an order of the thing."""
    if (exchange["method"], exchange["path"]) != ("POST", f"/v2{wish.path}"):
        return False
    body = json.loads(exchange["request_body"])
    return all(body.get(name) == value for name, value in wish.mark.items())


def in_journal(server: SandboxProcess, state_dir: Path, wish: Wish) -> Intent | None:
    """Return the journal's entries of the thing."""
    journal = Journal(FileStorage(str(state_dir)))
    return journal.read(journal.intent(server.url, f"POST {wish.path}", wish.key, ""))
