# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options for the connection: what can't be meant is refused before anything is sent.

Private to the collection.
"""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import (
    absolute,
    check_number,
    check_seconds,
    invalid,
    is_host,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import is_loopback


def check_connection(params: dict[str, Any]) -> None:
    """Refuse options for the connection that can't be meant.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch(r"[\x21-\x39\x3b-\x7e]+", params["api_key"]):
        raise invalid("api_key", "it is empty, or holds a space, a colon or a character that no key has.")
    if not params["api_secret"]:
        raise invalid("api_secret", "it is empty.")
    check_seconds(params, "timeout", "retry_timeout", "rate_limit_timeout")
    if params["ca_path"] and not os.path.exists(params["ca_path"]):
        raise invalid("ca_path", f"there is no {params['ca_path']}.")
    if params["proxy"]:
        _check_proxy(params["proxy"])
    if params["state_dir"] is not None:
        absolute("state_dir", params["state_dir"])
    check_number("rate_limit_reserve", params["rate_limit_reserve"], 0)


def _check_proxy(proxy: str) -> None:
    """Refuse what is no proxy for HTTP, without showing it: a password may be in it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    try:
        address = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        good = address.scheme in {"http", "https"} and is_host(address.hostname or "") and address.port != 0
    except ValueError:
        good = False
    if not good or not re.fullmatch(r"[\x21-\x7e]+", proxy) or address.path.strip("/") or address.query:
        raise invalid("proxy", "it is not an address such as http://proxy.example.com:3128.")


def canonical_url(api_url: str) -> str:
    """The API's address in one form: without a trailing slash and without the version.

    Raises:
        ToolkitError: ``invalid_option``, when it is no address of a web service.
    """
    url = api_url.strip().rstrip("/")
    url = url[: -len("/v2")] if url.endswith("/v2") else url
    try:
        address = urlsplit(url)
        good = address.scheme in {"http", "https"} and address.hostname and (address.port is None or address.port)
    except ValueError:
        good = None
    # What follows the port is a path without what would have to be encoded, or lead upwards.
    if not good or not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]_-]+(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*", url):
        raise invalid("api_url", f"{url!r} is not an address such as https://api.combell.com.")
    if address.scheme == "http" and not is_loopback(address.hostname or ""):
        raise invalid("api_url", f"{url!r} would send everything in the clear: only https:// is used.")
    return f"{address.scheme}://{address.netloc.lower()}{address.path}"
