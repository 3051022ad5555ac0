# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_predefined_variations`` against the sandbox."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.integration.test_ways_to_run import comparable
from tests.support.playing import Player, Task, check_refusals, task
from tests.support.shop import Shop, call, make_shop

USUAL = {"value": "Welcome", "name": "Usual"}
HOLIDAYS = {"value": "Happy holidays", "hint": "Until January 6"}


def add_flag(shop: Shop, key: str = "banner", kind: str = "string") -> int:
    """Add a setting to the shop's config and return its id."""
    body = {"key": key, "name": key, "settingType": kind}
    found: int = call(shop.player.sandbox, "POST", f"/configs/{shop.config_id}/settings", body)["settingId"]
    return found


def variations(shop: Shop, *items: Any, **options: Any) -> Task:
    """Return the task that manages the variations of a flag."""
    place = {"product": shop.product, "config": shop.config, "key": "banner"}
    return task("configcat_predefined_variations", **{**place, "variations": list(items), **options})


def test_life_of_variations(shop: Shop) -> None:
    number = add_flag(shop)
    add_flag(shop, "limit", "double")
    played = shop.play(
        [
            variations(shop, USUAL, HOLIDAYS, check=True),
            variations(shop, USUAL, HOLIDAYS),
            variations(shop, USUAL, HOLIDAYS),
            variations(shop, HOLIDAYS, {**USUAL, "name": "Always"}, {"value": ""}),
            variations(shop, HOLIDAYS),
            variations(shop, check=True),
            variations(shop),
            variations(shop),
            variations(shop, {"value": 1}, {"value": "2.5"}, key="limit"),
            variations(shop, {"value": 1.0}, {"value": 2.5}, key="limit"),
        ]
    )
    predicted, made, again, changed, fewer, checked, gone, gone_again, limits, limits_again = played
    path = f"/settings/{number}/predefined-variations"
    assert predicted.changed and predicted.writes == []
    assert predicted["diff"] == made["diff"] and made.changed and made.writes == [f"PUT {path}"]
    usual, holidays = made["predefined_variations"]["variations"]
    ids = {one.pop("predefined_variation_id") for one in (usual, holidays)}
    assert (usual, holidays) == ({**USUAL, "hint": ""}, {**HOLIDAYS, "name": ""}) and len(ids) == 2
    assert not again.changed and again.writes == [] and len(again.requests) == 4
    kept = {one["value"]: one["predefined_variation_id"] for one in changed["predefined_variations"]["variations"]}
    assert changed.changed and list(kept) == ["Happy holidays", "Welcome", ""] and ids < set(kept.values())
    assert fewer.changed and [one["value"] for one in fewer["predefined_variations"]["variations"]] == [
        "Happy holidays"
    ]
    assert checked.changed and checked.writes == [] and gone.changed and not gone_again.changed
    assert gone["predefined_variations"]["variations"] == []
    assert limits.changed and not limits_again.changed
    log = [entry["auditLogTypeEnum"] for entry in shop.audit()]
    assert {"settingConvertedToPredefinedVariations", "settingConvertedToFreeFormValues"} < set(log)


def test_refusals(shop: Shop, configcat: SandboxProcess) -> None:
    add_flag(shop)
    add_flag(shop, "new_checkout", "boolean")
    bad: dict[str, dict[str, Any]] = {
        "product": {"product": ""},
        "key": {"key": "a/b"},
        "variations[0].name": {"variations": [{"value": 1, "name": "x" * 256}]},
        "variations[0].hint": {"variations": [{"value": 1, "hint": "x" * 1001}]},
        "variations[0].value": {"variations": [{"value": ["a"]}]},
        "variations[1].value": {"variations": [{"value": 1}, {"value": 1}]},
    }
    check_refusals(shop.play([variations(shop, **options) for options in bad.values()]).results, list(bad))
    configcat.set_faults(
        [{"match": {"method": "PUT", "path": "*/predefined-variations"}, "fault": "status", "status": 403}]
    )
    no_flag, checked, wrong_type, refused = shop.play(
        [
            variations(shop, USUAL, key="nowhere"),
            variations(shop, USUAL, key="nowhere", check=True),
            variations(shop, USUAL, key="new_checkout"),
            variations(shop, USUAL),
        ]
    )
    assert no_flag.error["kind"] == "not_found" and "nowhere" in no_flag.msg and no_flag.writes == []
    assert checked.changed and checked.writes == []
    assert wrong_type.error["kind"] == "invalid_option" and "boolean" in wrong_type.msg and wrong_type.writes == []
    assert refused.error["kind"] == "forbidden" and refused.error["status"] == 403


def test_both_ways_to_run(configcat: SandboxProcess, tmp_path: Path) -> None:
    player, results = Player(configcat, tmp_path), []
    for in_process in (True, False):
        shop = replace(make_shop(configcat, tmp_path), player=player)
        add_flag(shop)
        tasks = [variations(shop, USUAL, HOLIDAYS)] * 2 + [variations(shop)]
        played = shop.play(tasks, in_process=in_process, env={"ANSIBLE_INJECT_INVOCATION": "1"})
        texts = [comparable(result, shop.product) for result in played]
        results.append([re.sub(r"/settings/\d+", "", text) for text in texts])
    assert json.dumps(results[0]) == json.dumps(results[1])
