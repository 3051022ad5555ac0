# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pages a sandbox may fetch."""

from __future__ import annotations

import pytest

from sandbox.allowed_pages import AllowedPages, Place, Refused

PAGES = AllowedPages(
    (
        Place.parse("shop.example:443=127.0.0.1:8443"),
        Place.parse("shop.example:80=127.0.0.1:8080"),
        Place.parse("wiki.example=203.0.113.7"),
        Place.parse("203.0.113.8"),
        Place.parse("v6.example=[2001:db8::1]:81"),
    )
)


@pytest.mark.parametrize(
    ("url", "address", "port"),
    [
        ("http://127.0.0.1/", "127.0.0.1", 80),
        ("https://localhost:8443/x", "127.0.0.1", 8443),
        ("http://[::1]:81/", "::1", 81),
        ("http://a.localhost/", "127.0.0.1", 80),
        ("https://shop.example/", "127.0.0.1", 8443),
        ("http://SHOP.example/?q", "127.0.0.1", 8080),
        ("http://wiki.example:81/", "203.0.113.7", 81),
        ("https://203.0.113.8/", "203.0.113.8", 443),
        ("http://v6.example/", "2001:db8::1", 81),
    ],
)
def test_allowed(url: str, address: str, port: int) -> None:
    assert PAGES.address_of(url)[1:] == (address, port)


@pytest.mark.parametrize(
    "url",
    [
        "http://203.0.113.9/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f000001/",
        "http://2130706433/",
        # Names that public DNS resolves to loopback, and a user name that looks like a host.
        "http://localtest.me/",
        "http://127.0.0.1.nip.io/",
        "http://127.0.0.1@203.0.113.9/",
        "http://localhost./",
        "http://shop.example:81/",
        "http://www.shop.example/",
        "file:///etc/passwd",
        "chrome://version/",
        "view-source:http://127.0.0.1/",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "127.0.0.1",
        "",
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(Refused):
        PAGES.address_of(url)


@pytest.mark.parametrize("text", ["", "shop.example", "*.example=127.0.0.1", "a,MAP b=127.0.0.1", "a=b", "a=1.2.3.4:x"])
def test_places_need_an_address(text: str) -> None:
    with pytest.raises(ValueError):
        Place.parse(text)


def test_resolver_rules() -> None:
    places = (Place.parse("shop.example:443=127.0.0.1:8443"), Place.parse("wiki.example=203.0.113.7"))
    assert AllowedPages(places).resolver_rules() == (
        "MAP shop.example:443 127.0.0.1:8443, MAP wiki.example 203.0.113.7, MAP *.localhost 127.0.0.1, "
        "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE [::1], EXCLUDE localhost"
    )
