# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhooks: created, read, replaced, patched and deleted, with their signing keys."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support.configcat import Client, Shop, errors, read

URL = "https://hooks.example/1"
PLAIN = {"key": "Accept", "value": "text/plain", "isSecure": False}
SECRET = {"key": "X-Token", "value": "Hook-geheim-71", "isSecure": True}


def collection(shop: Shop) -> str:
    return f"/configs/{shop.config}/environments/{shop.environment}/webhooks"


def test_life_of_a_webhook(api: Client, shop: Shop) -> None:
    made = api.make(collection(shop), url=URL, webHookHeaders=[PLAIN, SECRET])
    path = f"/webhooks/{made['webhookId']}"
    hidden = {**SECRET, "value": "*****"}
    assert made == {
        "webhookId": made["webhookId"],
        "url": URL,
        "httpMethod": "get",
        "content": None,
        "webHookHeaders": [PLAIN, hidden],
        "config": {"configId": shop.config, "name": "Main"},
        "environment": {"environmentId": shop.environment, "name": "Production"},
    }
    assert api.get(path) == made and api.get(f"/products/{shop.product}/webhooks") == [made]
    steps = [
        {"op": "replace", "path": "/content", "value": "Changed"},
        {"op": "add", "path": "/webHookHeaders/-", "value": {"key": "X-More", "value": "1"}},
    ]
    changed = read(api.call("PATCH", path, steps))
    more = {"key": "X-More", "value": "1", "isSecure": False}
    assert changed == {**made, "content": "Changed", "webHookHeaders": [PLAIN, hidden, more]}
    replaced = read(api.call("PUT", path, {"url": f"{URL}/2", "httpMethod": "post"}))
    assert replaced == {**made, "url": f"{URL}/2", "httpMethod": "post", "webHookHeaders": []}, "the rest is reset"
    assert api.call("DELETE", path).status_code == 204
    for method, body in (("GET", None), ("PUT", {"url": URL}), ("PATCH", []), ("DELETE", None)):
        assert api.call(method, path, body).status_code == 404
    log = api.get(f"/products/{shop.product}/auditlogs")
    assert [entry["auditLogTypeEnum"] for entry in log][:4] == [
        "webHookDeleted",
        "webHookChanged",
        "webHookChanged",
        "webHookCreated",
    ]


def test_signing_keys_stay(api: Client, shop: Shop) -> None:
    one, other = (api.make(collection(shop), url=URL)["webhookId"] for _number in range(2))
    keys = api.get(f"/webhooks/{one}/keys")
    assert keys["key1"].startswith("configcat_whsk_") and keys["key2"] is None
    read(api.call("PUT", f"/webhooks/{one}", {"url": f"{URL}/2"}))
    assert api.get(f"/webhooks/{one}/keys") == keys != api.get(f"/webhooks/{other}/keys")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "url"),
        ({"url": "http:"}, "url"),
        ({"url": "ftp://hooks.example"}, "url"),
        ({"url": f"{URL}{'x' * 1000}"}, "url"),
        ({"url": URL, "httpMethod": "put"}, "httpMethod"),
        ({"url": URL, "content": "x" * 15_001}, "content"),
        ({"url": URL, "webHookHeaders": [{"key": "", "value": "x"}]}, "webHookHeaders.0.key"),
        ({"url": URL, "webHookHeaders": [{"key": "x"}]}, "webHookHeaders.0.value"),
    ],
)
def test_refusals(body: dict[str, Any], place: str, api: Client, shop: Shop) -> None:
    made = api.make(collection(shop), url=URL)
    assert place in errors(api.call("POST", collection(shop), body))
    assert place in errors(api.call("PUT", f"/webhooks/{made['webhookId']}", body))
    assert api.get(f"/products/{shop.product}/webhooks") == [made]


def test_parents(api: Client, shop: Shop) -> None:
    other = Shop.open(api)
    for path in (
        f"/configs/{uuid4()}/environments/{shop.environment}/webhooks",
        f"/configs/{shop.config}/environments/{other.environment}/webhooks",
    ):
        assert api.call("POST", path, {"url": URL}).status_code == 404
    api.make(collection(shop), url=URL)
    assert api.call("DELETE", f"/configs/{shop.config}").status_code == 204
    assert api.get(f"/products/{shop.product}/webhooks") == []
