# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays that order at a sandbox whose jobs end only when a test says so, and helpers to kill them at the right
moment.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.runners.conftest import each_core
from tests.runners.cores import Core, newest_core
from tests.runners.plays import Played, Running, Stage
from tests.support.csr import make_csr

__all__ = ["each_core"]

#: Longer than any test: jobs end when the virtual clock is advanced.
JOB_SECONDS = 600.0


def wait_for(what: str, condition: Callable[[], Any], timeout: float = 30.0) -> Any:
    """Wait until a condition is true and return its value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {timeout} s for {what}"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """Return the child processes of a process, without zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # pid (name) state parent …; the name may have spaces and parentheses.
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return found


def descendants(pid: int) -> list[int]:
    """Return the descendants of a process, nearest first."""
    below = children(pid)
    return below + [process for child in below for process in descendants(child)]


def processes_of(folder: Path) -> list[int]:
    """Return the processes whose command line names a file in the folder, such as a module that Ansible copied
    there.
    """
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


class Shop:
    """A sandbox, the plays that order at it, and the requests it received."""

    def __init__(self, sandbox: SandboxProcess, stage: Stage) -> None:
        self.sandbox = sandbox
        self.stage = stage
        self.name = f"{secrets.token_hex(4)}.example"
        stage.env["SECRET_ftp_password"] = "Ftp0geheim71"

    def account(self, name: str = "order", **keywords: Any) -> dict[str, Any]:
        """Return a task that orders the account."""
        options = {
            "identifier": self.name,
            "servicepack": "Linux Pro",
            "ftp_password": "{{ lookup('ansible.builtin.env', 'SECRET_ftp_password') }}",
            "poll_min": 0.1,
            "poll_max": 0.3,
            "wait_timeout": 25,
            "settle_time": 20,
        }
        return {"name": name, "reseller.toolkit.reseller_account": options, **keywords}

    def certificate(self) -> dict[str, Any]:
        """Return a task that buys a certificate for the account's name."""
        options = {
            "csr_content": make_csr(self.name),
            "confirm_purchase": f"ssl standard domain_validated {self.name}",
            "poll_min": 0.1,
            "poll_max": 0.3,
            "wait_timeout": 25,
            "settle_time": 20,
        }
        return {"name": "certificate", "reseller.toolkit.reseller_ssl": options}

    def seen(self, method: str, path: str) -> int:
        """Return how many such requests were answered."""
        return sum(
            1
            for exchange in self.sandbox.exchanges()
            if exchange["method"] == method and exchange["path"].startswith(f"/v2{path}")
        )

    def wait_for_post(self, path: str = "/accounts") -> None:
        wait_for(f"POST {path}", lambda: self.seen("POST", path))

    def wait_for_polling(self) -> None:
        """Wait until the play has recorded its response and polls the job."""
        wait_for("a look at the job", lambda: self.seen("GET", "/provisioningjobs/"))

    def finish_jobs(self) -> None:
        self.sandbox.advance(2 * JOB_SECONDS)

    def start(self, *tasks: dict[str, Any], **keywords: Any) -> Running:
        return self.stage.start(list(tasks) or [self.account()], **keywords)

    def finish_again(self, *tasks: dict[str, Any], **keywords: Any) -> Played:
        """Run again, finish the jobs once the run has read the current state, and return its outcome."""
        lists = self.seen("GET", "/accounts")
        again = self.start(*tasks, **keywords)
        wait_for("the second run", lambda: self.seen("GET", "/accounts") > lists)
        self.finish_jobs()
        return again.finish()

    def recover(self, *tasks: dict[str, Any], **keywords: Any) -> Played:
        """Run again, finish the jobs once the run follows the order of the dead process, and return its outcome."""
        lists = self.seen("GET", "/accounts")
        again = self.start(*tasks, **keywords)
        wait_for("the second run", lambda: self.seen("GET", "/accounts") > lists)
        # The dead process may have sent a look at the job that was answered only after its end.
        looks = self.seen("GET", "/provisioningjobs/")
        wait_for(
            "a look at the job, or for the account again and again",
            lambda: self.seen("GET", "/provisioningjobs/") > looks or self.seen("GET", "/accounts") > lists + 2,
        )
        self.finish_jobs()
        return again.finish()

    def check_bought_once(self, path: str = "/accounts", kind: str = "accounts") -> None:
        """Check that exactly one order was sent and one thing exists."""
        sent = [(exchange["method"], exchange["path"]) for exchange in self.sandbox.exchanges()]
        assert sent.count(("POST", f"/v2{path}")) == 1, sent
        assert self.sandbox.state()[kind] == 1

    def check_nothing_is_open(self) -> None:
        """Check that a further run finds the account and has nothing to recover."""
        played = self.stage.play([self.account()])
        assert played.code == 0, played.output
        assert played.data("order")["changed"] is False
        assert played.data("order")["recovered"] is False


def new_sandbox(**options: Any) -> SandboxProcess:
    """Return a sandbox for one test."""
    return SandboxProcess(**{"job_seconds": JOB_SECONDS, "rate_limit": "100000/60", **options})


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A sandbox for plays with the newest ansible-core."""
    with new_sandbox() as sandbox:
        yield Shop(sandbox, Stage(newest_core(), tmp_path, sandbox))


@pytest.fixture
def each_shop(each_core: Core, tmp_path: Path) -> Iterator[Shop]:
    """A sandbox for plays with the newest ansible-core, and again with the oldest."""
    with new_sandbox() as sandbox:
        yield Shop(sandbox, Stage(each_core, tmp_path, sandbox))


def is_running(pid: int) -> bool:
    """Return whether a process exists and is not a zombie."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(autouse=True)
def _only_where_processes_can_be_seen() -> None:
    if not os.path.exists("/proc/self/stat"):
        pytest.fail("these tests look for processes in /proc, and there is none")
