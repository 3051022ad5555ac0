# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server side of TLS connections on raw sockets, broken at a chosen moment by a chosen sequence of bytes."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import trustme

#: The bytes sent instead of what TLS requires; an empty sequence closes the connection. The alert is fatal:
#: handshake_failure (RFC 8446, 6).
WHATS = {
    "plain bytes": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
    "fatal alert": bytes.fromhex("15030300020228"),
    "bad record": bytes.fromhex("1703030020") + bytes(32),
    "close": b"",
}
#: When: after the ClientHello, after the ServerHello, after the handshake, after a whole request was read.
BEFORE, DURING, AFTER, REQUEST = "before", "during", "after", "request"
WHENS = (BEFORE, DURING, AFTER, REQUEST)
#: The tested versions of TLS.
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Break(NamedTuple):
    """How a connection is broken; see `WHATS` and `WHENS`."""

    what: str
    when: str

    @property
    def is_after_handshake(self) -> bool:
        """Whether the client's handshake was complete, so that it has sent its request or may have."""
        return self.when in (AFTER, REQUEST)


def server_context(authority: trustme.CA, version: str | None = None, *, asks_client: bool = False) -> ssl.SSLContext:
    """Return the SSL context of a server on 127.0.0.1.

    Args:
        authority: signs its certificate.
        version: the only version of TLS that it speaks; None for all.
        asks_client: whether it demands a certificate of the client.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    if version:
        context.minimum_version = context.maximum_version = VERSIONS[version]
    if asks_client:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    return context


class Wire:
    """One connection: TLS while it works, and the raw bytes below. `recv` and `sendall` are those of a socket."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext) -> None:
        self.connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def handshake(self) -> None:
        """Do the whole handshake."""
        self._until_done(self._tls.do_handshake)

    def begin(self) -> None:
        """Read the ClientHello."""
        self._pull()

    def send_server_hello(self) -> None:
        """Send the first record of the server's response to the ClientHello and keep the others."""
        with suppress(ssl.SSLWantReadError):
            self._tls.do_handshake()
        answer = self._outgoing.read()
        self.connection.sendall(answer[: 5 + int.from_bytes(answer[3:5], "big")])

    def recv(self, size: int) -> bytes:
        """Return decrypted bytes, none when the client has left."""
        try:
            return self._until_done(lambda: self._tls.read(size))
        except (OSError, ssl.SSLError):
            return b""

    def sendall(self, data: bytes) -> None:
        """Send encrypted bytes."""
        self._until_done(lambda: self._tls.write(data))

    def _until_done(self, step: Callable[[], object]) -> bytes:
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._flush()
                self._pull()
                continue
            except ssl.SSLError:
                # The alert that says so.
                self._flush()
                raise
            self._flush()
            return done if isinstance(done, bytes) else b""

    def _flush(self) -> None:
        self.connection.sendall(self._outgoing.read())

    def _pull(self) -> None:
        data = self.connection.recv(65536)
        if not data:
            raise OSError("the client has left")
        self._incoming.write(data)


def serve_broken(wire: Wire, how: Break, read_request: Callable[[Wire], object]) -> None:
    """Serve a connection up to where it breaks.

    Args:
        wire: the connection.
        how: what happens, and when.
        read_request: reads and records one request; also called for data that arrives after the break.
    """
    wire.begin()
    if how.when == DURING:
        wire.send_server_hello()
    elif how.is_after_handshake:
        wire.handshake()
        if how.when == REQUEST:
            read_request(wire)
    data = WHATS[how.what]
    if not data:
        wire.connection.shutdown(socket.SHUT_RDWR)
        return
    wire.connection.sendall(data)
    wire.connection.shutdown(socket.SHUT_WR)
    drain(wire, read_request if how.when == AFTER else None)


def drain(wire: Wire, read_request: Callable[[Wire], object] | None = None) -> None:
    """Read what the client still sends: closing earlier would reset the connection and lose data sent to the client."""
    wire.connection.settimeout(5)
    with suppress(OSError, ValueError):
        if read_request:
            read_request(wire)
        while wire.connection.recv(65536):
            pass
