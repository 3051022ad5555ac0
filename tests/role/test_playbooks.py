# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks ``fleet`` and ``launch``, and the examples of the guides in ``docs``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.support.playing import JOB_SECONDS, ROOT, NewName, Player, run_program

EXAMPLES = ROOT / "docs/examples"
PASSWORD = "Geheim0wort81"


@dataclass
class Runner:
    """Runs whole playbooks against a sandbox, and checks that no password shows."""

    player: Player
    folder: Path

    def run(self, playbook: str | Path | list[str | Path], *words: str, **variables: Any) -> tuple[int, str]:
        """Run a playbook, or several one after the other; return the exit status and the output."""
        playbooks = playbook if isinstance(playbook, list) else [playbook]
        given = self.folder / "variables.yml"
        given.write_text(yaml.safe_dump(variables))
        (self.folder / "ansible.cfg").touch()
        command = ["ansible-playbook", *map(str, playbooks), "-e", f"@{given}", *words]
        code, output, errors = run_program(command, self.folder, self.player.environment(self.folder))
        assert PASSWORD not in output + errors
        return code, output + errors

    def writes(self, since: int) -> list[str]:
        """Return the writes that reached the sandbox after this number of exchanges."""
        return [one["path"] for one in self.player.sandbox.exchanges()[since:] if one["method"] != "GET"]


def changes(output: str) -> list[int]:
    """Return the number of tasks that changed something in each of the playbooks of one command."""
    # Ansible counts on from one playbook to the next.
    sums = [0, *(int(number) for number in re.findall(r"^localhost +: .* changed=(\d+) ", output, re.MULTILINE))]
    return [after - before for before, after in itertools.pairwise(sums)]


@pytest.fixture
def runner(server: SandboxProcess, tmp_path: Path) -> Runner:
    return Runner(Player(server, tmp_path), tmp_path)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Runner]:
    """A runner with an otherwise empty sandbox."""
    with SandboxProcess(job_seconds=JOB_SECONDS, rate_limit="100000/60") as sandbox:
        yield Runner(Player(sandbox, tmp_path), tmp_path)


@pytest.mark.faults
def test_one_customer_that_fails_does_not_stop_the_others(runner: Runner, new_name: NewName) -> None:
    good, bad, empty = new_name(), new_name(), new_name()
    hosting = {"servicepack": "Linux Pro", "ftp_password": PASSWORD}
    inventory = runner.folder / "customers.yml"
    hosts = {
        bad: {"hosting": {**hosting, "identifier": bad, "servicepack": "No Such Pack"}},
        empty: {},
        good: {"hosting": {**hosting, "identifier": good}},
    }
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    code, output = runner.run("reseller.toolkit.fleet", "-i", str(inventory))
    assert code != 0
    assert "3 customers: 1 changed, 0 unchanged, 2 failed" in output
    assert f'"changed": [ "{good}" ]' in " ".join(output.split())
    assert f'"{bad}": "1 mistake in the hosting of {bad}; nothing was ordered:' in output
    assert "hosting.servicepack: 'No Such Pack'" in output
    assert f'"{empty}": "' in output and "missing required arguments: hosting" in output

    code, output = runner.run("reseller.toolkit.fleet", "-i", str(inventory), "--limit", good, fleet_serial=1)
    assert code == 0, output
    assert "1 customers: 0 changed, 1 unchanged, 0 failed" in output


def test_the_same_fleet_twice_in_one_command(runner: Runner, new_name: NewName) -> None:
    name = new_name()
    database = {"name": "shop", "password": PASSWORD}
    hosting = {"identifier": name, "servicepack": "Linux Pro", "ftp_password": PASSWORD, "databases": [database]}
    inventory = runner.folder / "customers.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {name: {"hosting": hosting}}}}))
    code, output = runner.run(["reseller.toolkit.fleet"] * 2, "-i", str(inventory))
    assert code == 0, output
    # What the first run registered says nothing about the second one.
    summaries = re.findall(r"1 customers: (\d) changed, (\d) unchanged, 0 failed", output)
    assert summaries == [("1", "0"), ("0", "1")]


@pytest.mark.faults
def test_launch_orders_nothing_without_a_folder_for_its_report(runner: Runner, new_name: NewName) -> None:
    hosting = {"identifier": new_name(), "servicepack": "Linux Pro", "ftp_password": PASSWORD}
    before = len(runner.player.sandbox.exchanges())
    code, output = runner.run("reseller.toolkit.launch", hosting=hosting, launch_folder=str(runner.folder / "none"))
    assert code != 0 and "launch_folder must name an existing folder" in " ".join(output.split())
    assert runner.writes(before) == []


@pytest.mark.faults
def test_the_guides(alone: Runner) -> None:
    files = alone.folder / "files"
    secrets = {f"vault_{name}_password": PASSWORD for name in ("ftp", "shop", "reports", "mailbox", "ada", "grace")}
    new = {**secrets, "customer_files": str(files)}
    code, output = alone.run(EXAMPLES / "new_customer.yml", **new)
    assert code == 0, output
    assert "changed=0 " in alone.run(EXAMPLES / "new_customer.yml", **new)[1]

    for step in ("prepare", "switch"):
        code, output = alone.run(EXAMPLES / "move_mail.yml", move_step=step, **secrets)
        assert code == 0, output
        assert "changed=0 " in alone.run(EXAMPLES / "move_mail.yml", move_step=step, **secrets)[1]

    folder = b'{"domain": "bakery.example", "path": "/subsites/staging"}'
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{alone.player.sandbox.url}/_sandbox/folders", data=folder, headers=headers))
    staging = (EXAMPLES / "staging.yml", "--skip-tags", "folder")
    code, output = alone.run(*staging, staging_files=str(files))
    assert code == 0, output
    assert "changed=0 " in alone.run(*staging, staging_files=str(files))[1]

    passwords = alone.folder / "passwords"
    code, output = alone.run(EXAMPLES / "rotate_database_passwords.yml", rotate_folder=str(passwords))
    assert code == 0, output
    assert len(list(passwords.iterdir())) == 2
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in passwords.iterdir())
    assert not any(path.read_text().strip() in output for path in passwords.iterdir())

    before = len(alone.player.sandbox.exchanges())
    report = alone.folder / "report.yml"
    code, output = alone.run(EXAMPLES / "audit.yml", audit_file=str(report))
    assert code == 0, output
    assert alone.writes(before) == []
    found = yaml.safe_load(report.read_text())
    assert [one["identifier"] for one in found["accounts"]] == ["bakery.example"]
    assert {site["name"] for site in found["linux_hostings"][0]["sites"]} == {
        "bakery.example",
        "staging.bakery.example",
    }
    assert len(found["certificates"]) == 2 and len(found["mailboxes"]) == 3
    assert PASSWORD not in report.read_text()
