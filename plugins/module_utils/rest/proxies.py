# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the proxy of a request, and the parts of its address that must stay hidden.

Private to the collection.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]


class Proxy(NamedTuple):
    """A proxy.

    Attributes:
        url: its address, perhaps with a user and a password.
        option: the option, or the environment variable, that names it.
    """

    url: str
    option: str

    @property
    def address(self) -> str:
        """The host and port for messages, without the user."""
        address = urlsplit(self.url if "://" in self.url else f"http://{self.url}")
        port = address.port or {"https": 443}.get(address.scheme, 80)
        return f"{address.hostname} port {port}"

    @property
    def speaks_tls(self) -> bool:
        """Whether the connection to the proxy itself is TLS."""
        return self.url.lower().startswith("https:")


def proxy_for(url: str, given: str | None) -> Proxy | None:
    """Return the proxy for a request.

    Args:
        url: where the request goes.
        given: the option ``proxy``; if it is None, the environment decides (``HTTPS_PROXY``, ``NO_PROXY``, …).
    """
    if given:
        return Proxy(given, "proxy")
    address = urlsplit(url)
    proxies = getproxies_environment()
    if address.scheme not in proxies or proxy_bypass_environment(address.netloc, proxies):
        return None
    return Proxy(proxies[address.scheme], f"the environment variable {address.scheme.upper()}_PROXY")


def proxy_secrets(given: str | None) -> set[str]:
    """Return the passwords of the proxies that the option and the environment name, in all forms that may show.

    An address that can't be parsed is searched too: the task's arguments show it before it is refused.
    """
    return {secret for url in (given, *getproxies_environment().values()) for secret in secrets_in(url or "")}


def secrets_in(url: str) -> Iterator[str]:
    """Yield the password of an address without a path, in all forms that may show."""
    rest = url.partition("://")[2] if "://" in url else url
    login, _at, _host = rest.rpartition("@")
    user, _colon, password = login.partition(":")
    if not password:
        return
    plain = f"{unquote(user)}:{unquote(password)}"
    yield from (password, unquote(password), login, plain)
    # What `requests` sends to the proxy (RFC 7617), in its encoding.
    yield base64.b64encode(plain.encode("latin-1", "replace")).decode()
