# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of services: which are accepted, and in which form."""

from __future__ import annotations

from functools import partial

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import canonical_url
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

canonical = partial(canonical_url, version="/v2", example="https://api.example")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example",
        "https://api.example/",
        "https://api.example/v2",
        "https://API.example/v2/",
        " https://api.example ",
    ],
)
def test_address_means_the_same_however_it_ends(url: str) -> None:
    assert canonical(url) == "https://api.example"


@pytest.mark.parametrize(
    "url", ["", "api.example", "ftp://api.example", "https://u:p@api.example", "https://a.example?x"]
)
def test_no_address(url: str) -> None:
    with pytest.raises(ToolkitError, match="api_url"):
        canonical(url)
