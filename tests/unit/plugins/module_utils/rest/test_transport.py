# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome of one request: whether anything can have arrived, and whether the response is complete."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path
from typing import Any, cast

import pytest
import requests.auth
from requests.structures import CaseInsensitiveDict

from ansible_collections.reseller.toolkit.plugins.module_utils.rest import transport as module
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ConnectionFailed,
    NoResponse,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Transport


class NoAuth(requests.auth.AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def sent(url: str, *, method: str = "GET", within: float = 5.0, **options: Any) -> Response:
    transport = Transport("tests", **options)
    query = {"password": "secret/71", "none": None}
    request = transport.prepare(method, url, query, b"{}" if method == "POST" else None, NoAuth())
    return transport.send(f"{method} /path", request, within=within, fresh=True)


def test_response_is_read(script: Any, http: Any) -> None:
    script.will(http(201, '{"a": [1]}', phrase="Made it", Location="/there"))
    answer = sent(f"{script.url}/path")
    assert (answer.status, answer.reason, answer.data) == (201, "Made it", {"a": [1]})
    assert answer.headers["location"] == "/there"
    assert answer.is_sound()
    assert script.requests[0].target == "/path?password=secret%2F71"
    assert script.requests[0].headers["user-agent"] == "tests"


@pytest.mark.row(19, "read")
def test_netrc_is_ignored(script: Any, http: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # `requests` reads it for requests without credentials, so a signed one would prove nothing.
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password something\ndefault login someone password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    transport = Transport("tests")
    script.will(http(200, "{}"))
    for fresh in (False, True):
        request = transport.prepare("GET", f"{script.url}/path", None, None, cast(requests.auth.AuthBase, None))
        assert transport.send("GET /path", request, within=5.0, fresh=fresh).status == 200
    assert [request.headers.get("authorization") for request in script.requests] == [None, None]


@pytest.mark.parametrize(
    ("kind", "is_json"),
    [
        (None, True),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/json", True),
        ("application/problem+json", True),
        ("text/plain", False),
        ("application/xml; note=+json", False),
        ("", False),
    ],
)
def test_content_type_says_whether_it_is_json(kind: str | None, is_json: bool) -> None:
    headers = CaseInsensitiveDict({} if kind is None else {"content-type": kind})
    assert Response(200, "OK", headers, b"{}").is_json() == is_json


def test_body_without_a_type_counts_as_json() -> None:
    assert Response(200, "OK", CaseInsensitiveDict(), b"{").damage() == "it is not JSON"
    assert Response(200, "OK", CaseInsensitiveDict(), b"{}").damage() == ""


def test_refused_connection_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionFailed) as caught:
        sent(f"http://127.0.0.1:{port}/path")
    assert caught.value.kind == "connection"
    assert not caught.value.permanent
    assert caught.value.message == f"GET /path: no connection to 127.0.0.1 port {port}: Connection refused."
    hint = "Check host and port in api_url, and that this machine may connect to them. Nothing was sent."
    assert caught.value.hint == hint


def test_unknown_host_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(ConnectionFailed) as caught:
        sent("https://nowhere.invalid/path")
    assert not caught.value.permanent
    assert "nowhere.invalid" in str(caught.value)


@pytest.mark.parametrize("loss", ["reset", "hang_up"])
def test_lost_response_is_invalid(script: Any, losses: Any, loss: str) -> None:
    script.will(losses[loss])
    with pytest.raises(NoResponse) as caught:
        sent(f"{script.url}/path", method="POST")
    assert "secret" not in str(caught.value)


def test_response_that_does_not_come_is_given_up_in_time(script: Any, losses: Any) -> None:
    script.will(losses["silent"])
    # It sends nothing until the client leaves: only the timeout can end this.
    with pytest.raises(NoResponse, match=r"timed out|within"):
        sent(f"{script.url}/path", within=0.4)


@pytest.mark.parametrize("part", ["headers", "body"])
def test_slow_drip_obeys_the_time_for_all_of_it(script: Any, http: Any, losses: Any, part: str) -> None:
    # Longer than any test would wait.
    data = http(200, '"' + "x" * 20000 + '"', X_Long="x" * 20000)
    head, _empty, body = data.partition(b"\r\n\r\n")
    script.will(
        losses["drip"](data)
        if part == "headers"
        else lambda connection: (losses["send"](head + b"\r\n\r\n")(connection), losses["drip"](body)(connection))
    )
    with pytest.raises(NoResponse, match="within"):
        sent(f"{script.url}/path", within=0.5)


def test_body_shorter_than_announced_is_cut_off(script: Any, http: Any) -> None:
    script.will(http(200, "[1]", Content_Length=500))
    answer = sent(f"{script.url}/path")
    assert answer.status == 200
    assert answer.damage() == "it was cut off"


def test_cut_chunks_are_cut_off(script: Any, http: Any) -> None:
    script.will(http(200, b"3\r\n[1]\r\n", Content_Length=None, Transfer_Encoding="chunked"))
    assert sent(f"{script.url}/path").damage() == "it was cut off"


def test_short_body_is_found_by_urllib3_or_without_its_help(monkeypatch: pytest.MonkeyPatch) -> None:
    class Raw:
        def tell(self) -> int:
            return 10

    class Response:
        headers = CaseInsensitiveDict({"Content-Length": "500"})
        raw = Raw()

        def iter_content(self, size: int) -> list[bytes]:
            return [b'[{"id":1}]']

    assert module._body(Response()) == (b'[{"id":1}]', "it was cut off")  # type: ignore[arg-type]


def test_compressed_body_is_whole(script: Any, http: Any) -> None:
    script.will(http(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip"))
    answer = sent(f"{script.url}/path")
    assert answer.damage() == ""
    assert answer.data == {"a": 1}


@pytest.mark.parametrize("compressed", [True, False])
def test_body_larger_than_allowed_is_not_read(script: Any, http: Any, compressed: bool) -> None:
    body = b" " * (module.LARGEST_BODY + 10)
    more = {"Content_Encoding": "gzip"} if compressed else {}
    script.will(http(200, gzip.compress(body) if compressed else body, **more))
    answer = sent(f"{script.url}/path", within=20)
    assert "larger than" in answer.damage()
    assert answer.content == b""


@pytest.mark.parametrize(
    ("body", "kind", "damage"),
    [
        (b"", "application/json", "it is empty"),
        (b"[1", "application/json", "it is not JSON"),
        (b"<html>", "text/html; charset=utf-8", "it is a web page and not JSON"),
        (b"\xef\xbb\xbf[1]", "application/json; charset=utf-8", ""),
        (b"\xff\xfe", "application/json", "it is not JSON"),
        (b"\x30\x82", "application/x-pkcs12", ""),
        (b"[1]", "APPLICATION/JSON", ""),
    ],
)
def test_damage(body: bytes, kind: str, damage: str) -> None:
    assert Response(200, "OK", CaseInsensitiveDict({"Content-Type": kind}), body).damage() == damage


def test_redirection_is_not_followed(script: Any, http: Any) -> None:
    script.will(http(303, Location=f"{script.url}/elsewhere"))
    assert sent(f"{script.url}/path").status == 303
    assert len(script.requests) == 1


@pytest.mark.parametrize("url", ["http://api.example/v2", "http://127.0.0.2.example/", "ftp://127.0.0.1/", "http:///x"])
def test_credentials_do_not_go_out_in_the_clear(url: str) -> None:
    with pytest.raises(ToolkitError, match="only https"):
        sent(url)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback(host: str) -> None:
    assert module.is_loopback(host)


@pytest.mark.parametrize("host", ["", "example.com", "10.0.0.1", "localhost.example.com", "::2"])
def test_not_loopback(host: str) -> None:
    assert not module.is_loopback(host)


def test_clock_offset_is_measured_in_the_middle() -> None:
    headers = CaseInsensitiveDict({"Date": "Thu, 09 Oct 2025 08:53:20 GMT"})
    assert Response(401, "", headers, b"", "", 1_760_000_000 - 61, 1_760_000_000 - 59).clock_offset() == 60
    headers["Age"] = "5"
    assert Response(401, "", headers, b"").clock_offset() is None


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Oct 2025 08:53:20 GMT"])
def test_clock_offset_of_no_date_is_unknown(date: str) -> None:
    assert Response(401, "", CaseInsensitiveDict({"Date": date}), b"").clock_offset() is None


def test_refusing_proxy_sent_nothing(script: Any, http: Any) -> None:
    script.will(http(407, phrase="Proxy Authentication Required"))
    with pytest.raises(ConnectionFailed) as caught:
        sent("https://api.example/path", proxy=script.url.replace("//", "//user:hidden71@"))
    assert caught.value.kind == "proxy"
    assert caught.value.permanent
    assert "hidden71" not in str(caught.value)
    assert script.methods == ["CONNECT"]
