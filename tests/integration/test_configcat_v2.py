# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of V2 configs: written by each module that can, predicted, unchanged when written again, and refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.playing import Task, task
from tests.support.shop import Shop, call

HALVES = [{"percentage": 50, "value": True}, {"percentage": 50, "value": False}]
CONFIG = "App"


def needs(key: str, value: Any = True) -> dict[str, Any]:
    return {"prerequisite_flag": key, "prerequisite_comparator": "equals", "prerequisite_value": value}


#: A flag for each part that only V2 configs have, in the order in which they need each other.
SERVED: dict[str, Any] = {
    "new_design": {
        "value": False,
        "rules": [
            {
                "conditions": [
                    {"segment": "Testers", "segment_comparator": "isIn"},
                    {
                        "comparison_attribute": "Roles",
                        "comparator": "arrayContainsAnyOf",
                        "comparison_value": ["a,b", "c"],
                    },
                ],
                "percentages": HALVES,
            },
            {
                "comparison_attribute": "Since",
                "comparator": "dateTimeBefore",
                "comparison_value": "2026-01-31T07:00:00Z",
                "value": True,
            },
        ],
        "percentages": [{"percentage": 10, "value": True}, {"percentage": 90, "value": False}],
        "percentage_attribute": "Company",
    },
    "new_checkout": {"value": False, "rules": [{**needs("new_design"), "value": True}]},
    "limit": {"value": 1.5, "rules": [{"conditions": [needs("new_checkout"), needs("banner", "x")], "value": 2.0}]},
    "banner": "x",
}
FLAGS: dict[str, Any] = {
    "new_design": {},
    "new_checkout": {},
    "limit": {"type": "double"},
    "banner": {"type": "string"},
}


def config(shop: Shop, **options: Any) -> Task:
    return task("configcat_config", product=shop.product, name=CONFIG, **options)


def flags(shop: Shop, **options: Any) -> Task:
    return shop.flags(**{"config": CONFIG, "flags": FLAGS, "environments": {"production": SERVED}, **options})


def value(shop: Shop, key: str, **options: Any) -> Task:
    return shop.value(key, config=CONFIG, **options)


@pytest.mark.parametrize("in_process", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_life_of_flags_in_a_v2_config(shop: Shop, in_process: bool) -> None:
    played = shop.play(
        [
            config(shop, check=True),
            config(shop),
            config(shop, evaluation_version="v2"),
            config(shop, evaluation_version="v1"),
            task("configcat_config", product=shop.product, name=shop.config, evaluation_version="v2"),
            flags(shop, check=True),
            flags(shop),
            flags(shop),
            task(
                "configcat_info",
                gather=["feature_flags", "flag_values"],
                product=shop.product,
                config=CONFIG,
                environment="production",
            )
            | {"register": "read"},
            flags(shop, flags="{{ read.feature_flags.flags }}", environments="{{ read.feature_flags.environments }}"),
        ],
        in_process=in_process,
    ).results
    predicted, made, again, other, old, checked, written, same, read, copied = played
    assert predicted.changed and predicted.writes == [] and predicted["config"]["evaluation_version"] == "v2"
    assert made["config"]["evaluation_version"] == "v2" and not again.changed
    for refused, words in ((other, "App is a v2 config"), (old, "Web site is a v1 config")):
        assert refused.error["kind"] == "evaluation_version_differs" and words in refused.msg and not refused.writes
    assert checked.writes == [] and checked["changes"] == written["changes"] and checked["diff"] == written["diff"]
    assert len(written.writes) == 5 and written.writes[-1].endswith("/values")
    assert 'production: limit: (new) → 2.0 if new_checkout is on and banner is "x", else 1.5' in written["changes"]
    assert not same.changed and not copied.changed and same["environments"] == written["environments"]
    assert read["feature_flags"]["environments"]["production"] == SERVED
    assert {item["setting"]["key"] for item in read["flag_values"]} == set(SERVED)


def test_life_of_a_value_in_a_v2_config(shop: Shop) -> None:
    rule = {"comparison_attribute": "Email", "comparator": "contains", "comparison_value": "@bakery.example"}
    *_made, checked, made, again, known_otherwise, shares, attribute, off, key, by_key, once_more, whole = shop.play(
        [
            config(shop),
            flags(shop, environments={}),
            value(shop, "new_checkout", rules=[{**rule, "value": True}], check=True),
            value(shop, "new_checkout", rules=[{**rule, "value": True}]),
            value(shop, "new_checkout", rules=[{**rule, "value": True}]),
            value(
                shop,
                "new_checkout",
                rules=[{**rule, "comparator": "containsAnyOf", "comparison_value": ["@bakery.example"], "value": True}],
            ),
            value(shop, "new_checkout", percentages=HALVES),
            value(shop, "new_checkout", percentage_attribute="Company"),
            value(shop, "new_checkout", value=True, rules=[], percentages=[], percentage_attribute=""),
            task("configcat_sdk_key_info", product=shop.product, config=CONFIG) | {"register": "keys"},
            task(
                "configcat_flag_value",
                sdk_key="{{ keys.sdk_keys[0].primary }}",
                key="new_checkout",
                rules=[{**needs("new_design"), "value": True}],
            ),
            task(
                "configcat_flag_value",
                sdk_key="{{ keys.sdk_keys[0].primary }}",
                key="new_checkout",
                rules=[{**needs("new_design"), "value": True}],
            ),
            task(
                "configcat_flag_value",
                sdk_key="{{ keys.sdk_keys[0].primary }}",
                key="new_checkout",
                value=False,
                rules=[],
                percentages=HALVES,
                percentage_attribute="Company",
            ),
        ]
    ).results
    assert checked.writes == [] and checked["flag_value"] == made["flag_value"] and checked["diff"] == made["diff"]
    assert made.changed and not again.changed and not known_otherwise.changed
    assert made["flag_value"]["rules"] == [
        {**rule, "comparator": "containsAnyOf", "comparison_value": ["@bakery.example"], "value": True}
    ]
    assert shares["flag_value"] == {**made["flag_value"], "percentages": HALVES}
    assert attribute["flag_value"] == {**shares["flag_value"], "percentage_attribute": "Company"}
    assert off.changed and [request.split()[0] for request in off.writes] == ["PUT"]
    assert key.ok and by_key.changed and not once_more.changed
    assert whole.changed and whole.writes == ["PUT /settings/new_checkout/value"]
    assert [request.split()[0] for request in by_key.requests] == ["GET", "GET", "PATCH"]
    assert by_key["flag_value"]["rules"] == [{**needs("new_design"), "value": True}]


def test_value_set_by_someone_else_first(shop: Shop) -> None:
    """The API then returns an empty response, so the served value is read."""
    shop.play([config(shop), shop.flag("new_checkout", config=CONFIG)])
    shop.player.sandbox.set_faults([{"match": {"method": "PATCH"}, "fault": "edit", "status": 204, "body": ""}])
    (here,) = shop.play([value(shop, "new_checkout", percentages=HALVES)]).results
    shop.player.sandbox.set_faults([])
    assert here.changed and here["flag_value"]["percentages"] == HALVES
    assert here.requests[-2:] == [here.writes[0], here.writes[0].replace("PATCH", "GET")]


def test_refusals_before_any_write(shop: Shop) -> None:
    circle = {"new_design": {"value": False, "rules": [{**needs("new_checkout"), "value": True}]}}
    played = shop.play(
        [
            config(shop),
            flags(shop),
            value(shop, "new_design", rules=[{**needs("new_checkout"), "value": True}]),
            value(shop, "new_design", rules=[{**needs("new_design"), "value": True}]),
            value(shop, "new_design", rules=[{**needs("limit", "many"), "value": True}]),
            value(shop, "new_design", rules=[{**needs("no_such"), "value": True}]),
            flags(shop, environments={"production": {**SERVED, **circle}}),
            flags(
                shop, flags={"new_checkout": {}}, environments={"production": {}}, purge=True, max_delete_percent=100
            ),
            value(shop, "new_design", rules=[{"segment": "No such", "value": True}]),
            value(shop, "new_design", rules=[{**needs("made_before"), "value": True}], check=True),
        ]
    ).results
    predicted = played.pop()
    assert predicted.changed and "no setting made_before" in predicted["warnings"][0]
    for refused, words in zip(
        played[2:],
        [
            "prerequisites of each other in production: new_checkout, new_design",
            "prerequisites of each other in production: new_design",
            "rules[0].prerequisite_value: the setting's type is double",
            "There is no setting no_such, which a rule names as its prerequisite",
            "prerequisites of each other in production: new_checkout, new_design",
            "new_design: it is a prerequisite of new_checkout in production",
            "No such",
        ],
        strict=True,
    ):
        assert words in refused.msg and refused.error["kind"] and refused.writes == []


def test_both_kinds_of_config_in_one_play(shop: Shop) -> None:
    old = {"flags": {"new_checkout": {}}, "environments": {"test": {"new_checkout": True}}}
    only_v2 = {**old, "environments": {"test": {"new_checkout": SERVED["new_checkout"]}}}
    _config, v1, v2, refused, again_v1, again_v2 = shop.play(
        [config(shop), shop.flags(**old), flags(shop), shop.flags(**only_v2), shop.flags(**old), flags(shop)]
    ).results
    assert v1.changed and v2.changed and not again_v1.changed and not again_v2.changed
    assert "environments.test.new_checkout.rules[0].prerequisite_flag: a V1 config can't hold" in refused.msg
    assert refused.error["kind"] == "invalid_option" and refused.writes == []
    found = call(shop.player.sandbox, "GET", f"/products/{shop.product_id}/configs")
    assert [one["evaluationVersion"] for one in found] == ["v1", "v2"]


def test_check_mode_before_the_config_exists(shop: Shop) -> None:
    """What a config can hold is known only when it exists, so nothing is refused for its evaluation version."""
    ready = {"prerequisite_flag": "ready", "prerequisite_value": True}
    bakers = {"comparison_attribute": "Email", "comparator": "textEndsWithAnyOf", "comparison_value": ["@b.example"]}
    served = {"value": False, "rules": [{"conditions": [ready, bakers], "value": True}], "percentage_attribute": "Team"}
    (predicted,) = shop.play(
        [shop.flags(config="Coming", flags={"a": {}}, environments={"test": {"a": served}}, check=True)]
    )
    assert predicted.changed and predicted.writes == [], predicted.msg
    assert predicted["environments"]["test"]["a"]["rules"][0]["conditions"][0]["prerequisite_flag"] == "ready"
