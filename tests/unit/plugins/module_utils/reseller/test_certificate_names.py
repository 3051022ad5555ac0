# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing requests, the names that a certificate covers, and the certificates that can be bought."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller import (
    certificates,
    csr,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_names import (
    SigningRequest,
    covers,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import Product, check_product
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@pytest.mark.parametrize(
    ("certificate", "wanted", "expected"),
    [
        (["a.be", "www.a.be"], ["a.be"], True),
        (["a.be"], ["a.be", "www.a.be"], False),
        (["A.BE."], ["a.be"], True),
        (["*.a.be"], ["www.a.be"], True),
        (["*.a.be"], ["a.be"], False),
        (["*.a.be"], ["x.www.a.be"], False),
        (["*.a.be"], ["*.a.be"], True),
        (["*.a.be"], ["*.b.a.be"], False),
        (["www.a.be"], ["*.a.be"], False),
        (["*.be"], ["*.a.be"], False),
        (["xn--bcher-kva.example"], ["xn--bcher-kva.example"], True),
        ([], ["a.be"], False),
    ],
)
def test_covers(certificate: list[str], wanted: list[str], expected: bool) -> None:
    assert covers(certificate, wanted) is expected


label = st.from_regex(r"[a-z0-9]{1,5}", fullmatch=True)


@given(st.lists(label, min_size=1, max_size=4), label)
def test_wildcard_stands_for_exactly_one_label(labels: list[str], first: str) -> None:
    domain = ".".join([*labels, "example"])
    assert covers([f"*.{domain}"], [f"{first}.{domain}"])
    assert not covers([f"*.{domain}"], [f"{first}.{first}.{domain}"])
    assert not covers([f"*.{domain}"], [domain])


def pem(common_name: str | None, *others: str, missing: bool = False) -> str:
    attributes = [] if common_name is None else [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if not missing:
        values = ("BE", "Oost", "Gent", "Example", "a@example.com")
        attributes += [
            x509.NameAttribute(getattr(NameOID, oid), value)
            for oid, value in zip(csr.RECOMMENDED.values(), values, strict=True)
        ]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    if others:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in others]), False)
    made = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def test_signing_request_is_read_in_canonical_form() -> None:
    found = read_csr("csr", "\n " + pem("Example.com", "www.example.com", "api.example.com", "EXAMPLE.com"))
    assert found.names == ("example.com", "api.example.com", "www.example.com")
    assert found.missing == ()
    assert found.pem.endswith("-----\n")
    assert not found.pem.startswith("\n")


def test_missing_attributes_are_reported() -> None:
    assert read_csr("csr", pem("example.com", missing=True)).missing == ("C", "ST", "L", "O", "E")


@pytest.mark.parametrize("text", [None, "", "-----BEGIN CERTIFICATE REQUEST-----", "é"])
def test_no_signing_request(text: str | None) -> None:
    with pytest.raises(ToolkitError, match="csr_path"):
        read_csr("csr_path", text)


def test_signing_request_needs_a_common_name() -> None:
    with pytest.raises(ToolkitError, match="common name"):
        read_csr("csr", pem(None, "example.com"))


def product(kind: str, level: str, *wanted: str) -> Product:
    return Product(kind, level, SigningRequest("", wanted[0], wanted, (), ""))


@pytest.mark.parametrize(
    ("kind", "wanted", "fine"),
    [
        ("standard", ("a.be",), True),
        ("standard", ("a.be", "www.a.be"), True),
        ("standard", ("a.be", "b.be"), False),
        ("standard", ("*.a.be",), False),
        ("wildcard", ("*.a.be",), True),
        ("wildcard", ("a.be", "*.a.be"), False),
        ("multi_domain", ("a.be", "b.be"), True),
        ("multi_domain", ("a.be", "*.b.be"), False),
    ],
)
def test_type_of_a_certificate_must_fit_its_names(kind: str, wanted: tuple[str, ...], fine: bool) -> None:
    one = product(kind, "domain_validated", *wanted)
    if fine:
        check_product(one, {}, "csr")
    else:
        with pytest.raises(ToolkitError, match="csr"):
            check_product(one, {}, "csr")


@pytest.mark.parametrize(
    ("kind", "wanted", "told"),
    [
        ("standard", ("a.be", "b.be"), "a standard certificate is for one name, and the request has a.be, b.be."),
        ("standard", ("*.a.be",), "a standard certificate is for one name, and the request has *.a.be."),
        ("wildcard", ("a.be", "*.a.be"), "a wildcard certificate is for a name *.…, and the request's is a.be."),
        (
            "wildcard",
            ("*.a.be", "a.be", "www.a.be", "b.be", "x.www.a.be"),
            "a wildcard certificate for *.a.be can't hold b.be, x.www.a.be.",
        ),
        (
            "multi_domain",
            ("a.be", "*.b.be", "*.c.be"),
            "a multi-domain certificate has no wildcards, and the request has *.b.be.",
        ),
    ],
)
def test_mismatched_names_are_reported(kind: str, wanted: tuple[str, ...], told: str) -> None:
    with pytest.raises(ToolkitError) as caught:
        check_product(product(kind, "domain_validated", *wanted), {}, "csr_path")
    assert (caught.value.kind, caught.value.message) == ("invalid_option", f"csr_path: {told}")


def test_wildcard_covers_its_own_domain_and_one_label_below() -> None:
    check_product(product("wildcard", "domain_validated", "*.a.be", "a.be", "www.a.be"), {}, "csr")


def test_all_missing_organization_fields_are_reported() -> None:
    with pytest.raises(ToolkitError) as caught:
        check_product(product("standard", "organization_validated", "a.be"), {}, "csr")
    lacking = ", ".join(certificates.REQUIRED_ATTRIBUTES)
    assert caught.value.message == f"additional_validation_attributes: organization_validated needs {lacking}."


@pytest.mark.parametrize("level", ["organization_validated", "extended_validated"])
@pytest.mark.parametrize("missing", certificates.REQUIRED_ATTRIBUTES)
def test_organization_is_required_before_buying(level: str, missing: str) -> None:
    complete = dict.fromkeys(certificates.REQUIRED_ATTRIBUTES, "x")
    check_product(product("standard", level, "a.be"), complete, "csr")
    with pytest.raises(ToolkitError, match=missing):
        check_product(product("standard", level, "a.be"), {**complete, missing: ""}, "csr")


def test_sentence_names_exactly_what_is_bought() -> None:
    assert (
        product("multi_domain", "domain_validated", "a.be", "b.be").sentence
        == "ssl multi_domain domain_validated a.be b.be"
    )
