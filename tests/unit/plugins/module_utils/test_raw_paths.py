# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw calls of any service: the sent form of their paths, and their secrets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.raw import RawCall, normalized
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


class Call(RawCall):
    version = "/v1"
    example = "/v1/things"


class Deeper(RawCall):
    version = "/api/v1"
    example = "/api/v1/things"


class Versions(Call):
    other_versions = ("/v2", "/v3")


def call(path: str = "/a", method: str = "PUT", /, **more: Any) -> Call:
    return Call.of(
        {"method": method, "path": path, "query": None, "secret_query": None, "body": None, "secret_body": None, **more}
    )


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/a", "/a"),
        ("/v1/a", "/a"),
        ("/V1/a", "/a"),
        ("/%76%31/a", "/a"),
        ("/./v1/a", "/a"),
        ("/././v1/a", "/a"),
        ("/v1/v1/a", "/v1/a"),
        ("/v1a/b", "/v1a/b"),
        ("/a/v1", "/a/v1"),
        ("/a/", "/a/"),
        ("/v1/a/", "/a/"),
        ("/%61%5A%30%2d%2E%5f%7e", "/aZ0-._~"),
        ("/%2f%3a%c3%a9", "/%2F%3A%C3%A9"),
        ("/%25%36%31", "/%2561"),
        ("/a:b@c!$&'()*+,;=", "/a:b@c!$&'()*+,;="),
        ("/./a", "/a"),
        ("/a/./b", "/a/b"),
        ("/a/.", "/a/"),
        ("/a/b/..", "/a/"),
        ("/a/b/../", "/a/"),
        ("/x/../a", "/a"),
        ("/x/%2e%2E/a", "/a"),
        ("/x/.%2e/%2e/a", "/a"),
        ("/x/y/../../a", "/a"),
        ("/a/...", "/a/..."),
        ("/.a/..b", "/.a/..b"),
        ("/x/../v1/a", "/v1/a"),
    ],
)
def test_path_goes_out_in_normal_form(written: str, sent: str) -> None:
    assert normalized(written, "/v1") == sent
    assert call(written).path == sent


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("a", "is no path"),
        ("", "is no path"),
        ("/", "is no path"),
        ("//a", "is no path"),
        ("/a//b", "is no path"),
        ("/a//", "is no path"),
        ("/a?x=1", "is no path"),
        ("/a#b", "is no path"),
        ("/a b", "is no path"),
        ("/a\\b", "is no path"),
        ("/é", "is no path"),
        ("/a%", "is no path"),
        ("/a%6", "is no path"),
        ("/a%zz", "is no path"),
        ("/a%6g/b", "is no path"),
        ("https://a/b", "is no path"),
        ("/%ff", "is not UTF-8"),
        ("/%c3/%a9", "is not UTF-8"),
        ("/a%00", "holds a control character"),
        ("/a%0d%0ab", "holds a control character"),
        ("/%c2%85", "holds a control character"),
        ("/..", "leaves /v1"),
        ("/../v1/a", "leaves /v1"),
        ("/v1/../a", "leaves /v1"),
        ("/v1/%2e%2e/v1/a", "leaves /v1"),
        ("/a/../../a", "leaves /v1"),
        ("/v1/a/../../b/c", "leaves /v1"),
        ("/.", "names nothing below /v1"),
        ("/v1", "names nothing below /v1"),
        ("/v1/", "names nothing below /v1"),
        ("/./v1/.", "names nothing below /v1"),
        ("/a/..", "names nothing below /v1"),
    ],
)
def test_path_that_is_none_is_refused(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        normalized(written, "/v1")
    with pytest.raises(ToolkitError) as caught:
        call(written)
    assert caught.value.kind == "invalid_option"
    assert caught.value.message.startswith(f"path: {written!r} {why}")
    assert caught.value.message.endswith(". Write it as /v1/things.")


@pytest.mark.parametrize(
    ("written", "sent", "title"),
    [
        ("/v2/a", "/v2/a", "PUT /v2/a"),
        ("/V2/a/", "/v2/a/", "PUT /v2/a/"),
        ("/./%762/a", "/v2/a", "PUT /v2/a"),
        ("/v3/v1/a", "/v3/v1/a", "PUT /v3/v1/a"),
        ("/v2/v2/a", "/v2/v2/a", "PUT /v2/v2/a"),
        ("/v2/x/../a", "/v2/a", "PUT /v2/a"),
        ("/v4/a", "/v4/a", "PUT /v1/v4/a"),
        ("/v2a/b", "/v2a/b", "PUT /v1/v2a/b"),
        ("/a/v2/b", "/a/v2/b", "PUT /v1/a/v2/b"),
        ("/v1/a", "/a", "PUT /v1/a"),
    ],
)
def test_path_of_another_version_keeps_it(written: str, sent: str, title: str) -> None:
    options = {"method": "PUT", "path": written, "query": None, "secret_query": None, "body": None}
    made = Versions.of({**options, "secret_body": None})
    assert (made.path, made.title) == (sent, title)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("/v2", "names nothing below /v2"),
        ("/v2/", "names nothing below /v2"),
        ("/v2/..", "leaves /v2"),
        ("/v2/../a", "leaves /v2"),
        ("/v2/../v1/a", "leaves /v2"),
        ("/v1/../v2/a", "leaves /v1"),
        # Sent as they are, these would reach /v2.
        ("/v1/v2/a", "leaves /v1"),
        ("/v1/V2/a", "leaves /v1"),
        ("/x/../v2/a", "leaves /v1"),
    ],
)
def test_path_that_leaves_its_version_is_refused(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        normalized(written, "/v1", Versions.other_versions)


def test_path_of_two_lines_is_refused() -> None:
    with pytest.raises(ToolkitError, match=r"^path: it holds a line break"):
        call("/a\n/b")


CHARACTERS = st.sampled_from([*"av1.~", "%61", "%2e", "%2E", "%2f", "%3A", "%c3%a9", "@"])
SEGMENTS = st.lists(CHARACTERS, min_size=1, max_size=4).map("".join)
PATHS = st.lists(SEGMENTS, min_size=1, max_size=5).map(lambda parts: "/" + "/".join(parts))


@given(PATHS)
def test_normal_form_is_what_other_code_makes_of_it(path: str) -> None:
    """Compared with Python's `urljoin`, which removes dot segments (RFC 3986, 5.2.4), and `unquote`."""
    try:
        sent = normalized(path, "/none")
    except ValueError:
        return
    assert normalized(sent, "/none") == sent
    # Only dots are decoded first, since an encoded slash does not end a segment.
    dots = path.replace("%2e", ".").replace("%2E", ".")
    assert unquote(sent) == unquote(urljoin("https://api.example/", dots)[len("https://api.example") :])


def test_path_is_kept_as_it_was_written_too() -> None:
    assert call("/v1/%61/").written == "/%61/"
    assert call("/%61").written == "/%61"
    assert call("/V1/a").written == "/V1/a"
    assert call("/v1/./b").written == "/./b"
    assert call("  /a ").written == "/a"


def test_title_has_the_version() -> None:
    assert call("/%61").title == "PUT /v1/a"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("body", ["body", "secret_body"])
def test_reading_and_removing_have_no_body(method: str, body: str) -> None:
    with pytest.raises(ToolkitError) as caught:
        call("/a", method, **{body: {"a": 1}})
    assert caught.value.message == f"body: {method} has none."
    assert call("/a", method, **{body: {}}).method == method


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_secret_part_of_a_body_is_merged_and_kept_apart(method: str) -> None:
    one = call("/a", method, body={"a": 1, "b": 1}, secret_body={"b": 2})
    assert one.body == {"a": 1, "b": 2} and one.shown_body == {"a": 1, "b": 1}
    only = call("/a", method, secret_body={"b": 2})
    assert only.body == {"b": 2} and only.shown_body == {}
    none = call("/a", method)
    assert none.body is None and none.shown_body == {}
    listed = call("/a", method, body=[1])
    assert listed.body == listed.shown_body == [1]


def test_secret_part_needs_a_dictionary() -> None:
    with pytest.raises(ToolkitError, match=r"^secret_body: it can be merged into a dictionary only\.$"):
        call(body=[1], secret_body={"a": 1})


def test_secret_part_of_a_query_is_merged_and_kept_apart() -> None:
    one = call(query={"a": 1, "b": 1}, secret_query={"b": 2})
    assert one.query == {"a": 1, "b": 2} and one.shown_query == {"a": 1, "b": 1}
    only = call(secret_query={"b": 2})
    assert only.query == {"b": 2} and only.shown_query == {}
    assert call().query == call().shown_query == {}
    assert call(query={"a": 1}).query == {"a": 1}


def test_all_of_it_is_requested() -> None:
    asked: list[Any] = []
    rest: Any = SimpleNamespace(request=lambda *given, **named: asked.append((given, named)))
    call("/%61", query={"a": 1}, body={"b": 2}).request(rest)
    call("/%61", "GET").request(rest, fresh=True, headers={"X": "y"})
    assert asked == [
        (("PUT", "/a"), {"query": {"a": 1}, "body": {"b": 2}, "headers": None, "fresh": False}),
        (("GET", "/a"), {"query": {}, "body": None, "headers": {"X": "y"}, "fresh": True}),
    ]


@pytest.mark.parametrize("written", ["/a", "/api/v1/a", "/API/V1/a", "/./api/v1/a"])
def test_version_of_several_segments_is_left_out(written: str) -> None:
    options = {"method": "GET", "query": None, "secret_query": None, "body": None, "secret_body": None}
    assert Deeper.of({**options, "path": written}).path == "/a"
    assert Deeper.of({**options, "path": "/api/a"}).path == "/api/a"
