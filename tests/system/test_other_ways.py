# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that run as ordinary modules because of their host, user or mode, with the controller's credentials."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Result, Task, account_task, orders_of

pytestmark = pytest.mark.system

OTHER_USER = "nobody"

ROUND = ["predicted", "made", "again"]


def tasks(name: str, **keywords: Any) -> list[Task]:
    """Return tasks for an account in check mode, for real, and again."""
    steps = [account_task(name) | keywords for _number in ROUND]
    steps[0]["check_mode"] = True
    return steps


def check(played: Iterable[Result], server: SandboxProcess, name: str) -> None:
    """Check that it was ordered once."""
    predicted, made, again = played
    assert predicted.changed and predicted.writes == []
    assert made.changed and made.writes == ["POST /accounts"] and made["account"]["identifier"] == name
    assert made["diff"] == predicted["diff"]
    assert not again.changed and again.requests == ["GET /accounts"] and again["account"] == made["account"]
    assert orders_of(server, "/accounts", name) == 1


def test_delegated_over_ssh(
    player: Player, server: SandboxProcess, new_name: NewName, ssh_host: str, tmp_path: Path
) -> None:
    name, hosts_state = new_name(), tmp_path / "hosts-state"
    keywords = {"delegate_to": "remote", "vars": {"ansible_python_interpreter": sys.executable}}
    steps = tasks(name, **keywords)
    for step in steps:
        step["reseller.toolkit.reseller_account"]["state_dir"] = str(hosts_state)
    environment, *results = player.play(
        [{"name": "environment", "ansible.builtin.command": "env", **keywords}, *steps],
        inventory=f"localhost ansible_connection=local\n{ssh_host}",
    )
    assert "SSH_CONNECTION=" in environment["stdout"] and "RESELLER_" not in environment["stdout"]
    check(results, server, name)
    # The journal is on the host where the code runs.
    assert list((hosts_state / "journal").glob("*.json")) and not player.state_dir.exists()


def test_as_another_user(player: Player, server: SandboxProcess, new_name: NewName, tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.fail("only root can become another user here without a password", pytrace=False)
    name = new_name()
    state_dir = tmp_path / "others-state"
    for folder in (*tmp_path.parents, tmp_path):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o011)
    state_dir.mkdir()
    shutil.chown(state_dir, OTHER_USER)
    python = readable_python(tmp_path)
    become = {
        "become": True,
        "become_method": "ansible.builtin.su",
        "become_user": OTHER_USER,
        "become_flags": "-s /bin/sh",
        "vars": {
            "ansible_python_interpreter": python,
            "ansible_remote_tmp": "/tmp/.ansible-tests-" + name,
            "ansible_shell_allow_world_readable_temp": True,
        },
    }
    steps = tasks(name, **become)
    for step in steps:
        step["reseller.toolkit.reseller_account"]["state_dir"] = str(state_dir)
    try:
        played = player.play(steps)
    finally:
        shutil.rmtree("/tmp/.ansible-tests-" + name, ignore_errors=True)
    check(played, server, name)
    written = [path for path in state_dir.rglob("*") if path.is_file()]
    assert any(path.suffix == ".json" for path in written)
    assert {path.owner() for path in written} == {OTHER_USER}
    assert not (player.state_dir / "journal").exists()


def test_asynchronous(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    account = account_task(name)
    (checked,) = player.play([{**account, "check_mode": True}])
    played = player.play(
        [
            account | {"async": 30, "poll": 1},
            account | {"async": 30, "poll": 1},
        ]
    )
    made, again = played.results[-2:]
    assert made.changed and made["account"]["identifier"] == name and made["diff"] == checked["diff"]
    assert not again.changed and again["account"] == made["account"]
    assert orders_of(server, "/accounts", name) == 1
    assert "async_wrapper" in played.output


def readable_python(folder: Path) -> str:
    """Return a Python that the other user can start and that has `requests`: one of the system, with copied
    packages.
    """
    packages = folder / "packages"
    for name in ("requests", "urllib3", "idna", "certifi", "charset_normalizer"):
        source = Path(__import__(name).__file__ or "").parent
        shutil.copytree(source, packages / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        wrapper = folder / "python"
        wrapper.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(packages))} exec {candidate} "$@"\n')
        wrapper.chmod(0o755)
        command = ["su", "-s", "/bin/sh", OTHER_USER, "-c", f"{shlex.quote(str(wrapper))} -c 'import requests'"]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return str(wrapper)
    pytest.fail(f"no Python here can be started by {OTHER_USER}: install the package python3", pytrace=False)
