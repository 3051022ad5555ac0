# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign requests for the reseller API (v2).

Private to the collection. Sources: the API's documentation ("Authentication"), and the vendor's own PHP client, which
computed the vectors that the tests compare with. They differ in the case of the target, and clients in production
differ in how they encode a space and ``~``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.signing_forms import (
    USUAL_FORM,
    SigningForm,
    signed_target,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer

# On a host without `requests` the module says that it is missing.
if TYPE_CHECKING:
    # It may be missing, which the runner reports.
    from requests.models import PreparedRequest

#: A clock that is off by less can't be the reason for a refused signature, in seconds.
TOLERATED_OFFSET = 30.0


def _new_nonce() -> str:
    return secrets.token_hex(16)


class HmacAuth(Signer):
    """Signs each request: ``Authorization: hmac KEY:SIGNATURE:NONCE:TIMESTAMP``.

    Args:
        api_key: the key; part of the header, not secret.
        api_secret: the key of the HMAC, as the control panel shows it; never sent.
        form: the form of the target to try first.
        clock: unix time in seconds.
        nonce: returns a text that no other request uses.
        on_form_learned: is called with the form that the server accepted, if it was not the first one tried.
    """

    def __init__(
        self,
        api_key: str,
        api_secret: str,
        *,
        form: SigningForm = USUAL_FORM,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = _new_nonce,
        on_form_learned: Callable[[SigningForm], None] | None = None,
    ) -> None:
        self._api_key = api_key
        self._api_secret = api_secret
        self._form = form
        self._clock = clock
        self._nonce = nonce
        self._on_form_learned = on_form_learned
        self._clock_offset = 0.0
        self._clock_was_tried = False
        self._known_form = form
        self._tried: list[SigningForm] = []

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request in the form that is sent."""
        timestamp = str(int(self._clock() + self._clock_offset))
        nonce = self._nonce()
        text = "".join(
            (
                self._api_key,
                (request.method or "").lower(),
                signed_target(request.path_url, self._form),
                timestamp,
                nonce,
                signed_content(request.body),
            )
        )
        digest = hmac.new(self._api_secret.encode(), text.encode(), hashlib.sha256).digest()
        signature = base64.b64encode(digest).decode()
        request.headers["Authorization"] = f"hmac {self._api_key}:{signature}:{nonce}:{timestamp}"
        return request

    def sign_anew(self, request: PreparedRequest, clock_offset: float | None, code: str | None = None) -> bool:
        """Try the server's time, then the other forms of the target; each once, because a 401 carries out nothing."""
        if not self._clock_was_tried and abs(clock_offset or 0.0) > TOLERATED_OFFSET:
            self._clock_was_tried = True
            self._clock_offset = clock_offset or 0.0
            return True
        # Imported lazily: few signatures are refused, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.other_forms import next_form

        form = next_form(request.path_url, self._known_form, self._tried)
        if form is not None:
            self._tried.append(form)
        self._form = self._known_form if form is None else form
        return form is not None

    def accepted(self, request: PreparedRequest) -> None:
        """Have the accepted form remembered if it is not the one that was tried first."""
        target, form = request.path_url, self._form
        signed = signed_target(target, form)
        shown = {
            name: value
            for name, value in form._asdict().items()
            if signed_target(target, form._replace(**{name: not value})) != signed
        }
        learned = self._known_form._replace(**shown)
        if learned != self._known_form:
            self._known_form = learned
            self._tried.clear()
            if self._on_form_learned:
                self._on_form_learned(learned)


def signed_content(body: bytes | str | None) -> str:
    """Return the body in the form that is signed: its MD5 in base64, nothing for an empty body."""
    if not body:
        return ""
    content = body.encode() if isinstance(body, str) else body
    # The API requires MD5. It does not weaken the signature, because the HMAC covers it.
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
