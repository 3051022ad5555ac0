# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which web pages a sandbox may fetch: those on loopback, and those of names with a fixed address.

DNS is never asked. A name that is neither ``localhost`` nor listed is refused whatever it resolves to, and a listed
name leads to the listed address only. So no page can make the sandbox fetch something of its host's network (SSRF).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

LOOPBACK = {"127.0.0.1": "127.0.0.1", "::1": "::1", "localhost": "127.0.0.1"}
"""The names and addresses that are always allowed, with their addresses."""
DEFAULT_PORTS = {"http": 80, "https": 443}


class Refused(Exception):
    """A page that may not be fetched."""


class Place(NamedTuple):
    """Where the pages of a name are served.

    Attributes:
        host: the name that pages have in their URL.
        port: its port in URLs; None for all ports.
        address: the IP address to connect to.
        address_port: the port to connect to; None for the same as in the URL.
    """

    host: str
    port: int | None
    address: str
    address_port: int | None

    @classmethod
    def parse(cls, text: str) -> Place:
        """Return the place that ``ADDRESS`` or ``HOST[:PORT]=ADDRESS[:PORT]`` describes; ValueError for other texts."""
        name, equals, target = text.partition("=")
        address, address_port = _host_and_port(target if equals else name)
        host, port = _host_and_port(name)
        if not host or "*" in host or "," in host or " " in host:
            raise ValueError(f"{text}: not a host name")
        return cls(host, port, str(ip_address(address)), address_port if equals else None)


@dataclass(frozen=True)
class AllowedPages:
    """The pages that may be fetched.

    Attributes:
        places: the pages that are not on loopback, or have other names there.
        authority: a PEM file with the certificate authority of ``https`` pages, in addition to the known ones.
    """

    places: Sequence[Place] = field(default_factory=tuple)
    authority: Path | None = None

    def address_of(self, url: str) -> tuple[SplitResult, str, int]:
        """Return a URL in parts, with the address and the port to connect to.

        Raises:
            Refused: the page may not be fetched.
        """
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(parts.scheme)
        except ValueError as error:
            raise Refused(f"{url}: not a URL") from error
        if port is None:
            raise Refused(f"{url}: only http and https are allowed")
        for place in self.places:
            if host == place.host and place.port in (None, port):
                return parts, place.address, place.address_port or port
        if host in LOOPBACK or host.endswith(".localhost"):
            return parts, LOOPBACK.get(host, "127.0.0.1"), port
        raise Refused(f"{url}: the host is neither on loopback nor allowed")

    def resolver_rules(self) -> str:
        """Return the value of Chromium's ``--host-resolver-rules``: every other host does not exist for the browser.

        They apply to each connection: of redirections, of everything that a page loads, and to addresses too.
        """
        rules = [f"MAP {_pattern(place)} {_target(place)}" for place in self.places]
        rules += ["MAP *.localhost 127.0.0.1", "MAP * ~NOTFOUND"]
        return ", ".join([*rules, *(f"EXCLUDE {_bracketed(host)}" for host in LOOPBACK)])


def _host_and_port(text: str) -> tuple[str, int | None]:
    """Split ``HOST[:PORT]``; an IPv6 address with a port is in brackets."""
    if text.count(":") > 1 and not text.startswith("["):
        return text.lower(), None
    parts = urlsplit(f"//{text}")
    return parts.hostname or "", parts.port


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _pattern(place: Place) -> str:
    return _bracketed(place.host) + (f":{place.port}" if place.port else "")


def _target(place: Place) -> str:
    return _bracketed(place.address) + (f":{place.address_port}" if place.address_port else "")
