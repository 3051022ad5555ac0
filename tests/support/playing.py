# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run real ``ansible-playbook`` and ``ansible`` processes against a sandbox, and collect their results and requests."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.support.fork_server import ForkServer, run_anew
from tests.support.leaks import files_in, leaks

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ROOT / "tests/integration/targets"

JOB_SECONDS = 0.3
"""The duration of provisioning in the sandbox, in seconds."""

BOTH_WAYS = (True, pytest.param(False, marks=pytest.mark.nightly))
"""Test parameter: whether modules may run in the controller's process. In ``make test`` the module
``test_every_module.py`` runs each module once as an ordinary module; the other tests do so in ``make nightly``."""
POLLING = {"poll_min": 0.1, "poll_max": 0.3, "wait_timeout": 30}
ORDERING: dict[str, Any] = {**POLLING, "settle_time": 1.5}
DEFAULTS = {
    "reseller_account": ORDERING,
    "reseller_mysql": ORDERING,
    "reseller_mysql_user": ORDERING,
    "reseller_ssl": ORDERING,
    "reseller_job": POLLING,
}
"""Timeouts that suit a sandbox; the options of a task take precedence."""
MODULE_DEFAULTS = {f"reseller.toolkit.{module}": options for module, options in DEFAULTS.items()}
ALONE: dict[str, Any] = {
    "module_defaults": {**MODULE_DEFAULTS, "group/reseller.toolkit.reseller": {"read_cache": False}}
}
"""The play keyword that disables the shared read cache, so that each task sends the requests it would send alone."""

OWN_VARIABLES = (
    *("ANSIBLE_", "CONFIGCAT_", "CROSSBROWSERTESTING_", "DATAFLOWKIT_", "DEPARTUREBOARD_", "PEERTUBE_", "RESELLER_"),
    "PYTHON",
)
"""What the variables begin with that a run must not take from the environment of the tests."""

ONLY_INI = {"ANSIBLE_INVENTORY_ENABLED": "ini"}
"""More of the environment of a play whose inventory is of this form: Ansible would load all other plugins first, which
takes a tenth of the time of its start."""

_SERVER = ForkServer()

Task = dict[str, Any]
NewName = Callable[[], str]


def run_program(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run one of Ansible's programs and return its exit code, its output and its standard error.

    Args:
        words: its name and its arguments.
        folder: the working directory.
        environment: all of it, such as `Player.environment`.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = _SERVER.start(
            [str(Path(sys.executable).with_name(words[0])), *words[1:]],
            folder,
            environment,
            output.fileno(),
            errors.fileno(),
        )
        try:
            code = process.wait(600)
        finally:
            process.kill()
        output.seek(0)
        errors.seek(0)
        return code, output.read(), errors.read()


def task(module: str, *, check: bool = False, **options: Any) -> Task:
    """Return one task of the collection for `Player.play`. Options that are None are left out."""
    given = {option: value for option, value in options.items() if value is not None}
    return {
        "name": module,
        f"reseller.toolkit.{module}": given,
        "ignore_errors": True,
        **({"check_mode": True} if check else {}),
    }


def account_task(identifier: str, **options: Any) -> Task:
    """Return the task that ensures an account with Linux hosting."""
    wanted = {"servicepack": "1002", "ftp_password": "{{ ftp_password }}", **options}
    return task("reseller_account", identifier=identifier, **wanted)


def orders_of(server: SandboxProcess, path: str, text: str | None = None, *, since: int = 0) -> int:
    """Return how many orders reached the sandbox, whatever their outcome.

    Args:
        server: the sandbox.
        path: the path of the orders without ``/v2``; a shell pattern.
        text: count only orders whose body contains this value.
        since: skip this number of exchanges at the beginning.
    """
    return sum(
        exchange["method"] == "POST"
        and fnmatchcase(exchange["path"], f"/v2{path}")
        and (text is None or f'"{text}"' in exchange["request_body"])
        for exchange in server.exchanges()[since:]
    )


def check_refusals(played: Iterable[Result], words: Sequence[str]) -> None:
    """Check that every task was refused, each naming its option, before any request was sent."""
    for result, word in zip(played, words, strict=True):
        assert word in result.msg, (word, result.data)
        assert result.requests == [], (word, result.requests)


@dataclass
class Result:
    """The result of a task and its exchanges with the server."""

    outcome: str
    name: str
    action: str
    data: dict[str, Any]
    requests: list[str] = field(default_factory=list)
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    @property
    def changed(self) -> bool:
        """Whether the task succeeded and reports a change."""
        return self.ok["changed"]

    @property
    def ok(self) -> dict[str, Any]:
        """The result of the task, which must have succeeded."""
        assert self.outcome == "ok", self.data
        return self.data

    @property
    def error(self) -> dict[str, Any]:
        """The error of the task, which must have failed in the way all modules do."""
        assert self.outcome == "failed", self.data
        assert self.data["changed"] is False and self.data["msg"]
        assert "Traceback" not in json.dumps(self.data)
        found = self.data["error"]
        assert set(found) == {"kind", "status", "code", "text", "validation_errors"}
        assert found["kind"] != "internal", self.data
        return found

    @property
    def msg(self) -> str:
        """The message of the task, which must have failed."""
        assert self.outcome == "failed", self.data
        return self.data["msg"]

    @property
    def writes(self) -> list[str]:
        """The requests other than reads."""
        return [request for request in self.requests if not request.startswith("GET ")]


@dataclass
class PlayResult:
    """A finished play."""

    code: int
    output: str
    results: list[Result]

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __getitem__(self, index: int) -> Result:
        return self.results[index]


class Player:
    """Runs plays for one test, with a separate state folder, and credentials in the environment only.

    After each run it checks that no secret is in the output, in Ansible's log, in the results, in the state folder,
    in a remaining temporary file or in the sandbox's log, and that no traceback was printed.

    Args:
        sandbox: the server.
        folder: the folder for the files of the runs.
    """

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.state_dir = folder / "state"
        self.secrets: dict[str, str] = {}
        #: Whether Ansible starts in a new process, whose command line shows its arguments, and not in a fork.
        self.starts_anew = False
        #: Whether tracebacks may show, because the user asked for them.
        self.shows_tracebacks = False
        #: How long a run may take, in seconds.
        self.timeout = 600.0
        self._runs = 0
        # Not below `folder`: Ansible creates a socket there, whose path may have 107 bytes at most (unix(7)).
        self._temporary = tempfile.TemporaryDirectory(prefix="plays-")
        self.temporary = Path(self._temporary.name)

    def secret(self, name: str, value: str) -> str:
        """Give plays a secret as the variable of this name; return the template to write into a task."""
        self.secrets[name] = value
        return "{{ " + name + " }}"

    def play(
        self,
        tasks: Sequence[Task],
        *,
        in_process: bool = True,
        env: Mapping[str, str | None] | None = None,
        variables: Mapping[str, Any] | None = None,
        inventory: str = "localhost ansible_connection=local",
        words: Sequence[str] = (),
        **play: Any,
    ) -> PlayResult:
        """Run one play with ``-vvvv --diff``.

        Args:
            tasks: its tasks; see `task`.
            in_process: whether modules may run in the controller's process.
            env: additional environment variables; None removes one.
            variables: of the play.
            inventory: one line for each host.
            words: additional arguments of the command line.
            play: additional keywords of the play.
        """
        written = self.written(tasks, in_process=in_process, variables=variables, **play)
        return self.playbook([written], env=env, inventory=inventory, words=words)

    def written(
        self,
        tasks: Sequence[Task],
        *,
        in_process: bool = True,
        variables: Mapping[str, Any] | None = None,
        **play: Any,
    ) -> dict[str, Any]:
        """Return one play for `playbook`, with the secrets as variables; the arguments are those of `play`."""
        return {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {**MODULE_DEFAULTS},
            "vars": {
                "ansible_python_interpreter": os.environ.get("MODULE_PYTHON", "{{ ansible_playbook_python }}"),
                "reseller_toolkit_in_process": in_process,
                **self.lookups,
                **(variables or {}),
            },
            "tasks": list(tasks),
            **play,
        }

    @property
    def lookups(self) -> dict[str, str]:
        """Return the variables with the secrets, as lookups of the environment."""
        return {name: f"{{{{ lookup('ansible.builtin.env', 'SECRET_{name}') }}}}" for name in self.secrets}

    def playbook(
        self,
        plays: Sequence[dict[str, Any]],
        *,
        env: Mapping[str, str | None] | None = None,
        inventory: str = "localhost ansible_connection=local",
        words: Sequence[str] = (),
    ) -> PlayResult:
        """Run plays one after the other, unchanged, with ``-vvvv --diff``."""
        folder = self._new_folder()
        (folder / "playbook.yml").write_text(yaml.safe_dump([*plays], sort_keys=False), encoding="utf-8")
        (folder / "hosts").write_text(inventory + "\n", encoding="utf-8")
        command = ["ansible-playbook", "-i", "hosts", "playbook.yml", "--diff", "-vvvv", *words]
        return self._run(folder, command, {**ONLY_INI, **(env or {})})

    def ad_hoc(self, module: str, *words: str, env: Mapping[str, str | None] | None = None) -> PlayResult:
        """Run ``ansible localhost -m MODULE`` with further arguments, such as ``-a`` and ``-vvvv``."""
        command = ["ansible", "localhost", "-m", f"reseller.toolkit.{module}", *words]
        return self._run(self._new_folder(), command, {"ANSIBLE_LOAD_CALLBACK_PLUGINS": "1", **(env or {})})

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the environment of a run, without the user's Ansible settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(OWN_VARIABLES) and not name.lower().endswith("_proxy")
        }
        return {
            **kept,
            "ANSIBLE_ASYNC_DIR": str(self.folder / "ansible/async"),
            "ANSIBLE_CALLBACKS_ENABLED": "result_lines",
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests/support/callback_plugins"),
            "ANSIBLE_COLLECTIONS_PATH": os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".venv/collections")),
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "ansible/remote"),
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
            "CONFIGCAT_API_URL": self.sandbox.url,
            "CONFIGCAT_API_USER": self.sandbox.api_key,
            "CONFIGCAT_API_PASSWORD": self.sandbox.api_secret,
            "CROSSBROWSERTESTING_API_URL": self.sandbox.url,
            "CROSSBROWSERTESTING_API_USER": self.sandbox.api_key,
            "CROSSBROWSERTESTING_API_PASSWORD": self.sandbox.api_secret,
            "DEPARTUREBOARD_API_URL": self.sandbox.url,
            "DEPARTUREBOARD_API_KEY": self.sandbox.api_key,
            "DATAFLOWKIT_API_URL": self.sandbox.url,
            "DATAFLOWKIT_API_KEY": self.sandbox.api_key,
            "EXCHANGE_LOG": str(self.sandbox.exchange_log),
            "PEERTUBE_API_URL": self.sandbox.url,
            "PEERTUBE_API_USER": self.sandbox.api_key,
            "PEERTUBE_API_PASSWORD": self.sandbox.api_secret,
            "RESULT_LINES": str(folder / "results.jsonl"),
            "RESELLER_API_URL": self.sandbox.url,
            "RESELLER_API_KEY": self.sandbox.api_key,
            "RESELLER_API_SECRET": self.sandbox.api_secret,
            "RESELLER_STATE_DIR": str(self.state_dir),
            "TMPDIR": str(self.temporary),
            **{f"SECRET_{name}": value for name, value in self.secrets.items()},
        }

    def _new_folder(self) -> Path:
        self._runs += 1
        folder = self.folder / f"run{self._runs}"
        folder.mkdir(parents=True)
        (folder / "ansible.cfg").touch()
        return folder

    def _run(self, folder: Path, words: list[str], env: Mapping[str, str | None]) -> PlayResult:
        before = len(self.sandbox.exchanges())
        changed = {**self.environment(folder), **env}
        environment = {name: value for name, value in changed.items() if value is not None}
        words[0] = str(Path(sys.executable).with_name(words[0]))
        run = run_anew if self.starts_anew else _SERVER.run
        code, output = run(words, folder, environment, timeout=self.timeout)
        lines = folder / "results.jsonl"
        raw = [json.loads(line) for line in lines.read_text().splitlines()] if lines.exists() else []
        played = PlayResult(code, output, _results(raw, self.sandbox.exchanges(), before))
        self._check_nothing_shows(played, folder, before, environment.get("RESELLER_API_SECRET"))
        return played

    @property
    def kept(self) -> list[Path]:
        """Return the other folders in which a run may leave files."""
        return [self.state_dir, self.folder / "ansible", self.temporary]

    def _check_nothing_shows(self, played: PlayResult, folder: Path, before: int, api_secret: str | None) -> None:
        assert self.shows_tracebacks or "Traceback" not in played.output, played.output
        files = files_in(folder, *self.kept)
        # The files that Ansible sends to a host are not ours; with `async` they are removed when the module ends.
        mine = {name: content for name, content in files.items() if not Path(name).name.startswith("AnsiballZ_")}
        texts = {"the output": played.output.encode(), **mine}
        texts["the exchange log"] = json.dumps(self.sandbox.exchanges()[before:], ensure_ascii=False).encode()
        secrets = {"api_secret": api_secret or self.sandbox.api_secret, **self.secrets}
        found = leaks(secrets, texts)
        assert not found, found


def _results(raw: list[dict[str, Any]], exchanges: list[dict[str, Any]], start: int) -> list[Result]:
    """Return the results of the tasks, each with the exchanges since the previous one."""
    results = []
    for line in raw:
        end = line.pop("exchanges")
        mine, start = exchanges[start:end], end
        requests = [f"{exchange['method']} {re.sub('^/v[0-9]', '', exchange['path'])}" for exchange in mine]
        results.append(Result(**line, requests=requests, exchanges=mine))
    return results
