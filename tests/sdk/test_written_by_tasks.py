# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's SDKs evaluate what tasks wrote in a V2 config."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.sdk.sdks import Opened, Person, Sdk
from tests.sdk.test_evaluation_v2 import COMPARISONS, CROWD, expected, person
from tests.support.configcat import options
from tests.support.playing import Task, task
from tests.support.shop import Shop, call, make_shop

CONFIG = "App"
BELGIUM = {"comparison_attribute": "Country", "comparator": "isOneOf", "comparison_value": ["BE"]}
IN_RULE = [{"percentage": 10, "value": "new"}, {"percentage": 90, "value": "old"}]
OTHERS = [
    {"percentage": 30, "value": "new"},
    {"percentage": 20, "value": "newer"},
    {"percentage": 50, "value": "old"},
]


def needs(key: str, value: Any = True, **more: str) -> dict[str, Any]:
    return {"prerequisite_flag": key, "prerequisite_value": value, **more}


def comparison(comparator: str, compared: Any) -> dict[str, Any]:
    value = "2026-07-01T00:00:00Z" if comparator.startswith("dateTime") else compared
    condition = {"comparison_attribute": "Attribute", "comparator": comparator, "comparison_value": value}
    return {"value": "other", "rules": [{**condition, "value": "match"}]}


SERVED: dict[str, Any] = {
    **{name: comparison(name, compared) for name, (compared, _match, _other) in COMPARISONS.items()},
    "first": {"value": False, "rules": [{**BELGIUM, "value": True}]},
    "second": {"value": False, "rules": [{**needs("first"), "value": True}]},
    "third": {
        "value": False,
        "rules": [{"conditions": [needs("second"), {"segment": "Testers"}], "value": True}],
    },
    "without": {"value": False, "rules": [{**needs("third", False), "value": True}]},
    "unlike": {"value": False, "rules": [{**needs("second", prerequisite_comparator="doesNotEqual"), "value": True}]},
    **{
        name: {
            "value": "nobody",
            "rules": [{**BELGIUM, "percentages": IN_RULE}],
            "percentages": OTHERS,
            "percentage_attribute": attribute,
        }
        for name, attribute in (("rollout", ""), ("by_company", "Company"), ("by_country", "Country"))
    },
}
FLAGS = {key: {"type": "boolean" if value["value"] is False else "string"} for key, value in SERVED.items()}


def flags(shop: Shop, **changed: Any) -> Task:
    return shop.flags(config=CONFIG, flags=FLAGS, environments={"production": {**SERVED, **changed}})


@pytest.fixture(scope="module")
def written(sandbox: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A product with a V2 config, whose flags were written by tasks."""
    shop = make_shop(sandbox, tmp_path_factory.mktemp("plays"))
    config = task("configcat_config", product=shop.product, name=CONFIG)
    made, first, again = shop.play([config, flags(shop), flags(shop)])
    assert made["config"]["evaluation_version"] == "v2" and first.changed and not again.changed
    return shop


def open_sdk(opened: Opened, shop: Shop, **more: Any) -> Sdk:
    sandbox = shop.player.sandbox
    configs = call(sandbox, "GET", f"/products/{shop.product_id}/configs")
    (number,) = (one["configId"] for one in configs if one["name"] == CONFIG)
    keys = call(sandbox, "GET", f"/configs/{number}/environments/{shop.environments['production']}")
    return opened(keys["primary"], sandbox.url, **more)


def test_every_comparator(opened: Opened, written: Shop) -> None:
    sdk = open_sdk(opened, written)
    for comparator, (_compared, match, other) in COMPARISONS.items():
        people: list[Person | None] = [*(person(Attribute=text) for text in (*match, *other)), None]
        assert sdk.values(comparator, "", people) == ["match"] * len(match) + ["other"] * (len(other) + 1), comparator


def test_prerequisites_and_several_conditions(opened: Opened, written: Shop) -> None:
    tester, other = "ada@bakery.example", "ada@example.com"
    people: list[Person | None] = [
        {"identifier": "1", "country": "BE", "email": tester},
        {"identifier": "2", "country": "BE", "email": other},
        {"identifier": "3", "country": "NL", "email": tester},
    ]
    sdk = open_sdk(opened, written)
    assert {key: sdk.values(key, None, people) for key in ("second", "third", "without", "unlike")} == {
        "second": [True, True, False],
        "third": [True, False, False],
        "without": [False, True, True],
        "unlike": [False, False, True],
    }


@pytest.mark.parametrize(
    ("key", "attribute"), [("rollout", None), ("by_company", "Company"), ("by_country", "Country")]
)
def test_percentages_over_a_thousand_users(opened: Opened, written: Shop, key: str, attribute: str | None) -> None:
    in_rule, others = options(p10="new", p90="old"), options(p30="new", p20="newer", p50="old")
    found = open_sdk(opened, written).values(key, "", [*CROWD, None])
    assert found == [*(expected(key, one, attribute, in_rule, others) for one in CROWD), "nobody"]


def test_the_next_poll_sees_a_change_by_a_task(opened: Opened, written: Shop) -> None:
    sdk = open_sdk(opened, written, poll_seconds=1)
    assert sdk.values("second", None, [None]) == [False]
    (changed,) = written.play([flags(written, first={"value": True, "rules": []})])
    assert changed.changed and len(changed.writes) == 1
    deadline = time.monotonic() + 60
    while sdk.values("second", None, [None]) == [False] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert sdk.values("second", None, [None]) == [True]
    (back,) = written.play([flags(written)])
    assert back.changed


def test_circle_is_refused_before_anything_is_written(written: Shop) -> None:
    circle = {"value": False, "rules": [{**needs("third"), "value": True}]}
    (refused,) = written.play([flags(written, first=circle)])
    assert refused.error["kind"] == "invalid_option" and refused.writes == []
