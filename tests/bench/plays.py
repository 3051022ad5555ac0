# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by all measurements: a sandbox with a folder, timed runs against it, and tables of the results."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = Path(os.environ.get("ANSIBLE_COLLECTIONS_PATH", ROOT / ".venv/collections"))
sys.path[:0] = [str(ROOT), str(COLLECTIONS)]

from sandbox.launcher import SandboxProcess  # noqa: E402

#: The rate limit for measurements that must not be affected by it.
OFF = "1000000/60"


@dataclass(frozen=True)
class Run:
    """A finished process.

    Attributes:
        seconds: its duration, including its start.
        requests: its requests, such as ``GET /accounts``.
        output: what it printed.
    """

    seconds: float
    requests: list[str]
    output: str


@dataclass
class Place:
    """A sandbox, and a folder for the files of the runs against it."""

    sandbox: SandboxProcess
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the runs, without the user's Ansible settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "RESELLER_"))}
        (self.folder / "ansible.cfg").touch()
        return {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_FILTER_PLUGINS": str(ROOT / "tests/bench/peers/filter_plugins"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "RESELLER_API_URL": self.sandbox.url,
            "RESELLER_API_KEY": self.sandbox.api_key,
            "RESELLER_API_SECRET": self.sandbox.api_secret,
            "RESELLER_STATE_DIR": str(self.folder / "state"),
        }

    def play(self, playbook: str | Path, *words: str | Path, **environment: str) -> Run:
        """Run a playbook."""
        return self.run(Path(sys.executable).with_name("ansible-playbook"), playbook, *words, **environment)

    def run(self, *words: str | Path, **environment: str) -> Run:
        """Run a program; raise ``SystemExit`` with its output if it fails."""
        before = self._log_length()
        began = time.perf_counter()
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        took = time.perf_counter() - began
        if done.returncode:
            sys.exit(f"{words}:\n{done.stdout[-20000:]}")
        sent = [f"{one['method']} {one['path'].removeprefix('/v2')}" for one in self.sandbox.exchanges()[before:]]
        return Run(took, sent, done.stdout)

    def _log_length(self) -> int:
        path = self.sandbox.exchange_log
        return path.read_bytes().count(b"\n") if path.exists() else 0


@contextmanager
def place(
    *, rate_limit: str = OFF, job_seconds: float = 0.0, seed_accounts: int = 0, folder: Path | None = None
) -> Iterator[Place]:
    """Yield a place with a new sandbox, or with the earlier one of the folder.

    Args:
        rate_limit: ``REQUESTS/SECONDS``.
        job_seconds: how long provisioning takes.
        seed_accounts: the number of other customers.
        folder: the folder of another place, whose state and address are reused.
    """
    with tempfile.TemporaryDirectory(prefix="reseller-bench-") as temporary:
        kept = folder or Path(temporary)
        port, secret = kept / "port", kept / "secret"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(32))
        with SandboxProcess(
            port=int(port.read_text()) if port.exists() else 0,
            api_secret=secret.read_text(),
            state=kept / "sandbox",
            rate_limit=rate_limit,
            job_seconds=job_seconds,
            seed_accounts=seed_accounts,
            exchange_log=Path(temporary) / "exchanges.jsonl",
        ) as sandbox:
            port.write_text(str(sandbox.port))
            yield Place(sandbox, kept)


@dataclass
class Section:
    """The section of one measurement on the page.

    Attributes:
        title: its heading.
        text: what was measured, and how.
        head: the names of the table's columns.
        rows: its rows.
        broken: the exceeded bounds.
    """

    title: str
    text: str
    head: Sequence[str]
    rows: list[Sequence[str]]
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"## {self.title}\n\n{self.text}\n\n{table}\n"

    def bound(self, what: str, value: float, most: float) -> str:
        """Return the bound as a cell of the table; record it if the value is above it."""
        if value > most:
            self.broken.append(f"{self.title}: {what} is {value:.3g}, at most {most:g}")
        return f"{most:g}"
