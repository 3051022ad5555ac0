# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted server that controls bytes and ways to lose a connection."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

#: The step on one connection after the request was read.
Step = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Request:
    """One received request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Script:
    """A server on loopback. Each connection gets one request and the next step; the last step is repeated."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.requests: list[Request] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]

    def will(self, *steps: Step | bytes) -> None:
        """Set the steps; bytes are sent as they are."""
        self.steps = [send(step) if isinstance(step, bytes) else step for step in steps]

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        try:
            with connection:
                self.requests.append(_read(connection))
                step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
                step(connection)
        except OSError:
            pass


def _read(connection: socket.socket) -> Request:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise OSError("no request came")
        data += part
    head, _empty, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, target, _version = first.split(" ")
    return Request(method, target, headers, body)


def http(status: int, body: bytes | str = b"", *, phrase: str = "X", **headers: Any) -> bytes:
    """Return a response; the names of headers have ``_`` for ``-``. Without ``Content_Type`` the body is JSON."""
    content = body.encode() if isinstance(body, str) else body
    told = {"Content-Length": len(content), "Connection": "close", "Content-Type": "application/json"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value is not None)
    return f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode() + content


def send(data: bytes) -> Step:
    return lambda connection: connection.sendall(data)


def reset(connection: socket.socket) -> None:
    """Reset the connection with a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(connection: socket.socket) -> None:
    """Close the connection without a response."""


def be_silent(connection: socket.socket) -> None:
    """Keep the connection open without a response."""
    connection.recv(1)


def drip(data: bytes) -> Step:
    """Send a byte from time to time."""

    def step(connection: socket.socket) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return step


@pytest.fixture
def script() -> Iterator[Script]:
    server = Script()
    yield server
    server.close()


@pytest.fixture(name="http")
def http_fixture() -> Callable[..., bytes]:
    return http


@pytest.fixture
def losses() -> dict[str, Any]:
    """The ways to lose a response, and `drip`."""
    return {"reset": reset, "hang_up": hang_up, "silent": be_silent, "drip": drip, "send": send}


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
