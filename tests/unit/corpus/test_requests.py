# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signing requests of the corpus, compared with OpenSSL."""

from __future__ import annotations

import re

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import Product, check_product
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr
from tests.support.corpus import Input, check_read, inputs, name_of
from tests.support.judges import is_verified_request, needs_openssl, openssl_request

REQUESTS = inputs("requests")
TAKEN = [one for one in REQUESTS if one.is_taken]


def product(one: Input) -> Product:
    """Return the certificate that would be bought."""
    found = Product(one.expected.get("type", "standard"), "domain_validated", read_csr("csr_path", one.text))
    check_product(found, {}, "csr_path")
    return found


@pytest.mark.parametrize("one", REQUESTS, ids=name_of)
def test_request(one: Input) -> None:
    refusal = check_read(one, lambda: list(product(one).csr.names))
    assert refusal is None or "would_purchase" not in refusal.facts


@pytest.mark.parametrize("one", TAKEN, ids=name_of)
def test_nothing_but_the_request_is_sent(one: Input) -> None:
    sent = read_csr("csr_path", one.text).pem
    armor = r"-----BEGIN CERTIFICATE REQUEST-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE REQUEST-----\n"
    assert re.fullmatch(armor, sent)
    assert read_csr("csr_path", sent).pem == sent


@needs_openssl
@pytest.mark.parametrize("one", REQUESTS, ids=name_of)
def test_openssl_agrees(one: Input) -> None:
    assert is_verified_request(one.text) is (one.is_taken != ("judge" in one.expected))


@needs_openssl
@pytest.mark.parametrize("one", TAKEN, ids=name_of)
def test_openssl_reads_the_same_request_from_what_is_sent(one: Input) -> None:
    sent = read_csr("csr_path", one.text).pem
    assert is_verified_request(sent)
    original = openssl_request(one.text, "-text", "-pubkey").stdout or openssl_request(sent, "-text", "-pubkey").stdout
    assert openssl_request(sent, "-text", "-pubkey").stdout == original
    names = {name.lower() for name in re.findall("DNS:([^,\\s]+)", original)}
    assert names <= set(one.expected["taken"])
