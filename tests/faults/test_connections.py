# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that fail or end as the request arrives; TLS and proxies that refuse."""

from __future__ import annotations

import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.faults.conftest import ACCOUNT, ALL, ONE_OF_EACH, READ, RECORD, Bench, Call, cases
from tests.faults.front import Front, Request, answer

pytestmark = pytest.mark.faults

WRITES = tuple(call for call in ALL if call.writes)


class RefusesNext:
    """Closes each connection, and after this number of reads refuses new ones for a while: the write's comes next."""

    def __init__(self, reads: int, seconds: float) -> None:
        self._reads = reads
        self._seconds = seconds

    def __call__(self, front: Front, request: Request, _connection: socket.socket) -> bytes:
        made = front.pass_on(request, close=True)
        self._reads -= 1
        if self._reads == 0:
            front.refuse(self._seconds)
        return made


def reads_before(bench: Bench) -> int:
    """Return how many requests precede the call: those of check mode."""
    return len(bench.run(check_mode=True).exchanges) if bench.call.writes else 0


@pytest.mark.parametrize("call", cases(1, ALL))
def test_refused_connection_is_tried_again(bench: Bench, call: Call) -> None:
    reads = reads_before(bench)
    with Front(bench.server, RefusesNext(reads, 0.7)) as front:
        if not reads:
            front.refuse(0.7)
        run = bench.run(api_url=front.url)
        assert front.count(call.method, call.path) == 1
    bench.check_done(run, recovered=False)


@pytest.mark.parametrize("call", cases(1, ONE_OF_EACH))
def test_refused_connection_leaves_nothing_open(bench: Bench, call: Call) -> None:
    reads = reads_before(bench)
    with Front(bench.server, RefusesNext(reads, 1000)) as front:
        if not reads:
            front.refuse(1000)
        run = bench.run(api_url=front.url, retry_timeout=1)
    assert len(run.exchanges) == reads and run.writes == []
    bench.check_not_sent(run, "connection")


@pytest.mark.parametrize("call", cases(1, [READ, ACCOUNT]))
def test_unknown_host_is_reported(bench: Bench, call: Call) -> None:
    run = bench.run(api_url="https://nowhere.invalid", retry_timeout=1)
    assert "nowhere.invalid" in run.result["msg"]
    bench.check_not_sent(run, "connection")


class EndsKept:
    """Ends a kept connection once, when another request comes on it, without executing the request."""

    def __init__(self, method: str) -> None:
        self._method = method

    def __call__(self, _front: Front, request: Request, _connection: socket.socket) -> None:
        if request.number and request.method == self._method:
            self._method = ""
            raise OSError("the server had enough")


@pytest.mark.parametrize("call", cases(36, WRITES))
def test_kept_connection_that_ends_as_a_write_comes(bench: Bench, call: Call) -> None:
    with Front(bench.server, EndsKept(call.method)) as front:
        run = bench.run(api_url=front.url)
        # An order uses a new connection, so it is not affected.
        assert front.count(call.method, call.path) == (1 if call.orders else 2)
    bench.check_done(run, recovered=False)


@pytest.mark.row(36, "read")
def test_kept_connection_that_ends_as_a_read_comes(new_bench) -> None:
    bench = new_bench(RECORD)
    with Front(bench.server, EndsKept("GET")) as front:
        run = bench.run(api_url=front.url)
        assert front.connections > 1
    bench.check_done(run)


# TLS


def certificate(authority: trustme.CA, name: str, not_after: datetime | None = None) -> ssl.SSLContext:
    """Return the SSL context of a server with such a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=not_after).configure_cert(context)
    return context


@pytest.mark.row(25, "any")
def test_server_with_an_invalid_certificate_gets_nothing(new_bench, tmp_path: Path) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    past = datetime.now(UTC) - timedelta(days=1)
    servers = {
        "expired": certificate(authority, "127.0.0.1", not_after=past),
        "another host": certificate(authority, "www.example.com"),
        "another authority": certificate(stranger, "127.0.0.1"),
    }
    for why, context in servers.items():
        for call in (READ, ACCOUNT):
            bench = new_bench(call)
            with Front(bench.server, tls=context) as front:
                run = bench.run(api_url=front.url, ca_path=str(tmp_path / "ca.pem"), retry_timeout=1)
                assert front.requests == [], why
            bench.check_not_sent(run, "tls")


@pytest.mark.row(25, "any")
def test_server_without_tls_gets_nothing(new_bench) -> None:
    bench = new_bench(ACCOUNT)
    with Front(bench.server) as front:
        run = bench.run(api_url=front.url.replace("http:", "https:"), retry_timeout=1)
        assert front.requests == []
    assert "TLS handshake" in run.result["msg"] and "api_url" in run.result["msg"]
    bench.check_not_sent(run, "tls")


# Proxies


@pytest.mark.row(26, "any")
@pytest.mark.parametrize("status", [407, 502])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_refusal_by_a_proxy_is_reported_without_its_password(new_bench, scheme: str, status: int) -> None:
    for call in (READ, ACCOUNT):
        bench = new_bench(call)
        with Front(None, lambda _front, _request, _connection: answer(status)) as proxy:
            address = proxy.url.replace("//", "//someone:Pr0xygeheim@")
            options = {"api_url": f"{scheme}://127.0.0.1:9", "proxy": address, "retry_timeout": 1}
            run = bench.run(**options)
            assert proxy.requests
        assert "Pr0xygeheim" not in json.dumps(run.result)
        assert str(status) in run.result["msg"]
        bench.check_not_sent(run, *(("proxy",) if scheme == "https" else ("unexpected_status", "server_error")))
