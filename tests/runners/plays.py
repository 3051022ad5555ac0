# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run real plays with one ansible-core, to their end or to where a test interrupts them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sandbox.launcher import SandboxProcess
from tests.runners.cores import ROOT, Core, newest_core
from tests.support.fork_server import Forked, ForkServer, start_anew
from tests.support.playing import ONLY_INI

PROBE = ROOT / "tests/runners/probe"
LOCALE = {"LC_ALL": "C.UTF-8"}

_SERVER = ForkServer(LOCALE)


def both_ways(
    name: str, action: str, options: Mapping[str, Any] | None = None, **keywords: Any
) -> list[dict[str, Any]]:
    """A task that runs in process (``NAME here``), and the same as an ordinary module (``NAME apart``)."""
    tasks = []
    for way, in_process in (("here", True), ("apart", False)):
        variables = {**keywords.get("vars", {}), "reseller_toolkit_in_process": in_process}
        task = {"name": f"{name} {way}", action: dict(options or {}), "ignore_errors": True}
        tasks.append({**task, **keywords, "vars": variables})
    return tasks


def secret_variables(**secrets: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the variables of a play and the environment that pass it secrets outside the playbook's text."""
    variables = {name: f"{{{{ lookup('ansible.builtin.env', 'SECRET_{name}') }}}}" for name in secrets}
    return variables, {f"SECRET_{name}": value for name, value in secrets.items()}


@dataclass(frozen=True)
class Played:
    """A finished play: its exit code, its output, and its tasks' results in order."""

    code: int
    output: str
    results: list[dict[str, Any]]

    def data(self, task: str) -> dict[str, Any]:
        """Return the result of the only task of this name."""
        (found,) = [line for line in self.results if line["name"] == task]
        return found["data"]

    def both(self, task: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the results of a task of `both_ways`: in process, and as an ordinary module."""
        return self.data(f"{task} here"), self.data(f"{task} apart")

    def outcome(self, task: str) -> str:
        """``ok``, ``failed``, ``skipped`` or ``unreachable``: how the only task of this name ended."""
        (found,) = [line for line in self.results if line["name"] == task]
        return found["outcome"]


@dataclass
class Running:
    """A play that continues."""

    process: Forked | subprocess.Popen[bytes]
    folder: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def finish(self, timeout: float = 180.0) -> Played:
        """Wait for the end of the play."""
        # Not for the end of its output: a worker that outlives the play keeps the pipe open.
        code = self.process.wait(timeout)
        lines = self.folder / "results.jsonl"
        results = [json.loads(line) for line in lines.read_text().splitlines()] if lines.exists() else []
        return Played(code, (self.folder / "output.txt").read_text(), results)


@dataclass
class Stage:
    """The environment of the plays of one test: one ansible-core, one home, one state folder.

    Attributes:
        core: the ansible-core that runs them.
        folder: for all files.
        sandbox: the server in ``RESELLER_*``, if any.
        env: additional environment variables of all plays.
    """

    core: Core
    folder: Path
    sandbox: SandboxProcess | None = None
    env: dict[str, str] = field(default_factory=dict)
    _runs: int = 0

    @property
    def state_dir(self) -> Path:
        return self.folder / "state"

    def play(
        self,
        tasks: Sequence[dict[str, Any]],
        *words: str,
        variables: Mapping[str, Any] | None = None,
        inventory: str = "localhost ansible_connection=local",
        env: Mapping[str, str] | None = None,
        text: str | None = None,
        **keywords: Any,
    ) -> Played:
        """Run a play to its end; the arguments are those of `start`."""
        return self.start(
            tasks, *words, variables=variables, inventory=inventory, env=env, text=text, **keywords
        ).finish()

    def start(
        self,
        tasks: Sequence[dict[str, Any]],
        *words: str,
        variables: Mapping[str, Any] | None = None,
        inventory: str = "localhost ansible_connection=local",
        env: Mapping[str, str] | None = None,
        text: str | None = None,
        **keywords: Any,
    ) -> Running:
        """Start a play.

        Args:
            tasks: its tasks.
            words: additional arguments of the command line.
            variables: of the play.
            inventory: one line for each host.
            env: additional environment variables.
            text: the whole playbook, instead of the tasks.
            keywords: additional keywords of the play.
        """
        folder = self._new_folder()
        play = {
            "hosts": "all",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **(variables or {})},
            **keywords,
            "tasks": list(tasks),
        }
        (folder / "playbook.yml").write_text(text or yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        (folder / "hosts").write_text(inventory + "\n", encoding="utf-8")
        more = {**ONLY_INI, **(env or {})}
        return self.run("ansible-playbook", "-i", "hosts", *words, "playbook.yml", env=more, folder=folder)

    def run(
        self, program: str, *words: str, env: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> Running:
        """Start one of Ansible's programs."""
        folder = folder or self._new_folder()
        with (folder / "output.txt").open("wb") as output:
            start = _SERVER.start if self.core == newest_core() else start_anew
            environment = {**self._environment(folder), **self.env, **(env or {})}
            process = start([self.core.program(program), *words], folder, environment, output.fileno())
        return Running(process, folder)

    def _new_folder(self) -> Path:
        self._runs += 1
        folder = self.folder / f"run{self._runs}"
        folder.mkdir()
        (folder / "ansible.cfg").touch()
        return folder

    def _environment(self, folder: Path) -> dict[str, str]:
        """The environment, without the user's Ansible settings, proxies, certificates and home."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        collections = os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".venv/collections"))
        environment = {
            "PATH": f"{self.core.bin}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
            **LOCALE,
            "ANSIBLE_ASYNC_DIR": str(home / ".ansible/async"),
            "ANSIBLE_CALLBACKS_ENABLED": "result_lines",
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests/support/callback_plugins"),
            "ANSIBLE_COLLECTIONS_PATH": f"{_probe_collection(self.folder)}:{collections}",
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(home / ".ansible"),
            "ANSIBLE_REMOTE_TEMP": str(home / ".ansible/remote"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
            "EXCHANGE_LOG": str(self.sandbox.exchange_log) if self.sandbox else os.devnull,
            "RESULT_LINES": str(folder / "results.jsonl"),
            "RESELLER_STATE_DIR": str(self.state_dir),
        }
        if self.sandbox:
            environment["RESELLER_API_URL"] = self.sandbox.url
            environment["RESELLER_API_KEY"] = self.sandbox.api_key
            environment["RESELLER_API_SECRET"] = self.sandbox.api_secret
        return environment


def _probe_collection(folder: Path) -> Path:
    """A folder with ``testing.probe``, a collection whose modules report what the runners pass to them."""
    place = folder / "collections"
    link = place / "ansible_collections/testing/probe"
    if not link.is_symlink():
        link.parent.mkdir(parents=True)
        link.symlink_to(PROBE)
    return place
