# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``configcat_info`` and ``configcat_api`` against the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client
from tests.support.playing import Task, check_refusals, task
from tests.support.shop import Shop, call, make_shop


def info(shop: Shop, *gather: str, **options: Any) -> Task:
    """Return a task that reads something of the shop."""
    return task("configcat_info", **{"product": shop.product, "gather": list(gather), **options})


def add_flag(shop: Shop, key: str, tags: list[int]) -> int:
    """Add a flag to the shop's config and return its id."""
    body = {"key": key, "name": key, "settingType": "boolean", "tags": tags}
    found: int = call(shop.player.sandbox, "POST", f"/configs/{shop.config_id}/settings", body)["settingId"]
    return found


def test_preferences_webhooks_and_integrations(shop: Shop) -> None:
    product = f"/products/{shop.product_id}"
    sandbox = shop.player.sandbox
    token = {"key": "X-Token", "value": "Hook-geheim-71", "isSecure": True}
    place = f"/configs/{shop.config_id}/environments/{shop.environments['production']}/webhooks"
    call(sandbox, "POST", place, {"url": "https://hooks.example/1", "webHookHeaders": [token]})
    datadog = {"integrationType": "dataDog", "parameters": {"apikey": "Datadog-geheim-71", "site": "Eu"}}
    call(sandbox, "POST", f"{product}/integrations", {**datadog, "name": "DD", "environmentIds": [], "configIds": []})
    items = ("preferences", "webhooks", "integrations")
    found, nowhere = shop.play([info(shop, *items), info(shop, *items, product="No such product", check=True)])
    assert found.requests == ["GET /products", *(f"GET {product}/{name}" for name in items)]
    assert found["preferences"]["key_generation_mode"] == "camelCase"
    [webhook], [integration] = found["webhooks"], found["integrations"]
    assert webhook["secure_headers"] == [{"name": "X-Token"}] and webhook["config"]["name"] == shop.config
    assert integration["parameters"] == {"site": "Eu"} and integration["secret_parameters"] == ["apikey"]
    assert "geheim" not in str(found.data) and "*****" not in str(webhook)
    assert (nowhere["preferences"], nowhere["webhooks"], nowhere["integrations"]) == (None, [], [])


def test_everything_is_read_once(shop: Shop) -> None:
    product = f"/products/{shop.product_id}"
    config = f"/configs/{shop.config_id}"
    web = next(tag for tag in call(shop.player.sandbox, "GET", f"{product}/tags") if tag["name"] == "web")
    number = add_flag(shop, "new_checkout", [web["tagId"]])
    add_flag(shop, "old_checkout", [])
    here = {"config": shop.config, "environment": "production"}
    editors = call(shop.player.sandbox, "GET", f"{product}/permissions")[0]["permissionGroupId"]
    invited = {"emails": ["grace@customer.example"], "permissionGroupId": editors}
    Client(shop.player.sandbox).call("POST", f"{product}/members/invite", invited)
    whole, in_production, tagged, audit, of_organization, details, people = shop.play(
        [
            info(shop, "me", "organizations", "products", "configs", "environments", "tags", "segments", "members"),
            info(shop, "flags", "flag_values", "deleted_flags", "permission_groups", "configs", **here),
            info(shop, "flags", tag="web"),
            info(shop, "audit_log", config=shop.config, audit_log_type="settingCreated", since="2020-01-01T00:00:00Z"),
            info(shop, "audit_log", "organization_members", product=None, until="2020-01-01 01:00:00+01:00"),
            info(shop, "segments", details=True),
            info(shop, "invitations", "organization_invitations", organization="Agency"),
        ]
    )
    assert whole.requests == [
        "GET /me",
        "GET /organizations",
        "GET /products",
        "GET /products",
        *(f"GET {product}/{name}" for name in ("configs", "environments", "tags", "segments", "members")),
    ]
    assert not whole.changed and whole["me"]["email"] == "ada@agency.example"
    assert [item["name"] for item in whole["tags"]] == ["checkout", "web"]
    assert [item["name"] for item in whole["environments"]] == ["test", "production"]
    assert whole["members"][0]["product_id"] == shop.product_id and "flags" not in whole.data
    values = f"{config}/environments/{shop.environments['production']}/values"
    assert in_production.requests == [
        "GET /products",
        f"GET {product}/configs",
        f"GET {config}/settings",
        f"GET {product}/environments",
        f"GET {values}",
        f"GET {config}/deleted-settings",
        f"GET {product}/permissions",
    ]
    assert [item["key"] for item in in_production["flags"]] == ["new_checkout", "old_checkout"]
    assert [item["setting"]["key"] for item in in_production["flag_values"]] == ["new_checkout", "old_checkout"]
    assert in_production["flag_values"][0]["value"] is False and in_production["deleted_flags"] == []
    assert [item["setting_id"] for item in tagged["flags"]] == [number]
    assert len(audit["audit_log"]) == 2 and f"configId={shop.config_id}" in audit.exchanges[-1]["query"]
    assert of_organization["audit_log"] == [] and of_organization["organization_members"]
    assert "toUtcDateTime=2020-01-01T00%3A00%3A00Z" in of_organization.exchanges[1]["query"]
    [me] = [item for item in of_organization["organization_members"] if item["email"] == "ada@agency.example"]
    assert me["is_admin"] and not me["is_billing_manager"] and not me["two_factor_enabled"]
    assert {"product_id": shop.product_id, "name": shop.product} in [item["product"] for item in me["permissions"]]
    assert details["segments"][0]["comparison_value"] == "@bakery.example"
    [invitation] = people["invitations"]
    assert invitation["permission_group_id"] == editors and invitation["expired"] is False
    [listed] = [item for item in people["organization_invitations"] if item["product_id"] == shop.product_id]
    assert invitation.items() < listed.items() and listed["product_name"] == shop.product


def test_flags_that_are_read_can_be_written_again_and_copied(shop: Shop) -> None:
    described: dict[str, Any] = {
        "flags": {
            "new_checkout": {
                "name": "New checkout",
                "type": "boolean",
                "hint": "One page",
                "tags": ["checkout", "web"],
            },
            "banner_text": {"name": "banner_text", "type": "string", "hint": "", "tags": []},
            "limit": {"name": "limit", "type": "double", "hint": "", "tags": []},
        },
        "environments": {
            "test": {"new_checkout": True, "banner_text": "true", "limit": 2.5},
            "production": {
                "new_checkout": {
                    "value": False,
                    "rules": [
                        {"segment": "Testers", "segment_comparator": "isNotIn", "value": False},
                        {
                            "comparison_attribute": "Country",
                            "comparator": "isOneOf",
                            "comparison_value": ["BE", "NL"],
                            "value": True,
                        },
                    ],
                    "percentages": [{"percentage": 10, "value": True}, {"percentage": 90, "value": False}],
                },
                "banner_text": "",
                "limit": 0.5,
            },
        },
    }
    parts = {"flags": "{{ read.feature_flags.flags }}", "environments": "{{ read.feature_flags.environments }}"}
    shop.play([shop.flags(**described)])
    read, same, _config, copied, copy, one, nothing = shop.play(
        [
            info(shop, "feature_flags", config=shop.config) | {"register": "read"},
            shop.flags(**parts),
            task("configcat_config", product=shop.product, name="Copy"),
            shop.flags(config="Copy", **parts),
            info(shop, "feature_flags", config="Copy"),
            info(shop, "feature_flags", config=shop.config, environment="test"),
            info(shop, "feature_flags", config="Nothing", check=True),
        ]
    )
    assert read["feature_flags"] == {"product": shop.product, "config": shop.config, **described}
    product, config = f"/products/{shop.product_id}", f"/configs/{shop.config_id}"
    assert read.requests == [
        "GET /products",
        f"GET {product}/configs",
        f"GET {product}/environments",
        *(f"GET {config}/environments/{number}/values" for number in shop.environments.values()),
        f"GET {product}/segments",
    ]
    assert not same.changed and copied.changed
    assert copy["feature_flags"] == {**read["feature_flags"], "config": "Copy"}
    assert one["feature_flags"]["environments"] == {"test": described["environments"]["test"]}
    assert nothing["feature_flags"]["flags"] == {} and "no config" in nothing["warnings"][0]


def test_refusals(shop: Shop) -> None:
    played = shop.play(
        [
            info(shop, "everything"),
            info(shop, "tags", product=None),
            info(shop, "flags"),
            info(shop, "flag_values", config=shop.config),
            info(shop, "audit_log", product=None, config=shop.config),
            info(shop, "audit_log", since="yesterday"),
            info(shop, "audit_log", audit_log_type="nothing"),
            info(shop, "flags", config="No such config"),
            info(shop, "tags", product="No such product"),
            info(shop, "flags", "tags", product="No such product", config="Web", check=True),
        ]
    )
    check_refusals(
        played.results[:7], ["gather", "product", "config", "environment", "product", "since", "audit_log_type"]
    )
    no_config, no_product, checked = played.results[7:]
    assert no_config.error["kind"] == "not_found" and "config No such config" in no_config.msg
    assert no_product.error["kind"] == "not_found" and "product No such product" in no_product.msg
    assert checked["flags"] == [] and checked["tags"] == [] and "no product" in checked["warnings"][0]


def test_stale_flags_and_the_code_that_uses_them(tmp_path: Path) -> None:
    with SandboxProcess(service="configcat") as sandbox:
        shop = make_shop(sandbox, tmp_path)
        web = next(tag for tag in call(sandbox, "GET", f"/products/{shop.product_id}/tags") if tag["name"] == "web")
        number = add_flag(shop, "old_checkout", [])
        add_flag(shop, "kept", [web["tagId"]])
        scan = {"configId": shop.config_id, "repository": "web-shop", "branch": "main"}
        line = {"file": "checkout.py", "referenceLine": {"lineNumber": 7, "lineText": "if old_checkout:"}}
        found = [{"settingId": number, "references": [line]}]
        Client(sandbox).call("POST", "/code-references", {**scan, "flagReferences": found})
        sandbox.advance(40 * 86_400)
        shop.play([shop.value("old_checkout", value=True, environment="test")])
        anywhere = {"stale_in_environments": "staleInAnyEnvironments"}
        code = {"config": shop.config, "key": "old_checkout"}
        played = shop.play(
            [
                info(shop, "stale_flags", **anywhere),
                info(shop, "stale_flags", ignored_environments=["test"], ignored_tags=["web", str(web["tagId"])]),
                info(shop, "stale_flags", stale_flag_age_days=60, stale_flag_scope="all"),
                info(shop, "code_references", **code),
                info(shop, "code_references", **{**code, "key": "kept"}),
                info(shop, "code_references", **{**code, "key": "No such flag"}),
                info(shop, "code_references", **{**code, "key": "No such flag"}, check=True),
                info(shop, "stale_flags", ignored_environments=["No such place"]),
                info(shop, "stale_flags", ignored_environments=["No such place"], check=True),
                info(shop, "stale_flags", product="No such product", ignored_tags=["web"], check=True),
                info(shop, "stale_flags", stale_flag_age_days=6),
                info(shop, "stale_flags", stale_flag_age_days=91),
                info(shop, "stale_flags", stale_flag_scope="mine"),
                info(shop, "stale_flags", ignored_tags=[""]),
                info(shop, "stale_flags", product=None),
                info(shop, "code_references", config=shop.config),
                info(shop, "code_references", config=shop.config, key="a/b"),
            ]
        )
    whole, narrowed, none, mentions, no_mentions, no_flag, checked = played.results[:7]
    no_place, place_checked, no_product = played.results[7:10]
    old, kept = whole["stale_flags"]
    assert (old["key"], old["config_name"], old["has_code_references"]) == ("old_checkout", "Web site", True)
    assert {value["environment_name"]: value["is_stale"] for value in old["setting_values"]} == {
        "test": False,
        "production": True,
    }
    assert kept["tags"][0]["tag_id"] == web["tagId"] and kept["setting_values"][0]["updated_at"] is None
    assert [item["key"] for item in narrowed["stale_flags"]] == ["old_checkout"] and none["stale_flags"] == []
    assert narrowed.exchanges[-1]["query"].count("ignoredTagIds=") == 2 and not whole.changed
    [report] = mentions["code_references"]
    assert (report["repository"], report["references"][0]["reference_line"]["line_number"]) == ("web-shop", 7)
    assert no_mentions["code_references"] == []
    assert no_flag.error["kind"] == "not_found" and "setting No such flag" in no_flag.msg
    assert checked["code_references"] == [] and "setting No such flag" in checked["warnings"][0]
    assert no_place.error["kind"] == "not_found" and place_checked["warnings"] and no_product["stale_flags"] == []
    words = ["stale_flag_age_days", "stale_flag_age_days", "stale_flag_scope", "ignored_tags", "product", "key", "key"]
    check_refusals(played.results[10:], words)


def test_raw_calls(shop: Shop, configcat: SandboxProcess) -> None:
    number = add_flag(shop, "new_checkout", [])
    agency = call(shop.player.sandbox, "GET", "/organizations")[0]["organizationId"]
    keys = call(shop.player.sandbox, "GET", f"/configs/{shop.config_id}/environments/{shop.environments['test']}")
    sdk_key = shop.player.secret("sdk_key", keys["primary"])
    token = shop.player.secret("token", "Atl4ssian-geheim-82")
    patch = [{"op": "replace", "path": "/hint", "value": "In one page", "from": None}]
    played = shop.play(
        [
            task("configcat_api", path=f"/v1/settings/{number}"),
            task("configcat_api", path=f"settings/{number}"),
            task("configcat_api", method="PATCH", path=f"/settings/{number}", body=patch, check=True),
            task("configcat_api", method="PATCH", path=f"/settings/{number}", body=patch),
            task("configcat_api", path="/settings/new_checkout/value", sdk_key=sdk_key),
            task("configcat_api", path="/settings/new_checkout/value", sdk_key="{{ sdk_key[:20] }}"),
            task(
                "configcat_api",
                method="POST",
                path="/jira/connect",
                body={"clientKey": ""},
                secret_body={"jiraJwtToken": token},
            ),
            task("configcat_api", method="DELETE", path=f"/settings/{number}", body={"a": 1}),
            task(
                "configcat_api",
                method="PATCH",
                path=f"/settings/{number}",
                body=patch,
                secret_body={"jiraJwtToken": token},
            ),
            task("configcat_api", method="DELETE", path=f"/settings/{number}"),
            task("configcat_api", path=f"/v2/organizations/{agency}/members"),
            task("configcat_api", path="/v1/v2/organizations"),
        ]
    )
    read, no_path, checked, patched, by_key, bad_key, refused, no_body, no_merge, gone, people, no_version = played
    assert not read.changed and read["data"]["settingId"] == number and read["status"] == 200
    assert checked.changed and checked.requests == [] and checked["status"] is None
    assert (
        patched.changed and patched.writes == [f"PATCH /settings/{number}"] and patched["data"]["hint"] == "In one page"
    )
    assert by_key["data"]["setting"]["key"] == "new_checkout"
    check_refusals(
        [no_path, bad_key, no_body, no_merge, no_version], ["path", "sdk_key", "body", "secret_body", "leaves /v1"]
    )
    assert {"admins", "billingManagers", "members"} == people["data"].keys()
    assert refused.error["kind"] == "invalid_request" and refused.error["validation_errors"]
    assert gone.changed and gone["status"] == 204 and gone["data"] is None
