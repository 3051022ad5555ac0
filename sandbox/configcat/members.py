# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of a product. No operation shows open invitations."""

from __future__ import annotations

import re

from fastapi import APIRouter, Response

from sandbox.configcat import audit, organizations, permissions, products
from sandbox.configcat.bodies import Id, Int64, Model
from sandbox.configcat.responses import Shown, done, nothing, wrong
from sandbox.context import Context, CurrentContext
from sandbox.errors import not_found

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

router = APIRouter()


class Invitation(Model):
    """Invitations into a permission group."""

    emails: list[str]
    permission_group_id: Int64


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


@router.post("/products/{product_id}/members/invite")
async def invite(context: CurrentContext, product_id: Id, invitation: Invitation) -> Response:
    """Invite people; a second invitation replaces the first."""
    products.find(context, product_id)
    group_id = invitation.permission_group_id
    group = context.store.one("SELECT * FROM permission_groups WHERE permission_group_id = ?", group_id)
    if group is None or group["product_id"] != product_id:
        raise wrong("permissionGroupId", "There is no such permission group in this product.")
    if not invitation.emails or not all(_EMAIL.fullmatch(email) for email in invitation.emails):
        raise wrong("emails", "At least one address, and nothing else.")
    present = "SELECT 1 FROM product_members JOIN users USING (user_id) WHERE product_id = ? AND email = ?"
    with context.store.transaction():
        for email in invitation.emails:
            if context.store.one(present, product_id, email):
                raise wrong("emails", f"{email} is a member of the product.")
            context.store.run("INSERT OR REPLACE INTO invitations VALUES (?, ?, ?)", product_id, email, group_id)
            audit.note(context, "teamMemberInvited", email, product_id=product_id, details=group["name"])
    return done()


def accept(context: Context, email: str) -> list[str]:
    """Accept all invitations of an address; return the ids of the products."""
    found = context.store.all("SELECT * FROM invitations WHERE email = ? ORDER BY rowid", email)
    if not found:
        raise not_found("invitation", email)
    with context.store.transaction():
        for row in found:
            organization_id = products.find(context, row["product_id"])["organization_id"]
            user_id = organizations.add_member(context, organization_id, email.partition("@")[0], email)
            permissions.join(context, dict(row), user_id)
            audit.note(context, "teamMemberJoined", email, product_id=row["product_id"])
        context.store.run("DELETE FROM invitations WHERE email = ?", email)
    return [row["product_id"] for row in found]


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
