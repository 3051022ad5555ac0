# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection itself shows whether anything was sent, whatever the error is."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests.auth
import trustme

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    NoResponse,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.handshake import (
    Abandoned,
    Handshake,
    RecordingAdapter,
    record,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Transport
from tests.support.tls import VERSIONS, WHATS, WHENS, Break, Wire, drain, serve_broken, server_context


class NoAuth(requests.auth.AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Server:
    """A server on loopback that handles each connection with a function, and records the requests that it could
    read.
    """

    def __init__(self, serve: Callable[[Server, socket.socket], None]) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def read_request(self, connection: Any) -> None:
        """Record a request with complete headers."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                raise OSError("no request came")
            data += part
        self.requests.append(data.partition(b" HTTP/")[0].decode())

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            self._serve(self, connection)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_path(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def start(handle: Callable[[Server, socket.socket], None]) -> Server:
        made.append(Server(handle))
        return made[-1]

    yield start
    for server in made:
        server.close()


def post(transport: Transport, url: str, *, within: float = 5.0, fresh: bool = True) -> Any:
    request = transport.prepare("POST", url, None, b"{}", NoAuth())
    return transport.send("POST /path", request, within=within, fresh=fresh)


def failure(transport: Transport, url: str, **options: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        post(transport, url, **options)
    return caught.value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("what", WHATS)
def test_handshake_decides_and_not_the_error(
    serve: Any, authority: trustme.CA, ca_path: str, what: str, when: str, version: str
) -> None:
    how = Break(what, when)
    context = server_context(authority, version)
    server = serve(lambda self, connection: serve_broken(Wire(connection, context), how, self.read_request))
    error = failure(Transport("tests", ca_path=ca_path), f"https://{server.address}/path")
    if how.is_after_handshake:
        assert isinstance(error, NoResponse), error
        assert "no complete answer" in error.message
    else:
        assert isinstance(error, ConnectionFailed), error
        assert error.kind == "tls" and "api_url" in error.hint and "Nothing was sent" in error.hint
        assert server.address.replace(":", " port ") in error.message
        assert error.permanent is (what == "plain bytes")
    assert server.requests == (["POST /path"] if when == "request" else server.requests[:1])


@pytest.mark.parametrize(("version", "certain"), [("1.2", True), ("1.3", False)])
def test_client_certificate_is_demanded(
    serve: Any, authority: trustme.CA, ca_path: str, version: str, certain: bool
) -> None:
    """Under TLS 1.3 the client has finished its handshake, and sent its request, before the server's alert comes."""
    context = server_context(authority, version, asks_client=True)

    def handle(server: Server, connection: socket.socket) -> None:
        wire = Wire(connection, context)
        try:
            wire.handshake()
        except ssl.SSLError:
            drain(wire)

    server = serve(handle)
    error = failure(Transport("tests", ca_path=ca_path), f"https://{server.address}/path")
    if certain:
        assert isinstance(error, ConnectionFailed) and (error.kind, error.permanent) == ("tls", False), error
    else:
        assert isinstance(error, NoResponse), error


def test_certificate_of_a_stranger(serve: Any, ca_path: str) -> None:
    context = server_context(trustme.CA())

    def handle(server: Server, connection: socket.socket) -> None:
        with suppress(ssl.SSLError):
            Wire(connection, context).handshake()

    server = serve(handle)
    error = failure(Transport("tests", ca_path=ca_path), f"https://{server.address}/path")
    assert isinstance(error, ConnectionFailed) and (error.kind, error.permanent) == ("tls", True)
    words = f"the certificate of {server.address.replace(':', ' port ')} is not trusted: "
    assert error.message.startswith(f"POST /path: {words}")
    assert error.hint == "Set ca_path if the server uses your own certificate authority. Nothing was sent."


def test_server_without_tls(serve: Any, ca_path: str) -> None:
    def handle(server: Server, connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(WHATS["plain bytes"])
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)

    server = serve(handle)
    error = failure(Transport("tests", ca_path=ca_path), f"https://{server.address}/path")
    assert isinstance(error, ConnectionFailed)
    assert (error.kind, error.permanent) == ("tls", True)
    assert "does not speak TLS" in error.message and "Check host and port in api_url." in error.hint


def test_handshake_that_hangs_sent_nothing(serve: Any, ca_path: str) -> None:
    server = serve(lambda _server, connection: drain(Wire(connection, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))))
    # It never answers: only the timeout can end this.
    error = failure(Transport("tests", ca_path=ca_path), f"https://{server.address}/path", within=0.6)
    assert isinstance(error, ConnectionFailed) and error.kind == "tls"


def answers(server: Server, connection: Any, *, number: int) -> None:
    """Answer this number of requests on a kept connection; then close it at the next one."""
    for _number in range(number):
        server.read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")
    server.read_request(connection)


@pytest.mark.parametrize("tls", [True, False])
def test_kept_connection_that_ends_is_doubt(serve: Any, authority: trustme.CA, ca_path: str, tls: bool) -> None:
    context = server_context(authority)

    def handle(server: Server, connection: socket.socket) -> None:
        wire = Wire(connection, context) if tls else connection
        answers(server, wire, number=1)

    server = serve(handle)
    transport, url = Transport("tests", ca_path=ca_path), f"http{'s' if tls else ''}://{server.address}/path"
    assert post(transport, url, fresh=False).status == 200
    assert isinstance(failure(transport, url, fresh=False), NoResponse)
    assert server.connections == 1 and len(server.requests) == 2


def test_deadline_while_connecting_sends_nothing_later(
    serve: Any, monkeypatch: pytest.MonkeyPatch, ca_path: str
) -> None:
    """The name is found only after nobody waits any more: the connection comes about, and nothing goes over it."""
    real, over = socket.getaddrinfo, threading.Event()
    seen: list[bytes] = []

    def slow(*args: Any, **options: Any) -> Any:
        over.wait(5)
        return real(*args, **options)

    def handle(_server: Server, connection: socket.socket) -> None:
        seen.append(connection.recv(65536))

    server = serve(handle)
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    error = failure(Transport("tests", ca_path=ca_path), f"http://{server.address}/path", within=0.3)
    assert isinstance(error, ConnectionFailed)
    assert error.kind == "connection" and "within 0 s" in error.message
    over.set()
    deadline = time.monotonic() + 5
    while not seen and time.monotonic() < deadline:
        time.sleep(0.02)
    assert seen == [b""], "the connection is closed without a byte"


def test_deadline_after_the_request_is_doubt(serve: Any) -> None:
    def handle(server: Server, connection: socket.socket) -> None:
        server.read_request(connection)
        time.sleep(4)

    server = serve(handle)
    error = failure(Transport("tests"), f"http://{server.address}/path", within=2)
    assert isinstance(error, NoResponse)
    # Either limit may end it: that of the whole call, or that of one read, which ends at the same moment.
    assert re.search("nothing within|timed out", error.message)


def test_record_of_an_attempt() -> None:
    untouched, begun, done = Handshake(), Handshake(), Handshake()
    begun.begin()
    done.begin()
    done.usable()
    # A connection without records proves nothing.
    assert [untouched.abandon(), begun.abandon(), done.abandon()] == [False, True, False]
    for handshake in (untouched, begun, done):
        with pytest.raises(Abandoned):
            handshake.usable()
    assert begun.abandon()


def test_kept_connection_is_not_used_by_an_abandoned_attempt(serve: Any) -> None:
    server = serve(lambda self, connection: answers(self, connection, number=2))
    with requests.Session() as session:
        session.mount("http://", RecordingAdapter())
        first, abandoned = Handshake(), Handshake()
        record(first)
        url = f"http://{server.address}/path"
        assert session.post(url, timeout=5).status_code == 200
        abandoned.abandon()
        record(abandoned)
        with pytest.raises(Abandoned):
            session.post(url, timeout=5)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"HTTP/1.1 407 Who \x1b[31mare you\r\n\r\n", "refused: Tunnel connection failed: 407 Who are you"),
        (b"HTTP/1.1 502 Bad\r\n\r\n", "refused: Tunnel connection failed: 502 Bad"),
        (b"", "through the proxy"),
    ],
)
def test_proxy_that_makes_no_tunnel(serve: Any, said: bytes, words: str) -> None:
    def handle(server: Server, connection: socket.socket) -> None:
        server.read_request(connection)
        connection.sendall(said)

    server = serve(handle)
    proxy = f"http://someone:hidden71@{server.address}"
    error = failure(Transport("tests", proxy=proxy), "https://api.example/path")
    assert isinstance(error, ConnectionFailed)
    assert (error.kind, error.permanent) == ("proxy", b"407" in said)
    assert words in error.message and "Check proxy" in error.hint
    assert "hidden71" not in str(error) and "\x1b" not in str(error)
    assert server.requests == ["CONNECT api.example:443"]


@pytest.mark.parametrize("when", WHENS)
def test_tunnel_is_a_part_of_connecting(serve: Any, authority: trustme.CA, ca_path: str, when: str) -> None:
    context, how = server_context(authority), Break("plain bytes", when)

    def handle(server: Server, connection: socket.socket) -> None:
        server.read_request(connection)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        serve_broken(Wire(connection, context), how, server.read_request)

    server = serve(handle)
    transport = Transport("tests", ca_path=ca_path, proxy=f"http://{server.address}")
    error = failure(transport, "https://127.0.0.1:9/path")
    assert isinstance(error, NoResponse if how.is_after_handshake else ConnectionFailed), error
    assert server.requests[0] == "CONNECT 127.0.0.1:9"
    assert how.is_after_handshake or "127.0.0.1 port 9 does not speak TLS" in error.message


def test_proxy_that_speaks_tls_and_ends_within_the_tunnel(serve: Any, authority: trustme.CA, ca_path: str) -> None:
    context = server_context(authority)

    def handle(server: Server, connection: socket.socket) -> None:
        wire = Wire(connection, context)
        server.read_request(wire)
        wire.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")

    transport = Transport("tests", ca_path=ca_path, proxy=f"https://{serve(handle).address}")
    error = failure(transport, "https://127.0.0.1:9/path", within=3)
    assert isinstance(error, ConnectionFailed) and "proxy" in error.hint


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_request_that_a_proxy_has_read_is_doubt(serve: Any, authority: trustme.CA, ca_path: str, scheme: str) -> None:
    context = server_context(authority)

    def handle(server: Server, connection: socket.socket) -> None:
        server.read_request(Wire(connection, context) if scheme == "https" else connection)

    server = serve(handle)
    transport = Transport("tests", ca_path=ca_path, proxy=f"{scheme}://{server.address}")
    assert isinstance(failure(transport, "http://127.0.0.1:9/path"), NoResponse)
    assert server.requests == ["POST http://127.0.0.1:9/path"]


def test_no_server_behind_the_port_of_a_proxy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure(Transport("tests", proxy=f"http://u:hidden71@127.0.0.1:{port}"), "https://api.example/path")
    assert isinstance(error, ConnectionFailed) and (error.kind, error.permanent) == ("proxy", False)
    assert f"no connection to the proxy 127.0.0.1 port {port}: Connection refused" in error.message
    assert error.hint == "Check proxy. Nothing was sent."
    assert "hidden71" not in str(error)


def test_proxy_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
    error = failure(Transport("tests"), "https://api.example/path")
    assert error.kind == "proxy" and "the environment variable HTTPS_PROXY" in error.hint
