# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are accepted, and their canonical form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    account_identifier,
    ascii_domain,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        (" example.com ", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("a" * 63 + ".be", "a" * 63 + ".be"),
    ],
)
def test_domain(name: str, canonical: str) -> None:
    assert ascii_domain("domain", name) == canonical


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "com",
        "-a.be",
        "a-.be",
        "a..be",
        ".a.be",
        "a b.be",
        "a" * 64 + ".be",
        "a.be/x",
        "*.a.be",
        "é" * 70 + ".be",
    ]
    + ["ab." * 90 + "be"],
)
def test_no_domain(name: str) -> None:
    with pytest.raises(ToolkitError, match="domain"):
        ascii_domain("domain", name)


def test_wildcard_where_it_is_welcome() -> None:
    assert ascii_domain("domain", "*.Bücher.example", wildcard=True) == "*.xn--bcher-kva.example"
    with pytest.raises(ToolkitError):
        ascii_domain("domain", "*.*.example.com", wildcard=True)


@given(st.text(max_size=30).map(lambda text: f"{text}.example"), st.booleans())
def test_canonical_domain_stays_as_it_is(name: str, wildcard: bool) -> None:
    try:
        once = ascii_domain("domain", name, wildcard=wildcard)
    except ToolkitError:
        return
    assert ascii_domain("domain", once, wildcard=wildcard) == once
    assert once.isascii()
    assert once == once.lower()


@pytest.mark.parametrize(("text", "canonical"), [("Example.COM", "example.com"), ("My customer 5", "My customer 5")])
def test_identifier(text: str, canonical: str) -> None:
    assert account_identifier("identifier", f" {text} ") == canonical


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "x" * 300, "a..b"])
def test_no_identifier(text: str) -> None:
    with pytest.raises(ToolkitError):
        account_identifier("identifier", text)
