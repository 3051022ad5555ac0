# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How modules reach the server: only options and the usual environment variables decide."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from sandbox.launcher import SandboxProcess
from tests.runners.plays import Stage, both_ways, secret_variables
from tests.support.leaks import leaks
from tests.support.tls import AFTER, BEFORE, DURING, REQUEST, Break, Wire, serve_broken, server_context

PACKS = "reseller.toolkit.reseller_servicepack_info"
RAW = "reseller.toolkit.reseller_api"
PROXY_PASSWORD = "Pr0xy/geheim 71"


class Proxy(socketserver.ThreadingTCPServer):
    """A web proxy that records the first line of each request."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ProxyHandler)
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class ProxyHandler(socketserver.BaseRequestHandler):
    """Forwards one connection: a tunnel, or a request with its whole URL."""

    server: Proxy

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(65536)
        line, _end, rest = head.partition(b"\r\n")
        method, url, version = line.decode().split()
        self.server.requests.append(f"{method} {url.partition('?')[0]}")
        address = url if method == "CONNECT" else url.split("/")[2]
        host, port = address.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as upstream:
            if method == "CONNECT":
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                path = "/" + url.split("/", 3)[3]
                upstream.sendall(f"{method} {path} {version}\r\n".encode() + rest)
            back = threading.Thread(target=_pump, args=(upstream, self.request), daemon=True)
            back.start()
            _pump(self.request, upstream)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Files: the certificate of an authority, and a server's certificate and key."""
    folder = tmp_path_factory.mktemp("tls")
    made = trustme.CA()
    issued = made.issue_cert("127.0.0.1", "localhost")
    files = folder / "ca.pem", folder / "server.pem", folder / "server.key"
    made.cert_pem.write_to_path(files[0])
    for blob in (*issued.cert_chain_pems, made.cert_pem):
        blob.write_to_path(files[1], append=True)
    issued.private_key_pem.write_to_path(files[2])
    return files


@pytest.fixture(scope="module")
def tls_sandbox(authority: tuple[Path, Path, Path]) -> Iterator[SandboxProcess]:
    _ca, certificate, key = authority
    with SandboxProcess(tls=(certificate, key), rate_limit="100000/60") as sandbox:
        assert sandbox.url.startswith("https://")
        yield sandbox


def succeeded(
    stage: Stage, options: dict[str, Any] | None = None, env: dict[str, str] | None = None, **more: Any
) -> None:
    played = stage.play(both_ways("packs", PACKS, options, **more), env=env)
    assert [bool(result.get("servicepacks")) for result in played.both("packs")] == [True, True], played.output


@pytest.mark.row(26, "any")
def test_proxy_of_the_environment_is_used_unless_no_proxy_says_otherwise(stage: Stage, sandbox: SandboxProcess) -> None:
    stage.sandbox = sandbox
    with proxy() as server:
        used: dict[str, dict[str, Any]] = {
            "upper case": {"environment": {"HTTP_PROXY": server.url}},
            "lower case": {"environment": {"http_proxy": server.url}},
            "other host": {"environment": {"HTTP_PROXY": server.url, "NO_PROXY": "other.example"}},
            "option": {"options": {"proxy": server.url}},
        }
        tasks = [both_ways(name, PACKS, one.pop("options", None), **one) for name, one in used.items()]
        played = stage.play(list(chain.from_iterable(tasks)))
        assert all(result.get("servicepacks") for name in used for result in played.both(name)), played.output
        assert server.requests == [f"GET {sandbox.url}/v2/servicepacks"] * 2 * len(used)
        server.requests.clear()
        unused = {
            "address": {"HTTP_PROXY": server.url, "NO_PROXY": "127.0.0.1"},
            "lower case": {"http_proxy": server.url, "no_proxy": f"other.example,127.0.0.1:{sandbox.port}"},
            "all": {"HTTP_PROXY": server.url, "NO_PROXY": "*"},
            "other scheme": {"HTTPS_PROXY": server.url},
        }
        tasks = [both_ways(name, PACKS, environment=one) for name, one in unused.items()]
        played = stage.play(list(chain.from_iterable(tasks)))
        assert all(result.get("servicepacks") for name in unused for result in played.both(name)), played.output
        assert server.requests == []


@pytest.mark.row(26, "any")
def test_proxy_is_tunneled_through_for_tls(
    stage: Stage, tls_sandbox: SandboxProcess, authority: tuple[Path, Path, Path]
) -> None:
    stage.sandbox = tls_sandbox
    with proxy() as server:
        succeeded(stage, {"ca_path": str(authority[0])}, env={"HTTPS_PROXY": server.url})
        assert server.requests == [f"CONNECT 127.0.0.1:{tls_sandbox.port}"] * 2


def test_authority_is_taken_from_the_option_or_the_environment(
    each_stage: Stage, tls_sandbox: SandboxProcess, authority: tuple[Path, Path, Path]
) -> None:
    each_stage.sandbox = tls_sandbox
    bundle = str(authority[0])
    variable = {"REQUESTS_CA_BUNDLE": bundle}
    tasks = [
        *both_ways("option", PACKS, {"ca_path": bundle}),
        *both_ways("environment", PACKS, environment=variable),
    ]
    played = each_stage.play(tasks)
    for name in ("option", "environment"):
        assert all(result.get("servicepacks") for result in played.both(name)), played.output
    succeeded(each_stage, env=variable)


@pytest.mark.row(25, "any")
def test_certificate_that_is_not_trusted_fails_before_anything_is_sent(
    each_stage: Stage, tls_sandbox: SandboxProcess
) -> None:
    each_stage.sandbox = tls_sandbox
    before = len(tls_sandbox.exchanges())
    played = each_stage.play(both_ways("packs", PACKS))
    for result in played.both("packs"):
        assert result["error"]["kind"] == "tls", played.output
        assert "127.0.0.1" in result["msg"]
        assert "ca_path" in result["msg"]
    assert len(tls_sandbox.exchanges()) == before


def breaking_server(context: ssl.SSLContext, how: Break) -> tuple[socket.socket, list[bytes]]:
    """Return a TLS server that breaks each connection, with the first bytes of the requests that it could read."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def read_request(wire: Wire) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            part = wire.recv(65536)
            if not part:
                return
            data += part
        seen.append(data[:20])

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                with suppress(OSError), connection:
                    serve_broken(Wire(connection, context), how, read_request)

    threading.Thread(target=serve, daemon=True).start()
    return listener, seen


@pytest.mark.faults
@pytest.mark.row(49, "free post")
@pytest.mark.parametrize("when", [BEFORE, DURING, AFTER, REQUEST])
def test_handshake_decides_with_every_version_of_requests(each_stage: Stage, tmp_path: Path, when: str) -> None:
    """The same error is raised before the handshake and after a whole request was read; only the first is certain."""
    authority, how = trustme.CA(), Break("plain bytes", when)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    listener, seen = breaking_server(server_context(authority), how)
    with listener:
        options = {
            "api_url": f"https://127.0.0.1:{listener.getsockname()[1]}",
            "api_key": "key",
            "api_secret": "secret",
            "ca_path": str(tmp_path / "ca.pem"),
            "method": "POST",
            "path": "/v2/dns/example.com/records",
            "body": {"type": "A"},
        }
        played = each_stage.play(both_ways("raw", RAW, options))
    for result in played.both("raw"):
        assert result["error"]["kind"] == ("outcome_unknown" if how.is_after_handshake else "tls"), played.output
    assert len(seen) == 2 if when == REQUEST else len(seen) <= (2 if when == AFTER else 0)


@pytest.mark.row(26, "any")
def test_password_of_a_proxy_shows_nowhere(each_stage: Stage, sandbox: SandboxProcess) -> None:
    """Not in results, messages or arguments, not when options are refused, not for a proxy of the environment."""
    each_stage.sandbox = sandbox
    with proxy() as server:
        written = [
            server.url.replace("//", f"//someone:{form}@")
            for form in (quote(PROXY_PASSWORD, safe=""), quote(PROXY_PASSWORD, safe="").lower())
        ]
        nobody = f"http://someone:{quote(PROXY_PASSWORD, safe='')}@127.0.0.1:9"
        variables, env = secret_variables(used=written[0], lower=written[1], nobody=nobody, bad=f"{written[0]}/x?y")
        tasks = [
            both_ways("used", PACKS, {"proxy": "{{ used }}"}),
            both_ways("lower", PACKS, {"proxy": "{{ lower }}"}),
            both_ways("unreachable", PACKS, {"proxy": "{{ nobody }}", "retry_timeout": 1}),
            both_ways("refused", PACKS, {"proxy": "{{ bad }}"}),
            both_ways("refused early", PACKS, {"proxy": "{{ used }}", "retry_timeout": "long"}),
        ]
        env["ANSIBLE_INJECT_INVOCATION"] = "True"
        played = each_stage.play(list(chain.from_iterable(tasks)), "-vvv", variables=variables, env=env)
        assert len(server.requests) == 4
    for name in ("used", "lower"):
        assert all(result.get("servicepacks") for result in played.both(name)), played.output
    # Not with the keyword `environment`, which Ansible shows at -vvv.
    other = each_stage.play(both_ways("packs", PACKS, {"retry_timeout": 1}), "-vvv", env={"HTTP_PROXY": nobody, **env})
    for result in (*played.both("unreachable"), *other.both("packs")):
        assert result["error"]["kind"] == "proxy" and "127.0.0.1 port 9" in result["msg"], result
        assert "tried for" in result["msg"]
    assert all("HTTP_PROXY" in result["msg"] for result in other.both("packs"))
    for name in ("refused", "refused early"):
        assert {played.outcome(f"{name} {way}") for way in ("here", "apart")} == {"failed"}, played.output
    texts = {"output": played.output.encode(), "results": json.dumps([played.results, other.results]).encode()}
    texts["other output"] = other.output.encode()
    assert leaks({"password": PROXY_PASSWORD, "written": quote(PROXY_PASSWORD, safe="").lower()}, texts) == []
