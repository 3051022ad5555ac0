# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrations: created, read, replaced and deleted."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support.configcat import Client, Shop, errors, read

SLACK: dict[str, Any] = {
    "integrationType": "slack",
    "name": "Slack",
    "parameters": {"incoming_webhook.url": "https://hooks.example/geheim", "more": None},
    "environmentIds": [],
    "configIds": [],
}


def test_life_of_an_integration(api: Client, shop: Shop) -> None:
    collection = f"/products/{shop.product}/integrations"
    made = api.make(collection, **{**SLACK, "environmentIds": [shop.environment]})
    path = f"/integrations/{made['integrationId']}"
    assert made.items() >= {**SLACK, "environmentIds": [shop.environment]}.items()
    assert made["product"]["productId"] == shop.product
    assert api.get(path) == made and api.get(collection) == {"integrations": [made]}
    change = {**SLACK, "name": "Chat", "configIds": [shop.config]}
    del change["integrationType"]
    changed = read(api.call("PUT", path, change))
    assert changed == {**made, **change, "environmentIds": []}
    assert api.call("DELETE", f"/configs/{shop.config}").status_code == 204
    assert api.get(path)["configIds"] == []
    assert api.call("DELETE", path).status_code == 204
    for method, body in (("GET", None), ("PUT", change), ("DELETE", None)):
        assert api.call(method, path, body).status_code == 404
    log = [entry["auditLogTypeEnum"] for entry in api.get(f"/products/{shop.product}/auditlogs")]
    assert {"integrationAdded", "integrationChanged", "integrationRemoved"} <= set(log)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": ""}, "name"),
        ({"parameters": {}}, "parameters.incoming_webhook.url"),
        ({"parameters": {"incoming_webhook.url": 5}}, "parameters.incoming_webhook.url"),
        ({"environmentIds": [str(uuid4())]}, "environmentIds"),
        ({"configIds": [str(uuid4())]}, "configIds"),
        ({"configIds": None}, "configIds"),
        ({"integrationType": "pager"}, "integrationType"),
    ],
)
def test_refusals(change: dict[str, Any], place: str, api: Client, shop: Shop) -> None:
    collection = f"/products/{shop.product}/integrations"
    made = api.make(collection, **SLACK)
    assert place in errors(api.call("POST", collection, {**SLACK, **change}))
    whole = {name: value for name, value in {**SLACK, **change}.items() if name != "integrationType"}
    if place != "integrationType":
        assert place in errors(api.call("PUT", f"/integrations/{made['integrationId']}", whole))
    assert api.get(collection) == {"integrations": [made]}
