# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Segments of users."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.clock import iso
from sandbox.configcat import audit, organizations, products
from sandbox.configcat.bodies import Attribute, Comparator, ComparisonValue, Id, Model, Name, Text, new_id
from sandbox.configcat.conditions import check_condition
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, nothing, wrong
from sandbox.context import Context, CurrentContext

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
async def list_segments(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return all segments of a product, with the number of uses and without comparisons."""
    products.find(context, product_id)
    rows = context.store.all("SELECT * FROM segments WHERE product_id = ? ORDER BY rowid", product_id)
    return show([_shown(context, row, {"usage": usage(context, row["segment_id"])}) for row in rows])


@router.post("/products/{product_id}/segments")
async def create_segment(context: CurrentContext, product_id: Id, wanted: CreateSegment, show: Shown) -> Response:
    """Add a segment."""
    products.find(context, product_id)
    check_condition(wanted.comparator, wanted.comparison_value, "comparisonValue")
    segment_id, now = new_id(), context.clock.now()
    columns = {**wanted.model_dump(), "created_at": now, "updated_at": now}
    context.store.insert("segments", segment_id=segment_id, product_id=product_id, **columns)
    audit.note(context, "segmentCreated", wanted.name, product_id=product_id)
    return show(_in_full(context, segment_id), 201)


@router.get("/segments/{segment_id}")
async def get_segment(context: CurrentContext, segment_id: Id, show: Shown) -> Response:
    """Return one segment."""
    return show(_in_full(context, segment_id))


@router.put("/segments/{segment_id}")
async def update_segment(context: CurrentContext, segment_id: Id, wanted: UpdateSegment, show: Shown) -> Response:
    """Change a segment."""
    segment = find(context, segment_id)
    given = wanted.model_dump(exclude_none=True)
    after = {**dict(segment), **given}
    check_condition(after["comparator"], after["comparison_value"], "comparisonValue")
    context.store.update("segments", "segment_id", segment_id, **given, updated_at=context.clock.now())
    audit.note(context, "segmentChanged", segment["name"], product_id=segment["product_id"])
    return show(_in_full(context, segment_id))


@router.delete("/segments/{segment_id}", status_code=204)
async def delete_segment(context: CurrentContext, segment_id: Id) -> Response:
    """Delete a segment that no rule uses."""
    segment = find(context, segment_id)
    if usage(context, segment_id):
        raise wrong("segmentId", "The segment is used in targeting rules.")
    context.store.run("DELETE FROM segments WHERE segment_id = ?", segment_id)
    audit.note(context, "segmentDeleted", segment["name"], product_id=segment["product_id"])
    return nothing()


def usage(context: Context, segment_id: str) -> int:
    """Return the number of rules that use a segment."""
    sql = """SELECT count(*) FROM flag_values JOIN flags USING (setting_id), json_tree(rollout_rules) AS part
             WHERE flags.deleted_at IS NULL AND part.key = 'segmentId' AND part.atom = ?"""
    return int(context.store.value(sql, segment_id))


def _in_full(context: Context, segment_id: str) -> Resource:
    row = find(context, segment_id)
    compared = {
        "comparisonAttribute": row["comparison_attribute"],
        "comparator": row["comparator"],
        "comparisonValue": row["comparison_value"],
    }
    return _shown(context, row, compared)


def _shown(context: Context, row: Row, more: dict[str, Any]) -> Resource:
    return Resource(
        {
            "segmentId": row["segment_id"],
            "name": row["name"],
            "description": row["description"],
            "creatorEmail": organizations.ME["email"],
            "creatorFullName": organizations.ME["fullName"],
            "createdAt": iso(row["created_at"], digits=3),
            "lastUpdaterEmail": organizations.ME["email"],
            "lastUpdaterFullName": organizations.ME["fullName"],
            "updatedAt": iso(row["updated_at"], digits=3),
            **more,
        },
        {"self": f"/v1/segments/{row['segment_id']}"},
        {"product": products.product_shown(context, products.find(context, row["product_id"]))},
    )


def find(context: Context, segment_id: str) -> Row:
    """Return one segment, or a 404."""
    return find_row(context, "segments", "segment_id", segment_id, "segment")
