# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_integration`` against the sandbox."""

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

MISSING = "08d86d63-2721-4da6-8c06-584521d516bc"


def integration(shop: Shop, **options: Any) -> Task:
    """Return the task that manages an integration of the shop with Datadog."""
    return task("configcat_integration", **{"product": shop.product, "name": "Datadog", **options})


def datadog(shop: Shop, key: str = "Datadog-geheim-71") -> dict[str, Any]:
    """Return the options of a new integration with Datadog, with a key that is a secret of the play."""
    secret = shop.player.secret(f"key_{key[-2:]}", key)
    return {"type": "dataDog", "parameters": {"site": "Eu"}, "secret_parameters": {"apikey": secret}}


def test_life_of_an_integration(shop: Shop) -> None:
    made_with, rotated_with = datadog(shop), datadog(shop, "Datadog-geheim-72")
    production = shop.environments["production"]
    rotation = {"secret_parameters": rotated_with["secret_parameters"]}
    played = shop.play(
        [
            integration(shop, check=True, environments=["production"], **made_with),
            integration(shop, environments=["production"], **made_with),
            integration(shop, environments=[production.upper()], **made_with),
            integration(shop, check=True, **rotation),
            integration(shop, **rotation),
            integration(shop, **rotation),
            integration(shop, parameters={}, configs=[shop.config]),
            integration(shop, parameters={"site": "Us3"}, environments=[], configs=["Web site"]),
            integration(shop, type="slack"),
            integration(shop, state="absent", check=True),
            integration(shop, state="absent"),
            integration(shop, state="absent"),
        ]
    )
    predicted, made, again, checked, rotated, kept, no_site, everywhere, other_type, *gone = played
    path = f"/products/{shop.product_id}/integrations"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == made["diff"]
    assert made.changed and made.writes == [f"POST {path}"] and len(made.requests) == 4
    number = made["integration"]["integration_id"]
    shown = {name: value for name, value in made["integration"].items() if name != "product"}
    assert shown == {
        "integration_id": number,
        "name": "Datadog",
        "integration_type": "dataDog",
        "parameters": {"site": "Eu"},
        "secret_parameters": ["apikey"],
        "config_ids": [],
        "environment_ids": [production],
    }
    assert not again.changed and again.writes == [] and again["integration"] == made["integration"]
    put = f"PUT /integrations/{number}"
    assert checked.changed and checked.writes == [] and checked["diff"] == rotated["diff"]
    assert rotated.changed and rotated.writes == [put] and rotated["integration"] == made["integration"]
    assert set(rotated["diff"]["after"]) == {"secret_parameters"} and not kept.changed
    assert no_site.changed and no_site["integration"]["parameters"] == {}
    assert no_site["integration"]["config_ids"] == [shop.config_id]
    assert no_site["integration"]["environment_ids"] == [production], "what is not given stays"
    assert everywhere.changed and everywhere["integration"]["environment_ids"] == []
    assert other_type.error["kind"] == "type_differs" and other_type.writes == []
    gone_checked, removed, gone_again = gone
    assert gone_checked.changed and gone_checked.writes == [] and gone_checked["diff"] == removed["diff"]
    assert removed.changed and removed.writes == [f"DELETE /integrations/{number}"]
    assert removed["integration"] is None and not gone_again.changed


def test_secrets_arrive_and_stay(shop: Shop) -> None:
    made, renamed, missing, missing_anyway = shop.play(
        [
            integration(shop, **datadog(shop)),
            integration(shop, environments=["test"]),
            task("configcat_integration", id=MISSING, name="Another"),
            task("configcat_integration", id=MISSING, name="Another", state="absent"),
        ]
    )
    number = made["integration"]["integration_id"]
    assert renamed.changed and missing.error["kind"] == "not_found" and not missing_anyway.changed
    by_id, as_it_is = shop.play(
        [task("configcat_integration", id=number, name="DD"), task("configcat_integration", id=number, type="dataDog")]
    )
    assert by_id.changed and by_id.requests == [f"GET /integrations/{number}", f"PUT /integrations/{number}"]
    assert by_id["diff"] == {"before": {"name": "Datadog"}, "after": {"name": "DD"}} and not as_it_is.changed
    kept = call(shop.player.sandbox, "GET", f"/integrations/{number}")
    assert kept["parameters"] == {"site": "Eu", "apikey": "Datadog-geheim-71"} and kept["name"] == "DD"
    assert kept["environmentIds"] == [shop.environments["test"]]


def test_each_type(shop: Shop) -> None:
    types: dict[str, tuple[dict[str, Any], list[str]]] = {
        "slack": ({}, ["incoming_webhook.url"]),
        "amplitude": ({}, ["apiKey", "secretKey"]),
        "mixPanel": ({"serviceAccountUserName": "ada", "projectId": 12}, ["serviceAccountSecret"]),
        "segment": ({"server": "Eu"}, ["writeKey"]),
        "pubNub": ({"channel": "flags"}, ["pubKey", "subKey"]),
    }
    tasks = []
    for kind, (parameters, secrets) in types.items():
        given = {
            name: shop.player.secret(f"{kind}_{number}", f"{kind}-geheim-{number}")
            for number, name in enumerate(secrets)
        }
        wanted = {"name": kind, "type": kind, "parameters": parameters, "secret_parameters": given}
        tasks += [integration(shop, **wanted)] * 2
    played = shop.play(tasks).results
    for made, again in zip(played[::2], played[1::2], strict=True):
        assert made.changed and not again.changed and again["integration"] == made["integration"]
    listed = call(shop.player.sandbox, "GET", f"/products/{shop.product_id}/integrations")["integrations"]
    assert {one["integrationType"]: sorted(one["parameters"]) for one in listed} == {
        kind: sorted([*parameters, *secrets]) for kind, (parameters, secrets) in types.items()
    }


def test_two_of_the_same_name_are_an_error(shop: Shop) -> None:
    body = {"name": "Datadog", "integrationType": "dataDog", "parameters": {"apikey": "Datadog-geheim-71"}}
    path = f"/products/{shop.product_id}/integrations"
    numbers = [
        call(shop.player.sandbox, "POST", path, {**body, "environmentIds": [], "configIds": []})["integrationId"]
        for _number in range(2)
    ]
    ambiguous, removed = shop.play([integration(shop, environments=[]), integration(shop, state="absent")])
    for result in (ambiguous, removed):
        assert result.error["kind"] == "ambiguous" and result.writes == []
        assert all(number in result.msg for number in numbers)


def test_refusals(shop: Shop, configcat: SandboxProcess) -> None:
    bad: dict[str, dict[str, Any]] = {
        "product": {"product": ""},
        "name": {"name": "x" * 256},
        "id": {"product": None, "id": "7"},
        "type": {"type": "pager"},
        "parameters.apikey": {"parameters": {"apikey": "x"}},
        "parameters.site": {"type": "slack", "parameters": {"site": "Eu"}},
        "secret_parameters.site": {"secret_parameters": {"site": "Eu"}},
        "secret_parameters.apikey": {"type": "dataDog", "secret_parameters": {"apikey": ""}},
        "environments": {"environments": [""]},
    }
    check_refusals(shop.play([integration(shop, **options) for options in bad.values()]).results, list(bad))
    configcat.set_faults([{"match": {"method": "POST", "path": "*/integrations"}, "fault": "status", "status": 403}])
    wanted = datadog(shop)
    missing, checked, absent, no_type, no_key, no_environment, no_environment_checked, refused = shop.play(
        [
            integration(shop, product="No such product", **wanted),
            integration(shop, product="No such product", check=True, **wanted),
            integration(shop, product="No such product", state="absent"),
            integration(shop),
            integration(shop, type="dataDog"),
            integration(shop, environments=["nowhere"], **wanted),
            integration(shop, environments=["nowhere"], check=True, **wanted),
            integration(shop, **wanted),
        ]
    )
    assert missing.error["kind"] == "not_found" and "No such product" in missing.msg
    assert checked.changed and "no product" in checked["warnings"][0] and not absent.changed
    assert no_type.error["kind"] == "invalid_option" and no_type.msg.startswith("type: ")
    assert no_key.error["kind"] == "invalid_option" and "apikey" in no_key.msg
    assert no_environment.error["kind"] == "not_found" and no_environment_checked.changed
    assert refused.error["kind"] == "forbidden" and refused.error["status"] == 403
    for result in (missing, checked, absent, no_type, no_key, no_environment, no_environment_checked):
        assert result.writes == []


def test_lost_response(shop: Shop, configcat: SandboxProcess) -> None:
    configcat.set_faults([{"match": {"method": "POST", "path": "*/integrations", "nth": 1}, "fault": "reset_after"}])
    made, again = shop.play([integration(shop, **datadog(shop))] * 2)
    assert made.changed and [one.partition(" ")[0] for one in made.writes] == ["POST"]
    assert not again.changed and again["integration"] == made["integration"]


def test_both_ways_to_run(configcat: SandboxProcess, tmp_path: Path) -> None:
    player, results = Player(configcat, tmp_path), []
    for in_process in (True, False):
        shop = replace(make_shop(configcat, tmp_path), player=player)
        tasks = [integration(shop, **datadog(shop))] * 2 + [integration(shop, environments=["test"])]
        tasks += [integration(shop, state="absent")]
        played = shop.play(tasks, in_process=in_process, env={"ANSIBLE_INJECT_INVOCATION": "1"})
        texts = [comparable(result, shop.product) for result in played]
        assert "geheim" not in json.dumps(texts)
        results.append([re.sub(r'"order": \d+', "", text) for text in texts])
    assert results[0] == results[1]
