# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhooks of a config in an environment, with their signing keys. They are stored, and nothing is ever delivered.

Decisions where the vendor's description is incomplete: the method is GET unless one is given; the values of secure
headers are shown as asterisks, as the vendor says that nobody sees them after they were saved; a webhook has one
signing key, and a second one only while keys are replaced on the dashboard.
"""

from __future__ import annotations

import json
import secrets
from sqlite3 import Row
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field

from sandbox.configcat import audit, configs, environments, flags, products
from sandbox.configcat.bodies import Id, Model
from sandbox.configcat.json_patch import Operation, patched
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, nothing
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Int32
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS webhooks (
    webhook_id INTEGER PRIMARY KEY AUTOINCREMENT,
    config_id TEXT NOT NULL REFERENCES configs (config_id) ON DELETE CASCADE,
    environment_id TEXT NOT NULL REFERENCES environments (environment_id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    http_method TEXT NOT NULL,
    content TEXT,
    headers TEXT NOT NULL,          -- as JSON, in the form of the API, with their values
    signing_key TEXT NOT NULL
);
"""

HIDDEN = "*****"
"""What is shown instead of the value of a secure header."""

router = APIRouter()


def _address(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("not an address")
    return text


class Header(Model):
    """A header that is sent with each call of the webhook."""

    key: str = Field(min_length=1, max_length=255)
    value: str = Field(min_length=1, max_length=1000)
    is_secure: bool = False


class Webhook(Model):
    """A webhook as a whole."""

    url: Annotated[str, Field(min_length=7, max_length=1000), AfterValidator(_address)]
    content: str | None = Field(None, max_length=15_000)
    http_method: Literal["get", "post"] | None = None
    web_hook_headers: list[Header] | None = None


@router.get("/products/{product_id}/webhooks")
async def list_webhooks(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return the webhooks of all configs of a product."""
    products.find(context, product_id)
    sql = """SELECT webhooks.* FROM webhooks JOIN configs USING (config_id) WHERE product_id = ? ORDER BY webhook_id"""
    return show([_shown(context, row) for row in context.store.all(sql, product_id)])


@router.post("/configs/{config_id}/environments/{environment_id}/webhooks")
async def create_webhook(
    context: CurrentContext, config_id: Id, environment_id: Id, wanted: Webhook, show: Shown
) -> Response:
    """Add a webhook for changes of a config in an environment of the same product."""
    config, environment = configs.find(context, config_id), environments.find(context, environment_id)
    if config["product_id"] != environment["product_id"]:
        raise not_found("environment", environment_id)
    with context.store.transaction():
        webhook_id = context.store.insert(
            "webhooks",
            config_id=config_id,
            environment_id=environment_id,
            **_columns(wanted),
            signing_key=f"configcat_whsk_{secrets.token_urlsafe(32)}",
        )
        _note(context, "webHookCreated", find(context, webhook_id))
    return show(_shown(context, find(context, webhook_id)), 201)


@router.get("/webhooks/{webhook_id}")
async def get_webhook(context: CurrentContext, webhook_id: Int32, show: Shown) -> Response:
    """Return one webhook."""
    return show(_shown(context, find(context, webhook_id)))


@router.put("/webhooks/{webhook_id}")
async def replace_webhook(context: CurrentContext, webhook_id: Int32, wanted: Webhook, show: Shown) -> Response:
    """Replace a webhook; what is not given is reset."""
    return show(_replace(context, webhook_id, wanted))


@router.patch("/webhooks/{webhook_id}")
async def update_webhook(context: CurrentContext, webhook_id: Int32, steps: list[Operation], show: Shown) -> Response:
    """Change some properties of a webhook; secure headers that no step changes keep their values."""
    row = find(context, webhook_id)
    before = {
        "url": row["url"],
        "httpMethod": row["http_method"],
        "content": row["content"],
        "webHookHeaders": json.loads(row["headers"]),
    }
    return show(_replace(context, webhook_id, flags.read_patched(Webhook, patched(before, steps))))


@router.delete("/webhooks/{webhook_id}", status_code=204)
async def delete_webhook(context: CurrentContext, webhook_id: Int32) -> Response:
    """Delete a webhook."""
    row = find(context, webhook_id)
    with context.store.transaction():
        context.store.run("DELETE FROM webhooks WHERE webhook_id = ?", webhook_id)
        _note(context, "webHookDeleted", row)
    return nothing()


@router.get("/webhooks/{webhook_id}/keys")
async def get_signing_keys(context: CurrentContext, webhook_id: Int32, show: Shown) -> Response:
    """Return the keys with which the calls of a webhook are signed."""
    return show({"key1": find(context, webhook_id)["signing_key"], "key2": None})


def _replace(context: Context, webhook_id: int, wanted: Webhook) -> Resource:
    find(context, webhook_id)
    with context.store.transaction():
        context.store.update("webhooks", "webhook_id", webhook_id, **_columns(wanted))
        _note(context, "webHookChanged", find(context, webhook_id))
    return _shown(context, find(context, webhook_id))


def _columns(wanted: Webhook) -> dict[str, Any]:
    return {
        "url": wanted.url,
        "http_method": wanted.http_method or "get",
        "content": wanted.content,
        "headers": json.dumps([header.model_dump(by_alias=True) for header in wanted.web_hook_headers or []]),
    }


def _note(context: Context, kind: str, row: Row) -> None:
    where = {"config_id": row["config_id"], "environment_id": row["environment_id"]}
    audit.note(context, kind, row["url"], **where)


def _shown(context: Context, row: Row) -> Resource:
    config = configs.find(context, row["config_id"])
    environment = environments.find(context, row["environment_id"])
    headers = json.loads(row["headers"])
    return Resource(
        {
            "webhookId": row["webhook_id"],
            "url": row["url"],
            "httpMethod": row["http_method"],
            "content": row["content"],
            "webHookHeaders": [{**one, "value": HIDDEN} if one["isSecure"] else one for one in headers],
            "config": {"configId": config["config_id"], "name": config["name"]},
            "environment": {"environmentId": environment["environment_id"], "name": environment["name"]},
        },
        {"self": f"/v1/webhooks/{row['webhook_id']}", "keys": f"/v1/webhooks/{row['webhook_id']}/keys"},
    )


def find(context: Context, webhook_id: int) -> Row:
    """Return one webhook, or a 404."""
    return find_row(context, "webhooks", "webhook_id", webhook_id, "webhook")
