# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which decisions on registrations are possible."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import registrations
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@pytest.mark.parametrize("now", ["pending", "accepted", "rejected"])
@pytest.mark.parametrize("wanted", ["accepted", "rejected"])
def test_decision_is_made_once(now: str, wanted: str) -> None:
    item = {"username": "ada", "state": now}
    if now in ("pending", wanted):
        registrations.check_decision(item, wanted, "Welcome")
        return
    with pytest.raises(ToolkitError, match=f"The registration of ada is {now} already"):
        registrations.check_decision(item, wanted, "Welcome")


@pytest.mark.parametrize("response", [None, ""])
def test_new_decision_requires_a_response(response: str | None) -> None:
    with pytest.raises(ToolkitError, match="moderation_response: it is required to make a registration rejected"):
        registrations.check_decision({"state": "pending"}, "rejected", response)
    registrations.check_decision({"state": "rejected"}, "rejected", response)
