# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from sandbox.allowed_pages import AllowedPages

Network = IPv4Network | IPv6Network

SERVICES = ("reseller", "configcat", "peertube", "crossbrowsertesting", "dataflowkit", "departureboard")
"""The available services; each is described in a package of its name."""

PEERTUBE_VERSIONS = ("6.3", "8.2")
"""The versions of PeerTube that the sandbox can serve."""

ENGINES = ("auto", "stub")
"""What may render pages: the browsers of this machine, or a drawing without a browser."""

DUPLICATES = ("accept", "refuse")
"""What may happen to duplicate paying orders of the same natural key."""

QUERY_SIGNATURES = ("form", "rfc3986")
"""The possible encodings of a space, a plus sign and a tilde in the signed text."""

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True)
class RateLimit:
    """A number of requests in a window of seconds."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Options:
    """The settings of one sandbox; see ``python -m sandbox --help`` for their meaning."""

    service: str = "reseller"
    state: str = ":memory:"
    host: str = "127.0.0.1"
    port: int = 8390
    api_key: str = "sandbox-key"
    api_secret: str = "sandbox-secret"
    job_seconds: float = 2.0
    rate_limit: RateLimit = RateLimit(1000, 60)
    allow: tuple[Network, ...] = LOOPBACK
    latency_ms: int = 0
    seed_accounts: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    exchange_log: Path | None = None
    tls: tuple[str, str] | None = None
    plain_user_names: bool = False
    duplicates: str = "accept"
    query_signature: str = "form"
    longest_database_name: int | None = None
    peertube_version: str = "6.3"
    engine: str = "auto"
    allowed_pages: AllowedPages = field(default_factory=AllowedPages)
