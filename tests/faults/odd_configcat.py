# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat for tests with odd values: good options for its modules, and the canonical form of its requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import flag_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import PERMISSIONS
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import value_options
from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service, texts_of
from tests.faults.options import Options
from tests.support.configcat import Client, Shop

#: Values of each type of setting.
VALUES: dict[str, tuple[Any, Any]] = {
    "boolean": (True, False),
    "string": ("Welcome", "Back again"),
    "int": (12, -1),
    "double": (0.5, 2.25),
}
#: Comparisons of each kind, one for each type of setting.
COMPARISONS: tuple[Options, ...] = (
    {"comparison_attribute": "Email", "comparator": "contains", "comparison_value": "@example.com"},
    {"comparison_attribute": "Country", "comparator": "isOneOf", "comparison_value": ["BE", "NL"]},
    {"comparison_attribute": "Visits", "comparator": "numberLess", "comparison_value": "5.5"},
    {"comparison_attribute": "App", "comparator": "semVerIsOneOf", "comparison_value": "1.0.0, 1.1.0"},
)
LINE = re.compile(r"\S(.*\S)?")
LINE_OR_NOTHING = re.compile(rf"({LINE.pattern})?")
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?")
LIST = re.compile(r"[^\s,]([^,]*[^\s,])?(,[^\s,]([^,]*[^\s,])?)*")

#: What the sandbox says to a call for the values of the other kind of config.
WRONG_VERSION = "The config is a V1 config; this call is for V2 configs."


class ConfigCat(Service):
    """ConfigCat's public management API."""

    name = "configcat"
    roots = ("/v1/", "/v2/")
    simplest = "configcat_integration_link_info"
    inside: ClassVar[dict[str, dict[str, Options]]] = {
        "configcat_flags": {
            "flags": {"offer": {"type": "dict", "options": flag_options()}},
            "environments": {
                "Production": {"type": "dict", "options": {"offer": {"type": "dict", "options": value_options()}}}
            },
        }
    }
    forms: ClassVar[dict[str, re.Pattern[str]]] = {
        "key": re.compile("[A-Za-z][A-Za-z0-9_.:-]*"),
        "header": re.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+"),
        "name": LINE,
        "color": LINE_OR_NOTHING,
        "url": LINE_OR_NOTHING,
        "comparisonAttribute": LINE,
        "percentageEvaluationAttribute": LINE,
        "segmentId": UUID,
        "environmentId": UUID,
        "emails": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+"),
        "fromUtcDateTime": TIME,
        "toUtcDateTime": TIME,
    }
    lines = frozenset({"description", "hint", "reason", "value", "comparisonValue", "content", "stringValue"})
    of_the_state = frozenset()
    # Only a read shows the type of a flag, and whether a segment is new.
    # A key may exist already, some permissions require others that a group may have already, headers of a webhook can
    # only be changed together with those whose values the API never returns, and only a new integration needs secrets.
    needs_a_read = frozenset(
        {"value", "rules", "percentages", "comparator", "key", "flags", "permissions", "access_type", "secure_headers"}
        | {"secret_parameters"}
    )

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        return SandboxProcess(service="configcat", rate_limit="10000000/60")

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        api = Client(server)
        self._shop = Shop.open(api, "Bakery")
        api.make(f"/products/{self._shop.product}/tags", name="checkout")
        self._shop.segment("Testers")
        self._sdk_key = self._shop.sdk_key
        for kind in VALUES:
            self._shop.flag(kind, kind)
            api.make(f"/products/{self._shop.product}/configs", name=f"Many {kind}", evaluationVersion="v1")
        many = api.make(f"/products/{self._shop.product}/configs", name="Many v2", evaluationVersion="v2")
        for key in ("offer", "needed"):
            api.make(f"/configs/{many['configId']}/settings", key=key, name=key, settingType="boolean")
        # Objects created, changed and removed with odd values are not those that other tests depend on.
        self._spare = Shop.open(api, "Workshop")
        spare = f"/products/{self._spare.product}"
        self._spare_product = Shop.open(api, "Spare").product
        api.make(f"{spare}/configs", name="Kept", evaluationVersion="v1")
        self._spare_segment = self._spare.segment("Spare")
        self._spare_tag = api.make(f"{spare}/tags", name="Spare")["tagId"]
        self._spare_group = api.make(f"{spare}/permissions", name="Spare")["permissionGroupId"]
        place = f"/configs/{self._spare.config}/environments/{self._spare.environment}"
        self._spare_webhook = api.make(f"{place}/webhooks", url="https://hooks.example/spare")["webhookId"]
        datadog: Options = {"integrationType": "dataDog", "parameters": {"apikey": "dd-geheim-72"}}
        everywhere: Options = {"environmentIds": [], "configIds": []}
        made = api.make(f"{spare}/integrations", name="Spare", **datadog, **everywhere)
        self._spare_integration = made["integrationId"]
        self._spare_environment = api.make(f"{spare}/environments", name="Spare")["environmentId"]

    def bases(self, module: str, number: int) -> list[Options]:
        # A few recurring names: existing objects are changed too, and lists stay short.
        mine = {"product": "Workshop", "name": f"Number {number % 5}", "state": "present"}
        spare = {"name": "Spare"}
        text = {"description": "What visitors see"}
        config = {"product": "Bakery", "config": "Main"}
        place = {**config, "environment": "Production"}
        card = {"link_type": "trello", "link_key": f"card{number % 5}"}
        accesses = [{"environment": "Production", "access_type": "readOnly"}]
        found: dict[str, list[Options]] = {
            "configcat_api": [
                {"method": "GET", "path": f"/v1/products/{self._spare_product}/auditlogs"}
                | {"query": {"auditLogType": "tagAdded"}},
                {"path": f"/v1/products/{self._spare_product}/auditlogs", "secret_query": {"auditLogType": "tagAdded"}},
                {"method": "PUT", "path": f"/v1/products/{self._spare_product}", "body": text},
                {"method": "PUT", "path": f"/v1/products/{self._spare_product}", "secret_body": text},
                {"path": "/v1/settings/boolean/value", "sdk_key": self._sdk_key},
            ],
            "configcat_config": [
                {**mine, **text, "order": 3},
                {**mine, "name": f"Kind {number % 5}", "evaluation_version": "v2"},
                {**spare, **text, "id": self._spare.config},
            ],
            "configcat_environment": [
                {**mine, **text, "color": "#27AE60", "order": 3, "cleanup_audit_logs": False},
                {**spare, **text, "color": "", "id": self._spare_environment},
            ],
            "configcat_flag": [
                {**config, "key": f"flag{number % 5}", "state": "present"}
                | {"name": "A flag", "type": "boolean", "hint": "For visitors", "tags": ["checkout"], "order": 3},
                {**config, "key": f"copy{number % 5}", "copy_from": "boolean"},
                {**config, "key": f"first{number % 5}", "initial_values": {"Production": True}},
            ],
            "configcat_flag_value": [
                *({**place, "key": kind, **one, "reason": "As agreed"} for kind, one in served_values()),
                {"key": "boolean", "sdk_key": self._sdk_key, **served_to_segment()},
                *({**place, "config": "Many v2", "key": "offer", **one} for one in served_in_v2()),
            ],
            "configcat_flags": [
                {
                    "product": "Bakery",
                    "config": f"Many {kind}",
                    "flags": {
                        "offer": {"name": "An offer", "type": kind, "hint": "For visitors"}
                        | {"tags": ["checkout"], "order": 1}
                    },
                    "environments": {"Production": {"offer": one}},
                    "reason": "As agreed",
                    "purge": False,
                    "purge_tags": ["checkout"],
                    "max_delete_percent": 30,
                }
                for kind, one in (*served_values(), ("boolean", served_to_segment()))
            ]
            + [
                {"product": "Bakery", "config": "Many v2", "flags": {"offer": {}, "needed": {}}}
                | {"environments": {"Production": {"offer": one}}}
                for one in served_in_v2()
            ],
            "configcat_info": [
                {**place, "organization": "Agency", "details": True}
                | {"gather": ["products", "segments", "organization_members", "flag_values", "invitations"]},
                {**config, "key": "boolean", "gather": ["stale_flags", "code_references"]}
                | {"stale_flag_age_days": 7, "stale_flag_scope": "all", "ignored_tags": ["checkout"]}
                | {"stale_in_environments": "staleInAllEnvironments", "ignored_environments": ["Production"]},
                {"product": "Bakery", "tag": "checkout", "gather": ["flags", "audit_log"]}
                | {"audit_log_type": "tagAdded", "since": "2026-11-24T12:00:00Z", "until": "2099-11-24 12:00:00+01:00"},
            ],
            "configcat_integration": [
                {
                    **mine,
                    "type": "dataDog",
                    "parameters": {"site": "Eu"},
                    "secret_parameters": {"apikey": "dd-geheim-71"},
                }
                | {"configs": ["Kept"], "environments": ["Production"]},
                {**spare, "id": self._spare_integration, "parameters": {"site": "Us"}},
            ],
            "configcat_integration_link": [
                {**place, "key": "boolean", **card, **text, "url": "https://trello.example/c/1", "state": "present"}
            ],
            "configcat_integration_link_info": [card],
            "configcat_member": [
                {"email": f"ada{number}@example.com", "product": "Bakery", "permission_group": "Administrators"}
                | {"resend_invitation": False, "leave_other_products": False, "state": "present"},
                {"email": "grace@example.net", "organization": "Agency", "state": "absent"},
                {"email": "ada@agency.example", "organization": "Agency", "is_admin": True, "is_billing_manager": True},
            ],
            "configcat_permission_group": [
                {
                    **mine,
                    "permissions": dict.fromkeys(PERMISSIONS, True),
                    "access_type": "custom",
                    "new_environment_access_type": "none",
                    "environment_accesses": accesses,
                },
                {**spare, "id": self._spare_group, "environment_accesses": accesses},
            ],
            "configcat_predefined_variations": [
                {**config, "key": "string", "variations": [{"value": "Welcome", "name": "Usual", "hint": "For all"}]},
            ],
            "configcat_product": [
                {"organization": "Agency", "name": f"Number {number % 5}", **text, "order": 3, "state": "present"},
                {**spare, **text, "id": self._spare_product},
            ],
            "configcat_product_preferences": [
                {"product": "Workshop", "key_generation_mode": "kebabCase", "reason_required": False}
                | {"reason_required_environments": ["Production"], "mandatory_setting_hint": False}
                | {"show_variation_id": True},
            ],
            "configcat_sdk_key_info": [place],
            "configcat_segment": [
                *({**mine, **text, **compared} for compared in COMPARISONS),
                {**spare, **text, "id": self._spare_segment},
            ],
            "configcat_signing_key_info": [{**place, "url": "https://hooks.example/1"}],
            "configcat_tag": [{**mine, "color": "#F2C94C"}, {**spare, "id": self._spare_tag}],
            "configcat_webhook": [
                {**place, "url": f"https://hooks.example/{number % 5}", "http_method": "post", "content": "Changed"}
                | {"headers": [{"name": "Accept", "value": "text/plain"}], "state": "present"}
                | {"secure_headers": [{"name": "X-Token", "value": "Hook-geheim-71"}]},
                {"id": self._spare_webhook, "url": "https://hooks.example/spare"},
            ],
        }
        return found[module]

    def texts(self, exchange: Options) -> Iterator[tuple[str, str]]:
        of_webhook = "/webhooks" in exchange["path"]
        for name, text in texts_of("", body_of(exchange)):
            yield "header" if of_webhook and name == "key" else name, text
        yield from parse_qsl(exchange["query"])

    def check_more(self, exchange: Options) -> None:
        for segment in exchange["path"].split("/"):
            assert not UUID.fullmatch(segment.lower()) or segment.islower(), exchange
        for comparator, compared in comparisons(body_of(exchange)):
            if isinstance(compared, dict):
                items = [str(item["value"]) for item in compared.get("listValue") or ()]
                items += [str(compared[name]) for name in ("stringValue", "doubleValue") if name in compared]
            elif comparator.endswith("OneOf"):
                assert LIST.fullmatch(compared), exchange
                items = compared.split(",")
            else:
                items = [compared]
            form = NUMBER if comparator.startswith("number") else VERSION if comparator.startswith("semVer") else None
            assert form is None or all(form.fullmatch(item) for item in items), exchange

    def refusals(self, body: str) -> set[str]:
        # An SDK key does not tell the kind of its config, so the other kind is asked, too.
        return set() if body == WRONG_VERSION else set(json.loads(body)["errors"])


def served_values() -> Iterator[tuple[str, Options]]:
    """Return options with a served value for each type of setting, each with another comparison."""
    for (kind, (value, other)), compared in zip(VALUES.items(), COMPARISONS, strict=True):
        shares = [{"percentage": 10, "value": value}, {"percentage": 90, "value": other}]
        yield kind, {"value": value, "rules": [{**compared, "value": other}], "percentages": shares}


def served_in_v2() -> Iterator[Options]:
    """Return options with what only V2 configs hold."""
    needed = {"prerequisite_flag": "needed", "prerequisite_comparator": "equals", "prerequisite_value": True}
    shares = [{"percentage": 10, "value": True}, {"percentage": 90, "value": False}]
    compared = {"comparison_attribute": "Plan", "comparator": "textEquals", "comparison_value": "Gold"}
    yield {"value": False, "rules": [{**needed, "percentages": shares}], "percentage_attribute": "Company"}
    for condition in (compared, {"segment": "Testers", "segment_comparator": "isIn"}, needed):
        yield {"value": False, "rules": [{"conditions": [condition], "value": True}]}


def served_to_segment() -> Options:
    """Return options with a flag's value for the users of a segment."""
    return {"value": False, "rules": [{"segment": "Testers", "segment_comparator": "isIn", "value": True}]}


def body_of(exchange: Options) -> Any:
    """Return the body of a request; for a JSON Patch (RFC 6902) the resulting properties."""
    body = json.loads(exchange["request_body"] or "{}")
    return {step["path"].strip("/"): step["value"] for step in body} if exchange["method"] == "PATCH" else body


def comparisons(body: Any) -> Iterator[tuple[str, Any]]:
    """Return the comparators in a body, each with its comparison value."""
    if isinstance(body, dict) and "comparisonValue" in body:
        yield body["comparator"], body["comparisonValue"]
    for inner in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from comparisons(inner)
