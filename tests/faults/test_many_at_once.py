# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many processes at once: for one customer, who is bought once, and for many customers, none of whom waits forever."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from sandbox.launcher import SandboxProcess
from tests.faults.wishes import PASSWORDS
from tests.support.children import all_at_once, connection
from tests.support.csr import make_csr

pytestmark = pytest.mark.faults

#: Long enough for the slowest machine; existing things are not waited for that long.
PATIENT = {
    "poll_min": 0.05,
    "poll_max": 0.5,
    "wait_timeout": 240,
    "settle_time": 30,
}
Result = dict[str, Any]
Call = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Customer:
    """A customer to set up.

    Attributes:
        identifier: the account's.
        common: the options for the connection.
    """

    identifier: str
    common: dict[str, Any]

    @classmethod
    def new(cls, identifier: str, server: SandboxProcess, state_dir: Path) -> Customer:
        return cls(identifier, {**connection(server, state_dir), "timeout": 120, "retry_timeout": 120})

    def account(self) -> Call:
        wanted = {"servicepack": "1002", "ftp_password": PASSWORDS["ftp_password"]}
        return "reseller_account", {**self.common, **PATIENT, "identifier": self.identifier, **wanted}

    def database(self) -> Call:
        wanted = {"account": self.identifier, "name": "shop", "password": PASSWORDS["password"]}
        return "reseller_mysql", {**self.common, **PATIENT, **wanted}

    def certificate(self) -> Call:
        sentence = f"ssl standard domain_validated {self.identifier}"
        wanted = {"csr_content": make_csr(self.identifier), "confirm_purchase": sentence, "state": "requested"}
        return "reseller_ssl", {**self.common, **PATIENT, **wanted}

    def read(self) -> Call:
        """Send one request that names the customer."""
        return "reseller_account_info", {**self.common, "identifier": self.identifier}


def test_ten_processes_that_start_one_customer_buy_once(tmp_path: Path) -> None:
    with SandboxProcess(job_seconds=0.5, rate_limit="100000/60") as server:
        customer = Customer.new("customer.example", server, tmp_path / "state")
        runs = all_at_once([[customer.account(), customer.database(), customer.certificate()]] * 10)
        check_all_well(runs)
        for results in zip(*runs, strict=True):
            assert sum(result["changed"] for result in results) >= 1, results
        assert {run[0]["account"]["identifier"] for run in runs} == {"customer.example"}
        assert len({run[1]["database"]["name"] for run in runs}) == 1
        assert len({run[2]["request"]["id"] for run in runs}) == 1
        state = server.state()
        assert (state["accounts"], state["mysql_databases"], state["ssl_requests"]) == (1, 1, 1)
        sent = Counter(exchange["path"] for exchange in server.exchanges() if exchange["method"] == "POST")
        assert sent == {"/v2/accounts": 1, "/v2/mysqldatabases": 1, "/v2/sslcertificaterequests": 1}


def test_fifty_customers_at_once_are_all_served_and_none_starves(tmp_path: Path) -> None:
    with SandboxProcess(job_seconds=0.5, rate_limit="1000/60") as server:
        customers = [Customer.new(f"customer{number}.example", server, tmp_path / "state") for number in range(50)]
        check_all_well(all_at_once([[customer.account()] for customer in customers]))
        assert server.state()["accounts"] == 50
        assert server.state()["orders"] == {"POST /accounts": 50}
        server.advance(60)
        check_nobody_starves(server, customers, reads=18)


def test_no_process_starves_when_demand_exceeds_the_limit(tmp_path: Path) -> None:
    with SandboxProcess(rate_limit="100/4") as server:
        customers = [Customer.new(f"customer{number}.example", server, tmp_path / "state") for number in range(20)]
        check_nobody_starves(server, customers, reads=12)


def test_many_are_not_refused_and_use_all_there_is(tmp_path: Path) -> None:
    with SandboxProcess(rate_limit="50/6") as server:
        customers = [Customer.new(f"customer{number}.example", server, tmp_path / "state") for number in range(25)]
        check_nobody_starves(server, customers, reads=8)
        answers = server.exchanges()
        assert Counter(exchange["status"] for exchange in answers) == {200: 25 * 8}
        used = [int(exchange["response_headers"]["x-ratelimit-usage"]) for exchange in answers]
        began = [place for place, (before, after) in enumerate(itertools.pairwise(used)) if after < before - 25]
        assert len(began) >= 25 * 8 / 50 - 1
        # All or nearly all requests of each window but the last were used.
        assert min(later - earlier for earlier, later in itertools.pairwise([-1, *began])) >= 0.9 * 50


def check_nobody_starves(server: SandboxProcess, customers: Sequence[Customer], *, reads: int) -> None:
    """When the first process has all its reads, no other has less than a third of the median."""
    before = len(server.exchanges())
    check_all_well(all_at_once([[customer.read()] * reads for customer in customers]))
    granted = dict.fromkeys((customer.identifier for customer in customers), 0)
    exchanges = server.exchanges()[before:]
    for exchange in exchanges:
        if exchange["status"] == 200:
            (identifier,) = parse_qs(exchange["query"])["identifier"]
            granted[identifier] += 1
            if granted[identifier] == reads:
                break
    median = statistics.median(granted.values())
    assert min(granted.values()) >= median / 3, granted
    assert [exchange for exchange in server.exchanges() if exchange["status"] >= 500] == []


def check_all_well(runs: Iterable[Sequence[Result]]) -> None:
    failed = [result["msg"] for run in runs for result in run if result.get("failed")]
    assert not failed, failed
