# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signer of requests, based only on the vendor's prose: an independent check of collection and sandbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from urllib.parse import quote_plus, unquote_to_bytes


class Signer:
    """Signs for one key.

    :param lower: whether path and query are signed in lower case, as the prose says, or unchanged, as the vendor's
    client does.
    """

    def __init__(self, key: str, secret: str, *, lower: bool) -> None:
        self._key = key
        self._secret = secret
        self._lower = lower

    def header(self, method: str, target: str, body: bytes | str | None) -> str:
        """Return the value of the header Authorization, for a path with its query as sent."""
        # Already encoded text is not encoded twice; a plus in it is a space.
        decoded = unquote_to_bytes(target.replace("+", " ")).decode("utf-8", "surrogateescape")
        text = decoded.lower() if self._lower else decoded
        encoded = quote_plus(text.encode("utf-8", "surrogateescape"), safe="").replace("~", "%7E")
        stamp, nonce = str(int(time.time())), uuid.uuid4().hex
        data = body.encode() if isinstance(body, str) else body or b""
        content = base64.b64encode(hashlib.md5(data).digest()).decode() if data else ""
        signed = "".join((self._key, method.lower(), encoded, stamp, nonce, content))
        digest = hmac.new(self._secret.encode(), signed.encode(), hashlib.sha256).digest()
        return f"hmac {self._key}:{base64.b64encode(digest).decode()}:{nonce}:{stamp}"
