# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_webhook`` and ``configcat_signing_key_info`` against the sandbox."""

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

URL = "https://shop.example.com/flags-changed"
ACCEPT = {"name": "Accept", "value": "text/plain"}
MADE: dict[str, Any] = {"http_method": "post", "content": '{"flags": "changed"}', "headers": [ACCEPT]}


def webhook(shop: Shop, **options: Any) -> Task:
    """Return the task that manages a webhook of production."""
    place = {"product": shop.product, "config": shop.config, "environment": "production"}
    return task("configcat_webhook", **{**place, "url": URL, **options})


def secure(shop: Shop, value: str = "Hook-geheim-71") -> list[dict[str, str]]:
    """Return a secure header whose value is a secret of the play."""
    return [{"name": "X-Token", "value": shop.player.secret(f"token_{value[-2:]}", value)}]


def test_life_of_a_webhook(shop: Shop) -> None:
    token, other = secure(shop), secure(shop, "Hook-geheim-72")
    played = shop.play(
        [
            webhook(shop, check=True, secure_headers=token, **MADE),
            webhook(shop, secure_headers=token, **MADE),
            webhook(shop, secure_headers=token, **MADE),
            webhook(shop, secure_headers=other, check=True),
            webhook(shop, secure_headers=other),
            webhook(shop, secure_headers=other),
            webhook(shop, content="", http_method="get"),
            webhook(shop, headers=[], secure_headers=other),
            webhook(shop, environment="test"),
            webhook(shop, secure_headers=[]),
            webhook(shop, secure_headers=[]),
            webhook(shop, state="absent", check=True),
            webhook(shop, state="absent"),
            webhook(shop, state="absent"),
        ]
    )
    predicted, made, again, checked, rotated, kept, plain, no_headers, elsewhere, bare, as_it_is, *gone = played
    place = f"/configs/{shop.config_id}/environments/{shop.environments['production']}"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == made["diff"]
    assert made.changed and made.writes == [f"POST {place}/webhooks"] and len(made.requests) == 5
    number = made["webhook"]["webhook_id"]
    assert made["webhook"] == {
        "webhook_id": number,
        "url": URL,
        **MADE,
        "secure_headers": [{"name": "X-Token"}],
        "config": {"config_id": shop.config_id, "name": shop.config},
        "environment": {"environment_id": shop.environments["production"], "name": "production"},
    }
    assert not again.changed and again.writes == [] and again["webhook"] == made["webhook"]
    assert len(again.requests) == 4
    path = f"PATCH /webhooks/{number}"
    assert checked.changed and checked.writes == [] and checked["diff"] == rotated["diff"]
    assert rotated.changed and rotated.writes == [path] and rotated["webhook"] == made["webhook"]
    assert not kept.changed and kept["webhook"] == made["webhook"]
    assert plain.changed and set(plain["diff"]["after"]) == {"content", "http_method"}
    assert [step["path"] for step in json.loads(plain.exchanges[-1]["request_body"])] == ["/httpMethod", "/content"]
    assert plain["webhook"]["headers"] == [ACCEPT] and plain["webhook"]["secure_headers"] == [{"name": "X-Token"}]
    assert no_headers.changed and no_headers["webhook"]["headers"] == []
    assert no_headers["webhook"]["secure_headers"] == [{"name": "X-Token"}]
    assert elsewhere.changed and elsewhere["webhook"]["webhook_id"] != number
    assert bare.changed and bare["webhook"]["secure_headers"] == [] and not as_it_is.changed
    gone_checked, removed, gone_again = gone
    assert gone_checked.changed and gone_checked.writes == [] and gone_checked["diff"] == removed["diff"]
    assert removed.changed and removed.writes == [f"DELETE /webhooks/{number}"] and removed["webhook"] is None
    assert not gone_again.changed and gone_again.writes == []
    left = call(shop.player.sandbox, "GET", f"/products/{shop.product_id}/webhooks")
    assert [one["webhookId"] for one in left] == [elsewhere["webhook"]["webhook_id"]]


def test_webhook_by_its_id_and_secure_headers_of_another_machine(shop: Shop, tmp_path: Path) -> None:
    token = secure(shop)
    (made,) = shop.play([webhook(shop, secure_headers=token, **MADE)])
    number = made["webhook"]["webhook_id"]
    elsewhere = replace(shop, player=Player(shop.player.sandbox, tmp_path / "elsewhere"))
    token_there = secure(elsewhere)
    moved: dict[str, Any] = {"id": number, "url": f"{URL}/2"}
    lost, renamed, set_again, kept, missing, missing_anyway, gone = elsewhere.play(
        [
            webhook(elsewhere, headers=[]),
            task("configcat_webhook", **moved),
            task("configcat_webhook", secure_headers=token_there, **moved),
            task("configcat_webhook", secure_headers=token_there, **moved),
            task("configcat_webhook", id=4711, url=URL),
            task("configcat_webhook", id=4711, url=URL, state="absent"),
            task("configcat_webhook", id=number, state="absent"),
        ]
    )
    assert lost.error["kind"] == "invalid_option" and "X-Token" in lost.msg and lost.writes == []
    assert renamed.changed and renamed.requests == [f"GET /webhooks/{number}", f"PATCH /webhooks/{number}"]
    assert renamed["diff"] == {"before": {"url": URL}, "after": {"url": f"{URL}/2"}}
    assert renamed["webhook"]["secure_headers"] == [{"name": "X-Token"}]
    assert set_again.changed and set_again["webhook"]["headers"] == [ACCEPT], "its value is not known here"
    assert not kept.changed and kept.requests == [f"GET /webhooks/{number}"]
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert not missing_anyway.changed and gone.changed


def test_signing_keys(shop: Shop) -> None:
    keys: dict[str, Any] = {"product": shop.product}
    hidden: dict[str, Any] = {"no_log": True}
    played = shop.play(
        [
            webhook(shop),
            webhook(shop, environment="test"),
            task("configcat_signing_key_info", **keys),
            task("configcat_signing_key_info", config=shop.config, environment="production", url=URL, **keys),
            task("configcat_signing_key_info", url=f"{URL}/2", **keys),
            task("configcat_signing_key_info", product="No such product"),
            task("configcat_signing_key_info", **keys) | hidden,
        ]
    )
    first, _second, both, one, none, nowhere, unseen = played
    number = first["webhook"]["webhook_id"]
    assert [key["environment"]["name"] for key in both["signing_keys"]] == ["production", "test"]
    path = f"/products/{shop.product_id}/webhooks"
    assert not one.changed and one.requests == ["GET /products", f"GET {path}", f"GET /webhooks/{number}/keys"]
    [key] = one["signing_keys"]
    shown = call(shop.player.sandbox, "GET", f"/webhooks/{number}/keys")
    assert key == {**{name: first["webhook"][name] for name in ("webhook_id", "url", "config", "environment")}, **shown}
    assert key["key1"] and key["key2"] is None
    assert none["signing_keys"] == [] and nowhere["signing_keys"] == []
    assert "signing_keys" not in unseen.data
    for exchange in one.exchanges:
        assert key["key1"] not in json.dumps(exchange)


def test_two_webhooks_for_one_address_are_an_error(shop: Shop) -> None:
    path = f"/configs/{shop.config_id}/environments/{shop.environments['production']}/webhooks"
    numbers = [call(shop.player.sandbox, "POST", path, {"url": URL})["webhookId"] for _number in range(2)]
    ambiguous, removed = shop.play([webhook(shop), webhook(shop, state="absent")])
    for result in (ambiguous, removed):
        assert result.error["kind"] == "ambiguous" and result.writes == []
        assert all(str(number) in result.msg for number in numbers)


def test_refusals(shop: Shop, configcat: SandboxProcess) -> None:
    bad: dict[str, dict[str, Any]] = {
        "product": {"product": ""},
        "url": {"url": "ftp://shop.example.com"},
        "http_method": {"http_method": "put"},
        "content": {"content": "x" * 15_001},
        "headers[0].name": {"headers": [{"name": "No colon:", "value": "x"}]},
        "headers[0].value": {"headers": [{"name": "X-Long", "value": "x" * 1001}]},
        "secure_headers[0].value": {"secure_headers": [{"name": "X-Token", "value": "two\nlines"}]},
        "id": {"product": None, "config": None, "environment": None, "id": -1},
    }
    check_refusals(shop.play([webhook(shop, **options) for options in bad.values()]).results, list(bad))
    configcat.set_faults([{"match": {"method": "POST", "path": "*/webhooks"}, "fault": "status", "status": 403}])
    missing, checked, absent, no_config, refused = shop.play(
        [
            webhook(shop, product="No such product"),
            webhook(shop, product="No such product", check=True),
            webhook(shop, product="No such product", state="absent"),
            webhook(shop, config="No such config"),
            webhook(shop),
        ]
    )
    assert missing.error["kind"] == "not_found" and "No such product" in missing.msg and missing.writes == []
    assert checked.changed and checked.writes == [] and "no product" in checked["warnings"][0]
    assert not absent.changed and absent.writes == []
    assert no_config.error["kind"] == "not_found" and "config No such config" in no_config.msg
    assert refused.error["kind"] == "forbidden" and refused.error["status"] == 403


def test_lost_response(shop: Shop, configcat: SandboxProcess) -> None:
    token = secure(shop)
    configcat.set_faults([{"match": {"method": "POST", "path": "*/webhooks", "nth": 1}, "fault": "reset_after"}])
    made, again = shop.play([webhook(shop, secure_headers=token, **MADE)] * 2)
    assert made.changed and [one.partition(" ")[0] for one in made.writes] == ["POST", "PATCH"]
    assert not again.changed and again["webhook"] == made["webhook"]
    assert len(call(configcat, "GET", f"/products/{shop.product_id}/webhooks")) == 1


def test_both_ways_to_run(configcat: SandboxProcess, tmp_path: Path) -> None:
    player, results = Player(configcat, tmp_path), []
    for in_process in (True, False):
        shop = replace(make_shop(configcat, tmp_path), player=player)
        token = secure(shop)
        tasks = [webhook(shop, secure_headers=token, **MADE)] * 2
        tasks += [webhook(shop, headers=[], secure_headers=token)]
        tasks += [task("configcat_signing_key_info", product=shop.product)]
        played = shop.play(tasks, in_process=in_process, env={"ANSIBLE_INJECT_INVOCATION": "1"})
        texts = [comparable(result, shop.product) for result in played]
        results.append([re.sub(r'("webhook_id": |/webhooks/|configcat_whsk_)[\w-]+', "", text) for text in texts])
    assert results[0] == results[1]
