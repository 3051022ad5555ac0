# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign requests for the reseller API (v2).

Private to the collection. Source: the API's documentation, "Authentication", and the vendor's own PHP client, which
computed the vectors that the tests compare with. The two differ in one point, the case of the target.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer

if TYPE_CHECKING:
    from requests.models import PreparedRequest

#: A clock that is off by less is not why a signature was refused, in seconds.
TOLERATED_OFFSET = 30.0


def _new_nonce() -> str:
    return secrets.token_hex(16)


class HmacAuth(Signer):
    """Signs each request: ``Authorization: hmac KEY:SIGNATURE:NONCE:TIMESTAMP``.

    Args:
        api_key: the key; part of the header, not secret.
        api_secret: signs; never sent.
        keep_case: sign the path and query as they are. The documentation says that they are signed in lower case,
            the vendor's client keeps their case; for a target without upper-case letters both are the same.
        clock: unix time in seconds.
        nonce: makes a text that no other request has.
        on_case_learned: told which case the server took, when it was not the one first tried.
    """

    def __init__(
        self,
        api_key: str,
        api_secret: str,
        *,
        keep_case: bool = False,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = _new_nonce,
        on_case_learned: Callable[[bool], None] | None = None,
    ) -> None:
        self._api_key = api_key
        self._api_secret = api_secret
        self._keep_case = keep_case
        self._clock = clock
        self._nonce = nonce
        self._on_case_learned = on_case_learned
        self._clock_offset = 0.0
        self._first_case = keep_case
        self._refusals: set[str] = set()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request as it will go out."""
        timestamp = str(int(self._clock() + self._clock_offset))
        nonce = self._nonce()
        text = "".join(
            (
                self._api_key,
                (request.method or "").lower(),
                signed_target(request.path_url, keep_case=self._keep_case),
                timestamp,
                nonce,
                signed_content(request.body),
            )
        )
        digest = hmac.new(self._api_secret.encode(), text.encode(), hashlib.sha256).digest()
        signature = base64.b64encode(digest).decode()
        request.headers["Authorization"] = f"hmac {self._api_key}:{signature}:{nonce}:{timestamp}"
        return request

    def sign_anew(self, request: PreparedRequest, clock_offset: float | None) -> bool:
        """Try the server's time, then the other case of the target; each once, as a 401 carried out nothing."""
        if "clock" not in self._refusals and abs(clock_offset or 0.0) > TOLERATED_OFFSET:
            self._refusals.add("clock")
            self._clock_offset = clock_offset or 0.0
            return True
        if "case" not in self._refusals and has_upper_case(request.path_url):
            self._refusals.add("case")
            self._keep_case = not self._keep_case
            return True
        return False

    def accepted(self, request: PreparedRequest) -> None:
        """Let the case be remembered if this request shows that the other one than first thought is right."""
        if self._keep_case != self._first_case and has_upper_case(request.path_url):
            self._first_case = self._keep_case
            if self._on_case_learned:
                self._on_case_learned(self._keep_case)


def signed_target(path_url: str, *, keep_case: bool) -> str:
    """The path and query in the form that is signed.

    They are decoded and then encoded once as a whole, slashes too, the way PHP's ``urlencode`` does.
    """
    decoded = unquote(path_url)
    if not keep_case:
        decoded = decoded.lower()
    return quote_plus(decoded, safe="").replace("~", "%7E")


def signed_content(body: bytes | str | None) -> str:
    """The body in the form that is signed: its MD5 in base64, nothing for an empty body."""
    if not body:
        return ""
    content = body.encode() if isinstance(body, str) else body
    # MD5 is the API's choice; it protects nothing here that the HMAC around it does not.
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def has_upper_case(path_url: str) -> bool:
    """Whether the two ways to sign this target differ."""
    decoded = unquote(path_url)
    return decoded != decoded.lower()
