# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server in front of the sandbox that forwards requests and breaks connections as no HTTP server would."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Protocol

from sandbox.launcher import SandboxProcess


@dataclass(frozen=True)
class Request:
    """One received request.

    Attributes:
        method: its method.
        target: its path with the query.
        head: its head, as received.
        body: its body.
        number: how many requests came on this connection before it.
    """

    method: str
    target: str
    head: bytes
    body: bytes
    number: int

    def is_for(self, method: str, path: str) -> bool:
        """Return whether the request has this method and path; the path is a shell pattern without ``/v2``."""
        return self.method == method and fnmatchcase(self.target.partition("?")[0].removeprefix("/v2"), path)


#: Returns what to send instead of the sandbox's response; None forwards that, and an OSError ends the connection.
Script = Callable[["Front", Request, socket.socket], bytes | None]


class Front:
    """A server on loopback; use it as a context manager.

    Args:
        upstream: the sandbox that responses the remaining requests; None without one.
        script: called with each request first.
        tls: the SSL context, for TLS.
    """

    def __init__(
        self, upstream: SandboxProcess | None = None, script: Script | None = None, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._upstream = upstream
        self._script = script
        self._tls = tls
        self._closed = threading.Event()
        self._away = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Front:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._end_listening()

    def count(self, method: str, path: str) -> int:
        """Return how many such requests came."""
        return sum(request.is_for(method, path) for request in self.requests)

    def refuse(self, seconds: float) -> None:
        """Refuse new connections for this time from now on."""
        self._away = seconds
        self._end_listening()

    def pass_on(self, request: Request, *, close: bool = False) -> bytes:
        """Return the sandbox's response.

        Args:
            request: the request to forward.
            close: whether to announce to the client that the connection is closed.
        """
        assert self._upstream is not None
        connection = http.client.HTTPConnection(self._upstream.host, self._upstream.port, timeout=30)
        lines = request.head.decode().split("\r\n")[1:]
        headers = dict(line.split(": ", 1) for line in lines if line)
        connection.request(request.method, request.target, request.body or None, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        told = [
            (name, value) for name, value in answer.getheaders() if name.lower() not in ("connection", "content-length")
        ]
        if answer.status != 204:
            told.append(("Content-Length", str(len(body))))
        if close:
            told.append(("Connection", "close"))
        head = "".join(f"{name}: {value}\r\n" for name, value in told)
        return f"HTTP/1.1 {answer.status} {answer.reason}\r\n{head}\r\n".encode() + body

    def _end_listening(self) -> None:
        with suppress(OSError):
            # Closing alone would leave the thread waiting in accept().
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while not self._closed.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                if not self._closed.wait(self._away):
                    self._listener = socket.create_server(("127.0.0.1", self.port))
                continue
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError), connection:
            speaking = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with speaking:
                number = 0
                while (request := read_request(speaking, number)) is not None:
                    self.requests.append(request)
                    answer = self._script(self, request, speaking) if self._script else None
                    answer = self.pass_on(request) if answer is None else answer
                    speaking.sendall(answer)
                    if b"\r\nConnection: close\r\n" in answer.partition(b"\r\n\r\n")[0] + b"\r\n":
                        return
                    number += 1


class Readable(Protocol):
    """A source of bytes, such as a socket."""

    def recv(self, size: int, /) -> bytes:
        """Return some bytes, none at the end."""


def read_request(connection: Readable, number: int) -> Request | None:
    """Return the next request; None when the client has left."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    head, _empty, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    method, target, _version = head.split(b"\r\n")[0].decode().split(" ")
    return Request(method, target, head, body, number)


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a response that closes the connection; the names of headers have ``_`` for ``-``."""
    told = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body
