# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run Ansible's programs in processes forked from one that has imported the libraries that they need.

A third of the processor time of a short play are imports. The server imports no file of the collection and none of
Ansible that reads settings, so each run reads its own. Run as a program, this file is the server.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import NoReturn

LIBRARIES = (
    *("argparse", "asyncio", "concurrent.futures.thread", "ctypes.util", "difflib", "getpass", "gettext", "glob"),
    *("html.parser", "http.cookiejar", "importlib.metadata", "importlib.resources", "locale", "logging", "queue"),
    *("multiprocessing.managers", "multiprocessing.pool", "multiprocessing.queues", "shlex", "tarfile", "uuid"),
    *("urllib.request", "xml.etree.ElementTree", "zipfile", "unicodedata"),
    *("cryptography.hazmat.backends.openssl.backend", "cryptography.hazmat.primitives.serialization", "jinja2.sandbox"),
    *("jinja2.nativetypes", "packaging.specifiers", "requests", "yaml", "ansible.module_utils.basic"),
)
"""What is imported once. The list may be incomplete: each run imports what is missing."""
FROM_THE_START = ("COVERAGE", "FAKETIME", "LANG", "LC_", "LD_", "PYTHON", "TZ")
"""The beginnings of the environment variables that a process reads only when it starts."""


def run_anew(words: Sequence[str], folder: Path, environment: Mapping[str, str], *, timeout: float) -> tuple[int, str]:
    """Do the same as `ForkServer.run`, in a new interpreter."""
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    return done.returncode, done.stdout


class ForkServer:
    """Starts the server with the first run, and runs programs in forks of it."""

    def __init__(self) -> None:
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
            environment: the environment. Variables of `FROM_THE_START` that differ from those of this process need a
                new interpreter; the program then runs in one.
            timeout: the seconds after which it is killed.
        """
        if _from_the_start(environment) != _from_the_start(_without_python(os.environ)):
            return run_anew(words, folder, environment, timeout=timeout)
        request = json.dumps({"words": [*words], "folder": str(folder), "environment": dict(environment)})
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        socket.send_fds(self._running(), [b"1"], [theirs.fileno(), writing])
        theirs.close()
        os.close(writing)
        with ours, ours.makefile("rw", encoding="utf-8") as answers, open(reading, encoding="utf-8") as output:
            answers.write(request + "\n")
            answers.flush()
            timer = Timer(timeout, os.kill, (int(answers.readline()), signal.SIGKILL))
            timer.start()
            try:
                text = output.read()
                return int(answers.readline()), text
            finally:
                timer.cancel()

    def _running(self) -> socket.socket:
        """Return the connection to the server, which is started first if necessary."""
        with self._starting:
            if self._channel is None:
                self._channel, theirs = socket.socketpair()
                with theirs:
                    self._process = subprocess.Popen(
                        [sys.executable, __file__, str(theirs.fileno())],
                        env=_without_python(os.environ),
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        pass_fds=[theirs.fileno()],
                    )
            return self._channel


def _without_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("PYTHON")}


def _from_the_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(FROM_THE_START)}


def serve(channel: socket.socket) -> None:
    """Fork for each request, until the other end is closed; return only in the processes that run a program."""
    for library in LIBRARIES:
        importlib.import_module(library)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _byte, descriptors, _flags, _address = socket.recv_fds(channel, 1, 2)
        if not descriptors:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            channel.close()
            _start(*descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _start(answers: int, output: int) -> None:
    """Fork again: this process waits and reports, and the new one returns, as a process that was started so."""
    with socket.socket(fileno=answers) as connection:
        with connection.makefile(encoding="utf-8") as lines:
            request = json.loads(lines.readline())
        child = os.fork()
        if child:
            _report(connection, child, output)
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
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


def _report(connection: socket.socket, child: int, output: int) -> NoReturn:
    os.close(output)
    with suppress(OSError):
        connection.sendall(f"{child}\n".encode())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(f"{code}\n".encode())
    os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_path(sys.argv[0], run_name="__main__")
