# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start and control a sandbox in a separate process, for tests and for the demo. Uses only the standard library."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import select
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, ClassVar, Protocol
from urllib.parse import urlsplit

_ROOT = Path(__file__).resolve().parent.parent


class Program(Protocol):
    """A running program; all means the same as with `subprocess.Popen`."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """Its standard output."""

    def poll(self) -> int | None:
        """Return its exit code; None while it runs."""

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal, unless it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code when it has ended; `subprocess.TimeoutExpired` after this many seconds."""

    def kill(self) -> None:
        """Kill it, unless it has ended."""


#: Starts a Python program: its interpreter and arguments, its environment, and the file of its standard error.
Starter = Callable[[Sequence[str], Mapping[str, str], IO[bytes]], Program]


def start_interpreter(words: Sequence[str], environment: Mapping[str, str], errors: IO[bytes]) -> Program:
    """Start a program in a new interpreter; a `Starter`."""
    return subprocess.Popen(
        words, cwd=_ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
    )


class SandboxProcess:
    """A running sandbox; use it as a context manager, or call :meth:`start` and :meth:`stop`.

    Options that are left out keep the defaults of the command line. Relative paths are taken from the caller's folder.
    When the environment has ``EXCHANGE_LOG_DIR``, the exchange log is written into that folder, whatever
    ``exchange_log`` says, as a separate file whose name ends in ``.jsonl``.

    :param arguments: further arguments of the command line, passed on unchanged.
    :param service: one of the services in ``sandbox/options.py``.
    :param state: folder of the state, or ``:memory:``.
    :param job_seconds: the duration of provisioning, in seconds of the virtual clock.
    :param rate_limit: ``REQUESTS/SECONDS``.
    :param allow: networks of allowed clients; empty means the default (loopback).
    :param faults: the rules to start with, see ``sandbox/faults.py``.
    :param tls: certificate file and key file; the URL is then ``https``.
    :param tls_ca: the CA file for the launcher's own requests; default: the certificate file.
    :param duplicates: ``accept`` or ``refuse`` duplicate paying orders.
    :cvar starter: starts the programs of all sandboxes.
    :param python: interpreter to run it with; default ``SANDBOX_PYTHON`` of the environment, else this one.
    """

    starter: ClassVar[Starter] = staticmethod(start_interpreter)

    def __init__(
        self,
        *arguments: str,
        service: str = "reseller",
        port: int = 0,
        state: str | Path = ":memory:",
        api_key: str = "sandbox-key",
        api_secret: str = "sandbox-secret",
        job_seconds: float | None = None,
        rate_limit: str | None = None,
        allow: Sequence[str] = (),
        latency_ms: int | None = None,
        seed_accounts: int | None = None,
        faults: Sequence[dict[str, Any]] = (),
        exchange_log: str | Path | None = None,
        tls: tuple[str | Path, str | Path] | None = None,
        tls_ca: str | Path | None = None,
        duplicates: str | None = None,
        python: str | None = None,
        start_timeout: float = 30.0,
    ) -> None:
        self.service = service
        self.api_key = api_key
        self.api_secret = api_secret
        self.url = ""
        self.host = ""
        self.port = port
        self._python = python or os.environ.get("SANDBOX_PYTHON") or sys.executable
        self._start_timeout = start_timeout
        self._folder = tempfile.TemporaryDirectory(prefix="sandbox-")
        self._process: Program | None = None
        self._tls = ssl.create_default_context(cafile=str(tls_ca or tls[0])) if tls else None
        self.exchange_log = self._exchange_log_path(exchange_log)
        self._exchanges: list[dict[str, Any]] = []
        self._read_up_to = 0
        self._stderr = Path(self._folder.name, "stderr.txt")
        self._words = ["--service", service]
        self._words += ["--state", str(state) if str(state) == ":memory:" else str(Path(state).resolve())]
        self._words += ["--api-key", api_key, "--exchange-log", str(self.exchange_log)]
        numbers = {
            "--job-seconds": job_seconds,
            "--rate-limit": rate_limit,
            "--latency-ms": latency_ms,
            "--seed-accounts": seed_accounts,
        }
        for option, value in numbers.items():
            if value is not None:
                self._words += [option, str(value)]
        if duplicates is not None:
            self._words += ["--duplicates", duplicates]
        for network in allow:
            self._words += ["--allow", network]
        if faults:
            rules = Path(self._folder.name, "faults.json")
            rules.write_text(json.dumps(list(faults)), encoding="utf-8")
            self._words += ["--faults", str(rules)]
        if tls:
            self._words += ["--tls", *(str(Path(file).resolve()) for file in tls)]
        self._words += arguments

    def _exchange_log_path(self, wanted: str | Path | None) -> Path:
        shared_folder = os.environ.get("EXCHANGE_LOG_DIR")
        if shared_folder:
            return Path(shared_folder).resolve() / f"sandbox-{os.getpid()}-{uuid.uuid4().hex[:12]}.jsonl"
        return Path(wanted or Path(self._folder.name, "exchanges.jsonl")).resolve()

    def __enter__(self) -> SandboxProcess:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id of the running sandbox."""
        if self._process is None:
            raise RuntimeError("the sandbox does not run")
        return self._process.pid

    def start(self) -> SandboxProcess:
        """Start the process and wait until it accepts connections; ``RuntimeError`` with its stderr if it does not."""
        with self._stderr.open("ab") as stderr:
            words = [self._python, "-m", "sandbox", "--port", str(self.port), *self._words]
            self._process = SandboxProcess.starter(words, self._environment(), stderr)
        line = self._first_line()
        if not line.startswith("sandbox: http"):
            self._process.kill()
            self._process.wait()
            raise RuntimeError(f"the sandbox did not start: {line}\n{self.stderr()}")
        self.url = line.removeprefix("sandbox: ").strip()
        address = urlsplit(self.url)
        self.host, self.port = address.hostname or "", address.port or 0
        return self

    def _environment(self) -> dict[str, str]:
        environment = {**os.environ, "SANDBOX_API_SECRET": self.api_secret}
        if environment.pop("PYTHONDONTWRITEBYTECODE", None):
            # Without bytecode a start takes three times as long; bytecode in the user's cache keeps the source tree
            # clean.
            cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
            environment.setdefault("PYTHONPYCACHEPREFIX", str(Path(cache, "reseller-sandbox", "bytecode")))
        return environment

    def _first_line(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        deadline = time.monotonic() + self._start_timeout
        text = b""
        while not text.endswith(b"\n"):
            ready, _writable, _failed = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            part = os.read(pipe, 1024) if ready else b""
            if not part:
                break
            text += part
        return text.decode()

    def stop(self, timeout: float = 10.0) -> int:
        """Stop the process (SIGTERM, after ``timeout`` seconds SIGKILL) and return its exit code; idempotent."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code

    def restart(self) -> SandboxProcess:
        """Restart the process on the same port with the same options; only a state in a folder is kept."""
        self.stop()
        return self.start()

    def stderr(self) -> str:
        """Return the standard error of the process so far."""
        return self._stderr.read_text(encoding="utf-8", errors="replace") if self._stderr.exists() else ""

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call ``/_sandbox/<path>`` and return the parsed response; an HTTP error raises ``RuntimeError``."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        if self._tls:
            connection = http.client.HTTPSConnection(self.host, self.port, timeout=30, context=self._tls)
        with contextlib.closing(connection):
            data = None if body is None else json.dumps(body)
            connection.request(method, f"/_sandbox/{path}", data, {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
        if response.status >= 400:
            raise RuntimeError(f"{method} /_sandbox/{path}: {response.status} {text}")
        return json.loads(text)

    def state(self) -> dict[str, Any]:
        """Return the numbers of existing objects, and the counts of paying POSTs by operation since its creation.

        ``orders_sent`` counts the POSTs that arrived, ``orders`` those that were accepted, ``refused_orders`` those
        that were refused.
        """
        counts: dict[str, Any] = self.control("GET", "state")
        return counts

    def set_faults(self, rules: Sequence[dict[str, Any]]) -> None:
        """Replace all fault rules; an empty list removes them."""
        self.control("PUT", "faults", list(rules))

    def faults(self) -> list[dict[str, Any]]:
        """The fault rules with how many requests each has ``seen`` and on how many it ``fired``."""
        rules: list[dict[str, Any]] = self.control("GET", "faults")
        return rules

    def advance(self, seconds: float) -> None:
        """Advance the virtual clock (jobs, rate windows, certificates)."""
        self.control("PUT", "clock", {"advance": seconds})

    def set_job(self, job_id: str, status: str) -> None:
        """Put a provisioning job into ``ongoing``, ``finished``, ``failed`` or ``cancelled``."""
        self.control("PUT", f"jobs/{job_id}", {"status": status})

    def set_duplicates(self, duplicates: str) -> None:
        """From now on ``accept`` or ``refuse`` duplicate paying orders."""
        self.control("PUT", "duplicates", {"duplicates": duplicates})

    def cut_database_names(self, longest: int | None) -> None:
        """Cut the names of new databases to this number of characters from now on; None keeps them."""
        self.control("PUT", "databasenames", {"longest": longest})

    def seed(self, accounts: int) -> None:
        """Add this number of finished accounts with hosting, zone, mail zone and a database each."""
        self.control("POST", "seed", {"accounts": accounts})

    def exchanges(self) -> list[dict[str, Any]]:
        """Return all logged exchanges, oldest first, with secrets masked."""
        if self.exchange_log.exists():
            # Only new lines are read: tests call this after each step, and a log may have tens of thousands of
            # exchanges.
            with self.exchange_log.open("rb") as log:
                log.seek(self._read_up_to)
                for line in log:
                    if line.endswith(b"\n"):
                        self._exchanges.append(json.loads(line))
                        self._read_up_to += len(line)
        return [*self._exchanges]
