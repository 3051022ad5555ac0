# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invalid answers, and refusals in undocumented shapes: reported as such, with the server's text."""

from __future__ import annotations

import json
import socket

import pytest

from tests.faults.conftest import ACCOUNT, DATABASE, FTP_PASSWORD, ONE_OF_EACH, READ, RECORD, Bench, Call, cases
from tests.faults.front import Front, Request, answer

pytestmark = pytest.mark.faults

WITHOUT_END = b"[" * 200_000
EVIL = "N\x1b[2Jo\x9b1m \u202eway"

#: Bodies of a 400, their type, and the text that is shown.
SHAPES: dict[str, tuple[bytes, str, str]] = {
    "nested without end": (WITHOUT_END, "application/json", "HTTP 400 X"),
    "nested too deeply": (b"[" * 5000 + b"]" * 5000, "application/json", "HTTP 400 X"),
    "plain text": (b"Odd request.\r\n", "text/plain", "HTTP 400 X: Odd request."),
    "text as JSON": (b'"Odd request."', "application/json", "HTTP 400 X: Odd request."),
    "list of texts": (b'["Odd", "request."]', "application/json", "HTTP 400 X: Odd request."),
    "model state": (b'{"ModelState": {"key": ["is odd."]}}', "application/json", "HTTP 400 X: key is odd."),
    "bare model state": (b'{"key": ["is odd."]}', "application/json", "HTTP 400 X: key is odd."),
    "list of objects": (b'{"errors": [{"message": "Odd request."}]}', "application/json", "HTTP 400 X: Odd request."),
    "problem details": (b'{"title": "Odd", "detail": "Odd request."}', "application/problem+json", "Odd request."),
    "wrong types": (b'{"error_code": 5, "error_text": {"a": ["odd"]}}', "application/json", "HTTP 400 X: 5, a: odd."),
    "unknown shape": (b'{"strange": "thing"}', "application/json", '{"strange": "thing"}'),
    "web page": (b"<html><title>Odd</title><p>x", "text/html", "HTTP 400 X: a web page, titled 'Odd'."),
    "terminal": (json.dumps({"error_text": EVIL}).encode(), "application/json", "HTTP 400 X: No way."),
    "raw terminal": (EVIL.encode(), "text/plain", "HTTP 400 X: No way."),
    "cut secret": (b"x" * 292 + FTP_PASSWORD.encode(), "text/plain", "xxx********"),
}


class Refuses:
    """Answers the call with a 400 until it is stopped."""

    def __init__(self, call: Call, body: bytes, kind: str) -> None:
        self._call = call
        self._answer = answer(400, body, Content_Type=kind)
        self.active = True

    def __call__(self, _front: Front, request: Request, _connection: socket.socket) -> bytes | None:
        return self._answer if self.active and request.is_for(self._call.method, self._call.path) else None


@pytest.mark.parametrize(
    ("call", "shape"), [case for shape in SHAPES for case in cases(50, (READ, RECORD, ACCOUNT), shape)]
)
def test_refusal_in_any_shape_is_final_and_shown(bench: Bench, call: Call, shape: str) -> None:
    body, kind, shown = SHAPES[shape]
    if shape == "cut secret" and call is not ACCOUNT:
        body, shown = b"Odd request.", "Odd request."
    script = Refuses(call, body, kind)
    with Front(bench.server, script) as front:
        run = bench.run(api_url=front.url)
        assert run.error["kind"] == "invalid_request" and run.error["status"] == 400, run.result
        assert shown in run.result["msg"] and run.result["msg"].isprintable()
        assert FTP_PASSWORD[:3] not in run.result["msg"]
        assert front.count(call.method, call.path) == 1
        # Nothing is left open: the next run succeeds.
        script.active = False
        bench.check_done(bench.again(api_url=front.url), recovered=False)


@pytest.mark.parametrize("call", cases(50, (*ONE_OF_EACH, DATABASE)))
def test_json_without_end_is_invalid(bench: Bench, call: Call) -> None:
    active = [True]

    def script(_front: Front, request: Request, _connection: socket.socket) -> bytes | None:
        return answer(200, WITHOUT_END) if active and request.method == "GET" else None

    with Front(bench.server, script) as front:
        run = bench.run(api_url=front.url, retry_timeout=0.5)
        assert run.error["kind"] in {"protocol", "unproven"} and run.writes == [], run.result
        active.clear()
        bench.check_done(bench.again(api_url=front.url), recovered=False)


@pytest.mark.parametrize("call", cases(50, (READ, ACCOUNT)))
def test_location_that_is_no_address_is_ignored(bench: Bench, call: Call) -> None:
    """`requests` fails on it even if redirections are not followed."""

    def script(front: Front, request: Request, _connection: socket.socket) -> bytes | None:
        if request.is_for("POST", "/accounts"):
            told = front.pass_on(request, close=True)
            return told.replace(b"/v2/provisioningjobs/", b"http://[::1/v2/provisioningjobs/")
        return answer(302, Location="http://[::1") if call is READ and front.count("GET", call.path) == 1 else None

    with Front(bench.server, script) as front:
        run = bench.run(api_url=front.url, retry_timeout=1)
    if call is READ:
        assert run.error["kind"] == "unexpected_status" and run.error["status"] == 302, run.result
    else:
        bench.check_done(run, recovered=False)
