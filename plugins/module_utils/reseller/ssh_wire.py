# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk through the binary form of a public SSH key, field by field.

Private to the collection. Sources: RFC 4251, 5 (strings, multiple precision integers), RFC 4253, 6.6 (RSA), RFC 5656,
3.1 (ECDSA), RFC 8709, 4 (Ed25519), OpenSSH's PROTOCOL.u2f (keys of security tokens).
"""

from __future__ import annotations

from collections.abc import Callable

#: The bytes before each field, which say how long it is.
LENGTH_BYTES = 4
#: The shortest RSA key that OpenSSH uses, in bits, and the longest that OpenSSL makes.
SHORTEST_RSA, LONGEST_RSA = 1024, 16384
ED25519_BYTES = 32
#: The mark of a point that is written with both of its coordinates (SEC 1, 2.3.3).
UNCOMPRESSED = 4
#: Each curve's prime p and constant b of y² = x³ - 3x + b (SEC 2, 2.4.2, 2.5.1, 2.6.1).
CURVES = {
    "nistp256": (
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    ),
    "nistp384": (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    ),
    "nistp521": (
        2**521 - 1,
        int(
            "51953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF07"
            "3573DF883D2C34F1EF451FD46B503F00",
            16,
        ),
    ),
}


class Malformed(ValueError):
    """Raised for what is no key, with the reason."""


def fields(content: bytes) -> list[bytes]:
    """Return the fields of a key, the first one being its type.

    Raises:
        Malformed: a field ends after the key does.
    """
    found = []
    while content:
        end = LENGTH_BYTES + int.from_bytes(content[:LENGTH_BYTES], "big")
        if len(content) < end or len(content) < LENGTH_BYTES:
            raise Malformed("it is cut off")
        found.append(content[LENGTH_BYTES:end])
        content = content[end:]
    return found


def check_fields(kind: str, content: bytes) -> None:
    """Refuse what is no key of a type.

    Args:
        kind: the type that is written before the key.
        content: the key, decoded.

    Raises:
        Malformed: the type is unknown, or a field is missing, too many, or of the wrong length.
    """
    checks = KINDS.get(kind)
    if checks is None:
        raise Malformed(f"its type is none of {', '.join(KINDS)}")
    name, *rest = fields(content) or [b""]
    if name != kind.encode():
        raise Malformed("the type inside is another one")
    if len(rest) != len(checks):
        raise Malformed("it is cut off" if len(rest) < len(checks) else "something follows its last field")
    for check, value in zip(checks, rest):
        check(value)


def _integer(value: bytes) -> int:
    """Return a positive multiple precision integer."""
    if not value or value[0] & 0x80 or (value[0] == 0 and not (len(value) > 1 and value[1] & 0x80)):
        raise Malformed("a number in it is not positive, or has needless zeros")
    return int.from_bytes(value, "big")


def _modulus(value: bytes) -> None:
    bits = _integer(value).bit_length()
    if not SHORTEST_RSA <= bits <= LONGEST_RSA:
        raise Malformed(f"an RSA key has {SHORTEST_RSA} to {LONGEST_RSA} bits, and this one has {bits}")


def _exponent(value: bytes) -> None:
    number = _integer(value)
    if number < 3 or number % 2 == 0:
        raise Malformed("its exponent is none of RSA")


def _ed25519(value: bytes) -> None:
    if len(value) != ED25519_BYTES:
        raise Malformed(f"a key of this type has {ED25519_BYTES} bytes, and this one has {len(value)}")


def _curve(name: str) -> Callable[[bytes], None]:
    def check(value: bytes) -> None:
        if value != name.encode():
            raise Malformed("the curve inside is another one")

    return check


def _point(name: str) -> Callable[[bytes], None]:
    prime, constant = CURVES[name]
    size = (prime.bit_length() + 7) // 8

    def check(value: bytes) -> None:
        if len(value) != 1 + 2 * size or value[0] != UNCOMPRESSED:
            raise Malformed(f"its point is not one of {2 * size} bytes and a mark")
        x, y = int.from_bytes(value[1 : 1 + size], "big"), int.from_bytes(value[1 + size :], "big")
        if not (x < prime and y < prime) or (y * y - x * x * x + 3 * x - constant) % prime:
            raise Malformed("its point is not on the curve")

    return check


def _application(value: bytes) -> None:
    if not value:
        raise Malformed("it names no application")


#: The check of each field after the type's name, by type. Any other type can't log in with today's OpenSSH.
KINDS: dict[str, tuple[Callable[[bytes], None], ...]] = {
    "ssh-ed25519": (_ed25519,),
    "ssh-rsa": (_exponent, _modulus),
    **{f"ecdsa-sha2-{name}": (_curve(name), _point(name)) for name in CURVES},
    "sk-ssh-ed25519@openssh.com": (_ed25519, _application),
    "sk-ecdsa-sha2-nistp256@openssh.com": (_curve("nistp256"), _point("nistp256"), _application),
}
