# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the corpus, compared with `idna` for hosts and with dnspython for names of records."""

from __future__ import annotations

import dns.exception
import dns.name
import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    ascii_domain,
    check_host,
    readable_name,
    same_name,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import owner_name
from tests.support import judges
from tests.support.corpus import Input, check_read, inputs, name_of

NAMES = inputs("names")
HOSTS = [one for one in NAMES if one.expected["place"] == "host"]
OWNERS = [one for one in NAMES if one.expected["place"] == "owner"]


def canonical(one: Input) -> str:
    """Return the name in the form for its place."""
    if one.expected["place"] == "owner":
        return owner_name("name", one.text)
    name = ascii_domain("name", one.text)
    if one.expected["place"] == "new":
        check_host("name", name)
    return name


@pytest.mark.parametrize("one", NAMES, ids=name_of)
def test_name(one: Input) -> None:
    check_read(one, lambda: canonical(one))


@pytest.mark.parametrize("one", [one for one in NAMES if one.is_taken], ids=name_of)
def test_each_form_that_a_server_shows_is_the_same_name(one: Input) -> None:
    name = one.expected["taken"]
    for shown in (one.text, name, name.upper(), f"{name}.", readable_name(name)):
        assert shown_name(shown) == name
    assert same_name(one.text, name)


@pytest.mark.parametrize("one", NAMES, ids=name_of)
def test_no_name_that_a_server_shows_is_refused(one: Input) -> None:
    assert shown_name(one.text).isascii()


@pytest.mark.parametrize("one", HOSTS, ids=name_of)
def test_idna_agrees(one: Input) -> None:
    agrees = judges.host_name(one.text) == one.expected.get("taken")
    assert agrees is ("judge" not in one.expected)


@pytest.mark.parametrize("one", OWNERS, ids=name_of)
def test_dnspython_agrees(one: Input) -> None:
    """dnspython reads the canonical name as the same labels, and writes it without escapes."""
    text = one.expected.get("taken", one.text)
    try:
        judged = dns.name.from_text(text, origin=None, idna_codec=dns.name.IDNA_2008_Practical).to_text()
    except dns.exception.DNSException:
        judged = None
    assert (judged == text) is (one.is_taken != ("judge" in one.expected))
    if one.is_taken and not one.text.isascii():
        assert judges.owner_name(one.text) == text
