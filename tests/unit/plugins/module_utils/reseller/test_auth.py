# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature against what the vendor's own client computed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import HmacAuth, signed_target

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("hmac_vectors.json").read_text(encoding="utf-8"))
ORIGINAL = Path(__file__).resolve().parents[5] / "../shared/vectors/hmac.json"

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['method']} {vector['url']}")


def prepared(method: str, url: str, body: str | bytes = b"") -> requests.PreparedRequest:
    content = body.encode() if isinstance(body, str) else body
    return requests.Request(method, url, data=content or None).prepare()


def signature(vector: dict[str, Any], **options: Any) -> str:
    auth = HmacAuth(
        vector["api_key"],
        vector["api_secret"],
        clock=lambda: vector["timestamp"] + 0.9,
        nonce=lambda: vector["nonce"],
        **options,
    )
    return auth(prepared(vector["method"], vector["url"], vector["body"])).headers["Authorization"]


@each_vector
def test_as_the_vendors_client_signs(vector: dict[str, Any]) -> None:
    assert signature(vector, keep_case=True) == vector["authorization"]


@each_vector
def test_as_documented(vector: dict[str, Any]) -> None:
    if not vector["target_has_upper_case"]:
        assert signature(vector) == vector["authorization"]
        return
    start = len(vector["api_key"]) + len(vector["method"])
    end = vector["string_to_sign"].index(f"{vector['timestamp']}{vector['nonce']}")
    text = vector["string_to_sign"]
    lowered = signed_target(requests.compat.unquote_plus(text[start:end]), keep_case=False)
    text = text[:start] + lowered + text[end:]
    digest = hmac.new(vector["api_secret"].encode(), text.encode(), hashlib.sha256).digest()
    assert signature(vector).split(":")[1] == base64.b64encode(digest).decode()
    assert signature(vector) != vector["authorization"]


def test_vectors_have_both_cases() -> None:
    assert len(VECTORS) > 20
    assert {vector["target_has_upper_case"] for vector in VECTORS} == {True, False}


def test_vectors_are_the_vendors() -> None:
    if not ORIGINAL.exists():
        pytest.skip("the original of the vectors is not here")
    assert json.loads(ORIGINAL.read_text(encoding="utf-8"))["vectors"] == VECTORS


@pytest.mark.parametrize(
    ("target", "signed"),
    [
        ("/v2/accounts?take=5", "%2Fv2%2Faccounts%3Ftake%3D5"),
        ("/v2/dns/%C3%A9.be", "%2Fv2%2Fdns%2F%C3%A9.be"),
        ("/a%40b~c%20d", "%2Fa%40b%7Ec+d"),
        ("/A%2fB", "%2Fa%2Fb"),
    ],
)
def test_target_is_decoded_and_encoded_once(target: str, signed: str) -> None:
    assert signed_target(target, keep_case=False) == signed


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"])))
def test_encoding_a_segment_does_not_change_what_is_signed(text: str) -> None:
    encoded = "/v2/" + requests.compat.quote(text, safe="")
    assert signed_target(encoded, keep_case=True) == requests.compat.quote_plus("/v2/" + text, safe="").replace(
        "~", "%7E"
    )


def test_each_signature_has_another_nonce() -> None:
    auth = HmacAuth("key", "secret")
    nonces = {
        auth(prepared("GET", "https://host/v2/accounts")).headers["Authorization"].split(":")[2]
        for _number in range(50)
    }
    assert len(nonces) == 50


def test_case_is_tried_once_and_only_for_targets_that_have_one() -> None:
    auth = HmacAuth("key", "secret")
    assert not auth.sign_anew(prepared("GET", "https://host/v2/accounts"), None)
    assert not auth.sign_anew(prepared("GET", "https://host/v2/%c3%a9"), None)
    upper = prepared("GET", "https://host/v2/mysqldatabases/ID1_x")
    assert auth.sign_anew(upper, None)
    assert not auth.sign_anew(upper, None)


def test_clock_is_tried_once_and_only_when_it_is_off() -> None:
    auth = HmacAuth("key", "secret", clock=lambda: 1000.0)
    request = prepared("GET", "https://host/v2/accounts")
    assert not auth.sign_anew(request, 29.0)
    assert auth.sign_anew(request, -3600.0)
    assert auth(request).headers["Authorization"].endswith(":-2600")
    assert not auth.sign_anew(request, -3600.0)


def test_accepted_case_is_told_once_and_only_when_it_is_shown() -> None:
    told: list[bool] = []
    auth = HmacAuth("key", "secret", on_case_learned=told.append)
    lower, upper = prepared("GET", "https://host/v2/a"), prepared("GET", "https://host/v2/A")
    auth.accepted(upper)
    assert told == []
    assert auth.sign_anew(upper, None)
    auth.accepted(lower)
    assert told == []
    auth.accepted(upper)
    auth.accepted(upper)
    assert told == [True]
