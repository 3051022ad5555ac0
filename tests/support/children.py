# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module in a separate process without Ansible around it: cheap enough for thousands of runs, and it can be
killed like a real one.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext, ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.reseller.toolkit.plugins.module_utils.given import doubts_in, with_whole_texts, without_doubts
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, result_of
from sandbox.launcher import SandboxProcess

COLLECTION = "ansible_collections.reseller.toolkit"
#: The names of the credentials options of each service.
CREDENTIALS: dict[str, tuple[str, ...]] = {
    "reseller": ("api_key", "api_secret"),
    "configcat": ("api_user", "api_password"),
    "peertube": ("api_user", "api_password"),
    "crossbrowsertesting": ("api_user", "api_password"),
    "dataflowkit": ("api_key",),
    "departureboard": ("api_key",),
}
#: What a sandbox imports.
SANDBOX = (
    "uvicorn",
    "sandbox.app",
    "sandbox.cli",
    "sandbox.server",
    *(f"sandbox.{service}.service" for service in ("reseller", "configcat", "peertube")),
)
CONSTRAINTS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")


@cache
def forking() -> ForkServerContext:
    """Return the multiprocessing context: a fork server without threads with all modules and the sandbox."""
    modules = Path(__file__).resolve().parents[2].glob("plugins/modules/reseller_*.py")
    context = multiprocessing.get_context("forkserver")
    names = (f"{COLLECTION}.plugins.modules.{path.stem}" for path in modules)
    context.set_forkserver_preload([__name__, *SANDBOX, *names])
    # The fork server of some Python versions ignores sys.path, and silently skips modules that it can't import.
    with mock.patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        forkserver.ensure_running()
    return context


def run_module(
    module: str, options: Mapping[str, Any], *, check_mode: bool = False, verbosity: int = 0
) -> dict[str, Any]:
    """Run a module in this process, as both runners do, and return its result.

    Args:
        module: its short name.
        options: as a user gives them.
        check_mode: whether to run in check mode.
        verbosity: the number of ``-v``; from 3 on, the traceback of an internal error is in the result.
    """
    code = importlib.import_module(f"{COLLECTION}.plugins.modules.{module}")
    given = with_whole_texts(code.SPEC, dict(options))
    constraints = {name: code.SPEC[name] for name in CONSTRAINTS if name in code.SPEC}
    validation = ArgumentSpecValidator(code.SPEC["argument_spec"], **constraints).validate(given)
    if validation.error_messages:
        return {"changed": False, "failed": True, "msg": validation.errors.msg}
    secrets = set(validation._no_log_values)
    task = Task(
        validation.validated_parameters,
        check_mode=check_mode,
        verbosity=verbosity,
        secrets=secrets,
        name=module,
        given=given,
        doubts=doubts_in(code.SPEC, given),
    )
    result = result_of(without_doubts(code.run), task)
    return {**result, "warnings": task.warnings} if task.warnings else result


def connection(server: SandboxProcess, state_dir: str | os.PathLike[str], **more: Any) -> dict[str, Any]:
    """Return the connection options for a sandbox."""
    return {
        "api_url": server.url,
        **dict(zip(CREDENTIALS[server.service], (server.api_key, server.api_secret), strict=False)),
        "state_dir": str(state_dir),
        **more,
    }


@dataclass
class Child:
    """One run of a module in a separate process.

    Attributes:
        module: the module's short name.
        options: as a user writes them, with the connection options.
        check_mode: whether to run in check mode.
        before: called in the process first, with the module's code loaded, for example to become another user;
            a function that can be pickled.
        shares: whether the process shares the memory of the fork server, which has loaded all modules and the
            sandbox. Only the memory of another one is that of a module.
    """

    module: str
    options: dict[str, Any]
    check_mode: bool = False
    before: Callable[[], object] | None = None
    shares: bool = True
    _answers: Connection = field(init=False, repr=False)
    _process: BaseProcess = field(init=False, repr=False)

    def start(self) -> Child:
        """Start the process and return self."""
        context: BaseContext = forking() if self.shares else multiprocessing.get_context("spawn")
        self._answers, theirs = context.Pipe(duplex=False)
        words = (theirs, self.module, self.options, self.check_mode, self.before)
        self._process = context.Process(target=_work, args=words)  # type: ignore[attr-defined]
        self._process.start()
        theirs.close()
        return self

    @property
    def is_running(self) -> bool:
        """Whether the process is running."""
        return self._process.is_alive()

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Kill the process and wait until it has ended."""
        with suppress(ProcessLookupError):
            if self._process.pid is not None and self._process.is_alive():
                os.kill(self._process.pid, number)
        self._process.join()

    def result(self, timeout: float = 60.0) -> dict[str, Any] | None:
        """Wait for the result and return it; None if the process ended without one."""
        try:
            if not self._answers.poll(timeout):
                raise TimeoutError(f"{self.module} was not done within {timeout} s")
            return self._answers.recv()
        except EOFError:
            return None
        finally:
            self.kill()


def _work(answers: Connection, module: str, options: dict[str, Any], check_mode: bool, before: Any) -> None:
    if before:
        importlib.import_module(f"{COLLECTION}.plugins.modules.{module}")
        before()
    answers.send(run_module(module, options, check_mode=check_mode))
    answers.close()


def all_at_once(works: Sequence[Sequence[tuple[str, dict[str, Any]]]]) -> list[list[dict[str, Any]]]:
    """Run modules in one process for each list of works; all processes begin when all of them are ready.

    Args:
        works: the modules, with their options, that one process runs one after the other.

    Returns:
        the results of each process.
    """
    start = forking().Barrier(len(works))
    with ProcessPoolExecutor(len(works), mp_context=forking(), initializer=_wait_at, initargs=(start,)) as pool:
        return [done.result() for done in [pool.submit(_work_off, work) for work in works]]


_start: Barrier


def _wait_at(start: Barrier) -> None:
    global _start
    _start = start


def _work_off(work: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    # No process is done before all have begun, so each one gets exactly one list.
    _start.wait(120)
    return [run_module(module, options) for module, options in work]
