# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server below HTTP: exact status lines, and network failures."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator

import uvicorn
from uvicorn.protocols.http import h11_impl

from sandbox.call import Response

TOO_MANY = 429
h11_impl.STATUS_PHRASES[TOO_MANY] = b"Too many requests, retry later."

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class TrackedProtocol(h11_impl.H11Protocol):
    """The usual protocol, which also registers its transport under the client's address and port."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Register the connection."""
        super().connection_made(transport)
        if self.client:
            _transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Unregister the connection."""
        super().connection_lost(exc)
        if self.client:
            _transports.pop(self.client, None)


def reset(client: tuple[str, int]) -> None:
    """Reset the client's connection with a TCP RST: nothing more is sent, not even buffered data."""
    transport = _transports.get(client)
    if transport is None:
        return
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


def send_cut(client: tuple[str, int], response: Response) -> None:
    """Send head and body without correcting the length, and close the connection cleanly."""
    transport = _transports.get(client)
    if transport is None:
        return
    phrase = h11_impl.STATUS_PHRASES[response.status].decode()
    head = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
    transport.write(f"HTTP/1.1 {response.status} {phrase}\r\n{head}\r\n".encode("latin-1") + response.body)
    transport.close()


class SandboxServer(uvicorn.Server):
    """A server that says when it is ready, ends cleanly on a signal, and can refuse connections for a while."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, ready_line: str) -> None:
        super().__init__(config)
        self._listener = listener
        self._ready_line = ready_line
        self._reopening: asyncio.TimerHandle | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then print the line that launchers wait for."""
        await super().startup(sockets=[self._listener])
        print(self._ready_line, flush=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGTERM and SIGINT with exit code 0 (the inherited method raises the signal again at the end)."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    def refuse_connections(self, seconds: float) -> None:
        """Reset every open connection and let the kernel refuse new ones (ECONNREFUSED) for some seconds from now."""
        if self._reopening:
            self._reopening.cancel()
        address = self._listener.getsockname()
        for server in self.servers:
            server.close()
        self._listener.close()
        for client in list(_transports):
            reset(client)
        # Bound but not listening: connections are refused, and no other process can take the port.
        self._listener = bind(address[0], address[1])
        self._reopening = asyncio.get_running_loop().call_later(seconds, self._listen_again)

    def _listen_again(self) -> None:
        if not self.should_exit:
            task = asyncio.get_running_loop().create_task(super().startup(sockets=[self._listener]))
            self.server_state.tasks.add(task)
            task.add_done_callback(self.server_state.tasks.discard)


def bind(host: str, port: int) -> socket.socket:
    """Return a TCP socket bound to this address (port 0: a free one), not yet listening."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # The protocol is named above because asyncio sets TCP_NODELAY only then; without it each response takes 40 ms.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener
