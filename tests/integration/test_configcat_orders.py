# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions in lists, what a new flag begins with, and what goes with an environment, against the sandbox."""

from __future__ import annotations

from typing import Any

from tests.support.configcat import Client
from tests.support.playing import check_refusals, task
from tests.support.shop import Shop, call


def served(shop: Shop, flag: dict[str, Any], environment: str) -> dict[str, Any]:
    """Return what a flag serves in an environment."""
    path = f"/environments/{shop.environments[environment]}/settings/{flag['setting_id']}/value"
    found: dict[str, Any] = call(shop.player.sandbox, "GET", path)
    return found


def keys(shop: Shop) -> list[str]:
    """Return the keys of the config's flags in their order."""
    return [item["key"] for item in call(shop.player.sandbox, "GET", f"/configs/{shop.config_id}/settings")]


def test_flag_in_its_place(shop: Shop) -> None:
    played = shop.play(
        [
            shop.flag("first", order=5, tags=["web"], hint="One page"),
            shop.flag("second", order=4),
            shop.flag("first", order=3, check=True),
            shop.flag("first", order=3),
            shop.flag("first", order=3, hint="One page"),
            shop.flag("first", order=2, hint="", tags=["checkout"], name="First"),
            shop.flag("second", name="Second"),
            shop.flags(flags={"first": {"order": 9}, "second": {"order": 8}, "third": {"order": 7}}),
            shop.flags(flags={"first": {"order": 9}, "second": {"order": 8}, "third": {"order": 7}}),
        ]
    )
    made, second, predicted, moved, again, all_of_it, renamed, many, many_again = played
    path = f"/settings/{made['flag']['setting_id']}"
    assert made.changed and made["flag"]["order"] == 5 and second.changed
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == moved["diff"]
    # A PUT resets what it does not have: the hint and the tags stay.
    assert moved.changed and moved.writes == [f"PUT {path}"] and moved["flag"] == {**made["flag"], "order": 3}
    assert not again.changed and again["flag"] == moved["flag"] and again["flag"]["tags"] == ["web"]
    assert all_of_it.writes == [f"PUT {path}"] and all_of_it["flag"]["tags"] == ["checkout"]
    # A PATCH leaves everything else to whoever changes it.
    assert [one.partition(" ")[0] for one in renamed.writes] == ["PATCH"]
    assert many.changed and sorted(one.partition(" ")[0] for one in many.writes) == ["POST", "PUT", "PUT"]
    assert not many_again.changed and keys(shop) == ["third", "second", "first"]
    shown = call(shop.player.sandbox, "GET", path)
    assert (shown["name"], shown["hint"], [tag["name"] for tag in shown["tags"]]) == ("First", "", ["checkout"])


def test_flag_that_begins_as_another_one(shop: Shop) -> None:
    rule = {"comparison_attribute": "Country", "comparator": "isOneOf", "comparison_value": ["BE"], "value": "Salut"}
    played = shop.play(
        [
            shop.flag("banner", type="string", tags=["web"]),
            shop.value("banner", value="Welcome", rules=[rule]),
            shop.flag("copy", copy_from="banner", check=True),
            shop.flag("copy", copy_from="banner"),
            shop.flag("copy", copy_from="banner"),
            shop.flag("plain", copy_from="banner", tags=[]),
            shop.flag("copy", copy_from="No such flag"),
            shop.flag("other", copy_from="banner", type="int"),
            shop.flag("other", copy_from="missing"),
            shop.flag("other", copy_from="missing", check=True),
        ]
    )
    _made, _valued, predicted, copied, again, plain, kept, other_type, missing, checked = played
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == copied["diff"]
    assert copied.changed and len(copied.writes) == 1 and copied["flag"]["tags"] == ["web"]
    assert copied["flag"]["setting_type"] == "string" and not again.changed
    found = served(shop, copied["flag"], "production")
    assert found["value"] == "Welcome" and found["rolloutRules"][0]["value"] == "Salut"
    assert served(shop, copied["flag"], "test")["value"] == ""
    assert plain["flag"]["tags"] == [] and not kept.changed
    assert other_type.error["kind"] == "invalid_option" and "copy_from" in other_type.msg and other_type.writes == []
    assert missing.error["kind"] == "not_found" and "setting missing" in missing.msg and missing.writes == []
    assert checked.changed and "setting missing" in checked["warnings"][0]


def test_flag_with_first_values(shop: Shop) -> None:
    test = shop.environments["test"]
    played = shop.play(
        [
            shop.flag("fine", initial_values={"test": True}, check=True),
            shop.flag("fine", initial_values={"test": True}),
            shop.flag("fine", initial_values={"test": False}),
            shop.flag("limit", type="int", initial_values={test: 7, "production": "8"}),
            shop.flag("other", initial_values={"No such environment": True}),
            shop.flag("other", initial_values={"No such environment": True}, check=True),
            shop.flag("other", initial_values={"test": True, test: True}),
            shop.flag("other", initial_values={"test": 3}),
            shop.flag("other", initial_values={"test": True}, copy_from="fine"),
            shop.flag("other", type="int", initial_values={"test": True}),
            shop.flag("other", initial_values={"test": [True]}),
            shop.flag("other", initial_values={"": True}),
            shop.flag("other", copy_from="a/b"),
            shop.flag("other", order=-1),
        ]
    )
    predicted, made, again, numbers, missing, checked, twice, of_type = played.results[:8]
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == made["diff"]
    assert made.changed and len(made.writes) == 1 and not again.changed
    assert [served(shop, made["flag"], name)["value"] for name in ("test", "production")] == [True, False]
    assert [served(shop, numbers["flag"], name)["value"] for name in ("test", "production")] == [7, 8]
    assert missing.error["kind"] == "not_found" and "environment No such" in missing.msg and missing.writes == []
    assert checked.changed and "environment No such" in checked["warnings"][0]
    for result in (twice, of_type):
        assert result.error["kind"] == "invalid_option" and "initial_values" in result.msg and result.writes == []
    words = ["mutually exclusive", "initial_values.test", "initial_values.test", "initial_values", "copy_from", "order"]
    check_refusals(played.results[8:], words)


def test_audit_log_of_an_environment(shop: Shop) -> None:
    def environment(name: str, **options: Any) -> Any:
        return task("configcat_environment", product=shop.product, name=name, **options)

    played = shop.play(
        [
            environment("kept"),
            environment("cleaned"),
            environment("kept", state="absent"),
            environment("cleaned", state="absent", cleanup_audit_logs=True, check=True),
            environment("cleaned", state="absent", cleanup_audit_logs=True),
            environment("cleaned", state="absent", cleanup_audit_logs=True),
        ]
    )
    kept, cleaned, gone, predicted, cleaned_up, again = played
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == cleaned_up["diff"]
    assert gone.changed and gone.exchanges[-1]["query"] == ""
    assert cleaned_up.changed and cleaned_up.exchanges[-1]["query"] == "cleanupAuditLogs=true" and not again.changed
    made = [item["actionTarget"] for item in shop.audit() if item["auditLogTypeEnum"] == "environmentCreated"]
    assert "kept" in made and "cleaned" not in made
    known = Client(shop.player.sandbox).get(f"/products/{shop.product_id}/environments")
    assert {kept["environment"]["environment_id"], cleaned["environment"]["environment_id"]}.isdisjoint(
        item["environmentId"] for item in known
    )
