# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read where something was created from the header ``Location`` of a response.

Private to the collection; names no service.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response


def path_in_location(base_url: str, response: Response) -> str | None:
    """Return the path below the base URL that the response's ``Location`` names; None without a trustworthy one.

    Only an address with the base URL's origin (RFC 6454) and without credentials is trusted.
    """
    location = response.headers.get("Location")
    if not location:
        return None
    base = urlsplit(base_url)
    try:
        target = urlsplit(urljoin(base_url + "/", location))
        same_origin = (target.scheme, target.hostname, _port(target)) == (base.scheme, base.hostname, _port(base))
    except ValueError:
        return None
    if not same_origin or "@" in target.netloc:
        return None
    return target.path[len(base.path) :] if target.path.startswith(base.path + "/") else target.path


def _port(address: Any) -> int | None:
    return address.port or {"http": 80, "https": 443}.get(address.scheme)
