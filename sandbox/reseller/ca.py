# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""X.509: parsing of requests, and the sandbox's certificate authority.

The authority consists of a root and an issuer, created on first use and stored with the state. Import this module only
inside functions: its library takes a large part of the start-up time, and few sandboxes need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.errors import Invalid
from sandbox.reseller.names_and_passwords import in_ascii, is_domain_name
from sandbox.store import Setting, Store

LEAF_DAYS = 365
_CA_DAYS = 20 * 365
_AUTHORITY = Setting("certificate_authority", "")
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class IssuedCertificate:
    """A new certificate, as it is stored; ``expires_at`` in seconds since 1970."""

    sha1_fingerprint: str
    expires_at: float
    pem: str


def names_in(csr_pem: str) -> list[str]:
    """Return the names in a CSR, lower-cased and in ASCII, the common name first.

    Refuses a text that is not exactly one CSR, keys and signatures that no authority accepts, more or less than one
    common name, and names that no host can have.
    """
    if "PRIVATE KEY" in csr_pem:
        raise Invalid("csr_private_key", "csr: contains a private key, which is now compromised.")
    csr = _load(csr_pem)
    if not _is_strong(csr.public_key()):
        raise Invalid("csr_key_invalid", "csr: the key is too short, or of a kind that is not accepted.")
    if csr.signature_hash_algorithm is None or csr.signature_hash_algorithm.name in ("md5", "sha1"):
        raise Invalid("csr_signature_invalid", "csr: signed with an algorithm that is not accepted.")
    if not csr.is_signature_valid:
        raise Invalid("csr_invalid", "csr: the signature is wrong.")
    found = [str(attribute.value) for attribute in csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if len(found) != 1:
        raise Invalid("csr_common_name_required", f"csr: the subject has {len(found)} common names instead of one.")
    try:
        others = list(csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        others = []
    if any(not isinstance(name, x509.DNSName) for name in others):
        raise Invalid("csr_name_invalid", "csr: alternative names other than DNS names are not accepted.")
    names = [in_ascii(name) for name in (*found, *(name.value for name in others))]
    wrong = [name for name in names if not is_domain_name(name.removeprefix("*."))]
    if wrong:
        raise Invalid("csr_name_invalid", f"csr: not a domain name: {', '.join(wrong)}")
    return list(dict.fromkeys(names))


def _load(csr_pem: str) -> x509.CertificateSigningRequest:
    try:
        if csr_pem.count("-----BEGIN ") != 1:
            raise ValueError("not one PEM block")
        csr = x509.load_pem_x509_csr(csr_pem.encode())
        csr.public_key()
        # Parsed now, as this can fail.
        len(csr.extensions)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise Invalid("csr_invalid", "csr: not a certificate signing request in PEM form.") from error
    return csr


def _is_strong(key: object) -> bool:
    """Return whether authorities accept such a key (Baseline Requirements, 6.1.5)."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size in range(2048, 16385, 8)
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(
        key.curve, (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
    )


def issue(store: Store, csr_pem: str, names: list[str], now: float) -> IssuedCertificate:
    """Return a certificate for the key in a CSR and these names, the common name first; valid from ``now`` - 1 h."""
    issuer_key, chain = _authority(store, now)
    csr = x509.load_pem_x509_csr(csr_pem.encode())
    start = datetime.fromtimestamp(now, UTC) - timedelta(hours=1)
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        _builder(_name(names[0]), chain[0].subject, csr.public_key(), start, LEAF_DAYS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return IssuedCertificate(
        sha1_fingerprint=certificate.fingerprint(hashes.SHA1()).hex(),
        expires_at=certificate.not_valid_after_utc.timestamp(),
        pem=certificate.public_bytes(_PEM).decode(),
    )


def pfx(store: Store, certificate_pem: str, password: str, now: float) -> bytes:
    """PKCS#12 with the leaf and its chain, without a key (the authority never had it); new bytes each time."""
    _key, chain = _authority(store, now)
    leaf = x509.load_pem_x509_certificate(certificate_pem.encode())
    encryption = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(None, None, leaf, chain, encryption)


def _authority(store: Store, now: float) -> tuple[ec.EllipticCurvePrivateKey, list[x509.Certificate]]:
    """Return the issuer's key, and the chain above each leaf: the issuer first, then the root."""
    kept = _AUTHORITY.read(store)
    if not kept:
        kept = _create(datetime.fromtimestamp(now, UTC))
        _AUTHORITY.write(store, kept)
    key = serialization.load_pem_private_key(kept.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key, x509.load_pem_x509_certificates(kept.encode())


def _create(now: datetime) -> str:
    """Key of the issuer, certificate of the issuer, certificate of the root, as one PEM text."""
    # Valid from long ago, so that certificates can be issued with a virtual clock in the past.
    start = now - timedelta(days=_CA_DAYS // 2)
    root_key, issuer_key = (ec.generate_private_key(ec.SECP256R1()) for _number in range(2))
    root_name = _name("Sandbox Root CA")
    root, issuer = (
        _builder(name, root_name, key.public_key(), start, _CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=length), critical=True)
        .sign(root_key, hashes.SHA256())
        for name, key, length in ((root_name, root_key, 1), (_name("Sandbox Issuing CA"), issuer_key, 0))
    )
    key_pem = issuer_key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (key_pem + issuer.public_bytes(_PEM) + root.public_bytes(_PEM)).decode()


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: CertificatePublicKeyTypes, start: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
