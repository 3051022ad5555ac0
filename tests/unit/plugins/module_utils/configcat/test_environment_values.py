# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that the API would refuse are refused before any request."""

from __future__ import annotations

from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import (
    EnvironmentValues,
    FlagKeys,
    check_writable,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Evidence

PRODUCT: dict[str, Any] = {"product": {"product_id": "4711", "reason_required": False}}
FREE: dict[str, Any] = {"name": "production", "reason_required": False, **PRODUCT}
STRICT: dict[str, Any] = {"name": "production", "reason_required": True, **PRODUCT}
STRICT_PRODUCT: dict[str, Any] = {"product": {"product_id": "4711", "reason_required": True}}


@pytest.mark.parametrize(
    ("environment", "config", "needed"),
    [(FREE, {}, False), (STRICT, {}, True), (FREE, STRICT_PRODUCT, True), ({**FREE, **STRICT_PRODUCT}, {}, True)],
)
def test_reason(environment: dict[str, Any], config: dict[str, Any], needed: bool) -> None:
    served = EnvironmentValues(environment, config)
    check_writable(served, "a reason")
    if not needed:
        check_writable(served, None)
        return
    for reason in (None, "", " "):
        with pytest.raises(ToolkitError, match="production requires a reason") as caught:
            check_writable(served, reason)
        assert caught.value.kind == "reason_required"


def test_what_may_only_be_read() -> None:
    with pytest.raises(ToolkitError, match="may read values in production") as caught:
        check_writable(EnvironmentValues(FREE, read_only=True), "a reason")
    assert caught.value.kind == "forbidden"


def test_product_of_what_is_served() -> None:
    assert EnvironmentValues().product_id is None and not EnvironmentValues().exists
    assert EnvironmentValues(FREE, STRICT_PRODUCT).product_id == "4711"


class Listing:
    """Replaces the client: lists the flags of a config, and counts how often."""

    def __init__(self) -> None:
        self.evidence = Evidence((), lambda _text: None)
        self.reads = 0

    def listed(self, _path: str) -> list[dict[str, Any]]:
        self.reads += 1
        return [{"setting_id": 2, "key": "b", "tags": []}]


KNOWN: dict[str, dict[str, Any]] = {"a": {"setting_id": 1, "key": "a"}}


def test_flags_that_are_not_known_are_read_once() -> None:
    listing = Listing()
    flags = FlagKeys(cast("Any", listing), {"config_id": "9"}, KNOWN, is_whole=False)
    assert flags.key(1) == "a" and flags.number("a") == 1 and listing.reads == 0
    assert [flags.key(number) for number in (2, 3, 4)] == ["b", "3", "4"] and flags.number("b") == 2
    with pytest.raises(ToolkitError, match="no setting c"):
        flags.number("c")
    assert listing.reads == 1


def test_nothing_is_read_where_all_flags_are_known() -> None:
    listing = Listing()
    flags = FlagKeys(cast("Any", listing), {"config_id": "9"}, KNOWN, is_whole=True)
    assert flags.key(2) == "2" and listing.reads == 0
