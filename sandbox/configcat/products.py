# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Products."""

from __future__ import annotations

from sqlite3 import Row

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.configcat import audit, organizations, permissions
from sandbox.configcat.bodies import Id, Model, Order, Text, new_id, with_position
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, nothing
from sandbox.context import Context, CurrentContext

SCHEMA = """
CREATE TABLE IF NOT EXISTS products (
    product_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (organization_id),
    name TEXT NOT NULL,
    description TEXT,
    position INTEGER NOT NULL,
    reason_required INTEGER NOT NULL DEFAULT 0
);
"""

router = APIRouter()


class CreateProduct(Model):
    """A new product."""

    name: str = Field(min_length=1, max_length=1000)
    description: Text | None = None
    order: Order | None = None


class UpdateProduct(Model):
    """Changes of a product."""

    name: str | None = Field(None, min_length=1, max_length=1000)
    description: Text | None = None
    order: Order | None = None


@router.get("/products")
async def list_products(context: CurrentContext, show: Shown) -> Response:
    """Return all products of all organizations."""
    rows = context.store.all("SELECT * FROM products ORDER BY position, rowid")
    return show([product_shown(context, row) for row in rows])


@router.post("/organizations/{organization_id}/products")
async def create_product(context: CurrentContext, organization_id: Id, wanted: CreateProduct, show: Shown) -> Response:
    """Add a product; its creator becomes its administrator."""
    organizations.find_organization(context, organization_id)
    product_id = new_id()
    count = "SELECT count(*) FROM products WHERE organization_id = ?"
    with context.store.transaction():
        context.store.insert(
            "products",
            product_id=product_id,
            organization_id=organization_id,
            **with_position(wanted.model_dump(), context.store.value(count, organization_id)),
        )
        permissions.join(context, permissions.add_administrators(context, product_id), organizations.my_id(context))
        audit.note(context, "productCreated", wanted.name, product_id=product_id)
    return show(product_shown(context, find(context, product_id)), 201)


@router.get("/products/{product_id}")
async def get_product(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return one product."""
    return show(product_shown(context, find(context, product_id)))


@router.put("/products/{product_id}")
async def update_product(context: CurrentContext, product_id: Id, wanted: UpdateProduct, show: Shown) -> Response:
    """Change a product."""
    product = find(context, product_id)
    context.store.update("products", "product_id", product_id, **with_position(wanted.model_dump(exclude_none=True)))
    audit.note(context, "productChanged", product["name"], product_id=product_id)
    return show(product_shown(context, find(context, product_id)))


@router.delete("/products/{product_id}", status_code=204)
async def delete_product(context: CurrentContext, product_id: Id) -> Response:
    """Delete a product with its content."""
    product = find(context, product_id)
    with context.store.transaction():
        context.store.run("DELETE FROM product_members WHERE product_id = ?", product_id)
        context.store.run("DELETE FROM products WHERE product_id = ?", product_id)
        audit.note(context, "productDeleted", product["name"], organization_id=product["organization_id"])
    return nothing()


def product_shown(context: Context, row: Row) -> Resource:
    """A product as it is shown, with its organization."""
    path = f"/v1/products/{row['product_id']}"
    lists = ("configs", "environments", "members", "segments", "tags")
    return Resource(
        {
            "productId": row["product_id"],
            "name": row["name"],
            "description": row["description"],
            "order": row["position"],
            "reasonRequired": bool(row["reason_required"]),
        },
        {"self": path, "permission-groups": f"{path}/permissions", **{name: f"{path}/{name}" for name in lists}},
        {
            "organization": organizations.organization_shown(
                organizations.find_organization(context, row["organization_id"])
            )
        },
    )


def find(context: Context, product_id: str) -> Row:
    """Return one product, or a 404."""
    return find_row(context, "products", "product_id", product_id, "product")
