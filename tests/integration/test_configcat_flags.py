# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_flag``, ``configcat_flag_value``, ``configcat_flags`` and related modules against the sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import Task, check_refusals, task
from tests.support.shop import Shop, call

PARTS = [{"percentage": 10, "value": True}, {"percentage": 90, "value": False}]


def test_life_of_a_flag(shop: Shop) -> None:
    words: dict[str, Any] = {"name": "New checkout", "hint": "In one page", "tags": ["checkout"]}
    played = shop.play(
        [
            shop.flag("new_checkout", check=True, **words),
            shop.flag("new_checkout", **words),
            shop.flag("new_checkout", type="boolean"),
            shop.flag("new_checkout", hint="", tags=["web", "checkout"], check=True),
            shop.flag("new_checkout", hint="", tags=["web", "checkout"]),
            shop.flag("new_checkout", name="New checkout", hint="", tags=["checkout", "web", "web"]),
            shop.flag("new_checkout", type="int"),
            shop.flag("new_checkout", tags=["no such"]),
            shop.flag("new_checkout", state="absent", check=True),
            shop.flag("new_checkout", state="absent"),
            shop.flag("new_checkout", state="absent"),
        ]
    )
    predicted, made, again, checked, changed, as_it_is, other_type, no_tag, gone_checked, gone, gone_again = played
    assert predicted.changed and predicted.writes == []
    assert made.changed and made["diff"] == predicted["diff"]
    assert made.requests == [
        "GET /products",
        f"GET /products/{shop.product_id}/configs",
        f"GET /configs/{shop.config_id}/settings",
        f"GET /products/{shop.product_id}/tags",
        f"POST /configs/{shop.config_id}/settings",
    ]
    number = made["flag"]["setting_id"]
    assert made["flag"] == {
        "setting_id": number,
        "key": "new_checkout",
        "name": "New checkout",
        "hint": "In one page",
        "setting_type": "boolean",
        "order": made["flag"]["order"],
        "tags": ["checkout"],
    }
    assert not again.changed and again["flag"] == made["flag"] and len(again.requests) == 3
    assert checked.changed and checked.writes == [] and checked["diff"] == changed["diff"]
    assert changed.changed and changed.writes == [f"PATCH /settings/{number}"]
    assert changed["diff"] == {
        "before": {"hint": "In one page", "tags": ["checkout"]},
        "after": {"hint": "", "tags": ["checkout", "web"]},
    }
    assert not as_it_is.changed and as_it_is["flag"] == changed["flag"]
    assert other_type.error["kind"] == "type_differs" and other_type.writes == []
    assert "another key" in other_type.msg
    assert no_tag.error["kind"] == "not_found" and "no such" in no_tag.msg and no_tag.writes == []
    assert gone_checked.changed and gone_checked.writes == [] and gone_checked["diff"] == gone["diff"]
    assert gone.changed and gone.writes == [f"DELETE /settings/{number}"] and gone["flag"] is None
    assert not gone_again.changed and gone_again.writes == []


def test_flag_of_another_type_and_usual_name(shop: Shop) -> None:
    made, read = shop.play([shop.flag("banner_text", type="string"), shop.flag("banner_text")])
    assert (made["flag"]["name"], made["flag"]["setting_type"]) == ("banner_text", "string")
    assert not read.changed and read["flag"] == made["flag"]


def test_flag_whose_response_was_lost(shop: Shop, configcat: SandboxProcess) -> None:
    configcat.set_faults([{"match": {"method": "POST", "path": "*/settings", "nth": 1}, "fault": "reset_after"}])
    made, again = shop.play([shop.flag("new_checkout"), shop.flag("new_checkout")])
    assert made.changed and [one.split()[0] for one in made.writes] == ["POST"]
    assert not again.changed and again["flag"] == made["flag"]


def test_flag_where_nothing_is(shop: Shop) -> None:
    nowhere = {"product": "No such product"}
    checked, failed, absent, no_config = shop.play(
        [
            shop.flag("new_checkout", check=True, tags=["checkout"], **nowhere),
            shop.flag("new_checkout", **nowhere),
            shop.flag("new_checkout", state="absent", **nowhere),
            shop.flag("new_checkout", config="No such config"),
        ]
    )
    assert checked.changed and checked["flag"]["key"] == "new_checkout" and "setting_id" not in checked["flag"]
    assert "There is no product No such product yet." in checked["warnings"]
    assert failed.error["kind"] == "not_found"
    assert not absent.changed
    assert no_config.error["kind"] == "not_found" and "No such config" in no_config.msg


def test_life_of_a_value(shop: Shop) -> None:
    rules = [
        {"segment": "Testers", "value": True},
        {
            "comparison_attribute": "Country",
            "comparator": "isOneOf",
            "comparison_value": ["BE", "NL"],
            "value": False,
        },
    ]
    played = shop.play(
        [
            shop.flag("new_checkout"),
            shop.value("new_checkout", percentages=PARTS, rules=rules, check=True),
            shop.value("new_checkout", percentages=PARTS, rules=rules),
            shop.value("new_checkout", percentages=PARTS, rules=rules),
            shop.value("new_checkout", value=True),
            shop.value("new_checkout", percentages=[]),
            shop.value("new_checkout", value="false", rules=[], percentages=[]),
            shop.value("new_checkout", value=False, rules=[], environment="test"),
        ]
    ).results
    predicted, made, again, on, without_parts, off, elsewhere = played[1:]
    path = f"/environments/{shop.environments['production']}/settings/{played[0]['flag']['setting_id']}/value"
    assert predicted.changed and predicted.writes == []
    assert predicted["diff"] == made["diff"] and predicted["flag_value"] == made["flag_value"]
    assert made.writes == [f"PATCH {path}"] and len(made.requests) == 6
    line = 'new_checkout: off → on if in segment "Testers", off if Country is "BE" or "NL", else on for 10 %'
    assert made["changes"] == [f"production: {line}"]
    assert made["diff"] == {"prepared": f"production\n  {line}\n"}
    assert made["flag_value"]["rules"] == [
        {"segment": "Testers", "segment_comparator": "isIn", "value": True},
        {**rules[1], "comparison_value": ["BE", "NL"]},
    ]
    assert not again.changed and again.writes == [] and again["flag_value"] == made["flag_value"]
    assert on.changed and on["flag_value"] == {**made["flag_value"], "value": True}
    sent = [json.loads(one["request_body"]) for one in on.exchanges if one["method"] == "PATCH"]
    assert sent == [[{"op": "replace", "path": "/value", "value": True}]]
    assert without_parts.changed and without_parts["flag_value"]["rules"] == made["flag_value"]["rules"]
    assert without_parts["flag_value"]["percentages"] == []
    assert off["changes"][0].endswith("else on → off") and off.writes == [f"PUT {path}"]
    assert not elsewhere.changed


@pytest.mark.parametrize(
    ("kind", "value", "other", "wrong"),
    [("string", "blue", "", 5), ("int", 5, -1, 2.5), ("double", 2.5, 3, "many"), ("boolean", True, "False", "no")],
)
def test_values_of_each_type(shop: Shop, kind: str, value: Any, other: Any, wrong: Any) -> None:
    key = f"of_{kind}"
    _made, first, again, second, refused = shop.play(
        [
            shop.flag(key, type=kind),
            shop.value(key, value=value),
            shop.value(key, value=value),
            shop.value(key, value=other),
            shop.value(key, value=wrong),
        ]
    )
    assert first.changed and first["flag_value"]["value"] == value
    assert not again.changed and again["flag_value"] == first["flag_value"]
    assert second.changed
    assert refused.error["kind"] == "invalid_option" and refused.writes == []


def test_value_by_sdk_key(shop: Shop) -> None:
    made, keys = shop.play(
        [shop.flag("new_checkout"), task("configcat_sdk_key_info", product=shop.product, config=shop.config)]
    )
    assert made.changed
    found = {item["environment"]: item for item in keys.ok["sdk_keys"]}
    assert set(found) == {"test", "production"} and found["test"]["config"] == shop.config
    assert len({item["primary"] for item in found.values()}) == 2
    sdk_key = shop.player.secret("sdk_key", found["production"]["primary"])
    on, again, here, unknown = shop.play(
        [
            task(
                "configcat_flag_value",
                sdk_key=sdk_key,
                key="new_checkout",
                rules=[{"segment": "Testers", "value": True}],
                percentages=PARTS,
            ),
            task("configcat_flag_value", sdk_key=sdk_key, key="new_checkout", percentages=PARTS),
            shop.value("new_checkout", percentages=PARTS),
            task("configcat_flag_value", sdk_key=sdk_key, key="no_such_flag", value=True),
        ]
    )
    path = "/settings/new_checkout/value"
    # An SDK key does not tell the kind of its config, and new ones are V2 configs.
    assert on.requests == [f"GET {path}", f"GET {path}", f"GET /products/{shop.product_id}/segments", f"PATCH {path}"]
    assert on["changes"] == ['production: new_checkout: off → on if in segment "Testers", else on for 10 %']
    assert not again.changed
    assert not here.changed and here["flag_value"] == on["flag_value"]
    assert unknown.error["kind"] == "not_found" and unknown.writes == []


def test_all_of_a_value_by_sdk_key(shop: Shop) -> None:
    _made, keys = shop.play(
        [shop.flag("new_checkout"), task("configcat_sdk_key_info", product=shop.product, config=shop.config)]
    )
    found = {item["environment"]: item["primary"] for item in keys.ok["sdk_keys"]}
    sdk_key = shop.player.secret("sdk_key", found["test"])
    wanted: dict[str, Any] = {"value": True, "rules": [], "percentages": []}
    on, there = shop.play(
        [
            task("configcat_flag_value", sdk_key=sdk_key, key="new_checkout", **wanted),
            shop.value("new_checkout", environment="test", **wanted),
        ]
    )
    assert on.changed and on.writes == ["PUT /settings/new_checkout/value"]
    assert not there.changed


def test_value_set_by_someone_else_first(shop: Shop, configcat: SandboxProcess) -> None:
    """The API then returns an empty response, so the served value is read."""
    _made, keys = shop.play(
        [shop.flag("new_checkout"), task("configcat_sdk_key_info", product=shop.product, config=shop.config)]
    )
    found = {item["environment"]: item["primary"] for item in keys.ok["sdk_keys"]}
    sdk_key = shop.player.secret("sdk_key", found["test"])
    configcat.set_faults([{"match": {"method": "PATCH"}, "fault": "edit", "status": 204, "body": ""}])
    here, by_sdk_key = shop.play(
        [
            shop.value("new_checkout", percentages=PARTS),
            task("configcat_flag_value", sdk_key=sdk_key, key="new_checkout", percentages=PARTS),
        ]
    )
    for one in (here, by_sdk_key):
        assert one.changed and one["flag_value"]["percentages"] == PARTS
        assert one.requests[-2:] == [one.writes[0], one.writes[0].replace("PATCH", "GET")]


def test_sdk_keys_that_are_named(shop: Shop) -> None:
    one, none, nowhere = shop.play(
        [
            task("configcat_sdk_key_info", product=shop.product_id, config=shop.config_id, environment="production"),
            task("configcat_sdk_key_info", product=shop.product, config="No such config"),
            task("configcat_sdk_key_info", product="No such product"),
        ]
    )
    assert [item["environment_id"] for item in one.ok["sdk_keys"]] == [shop.environments["production"]]
    assert len(one.requests) == 4
    assert none.ok["sdk_keys"] == [] and len(none.requests) == 2
    assert nowhere.ok["sdk_keys"] == [] and len(nowhere.requests) == 1


def test_reason(shop: Shop, configcat: SandboxProcess) -> None:
    configcat.control("PUT", f"environments/{shop.environments['production']}/reasons", {"required": True})
    flags: dict[str, Any] = {"flags": {"new_checkout": None}, "environments": {"production": {"new_checkout": True}}}
    _made, refused, predicted, blank, on, many_refused, many = shop.play(
        [
            shop.flag("new_checkout"),
            shop.value("new_checkout", value=True),
            shop.value("new_checkout", value=True, check=True),
            shop.value("new_checkout", value=True, reason=" "),
            shop.value("new_checkout", value=True, reason="A test & more"),
            shop.flags(**{**flags, "environments": {"production": {"new_checkout": False}}}),
            shop.flags(**{**flags, "environments": {"production": {"new_checkout": False}}}, reason="Off again"),
        ]
    )
    for one in (refused, predicted, blank, many_refused):
        assert one.error["kind"] == "reason_required" and "production" in one.msg and one.writes == []
    queries = [one["query"] for one in on.exchanges if one["method"] == "PATCH"]
    assert on.changed and queries == ["reason=A%20test%20%26%20more"]
    assert many.changed
    reasons = [one["why"] for one in shop.audit()]
    assert "A test & more" in reasons and "Off again" in reasons


FLAGS: dict[str, Any] = {
    "new_checkout": {"name": "New checkout", "hint": "In one page", "tags": ["checkout"]},
    "banner_text": {"type": "string"},
    "items_per_page": {"type": "int"},
}
ENVIRONMENTS: dict[str, Any] = {
    "test": {"new_checkout": True, "banner_text": "A test", "items_per_page": 5},
    "production": {
        "new_checkout": {"value": False, "rules": [{"segment": "Testers", "value": True}], "percentages": PARTS},
        "banner_text": {"value": "Fresh every morning"},
        "items_per_page": 24,
    },
}


def test_many_flags_and_again(shop: Shop) -> None:
    wanted = {"flags": FLAGS, "environments": ENVIRONMENTS}
    production = {**ENVIRONMENTS["production"], "new_checkout": True}
    changed_flags = {**FLAGS, "new_checkout": {"name": "The checkout", "hint": "", "tags": []}}
    played = shop.play(
        [
            shop.flags(check=True, **wanted),
            shop.flags(**wanted),
            shop.flags(**wanted),
            shop.flags(check=True, flags=changed_flags, environments={"production": production}),
            shop.flags(flags=changed_flags, environments={"production": production}),
            shop.flags(flags=changed_flags, environments={"production": production}),
            shop.flags(flags=changed_flags),
        ]
    )
    predicted, made, again, checked, changed, as_it_is, no_environment = played
    assert predicted.changed and predicted.writes == []
    assert made.changed and made["applied"] == [
        "add new_checkout",
        "add banner_text",
        "add items_per_page",
        "set 3 values in test",
        "set 3 values in production",
    ]
    for name in ("changes", "diff", "applied", "environments"):
        assert made[name] == predicted[name], name
    values = [f"POST /configs/{shop.config_id}/environments/{shop.environments[name]}/values" for name in ENVIRONMENTS]
    assert made.writes == [f"POST /configs/{shop.config_id}/settings"] * 3 + values
    assert made["changes"] == [
        "new_checkout: added (boolean)",
        "banner_text: added (string)",
        "items_per_page: added (int)",
        "test: new_checkout: (new) → on",
        'test: banner_text: (new) → "A test"',
        "test: items_per_page: (new) → 5",
        'production: new_checkout: (new) → on if in segment "Testers", else on for 10 %',
        'production: banner_text: (new) → "Fresh every morning"',
        "production: items_per_page: (new) → 24",
    ]
    assert made["flags"]["new_checkout"]["tags"] == ["checkout"] and made["flags"]["banner_text"]["setting_id"]
    assert made["product"] == {"product_id": shop.product_id, "name": shop.product}
    assert made["config"] == {"config_id": shop.config_id, "name": shop.config}
    assert not again.changed and again["changes"] == [] and again["diff"] == {"prepared": ""}
    assert {name: again[name] for name in ("flags", "environments")} == {
        name: made[name] for name in ("flags", "environments")
    }
    # Products, configs, environments, values in two of them, segments.
    assert again.requests == [
        "GET /products",
        f"GET /products/{shop.product_id}/configs",
        f"GET /products/{shop.product_id}/environments",
        *[value.replace("POST", "GET") for value in values],
        f"GET /products/{shop.product_id}/segments",
    ]
    assert checked.changed and checked.writes == [] and checked["diff"] == changed["diff"]
    assert changed.writes == [f"PATCH /settings/{made['flags']['new_checkout']['setting_id']}", values[1]]
    assert changed["diff"]["prepared"] == (
        "all environments\n"
        '  new_checkout: name "New checkout" → "The checkout"\n'
        '  new_checkout: hint "In one page" → ""\n'
        "  new_checkout: tags checkout → none\n"
        "production\n"
        '  new_checkout: on if in segment "Testers", else on for 10 % → on\n'
    )
    assert not as_it_is.changed and as_it_is["flags"] == changed["flags"]
    assert not no_environment.changed and len(no_environment.requests) == 3
    assert no_environment["flags"] == changed["flags"]


def test_undescribed_values_stay(shop: Shop) -> None:
    _first, _by_hand, again, kept = shop.play(
        [
            shop.flags(flags=FLAGS, environments=ENVIRONMENTS),
            shop.value("items_per_page", value=100, environment="test"),
            shop.flags(flags=FLAGS, environments={"test": {"new_checkout": True}}),
            shop.value("items_per_page", value=100, environment="test"),
        ]
    )
    assert not again.changed and not kept.changed


def test_purge_and_its_brake(shop: Shop) -> None:
    five = {f"flag_{number}": {"tags": ["web"] if number < 2 else []} for number in range(5)}
    one_less = {key: value for key, value in five.items() if key != "flag_0"}
    played = shop.play(
        [
            shop.flags(flags=five),
            shop.flags(flags=one_less),
            shop.flags(flags={"flag_4": None}, purge=True),
            shop.flags(flags={"flag_4": None}, purge=True, check=True),
            shop.flags(flags={"flag_3": None}, purge=True, purge_tags=["web"], max_delete_percent=40, check=True),
            shop.flags(flags=one_less, purge=True),
            shop.flags(flags=one_less, purge=True),
            shop.flags(flags={"flag_4": None}, purge=True, max_delete_percent=100),
        ]
    )
    made, kept, stopped, stopped_too, by_tag, gone, again, all_gone = played
    assert made.changed and not kept.changed
    for one in (stopped, stopped_too):
        assert one.error["kind"] == "too_many_deletions" and one.writes == []
        assert one["would_remove"] == ["flag_0", "flag_1", "flag_2", "flag_3"]
    assert by_tag["changes"] == ["flag_0: removed", "flag_1: removed"]
    assert gone["applied"] == ["remove flag_0"] and [one.split()[0] for one in gone.writes] == ["DELETE"]
    assert not again.changed
    assert all_gone["applied"] == ["remove flag_1", "remove flag_2", "remove flag_3"]


@pytest.mark.parametrize("key", ["new-checkout", "web:checkout", "new.checkout"])
def test_keys_of_the_dashboard(shop: Shop, configcat: SandboxProcess, key: str) -> None:
    body = {"key": key, "name": "New", "settingType": "boolean"}
    call(configcat, "POST", f"/configs/{shop.config_id}/settings", body)
    served = {"test": {key: True}}
    named, valued, many, again, linked, kept, another, others, gone = shop.play(
        [
            shop.flag(key, hint="In one page"),
            shop.value(key, value=True),
            shop.flags(flags={key: None}, environments=served),
            shop.flags(flags={key: None}, environments=served),
            shop.link(key),
            shop.flags(flags={key: None}, purge=True),
            shop.flag(f"2{key}"),
            shop.flags(flags={key: None, f"2{key}": None}),
            shop.flag(key, state="absent"),
        ]
    )
    assert all(one.changed for one in (named, valued, many, linked, gone)) and named["flag"]["key"] == key
    assert many["applied"] == ["set 1 value in test"] and not again.changed and not kept.changed
    for one, option in ((another, "key"), (others, "flags")):
        assert one.error["kind"] == "invalid_option" and one.msg.startswith(f"{option}: ") and one.writes == []
    assert call(configcat, "GET", f"/configs/{shop.config_id}/settings") == []


def test_the_same_written_otherwise_is_no_change(shop: Shop) -> None:
    def rule(comparator: str, comparison: Any) -> dict[str, Any]:
        return {"comparison_attribute": "X", "comparator": comparator, "comparison_value": comparison, "value": True}

    first = [rule("isOneOf", ["a", "b"]), rule("numberEquals", 10)]
    same = [rule("isOneOf", "b, a"), rule("numberEquals", "10.0")]
    segment: dict[str, Any] = {"product": shop.product, "name": "Same", "comparison_attribute": "X"}
    played = shop.play(
        [
            shop.flag("a"),
            shop.value("a", value=False, rules=first),
            shop.value("a", value=False, rules=same),
            shop.flags(flags={"a": None}, environments={"production": {"a": {"value": False, "rules": same}}}),
            shop.value("a", value=False, rules=list(reversed(same))),
            task("configcat_segment", **segment, comparator="isOneOf", comparison_value=["a", "b"]),
            task("configcat_segment", **segment, comparator="isOneOf", comparison_value=["b", "a"]),
            task("configcat_segment", **segment, comparator="isOneOf", comparison_value=["b", "c"]),
        ]
    )
    _flag, made, again, many, reordered, segment_made, segment_again, segment_changed = played
    assert made.changed and not again.changed and again["flag_value"] == made["flag_value"] and not many.changed
    assert reordered.changed, "the first rule that applies decides"
    assert segment_made.changed and not segment_again.changed and segment_changed.changed
    assert segment_again["segment"] == segment_made["segment"]


def test_error_half_way(shop: Shop, configcat: SandboxProcess) -> None:
    shop.play([shop.flags(flags={"old": None})])
    test = f"*/environments/{shop.environments['test']}/values"
    configcat.set_faults([{"match": {"method": "POST", "path": test}, "fault": "status", "status": 403}])
    (failed,) = shop.play([shop.flags(flags=FLAGS, environments=ENVIRONMENTS, purge=True, max_delete_percent=100)])
    assert failed.outcome == "failed" and failed["changed"] and failed["error"]["kind"] == "forbidden"
    assert failed["applied"] == ["add new_checkout", "add banner_text", "add items_per_page"]
    assert failed["failed_writes"] == ["set 3 values in test"]
    assert failed["not_attempted"] == ["set 3 values in production", "remove old"]
    configcat.set_faults([])
    # The next run continues from there.
    after, again = shop.play([shop.flags(flags=FLAGS, environments=ENVIRONMENTS)] * 2)
    assert after["applied"] == ["set 3 values in test", "set 3 values in production"]
    assert not again.changed


def test_many_values_whose_response_was_lost(shop: Shop, configcat: SandboxProcess) -> None:
    match = {"method": "POST", "path": "*/values", "nth": 1}
    configcat.set_faults([{"match": match, "fault": "reset_after"}])
    made, again = shop.play([shop.flags(flags=FLAGS, environments=ENVIRONMENTS)] * 2)
    assert made.changed and not again.changed


def test_check_mode_where_nothing_is(shop: Shop) -> None:
    nothing, no_config, no_environment = shop.play(
        [
            shop.flags(check=True, flags=FLAGS, environments=ENVIRONMENTS, product="No such product"),
            shop.flags(check=True, flags=FLAGS, environments=ENVIRONMENTS, config="No such config"),
            shop.flags(check=True, flags={"new_checkout": None}, environments={"staging": {"new_checkout": True}}),
        ]
    )
    for one in (nothing, no_config):
        assert one.changed and one.writes == [] and len(one["changes"]) == 9
    assert "There is no product No such product yet." in nothing["warnings"]
    assert no_environment["changes"] == ["new_checkout: added (boolean)", "staging: new_checkout: (new) → on"]
    assert no_environment["warnings"] == ["There is no environment staging yet."]


def test_missing_object(shop: Shop) -> None:
    rules = [{"segment": "No such segment", "value": True}]
    twice = {"test": {"new_checkout": True}, shop.environments["test"]: {"new_checkout": False}}
    played = shop.play(
        [
            shop.flag("new_checkout"),
            shop.flags(flags={"new_checkout": {}}, environments=twice),
            shop.value("no_such_flag", value=True),
            shop.value("new_checkout", value=True, environment="staging"),
            shop.value("new_checkout", rules=rules),
            shop.flags(flags={"new_checkout": {"tags": ["no such"]}}),
            shop.flags(flags={"new_checkout": {}}, environments={"staging": {"new_checkout": True}}),
            shop.flags(
                flags={"new_checkout": {}}, environments={"test": {"new_checkout": {"value": True, "rules": rules}}}
            ),
        ]
    ).results
    assert played[1].error["kind"] == "invalid_option" and "the same" in played[1].msg and played[1].writes == []
    for one, word in zip(
        played[2:],
        ("no_such_flag", "staging", "No such segment", "no such", "staging", "No such segment"),
        strict=True,
    ):
        assert one.error["kind"] == "not_found" and word in one.msg and one.writes == []


def test_bad_input(shop: Shop) -> None:
    tasks: list[tuple[Task, str]] = [
        (shop.flag("two\nlines"), "key"),
        (shop.flag("x" * 256), "key"),
        (shop.flag("good", name=""), "name"),
        (shop.flag("good", hint="x" * 1001), "hint"),
        (shop.flag("good", tags=[""]), "tags"),
        (shop.flag("good", type="bool"), "type"),
        (shop.flag("good", product=""), "product"),
        (shop.value("good"), "value"),
        (shop.value("", value=True), "key"),
        (shop.value("good", value=[True]), "value"),
        (shop.value("good", percentages=PARTS[:1]), "percentages"),
        (shop.value("good", value=True, reason="x" * 1001), "reason"),
        (shop.value("good", value=True, sdk_key="configcat-sdk-1/a/b"), "sdk_key"),
        (task("configcat_flag_value", sdk_key="configcat-sdk-1/a/b", key="good", value=True), "sdk_key"),
        (task("configcat_flag_value", product=shop.product, key="good", value=True), "config"),
        (shop.flags(flags={"two\nlines": {}}), "flags"),
        (shop.flags(flags={"good": {"type": "int"}}, environments={"test": {"good": True}}), "environments.test.good"),
        (shop.flags(flags={}, environments={"test": {"good": True}}), "environments.test.good"),
        (shop.flags(flags={}, environments={"": {}}), "environments"),
        (shop.flags(flags={}, environments={"test": {}, " test": {}}), "environments"),
        (shop.flags(flags={}, max_delete_percent=101), "max_delete_percent"),
        (shop.flags(flags={}, purge=True, purge_tags=[""]), "purge_tags"),
        (shop.flags(flags={}, reason="x" * 1001), "reason"),
        (shop.link("good", link_key=""), "link_key"),
        (shop.link("good", link_key="a/b"), "link_key"),
        (shop.link("good", url="x" * 1001), "url"),
        (shop.link("good", url="https://trello.example/\nx"), "url"),
        (shop.link("good", link_type="paper"), "link_type"),
        (task("configcat_integration_link_info", link_type="jira", link_key=" "), "link_key"),
        (task("configcat_sdk_key_info", product="\n"), "product"),
    ]
    check_refusals(shop.play([one for one, _word in tasks]), [word for _one, word in tasks])


def test_life_of_a_link(shop: Shop) -> None:
    card = f"card-{shop.product_id[:8]}"
    address = {"link_key": card, "url": "https://trello.example.com/c/1", "description": "New checkout"}
    read = task("configcat_integration_link_info", link_type="trello", link_key=card)
    played = shop.play(
        [
            shop.flag("new_checkout"),
            shop.link("new_checkout", check=True, **address),
            shop.link("new_checkout", **address),
            shop.link("new_checkout", **address),
            shop.link("new_checkout", link_key=card, description="", check=True),
            shop.link("new_checkout", link_key=card, description=""),
            read,
            shop.link("new_checkout", link_key=card, state="absent", check=True),
            shop.link("new_checkout", link_key=card, state="absent"),
            shop.link("new_checkout", link_key=card, state="absent"),
            read,
            shop.link("no_such_flag", **address),
            shop.link("no_such_flag", check=True, **address),
            shop.link("new_checkout", link_key=card, state="absent", product="No such product"),
        ]
    ).results
    predicted, made, again, checked, changed, linked, gone_checked, gone, gone_again, unlinked = played[1:11]
    no_flag, flag_to_come, no_product = played[11:]
    number = played[0]["flag"]["setting_id"]
    path = f"/environments/{shop.environments['production']}/settings/{number}/integrationLinks/trello/{card}"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == made["diff"]
    assert made.changed and made.writes == [f"POST {path}"] and len(made.requests) == 5
    assert made["integration_link"] == {
        "integration_link_type": "trello",
        "key": card,
        "url": address["url"],
        "description": "New checkout",
    }
    assert not again.changed and again["integration_link"] == made["integration_link"]
    assert checked.changed and checked.writes == []
    assert changed.changed and changed["integration_link"] == {**made["integration_link"], "description": ""}
    (one,) = linked.ok["integration_links"]
    assert (one["environment"]["name"], one["setting"]["key"]) == ("production", "new_checkout")
    assert gone_checked.changed and gone_checked.writes == []
    assert gone.changed and gone.writes == [f"DELETE {path}"]
    assert not gone_again.changed and unlinked.ok["integration_links"] == []
    assert no_flag.error["kind"] == "not_found" and no_flag.writes == []
    assert flag_to_come.changed and "There is no setting no_such_flag yet." in flag_to_come["warnings"]
    assert not no_product.changed


def test_response_that_is_an_error(shop: Shop, configcat: SandboxProcess) -> None:
    configcat.set_faults([{"match": {"path": "*/products"}, "fault": "status", "status": 403}])
    link = shop.link("new_checkout", url="https://trello.example.com/c/1")
    keys = task("configcat_sdk_key_info", product=shop.product)
    tasks = [shop.flag("new_checkout"), shop.value("new_checkout", value=True), shop.flags(flags={}), link, keys]
    for failed in shop.play(tasks):
        assert failed.error["kind"] == "forbidden" and failed.error["status"] == 403 and failed.writes == []


def test_both_ways_to_run(shop: Shop) -> None:
    """An ordinary module gives the same results as one in process."""
    tasks = [
        shop.flags(check=True, flags=FLAGS, environments=ENVIRONMENTS),
        shop.flag("new_checkout", tags=["web"], check=True),
        shop.link("no_such_flag", url="https://trello.example.com/c/1", check=True),
        shop.value("no_such_flag", value=True, check=True),
        shop.value("no_such_flag", value=True),
        shop.flags(flags={"new checkout": {}}),
        task("configcat_sdk_key_info", product=shop.product),
        task("configcat_integration_link_info", link_type="monday", link_key="1"),
    ]
    ways = [shop.play(tasks, in_process=in_process) for in_process in (True, False)]
    for here, ordinary in zip(*ways, strict=True):
        kept = [{name: value for name, value in one.data.items() if name != "invocation"} for one in (here, ordinary)]
        assert kept[0] == kept[1]
        assert here.requests == ordinary.requests
