# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ConfigCat sandbox answers every operation according to the contract, in JSON and with HAL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from fastapi.routing import APIRoute

from sandbox.configcat.service import SERVICE
from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.contract.checker import operation_of
from tests.contract.contracts import CONFIGCAT
from tests.support.configcat import (
    Client,
    Shop,
    in_segment,
    of_flag,
    of_segment,
    of_user,
    options,
    percent,
    rule,
    targeting,
    typed,
)

HAL = {"Accept": "application/hal+json"}
HINTED = [{"value": "ada@example.com", "hint": "Ada"}]
#: Not in any response of the sandbox: no call of the API migrates a config.
NEVER_SHOWN = {("ConfigModel", "migratedConfigId")}


def unserved() -> set[str]:
    """Return the operations that the sandbox does not serve."""
    versions = {SERVICE.prefix: [family.router for family in SERVICE.families], **SERVICE.versions}
    served = {
        f"{method} {version}{re.sub('{[^}]*}', '{}', route.path)}"
        for version, routers in versions.items()
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    return {name for name in CONFIGCAT.operations if re.sub("{[^}]*}", "{}", name) not in served}


def completed(method: str, path: str, body: Any) -> Any:
    """Return a body with null for what is required and may be null, which only the newest description requires."""
    version = "" if path.startswith("/v2/") else "/v1"
    operation = operation_of(method, (version + path).partition("?")[0])
    return _with_nulls(body, operation.facts["body"] or {}) if operation else body


def _with_nulls(value: Any, schema: dict[str, Any]) -> Any:
    known = schema.get("properties", {})
    if isinstance(value, list):
        return [_with_nulls(item, schema.get("items", {})) for item in value]
    if not isinstance(value, dict):
        return value
    nulls = {name: None for name in schema.get("required", ()) if known[name].get("nullable")}
    return {**nulls, **{name: _with_nulls(item, known.get(name, {})) for name, item in value.items()}}


class CompleteClient(Client):
    """Sends what is required even where it is null."""

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return super().call(method, path, completed(method, path, body), **options)


class Drive:
    """Calls the sandbox and checks the status; reads are made twice, the second time with HAL."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.api = CompleteClient(sandbox)
        self.shop = Shop.open(self.api)

    def __call__(self, status: int, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.api.call(method, path, body, headers=headers)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text)
        if method == "GET" and "Accept" not in headers:
            self(status, method, path, **headers, **HAL)
        return answer.json() if answer.content and status < 400 else None


def products(drive: Drive) -> None:
    shop = drive.shop
    drive(200, "GET", "/me")
    drive(200, "GET", "/organizations")
    made = drive(
        201, "POST", f"/organizations/{shop.organization}/products", {"name": "Other", "description": "x"}, **HAL
    )
    drive(200, "PUT", f"/products/{made['productId']}", {"name": "Another"})
    drive(200, "GET", "/products")
    drive(200, "GET", f"/products/{shop.product}")
    drive(204, "DELETE", f"/products/{made['productId']}")


def configs_and_environments(drive: Drive) -> None:
    product = f"/products/{drive.shop.product}"
    for family, name in (("configs", "configId"), ("environments", "environmentId")):
        made = drive(201, "POST", f"{product}/{family}", {"name": "Other", "description": "x"}, **HAL)
        path = f"/{family}/{made[name]}"
        drive(200, "PUT", path, {"description": "y"})
        drive(200, "GET", path)
        drive(200, "GET", f"{product}/{family}")
        drive(204, "DELETE", path)
    drive(200, "PUT", f"/environments/{drive.shop.environment}", {"color": "#3366ff", "description": "Live"})
    keys = f"/configs/{drive.shop.config}/environments/{drive.shop.environment}"
    drive.sandbox.control("POST", f"{keys.removeprefix('/')}/secondkey")
    drive(200, "GET", keys)


def preferences(drive: Drive) -> None:
    shop = drive.shop
    path = f"/products/{shop.product}/preferences"
    drive(200, "GET", path)
    required = [{"environmentId": shop.environment, "reasonRequired": True}]
    drive(200, "POST", path, {"reasonRequiredEnvironments": required})
    drive(200, "GET", path)
    drive(200, "POST", path, {"reasonRequiredEnvironments": [{**required[0], "reasonRequired": False}]})


def people(drive: Drive) -> None:
    shop, invited = drive.shop, "grace@agency.example"
    rights = {"canManageMembers": True, "accessType": "custom"}
    access = {"environmentId": shop.environment, "environmentAccessType": "full"}
    group = drive(201, "POST", f"/products/{shop.product}/permissions", {"name": "Editors", **rights}, **HAL)
    path = f"/permissions/{group['permissionGroupId']}"
    drive(200, "PUT", path, {"environmentAccesses": [access]})
    drive(200, "GET", path)
    drive(200, "GET", f"/products/{shop.product}/permissions")
    invitation = {"emails": [invited], "permissionGroupId": group["permissionGroupId"]}
    withdrawn = {**invitation, "emails": ["mary@agency.example"]}
    for one in (invitation, withdrawn):
        drive(200, "POST", f"/products/{shop.product}/members/invite", one)
    drive(200, "GET", f"/organizations/{shop.organization}/invitations")
    [found] = [
        one for one in drive(200, "GET", f"/products/{shop.product}/invitations") if one["email"] in withdrawn["emails"]
    ]
    drive(204, "DELETE", f"/invitations/{found['invitationId']}")
    drive.sandbox.control("PUT", "invitations", {"email": invited})
    members = drive(200, "GET", f"/products/{shop.product}/members")
    [user] = [member["userId"] for member in members if member["email"] == invited]
    drive(204, "DELETE", f"/products/{shop.product}/members/{user}")
    member = f"/organizations/{shop.organization}/members"
    drive(200, "GET", member)
    drive(200, "POST", f"{member}/{user}", {"permissionGroupIds": [group["permissionGroupId"]]})
    drive(200, "GET", f"/v2{member}")
    drive(204, "DELETE", f"{member}/{user}")
    drive(204, "DELETE", path)


def flags(drive: Drive) -> None:
    shop = drive.shop
    tag = drive(201, "POST", f"/products/{shop.product}/tags", {"name": "beta", "color": "whale"}, **HAL)
    path = f"/tags/{tag['tagId']}"
    drive(200, "PUT", path, {"name": "Beta"})
    first = [{"environmentId": shop.environment, "value": True}]
    setting = {"key": "newCheckout", "name": "Checkout", "hint": "x", "settingType": "boolean"}
    more = {"tags": [tag["tagId"]], "initialValues": first}
    made = drive(201, "POST", f"/configs/{shop.config}/settings", {**setting, **more}, **HAL)
    step = {"op": "replace", "path": "/name", "value": "The checkout"}
    drive(200, "PATCH", f"/settings/{made['settingId']}", [step])
    drive(
        200,
        "PUT",
        f"/settings/{made['settingId']}",
        {"name": "Checkout", "hint": "x", "tags": [tag["tagId"]], "order": 3},
        **HAL,
    )
    for read in (path, f"{path}/settings", f"/products/{shop.product}/tags", f"/settings/{made['settingId']}"):
        drive(200, "GET", read)
    drive(200, "GET", f"/configs/{shop.config}/settings")
    values(drive, made["settingId"])
    drive(204, "DELETE", f"/settings/{made['settingId']}")
    drive(200, "GET", f"/configs/{shop.config}/deleted-settings")
    drive(204, "DELETE", path)


def values(drive: Drive, setting_id: int) -> None:
    shop = drive.shop
    compared = {"comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "@example.com"}
    segment = drive(201, "POST", f"/products/{shop.product}/segments", {"name": "Testers", **compared}, **HAL)
    path = f"/segments/{segment['segmentId']}"
    drive(200, "PUT", path, {"comparisonValue": "@agency.example", "description": "x"})
    value, keyed = shop.value_path(setting_id), {"X-CONFIGCAT-SDKKEY": shop.sdk_key}
    links = f"{value.removesuffix('/value')}/integrationLinks/trello/card1"
    drive(200, "POST", links, {"description": "Card", "url": "https://trello.example/card1"})
    rules = [in_segment(segment["segmentId"], "isIn", True), rule("Country", "isOneOf", "BE, NL", True)]
    served = {"value": False, "rolloutRules": rules, "rolloutPercentageItems": percent(p30=True, p70=False)}
    drive(200, "PUT", f"{value}?reason=test", served)
    step = {"op": "replace", "path": "/value", "value": True}
    drive(200, "PATCH", f"{value}?reason=test", [step])
    drive(204, "PATCH", value, [step])
    drive(200, "GET", value)
    for_key = "/settings/newCheckout/value"
    drive(200, "PUT", for_key, {"value": False, "rolloutRules": [], "rolloutPercentageItems": []}, **keyed)
    drive(200, "PATCH", for_key, [step], **keyed)
    drive(204, "PATCH", for_key, [step], **keyed)
    drive(200, "GET", for_key, **keyed)
    many = f"/configs/{shop.config}/environments/{shop.environment}/values"
    drive(200, "POST", many, {"settingValues": [{"settingId": setting_id, **served}]})
    drive(200, "GET", many)
    for read in (path, f"/products/{shop.product}/segments", "/integrationLink/trello/card1/details"):
        drive(200, "GET", read)
    drive(200, "DELETE", links)
    drive(200, "PUT", value, {"value": False, "rolloutRules": [], "rolloutPercentageItems": []})
    drive(204, "DELETE", path)


def formulas(drive: Drive) -> None:
    shop = Shop.open(drive.api, version="v2")
    setting_id, first = shop.flag(), shop.flag("first")
    value, keyed = f"/v2{shop.value_path(setting_id)}", {"X-CONFIGCAT-SDKKEY": shop.sdk_key}
    drive(200, "POST", f"{value[3:].removesuffix('/value')}/integrationLinks/trello/card2", {"description": "Card"})
    tag = drive(201, "POST", f"/products/{shop.product}/tags", {"name": "beta", "color": "whale"})["tagId"]
    drive(200, "PATCH", f"/settings/{setting_id}", [{"op": "replace", "path": "/tags", "value": [tag]}])
    conditions = [
        {
            "userCondition": {
                **of_user("Email", "isOneOf", ["a"])["userCondition"],
                "comparisonValue": {"listValue": HINTED},
            }
        },
        of_user("Age", "numberLess", 18),
        of_user("Name", "textEquals", "Ada"),
        of_segment(shop.segment()),
        of_flag(first, True),
    ]
    rules = [targeting(*conditions, served=True), targeting(served=options(p30=True, p70=False))]
    served = {"defaultValue": typed(False), "targetingRules": rules, "percentageEvaluationAttribute": "Company"}
    for kind, other in (("string", "x"), ("int", 1), ("double", 1.5)):
        more = shop.flag(kind, kind)
        drive(200, "PUT", f"/v2{shop.value_path(more)}", {"defaultValue": typed(other)})
    drive(200, "PUT", f"{value}?reason=test", served)
    step = {"op": "replace", "path": "/defaultValue/boolValue", "value": True}
    drive(200, "PATCH", f"{value}?reason=test", [step])
    drive(204, "PATCH", value, [step])
    for_key = "/v2/settings/newCheckout/value"
    drive(200, "PUT", for_key, served, **keyed)
    drive(200, "PATCH", for_key, [step], **keyed)
    drive(204, "PATCH", for_key, [step], **keyed)
    many = f"/v2/configs/{shop.config}/environments/{shop.environment}/values"
    drive(200, "POST", many, {"updateFormulas": [{"settingId": setting_id, **served}]})
    drive(200, "GET", many)
    drive(200, "GET", f"/v2{shop.value_path(first)}")
    drive(200, "GET", value)
    drive(200, "GET", for_key, **keyed)
    for wrong in ({"defaultValue": typed(1)}, {"defaultValue": typed(True), "targetingRules": [{}]}):
        drive(400, "PUT", value, wrong)
    drive(400, "PUT", value[3:], {"value": True})


def webhooks(drive: Drive) -> None:
    shop = drive.shop
    secret = {"key": "Authorization", "value": "Bearer a-token-of-the-shop", "isSecure": True}
    webhook = {"url": "https://hooks.example/flags", "content": "{}", "httpMethod": "post", "webHookHeaders": [secret]}
    of_config = f"/configs/{shop.config}/environments/{shop.environment}/webhooks"
    made = drive(201, "POST", of_config, webhook)
    path = f"/webhooks/{made['webhookId']}"
    for read in (path, f"/products/{shop.product}/webhooks"):
        drive(200, "GET", read)
    drive(200, "GET", f"{path}/keys")
    drive(200, "PUT", path, {**webhook, "httpMethod": "get"})
    step = {"op": "replace", "path": "/url", "value": "https://hooks.example/others"}
    drive(200, "PATCH", path, [step])
    drive(204, "DELETE", path)


def integrations(drive: Drive) -> None:
    shop = drive.shop
    places = {"environmentIds": [shop.environment], "configIds": [shop.config]}
    wanted = {"name": "Chat", "parameters": {"incoming_webhook.url": "https://hooks.example/chat"}, **places}
    made = drive(201, "POST", f"/products/{shop.product}/integrations", {"integrationType": "slack", **wanted})
    path = f"/integrations/{made['integrationId']}"
    drive(200, "PUT", path, {**wanted, "name": "Talk"})
    for read in (path, f"/products/{shop.product}/integrations"):
        drive(200, "GET", read)
    drive(204, "DELETE", path)


def predefined_variations(drive: Drive) -> None:
    path = f"/settings/{drive.shop.flag('chosen', 'string')}/predefined-variations"
    drive(200, "PUT", path, {"predefinedVariations": [{"value": typed("red"), "name": "Red", "hint": "A color"}]})
    drive(200, "GET", path)


def audit_logs(drive: Drive) -> None:
    since = "fromUtcDateTime=2020-01-01T00%3A00%3A00Z&auditLogType=settingValueChanged"
    drive(200, "GET", f"/products/{drive.shop.product}/auditlogs?{since}&environmentId={drive.shop.environment}")
    drive(200, "GET", f"/organizations/{drive.shop.organization}/auditlogs?productId={drive.shop.product}")


def elsewhere(drive: Drive) -> None:
    shop = drive.shop
    setting_id = shop.flag("elsewhere")
    line = {"lineNumber": 7, "lineText": "if elsewhere:"}
    place = {"file": "shop.py", "fileUrl": "https://git.example/shop.py", "referenceLine": line}
    found = {"settingId": setting_id, "references": [{**place, "preLines": [line], "postLines": [line]}]}
    scan = {"configId": shop.config, "repository": "shop"}
    commit = {"commitHash": "c0ffee", "commitUrl": "https://git.example/c0ffee", "uploader": "scanner"}
    drive(200, "POST", "/code-references", {**scan, **commit, "branch": "main", "flagReferences": [found]})
    drive(200, "GET", f"/settings/{setting_id}/code-references")
    drive(200, "GET", f"/products/{shop.product}/staleflags?staleFlagAgeDays=7&ignoredTagIds=1&ignoredTagIds=2")
    drive(200, "POST", "/code-references/delete-reports", scan)
    jira = {"clientKey": "key", "jiraJwtToken": "a-token-of-jira"}
    drive(200, "POST", "/jira/connect", jira)
    path = shop.value_path(setting_id).removesuffix("/value")
    drive(200, "POST", f"/jira{path}/integrationLinks/SHOP-1", {**jira, "url": "https://jira.example/SHOP-1"})


def refusals(drive: Drive) -> None:
    """Send requests with errors of all shapes; the tests of the sandbox cover many more."""
    drive(404, "GET", "/nothing")
    drive(405, "DELETE", "/me")
    drive(404, "GET", f"/products/{drive.shop.config}")
    drive(400, "POST", f"/products/{drive.shop.product}/configs", {})
    assert drive.api.call("GET", "/products", auth=("nobody", "x")).status_code == 401


@pytest.fixture(scope="module")
def exchanges() -> Iterator[list[dict[str, Any]]]:
    """The exchanges in which every operation was called."""
    with SandboxProcess(service="configcat", rate_limit="200/60") as sandbox:
        drive = Drive(sandbox)
        for part in (
            products,
            configs_and_environments,
            preferences,
            people,
            flags,
            formulas,
            webhooks,
            integrations,
            predefined_variations,
            audit_logs,
            elsewhere,
            refusals,
        ):
            part(drive)
        while drive.api.call("GET", "/products").status_code != 429:
            pass
        yield sandbox.exchanges()


def test_every_operation_works(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.not_worked(CONFIGCAT, exchanges) == unserved()


def test_every_response_is_as_the_contract_says(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations(exchanges) == []
    assert {one["status"] for one in exchanges} == {200, 201, 204, 400, 401, 404, 405, 429}


def test_requests_would_pass_too(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations_as_own(exchanges) == []


def test_every_documented_property_is_shown(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.never_shown(CONFIGCAT, exchanges, unserved()) == NEVER_SHOWN


def test_no_secret_is_in_the_log(exchanges: list[dict[str, Any]]) -> None:
    assert "a-token-of-jira" not in str(exchanges) and "sandbox-secret" not in str(exchanges)
    assert {one["request_headers"].get("authorization") for one in exchanges} == {"Basic sandbox-key", "Basic nobody"}
