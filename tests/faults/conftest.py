# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of calls, each as a task of a module, and the bench that runs them under faults and counts orders."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.integration.conftest import running, server
from tests.sandbox.conftest import Client
from tests.support.children import Child, connection
from tests.support.csr import make_csr
from tests.support.orders import may_have_been_carried_out, orders_in
from tests.support.playing import ORDERING
from tests.support.samples import REGISTRANT, SSH_KEY

__all__ = ["running", "server"]

FTP_PASSWORD = "Ftp0geheim71"
PASSWORD = "Dbs0geheim72"
#: Of five consecutive seeded accounts, these have Linux hosting with room for databases.
WITH_HOSTING = (0, 3)

Options = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One kind of call, as the task of a module that makes exactly one such call.

    Attributes:
        kind: the kind, as the fault table has it.
        thing: the object of the call.
        module: the module that makes it.
        method: the method of the request that the kind represents.
        path: its path, without ``/v2``; ``*`` represents variable parts.
        counted: the sandbox's table that counts its executions; None without one.
        options: the module's options for a customer and a name.
        before: the options that create the prerequisites, run first without faults.
    """

    kind: str
    thing: str
    module: str
    method: str
    path: str
    counted: str | None
    options: Callable[[str, str], Options]
    before: Callable[[str, str], Options] | None = None

    @property
    def orders(self) -> bool:
        """Whether it costs money."""
        return self.kind == "paying post"

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.kind != "read"

    @property
    def made(self) -> int:
        """How many things an execution adds."""
        return {"read": 0, "put": 0, "delete": -1}.get(self.kind, 1)

    def is_made_by(self, exchange: dict[str, Any]) -> bool:
        """Return whether an exchange in the sandbox's log is this call."""
        path = exchange["path"].removeprefix("/v2")
        return exchange["method"] == self.method and fnmatchcase(path, self.path)


def _alias(customer: str, name: str) -> Options:
    return {"address": f"{name}@{customer}", "destinations": ["someone@example.net"]}


def _record(customer: str, name: str) -> Options:
    return {"zone": customer, "record": name, "type": "A", "value": ["192.0.2.1"]}


def _account(_customer: str, name: str) -> Options:
    return {**ORDERING, "identifier": f"{name}.example", "servicepack": "1002", "ftp_password": FTP_PASSWORD}


def _database(customer: str, name: str) -> Options:
    return {**ORDERING, "account": customer, "name": name, "password": PASSWORD}


def _user(customer: str, name: str) -> Options:
    return {**ORDERING, "account": customer, "database": "main", "name": name, "password": PASSWORD}


def _domain(_customer: str, name: str) -> Options:
    told = {"registration": "register", "registrant": REGISTRANT, "confirm_purchase": f"domain register {name}.example"}
    return {**ORDERING, "name": f"{name}.example", **told}


_certificate_requests: dict[str, str] = {}


def _certificate(_customer: str, name: str) -> Options:
    # A second run must use the same request: signatures differ each time.
    csr = _certificate_requests.setdefault(name, make_csr(f"{name}.example"))
    sentence = f"ssl standard domain_validated {name}.example"
    return {**ORDERING, "csr_content": csr, "confirm_purchase": sentence, "state": "requested"}


READ = Call("read", "service packs", "reseller_servicepack_info", "GET", "/servicepacks", None, lambda _c, _n: {})
PUT = Call(
    "put",
    "PHP version",
    "reseller_linux_hosting",
    "PUT",
    "/linuxhostings/*/phpsettings/version",
    None,
    lambda customer, _name: {"domain": customer, "php_version": "8.1"},
)
DELETE = Call(
    "delete",
    "alias",
    "reseller_mail_alias",
    "DELETE",
    "/mailzones/*/aliases/*",
    "mail_aliases",
    lambda customer, name: {"address": f"{name}@{customer}", "state": "absent"},
    before=_alias,
)
RECORD = Call("free post", "record", "reseller_dns_record", "POST", "/dns/*/records", "dns_records", _record)
FREE = (
    RECORD,
    Call("free post", "alias", "reseller_mail_alias", "POST", "/mailzones/*/aliases", "mail_aliases", _alias),
    Call(
        "free post",
        "ssh key",
        "reseller_ssh_key",
        "POST",
        "/linuxhostings/*/ssh/keys",
        "ssh_keys",
        lambda customer, _name: {"domain": customer, "public_key": SSH_KEY},
    ),
)
ACCOUNT = Call("paying post", "account", "reseller_account", "POST", "/accounts", "accounts", _account)
DATABASE = Call("paying post", "database", "reseller_mysql", "POST", "/mysqldatabases", "mysql_databases", _database)
USER = Call("paying post", "user", "reseller_mysql_user", "POST", "/mysqldatabases/*/users", "mysql_users", _user)
DOMAIN = Call("paying post", "domain", "reseller_domain", "POST", "/domains/registrations", "domains", _domain)
CERTIFICATE = Call(
    "paying post", "certificate", "reseller_ssl", "POST", "/sslcertificaterequests", "ssl_requests", _certificate
)
BY_JOB = (ACCOUNT, DATABASE, USER, DOMAIN)
PAYING = (*BY_JOB, CERTIFICATE)
ONE_OF_EACH = (READ, PUT, DELETE, RECORD, ACCOUNT)
ALL = (READ, PUT, DELETE, *FREE, *PAYING)


def cases(number: int, calls: Sequence[Call], *more: Any, also: Sequence[int] = ()) -> list[Any]:
    """Return test parameters of a row: each of the calls, followed by the same further values.

    Args:
        number: the row.
        calls: the kinds of calls.
        more: the values of the further parameters.
        also: further rows that the test covers.

    The sandbox accepts duplicate orders, which makes each surplus order visible. The first paying kind is tested again
    with a sandbox that refuses them.
    """
    told = [str(one) for one in more if isinstance(one, (str, int))]
    found = []
    for call in calls:
        marks = [pytest.mark.row(row, call.kind) for row in (number, *also)]
        name = "-".join([str(number), call.kind, call.thing, *told])
        found.append(pytest.param(call, *more, marks=marks, id=name))
        if call is next((one for one in calls if one.orders), None):
            refusing = [*marks, pytest.mark.duplicates("refuse")]
            found.append(pytest.param(call, *more, marks=refusing, id=f"{name}-refused twice"))
    return found


@dataclass
class Run:
    """The result of one run of a module, and the requests that reached the server during it."""

    result: dict[str, Any]
    exchanges: list[dict[str, Any]] = field(repr=False)

    @property
    def ok(self) -> dict[str, Any]:
        """The result of the run, which must have succeeded."""
        assert not self.result.get("failed"), self.result
        return self.result

    @property
    def error(self) -> dict[str, Any]:
        """The error of the run, which must have failed with a message and not by a bug."""
        assert self.result.get("failed"), self.result
        assert self.result["error"]["kind"] != "internal", self.result
        assert self.result["msg"] and "Traceback" not in self.result["msg"]
        return self.result["error"]

    @property
    def writes(self) -> list[str]:
        """The requests other than reads."""
        return [f"{one['method']} {one['path']}" for one in self.exchanges if one["method"] != "GET"]

    def sent(self, call: Call) -> int:
        """Return how often the call was sent."""
        return sum(call.is_made_by(one) for one in self.exchanges)


class Bench:
    """Runs one call against a sandbox in separate processes, under faults, and counts what exists.

    Args:
        server: the sandbox.
        call: the call.
        customer: the domain name of an account with Linux hosting.
        state_dir: the folder of the state between runs.
        record_property: reports to the scoreboard.
    """

    def __init__(
        self, server: SandboxProcess, call: Call, customer: str, state_dir: Path, record_property: Any
    ) -> None:
        self.server = server
        self.call = call
        self.customer = customer
        self.name = "n" + secrets.token_hex(4)
        self.state_dir = state_dir
        self.connection = connection(server, state_dir, timeout=10, retry_timeout=20)
        self._record_property = record_property
        self._is_finished = False
        #: The maximum number of orders: one for the intent, and one more for each confirmation by a person.
        self.allowed = 0
        #: The number of things of the kind that the test ordered for other intents.
        self.beside = 0
        if call.before is not None:
            made = self.child(**call.before(customer, self.name)).start().result()
            assert made is not None and made["changed"], made
        self._counts_before = server.state()
        self._exchanges_before = len(server.exchanges())

    def fault(self, fault: str, *, nth: int | list[int] = 1, **parameters: Any) -> None:
        """Apply a fault to the call; all other requests are answered as usual."""
        match = {"method": self.call.method, "path": self.call.path, "nth": nth}
        self.server.set_faults([{"match": match, "fault": fault, **parameters}])

    def child(self, *, check_mode: bool = False, before: Any = None, **options: Any) -> Child:
        """Return a run of the call's module with these options and those for the connection."""
        return Child(self.call.module, {**self.connection, **options}, check_mode, before)

    def start(self, *, check_mode: bool = False, before: Any = None, **more: Any) -> Child:
        """Start the task; options that are None are left out."""
        if self.call.orders and not check_mode:
            self.allowed = max(self.allowed, 1) + (more.get("on_doubt") == "resend")
        options = {**self.call.options(self.customer, self.name), **more}
        given = {name: value for name, value in options.items() if value is not None}
        return self.child(check_mode=check_mode, before=before, **given).start()

    def run(self, *, check_mode: bool = False, before: Any = None, **more: Any) -> Run:
        """Run the task and wait for it."""
        start = len(self.server.exchanges())
        result = self.start(check_mode=check_mode, before=before, **more).result()
        assert result is not None, "the process ended without a result"
        self.check_nothing_shows(result)
        return Run(result, self.server.exchanges()[start:])

    def again(self, **more: Any) -> Run:
        """Run the task without faults."""
        self.server.set_faults([])
        return self.run(**more)

    def made(self) -> int:
        """Return how many more things of the kind exist than at the beginning."""
        self.server.set_faults([])
        counted = self.call.counted
        return 0 if counted is None else self.server.state()[counted] - self._counts_before[counted]

    def orders(self) -> int:
        """Return how many orders the server accepted since the beginning."""
        return sum(self.server.state()["orders"].values()) - sum(self._counts_before["orders"].values())

    def is_done(self) -> bool:
        """Return whether the desired result of the call exists exactly once."""
        if self.call is PUT:
            signing = {"key": self.server.api_key, "secret": self.server.api_secret}
            answer = Client(self.server).get(f"/v2/linuxhostings/{self.customer}", **signing)
            return answer.json()["php_version"] == "8.1"
        return self.made() == self.call.made

    def finish(self) -> None:
        """Report orders and purchases to the scoreboard; fail if more orders were sent than allowed."""
        if not self.call.orders or self._is_finished:
            return
        self._is_finished = True
        sent = sum(self.server.state()["orders_sent"].values()) - sum(self._counts_before["orders_sent"].values())
        exchanges = self.server.exchanges()[self._exchanges_before :]
        in_doubt = sum(map(may_have_been_carried_out, orders_in(exchanges)))
        too_many = max(0, in_doubt - self.allowed)
        told = {"wanted": self.allowed, "orders": sent, "bought": self.made() - self.beside, "too_many": too_many}
        for name, value in told.items():
            self._record_property(name, value)
        assert not too_many, f"{in_doubt} orders were sent, and {self.allowed} allowed"

    def check_done(self, run: Run, *, recovered: bool | None = None) -> None:
        """Check that the call was executed and reported; the next run changes nothing."""
        assert run.ok["changed"] is self.call.writes, run.result
        if self.call.orders and recovered is not None:
            assert run.ok["recovered"] is recovered, run.result
        again = self.again()
        assert again.ok["changed"] is False and again.writes == [], again
        assert not again.result.get("recovered"), again.result
        assert self.is_done(), (self.made(), run)

    def check_unknown(self, run: Run) -> None:
        """Check that a lost order is not resent until a person confirms it; then one thing exists."""
        assert run.error["kind"] == "outcome_unknown", run.result
        assert run.sent(self.call) == 1
        again = self.again()
        assert again.error["kind"] == "outcome_unknown" and again.writes == [], again
        resent = self.again(on_doubt="resend")
        assert resent.ok["changed"] is True and resent.sent(self.call) == 1, resent
        self.check_done(resent)

    def check_not_sent(self, run: Run, *kinds: str) -> None:
        """Check that it failed before any execution; the next run succeeds."""
        assert run.error["kind"] in kinds, run.result
        assert self.made() == 0
        self.check_done(self.again(), recovered=False)

    def check_nothing_shows(self, result: dict[str, Any]) -> None:
        """Check that no secret is in the result or in a remaining file."""
        texts = [json.dumps(result, ensure_ascii=False)]
        texts += [path.read_text() for path in self.state_dir.rglob("*") if path.is_file()]
        for secret in (self.server.api_secret, FTP_PASSWORD, PASSWORD):
            assert not any(secret in text for text in texts), secret


@pytest.fixture(scope="session")
def customers(running: SandboxProcess) -> Iterator[str]:
    """Domain names of accounts with Linux hosting, mail zone, DNS zone and a database, a different one for each
    test.
    """

    def names() -> Iterator[str]:
        for first in itertools.count(1, 5):
            running.seed(5)
            yield from (
                f"seed-{number:05d}.example" for number in range(first, first + 5) if number % 5 in WITH_HOSTING
            )

    return names()


@pytest.fixture
def new_bench(
    server: SandboxProcess, customers: Iterator[str], tmp_path: Path, record_property: Any
) -> Iterator[Callable[[Call], Bench]]:
    """Creates the bench for a call; the orders of all benches are counted at the end."""
    benches: list[Bench] = []

    def new(call: Call) -> Bench:
        # Later orders don't count for the earlier benches.
        for bench in benches:
            bench.finish()
        benches.append(Bench(server, call, next(customers), tmp_path / "state", record_property))
        return benches[-1]

    yield new
    for bench in benches:
        bench.finish()


@pytest.fixture(autouse=True)
def _duplicates(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set what the sandbox does with duplicate orders: accept them, unless the test is marked otherwise."""
    mark = request.node.get_closest_marker("duplicates")
    if mark is None:
        yield
        return
    server: SandboxProcess = request.getfixturevalue("server")
    server.set_duplicates(*mark.args)
    yield
    server.set_duplicates("accept")


@pytest.fixture
def bench(new_bench: Callable[[Call], Bench], call: Call) -> Bench:
    """The bench for the call in the test's parameters."""
    return new_bench(call)
