# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of settings."""

from __future__ import annotations

from sqlite3 import Row

from fastapi import APIRouter, Response

from sandbox.configcat import audit, products
from sandbox.configcat.bodies import Color, Id, Int64, Model, Name
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, nothing
from sandbox.context import Context, CurrentContext

SCHEMA = """
CREATE TABLE IF NOT EXISTS tags (
    tag_id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    color TEXT
);
"""

router = APIRouter()


class CreateTag(Model):
    """A new tag."""

    name: Name
    color: Color | None = None


class UpdateTag(Model):
    """Changes of a tag."""

    name: Name | None = None
    color: Color | None = None


@router.get("/products/{product_id}/tags")
async def list_tags(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return all tags of a product."""
    products.find(context, product_id)
    rows = context.store.all("SELECT * FROM tags WHERE product_id = ? ORDER BY tag_id", product_id)
    return show([tag_shown(context, row) for row in rows])


@router.post("/products/{product_id}/tags")
async def create_tag(context: CurrentContext, product_id: Id, wanted: CreateTag, show: Shown) -> Response:
    """Add a tag."""
    products.find(context, product_id)
    tag_id = context.store.insert("tags", product_id=product_id, **wanted.model_dump())
    audit.note(context, "tagAdded", wanted.name, product_id=product_id)
    return show(tag_shown(context, find(context, tag_id)), 201)


@router.get("/tags/{tag_id}")
async def get_tag(context: CurrentContext, tag_id: Int64, show: Shown) -> Response:
    """Return one tag."""
    return show(tag_shown(context, find(context, tag_id)))


@router.put("/tags/{tag_id}")
async def update_tag(context: CurrentContext, tag_id: Int64, wanted: UpdateTag, show: Shown) -> Response:
    """Change a tag."""
    tag = find(context, tag_id)
    context.store.update("tags", "tag_id", tag_id, **wanted.model_dump(exclude_none=True))
    audit.note(context, "tagChanged", tag["name"], product_id=tag["product_id"])
    return show(tag_shown(context, find(context, tag_id)))


@router.delete("/tags/{tag_id}", status_code=204)
async def delete_tag(context: CurrentContext, tag_id: Int64) -> Response:
    """Delete a tag and remove it from settings."""
    tag = find(context, tag_id)
    context.store.run("DELETE FROM tags WHERE tag_id = ?", tag_id)
    audit.note(context, "tagRemoved", tag["name"], product_id=tag["product_id"])
    return nothing()


def tag_shown(context: Context, row: Row) -> Resource:
    """A tag as it is shown, with its product."""
    return Resource(
        {"tagId": row["tag_id"], "name": row["name"], "color": row["color"]},
        {"self": f"/v1/tags/{row['tag_id']}"},
        {"product": products.product_shown(context, products.find(context, row["product_id"]))},
    )


def find(context: Context, tag_id: int) -> Row:
    """Return one tag, or a 404."""
    return find_row(context, "tags", "tag_id", tag_id, "tag")
