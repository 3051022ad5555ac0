# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface of authentication methods, HTTP Basic authentication, and keys in the query.

Private to the collection. A method that only one service uses belongs to that service's package.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote, urlsplit

try:
    from requests.auth import AuthBase
    from requests.models import PreparedRequest
except ImportError:  # reported by whoever runs the module
    AuthBase = object  # type: ignore[misc, assignment]


class Signer(AuthBase):
    """An authentication method that signs each attempt separately and can learn from a refusal."""

    def get_ready(self) -> None:
        """Get what signing needs, with separate requests, before the next request is counted in the rate limit.

        Raises:
            ApiError: one of these requests failed.
        """

    def sign_anew(self, request: PreparedRequest, clock_offset: float | None, code: str | None = None) -> bool:
        """Return whether signing this request again in another way may resolve a 401.

        Args:
            request: what was refused.
            clock_offset: by how many seconds the server's clock is ahead of ours, None when unknown.
            code: the error code of the response, None without one.
        """
        return False

    def accepted(self, request: PreparedRequest) -> None:
        """Record that the server accepted this request's signature, so that what was learned can be kept."""


class BasicAuth(Signer):
    """Sends a user's name and password with each request (RFC 7617), both in UTF-8.

    Args:
        user: the name; it holds no colon.
        password: its password.
    """

    def __init__(self, user: str, password: str) -> None:
        self._credentials = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Basic {self._credentials}"
        return request


class QueryKeyAuth(Signer):
    """Sends a key as a parameter of the query, which no message shows.

    Args:
        parameter: the name of the parameter.
        key: its value, which is a secret.
        is_public: whether a path needs no key, so that the key is not sent.
    """

    def __init__(self, parameter: str, key: str, *, is_public: Callable[[str], bool] = lambda path: False) -> None:
        self._pair = f"{parameter}={quote(key, safe='')}"
        self._is_public = is_public

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the parameter."""
        address = urlsplit(request.url or "")
        if not self._is_public(address.path):
            query = "&".join(filter(None, (self._pair, address.query)))
            request.url = address._replace(query=query).geturl()
        return request
