# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of the ConfigCat sandbox for tests. It shares no code with the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from sandbox.launcher import SandboxProcess


class Client:
    """Calls on one sandbox, with its credentials."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (sandbox.api_key, sandbox.api_secret)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request for a path, below version 1 unless it begins with ``/v2``; ``body`` is data for JSON."""
        version = "" if path.startswith("/v2/") else "/v1"
        return self.session.request(method, f"{self.sandbox.url}{version}{path}", json=body, timeout=20, **options)

    def make(self, path: str, **body: Any) -> dict[str, Any]:
        """Create an object and return it."""
        return read(self.call("POST", path, body), 201)

    def get(self, path: str, **options: Any) -> Any:
        """Read an object that must exist."""
        return read(self.call("GET", path, **options))


def read(answer: requests.Response, status: int = 200) -> Any:
    """Return the body of a response that must have this status."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    return answer.json()


def errors(answer: requests.Response) -> dict[str, list[str]]:
    """Return the errors by property; the response must be a 400."""
    assert answer.status_code == 400, (answer.status_code, answer.text)
    found: dict[str, list[str]] = answer.json()["errors"]
    return found


@dataclass
class Shop:
    """A product with one config and one environment."""

    api: Client
    organization: str
    product: str
    config: str
    environment: str

    @classmethod
    def open(cls, api: Client, name: str = "Shop", version: str = "v1") -> Shop:
        """Create one in the first organization; ``version`` is the evaluation version of its config."""
        organization = api.get("/organizations")[0]["organizationId"]
        product = api.make(f"/organizations/{organization}/products", name=name)["productId"]
        config = api.make(f"/products/{product}/configs", name="Main", evaluationVersion=version)["configId"]
        environment = api.make(f"/products/{product}/environments", name="Production")["environmentId"]
        return cls(api, organization, product, config, environment)

    def flag(self, key: str = "newCheckout", kind: str = "boolean", **more: Any) -> int:
        """Add a setting and return its id."""
        body = {"key": key, "name": key, "settingType": kind, **more}
        return int(self.api.make(f"/configs/{self.config}/settings", **body)["settingId"])

    def value_path(self, setting_id: int) -> str:
        """Return the path of a setting's value."""
        return f"/environments/{self.environment}/settings/{setting_id}/value"

    def serve(self, setting_id: int, value: Any, **rules: Any) -> dict[str, Any]:
        """Set the value and rules of a setting; return what is shown afterwards."""
        served: dict[str, Any] = read(self.api.call("PUT", self.value_path(setting_id), {"value": value, **rules}))
        return served

    def serve_formula(self, setting_id: int, value: Any, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Set what a setting of a V2 config serves; return what is shown afterwards."""
        formula = {"defaultValue": typed(value), "targetingRules": list(rules), **more}
        served: dict[str, Any] = read(self.api.call("PUT", f"/v2{self.value_path(setting_id)}", formula))
        return served

    def segment(self, name: str = "Testers", **compared: Any) -> str:
        """Add a segment, by default of users with an address at example.com; return its id."""
        usual = {"comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "@example.com"}
        return str(self.api.make(f"/products/{self.product}/segments", name=name, **{**usual, **compared})["segmentId"])

    @property
    def sdk_key(self) -> str:
        """Return the SDK key of the config in the environment."""
        return str(self.api.get(f"/configs/{self.config}/environments/{self.environment}")["primary"])


def rule(attribute: str, comparator: str, value: str, served: Any) -> dict[str, Any]:
    """Return a targeting rule."""
    compared = {"comparisonAttribute": attribute, "comparator": comparator, "comparisonValue": value}
    return {**compared, "value": served}


def in_segment(segment_id: str, comparator: str, served: Any) -> dict[str, Any]:
    """Return a targeting rule with a segment."""
    return {"segmentId": segment_id, "segmentComparator": comparator, "value": served}


def percent(**shares: Any) -> list[dict[str, Any]]:
    """Return percentage rules: ``percent(p30=True, p70=False)``. A repeated share ends in ``_`` the second time."""
    return [{"percentage": int(name.strip("p_")), "value": value} for name, value in shares.items()]


def typed(value: Any) -> dict[str, Any]:
    """Return a value as V2 configs have it: in the property of its type."""
    return {{bool: "boolValue", str: "stringValue", int: "intValue", float: "doubleValue"}[type(value)]: value}


def targeting(*conditions: dict[str, Any], served: Any) -> dict[str, Any]:
    """Return a targeting rule of a V2 config, which serves a value or, given a list, percentages."""
    what = {"percentageOptions": served} if isinstance(served, list) else {"value": typed(served)}
    return {"conditions": list(conditions), **what}


def of_user(attribute: str, comparator: str, compared: float | str | list[str]) -> dict[str, Any]:
    """Return a condition of an attribute of the user; the type of the value decides how it is sent."""
    if isinstance(compared, list):
        value: dict[str, Any] = {"listValue": [{"value": text} for text in compared]}
    else:
        value = {"stringValue" if isinstance(compared, str) else "doubleValue": compared}
    condition = {"comparisonAttribute": attribute, "comparator": comparator, "comparisonValue": value}
    return {"userCondition": condition}


def of_segment(segment_id: str, comparator: str = "isIn") -> dict[str, Any]:
    """Return a condition of a segment."""
    return {"segmentCondition": {"segmentId": segment_id, "comparator": comparator}}


def of_flag(setting_id: int, value: Any, comparator: str = "equals") -> dict[str, Any]:
    """Return a condition of a prerequisite flag."""
    compared = {"comparator": comparator, "prerequisiteComparisonValue": typed(value)}
    return {"prerequisiteFlagCondition": {"prerequisiteSettingId": setting_id, **compared}}


def options(**shares: Any) -> list[dict[str, Any]]:
    """Return percentages of a V2 config, written as for `percent`."""
    return [{**item, "value": typed(item["value"])} for item in percent(**shares)]
