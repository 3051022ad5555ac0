# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account is found by its identifier, and its absence is proven by all lists that would show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import find_account
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from tests.support.fake_api import FakeApi


@pytest.mark.parametrize("hosting", [{"domain_name": "shop.example"}, {}], ids=["readable", "empty"])
def test_hosting_whose_account_is_not_listed_contradicts_the_list(tmp_path: Path, hosting: dict[str, Any]) -> None:
    """It exists, whatever its detail contains."""
    api = FakeApi(tmp_path)
    api.lists["/accounts"] = []
    assert isinstance(find_account(api.client(), "shop.example"), Absence)
    api.things["/linuxhostings/shop.example"] = hosting
    with pytest.raises(ToolkitError) as caught:
        find_account(api.client(), "shop.example")
    assert caught.value.kind == "unproven"
    assert isinstance(find_account(api.client(accepted=("shop.example",)), "shop.example"), Absence)
    api.lists["/accounts"] = [{"id": 5, "identifier": "SHOP.example"}]
    assert find_account(api.client(), "shop.example") == {"id": 5, "identifier": "SHOP.example"}
