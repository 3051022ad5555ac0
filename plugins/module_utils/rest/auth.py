# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the core asks of a way to authenticate.

Private to the collection. The ways themselves live with their service.
"""

from __future__ import annotations

try:
    from requests.auth import AuthBase
    from requests.models import PreparedRequest
except ImportError:  # reported by whoever runs the module
    AuthBase = object  # type: ignore[misc, assignment]


class Signer(AuthBase):
    """A way to authenticate that signs each attempt anew and can learn from a refusal."""

    def sign_anew(self, request: PreparedRequest, clock_offset: float | None) -> bool:
        """Whether signing this request once more, otherwise than before, may mend a 401.

        Args:
            request: what was refused.
            clock_offset: by how many seconds the server's clock is ahead of ours, None when unknown.
        """
        return False

    def accepted(self, request: PreparedRequest) -> None:
        """The server took this request's signature: what was learned may be kept."""
