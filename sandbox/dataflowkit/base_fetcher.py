# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base fetcher: a page as its server sends it, without a browser."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urljoin

from sandbox.allowed_pages import AllowedPages, Refused
from sandbox.dataflowkit.errors import fetch_failed, invalid_url
from sandbox.dataflowkit.requests import Cookie, Page

MOST_REDIRECTIONS = 10
LONGEST_BODY = 8 * 1024 * 1024
TIMEOUT = 20.0  # seconds


class Loaded(NamedTuple):
    """A page.

    Attributes:
        url: where it was found, after redirections.
        html: its text.
    """

    url: str
    html: str


async def load(allowed: AllowedPages, wanted: Page) -> Loaded:
    """Return a page as its server sends it."""
    return await asyncio.to_thread(_load, allowed, wanted)


def _load(allowed: AllowedPages, wanted: Page) -> Loaded:
    url = wanted.url
    for _redirection in range(MOST_REDIRECTIONS):
        status, location, html = _get(allowed, url, wanted.initial_cookies)
        if location is None:
            if status >= 400 and not wanted.ignore_http_status_err_codes:
                raise fetch_failed(f"{url}: HTTP {status}")
            return Loaded(url, html)
        url = urljoin(url, location)
    raise fetch_failed(f"{wanted.url}: too many redirections")


def _get(allowed: AllowedPages, url: str, cookies: Sequence[Cookie]) -> tuple[int, str | None, str]:
    """Return the status, the target of a redirection and the text of one response."""
    try:
        parts, address, port = allowed.address_of(url)
    except Refused as error:
        raise invalid_url(error) from error
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        # The address is fixed: the name is never looked up.
        connection.sock = socket.create_connection((address, port), TIMEOUT)
        if parts.scheme == "https":
            trust = ssl.create_default_context()
            if allowed.authority:
                trust.load_verify_locations(allowed.authority)
            connection.sock = trust.wrap_socket(connection.sock, server_hostname=host)
        target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/?:@!$&'()*+,;=%[]-._~")
        headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "dataflowkit-sandbox", "Accept": "text/html"}
        sent = "; ".join(f"{one.name}={one.value}" for one in cookies if _is_for(one, host))
        connection.request(
            "GET", target, headers={**headers, **({"Cookie": sent.encode().decode("latin-1")} if sent else {})}
        )
        response = connection.getresponse()
        location = response.headers.get("Location") if response.status in (301, 302, 303, 307, 308) else None
        charset = response.headers.get_content_charset() or "utf-8"
        return response.status, location, response.read(LONGEST_BODY).decode(charset, "replace")
    except (OSError, http.client.HTTPException, LookupError) as error:
        raise fetch_failed(f"{url}: {error}") from error
    finally:
        connection.close()


def _is_for(cookie: Cookie, host: str) -> bool:
    domain = cookie.domain.lower().lstrip(".")
    return not domain or host == domain or (not cookie.host_only and host.endswith(f".{domain}"))
