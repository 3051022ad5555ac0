# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create signing requests and read PKCS #12 files, for tests of certificates."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

SUBJECT = {
    NameOID.COUNTRY_NAME: "BE",
    NameOID.STATE_OR_PROVINCE_NAME: "Oost-Vlaanderen",
    NameOID.LOCALITY_NAME: "Gent",
    NameOID.ORGANIZATION_NAME: "Example",
    NameOID.EMAIL_ADDRESS: "admin@example.com",
}

ATTRIBUTES = {
    "Firstname": "Ada",
    "Lastname": "Lovelace",
    "Phone": "+32 9 000 00 00",
    "EmailAddress": "ada@example.com",
    "Street": "Skaldenstraat",
    "Number": "121",
    "PostalCode": "9042",
    "VatCountryCode": "BE",
}
"""The organization's data that organization and extended validation require."""


def make_csr(common_name: str | None, *others: str, full_subject: bool = True) -> str:
    """Return a signing request in PEM, signed by a new key that is discarded."""
    parts = [x509.NameAttribute(oid, value) for oid, value in SUBJECT.items()] if full_subject else []
    if common_name is not None:
        parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(parts))
    if others:
        names = [x509.DNSName(name) for name in others]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    csr = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return csr.public_bytes(serialization.Encoding.PEM).decode()


def pfx_fingerprints(path: Path, password: str) -> list[str]:
    """Return the SHA-1 fingerprints of all certificates in a PKCS #12 file."""
    bundle = pkcs12.load_pkcs12(path.read_bytes(), password.encode())
    assert bundle.key is None
    found = [bundle.cert.certificate] if bundle.cert else []
    found += [item.certificate for item in bundle.additional_certs]
    return [certificate.fingerprint(hashes.SHA1()).hex() for certificate in found]
