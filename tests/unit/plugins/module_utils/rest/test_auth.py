# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Basic authentication (RFC 7617), and keys in the query."""

from __future__ import annotations

import requests

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.basic_auth import BasicAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.query_key_auth import QueryKeyAuth


def header(user: str, password: str) -> str:
    return (
        requests.Request("GET", "https://api.example/", auth=BasicAuth(user, password))
        .prepare()
        .headers["Authorization"]
    )


def test_example_of_the_standard() -> None:
    assert header("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_characters_beyond_ascii_are_sent_in_utf_8() -> None:
    assert header("test", "123\u00a3") == "Basic dGVzdDoxMjPCow=="


def test_refusal_is_final() -> None:
    prepared = requests.Request("GET", "https://api.example/", auth=BasicAuth("a", "b")).prepare()
    assert BasicAuth("a", "b").sign_anew(prepared, 99.0) is False


def url(auth: QueryKeyAuth, address: str, **query: str) -> str:
    return str(requests.Request("GET", address, params=query, auth=auth).prepare().url)


def test_key_is_added_to_the_query() -> None:
    auth = QueryKeyAuth("apiKey", "a b&c/+")
    assert url(auth, "https://api.example/a") == "https://api.example/a?apiKey=a%20b%26c%2F%2B"
    assert url(auth, "https://api.example/a", x="1") == "https://api.example/a?apiKey=a%20b%26c%2F%2B&x=1"


def test_key_is_not_sent_where_none_is_needed() -> None:
    auth = QueryKeyAuth("apiKey", "geheim", is_public=lambda path: path == "/public")
    assert url(auth, "https://api.example/public", x="1") == "https://api.example/public?x=1"
    assert "geheim" in url(auth, "https://api.example/public/not")
