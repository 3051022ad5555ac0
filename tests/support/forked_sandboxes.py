# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start sandboxes in processes forked from one that has imported their libraries: a tenth of the processor time.

A pytest plugin, active in all tests. A sandbox of another interpreter, or with other variables that Python reads only
when it starts, gets a new interpreter.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from typing import IO, Any

from sandbox.launcher import Program, SandboxProcess, start_interpreter
from tests.support.children import forking
from tests.support.fork_server import FROM_THE_START


class ForkedSandbox:
    """A sandbox that runs in a fork; see `sandbox.launcher.Program`.

    Args:
        process: the started process.
        stdout: its standard output.
    """

    def __init__(self, process: ForkServerProcess, stdout: IO[bytes]) -> None:
        self._process = process
        self.stdout: IO[bytes] | None = stdout

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def send_signal(self, sig: int, /) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code.

        Raises:
            subprocess.TimeoutExpired: it runs after this many seconds.
        """
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("sandbox", timeout or 0.0)
        return code

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self._process.kill()


def start(words: Sequence[str], environment: Mapping[str, str], errors: IO[bytes]) -> Program:
    """Start a sandbox, in a fork if that makes no difference; see `sandbox.launcher.Starter`."""
    if words[0] != sys.executable or _from_the_start(environment) != _from_the_start(os.environ):
        return start_interpreter(words, environment, errors)
    reading, writing = os.pipe()
    try:
        outputs = (DupFd(writing), DupFd(errors.fileno()))
        process = forking().Process(target=_run, args=([*words[3:]], dict(environment), *outputs), daemon=True)
        process.start()
    finally:
        os.close(writing)
    return ForkedSandbox(process, os.fdopen(reading, "rb"))


def _from_the_start(environment: Mapping[str, str]) -> dict[str, str]:
    # The launcher moves bytecode to another folder, which the fork server does not need.
    moved = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    return {name: value for name, value in environment.items() if name.startswith(FROM_THE_START) and name not in moved}


def _run(words: list[str], environment: dict[str, str], output: Any, errors: Any) -> None:
    for standard, given in ((1, output), (2, errors)):
        descriptor = given.detach()
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(environment)
    # Imported by the fork server already, not by the process that runs the tests.
    from sandbox.cli import main

    raise SystemExit(main(words))


SandboxProcess.starter = staticmethod(start)
