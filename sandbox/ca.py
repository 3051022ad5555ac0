# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's own certificate authority: a root and an issuer, made on first need and kept with the state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.store import Store

LEAF_DAYS = 365
_CA_DAYS = 20 * 365
_SETTING = "certificate_authority"


@dataclass(frozen=True)
class Authority:
    """The issuer's key and the chain above each leaf: issuer first, then root."""

    key: ec.EllipticCurvePrivateKey
    chain: list[x509.Certificate]

    def issue(
        self, csr: x509.CertificateSigningRequest, common_name: str, names: list[str], now: float
    ) -> x509.Certificate:
        """A certificate for the key and names of a request, valid from an hour before ``now`` (virtual time)."""
        start = datetime.fromtimestamp(now, UTC) - timedelta(hours=1)
        builder = _builder(_name(common_name), self.chain[0].subject, csr.public_key(), start, LEAF_DAYS)
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return builder.add_extension(issuer_key, critical=False).sign(self.key, hashes.SHA256())


def authority(store: Store, now: float) -> Authority:
    """The authority of this state."""
    kept = store.setting(_SETTING, "")
    if not kept:
        kept = _create(datetime.fromtimestamp(now, UTC))
        store.set_setting(_SETTING, kept)
    key = serialization.load_pem_private_key(kept.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Authority(key, x509.load_pem_x509_certificates(kept.encode()))


def _create(now: datetime) -> str:
    """Key of the issuer, certificate of the issuer, certificate of the root, as one PEM text."""
    # From long ago, so that a virtual clock that was set back can issue too.
    start = now - timedelta(days=_CA_DAYS // 2)
    root_key, issuer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _name("Sandbox Root CA")
    root, issuer = (
        _builder(name, root_name, key.public_key(), start, _CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=length), critical=True)
        .sign(root_key, hashes.SHA256())
        for name, key, length in ((root_name, root_key, 1), (_name("Sandbox Issuing CA"), issuer_key, 0))
    )
    encoding = serialization.Encoding.PEM
    key_pem = issuer_key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (key_pem + issuer.public_bytes(encoding) + root.public_bytes(encoding)).decode()


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


def pfx(certificate: x509.Certificate, chain: list[x509.Certificate], password: str) -> bytes:
    """PKCS#12 with the leaf and its chain, without a key (the authority never had it); new bytes each time."""
    encryption = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(None, None, certificate, chain, encryption)
