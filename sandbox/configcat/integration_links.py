# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links from a setting in an environment to a card or an issue of another tool."""

from __future__ import annotations

from sqlite3 import Row
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.configcat import audit, configs, environments, flags, products, stored_values
from sandbox.configcat.bodies import Id, Model, Text
from sandbox.configcat.responses import Shown
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Int32
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS integration_links (
    setting_id INTEGER NOT NULL REFERENCES flags (setting_id) ON DELETE CASCADE,
    environment_id TEXT NOT NULL REFERENCES environments (environment_id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    description TEXT,
    url TEXT,
    PRIMARY KEY (setting_id, environment_id, type, key)
);
"""

Kind = Literal["trello", "jira", "monday"]
Key = Annotated[str, Field(max_length=255)]
_PATH = "/environments/{environment_id}/settings/{setting_id}/integrationLinks/{link_type}/{key}"

router = APIRouter()


class Link(Model):
    """The description and target of a link."""

    description: Text | None = None
    url: Text | None = None


@router.post(_PATH)
async def add_or_update_link(
    context: CurrentContext, environment_id: Id, setting_id: Int32, link_type: Kind, key: Key, link: Link, show: Shown
) -> Response:
    """Add or replace a link."""
    return show(write(context, environment_id, setting_id, link_type, key, link))


def write(
    context: Context, environment_id: str, setting_id: int, link_type: Kind, key: str, link: Link
) -> dict[str, Any]:
    """Add or replace a link; return it as shown."""
    flag, _environment = flags.find_in(context, environment_id, setting_id)
    columns = {"type": link_type, "key": key, **link.model_dump()}
    with context.store.transaction():
        _delete(context, environment_id, setting_id, link_type, key)
        context.store.insert("integration_links", setting_id=setting_id, environment_id=environment_id, **columns)
        where = {"config_id": flag["config_id"], "environment_id": environment_id}
        audit.note(context, "integrationLinkAdded", flag["key"], **where, details=f"{link_type} {key}")
    return next(one for one in of_value(context, setting_id, environment_id) if one["key"] == key)


@router.delete(_PATH)
async def delete_link(
    context: CurrentContext, environment_id: Id, setting_id: Int32, link_type: Kind, key: Key, show: Shown
) -> Response:
    """Delete a link; the response says whether other links to the same card or issue remain."""
    flag, _environment = flags.find_in(context, environment_id, setting_id)
    if not _delete(context, environment_id, setting_id, link_type, key):
        raise not_found("integration_link", key)
    where = {"config_id": flag["config_id"], "environment_id": environment_id}
    audit.note(context, "integrationLinkRemoved", flag["key"], **where, details=f"{link_type} {key}")
    return show({"hasRemainingIntegrationLink": bool(_of_key(context, link_type, key))})


def _delete(context: Context, environment_id: str, setting_id: int, link_type: str, key: str) -> int:
    sql = "DELETE FROM integration_links WHERE environment_id = ? AND setting_id = ? AND type = ? AND key = ?"
    return context.store.run(sql, environment_id, setting_id, link_type, key)


@router.get("/integrationLink/{link_type}/{key}/details")
async def get_details(context: CurrentContext, link_type: Kind, key: Key, show: Shown) -> Response:
    """Return all links to a card or an issue; none for an unknown one."""
    found = [_detail(context, row) for row in _of_key(context, link_type, key)]
    return show({"allIntegrationLinkCount": len(found), "details": found})


def _of_key(context: Context, link_type: str, key: str) -> list[Row]:
    sql = """SELECT integration_links.* FROM integration_links JOIN flags USING (setting_id)
             WHERE integration_links.type = ? AND integration_links.key = ? AND deleted_at IS NULL
             ORDER BY integration_links.rowid"""
    return context.store.all(sql, link_type, key)


def _detail(context: Context, link: Row) -> dict[str, Any]:
    flag = flags.find(context, link["setting_id"])
    config = configs.find(context, flag["config_id"])
    environment = environments.find(context, link["environment_id"])
    value = stored_values.parts(stored_values.read(context, link["setting_id"], link["environment_id"]))["value"]
    return {
        "product": products.product_shown(context, products.find(context, config["product_id"])).plain(),
        "config": configs.config_shown(context, config).plain(),
        "environment": environments.environment_shown(context, environment).plain(),
        "setting": flags.flag_data(flag),
        "readOnly": False,
        "status": str(value),
    }


def of_value(context: Context, setting_id: int, environment_id: str) -> list[dict[str, Any]]:
    """Return the links of a setting in an environment."""
    sql = "SELECT * FROM integration_links WHERE setting_id = ? AND environment_id = ? ORDER BY rowid"
    return [
        {"key": row["key"], "description": row["description"], "url": row["url"], "integrationLinkType": row["type"]}
        for row in context.store.all(sql, setting_id, environment_id)
    ]
