# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the addresses of hosts and proxies that a user gives.

Private to the collection.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote, urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid


def is_host(name: str) -> bool:
    """Whether this is an address, or a name that is not only a number to those who look it up."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        labels = name.split(".")
        return not labels[-1][:1].isdigit() and all(re.fullmatch(r"[A-Za-z0-9_-]{1,63}", label) for label in labels)
    return True


def check_proxy(proxy: str) -> None:
    """Refuse what is no proxy for HTTP, without showing it: a password may be in it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    try:
        address = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        good = address.scheme in {"http", "https"} and is_host(address.hostname or "") and address.port != 0
        # The encoding in which `requests` sends them.
        unquote(address.netloc).encode("latin-1")
    except ValueError:
        good = False
    if not good or not re.fullmatch(r"[\x21-\x7e]+", proxy) or address.path.strip("/") or address.query:
        raise invalid("proxy", "it is not an address such as http://proxy.example.com:3128.")
