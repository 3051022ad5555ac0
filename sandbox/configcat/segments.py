# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Segments: users who have something in common."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.clock import iso
from sandbox.configcat import audit, people, products
from sandbox.configcat.answers import Resource, Shown, nothing, wrong
from sandbox.configcat.bodies import Attribute, Comparator, ComparisonValue, Id, Model, Name, Text, new_id
from sandbox.configcat.conditions import check_condition
from sandbox.configcat.lookup import find_row
from sandbox.world import Sandbox, World

SCHEMA = """
CREATE TABLE IF NOT EXISTS segments (
    segment_id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    comparison_attribute TEXT NOT NULL,
    comparator TEXT NOT NULL,
    comparison_value TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
"""

router = APIRouter()


class CreateSegment(Model):
    """A new segment."""

    name: Name
    description: Text | None = None
    comparison_attribute: Attribute
    comparator: Comparator
    comparison_value: ComparisonValue


class UpdateSegment(Model):
    """Changes of a segment."""

    name: Name | None = None
    description: Text | None = None
    comparison_attribute: Attribute | None = None
    comparator: Comparator | None = None
    comparison_value: ComparisonValue | None = None


@router.get("/products/{product_id}/segments")
async def list_segments(world: Sandbox, product_id: Id, show: Shown) -> Response:
    """All segments of a product, with how often each is used and without what it compares."""
    products.find(world, product_id)
    rows = world.store.all("SELECT * FROM segments WHERE product_id = ? ORDER BY rowid", product_id)
    return show([_shown(world, row, {"usage": usage(world, row["segment_id"])}) for row in rows])


@router.post("/products/{product_id}/segments")
async def create_segment(world: Sandbox, product_id: Id, wanted: CreateSegment, show: Shown) -> Response:
    """Add a segment."""
    products.find(world, product_id)
    check_condition(wanted.comparator, wanted.comparison_value, "comparisonValue")
    segment_id, now = new_id(), world.clock.now()
    columns = {**wanted.model_dump(), "created_at": now, "updated_at": now}
    world.store.insert("segments", segment_id=segment_id, product_id=product_id, **columns)
    audit.note(world, "segmentCreated", wanted.name, product_id=product_id)
    return show(_in_full(world, segment_id), 201)


@router.get("/segments/{segment_id}")
async def get_segment(world: Sandbox, segment_id: Id, show: Shown) -> Response:
    """One segment."""
    return show(_in_full(world, segment_id))


@router.put("/segments/{segment_id}")
async def update_segment(world: Sandbox, segment_id: Id, wanted: UpdateSegment, show: Shown) -> Response:
    """Change a segment."""
    segment = find(world, segment_id)
    given = wanted.model_dump(exclude_none=True)
    after = {**dict(segment), **given}
    check_condition(after["comparator"], after["comparison_value"], "comparisonValue")
    world.store.update("segments", "segment_id", segment_id, **given, updated_at=world.clock.now())
    audit.note(world, "segmentChanged", segment["name"], product_id=segment["product_id"])
    return show(_in_full(world, segment_id))


@router.delete("/segments/{segment_id}", status_code=204)
async def delete_segment(world: Sandbox, segment_id: Id) -> Response:
    """Delete a segment that no rule uses."""
    segment = find(world, segment_id)
    if usage(world, segment_id):
        raise wrong("segmentId", "The segment is used in targeting rules.")
    world.store.run("DELETE FROM segments WHERE segment_id = ?", segment_id)
    audit.note(world, "segmentDeleted", segment["name"], product_id=segment["product_id"])
    return nothing()


def usage(world: World, segment_id: str) -> int:
    """In how many rules of settings the segment is."""
    sql = """SELECT count(*) FROM flag_values JOIN flags USING (setting_id), json_each(rollout_rules) AS rule
             WHERE flags.deleted_at IS NULL AND json_extract(rule.value, '$.segmentId') = ?"""
    return int(world.store.value(sql, segment_id))


def _in_full(world: World, segment_id: str) -> Resource:
    row = find(world, segment_id)
    compared = {
        "comparisonAttribute": row["comparison_attribute"],
        "comparator": row["comparator"],
        "comparisonValue": row["comparison_value"],
    }
    return _shown(world, row, compared)


def _shown(world: World, row: Row, more: dict[str, Any]) -> Resource:
    return Resource(
        {
            "segmentId": row["segment_id"],
            "name": row["name"],
            "description": row["description"],
            "creatorEmail": people.ME["email"],
            "creatorFullName": people.ME["fullName"],
            "createdAt": iso(row["created_at"], digits=3),
            "lastUpdaterEmail": people.ME["email"],
            "lastUpdaterFullName": people.ME["fullName"],
            "updatedAt": iso(row["updated_at"], digits=3),
            **more,
        },
        {"self": f"/v1/segments/{row['segment_id']}"},
        {"product": products.product_shown(world, products.find(world, row["product_id"]))},
    )


def find(world: World, segment_id: str) -> Row:
    """One segment, or a 404."""
    return find_row(world, "segments", "segment_id", segment_id, "segment")
