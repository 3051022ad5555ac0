# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``feature_flags``: what it creates, how many requests it sends, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.integration.test_examples import playbooks_in
from tests.support.playing import ROOT, PlayResult
from tests.support.shop import Shop, call, make_shop

ENVIRONMENTS = ("test", "staging", "production")
PARTS = [{"percentage": 10, "value": True}, {"percentage": 90, "value": False}]
FLAGS: dict[str, Any] = {
    "new_checkout": {"name": "New checkout", "tags": ["checkout"]},
    "banner_text": {"type": "string"},
}


def play(shop: Shop, *, check: bool = False, **parts: Any) -> PlayResult:
    """Run the role."""
    wanted = {"product": shop.product, "config": shop.config, **parts}
    role = {"role": "reseller.toolkit.feature_flags"}
    return shop.play([], roles=[role], variables={"feature_flags": wanted}, check_mode=check)


def result_of(played: PlayResult) -> dict[str, Any]:
    """Return the role's result."""
    assert played.code == 0, played.output
    facts = [result.data["ansible_facts"] for result in played if "ansible_facts" in result.data]
    (found,) = [fact["feature_flags_result"] for fact in facts if "feature_flags_result" in fact]
    assert int(re.findall(r"changed=(\d+)", played.output)[-1]) == int(found["changed"])
    return found


def requests_of(played: PlayResult) -> list[str]:
    """Return all requests of a play."""
    return [request for result in played for request in result.requests]


def test_flags_and_again(shop: Shop) -> None:
    production = {"value": False, "rules": [{"segment": "Testers", "value": True}], "percentages": PARTS}
    environments = {
        "test": {"new_checkout": True, "banner_text": "A test"},
        "production": {"new_checkout": production},
    }
    predicted = play(shop, check=True, flags=FLAGS, environments=environments)
    assert not any(request.split()[0] != "GET" for request in requests_of(predicted))
    made = play(shop, flags=FLAGS, environments=environments)
    result = result_of(made)
    assert result["changes"] == result_of(predicted)["changes"]
    assert result["product"]["name"] == shop.product and result["config"]["config_id"] == shop.config_id
    assert result["flags"]["new_checkout"]["tags"] == ["checkout"]
    assert result["environments"]["test"]["banner_text"] == {
        "value": "A test",
        "rules": [],
        "percentages": [],
        "percentage_attribute": "",
    }
    line = 'new_checkout: (new) → on if in segment "Testers", else on for 10 %'
    assert f"production: {line}" in result["changes"] and f"  {line}" in made.output
    again = result_of(play(shop, flags=FLAGS, environments=environments))
    assert again == {**result, "changes": [], "changed": False}


def test_only_flags(shop: Shop) -> None:
    result = result_of(play(shop, flags=FLAGS, environments=None, reason=None, purge_tags=None))
    assert result["changed"] and result["environments"] == {}


def test_purge(shop: Shop) -> None:
    five: dict[str, Any] = {f"flag_{number}": {} for number in range(5)}
    assert result_of(play(shop, flags=five))["changed"]
    assert not result_of(play(shop, flags={"flag_0": {}}))["changed"]
    stopped = play(shop, flags={"flag_0": {}}, purge=True)
    assert stopped.code != 0 and "flag_1, flag_2, flag_3, flag_4" in stopped.output
    assert not any(request.split()[0] != "GET" for request in requests_of(stopped))
    less = result_of(play(shop, flags={"flag_0": {}}, purge=True, max_delete_percent=80))
    assert less["changes"] == [f"flag_{number}: removed" for number in range(1, 5)]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"flags": None}, "flags"),
        ({"flags": {}, "enviroments": {}}, "enviroments"),
        (
            {"flags": {"new_checkout": {}}, "environments": {"test": {"new_chekout": True}}},
            "environments.test.new_chekout",
        ),
        ({"flags": {"new_checkout": {"type": "bool"}}}, "flags.new_checkout"),
    ],
)
def test_mistakes_are_reported_before_any_request(shop: Shop, parts: dict[str, Any], words: str) -> None:
    played = play(shop, **parts)
    assert played.code != 0 and words in re.sub(r"\s+", " ", played.output)
    assert requests_of(played) == []


def many() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return 100 flags of all types, with their values in three environments."""
    kinds = {"boolean": True, "string": "blue", "int": 24, "double": 2.5}
    flags = {f"{kind}_{number:02}": {"type": kind, "hint": f"No. {number}"} for kind in kinds for number in range(25)}
    values = {key: kinds[key.partition("_")[0]] for key in flags}
    return flags, {name: dict(values) for name in ENVIRONMENTS}


def test_play_of_the_readme(configcat: SandboxProcess, tmp_path: Path) -> None:
    shop = make_shop(configcat, tmp_path, "Example shop")
    (play,) = playbooks_in(ROOT / "roles/feature_flags/README.md")
    made, again = (shop.player.playbook([play]) for _run in range(2))
    assert "production\n  new_checkout: (new) → on if in segment" in made.output
    assert result_of(made)["changed"] and not result_of(again)["changed"]


@pytest.mark.nightly
def test_requests_for_100_flags_in_3_environments(shop: Shop, configcat: SandboxProcess) -> None:
    body = {"name": "staging"}
    call(configcat, "POST", f"/products/{shop.product_id}/environments", body)
    flags, environments = many()
    for values in environments.values():
        values["boolean_00"] = {"value": False, "percentages": PARTS}
        values["boolean_01"] = {"value": False, "rules": [{"segment": shop.segment_id, "value": True}]}
    made = play(shop, flags=flags, environments=environments)
    assert len(result_of(made)["changes"]) == 400
    # Each flag is one write; their values are one write for each environment.
    assert len([one for one in requests_of(made) if not one.startswith("GET")]) == 103

    unchanged = play(shop, flags=flags, environments=environments)
    assert not result_of(unchanged)["changed"]
    assert [one.split()[0] for one in requests_of(unchanged)] == ["GET"] * 6

    strings = [key for key in flags if key.startswith("string")]
    for name, part in (("test", strings[:17]), ("staging", strings[:17]), ("production", strings[:16])):
        environments[name].update(dict.fromkeys(part, "green"))
    changed = play(shop, flags=flags, environments=environments)
    assert len(result_of(changed)["changes"]) == 50
    writes = [one for one in requests_of(changed) if not one.startswith("GET")]
    assert len(writes) == 3 and len(requests_of(changed)) == 9

    # A segment given by name instead of id has to be looked up.
    environments["test"]["boolean_01"]["rules"] = [{"segment": "Testers", "value": True}]
    named = play(shop, flags=flags, environments=environments)
    assert not result_of(named)["changed"]
    assert [one.split()[0] for one in requests_of(named)] == ["GET"] * 7


@pytest.mark.nightly
def test_requests_for_300_prerequisites_in_a_v2_config(shop: Shop, configcat: SandboxProcess) -> None:
    call(configcat, "POST", f"/products/{shop.product_id}/environments", {"name": "staging"})
    call(configcat, "POST", f"/products/{shop.product_id}/configs", {"name": "App", "evaluationVersion": "v2"})
    flags, environments = many()
    flags = {"first": {}, **flags}
    rule = {"prerequisite_flag": "first", "prerequisite_value": True}
    for values in environments.values():
        for key, value in values.items():
            values[key] = {"value": value, "rules": [{**rule, "value": value}]}
        values["first"] = True
    made = play(shop, config="App", flags=flags, environments=environments)
    assert len([one for one in requests_of(made) if not one.startswith("GET")]) == 104

    unchanged = play(shop, config="App", flags=flags, environments=environments)
    assert not result_of(unchanged)["changed"]
    assert [one.split()[0] for one in requests_of(unchanged)] == ["GET"] * 6

    for values, number in zip(environments.values(), (17, 17, 16), strict=True):
        for key in [key for key in flags if key.startswith("string")][:number]:
            values[key] = {"value": "green", "rules": [{**rule, "value": "blue"}]}
    changed = play(shop, config="App", flags=flags, environments=environments)
    assert len(result_of(changed)["changes"]) == 50
    assert len([one for one in requests_of(changed) if not one.startswith("GET")]) == 3
