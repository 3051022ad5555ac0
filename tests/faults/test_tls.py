# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken TLS: before the handshake is complete nothing was sent; afterwards the request may have arrived.

A request counts if the server could read its complete headers.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from sandbox.launcher import SandboxProcess
from tests.faults.conftest import ACCOUNT, READ, RECORD, Bench, Call, cases
from tests.faults.front import Front, read_request
from tests.support.tls import REQUEST, WHATS, WHENS, Break, Wire, drain, serve_broken, server_context

pytestmark = pytest.mark.faults

CALLS = (READ, RECORD, ACCOUNT)
BREAKS = [Break(what, when) for what in WHATS for when in WHENS]


class TlsFront(Front):
    """A TLS server in front of the sandbox with one connection for each request.

    Args:
        upstream: the sandbox.
        context: its SSL context.
        number: the number of the broken connection, from 1.
        how: how it is broken; None uses `other`.
        other: the SSL context of that connection.
    """

    def __init__(
        self,
        upstream: SandboxProcess,
        context: ssl.SSLContext,
        number: int,
        how: Break | None = None,
        other: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(upstream, tls=context)
        self._context = context
        self._number = number
        self._how = how
        self._other = other or context

    def _note(self, wire: Wire) -> None:
        request = read_request(wire, 0)
        if request is not None:
            self.requests.append(request)

    def _handle(self, connection: socket.socket) -> None:
        broken = self.connections == self._number
        wire = Wire(connection, self._other if broken else self._context)
        with suppress(OSError), connection:
            if broken and self._how:
                serve_broken(wire, self._how, self._note)
                return
            try:
                wire.handshake()
            except ssl.SSLError:
                drain(wire)
                return
            before = len(self.requests)
            self._note(wire)
            if len(self.requests) > before:
                wire.sendall(self.pass_on(self.requests[-1], close=True))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_path(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def connections_before(bench: Bench) -> int:
    """Return how many requests precede the call: those of check mode."""
    return len(bench.run(check_mode=True).exchanges) if bench.call.writes else 0


def check_doubt(bench: Bench, front: Front, options: dict[str, Any]) -> None:
    """An order that may have arrived is not resent until a person confirms it."""
    call, sent = bench.call, front.count(bench.call.method, bench.call.path)
    again = bench.again(**options)
    assert again.error["kind"] == "outcome_unknown" and again.writes == [], again
    assert front.count(call.method, call.path) == sent <= 1
    resent = bench.again(on_doubt="resend", **options)
    assert resent.ok["changed"] is True and front.count(call.method, call.path) == sent + 1
    bench.check_done(resent)


@pytest.mark.parametrize(("call", "how"), [case for how in BREAKS for case in cases(49, CALLS, how)])
def test_broken_connection(bench: Bench, call: Call, how: Break, authority: trustme.CA, ca_path: str) -> None:
    number = connections_before(bench) + 1
    with TlsFront(bench.server, server_context(authority), number, how) as front:
        options: dict[str, Any] = {"api_url": front.url, "ca_path": ca_path}
        run = bench.run(**options)
        sent = front.count(call.method, call.path)
        if how.is_after_handshake and call.orders:
            assert run.error["kind"] == "outcome_unknown", run.result
            assert sent == 1 if how.when == REQUEST else sent <= 1
            check_doubt(bench, front, options)
        elif how.is_after_handshake:
            assert sent == 2 if how.when == REQUEST else sent in (1, 2)
            bench.check_done(run)
        elif how.what == "plain bytes":
            # A server without TLS will not support it in a minute either.
            assert run.error["kind"] == "tls" and "api_url" in run.result["msg"] and sent == 0, run.result
            bench.check_done(bench.again(**options), recovered=False)
        else:
            assert sent == 1
            bench.check_done(run, recovered=False)


@pytest.mark.parametrize(
    ("call", "version"), [case for version in ("1.2", "1.3") for case in cases(49, CALLS, version)]
)
def test_certificate_of_the_client_is_demanded(
    bench: Bench, call: Call, version: str, authority: trustme.CA, ca_path: str
) -> None:
    """Under TLS 1.3 the server's alert comes after the client has sent its request: the order is in doubt."""
    number = connections_before(bench) + 1
    other = server_context(authority, version, asks_client=True)
    with TlsFront(bench.server, server_context(authority), number, other=other) as front:
        options: dict[str, Any] = {"api_url": front.url, "ca_path": ca_path}
        run = bench.run(**options)
        if version == "1.3" and call.orders:
            assert run.error["kind"] == "outcome_unknown", run.result
            check_doubt(bench, front, options)
        else:
            assert front.count(call.method, call.path) == 1
            bench.check_done(run, recovered=None if version == "1.3" else False)
