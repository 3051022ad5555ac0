# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check of the HMAC signature, based only on the API's description and not on any client.

The description does not define how a space, a plus sign and a tilde are encoded in the signed text, and clients in
production differ. A sandbox accepts one of two ways: that of HTML forms, as the vendor's client (a space is ``+``, and
so a ``+`` is a space; a tilde is ``%7E``), or that of RFC 3986 (a space is ``%20``, a plus sign is itself, a tilde is
kept).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import string
import time
from urllib.parse import unquote_to_bytes

from sandbox.errors import ApiError

MAX_CLOCK_DIFFERENCE = 15 * 60
"""The maximum difference between a timestamp and the server's time, in seconds."""

_UNRESERVED = frozenset((string.ascii_letters + string.digits + "-_.").encode())


def encode_target(target: str, *, lower: bool, encoding: str = "form") -> str:
    """Encode path and query as they are signed: decoded first, then percent-encoded once as a whole.

    :param lower: fold the decoded text to lower case before.
    :param encoding: one of :data:`sandbox.options.QUERY_SIGNATURES`.
    """
    is_form = encoding == "form"
    decoded = unquote_to_bytes(target.replace("+", " ") if is_form else target)
    if lower:
        decoded = decoded.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
    special = {0x20: "+"} if is_form else {0x7E: "~"}
    return "".join(chr(byte) if byte in _UNRESERVED else special.get(byte, f"%{byte:02X}") for byte in decoded)


def sign(key: str, secret: str, method: str, encoded_target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of one request, in base64."""
    content = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode() if body else ""
    text = f"{key}{method.lower()}{encoded_target}{timestamp}{nonce}{content}"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


class SignatureCheck:
    """Accepts each correctly signed request once."""

    def __init__(self, key: str, secret: str, encoding: str = "form") -> None:
        self._encoding = encoding
        self._key = key
        self._secret = secret
        self._seen: dict[str, float] = {}

    def check(
        self, authorization: str | None, method: str, target: str, body: bytes, *, now: float, cases: tuple[bool, ...]
    ) -> str:
        """Return the key that signed the request, or raise a 401.

        :param target: path and query exactly as received.
        :param now: the server's real time, in seconds since 1970.
        :param cases: the accepted forms of the target: True for lower-cased, False for its case kept.
        """
        scheme, _space, rest = (authorization or "").partition(" ")
        parts = rest.strip().split(":")
        if scheme.lower() != "hmac" or len(parts) != 4 or not all(parts) or not parts[3].isdecimal():
            raise ApiError(
                401, "auth_authorization_header_invalid_format", "The authorization header is in an invalid format."
            )
        key, signature, nonce, timestamp = parts
        if key != self._key:
            raise _refused("The API key is unknown.")
        expected = [
            sign(key, self._secret, method, encoded, timestamp, nonce, body)
            for encoded in (encode_target(target, lower=lower, encoding=self._encoding) for lower in cases)
        ]
        if not any(hmac.compare_digest(signature.encode(), candidate.encode()) for candidate in expected):
            raise _refused("The signature does not match the request.")
        if abs(int(timestamp) - now) > MAX_CLOCK_DIFFERENCE:
            raise _refused("The timestamp is too far from the time of the server.")
        self._use_up(nonce)
        return key

    def _use_up(self, nonce: str) -> None:
        """Refuse a nonce that was used while its timestamp would still be accepted."""
        now = time.monotonic()
        while self._seen and (oldest := next(iter(self._seen.items())))[1] < now - 2 * MAX_CLOCK_DIFFERENCE:
            del self._seen[oldest[0]]
        if nonce in self._seen:
            raise _refused("The nonce was used before.")
        self._seen[nonce] = now


def _refused(text: str) -> ApiError:
    return ApiError(401, "authorization_hmac_invalid", text)
