# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP Basic authentication.

Private to the collection.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer

if TYPE_CHECKING:
    # It may be missing, which the runner reports.
    from requests.models import PreparedRequest


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
