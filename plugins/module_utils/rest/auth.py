# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface of authentication methods.

Private to the collection. `basic_auth` and `query_key_auth` are those of several services. A method that only one
service uses belongs to that service's package.
"""

from __future__ import annotations

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
