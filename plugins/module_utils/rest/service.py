# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the HTTP client must know about a service.

Private to the collection; names no service.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders


class Service(NamedTuple):
    """What the client must know about a service.

    Attributes:
        base_url: what all paths are relative to, without a trailing slash. It ends in the API's version.
        rate_limit: the response headers that state the limit.
        hint: returns the next step for a person after this error; the second argument is the number of seconds by
            which the server's clock is ahead of ours (None: unknown).
        other_versions: what paths of the API's other versions begin with, such as ``/v2``. Such a path is relative to
            the base URL without its version.
        root_url: what paths outside of the API are relative to, without a trailing slash.
        root_paths: what such paths begin with, such as ``/static/``.
    """

    base_url: str
    rate_limit: RateLimitHeaders
    hint: Callable[[ApiError, float | None], str]
    other_versions: tuple[str, ...] = ()
    root_url: str = ""
    root_paths: tuple[str, ...] = ()

    def url_of(self, path: str) -> str:
        """Return the URL of a path."""
        if path.startswith(self.root_paths):
            return self.root_url + path
        is_other = path.startswith(tuple(f"{version}/" for version in self.other_versions))
        return (self.base_url.rpartition("/")[0] if is_other else self.base_url) + path
