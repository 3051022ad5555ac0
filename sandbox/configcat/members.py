# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of a product."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sandbox.configcat import audit, organizations, products
from sandbox.configcat.bodies import Id
from sandbox.configcat.responses import Shown, nothing, wrong
from sandbox.context import CurrentContext
from sandbox.errors import not_found

router = APIRouter()


@router.get("/products/{product_id}/members")
async def list_members(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return all members of a product."""
    products.find(context, product_id)
    sql = """SELECT * FROM product_members JOIN users USING (user_id) WHERE product_id = ?
             ORDER BY product_members.rowid"""
    found = context.store.all(sql, product_id)
    return show(
        [
            {**organizations.user_shown(row), "productId": product_id, "permissionGroupId": row["permission_group_id"]}
            for row in found
        ]
    )


@router.delete("/products/{product_id}/members/{user_id}", status_code=204)
async def remove_member(context: CurrentContext, product_id: Id, user_id: str) -> Response:
    """Remove a member from a product."""
    products.find(context, product_id)
    email = context.store.value("SELECT email FROM users WHERE user_id = ?", user_id)
    if not context.store.one("SELECT 1 FROM product_members WHERE product_id = ? AND user_id = ?", product_id, user_id):
        raise not_found("member", user_id)
    if user_id == organizations.my_id(context):
        raise wrong("userId", "The owner of the credentials can't be removed.")
    context.store.run("DELETE FROM product_members WHERE product_id = ? AND user_id = ?", product_id, user_id)
    audit.note(context, "teamMemberRemoved", email, product_id=product_id)
    return nothing()
