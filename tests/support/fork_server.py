# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run Ansible's programs in processes forked from one that has imported the libraries that they need.

Most of the processor time of a short play goes into imports, into parsing Ansible's own YAML files, and into compiling
the collection, whose bytecode Ansible does not keep. The server imports no file of the collection and none of Ansible
that reads settings, so each run reads its own. Run as a program, this file is the server.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from threading import Lock, Timer
from typing import Any, NoReturn

LIBRARIES = """
argparse asyncio cmd concurrent.futures.thread configparser ctypes.util curses difflib getpass gettext glob html.parser
http.cookiejar importlib.metadata importlib.resources locale logging multiprocessing.managers multiprocessing.pool
multiprocessing.popen_fork multiprocessing.queues multiprocessing.synchronize pprint pty queue shlex tarfile tomllib
unicodedata urllib.request uuid xml.etree.ElementTree zipfile
cryptography.hazmat.backends.openssl.backend cryptography.hazmat.primitives.hmac
cryptography.hazmat.primitives.kdf.pbkdf2 cryptography.hazmat.primitives.padding
cryptography.hazmat.primitives.serialization jinja2.nativetypes jinja2.sandbox packaging.specifiers requests yaml
"""
"""What is imported once. The list may be incomplete: each run imports what is missing."""
OF_ANSIBLE = """
_internal._ansiballz _internal._collection_proxy _internal._datatag._utils _internal._datatag._wrappers
_internal._display_utils _internal._errors._alarm_timeout _internal._errors._attribute_unavailable
_internal._errors._captured _internal._locking _internal._powershell._script _internal._ssh._ssh_agent
_internal._templating._access _internal._templating._errors _internal._templating._jinja_patches
_internal._templating._utils _internal._worker._inventory_rpc _internal._yaml._errors config executor.powershell
executor.process inventory module_utils._internal._ansiballz._extensions._coverage
module_utils._internal._ansiballz._extensions._debugpy module_utils._internal._ansiballz._extensions._pydevd
module_utils.common.yaml module_utils.compat.version module_utils.embed modules
module_utils.json_utils parsing.splitter parsing.utils.addresses parsing.yaml utils._junit_xml utils.collection_loader
utils.context_objects utils.fqcn utils.hashing utils.helpers utils.lock utils.multiprocessing utils.path utils.sentinel
utils.shlex vars.hostvars
"""
"""Modules of Ansible that are imported once, where they exist and import none of `SETTINGS`.

The first marks the process as Ansible's controller, on which some of the others depend.
"""
SETTINGS = ("ansible.config.manager", "ansible.constants", "ansible.context", "ansible.utils.display")
"""Modules that read settings, or hold what was read, when they are imported: the server must not import them."""
FROM_THE_START = ("COVERAGE", "FAKETIME", "LANG", "LC_", "LD_", "PYTHON", "TZ")
"""The beginnings of the environment variables that a process reads only when it starts."""


def start_anew(
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    output: int,
    errors: int = subprocess.STDOUT,
) -> subprocess.Popen[bytes]:
    """Do the same as `ForkServer.start`, in a new interpreter."""
    return subprocess.Popen(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)


def run_anew(words: Sequence[str], folder: Path, environment: Mapping[str, str], *, timeout: float) -> tuple[int, str]:
    """Do the same as `ForkServer.run`, in a new interpreter."""
    return _run(start_anew, words, folder, environment, timeout)


@dataclass
class Forked:
    """A program that runs in a fork; its methods are those of `subprocess.Popen`."""

    pid: int
    _answers: socket.socket
    _code: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit code, negative for a signal; `TimeoutError` after this many seconds."""
        if self._code is None:
            self._answers.settimeout(timeout)
            self._code = _number_from(self._answers)
            self._answers.close()
        return self._code

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""
        if self._code is None and not select.select([self._answers], [], [], 0)[0]:
            return None
        return self.wait()

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """Starts the server with the first run, and runs programs in forks of it.

    Args:
        from_the_start: the environment variables of `FROM_THE_START` of the programs that run in forks; those of this
            process if None.
    """

    def __init__(self, from_the_start: Mapping[str, str] | None = None) -> None:
        here = _without_python(os.environ)
        self._environment = {name: value for name, value in here.items() if not name.startswith(FROM_THE_START)}
        self._from_the_start = _from_the_start(here if from_the_start is None else from_the_start)
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._starting = Lock()

    def run(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], *, timeout: float
    ) -> tuple[int, str]:
        """Run a Python program and return its exit code, negative for a signal, and its output.

        Args:
            words: the path of the program and its arguments.
            folder: the working directory.
            environment: the environment. Variables of `FROM_THE_START` that differ from those of the server need a
                new interpreter; the program then runs in one.
            timeout: the seconds after which it is killed.
        """
        return _run(self.start, words, folder, environment, timeout)

    def start(
        self,
        words: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        output: int,
        errors: int = subprocess.STDOUT,
    ) -> Forked | subprocess.Popen[bytes]:
        """Start a Python program.

        Args:
            words: the path of the program and its arguments.
            folder: the working directory.
            environment: see `run`.
            output: the file descriptor of its output.
            errors: the same of its standard error.
        """
        if _from_the_start(environment) != self._from_the_start:
            return start_anew(words, folder, environment, output, errors)
        request = json.dumps({"words": [*words], "folder": str(folder), "environment": dict(environment)})
        ours, theirs = socket.socketpair()
        with theirs:
            errors = output if errors == subprocess.STDOUT else errors
            socket.send_fds(self._running(), [b"1"], [theirs.fileno(), output, errors])
        ours.sendall(f"{request}\n".encode())
        return Forked(_number_from(ours), ours)

    def _running(self) -> socket.socket:
        """Return the connection to the server, which is started first if necessary."""
        with self._starting:
            if self._channel is None:
                self._channel, theirs = socket.socketpair()
                with theirs:
                    self._process = subprocess.Popen(
                        [sys.executable, __file__, str(theirs.fileno())],
                        env={**self._environment, **self._from_the_start},
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        pass_fds=[theirs.fileno()],
                    )
            return self._channel


def _run(
    start: Callable[..., Forked | subprocess.Popen[bytes]],
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,
) -> tuple[int, str]:
    reading, writing = os.pipe()
    try:
        process = start(words, folder, environment, writing)
    finally:
        os.close(writing)
    with open(reading, encoding="utf-8") as output:
        timer = Timer(timeout, process.kill)
        timer.start()
        try:
            text = output.read()
            return process.wait(), text
        finally:
            timer.cancel()


def _send(connection: socket.socket, number: int) -> None:
    connection.sendall(number.to_bytes(8, "big", signed=True))


def _number_from(connection: socket.socket) -> int:
    return int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "big", signed=True)


def _without_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("PYTHON")}


def _from_the_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(FROM_THE_START)}


def serve(channel: socket.socket) -> None:
    """Fork for each request, until the other end is closed; return only in the processes that run a program."""
    _import_libraries()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _byte, descriptors, _flags, _address = socket.recv_fds(channel, 1, 3)
        if not descriptors:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            channel.close()
            _start(*descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _import_libraries() -> None:
    """Import what all runs need, and prepare what Ansible reads and compiles in each of them."""
    for library in LIBRARIES.split():
        importlib.import_module(library)
    _parse_once()
    # None makes an import fail, and with it that of each module that needs settings.
    modules: dict[str, Any] = vars(sys)["modules"]
    modules.update(dict.fromkeys(SETTINGS))
    for name in OF_ANSIBLE.split():
        with suppress(ImportError):
            importlib.import_module(f"ansible.{name}")
    for name in SETTINGS:
        del modules[name]
    _keep_bytecode()


def _parse_once() -> None:
    """Parse Ansible's two large YAML files, and give each run the result where it would parse them first."""
    yaml: Any = importlib.import_module("yaml")
    if not yaml.__with_libyaml__:
        return
    folder = Path(str(importlib.import_module("ansible").__file__)).parent / "config"
    load = yaml.load
    parsed = {}
    for file, loader in (("base.yml", yaml.CSafeLoader), ("ansible_builtin_runtime.yml", yaml.CBaseLoader)):
        content = (folder / file).read_bytes()
        parsed[content, loader] = load(content, loader)
    base = os.fsencode(folder / "base.yml")

    def load_once(stream: Any, Loader: Any) -> Any:
        if getattr(stream, "name", None) == base:
            stream = stream.read()
        # A run that parses a text twice must not get the same object twice.
        found = parsed.pop((stream, Loader), None)
        return load(stream, Loader) if found is None else found

    yaml.load = load_once


def _keep_bytecode() -> None:
    """Let Ansible's importer of collections use bytecode files, as Python's own importer does."""
    finder = importlib.import_module("ansible.utils.collection_loader._collection_finder")

    def code_of(source: Any, filename: str, **options: Any) -> Any:
        if os.path.isfile(filename):
            return SourceFileLoader("", filename).get_code("")
        return compile(source, filename, **options)

    vars(finder)["compile"] = code_of


def _start(answers: int, output: int, errors: int) -> None:
    """Fork again: this process waits and reports, and the new one returns, as a process that was started so."""
    with socket.socket(fileno=answers) as connection:
        with connection.makefile(encoding="utf-8") as lines:
            request = json.loads(lines.readline())
        child = os.fork()
        if child:
            _report(connection, child, output, errors)
    for standard, descriptor in ((1, output), (2, errors)):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    # Those of the server remember what they were opened for, such as whether it can be sought in.
    for name, standard, buffering in (("stdout", 1, -1), ("stderr", 2, 1)):
        old = getattr(sys, name)
        options = {"encoding": old.encoding, "errors": old.errors, "closefd": False}
        stream = os.fdopen(standard, "w", buffering, **options)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["words"]
    sys.path[0] = os.path.dirname(sys.argv[0])


def _report(connection: socket.socket, child: int, *unused: int) -> NoReturn:
    for descriptor in unused:
        os.close(descriptor)
    with suppress(OSError):
        _send(connection, child)
        _send(connection, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(0)


def run_to_its_end() -> int:
    """Run the program, with all that the interpreter does at its end but the removal of each object; return its code.

    The removal would copy all the memory that is shared with the server.
    """
    code: object = None
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        code = end.code
    except Exception:
        sys.excepthook(*sys.exc_info())
        code = 1
    if not isinstance(code, (int, type(None))):
        print(code, file=sys.stderr)
        code = 1
    vars(threading)["_shutdown"]()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return (code or 0) & 0xFF


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(run_to_its_end())
