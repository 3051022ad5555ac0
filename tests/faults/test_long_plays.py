# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long histories of real plays that set up a customer: each run meets a fault or is killed, except the last one. Then
one of everything exists, and a further run changes nothing.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.kill.conftest import descendants, is_running, wait_for
from tests.runners.cores import newest_core
from tests.runners.plays import Played, Running, Stage, secret_variables
from tests.support.csr import make_csr

pytestmark = pytest.mark.faults

HISTORIES = 20
EACH_CHANGE = 6
"""The number of histories in ``make test``; the others run in ``make nightly``."""
JOB_SECONDS = 0.2
TIMES = {"timeout": 5, "retry_timeout": 8, "poll_min": 0.05, "poll_max": 0.2, "wait_timeout": 20, "settle_time": 0.5}
MODULES = ("reseller_account", "reseller_mysql", "reseller_mysql_user", "reseller_ssl")
SECRETS = {"ftp_password": "Ftp0geheim91", "password": "Dbs0geheim92#!"}
ORDERS = ("/accounts", "/mysqldatabases", "/mysqldatabases/*/users", "/sslcertificaterequests")
FAULTS: list[dict[str, Any]] = [
    {"fault": "reset_after"},
    {"fault": "status", "status": 500, "acted": True},
    {"fault": "status", "status": 503, "acted": True},
    {"fault": "truncate"},
    {"fault": "not_json"},
    {"fault": "rate_limit", "retry_after": 0},
    {"fault": "delay", "seconds": 0.3},
    {"fault": "job_fail", "until_polls": 1},
    {"fault": "job_cancel"},
]


class Customer:
    """A customer that plays set up at a separate sandbox."""

    def __init__(self, server: SandboxProcess, folder: Path) -> None:
        self.server = server
        self.identifier = "customer.example"
        self.stage = Stage(newest_core(), folder, server)
        self.variables, secrets = secret_variables(**SECRETS)
        self.stage.env.update(secrets)
        csr = make_csr(self.identifier)
        name, password = self.identifier, "{{ password }}"
        account = {"identifier": name, "servicepack": "Linux Pro", "ftp_password": "{{ ftp_password }}"}
        certificate = {"csr_content": csr, "confirm_purchase": f"ssl standard domain_validated {name}"}
        options: list[dict[str, Any]] = [
            account,
            {"account": name, "name": "shop", "password": password},
            {"account": name, "database": "shop", "name": "reader", "password": password},
            {**certificate, "wait": True},
        ]
        self.tasks = [
            {"name": module, f"reseller.toolkit.{module}": {**TIMES, "on_doubt": "{{ on_doubt }}", **given}}
            for module, given in zip(MODULES, options, strict=True)
        ]

    def start(self, *, in_process: bool = True, on_doubt: str = "fail") -> Running:
        variables = {**self.variables, "reseller_toolkit_in_process": in_process, "on_doubt": on_doubt}
        return self.stage.start(self.tasks, variables=variables)

    def requests(self) -> int:
        return len(self.server.exchanges())

    def check_bought_once(self) -> None:
        """Check that one of everything exists, and that only cancelled orders were repeated."""
        state = self.server.state()
        kinds = ("accounts", "mysql_databases", "ssl_certificates", "ssl_requests")
        assert {kind: state[kind] for kind in kinds} == {
            "accounts": 1,
            "mysql_databases": 1,
            "ssl_certificates": 1,
            "ssl_requests": 0,
        }
        # The other user is the main user of the database.
        assert state["mysql_users"] == 2
        cancelled = sum(job["status"] == "cancelled" for job in self.server.control("GET", "jobs"))
        assert sum(state["orders"].values()) == len(ORDERS) + cancelled, state
        assert state["refused_orders"] == {}


@pytest.fixture
def customer(tmp_path: Path) -> Iterator[Customer]:
    with SandboxProcess(job_seconds=JOB_SECONDS, rate_limit="100000/60") as server:
        yield Customer(server, tmp_path)


@pytest.mark.parametrize(
    "number",
    [pytest.param(number, marks=() if number < EACH_CHANGE else pytest.mark.nightly) for number in range(HISTORIES)],
)
def test_customer_is_started_once_whatever_happens_on_the_way(customer: Customer, number: int) -> None:
    chance = random.Random(number)
    for _run in range(chance.randint(2, 4)):
        if chance.random() < 0.5:
            fail(customer, chance)
        else:
            kill(customer, chance)
    customer.server.set_faults([])
    last = customer.start(in_process=chance.random() < 0.8).finish(120)
    if is_in_doubt(last):
        # A kill hit the moment between the journal and the request. Whoever looks into the control panel sees that
        # nothing was ordered; were it there, what is said here would buy it twice, and the count below would tell.
        last = customer.start(on_doubt="resend").finish(120)
    check_well(last)
    customer.check_bought_once()
    again = customer.start().finish(120)
    check_well(again)
    assert [result["data"]["changed"] for result in again.results] == [False] * len(MODULES)
    customer.check_bought_once()


def fail(customer: Customer, chance: random.Random) -> None:
    """Make a run with a fault at one of its orders, and possibly one at another request."""
    order = {"method": "POST", "path": chance.choice(ORDERS), "nth": 1}
    other = {"method": "GET", "nth": chance.randint(1, 12)}
    rules = [{"match": order, **chance.choice(FAULTS)}]
    if chance.random() < 0.5:
        rules.append({"match": other, **chance.choice(FAULTS[:7])})
    customer.server.set_faults(rules)
    played = customer.start().finish(120)
    assert played.results and "Traceback" not in played.output, played.output
    for result in played.results:
        assert result["outcome"] == "ok" or result["data"]["error"]["kind"] != "internal", result


def kill(customer: Customer, chance: random.Random) -> None:
    """Make a run and kill the play or its worker after some request; afterwards both are gone."""
    customer.server.set_faults([])
    before, after = customer.requests(), chance.randint(1, 25)
    play = customer.start(in_process=chance.random() < 0.8)
    wait_for(
        "so many requests",
        lambda: customer.requests() >= before + after or play.process.poll() is not None,
        timeout=120,
    )
    workers = descendants(play.pid)
    if workers and chance.random() < 0.5:
        with suppress(ProcessLookupError):
            os.kill(workers[-1], signal.SIGKILL)
        play.process.kill()
    else:
        play.process.send_signal(chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGKILL]))
    play.process.wait(60)
    # Processes that outlive a play continue; here the next run starts when they are done.
    wait_for("the end of its workers", lambda: not any(map(is_running, workers)), timeout=60)


def is_in_doubt(played: Played) -> bool:
    last = played.results[-1]
    return last["outcome"] != "ok" and last["data"]["error"]["kind"] == "outcome_unknown"


def check_well(played: Played) -> None:
    assert played.code == 0, played.output
    assert [result["outcome"] for result in played.results] == ["ok"] * len(MODULES)
