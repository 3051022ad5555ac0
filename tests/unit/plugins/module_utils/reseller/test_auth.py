# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures compared with those of the vendor's client."""

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

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import HmacAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.signing_forms import (
    SigningForm,
    read_signing_form,
    signed_target,
    store_signing_form,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from tests.support.samples import ENCODED_TARGETS

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("hmac_vectors.json").read_text(encoding="utf-8"))
#: Targets with spaces, plus signs and tildes; the client takes a literal plus sign for a space.
QUERY_VECTORS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("hmac_query_vectors.json").read_text(encoding="utf-8")
)
ORIGINALS = Path(__file__).resolve().parents[5] / "../shared/vectors"
LOWER, RFC3986 = SigningForm(keep_case=False), SigningForm(rfc3986=True)
LOWER_RFC3986 = SigningForm(keep_case=False, rfc3986=True)

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
    assert signature(vector) == vector["authorization"]


@pytest.mark.parametrize("vector", QUERY_VECTORS, ids=lambda vector: f"{vector['method']} {vector['url']}")
def test_spaces_and_plus_signs_as_the_vendors_client_signs(vector: dict[str, Any]) -> None:
    assert signature(vector) == vector["authorization"]


@each_vector
def test_as_documented(vector: dict[str, Any]) -> None:
    if not vector["target_has_upper_case"]:
        assert signature(vector, form=LOWER) == vector["authorization"]
        return
    start = len(vector["api_key"]) + len(vector["method"])
    end = vector["string_to_sign"].index(f"{vector['timestamp']}{vector['nonce']}")
    text = vector["string_to_sign"]
    lowered = signed_target(requests.compat.quote(requests.compat.unquote_plus(text[start:end])), LOWER)
    text = text[:start] + lowered + text[end:]
    digest = hmac.new(vector["api_secret"].encode(), text.encode(), hashlib.sha256).digest()
    assert signature(vector, form=LOWER).split(":")[1] == base64.b64encode(digest).decode()
    assert signature(vector, form=LOWER) != vector["authorization"]


def test_vectors_have_both_cases() -> None:
    assert len(VECTORS) > 20
    assert {vector["target_has_upper_case"] for vector in VECTORS} == {True, False}


def test_vectors_are_the_vendors() -> None:
    if not ORIGINALS.exists():
        pytest.skip("the originals of the vectors are not here")
    for name, vectors in (("hmac", VECTORS), ("hmac-query", QUERY_VECTORS)):
        assert json.loads((ORIGINALS / f"{name}.json").read_text(encoding="utf-8"))["vectors"] == vectors


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
    assert signed_target(target, LOWER) == signed


@pytest.mark.parametrize(("target", "form", "rfc3986"), ENCODED_TARGETS)
def test_space_plus_and_tilde_have_two_forms(target: str, form: str, rfc3986: str) -> None:
    assert signed_target(target, SigningForm()) == form
    assert signed_target(target, RFC3986) == rfc3986


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"])))
def test_encoding_a_segment_does_not_change_what_is_signed(text: str) -> None:
    encoded = "/v2/" + requests.compat.quote(text, safe="")
    assert signed_target(encoded, SigningForm()) == requests.compat.quote_plus("/v2/" + text, safe="").replace(
        "~", "%7E"
    )


def test_each_signature_has_another_nonce() -> None:
    auth = HmacAuth("key", "secret")
    nonces = {
        auth(prepared("GET", "https://host/v2/accounts")).headers["Authorization"].split(":")[2]
        for _number in range(50)
    }
    assert len(nonces) == 50


def fixed(form: SigningForm) -> HmacAuth:
    """Return a signer with constant signatures."""
    return HmacAuth("key", "secret", form=form, clock=lambda: 1000.0, nonce=lambda: "once")


def signed_by(auth: HmacAuth, target: str) -> str:
    return auth(prepared("GET", f"https://host{target}")).headers["Authorization"]


@pytest.mark.parametrize(
    ("target", "forms"),
    [
        ("/v2/accounts?take=5", [SigningForm()]),
        ("/v2/%c3%a9", [SigningForm()]),
        ("/v2/x?y=a%2Bb", [SigningForm()]),
        ("/v2/mysqldatabases/ID1_x", [SigningForm(), LOWER]),
        ("/v2/x?y=a%20b", [SigningForm(), RFC3986]),
        ("/v2/x?y=a~b", [SigningForm(), RFC3986]),
        ("/v2/X?y=a%20b", [SigningForm(), LOWER, RFC3986, LOWER_RFC3986]),
    ],
)
@pytest.mark.parametrize("first", [SigningForm(), LOWER, RFC3986, LOWER_RFC3986])
def test_other_forms_are_tried_once_where_they_differ(
    target: str, forms: list[SigningForm], first: SigningForm
) -> None:
    auth = fixed(first)
    signed: list[str] = []
    while len(signed) < 9:
        signed.append(signed_by(auth, target))
        if not auth.sign_anew(prepared("GET", f"https://host{target}"), None):
            break
    by_form = [signed_by(fixed(form), target) for form in forms]
    assert signed[0] == signed_by(fixed(first), target) == signed_by(auth, target)
    assert sorted(signed) == sorted(by_form)
    if first == SigningForm():
        assert signed == by_form


def test_what_was_refused_is_not_tried_again_for_the_next_request() -> None:
    auth = HmacAuth("key", "secret")
    upper = prepared("GET", "https://host/v2/mysqldatabases/ID1_x")
    assert auth.sign_anew(upper, None)
    assert not auth.sign_anew(upper, None)
    assert not auth.sign_anew(prepared("GET", "https://host/v2/mysqldatabases/ID2_x"), None)


def test_clock_is_tried_once_and_only_when_it_is_off() -> None:
    auth = HmacAuth("key", "secret", clock=lambda: 1000.0)
    request = prepared("GET", "https://host/v2/accounts")
    assert not auth.sign_anew(request, 29.0)
    assert auth.sign_anew(request, -3600.0)
    assert auth(request).headers["Authorization"].endswith(":-2600")
    assert not auth.sign_anew(request, -3600.0)


def test_accepted_form_is_reported_once_and_only_what_is_shown() -> None:
    told: list[SigningForm] = []
    auth = HmacAuth("key", "secret", on_form_learned=told.append)
    lower, upper = prepared("GET", "https://host/v2/a"), prepared("GET", "https://host/v2/A")
    spaced = prepared("GET", "https://host/v2/a?b=c%20d")
    auth.accepted(upper)
    auth.accepted(spaced)
    assert told == []
    assert auth.sign_anew(upper, None)
    auth.accepted(lower)
    assert told == []
    auth.accepted(upper)
    auth.accepted(upper)
    assert told == [LOWER]
    assert auth.sign_anew(spaced, None)
    auth.accepted(spaced)
    assert told == [LOWER, LOWER_RFC3986]
    assert not auth.sign_anew(lower, None)
    auth.accepted(spaced)
    assert len(told) == 2


@pytest.mark.parametrize(
    ("noted", "form"),
    [
        (None, SigningForm()),
        ({"api_url": "https://api.example", "keep_case": False}, LOWER),
        ({"keep_case": 1, "rfc3986": True}, RFC3986),
        ([], SigningForm()),
        ("text", SigningForm()),
    ],
)
def test_remembered_settings(tmp_path: Path, noted: Any, form: SigningForm) -> None:
    """The notes of an earlier version apply; unreadable ones count as missing."""
    store_signing_form(FileStorage(str(tmp_path)), "https://api.example", LOWER_RFC3986)
    assert read_signing_form(FileStorage(str(tmp_path)), "https://api.example") == LOWER_RFC3986
    assert read_signing_form(FileStorage(str(tmp_path)), "https://other.example") == SigningForm()
    [file] = (tmp_path / "signing").iterdir()
    file.unlink() if noted is None else file.write_text(json.dumps(noted), encoding="utf-8")
    assert read_signing_form(FileStorage(str(tmp_path)), "https://api.example") == form
