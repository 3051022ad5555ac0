# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""E-mail addresses in canonical form."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import mail_address
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        (" o'neill+x@example.com. ", "o'neill+x@example.com"),
        ("info@müller.example", "info@xn--mller-kva.example"),
    ],
)
def test_addresses_in_one_form(given: str, canonical: str) -> None:
    assert mail_address("address", given) == canonical


@pytest.mark.parametrize(
    "given",
    [
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "a b@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@b@c.d e",
        "ada@_example.net",
        "ada@mail_1.example",
        "x" * 65 + "@example.com",
    ],
)
def test_invalid_address(given: str) -> None:
    with pytest.raises(ToolkitError, match="address"):
        mail_address("address", given)
