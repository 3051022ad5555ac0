# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Basic authentication (RFC 7617)."""

from __future__ import annotations

import requests

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import BasicAuth


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
