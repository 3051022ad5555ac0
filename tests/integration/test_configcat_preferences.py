# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_product_preferences`` against the sandbox, and a product whose environments require reasons."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.integration.test_ways_to_run import comparable
from tests.support.configcat import Client, errors
from tests.support.playing import Player, Task, check_refusals, task
from tests.support.shop import Shop, call, make_shop

STRICT: dict[str, Any] = {
    "reason_required_environments": ["production"],
    "mandatory_setting_hint": True,
    "key_generation_mode": "kebabCase",
    "show_variation_id": True,
}


def preferences(shop: Shop, **options: Any) -> Task:
    """Return the task that manages the preferences of the shop."""
    return task("configcat_product_preferences", **{"product": shop.product, **options})


def where_required(result: Any) -> dict[str, bool]:
    """Return whether each environment requires a reason."""
    items = result["preferences"]["reason_required_environments"]
    return {item["environment_name"]: item["reason_required"] for item in items}


def test_life_of_preferences(shop: Shop) -> None:
    number = shop.environments["test"]
    played = shop.play(
        [
            preferences(shop),
            preferences(shop, check=True, **STRICT),
            preferences(shop, **STRICT),
            preferences(shop, **STRICT),
            preferences(shop, reason_required_environments=[number.upper()], check=True),
            preferences(shop, reason_required_environments=[number]),
            preferences(shop, reason_required=True, show_variation_id=False),
            preferences(shop, reason_required_environments=[]),
            preferences(shop),
        ]
    )
    first, predicted, made, again, checked, moved, everywhere, nowhere, last = played
    path = f"/products/{shop.product_id}/preferences"
    assert not first.changed and first.requests == ["GET /products", f"GET {path}"]
    assert first["preferences"]["key_generation_mode"] == "camelCase"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == made["diff"]
    assert predicted["preferences"] == made["preferences"]
    assert made.changed and made.writes == [f"POST {path}"] and len(made.requests) == 4
    assert where_required(made) == {"test": False, "production": True}
    others = {name: value for name, value in made["preferences"].items() if name != "reason_required_environments"}
    assert others.items() == {**{name: STRICT[name] for name in list(STRICT)[1:]}, "reason_required": False}.items()
    assert not again.changed and again.writes == [] and again["preferences"] == made["preferences"]
    assert checked.changed and checked.writes == [] and checked["diff"] == moved["diff"]
    assert moved.changed and where_required(moved) == {"test": True, "production": False}
    assert moved["preferences"]["mandatory_setting_hint"] is True, "what is not given stays"
    assert everywhere.changed and where_required(everywhere) == {"test": True, "production": False}
    assert nowhere.changed and where_required(nowhere) == {"test": False, "production": False}
    assert not last.changed and last["preferences"] == nowhere["preferences"]
    assert last["preferences"] == {**nowhere["preferences"], "reason_required": True, "show_variation_id": False}
    shown = call(shop.player.sandbox, "GET", path)
    assert shown["reasonRequired"] is True and shown["keyGenerationMode"] == "kebabCase"


def test_refusals(shop: Shop, configcat: SandboxProcess) -> None:
    bad: dict[str, dict[str, Any]] = {
        "product": {"product": ""},
        "reason_required_environments": {"reason_required_environments": [""]},
        "key_generation_mode": {"key_generation_mode": "snake_case"},
    }
    check_refusals(shop.play([preferences(shop, **options) for options in bad.values()]).results, list(bad))
    configcat.set_faults([{"match": {"method": "POST", "path": "*/preferences"}, "fault": "status", "status": 403}])
    missing, checked, no_environment, no_environment_checked, refused = shop.play(
        [
            preferences(shop, product="No such product", **STRICT),
            preferences(shop, product="No such product", check=True, **STRICT),
            preferences(shop, reason_required_environments=["nowhere"]),
            preferences(shop, reason_required_environments=["nowhere"], check=True),
            preferences(shop, **STRICT),
        ]
    )
    assert missing.error["kind"] == "not_found" and "No such product" in missing.msg
    assert checked.changed and "no product" in checked["warnings"][0] and "no environment" in checked["warnings"][1]
    assert no_environment.error["kind"] == "not_found" and "environment nowhere" in no_environment.msg
    assert no_environment_checked.changed
    assert where_required(no_environment_checked) == {"test": False, "production": False, "nowhere": True}
    assert refused.error["kind"] == "forbidden" and refused.error["status"] == 403
    for result in (missing, checked, no_environment, no_environment_checked):
        assert result.writes == []


def test_lost_response(shop: Shop, configcat: SandboxProcess) -> None:
    configcat.set_faults([{"match": {"method": "POST", "path": "*/preferences", "nth": 1}, "fault": "reset_after"}])
    made, again = shop.play([preferences(shop, **STRICT)] * 2)
    assert made.changed and not again.changed and again["preferences"] == made["preferences"]


def test_both_ways_to_run(configcat: SandboxProcess, tmp_path: Path) -> None:
    player, results = Player(configcat, tmp_path), []
    for in_process in (True, False):
        shop = replace(make_shop(configcat, tmp_path), player=player)
        tasks = [preferences(shop, **STRICT), preferences(shop, **STRICT)]
        played = shop.play(tasks, in_process=in_process, env={"ANSIBLE_INJECT_INVOCATION": "1"})
        results.append([comparable(result, shop.product) for result in played])
    assert results[0] == results[1]


def strict_product(name: str) -> list[Task]:
    """Return the tasks that set up a product that requires reasons, with everything in it, from nothing."""
    reason: dict[str, Any] = {"reason": "As agreed on Monday"}
    site: dict[str, Any] = {"product": name, "config": "Web site"}
    link: dict[str, Any] = {
        "link_type": "trello",
        "link_key": "kP2vXq7L",
        "url": "https://trello.example.com/c/kP2vXq7L",
    }
    return [
        task("configcat_product", name=name),
        task("configcat_environment", product=name, name="test"),
        task("configcat_environment", product=name, name="production"),
        task("configcat_product_preferences", product=name, reason_required=True, **STRICT),
        task("configcat_config", product=name, name="Web site"),
        task("configcat_tag", product=name, name="checkout"),
        task(
            "configcat_segment",
            product=name,
            name="Testers",
            comparison_attribute="Email",
            comparator="contains",
            comparison_value="@bakery.example",
        ),
        task("configcat_permission_group", product=name, name="Editors", access_type="full"),
        task("configcat_flag", key="new-checkout", hint="The checkout in one page", tags=["checkout"], **site),
        task("configcat_flag_value", key="new-checkout", environment="production", value=True, **reason, **site),
        task("configcat_integration_link", key="new-checkout", environment="production", **link, **site),
        task(
            "configcat_flags",
            flags={"banner": {"hint": "The text above", "type": "string"}},
            environments={one: {"banner": {"value": "Welcome"}} for one in ("test", "production")},
            **reason,
            **site,
        ),
        task("configcat_environment", product=name, name="staging"),
    ]


def test_product_that_requires_reasons_is_set_up_from_nothing(configcat: SandboxProcess, tmp_path: Path) -> None:
    name = f"Strict shop {secrets.token_hex(4)}"
    tasks = strict_product(name)
    played = Player(configcat, tmp_path).play([*tasks, *tasks]).results
    for first, second in zip(played[: len(tasks)], played[len(tasks) :], strict=True):
        assert first.changed, first.data
        assert not second.changed and second.writes == [], second.data
    product = played[0]["product"]["product_id"]
    log = call(configcat, "GET", f"/products/{product}/auditlogs")
    reasons = [entry["why"] for entry in log if entry["auditLogTypeEnum"] == "settingValueChanged"]
    assert reasons == ["As agreed on Monday"] * 3
    # The product does refuse what has no reason or no hint.
    site: dict[str, Any] = {"product": name, "config": "Web site"}
    api = Client(configcat)
    config = api.get(f"/products/{product}/configs")[0]
    flag = api.get(f"/configs/{config['configId']}/settings")[0]["settingId"]
    production = next(one for one in api.get(f"/products/{product}/environments") if one["name"] == "production")
    path = f"/environments/{production['environmentId']}/settings/{flag}/value"
    of_v2 = config["evaluationVersion"] == "v2"
    off = {"defaultValue": {"boolValue": False}} if of_v2 else {"value": False}
    assert "reason" in errors(api.call("PUT", f"/v2{path}" if of_v2 else path, off))
    no_reason, no_hint, hint_removed = Player(configcat, tmp_path / "more").play(
        [
            task("configcat_flag_value", key="new-checkout", environment="production", value=False, **site),
            task("configcat_flag", key="no-hint", **site),
            task("configcat_flag", key="new-checkout", hint="", **site),
        ]
    )
    assert no_reason.error["kind"] == "reason_required" and no_reason.writes == []
    for result in (no_hint, hint_removed):
        assert result.error["kind"] == "invalid_request" and "Hint required" in result.msg
