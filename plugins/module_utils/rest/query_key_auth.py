# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication by a key in the query.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer

if TYPE_CHECKING:
    # It may be missing, which the runner reports.
    from requests.models import PreparedRequest


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
