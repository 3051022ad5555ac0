# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access to the control endpoints: programs on this machine, and no web page of another origin."""

from __future__ import annotations

import http.client

import pytest

from sandbox.launcher import SandboxProcess

CALLS = [
    ("PUT", "/_sandbox/faults", b'[{"fault": "total"}]'),
    ("PUT", "/_sandbox/clock", b'{"advance": 1}'),
    ("PUT", "/_sandbox/duplicates", b'{"duplicates": "accept"}'),
    ("PUT", "/_sandbox/moment", b'{"seconds": 0}'),
    ("POST", "/_sandbox/seed", b'{"accounts": 0}'),
    ("GET", "/_sandbox/state", b""),
]


def call(sandbox, method, path, body, host="localhost:{port}", origin=None):
    """Return the status of a call with this ``Host`` (None: without) and this ``Origin``."""
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    if host is not None:
        connection.putheader("Host", host.format(port=sandbox.port))
    if origin is not None:
        connection.putheader("Origin", origin.format(port=sandbox.port))
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "localhost:1", "localhost", "127.0.0.1", "127.0.0.1.evil.example:{port}"]
    + ["localhost.evil.example:{port}", "192.0.2.1:{port}", "[::2]:{port}", "evil.example@127.0.0.1:x", "[::1", ""],
)
def test_a_foreign_host_is_refused(sandbox, host, method, path, body):
    assert call(sandbox, method, path, body, host=host) == 403
    assert sandbox.faults() == []


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
@pytest.mark.parametrize(
    "host", ["localhost:{port}", "LOCALHOST:{port}", "127.0.0.1:{port}", "127.1.2.3:{port}", "[::1]:{port}"]
)
def test_this_machine_is_allowed(sandbox, host, method, path, body):
    assert call(sandbox, method, path, body, host=host) == 200


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "null", "http://127.0.0.1", ""])
def test_a_page_from_elsewhere_is_refused(sandbox, origin, method, path, body):
    assert call(sandbox, method, path, body, origin=origin) == 403
    assert sandbox.faults() == []


@pytest.mark.parametrize("origin", ["http://localhost:{port}", "http://127.0.0.1:{port}"])
def test_the_console_itself_is_allowed(sandbox, origin):
    assert call(sandbox, "PUT", "/_sandbox/clock", b'{"advance": 0}', origin=origin) == 200


def test_a_foreign_host_does_not_see_the_console():
    with SandboxProcess(service="configcat") as sandbox:
        for path in ("/", "/_sandbox/console/data"):
            assert call(sandbox, "GET", path, b"") == 200
            assert call(sandbox, "GET", path, b"", host="evil.example:{port}") == 403
            assert call(sandbox, "GET", path, b"", origin="http://evil.example") == 403


@pytest.mark.parametrize("host", ["evil.example", "sandbox.internal:8390"])
def test_the_api_and_its_health_ask_for_no_host(sandbox, host):
    """Like any server behind a proxy; these paths need a signature, or are open."""
    assert call(sandbox, "GET", "/_sandbox/health", b"", host=host) == 200
    assert call(sandbox, "GET", "/v2/accounts", b"", host=host) == 401
