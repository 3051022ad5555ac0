# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrations of a product with other services. They are stored, and nothing is ever sent to these services.

Decisions where the vendor's description is incomplete: parameters are shown as they were given, as the vendor's
Terraform provider compares them; the required ones must not be empty, and others are accepted; a deleted config or
environment is no longer listed.
"""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any, Literal

from fastapi import APIRouter, Response

from sandbox.configcat import audit, products
from sandbox.configcat.bodies import Id, Model, Name, new_id
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, nothing, wrong
from sandbox.context import Context, CurrentContext

SCHEMA = """
CREATE TABLE IF NOT EXISTS integrations (
    integration_id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    parameters TEXT NOT NULL,           -- this and the next two as JSON
    environment_ids TEXT NOT NULL,
    config_ids TEXT NOT NULL
);
"""

REQUIRED = {
    "dataDog": ("apikey",),
    "slack": ("incoming_webhook.url",),
    "amplitude": ("apiKey", "secretKey"),
    "mixPanel": ("serviceAccountUserName", "serviceAccountSecret", "projectId"),
    "segment": ("writeKey",),
    "pubNub": (),
}
"""The parameters that each type requires; those of PubNub are not described yet."""

router = APIRouter()


class ModifyIntegration(Model):
    """An integration as a whole, apart from its type, which is fixed."""

    name: Name
    parameters: dict[str, str | None]
    environment_ids: list[Id]
    config_ids: list[Id]


class CreateIntegration(ModifyIntegration):
    """A new integration."""

    integration_type: Literal["dataDog", "slack", "amplitude", "mixPanel", "segment", "pubNub"]


@router.get("/products/{product_id}/integrations")
async def list_integrations(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return the integrations of a product."""
    products.find(context, product_id)
    sql = "SELECT * FROM integrations WHERE product_id = ? ORDER BY rowid"
    return show({"integrations": [_shown(context, row).plain() for row in context.store.all(sql, product_id)]})


@router.post("/products/{product_id}/integrations")
async def create_integration(
    context: CurrentContext, product_id: Id, wanted: CreateIntegration, show: Shown
) -> Response:
    """Add an integration."""
    products.find(context, product_id)
    columns = _columns(context, product_id, wanted.integration_type, wanted)
    integration_id = new_id()
    with context.store.transaction():
        context.store.insert(
            "integrations",
            integration_id=integration_id,
            product_id=product_id,
            type=wanted.integration_type,
            **columns,
        )
        audit.note(context, "integrationAdded", wanted.name, product_id=product_id)
    return show(_shown(context, find(context, integration_id)), 201)


@router.get("/integrations/{integration_id}")
async def get_integration(context: CurrentContext, integration_id: Id, show: Shown) -> Response:
    """Return one integration."""
    return show(_shown(context, find(context, integration_id)))


@router.put("/integrations/{integration_id}")
async def update_integration(
    context: CurrentContext, integration_id: Id, wanted: ModifyIntegration, show: Shown
) -> Response:
    """Replace an integration, apart from its type."""
    row = find(context, integration_id)
    columns = _columns(context, row["product_id"], row["type"], wanted)
    with context.store.transaction():
        context.store.update("integrations", "integration_id", integration_id, **columns)
        audit.note(context, "integrationChanged", wanted.name, product_id=row["product_id"])
    return show(_shown(context, find(context, integration_id)))


@router.delete("/integrations/{integration_id}", status_code=204)
async def delete_integration(context: CurrentContext, integration_id: Id) -> Response:
    """Delete an integration."""
    row = find(context, integration_id)
    with context.store.transaction():
        context.store.run("DELETE FROM integrations WHERE integration_id = ?", integration_id)
        audit.note(context, "integrationRemoved", row["name"], product_id=row["product_id"])
    return nothing()


def _columns(context: Context, product_id: str, kind: str, wanted: ModifyIntegration) -> dict[str, Any]:
    for name in REQUIRED[kind]:
        if not wanted.parameters.get(name):
            raise wrong(f"parameters.{name}", f"An integration of the type {kind} requires it.")
    lists = {"environment_ids": wanted.environment_ids, "config_ids": wanted.config_ids}
    for name, ids in lists.items():
        if not set(ids) <= _present(context, name, product_id):
            raise wrong(name.replace("_ids", "Ids"), "One of them is not in this product.")
    return {"name": wanted.name, **{name: json.dumps(ids) for name, ids in lists.items()}} | {
        "parameters": json.dumps(wanted.parameters)
    }


def _present(context: Context, name: str, product_id: str) -> set[str]:
    """Return the ids of all configs (``config_ids``) or environments of a product."""
    column = name.removesuffix("s")
    table = f"{column.removesuffix('_id')}s"
    return {row[column] for row in context.store.all(f"SELECT {column} FROM {table} WHERE product_id = ?", product_id)}


def _shown(context: Context, row: Row) -> Resource:
    def still(name: str) -> list[str]:
        present = _present(context, name, row["product_id"])
        return [one for one in json.loads(row[name]) if one in present]

    return Resource(
        {
            "integrationId": row["integration_id"],
            "name": row["name"],
            "integrationType": row["type"],
            "parameters": json.loads(row["parameters"]),
            "environmentIds": still("environment_ids"),
            "configIds": still("config_ids"),
        },
        {"self": f"/v1/integrations/{row['integration_id']}"},
        {"product": products.product_shown(context, products.find(context, row["product_id"]))},
    )


def find(context: Context, integration_id: str) -> Row:
    """Return one integration, or a 404."""
    return find_row(context, "integrations", "integration_id", integration_id, "integration")
