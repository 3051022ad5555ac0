# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ``fleet``, and so the role ``hosting``, with each supported ansible-core."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.bench.customers import CUSTOMER
from tests.runners.plays import Played, Stage
from tests.support.csr import make_csr
from tests.support.samples import SSH_KEY

NAME = "fleet.example"


def fleet(stage: Stage, inventory: Path) -> Played:
    """Run the playbook to its end."""
    return stage.run("ansible-playbook", "reseller.toolkit.fleet", "-i", str(inventory)).finish()


@pytest.mark.cores
def test_new_customer_with_everything_and_the_same_again(each_stage: Stage, tmp_path: Path) -> None:
    customer = {
        **yaml.safe_load(CUSTOMER.read_text()),
        "customer": NAME,
        "csr": make_csr(NAME, NAME, f"www.{NAME}"),
        "password": "Kp7f3a9c2e",
        "ssh_key": SSH_KEY,
    }
    inventory = tmp_path / "customers.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {NAME: customer}}}))
    with SandboxProcess(job_seconds=0.2, rate_limit="100000/60") as sandbox:
        each_stage.sandbox = sandbox
        first = fleet(each_stage, inventory)
        assert first.code == 0 and "1 customers: 1 changed, 0 unchanged, 0 failed" in first.output, first.output
        before = len(sandbox.exchanges())
        again = fleet(each_stage, inventory)
        sent = [one["method"] for one in sandbox.exchanges()[before:]]
    assert again.code == 0 and "1 customers: 0 changed, 1 unchanged, 0 failed" in again.output, again.output
    assert 0 < len(sent) <= 12 and set(sent) == {"GET"}
    # For a customer in the desired state, the role only sets its result.
    assert [line["name"] for line in again.results if "Ensure" in line["name"]] == []
