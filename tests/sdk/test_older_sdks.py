# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SDK that reads config JSON v5 evaluates V1 configs like those that read v6."""

from __future__ import annotations

import pytest

from sandbox.launcher import SandboxProcess
from tests.sdk.sdks import Opened, Person
from tests.sdk.test_evaluation import COMPARISONS, PEOPLE, with_attribute
from tests.support.configcat import Shop, in_segment, percent, rule

pytestmark = pytest.mark.node
OLDER = "configcat-node-10"


def test_every_comparator_segment_and_share(shop: Shop, sandbox: SandboxProcess) -> None:
    for comparator, (value, _match, _other) in COMPARISONS.items():
        compared = {"comparisonAttribute": "Attribute", "comparator": comparator, "comparisonValue": value}
        segment_id = shop.segment(comparator, **compared)
        rules = {
            "by": rule("Attribute", comparator, value, "match"),
            "in": in_segment(segment_id, "isIn", "match"),
            "out": in_segment(segment_id, "isNotIn", "match"),
        }
        for name, one in rules.items():
            shop.serve(shop.flag(f"{name}_{comparator}", "string"), "other", rolloutRules=[one])
    shop.serve(shop.flag("rollout", "int"), 0, rolloutPercentageItems=percent(p30=1, p20=2, p50=3))
    shop.serve(shop.flag("plain", "double"), 2.5)
    with Opened("configcat-client") as newer, Opened(OLDER) as older:
        new, old = newer(shop.sdk_key, sandbox.url), older(shop.sdk_key, sandbox.url)
        for comparator, (_value, match, other) in COMPARISONS.items():
            people: list[Person | None] = [with_attribute(match), with_attribute(other)]
            found = {name: old.values(f"{name}_{comparator}", "", people) for name in ("by", "in", "out")}
            as_it_is, other_way = ["match", "other"], ["other", "match"]
            assert found == {"by": as_it_is, "in": as_it_is, "out": other_way}, comparator
        assert old.values("rollout", 9, PEOPLE) == new.values("rollout", 9, PEOPLE)
        assert old.values("plain", 0.5, [None]) == [2.5]
    read = {one["path"].rpartition("/")[2] for one in sandbox.exchanges() if shop.sdk_key in one["path"]}
    assert read == {"config_v5.json", "config_v6.json"}
