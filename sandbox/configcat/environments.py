# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments."""

from __future__ import annotations

from sqlite3 import Row

from fastapi import APIRouter, Response

from sandbox.configcat import audit, configs, products, stored_values
from sandbox.configcat.bodies import Color, Id, Model, Name, Order, Text, new_id, with_position
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, nothing
from sandbox.context import Context, CurrentContext

SCHEMA = """
CREATE TABLE IF NOT EXISTS environments (
    environment_id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    color TEXT,
    description TEXT,
    position INTEGER NOT NULL,
    reason_required INTEGER NOT NULL DEFAULT 0
);
"""

router = APIRouter()


class CreateEnvironment(Model):
    """A new environment."""

    name: Name
    color: Color | None = None
    description: Text | None = None
    order: Order | None = None


class UpdateEnvironment(Model):
    """Changes of an environment."""

    name: Name | None = None
    color: Color | None = None
    description: Text | None = None
    order: Order | None = None


@router.get("/products/{product_id}/environments")
async def list_environments(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return all environments of a product."""
    products.find(context, product_id)
    return show([environment_shown(context, row) for row in of_product(context, product_id)])


def of_product(context: Context, product_id: str) -> list[Row]:
    """Return the environments of a product in their order."""
    return context.store.all("SELECT * FROM environments WHERE product_id = ? ORDER BY position, rowid", product_id)


@router.post("/products/{product_id}/environments")
async def create_environment(
    context: CurrentContext, product_id: Id, wanted: CreateEnvironment, show: Shown
) -> Response:
    """Add an environment, in which each setting has the initial value of its type."""
    products.find(context, product_id)
    environment_id = new_id()
    columns = with_position(wanted.model_dump(), len(of_product(context, product_id)))
    with context.store.transaction():
        context.store.insert("environments", environment_id=environment_id, product_id=product_id, **columns)
        for row in context.store.all("SELECT config_id FROM configs WHERE product_id = ?", product_id):
            configs.add_sdk_key(context, row["config_id"], environment_id)
            for flag in context.store.all("SELECT setting_id, type FROM flags WHERE config_id = ?", row["config_id"]):
                stored_values.write_first_value(
                    context, flag["setting_id"], environment_id, stored_values.FIRST_VALUES[flag["type"]]
                )
        audit.note(context, "environmentCreated", wanted.name, environment_id=environment_id)
    return show(environment_shown(context, find(context, environment_id)), 201)


@router.get("/environments/{environment_id}")
async def get_environment(context: CurrentContext, environment_id: Id, show: Shown) -> Response:
    """Return one environment."""
    return show(environment_shown(context, find(context, environment_id)))


@router.put("/environments/{environment_id}")
async def update_environment(
    context: CurrentContext, environment_id: Id, wanted: UpdateEnvironment, show: Shown
) -> Response:
    """Change an environment."""
    environment = find(context, environment_id)
    context.store.update(
        "environments", "environment_id", environment_id, **with_position(wanted.model_dump(exclude_none=True))
    )
    audit.note(context, "environmentChanged", environment["name"], environment_id=environment_id)
    return show(environment_shown(context, find(context, environment_id)))


@router.delete("/environments/{environment_id}", status_code=204)
async def delete_environment(context: CurrentContext, environment_id: Id, cleanupAuditLogs: bool = False) -> Response:
    """Delete an environment with the values in it, and with its audit log if that is requested."""
    environment = find(context, environment_id)
    context.store.run("DELETE FROM environments WHERE environment_id = ?", environment_id)
    if cleanupAuditLogs:
        context.store.run("DELETE FROM audit_logs WHERE environment_id = ?", environment_id)
    audit.note(context, "environmentDeleted", environment["name"], product_id=environment["product_id"])
    return nothing()


def environment_shown(context: Context, row: Row) -> Resource:
    """An environment as it is shown, with its product."""
    return Resource(
        {
            "environmentId": row["environment_id"],
            "name": row["name"],
            "color": row["color"],
            "description": row["description"],
            "order": row["position"],
            "reasonRequired": bool(row["reason_required"]),
        },
        {"self": f"/v1/environments/{row['environment_id']}"},
        {"product": products.product_shown(context, products.find(context, row["product_id"]))},
    )


def find(context: Context, environment_id: str) -> Row:
    """Return one environment, or a 404."""
    return find_row(context, "environments", "environment_id", environment_id, "environment")
