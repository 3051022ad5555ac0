# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Public SSH keys: validation and fingerprint."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Callable

from sandbox.errors import Invalid

_MINIMUM_RSA_BITS = 1024


def fingerprint(public_key: str) -> str:
    """Return the MD5 of the key in pairs of digits (RFC 4716, 4), the form in recorded responses.

    Refuses a text that is not exactly one public key: its type, its fields in base64, and an optional comment.
    """
    words = public_key.strip().split(maxsplit=2)
    try:
        content = base64.b64decode(words[1], validate=True)
        _check(words[0], content)
    except (IndexError, ValueError, struct.error) as error:  # binascii.Error is a ValueError
        raise Invalid("public_key_invalid", "public_key: not a public key for SSH.") from error
    if "\n" in public_key.strip() or "\r" in public_key.strip():
        raise Invalid("public_key_invalid", "public_key: more than one line.")
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return binascii.hexlify(digest, ":").decode()


def _check(kind: str, content: bytes) -> None:
    if kind not in _SHAPES:
        raise ValueError(kind)
    for shape in (lambda name: name == kind.encode(), *_SHAPES[kind]):
        (length,) = struct.unpack_from(">I", content)
        (value,) = struct.unpack_from(f"{length}s", content, 4)
        if not shape(value):
            raise ValueError(kind)
        content = content[4 + length :]
    if content:
        raise ValueError("trailing bytes")


def _is_number(value: bytes) -> bool:
    return len(value) > 0 and value[0] < 0x80 and int.from_bytes(value) > 0


def _is_modulus(value: bytes) -> bool:
    return _is_number(value) and int.from_bytes(value).bit_length() >= _MINIMUM_RSA_BITS


def _is_ed25519(value: bytes) -> bool:
    return len(value) == 32


def _is_point_of(curve: str) -> Callable[[bytes], bool]:
    def check(value: bytes) -> bool:
        from cryptography.hazmat.primitives.asymmetric import ec

        curves: dict[str, ec.EllipticCurve] = {
            "nistp256": ec.SECP256R1(),
            "nistp384": ec.SECP384R1(),
            "nistp521": ec.SECP521R1(),
        }
        ec.EllipticCurvePublicKey.from_encoded_point(curves[curve], value)
        return True

    return check


def _ecdsa(curve: str) -> tuple[Callable[[bytes], bool], ...]:
    return (lambda value: value == curve.encode(), _is_point_of(curve))


_SHAPES: dict[str, tuple[Callable[[bytes], bool], ...]] = {
    "ssh-rsa": (_is_number, _is_modulus),
    "ssh-ed25519": (_is_ed25519,),
    "ecdsa-sha2-nistp256": _ecdsa("nistp256"),
    "ecdsa-sha2-nistp384": _ecdsa("nistp384"),
    "ecdsa-sha2-nistp521": _ecdsa("nistp521"),
    "sk-ssh-ed25519@openssh.com": (_is_ed25519, bool),
    "sk-ecdsa-sha2-nistp256@openssh.com": (*_ecdsa("nistp256"), bool),
}
"""Checks of the fields after the type's name."""
