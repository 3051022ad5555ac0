# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet in which most customers have a mistake: nothing is ordered for them, and the valid ones are provisioned."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.role.broken_fleet.customers import BROKEN, PASSWORD, TOO_SHORT, right
from tests.support.playing import JOB_SECONDS, Player, run_program

pytestmark = pytest.mark.faults

RIGHT = ("good-one", "good-two")
#: The orders of one valid customer.
ORDERS = {"/v2/accounts": 1, "/v2/mysqldatabases": 1, "users": 1, "/v2/sslcertificaterequests": 1}


@dataclass
class Fleet:
    """All customers in one inventory, and the outcome of runs of the playbook."""

    player: Player
    folder: Path

    def write(self) -> None:
        """Write the inventory."""
        hosts = {}
        for name in [*RIGHT, *BROKEN]:
            hosting = right(f"{name}.example", self.folder)
            if name in BROKEN:
                BROKEN[name].change(hosting)
            hosts[name] = {"hosting": hosting}
        (self.folder / "customers.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}))

    def run(self, playbook: str, *words: str) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]], str]:
        """Run the playbook; return the exit status, the results, the exchanges, and the output."""
        lines = self.folder / "results.jsonl"
        lines.unlink(missing_ok=True)
        (self.folder / "ansible.cfg").touch()
        before = len(self.player.sandbox.exchanges())
        command = ["ansible-playbook", playbook, *words, "-vvv", "--diff"]
        environment = {**self.player.environment(self.folder), "ANSIBLE_FORKS": "4"}
        code, output, errors = run_program(command, self.folder, environment)
        shown = output + errors + lines.read_text()
        assert PASSWORD not in shown and TOO_SHORT not in shown
        results = [json.loads(line) for line in lines.read_text().splitlines()]
        return code, results, self.player.sandbox.exchanges()[before:], output + errors

    def fleet(self, *words: str) -> tuple[int, dict[str, Any], list[dict[str, Any]], str]:
        """Run the playbook for all; the second value is its summary."""
        code, results, exchanges, output = self.run(
            "reseller.toolkit.fleet", "-i", str(self.folder / "customers.yml"), *words
        )
        found = [one["data"]["msg"] for one in results if one["name"] == "Show the results"]
        return code, found[0] if found else {}, exchanges, output


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet at a separate sandbox that already has the accounts needed to detect some mistakes."""
    folder = tmp_path_factory.mktemp("fleet")
    with SandboxProcess(job_seconds=JOB_SECONDS, rate_limit="100000/60") as sandbox:
        made = Fleet(Player(sandbox, folder), folder)
        made.write()
        existing = [f"{name}.example" for name, broken in BROKEN.items() if broken.exists]
        tasks = [
            {
                "reseller.toolkit.reseller_account": {
                    "identifier": name,
                    "servicepack": "1002",
                    "ftp_password": PASSWORD,
                    "poll_min": 0.1,
                    "poll_max": 0.3,
                }
            }
            for name in existing
        ]
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]
        (folder / "existing.yml").write_text(yaml.safe_dump(play))
        code, _results, _exchanges, output = made.run("existing.yml")
        assert code == 0, output
        yield made


def orders_in(exchanges: list[dict[str, Any]]) -> Counter[str]:
    """Return how many orders reached the server, by path."""
    paid = [one["path"] for one in exchanges if one["method"] == "POST"]
    return Counter(
        "users" if path.endswith("/users") else path
        for path in paid
        if path in ORDERS or path.endswith("/users") or path.startswith("/v2/domains/")
    )


def check_mistakes(told: dict[str, Any]) -> None:
    """Check that each mistake is reported with its place, as the only one of its customer."""
    assert set(told) == set(BROKEN)
    wrong = {
        name: told[name]
        for name, broken in BROKEN.items()
        if [one["place"] for one in told[name]] != [broken.place] or broken.words not in told[name][0]["message"]
    }
    assert not wrong


def test_number_of_customers() -> None:
    assert len(BROKEN) >= 25


@pytest.mark.row(51, "paying post")
def test_check_mode_fails_for_each(fleet: Fleet) -> None:
    code, summary, exchanges, output = fleet.fleet("--check")
    assert code != 0
    check_mistakes(summary["mistakes"])
    assert set(summary["failed"]) == set(BROKEN)
    assert {one["method"] for one in exchanges} == {"GET"}
    assert '"orders": 8' in output
    assert '"account": 2' in output and '"database": 2' in output


@pytest.mark.row(52, "paying post")
@pytest.mark.parametrize("words", [(), ("--check",)])
def test_more_to_order_than_is_allowed(fleet: Fleet, words: tuple[str, ...]) -> None:
    code, summary, exchanges, output = fleet.fleet("-e", "max_orders=7", *words)
    assert code != 0 and not summary
    assert {one["method"] for one in exchanges} == {"GET"}
    assert "8 orders, and max_orders is 7; nothing was ordered" in output
    assert all(f'"customer": "{name}"' in output for name in RIGHT)


@pytest.mark.row(51, "paying post")
def test_nothing_is_ordered_for_them_and_the_right_ones_are_served(fleet: Fleet) -> None:
    code, summary, exchanges, output = fleet.fleet()
    assert code != 0
    check_mistakes(summary["mistakes"])
    assert set(summary["changed"]) == set(RIGHT), output
    assert summary["summary"].strip() == f"{len(BROKEN) + 2} customers: 2 changed, 0 unchanged, {len(BROKEN)} failed"
    assert orders_in(exchanges) == Counter({path: 2 * number for path, number in ORDERS.items()})
    identifiers = {
        json.loads(one["request_body"])["identifier"]
        for one in exchanges
        if one["path"] == "/v2/accounts" and one["method"] == "POST"
    }
    assert identifiers == {f"{name}.example" for name in RIGHT}
    assert not {one["method"] for one in exchanges if any(f"/{name}.example" in one["path"] for name in BROKEN)} - {
        "GET"
    }

    code, summary, exchanges, output = fleet.fleet("--limit", ",".join(RIGHT))
    assert code == 0, output
    assert "2 customers: 0 changed, 2 unchanged, 0 failed" in summary["summary"]
    assert {one["method"] for one in exchanges} == {"GET"}
