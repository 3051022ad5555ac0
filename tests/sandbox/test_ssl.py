# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates, from the order to the file."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.sandbox.conftest import codes

KEY = ec.generate_private_key(ec.SECP256R1())
ATTRIBUTES = ("Firstname", "Lastname", "Phone", "EmailAddress", "Street", "Number", "PostalCode", "VatCountryCode")


def csr(*names, subject=True):
    common_name = [x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])] if subject else []
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(common_name))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def order(api, *names, kind="standard", level="domain_validated", **more):
    body = {"csr": csr(*names), "certificate_type": kind, "validation_level": level, **more}
    return api.post("/v2/sslcertificaterequests", body)


def place_records(api, zone, validations):
    for validation in validations:
        name = validation["cname_validation_name"].removesuffix(f".{zone}")
        record = {"type": "CNAME", "record_name": name, "content": validation["cname_validation_content"]}
        assert api.post(f"/v2/dns/{zone}/records", record).status_code == 201


def buy(api, domain, *names, kind="standard"):
    """Order a certificate, add its records, verify, and advance the clock; return the link of the request."""
    link = order(api, *names, kind=kind).headers["Location"]
    place_records(api, domain, {v["cname_validation_name"]: v for v in api.get(link).json()["validations"]}.values())
    assert api.put(link).status_code == 202
    api.sandbox.advance(60)
    return link


@pytest.fixture
def zone(api):
    """Return the name of a new zone."""
    name = api.new_name()
    api.account(name)
    return name


def test_from_the_order_to_the_pfx(sandbox, api, zone):
    ordered = order(api, zone)
    link = ordered.headers["Location"]
    assert ordered.status_code == 201
    assert re.fullmatch(r"/v2/sslcertificaterequests/\d+", link)
    ongoing = api.get(link).json()
    assert (ongoing["common_name"], ongoing["vendor"]) == (zone, "sectigo")
    assert {name["value"] for name in ongoing["subject_alt_names"]} == {zone, f"www.{zone}"}
    validations = ongoing["validations"]
    assert [(v["dns_name"], v["type"], v["auto_validated"]) for v in validations] == [
        (zone, "dns", False),
        (f"www.{zone}", "dns", False),
    ]
    place_records(api, zone, validations)
    sandbox.advance(1000)
    assert api.get(link).status_code == 200
    assert api.put(link).status_code == 202
    assert api.get(link).status_code == 200
    sandbox.advance(60)

    for answer in (api.get(link), api.put(link)):
        assert answer.status_code == 303
        assert re.fullmatch(r"/v2/sslcertificates/[0-9a-f]{40}", answer.headers["Location"])
    issued = api.get(link).headers["Location"]
    assert int(link.rpartition("/")[2]) not in [r["id"] for r in api.get("/v2/sslcertificaterequests?take=1000").json()]
    detail = api.get(issued).json()
    assert detail["type"] == "standard"
    assert [name["value"] for name in detail["subject_alt_names"]] == [zone, f"www.{zone}"]
    listed = [entry for entry in api.get("/v2/sslcertificates?take=1000").json() if entry["common_name"] == zone]
    assert listed == [{name: value for name, value in detail.items() if name != "subject_alt_names"}]

    file = api.get(f"{issued}/download?file_format=pfx&password=p%2Fw%3Dd-1~")
    assert file.headers["Content-Type"] == "application/x-pkcs12"
    assert ".pfx" in file.headers["Content-Disposition"]
    opened = pkcs12.load_pkcs12(file.content, b"p/w=d-1~")
    leaf, issuer, root = (entry.certificate for entry in opened.additional_certs)
    assert opened.key is None
    leaf.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(root)
    assert leaf.public_key() == KEY.public_key()
    assert leaf.fingerprint(hashes.SHA1()).hex() == detail["sha1_fingerprint"]
    assert leaf.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ") == detail["expires_after"]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [zone, f"www.{zone}"]
    assert api.get(f"{issued}/download?file_format=pfx&password=x").content != file.content
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(file.content, b"other")


@pytest.mark.parametrize(
    "query", ["file_format=pfx", "file_format=pfx&password=", "file_format=pem&password=x", "password=x"]
)
def test_a_download_wants_format_and_password(api, zone, query):
    issued = api.get(buy(api, zone, zone)).headers["Location"]
    assert codes(api.get(f"{issued}/download?{query}"))


def test_without_the_records_nothing_is_issued(sandbox, api, zone):
    link = order(api, zone).headers["Location"]
    validations = api.get(link).json()["validations"]
    place_records(api, zone, validations[:1])
    assert api.put(link).status_code == 202
    sandbox.advance(100_000)
    assert api.get(link).status_code == 200

    wrong = {**validations[1], "cname_validation_content": "wrong.example"}
    place_records(api, zone, [wrong])
    sandbox.advance(100_000)
    assert api.get(link).status_code == 200

    # Verify was called once, which is enough: each read of the request also checks the zone.
    place_records(api, zone, validations[1:])
    assert api.get(link).status_code == 200
    sandbox.advance(60)
    assert api.get(link).status_code == 303


def test_a_wildcard_brings_its_apex(api, zone):
    link = buy(api, zone, f"*.{zone}", kind="wildcard")
    detail = api.get(api.get(link).headers["Location"]).json()
    assert [name["value"] for name in detail["subject_alt_names"]] == [f"*.{zone}", zone]


def test_a_www_name_brings_its_apex(api, zone):
    detail = api.get(order(api, f"WWW.{zone}").headers["Location"]).json()
    assert [name["value"] for name in detail["subject_alt_names"]] == [f"www.{zone}", zone]


def test_several_names(api, zone):
    names = [zone, f"shop.{zone}", f"blog.{zone}"]
    link = buy(api, zone, *names, kind="multi_domain")
    detail = api.get(api.get(link).headers["Location"]).json()
    assert [name["value"] for name in detail["subject_alt_names"]] == names


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["a.example", "b.example"], "standard"),
        (["*.a.example"], "standard"),
        (["a.example"], "wildcard"),
        (["*.a.example", "b.example"], "wildcard"),
    ],
)
def test_the_type_must_fit_the_names(sandbox, api, names, kind):
    before = sandbox.state()["orders"]
    assert codes(order(api, *names, kind=kind)) == ["certificate_type_invalid"]
    assert sandbox.state()["orders"] == before


def test_the_csr_is_read(api):
    body = {"certificate_type": "standard", "validation_level": "domain_validated"}
    signed = x509.load_pem_x509_csr(csr("a.example").encode()).public_bytes(serialization.Encoding.DER)
    changed = signed.replace(b"a.example", b"b.example", 1)
    broken = f"-----BEGIN CERTIFICATE REQUEST-----\n{b64encode(changed).decode()}\n-----END CERTIFICATE REQUEST-----\n"
    for text, wrong in (("nonsense", "csr_invalid"), (broken, "csr_invalid"), ("", "csr_invalid")):
        assert codes(api.post("/v2/sslcertificaterequests", {**body, "csr": text})) == [wrong]
    unnamed = {**body, "csr": csr("a.example", subject=False)}
    assert codes(api.post("/v2/sslcertificaterequests", unnamed)) == ["csr_common_name_required"]
    assert codes(order(api, "not a domain")) == ["csr_name_invalid"]
    assert codes(order(api, "a.example", kind="large")) == ["certificate_type_invalid"]


@pytest.mark.parametrize("level", ["organization_validated", "extended_validated"])
def test_higher_levels_want_to_know_the_organization(api, zone, level):
    given = [{"name": name, "value": "x"} for name in ATTRIBUTES]
    assert codes(order(api, zone, level=level)) == [f"{name}_required" for name in ATTRIBUTES]
    assert codes(order(api, zone, level=level, additional_validation_attributes=given[1:])) == ["Firstname_required"]
    assert order(api, zone, level=level, additional_validation_attributes=given).status_code == 201


def test_file_and_mail_validations_are_for_people(sandbox, api):
    for domain, kind in (("file.example", "file"), ("email.example", "email")):
        link = order(api, f"shop.{domain}").headers["Location"]
        validation = api.get(link).json()["validations"][0]
        assert (validation["type"], validation["auto_validated"]) == (kind, False)
        assert "cname_validation_name" not in validation
        api.put(link)
        sandbox.advance(100_000)
        assert api.get(link).status_code == 200
        sandbox.control("PUT", link.removeprefix("/v2/"), {"status": "validated"})
        api.get(link)
        sandbox.advance(60)
        assert api.get(link).status_code == 303


def test_names_that_validate_themselves(sandbox, api):
    link = order(api, "shop.auto.example").headers["Location"]
    assert all(validation["auto_validated"] for validation in api.get(link).json()["validations"])
    api.put(link)
    sandbox.advance(60)
    assert api.get(link).status_code == 303


def test_a_withdrawn_request_is_gone(sandbox, api, zone):
    link = order(api, zone).headers["Location"]
    sandbox.control("PUT", link.removeprefix("/v2/"), {"status": "withdrawn"})
    for answer in (api.get(link), api.put(link)):
        assert (answer.status_code, answer.content) == (410, b"")
    assert int(link.rpartition("/")[2]) not in [r["id"] for r in api.get("/v2/sslcertificaterequests?take=1000").json()]


def test_each_order_is_a_purchase(sandbox, api, zone):
    before = sandbox.state()["orders"].get("POST /sslcertificaterequests", 0)
    first, second = (order(api, zone).headers["Location"] for _number in range(2))
    assert first != second
    assert sandbox.state()["orders"]["POST /sslcertificaterequests"] == before + 2


def test_the_clock_can_be_set_back_for_a_certificate_that_ends_soon(sandbox, api, zone):
    real = sandbox.control("GET", "clock")["now"]
    sandbox.advance(-350 * 86400)
    link = buy(api, zone, zone)
    issued = api.get(link).headers["Location"]
    sandbox.advance(real - sandbox.control("GET", "clock")["now"])
    file = api.get(f"{issued}/download?file_format=pfx&password=x").content
    leaf = pkcs12.load_pkcs12(file, b"x").additional_certs[0].certificate
    assert 13 < (leaf.not_valid_after_utc.timestamp() - real) / 86400 < 16


def validation_names(api, link):
    return {v["dns_name"]: v["cname_validation_name"] for v in api.get(link).json()["validations"]}


def test_both_forms_of_the_names_of_validation_records(sandbox, api, zone):
    link = order(api, zone, f"www.{zone}").headers["Location"]
    parts = validation_names(api, link)
    assert re.fullmatch("_[0-9a-f]{32}", parts[zone]) and re.fullmatch(r"_[0-9a-f]{32}\.www", parts[f"www.{zone}"])
    sandbox.control("PUT", "validationnames", {"names": "whole"})
    try:
        assert validation_names(api, link) == {name: f"{part}.{zone}" for name, part in parts.items()}
    finally:
        sandbox.control("PUT", "validationnames", {"names": "host"})
    # Without a hosted zone, the host's part is relative to the domain.
    elsewhere = f"a.b.{api.new_name()}"
    parts = validation_names(api, order(api, elsewhere).headers["Location"])
    assert re.fullmatch(r"_[0-9a-f]{32}\.a\.b", parts[elsewhere])
