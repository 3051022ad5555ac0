# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's products and the named objects in them, against the sandbox."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.integration.test_ways_to_run import comparable
from tests.support.playing import Player, Task, check_refusals, task
from tests.support.shop import Shop, call, make_shop


@dataclass(frozen=True)
class Life:
    """The test data of a kind of object.

    Attributes:
        key: its name in results and in the module's name.
        path: its collection in the API.
        made: the options of a new object.
        change: the options of a change.
        shown: what the API shows of the change, if it differs.
        bad: options that are refused before any request, by a word in the message.
    """

    key: str
    path: str
    made: dict[str, Any]
    change: dict[str, Any]
    shown: dict[str, Any] = field(default_factory=dict)
    bad: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """The name of its module."""
        return f"configcat_{self.key}"


LONG = "x" * 1001
STAFF = {"comparison_attribute": "Email", "comparator": "isOneOf", "comparison_value": ["a@a.example", "b@a.example"]}
LIVES = [
    Life(
        "config",
        "configs",
        {"description": "What is seen", "order": 7},
        {"description": "", "order": 0},
        bad={"description": {"description": LONG}, "order": {"order": -1}},
    ),
    Life(
        "environment",
        "environments",
        {"color": "#27AE60", "description": "To try things", "order": 7},
        {"color": "#F2C94C", "order": 3},
        bad={"color": {"color": LONG}, "description": {"description": LONG}, "order": {"order": 2**31}},
    ),
    Life("tag", "tags", {"color": "#27AE60"}, {"color": ""}, bad={"color": {"color": LONG}}),
    Life(
        "segment",
        "segments",
        {"description": "The agency", **STAFF},
        {"comparison_attribute": "Email", "comparator": "contains", "comparison_value": "@a.example"},
        shown={"comparison_value": "a@a.example,b@a.example"},
        bad={
            "description": {"description": LONG},
            "comparison_attribute": {**STAFF, "comparison_attribute": ""},
            "comparison_value": {**STAFF, "comparator": "numberLess"},
            "comparator": {"comparator": "isOneOf"},
        },
    ),
    Life(
        "permission_group",
        "permissions",
        {
            "access_type": "custom",
            "new_environment_access_type": "readOnly",
            "permissions": {"can_tag_setting": True, "can_manage_members": False, "can_disable_2fa": True},
            "environment_accesses": [{"environment": "test", "access_type": "full"}],
        },
        {
            "permissions": {"can_tag_setting": False, "can_view_sdk_key": True},
            "environment_accesses": [{"environment": "production", "access_type": "readOnly"}],
        },
        bad={
            "access_type": {"access_type": "all"},
            "environment_accesses": {"environment_accesses": [{"environment": ""}]},
            "only custom allows": {
                "access_type": "readOnly",
                "environment_accesses": [{"environment": "test", "access_type": "full"}],
            },
            "requires can_create_or_update_tag": {
                "permissions": {"can_delete_tag": True, "can_create_or_update_tag": False}
            },
            "test is given twice": {
                "environment_accesses": [
                    {"environment": name, "access_type": access}
                    for name, access in (("test", "full"), (" test", "none"))
                ]
            },
        },
    ),
]


def lives() -> Any:
    """Return a test parameter for each kind."""
    return pytest.mark.parametrize("life", LIVES, ids=lambda life: life.key)


def seen_to(life: Life, shop: Shop, name: str, **options: Any) -> Task:
    """Return the task that manages an object of the shop."""
    return task(life.module, product=shop.product, name=name, **options)


@lives()
def test_life_of_an_object(life: Life, shop: Shop) -> None:
    made, change = life.made, life.change
    played = shop.play(
        [
            seen_to(life, shop, "Staff", check=True, **made),
            seen_to(life, shop, "Staff", **made),
            seen_to(life, shop, "Staff", **made),
            seen_to(life, shop, "Staff", check=True, **change),
            seen_to(life, shop, "Staff", **change),
            seen_to(life, shop, "Staff", **change),
            seen_to(life, shop, "Staff", check=True, state="absent"),
            seen_to(life, shop, "Staff", state="absent"),
            seen_to(life, shop, "Staff", state="absent"),
        ]
    )
    predicted, first, again, checked, changed, as_it_is, gone_checked, gone, gone_again = played
    path = f"/products/{shop.product_id}/{life.path}"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == first["diff"]
    assert first.changed and first.writes == [f"POST {path}"]
    item = first[life.key]
    number = item[f"{life.key}_id"]
    shown = {name: value for name, value in {**made, **life.shown}.items() if name not in UNLIKE}
    assert shown.items() <= item.items() and item["product"]["name"] == shop.product
    assert not again.changed and again.writes == [] and again[life.key] == item
    assert again.requests[:2] == ["GET /products", f"GET {path}"]
    assert checked.changed and checked.writes == [] and checked["diff"] == changed["diff"]
    assert changed.changed and changed.writes == [f"PUT /{life.path}/{number}"]
    assert not as_it_is.changed and as_it_is[life.key][f"{life.key}_id"] == number
    assert gone_checked.changed and gone_checked.writes == [] and gone_checked["diff"] == gone["diff"]
    assert gone.changed and gone.writes == [f"DELETE /{life.path}/{number}"] and gone[life.key] is None
    assert not gone_again.changed and gone_again.writes == []


#: Options that differ from product to product.
NUMBERED = re.compile(r'("order"|"tag_id"|"permission_group_id"): \d+')
#: Options that represent several properties, or a property of another form.
UNLIKE = {"permissions", "environment_accesses"}


@lives()
def test_object_by_its_id(life: Life, shop: Shop) -> None:
    (made,) = shop.play([seen_to(life, shop, "Staff", **life.made)])
    number = made[life.key][f"{life.key}_id"]
    other = 4711 if isinstance(number, int) else "08d86d63-2721-4da6-8c06-584521d516bc"
    played = shop.play(
        [
            task(life.module, id=number, name="Testing"),
            task(life.module, id=number),
            seen_to(life, shop, "Testing"),
            task(life.module, id=other, name="Testing"),
            task(life.module, id=other, name="Testing", state="absent"),
            task(life.module, id=number, state="absent"),
        ]
    )
    renamed, as_it_is, by_name, missing, missing_anyway, gone = played
    assert renamed.changed and renamed.requests == [f"GET /{life.path}/{number}", f"PUT /{life.path}/{number}"]
    assert renamed["diff"] == {"before": {"name": "Staff"}, "after": {"name": "Testing"}}
    kept = {name: made[life.key][name] for name in life.made if name not in UNLIKE}
    assert kept.items() <= renamed[life.key].items()
    assert not as_it_is.changed and not by_name.changed and by_name[life.key][f"{life.key}_id"] == number
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert not missing_anyway.changed and gone.changed


@lives()
def test_two_of_the_same_name_are_an_error(life: Life, shop: Shop) -> None:
    (made,) = shop.play([seen_to(life, shop, "Staff", **life.made)])
    body = json.loads(made.exchanges[-1]["request_body"])
    call(shop.player.sandbox, "POST", f"/products/{shop.product_id}/{life.path}", body)
    ambiguous, removed = shop.play(
        [seen_to(life, shop, "Staff", **life.change), seen_to(life, shop, "Staff", state="absent")]
    )
    for result in (ambiguous, removed):
        assert result.error["kind"] == "ambiguous" and result.writes == []
        assert str(made[life.key][f"{life.key}_id"]) in result.msg


@lives()
def test_lost_response(life: Life, shop: Shop, configcat: SandboxProcess) -> None:
    rules = [{"match": {"method": "POST", "path": f"*/{life.path}", "nth": 1}, "fault": "reset_after"}]
    configcat.set_faults(rules)
    made, again = shop.play([seen_to(life, shop, "Staff", **life.made)] * 2)
    assert made.changed and made[life.key][f"{life.key}_id"]
    assert [one for one in made.writes if one.startswith("POST")] == made.writes[:1]
    assert not again.changed and again[life.key] == made[life.key]


@lives()
def test_refusals(life: Life, shop: Shop, configcat: SandboxProcess) -> None:
    needed = {name: life.made[name] for name in STAFF if name in life.made}
    bad: dict[str, dict[str, Any]] = {
        "name": {"name": "x" * 256},
        "product": {"product": ""},
        "id": {"product": None, "id": -1},
        **life.bad,
    }
    played = shop.play(
        [task(life.module, **{"product": shop.product, "name": "Staff", **options}) for options in bad.values()]
    )
    check_refusals(played.results, list(bad))
    nowhere: dict[str, Any] = {"product": "No such product"}
    configcat.set_faults([{"match": {"method": "POST", "path": f"*/{life.path}"}, "fault": "status", "status": 403}])
    missing, checked, absent, refused = shop.play(
        [
            task(life.module, name="Staff", **needed, **nowhere),
            task(life.module, name="Staff", check=True, **life.made, **nowhere),
            task(life.module, name="Staff", state="absent", **nowhere),
            seen_to(life, shop, "Staff", **life.made),
        ]
    )
    assert missing.error["kind"] == "not_found" and "No such product" in missing.msg and missing.writes == []
    assert checked.changed and checked.writes == [] and "no product" in checked["warnings"][0]
    assert not absent.changed and absent.writes == []
    assert refused.error["kind"] == "forbidden" and refused.error["status"] == 403 and "permission group" in refused.msg


def test_segment_needs_what_it_compares(shop: Shop) -> None:
    (made,) = shop.play([task("configcat_segment", product=shop.product, name="Nobody")])
    assert made.error["kind"] == "invalid_option" and "comparator" in made.msg and made.writes == []


def test_permission_group_in_environments(shop: Shop) -> None:
    def group(*accesses: tuple[str, str], **options: Any) -> Task:
        given = [{"environment": name, "access_type": access} for name, access in accesses]
        return task(
            "configcat_permission_group",
            product=shop.product,
            name="Editors",
            access_type="custom",
            environment_accesses=given,
            **options,
        )

    number = shop.environments["test"]
    made, again, changed, missing, twice = shop.play(
        [
            group(("test", "full")),
            group((number, "full")),
            group(("production", "readOnly")),
            group(("none", "full")),
            group(("test", "full"), (number, "readOnly")),
        ]
    )
    assert access_of(made.data) == {"test": "full", "production": "none"}
    assert not again.changed
    assert changed.changed and access_of(changed.data) == {"test": "full", "production": "readOnly"}
    assert missing.error["kind"] == "not_found" and "environment none" in missing.msg and missing.writes == []
    assert twice.error["kind"] == "invalid_option" and f"{number} is given twice" in twice.msg and twice.writes == []


def test_permission_groups_that_the_api_refuses_and_what_is_sent(shop: Shop, configcat: SandboxProcess) -> None:
    def group(**options: Any) -> Task:
        return task("configcat_permission_group", product=shop.product, name="Staff", **options)

    accesses = [{"environment": "test", "access_type": "full"}]
    alone, beside, made, lone, unlike = shop.play(
        [
            group(permissions={"can_delete_config": True}),
            group(access_type="readOnly", environment_accesses=accesses),
            group(
                permissions={"can_delete_tag": True, "can_create_or_update_tag": True}, environment_accesses=accesses
            ),
            group(permissions={"can_create_or_update_tag": False}),
            group(access_type="readOnly"),
        ]
    )
    assert "can_create_or_update_config" in alone.msg and "can_create_or_update_tag" in lone.msg
    assert beside.msg.startswith("environment_accesses: ")
    for one in (alone, beside, lone):
        assert one.error["kind"] == "invalid_option" and one.writes == []
    assert made.changed and unlike.changed and unlike["permission_group"]["access_type"] == "readOnly"


def access_of(result: dict[str, Any]) -> dict[str, str]:
    """Return the permissions of a group by environment."""
    accesses = result["permission_group"]["environment_accesses"]
    return {item["name"]: item["environment_access_type"] for item in accesses}


def test_life_of_a_product(configcat: SandboxProcess, tmp_path: Path) -> None:
    name = f"Shop {secrets.token_hex(6)}"
    words: dict[str, Any] = {"name": name, "description": "A web shop"}
    player = Player(configcat, tmp_path)
    played = player.play(
        [
            task("configcat_product", check=True, **words),
            task("configcat_product", **words),
            task("configcat_product", organization="Agency", **words),
            task("configcat_product", name=name, description="", check=True),
            task("configcat_product", name=name, description=""),
            task("configcat_product", name=name, description=""),
            task("configcat_product", name=name, organization="Another agency"),
            task("configcat_product", name=name, state="absent", check=True),
            task("configcat_product", name=name, state="absent"),
            task("configcat_product", name=name, state="absent"),
        ]
    )
    predicted, made, again, checked, changed, as_it_is, elsewhere, gone_checked, gone, gone_again = played
    organization = made["product"]["organization"]
    path = f"/organizations/{organization['organization_id']}/products"
    assert predicted.changed and predicted.writes == [] and predicted["diff"] == made["diff"]
    assert made.changed and made.requests == ["GET /products", "GET /organizations", f"POST {path}"]
    assert organization["name"] == "Agency"
    assert not again.changed and again.requests == ["GET /products"] and again["product"] == made["product"]
    number = made["product"]["product_id"]
    assert checked.changed and checked.writes == [] and checked["diff"] == changed["diff"]
    assert changed.changed and changed.writes == [f"PUT /products/{number}"]
    assert not as_it_is.changed and as_it_is["product"]["name"] == name
    assert elsewhere.error["kind"] == "not_found" and "Another agency" in elsewhere.msg and elsewhere.writes == []
    assert gone_checked.changed and gone_checked.writes == []
    assert gone.changed and gone.writes == [f"DELETE /products/{number}"] and not gone_again.changed


def test_product_by_its_id_and_in_one_of_two_organizations(tmp_path: Path) -> None:
    with SandboxProcess(service="configcat") as sandbox:
        (first,) = call(sandbox, "GET", "/organizations")
        sandbox.control("POST", "organizations", {"name": "Second agency"})
        played = Player(sandbox, tmp_path).play(
            [
                task("configcat_product", name="Shop"),
                task("configcat_product", name="Shop", organization="Second agency"),
                task("configcat_product", name="Shop", organization=first["organizationId"]),
                task("configcat_product", name="Shop"),
                task("configcat_config", product="Shop", name="Web"),
                task("configcat_info", gather=["products"], organization="Agency"),
            ]
        )
        unclear, second, made, ambiguous, no_parent, listed = played
        number = made["product"]["product_id"]
        renamed, again, both = Player(sandbox, tmp_path / "more").play(
            [
                task("configcat_product", id=number, name="Store"),
                task("configcat_product", id=number.upper()),
                task("configcat_product", id=number, organization="Agency"),
            ]
        )
    assert unclear.error["kind"] == "ambiguous" and "Second agency" in unclear.msg and unclear.writes == []
    assert second.changed and made.changed and made["product"]["organization"]["name"] == "Agency"
    assert ambiguous.error["kind"] == "ambiguous" and no_parent.error["kind"] == "ambiguous"
    assert listed["products"] == [made["product"]]
    assert renamed.changed and renamed["product"]["name"] == "Store" and not again.changed
    assert "mutually exclusive" in both.msg


def test_both_ways_to_run(configcat: SandboxProcess, tmp_path: Path) -> None:
    results = []
    player = Player(configcat, tmp_path)
    for in_process in (True, False):
        shop = replace(make_shop(configcat, tmp_path), player=player)
        tasks = [seen_to(life, shop, "Staff", **life.made) for life in LIVES]
        tasks += [task("configcat_product", name=shop.product, description="Seen"), seen_to(LIVES[0], shop, "")]
        tasks += [task("configcat_info", gather=["configs", "tags", "permission_groups"], product=shop.product)]
        tasks += [task("configcat_api", path=f"/products/{shop.product_id}")]
        played = shop.play(tasks, in_process=in_process, env={"ANSIBLE_INJECT_INVOCATION": "1"})
        results.append([NUMBERED.sub(r"\1: 0", comparable(result, shop.product)) for result in played])
    assert results[0] == results[1]


def test_wrong_credentials_and_no_server(configcat: SandboxProcess, tmp_path: Path) -> None:
    player = Player(configcat, tmp_path)
    wrong = player.secret("wrong", "Wr0ng-geheim-81")
    refused, colon, clear = player.play(
        [
            task("configcat_info", gather=["products"], api_password=wrong),
            task("configcat_info", gather=["products"], api_user="a:b"),
            task("configcat_info", gather=["products"], api_url="http://api.configcat.example"),
        ]
    )
    assert refused.error["kind"] == "unauthorized" and "api_password" in refused.msg and len(refused.requests) == 1
    check_refusals([colon, clear], ["api_user", "api_url"])
