# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read certificate signing requests and certificates.

Private to the collection. Requires `cryptography`, which ansible-core installs on the controller; a host that a task is
delegated to may lack it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any, NamedTuple

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_names import SigningRequest
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    ascii_domain,
    check_host,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

try:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
    from cryptography.x509.oid import NameOID

    HAS_CRYPTOGRAPHY = True
except ImportError:
    HAS_CRYPTOGRAPHY = False

#: What the vendor asks for besides the common name; a request without it only causes a warning.
RECOMMENDED = {
    "C": "COUNTRY_NAME",
    "ST": "STATE_OR_PROVINCE_NAME",
    "L": "LOCALITY_NAME",
    "O": "ORGANIZATION_NAME",
    "E": "EMAIL_ADDRESS",
}
#: A request in its armor; Microsoft's tools and old ones of Netscape write NEW.
ARMOR = re.compile(r"-----BEGIN (NEW |)CERTIFICATE REQUEST-----([^-]*)-----END \1CERTIFICATE REQUEST-----")
SMALLEST_RSA = 2048
#: The accepted curves by their names in `cryptography`.
CURVES = ("secp256r1", "secp384r1", "secp521r1")
ACCEPTED_KEYS = "Make it with RSA of at least 2048 bits (a multiple of 8), or ECDSA on P-256, P-384 or P-521."
SIGN_ANEW = "Make it with SHA-256 (openssl req -new -sha256)."


class Leaf(NamedTuple):
    """The certificate in a PKCS #12 file whose chain the other certificates form.

    Attributes:
        fingerprint: its SHA-1 fingerprint, lower case.
        public_key: its key, as `key_digest` names it; an empty text for an unknown kind of key.
    """

    fingerprint: str
    public_key: str


def require_cryptography() -> None:
    """Refuse to continue without `cryptography`.

    Raises:
        ToolkitError: ``missing_library``.
    """
    if not HAS_CRYPTOGRAPHY:
        raise ToolkitError("missing_library", missing_required_lib("cryptography"))


def read_csr(option: str, text: str | None) -> SigningRequest:
    """Read a request (PKCS #10 in PEM). The parsed request is encoded again, and only that is sent.

    Text around the armor is not part of the request (RFC 7468, 2).

    Raises:
        ToolkitError: ``invalid_option``, when the text holds a private key, or not exactly one request, or one that is
            not signed by its own key or that no certificate is issued for; ``missing_library``.
    """
    if text is None:
        raise invalid(option, "there is nothing where a request is needed.")
    if "PRIVATE KEY" in text:
        raise invalid(
            option,
            "it holds a private key, which must stay with you. Give the request alone. Nothing of it was sent.",
        )
    require_cryptography()
    csr = _parsed(option, text)
    _check_key(option, csr)
    _check_signature(option, csr)
    common_names = csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not common_names:
        raise invalid(option, "the request has no common name (CN), which the certificate is for.")
    if len(common_names) > 1:
        raise invalid(option, "the request has several common names (CN). Other names are alternative names.")
    common_name = _dns_name(option, _text(common_names[0].value))
    others = {_dns_name(option, name) for name in _alternative_names(option, csr)} - {common_name}
    missing = tuple(
        code for code, name in RECOMMENDED.items() if not csr.subject.get_attributes_for_oid(getattr(NameOID, name))
    )
    pem = csr.public_bytes(Encoding.PEM).decode("ascii")
    return SigningRequest(pem, common_name, (common_name, *sorted(others)), missing, key_digest(csr))


def _parsed(option: str, text: str) -> Any:
    """Return the only request in a text, after reading all of its parts."""
    count = len(re.findall("-----BEGIN (?:NEW |)CERTIFICATE REQUEST-----", text))
    if count > 1:
        raise invalid(option, f"there are {count} requests in it. Give one: each certificate is bought by itself.")
    try:
        (body,) = (found.group(2) for found in ARMOR.finditer(text))
        csr = x509.load_der_x509_csr(base64.b64decode("".join(body.split()), validate=True))
        # Each part is parsed only on access.
        csr.subject, csr.extensions  # noqa: B018
    except Exception as error:  # cryptography raises several kinds of errors for invalid requests
        raise invalid(option, "this is not a certificate signing request in PEM.") from error
    return csr


def _check_key(option: str, csr: Any) -> None:
    """Refuse a key that no certificate is issued for (CA/Browser Forum, Baseline Requirements, 6.1.5)."""
    try:
        key = csr.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise invalid(option, f"its key is of a kind that is not known. {ACCEPTED_KEYS}") from error
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < SMALLEST_RSA or key.key_size % 8:
            raise invalid(option, f"its RSA key has {key.key_size} bits. {ACCEPTED_KEYS}")
    elif not isinstance(key, ec.EllipticCurvePublicKey):
        kind = type(key).__name__.replace("PublicKey", "").strip("_")
        raise invalid(option, f"its key is one of {kind}. {ACCEPTED_KEYS}")
    elif key.curve.name not in CURVES:
        raise invalid(option, f"its key is on the curve {key.curve.name}. {ACCEPTED_KEYS}")


def _check_signature(option: str, csr: Any) -> None:
    """Refuse a signature that is wrong, or made with a digest that authorities do not accept."""
    try:
        digest, good = csr.signature_hash_algorithm, csr.is_signature_valid
    except UnsupportedAlgorithm as error:
        raise invalid(option, f"it is signed in a way that is not known. {SIGN_ANEW}") from error
    if isinstance(digest, (hashes.SHA1, hashes.MD5)):
        name = "SHA-1" if isinstance(digest, hashes.SHA1) else "MD5"
        raise invalid(option, f"it is signed with {name}, which is not accepted. {SIGN_ANEW}")
    if not good:
        raise invalid(option, "the request is not signed by its own key.")


def _alternative_names(option: str, csr: Any) -> list[str]:
    """Return the alternative names; the certificate would lack names of other kinds than DNS names."""
    try:
        names = list(csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []
    others = [name for name in names if not isinstance(name, x509.DNSName)]
    if others:
        raise invalid(option, f"the request has names that are not domain names: {', '.join(map(_shown, others))}.")
    return [name.value for name in names]


def _dns_name(option: str, name: str) -> str:
    domain = ascii_domain(option, name, wildcard=True)
    check_host(option, domain)
    return domain


def _shown(name: Any) -> str:
    kinds: dict[Any, str] = {x509.IPAddress: "IP", x509.RFC822Name: "mail", x509.UniformResourceIdentifier: "URI"}
    kind = kinds.get(type(name))
    return f"{kind} {name.value}" if kind else type(name).__name__


def key_digest(holder: Any) -> str:
    """Return the SHA-256 digest of the public key in a request or a certificate, in hexadecimal digits.

    The key is encoded again (SubjectPublicKeyInfo in DER), because one key can be written in several ways.

    Raises:
        ValueError: the key can't be read.
        UnsupportedAlgorithm: the kind of key is unknown.
    """
    encoded = holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def leaf_in(content: bytes, password: str) -> Leaf | None:
    """Return the leaf of a PKCS #12 file; None if it has no leaf or can't be opened with this password."""
    try:
        bundle = pkcs12.load_pkcs12(content, password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    # Without a private key inside, no certificate is marked as the main one: the leaf is the one that issued none.
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
