# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error bodies in all shapes, and the parts of them that are shown."""

from __future__ import annotations

import http.client
import json
import string
from typing import Any

import pytest
import requests
import urllib3.exceptions
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ConnectionFailed, NoResponse
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.failures import (
    LONGEST_TEXT,
    MOST_COMPLAINTS,
    failed_attempt,
    refusal,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.problems import read_problem
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.task import masked

SECRET = "hidden/71+geheim"
SERVICE = Service("https://api.example", RateLimitHeaders("R", "S"), lambda error, offset: "")


def refused(body: bytes | str, *, status: int = 400, reason: str = "Bad Request", **headers: str) -> ApiError:
    content = body.encode() if isinstance(body, str) else body
    told = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
    answer = Response(status, reason, CaseInsensitiveDict(told), content)
    return refusal(SERVICE, "POST /v2/a", answer, lambda text: str(masked(text, {SECRET})))


@pytest.mark.parametrize(
    ("body", "code", "text", "complaints"),
    [
        ({"error_code": "no_way", "error_text": "No way."}, "no_way", "No way.", []),
        ({"ErrorCode": "no_way", "ErrorText": "No way."}, "no_way", "No way.", []),
        ({"error_code": 5, "error_text": {"reason": "full", "of": None}}, "5", "reason: full", []),
        ({"error_code": ["a", {"b": 1}], "error_text": [["x"], "y"]}, "a b: 1", "x y", []),
        ({"error_code": True, "error_text": None}, None, None, []),
        ({"validation_errors": [{"error_code": "a", "error_text": "b"}]}, None, None, [("a", "b")]),
        ({"ValidationErrors": [{"errorCode": "a", "errorText": "b"}]}, None, None, [("a", "b")]),
        ({"validation_errors": ["too long", 7]}, None, None, [(None, "too long"), (None, "7")]),
        (
            {"error_code": "c", "error_text": "t", "validation_errors": [{"error_code": "a", "error_text": {"x": 1}}]},
            "c",
            "t",
            [("a", "x: 1")],
        ),
        ({"validation_errors": "many", "error_code": "c"}, "c", "many", []),
        ({"key": ["too long", "odd"], "b.c": ["x"]}, None, None, [("key", "too long odd"), ("b.c", "x")]),
        ({"Message": "Invalid.", "ModelState": {"a.b": ["odd"]}}, None, "Invalid.", [("a.b", "odd")]),
        ({"errors": {"name": ["odd"], "x": "y"}}, None, None, [("name", "odd"), ("x", "y")]),
        ({"errors": [{"message": "odd"}]}, None, None, [(None, "odd")]),
        ({"errors": [{"code": "e1", "message": "odd"}]}, None, None, [("e1", "odd")]),
        ({"errors": [{"field": "name", "detail": "odd"}]}, None, None, [("name", "odd")]),
        ([{"property": "p", "message": "odd"}], None, None, [("p", "odd")]),
        ([{"strange": "thing"}], None, None, [(None, "strange: thing")]),
        ({"message": "odd"}, None, "odd", []),
        ({"type": "about:blank", "title": "Bad", "status": 400, "detail": "More."}, None, "More.", []),
        ({"title": "Bad", "status": 400}, None, "Bad", []),
        ({"error": {"code": 7, "message": "odd"}}, "7", "odd", []),
        ({"error": "invalid_grant", "error_description": "Expired."}, None, "Expired.", []),
        ("just this", None, "just this", []),
        (["this", "and that"], None, "this and that", []),
        ({"unknown": "shape"}, None, None, []),
        ({"unknown": []}, None, None, [("unknown", "")]),
        ({}, None, None, []),
        ([], None, None, []),
        (None, None, None, []),
        (5, None, "5", []),
    ],
)
def test_shapes(body: Any, code: str | None, text: str | None, complaints: list[tuple[str | None, str]]) -> None:
    detail = read_problem(body)
    assert (detail.code, detail.text) == (code, text)
    assert [(one["error_code"], one["error_text"]) for one in detail.validation_errors] == complaints


def test_more_properties_of_a_complaint_are_kept_as_texts() -> None:
    (complaint,) = read_problem({"errors": [{"code": "c", "message": "m", "property": "p", "value": [1]}]})[2]
    assert complaint == {"error_code": "c", "error_text": "m", "property": "p", "value": "1"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error_code", "error_text", "validation_errors", "errors", "k"]), inner)
    ),
    max_leaves=8,
)


@given(json_values)
def test_no_shape_breaks_it_and_all_is_text(body: Any) -> None:
    error = refused(json.dumps(body))
    assert error.kind == "invalid_request"
    for shown in (error.code, error.text):
        assert shown is None or (isinstance(shown, str) and shown)
    for complaint in error.validation_errors:
        assert all(value is None or isinstance(value, str) for value in complaint.values())


def test_all_that_was_said_is_in_the_message() -> None:
    error = refused(
        '{"error_code": "c", "error_text": "t", "validation_errors": [{"error_code": "a", "error_text": "b"}, 7, {}]}',
        X_Correlation_Id="id-71",
    )
    assert error.message == "POST /v2/a: HTTP 400 Bad Request: c, t, a b, 7 (correlation id id-71)."
    twice = '{"error_code": "c", "error_text": "t", "validation_errors": [{"error_code": "c", "error_text": "t"}, 7]}'
    assert refused(twice).message == "POST /v2/a: HTTP 400 Bad Request: c t, 7."
    assert refused('{"error_text": "No."}').message == "POST /v2/a: HTTP 400 Bad Request: No."
    assert refused('{"error_text": "No"}').message == "POST /v2/a: HTTP 400 Bad Request: No."
    assert refused("").message == "POST /v2/a: HTTP 400 Bad Request."
    assert refused("", reason="").message == "POST /v2/a: HTTP 400."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Account is locked.\r\n", "Account is locked."),
        ('{"unknown": "shape"}', '{"unknown": "shape"}'),
        ('{"cut": "of', '{"cut": "of'),
        ("<error>odd</error>", "<error>odd</error>"),
        ("\ufeffwith a mark", "with a mark"),
        (b"latin \xe9", "latin \ufffd"),
        ("[" * 200_000, None),
        ("[" * 5000 + "1" + "]" * 5000, "[" * (LONGEST_TEXT - 1) + "…"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 299 + "…"),
        ("{}", None),
        ("[]", None),
        ("null", None),
        (b"\x89PNG\x00abc", None),
        ("", None),
    ],
)
def test_what_has_no_known_shape_is_shown_as_it_is(body: bytes | str, text: str | None) -> None:
    error = refused(body, Content_Type="text/plain")
    assert error.text == text
    assert (text or "") in error.message and error.kind == "invalid_request"


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("<html><title>Down &amp; out\n for now</title><p>x", "text/html", "a web page, titled 'Down & out for now'"),
        ("<html><p>x", "text/html; charset=utf-8", "a web page"),
        ("<!DOCTYPE html><title></title>", "text/plain", "a web page"),
        (" \n<HTML><TITLE lang='en'>Down</TITLE>", "", "a web page, titled 'Down'"),
        ("<title>Down</title>", "application/xhtml+xml", "a web page, titled 'Down'"),
        (f"<title>{SECRET}\x1b[1m</title>", "text/html", "a web page, titled '********'"),
    ],
)
def test_web_page_is_only_named(body: str, kind: str, text: str) -> None:
    error = refused(body, status=502, reason="Bad Gateway", Content_Type=kind)
    assert error.text == text and error.message.endswith(f"HTTP 502 Bad Gateway: {text}.")


@pytest.mark.parametrize("before", range(LONGEST_TEXT - len(SECRET) - 3, LONGEST_TEXT + 2))
@pytest.mark.parametrize("form", ["text", "json", "encoded"])
def test_secret_at_the_cut_does_not_show_in_part(before: int, form: str) -> None:
    shown = {"text": SECRET, "json": json.dumps(SECRET), "encoded": "hidden%2F71%2Bgeheim"}[form]
    error = refused("x" * before + shown, Content_Type="text/plain")
    assert error.text and len(error.text) <= LONGEST_TEXT
    assert "hi" not in error.text.replace("xhi", "hi")


def test_texts_of_the_server_do_nothing_to_the_terminal() -> None:
    evil = "a\x1b[2Jb\x9b1mc\u202ed\ne"
    body = {"error_code": evil, "error_text": evil, "validation_errors": [{"error_code": evil, "error_text": evil}]}
    error = refused(json.dumps(body), reason="Bad\x1b[31m\x9bm", X_Request_Id="id\x1b]0;t\x07\x85")
    told = json.dumps([error.message, error.as_result()], ensure_ascii=False)
    assert (error.code, error.text) == ("abcd e", "abcd e")
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 or letter == "\u202e" for letter in told)
    assert "HTTP 400 Bad: abcd e abcd e (correlation id id)." in error.message


def test_complaints_have_an_end() -> None:
    error = refused(json.dumps({"errors": [{"message": f"m{number}"} for number in range(1000)]}))
    assert len(error.validation_errors) == MOST_COMPLAINTS


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not_found"),
        (409, "conflict"),
        (410, "gone"),
        (422, "invalid_request"),
        (429, "rate_limited"),
        (418, "unexpected_status"),
        (499, "unexpected_status"),
        (302, "unexpected_status"),
        (500, "server_error"),
        (599, "server_error"),
    ],
)
def test_kinds(status: int, kind: str) -> None:
    assert refused("", status=status).kind == kind


def test_hint_is_the_service_s_own() -> None:
    told: list[Any] = []

    def hint(error: ApiError, offset: float | None) -> str:
        told.append((error.status, error.code, offset))
        return "Do this."

    service = Service("", RateLimitHeaders("R", "S"), hint)
    headers = CaseInsensitiveDict({"Date": "Thu, 09 Oct 2025 08:53:20 GMT"})
    answer = Response(401, "No", headers, b'{"code": "c"}', "", 1_760_000_000, 1_760_000_000)
    assert refusal(service, "GET /a", answer, str).hint == "Do this."
    assert told == [(401, "c", 0.0)]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://api.example/a", "api.example port 443"),
        ("http://localhost/a", "localhost port 80"),
        ("https://api.example:8443/a", "api.example port 8443"),
    ],
)
def test_deadline_before_there_was_a_connection(url: str, server: str) -> None:
    error = failed_attempt("GET /a", TimeoutError("nothing within 3 s"), url, None, nothing_sent=True)
    assert isinstance(error, ConnectionFailed)
    assert (error.kind, error.permanent) == ("connection", False)
    assert error.hint == "Check host and port in api_url, and that this machine may connect to them. Nothing was sent."
    assert error.message == f"GET /a: no connection to {server}: nothing within 3 s."
    error.tried_for(12.4)
    assert error.message == f"GET /a: no connection to {server}: nothing within 3 s (tried for 12 s)."


@pytest.mark.parametrize(
    "cause",
    [
        requests.exceptions.ConnectionError(urllib3.exceptions.NewConnectionError(None, "Connection refused")),  # type: ignore[arg-type]
        requests.exceptions.SSLError("certificate verify failed: WRONG_VERSION_NUMBER"),
        urllib3.exceptions.ProtocolError("odd"),
        http.client.BadStatusLine("odd"),
        ConnectionRefusedError(111, "Connection refused"),
        TimeoutError("nothing within 3 s"),
    ],
)
def test_text_of_an_error_proves_nothing(cause: Exception) -> None:
    error = failed_attempt("POST /a", cause, "https://api.example/a?secret=71", None, nothing_sent=False)
    assert isinstance(error, NoResponse) and error.kind == "connection"
    assert error.message.startswith("POST /a: no complete answer: ") and "71" not in error.message
    sure = failed_attempt("POST /a", cause, "https://api.example/a?secret=71", None, nothing_sent=True)
    assert isinstance(sure, ConnectionFailed) and "secret" not in str(sure)


def test_other_exceptions_are_not_converted() -> None:
    error = KeyError("bug")
    assert failed_attempt("GET /a", error, "https://api.example/a", None, nothing_sent=False) is error


def test_words_of_the_system_are_of_one_line_and_have_an_end() -> None:
    cause = OSError("Tunnel connection failed: 502 \x1b[1m" + "x\n" * 1000)
    error = failed_attempt("GET /a", cause, "https://api.example/a", None, nothing_sent=False)
    assert isinstance(error, NoResponse) and error.message.isprintable() and len(error.message) < LONGEST_TEXT + 50


def test_invalid_parameters_show_their_texts_without_the_values() -> None:
    field = {"type": "field", "path": "password", "location": "body", "msg": "Invalid value", "value": "abc"}
    detail = read_problem({"type": "about:blank", "detail": "Incorrect", "invalid-params": {"password": field}})
    assert detail.text == "Incorrect"
    assert detail.validation_errors == ({"error_code": "password", "error_text": "Invalid value"},)
