# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configs, and the SDK keys of their environments."""

from __future__ import annotations

from sqlite3 import Row
from typing import Literal

from fastapi import APIRouter, Response

from sandbox.configcat import audit, products
from sandbox.configcat.bodies import Id, Model, Name, Order, Text, new_id, new_key_part, with_position
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, nothing, refused
from sandbox.context import Context, CurrentContext
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS configs (
    config_id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    position INTEGER NOT NULL,
    evaluation_version TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sdk_keys (
    config_id TEXT NOT NULL REFERENCES configs (config_id) ON DELETE CASCADE,
    environment_id TEXT NOT NULL REFERENCES environments (environment_id) ON DELETE CASCADE,
    main TEXT NOT NULL UNIQUE,
    secondary TEXT UNIQUE,
    salt TEXT NOT NULL,             -- for the hashes of what is sensitive
    PRIMARY KEY (config_id, environment_id)
);
"""

router = APIRouter()


Version = Literal["v1", "v2"]
DEFAULT_VERSION: Version = "v2"
"""The evaluation version of a new config, unless the request names one."""


class CreateConfig(Model):
    """A new config."""

    name: Name
    description: Text | None = None
    order: Order | None = None
    evaluation_version: Version = DEFAULT_VERSION


class UpdateConfig(Model):
    """Changes of a config."""

    name: Name | None = None
    description: Text | None = None
    order: Order | None = None


@router.get("/products/{product_id}/configs")
async def list_configs(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return all configs of a product."""
    products.find(context, product_id)
    return show([config_shown(context, row) for row in of_product(context, product_id)])


def of_product(context: Context, product_id: str) -> list[Row]:
    """Return the configs of a product in their order."""
    return context.store.all("SELECT * FROM configs WHERE product_id = ? ORDER BY position, rowid", product_id)


@router.post("/products/{product_id}/configs")
async def create_config(context: CurrentContext, product_id: Id, wanted: CreateConfig, show: Shown) -> Response:
    """Add a config."""
    products.find(context, product_id)
    config_id = new_id()
    columns = with_position(wanted.model_dump(), len(of_product(context, product_id)))
    with context.store.transaction():
        context.store.insert("configs", config_id=config_id, product_id=product_id, **columns)
        for row in context.store.all("SELECT environment_id FROM environments WHERE product_id = ?", product_id):
            add_sdk_key(context, config_id, row["environment_id"])
        audit.note(context, "configCreated", wanted.name, config_id=config_id)
    return show(config_shown(context, find(context, config_id)), 201)


@router.get("/configs/{config_id}")
async def get_config(context: CurrentContext, config_id: Id, show: Shown) -> Response:
    """Return one config."""
    return show(config_shown(context, find(context, config_id)))


@router.put("/configs/{config_id}")
async def update_config(context: CurrentContext, config_id: Id, wanted: UpdateConfig, show: Shown) -> Response:
    """Change a config."""
    config = find(context, config_id)
    context.store.update("configs", "config_id", config_id, **with_position(wanted.model_dump(exclude_none=True)))
    audit.note(context, "configChanged", config["name"], config_id=config_id)
    return show(config_shown(context, find(context, config_id)))


@router.delete("/configs/{config_id}", status_code=204)
async def delete_config(context: CurrentContext, config_id: Id) -> Response:
    """Delete a config with its settings."""
    config = find(context, config_id)
    context.store.run("DELETE FROM configs WHERE config_id = ?", config_id)
    audit.note(context, "configDeleted", config["name"], product_id=config["product_id"])
    return nothing()


def config_shown(context: Context, row: Row) -> Resource:
    """A config as it is shown, with its product."""
    path = f"/v1/configs/{row['config_id']}"
    return Resource(
        {
            "configId": row["config_id"],
            "name": row["name"],
            "description": row["description"],
            "order": row["position"],
            "migratedConfigId": None,
            "evaluationVersion": row["evaluation_version"],
        },
        {"self": path, "settings": f"{path}/settings"},
        {"product": products.product_shown(context, products.find(context, row["product_id"]))},
    )


def find(context: Context, config_id: str) -> Row:
    """Return one config, or a 404."""
    return find_row(context, "configs", "config_id", config_id, "config")


def check_version(context: Context, config_id: str, version: str) -> None:
    """Refuse calls for values of the other version's configs."""
    known = find(context, config_id)["evaluation_version"]
    if known != version:
        raise refused(f"The config is a {known.upper()} config; this call is for {version.upper()} configs.")


@router.get("/configs/{config_id}/environments/{environment_id}")
async def get_sdk_keys(context: CurrentContext, config_id: Id, environment_id: Id, show: Shown) -> Response:
    """Return the SDK keys of a config in an environment; a second one exists only during a rotation."""
    row = find_sdk_keys(context, config_id, environment_id)
    return show({"primary": row["main"], "secondary": row["secondary"]})


def add_sdk_key(context: Context, config_id: str, environment_id: str) -> None:
    """Add the SDK key of a config in an environment."""
    key = f"configcat-sdk-1/{new_key_part()}/{new_key_part()}"
    columns = {"config_id": config_id, "environment_id": environment_id}
    context.store.insert("sdk_keys", **columns, main=key, salt=new_key_part())


def add_second_key(context: Context, config_id: str, environment_id: str) -> str:
    """Add a second key in the older form without a prefix, and return it."""
    find_sdk_keys(context, config_id, environment_id)
    key = f"{new_key_part()}/{new_key_part()}"
    sql = "UPDATE sdk_keys SET secondary = ? WHERE config_id = ? AND environment_id = ?"
    context.store.run(sql, key, config_id, environment_id)
    return key


def find_sdk_keys(context: Context, config_id: str, environment_id: str) -> Row:
    """Return the keys of a config in an environment, or a 404."""
    sql = "SELECT * FROM sdk_keys WHERE config_id = ? AND environment_id = ?"
    row = context.store.one(sql, config_id, environment_id)
    if row is None:
        raise not_found("config_with_environment", f"{config_id}, {environment_id}")
    return row


def find_by_sdk_key(context: Context, key: str) -> Row:
    """Return the row of an SDK key, or a 404."""
    row = context.store.one("SELECT * FROM sdk_keys WHERE main = ? OR secondary = ?", key, key)
    if row is None:
        raise not_found("sdk_key", "of this name")
    return row
