# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags, and what is tagged."""

from __future__ import annotations

from sqlite3 import Row

from fastapi import APIRouter, Response

from sandbox.configcat import audit, products
from sandbox.configcat.answers import Resource, Shown, nothing
from sandbox.configcat.bodies import Color, Id, Int64, Model, Name
from sandbox.configcat.lookup import find_row
from sandbox.world import Sandbox, World

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
async def list_tags(world: Sandbox, product_id: Id, show: Shown) -> Response:
    """All tags of a product."""
    products.find(world, product_id)
    rows = world.store.all("SELECT * FROM tags WHERE product_id = ? ORDER BY tag_id", product_id)
    return show([tag_shown(world, row) for row in rows])


@router.post("/products/{product_id}/tags")
async def create_tag(world: Sandbox, product_id: Id, wanted: CreateTag, show: Shown) -> Response:
    """Add a tag."""
    products.find(world, product_id)
    tag_id = world.store.insert("tags", product_id=product_id, **wanted.model_dump())
    audit.note(world, "tagAdded", wanted.name, product_id=product_id)
    return show(tag_shown(world, find(world, tag_id)), 201)


@router.get("/tags/{tag_id}")
async def get_tag(world: Sandbox, tag_id: Int64, show: Shown) -> Response:
    """One tag."""
    return show(tag_shown(world, find(world, tag_id)))


@router.put("/tags/{tag_id}")
async def update_tag(world: Sandbox, tag_id: Int64, wanted: UpdateTag, show: Shown) -> Response:
    """Change a tag."""
    tag = find(world, tag_id)
    world.store.update("tags", "tag_id", tag_id, **wanted.model_dump(exclude_none=True))
    audit.note(world, "tagChanged", tag["name"], product_id=tag["product_id"])
    return show(tag_shown(world, find(world, tag_id)))


@router.delete("/tags/{tag_id}", status_code=204)
async def delete_tag(world: Sandbox, tag_id: Int64) -> Response:
    """Delete a tag; settings lose it."""
    tag = find(world, tag_id)
    world.store.run("DELETE FROM tags WHERE tag_id = ?", tag_id)
    audit.note(world, "tagRemoved", tag["name"], product_id=tag["product_id"])
    return nothing()


def tag_shown(world: World, row: Row) -> Resource:
    """A tag as it is shown, with its product."""
    return Resource(
        {"tagId": row["tag_id"], "name": row["name"], "color": row["color"]},
        {"self": f"/v1/tags/{row['tag_id']}"},
        {"product": products.product_shown(world, products.find(world, row["product_id"]))},
    )


def find(world: World, tag_id: int) -> Row:
    """One tag, or a 404."""
    return find_row(world, "tags", "tag_id", tag_id, "tag")
