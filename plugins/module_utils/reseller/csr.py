# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look into certificate signing requests and certificates.

Private to the collection. Needs `cryptography`, which ansible-core brings to the controller; a host that a task is
delegated to may lack it.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.coverage import SigningRequest
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

try:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
    from cryptography.x509.oid import NameOID

    HAS_CRYPTOGRAPHY = True
except ImportError:
    HAS_CRYPTOGRAPHY = False

#: What the vendor asks for besides the common name; a request without it is only warned of.
RECOMMENDED = {
    "C": "COUNTRY_NAME",
    "ST": "STATE_OR_PROVINCE_NAME",
    "L": "LOCALITY_NAME",
    "O": "ORGANIZATION_NAME",
    "E": "EMAIL_ADDRESS",
}


class Leaf(NamedTuple):
    """The certificate in a PKCS #12 file that the others are the chain of.

    Attributes:
        fingerprint: its SHA-1 fingerprint, lower case.
        public_key: its key, as `key_digest` names it; an empty text for a kind of key that is not known.
    """

    fingerprint: str
    public_key: str


def require_cryptography() -> None:
    """Refuse to go on without `cryptography`.

    Raises:
        ToolkitError: ``missing_library``.
    """
    if not HAS_CRYPTOGRAPHY:
        raise ToolkitError("missing_library", missing_required_lib("cryptography"))


def read_csr(option: str, pem: str) -> SigningRequest:
    """Read a request (PKCS #10 in PEM).

    Raises:
        ToolkitError: ``invalid_option``, when it is none, is not signed by its own key, or has no common name.
    """
    require_cryptography()
    try:
        csr = x509.load_pem_x509_csr(pem.strip().encode())
        signed = csr.is_signature_valid
        subject = csr.subject
        public_key = key_digest(csr)
    except Exception as error:  # cryptography raises several kinds for what is no request
        raise invalid(option, "this is not a certificate signing request in PEM.") from error
    if not signed:
        raise invalid(option, "the request is not signed by its own key.")
    common_names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not common_names:
        raise invalid(option, "the request has no common name (CN), which the certificate is for.")
    common_name = ascii_domain(option, _text(common_names[0].value), wildcard=True)
    try:
        extension = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        alternatives = list(extension.value.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        alternatives = []
    others = {ascii_domain(option, name, wildcard=True) for name in alternatives} - {common_name}
    missing = tuple(
        code for code, name in RECOMMENDED.items() if not subject.get_attributes_for_oid(getattr(NameOID, name))
    )
    return SigningRequest(pem.strip() + "\n", common_name, (common_name, *sorted(others)), missing, public_key)


def key_digest(holder: Any) -> str:
    """Return the SHA-256 digest of the public key in a request or a certificate, in hexadecimal digits.

    The key is encoded anew (SubjectPublicKeyInfo in DER), as one key can be written in several ways.

    Raises:
        ValueError: the key can't be read.
        UnsupportedAlgorithm: it is of a kind that is not known.
    """
    encoded = holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def leaf_in(content: bytes, password: str) -> Leaf | None:
    """Return the leaf of a PKCS #12 file; None if it has none, or can't be opened with this password."""
    try:
        bundle = pkcs12.load_pkcs12(content, password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    # Without a private key inside, no certificate counts as the main one: the leaf is the one that issued none.
    certificates: list[Any] = [bundle.cert.certificate] if bundle.cert else []
    certificates += [item.certificate for item in bundle.additional_certs]
    issuers = {certificate.issuer for certificate in certificates}
    leaves = [certificate for certificate in certificates if certificate.subject not in issuers]
    leaf = next(iter(leaves or certificates), None)
    if leaf is None:
        return None
    try:
        public_key = key_digest(leaf)
    except (ValueError, UnsupportedAlgorithm):
        public_key = ""
    return Leaf(leaf.fingerprint(hashes.SHA1()).hex(), public_key)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
