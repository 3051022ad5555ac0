# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations to products. An invitation expires after two weeks, and a new one to the same address replaces it."""

from __future__ import annotations

import re
from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.clock import iso
from sandbox.configcat import audit, organizations, permissions, products
from sandbox.configcat.bodies import Id, Int64, Model, new_id
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Shown, done, nothing, wrong
from sandbox.context import Context, CurrentContext
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS invitations (
    invitation_id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    email TEXT NOT NULL COLLATE NOCASE,
    permission_group_id INTEGER NOT NULL REFERENCES permission_groups (permission_group_id) ON DELETE CASCADE,
    created_at REAL NOT NULL,
    UNIQUE (product_id, email)
);
"""

LIFETIME = 14 * 86_400
"""How long an invitation can be accepted, in seconds."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

router = APIRouter()


class Invitation(Model):
    """Invitations into a permission group."""

    emails: list[str]
    permission_group_id: Int64


@router.get("/products/{product_id}/invitations")
async def list_invitations(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return the invitations to a product that were not accepted."""
    products.find(context, product_id)
    sql = "SELECT * FROM invitations WHERE product_id = ? ORDER BY rowid"
    return show([_shown(context, row) for row in context.store.all(sql, product_id)])


@router.get("/organizations/{organization_id}/invitations")
async def list_invitations_of_organization(context: CurrentContext, organization_id: Id, show: Shown) -> Response:
    """Return the invitations to all products of an organization that were not accepted."""
    organizations.find_organization(context, organization_id)
    sql = """SELECT invitations.*, products.name AS product_name FROM invitations JOIN products USING (product_id)
             WHERE organization_id = ? ORDER BY invitations.rowid"""
    return show(
        [
            {
                **_shown(context, row),
                "productId": row["product_id"],
                "productName": row["product_name"],
                "expires": iso(row["created_at"] + LIFETIME, digits=3),
            }
            for row in context.store.all(sql, organization_id)
        ]
    )


def _shown(context: Context, row: Row) -> dict[str, Any]:
    return {
        "invitationId": row["invitation_id"],
        "email": row["email"],
        "permissionGroupId": row["permission_group_id"],
        "createdAt": iso(row["created_at"], digits=3),
        "expired": _is_expired(context, row),
    }


def _is_expired(context: Context, row: Row) -> bool:
    return context.clock.now() >= float(row["created_at"]) + LIFETIME


@router.post("/products/{product_id}/members/invite")
async def invite(context: CurrentContext, product_id: Id, invitation: Invitation) -> Response:
    """Invite people."""
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
            context.store.run(
                "INSERT OR REPLACE INTO invitations VALUES (?, ?, ?, ?, ?)",
                *(new_id(), product_id, email, group_id, context.clock.now()),
            )
            audit.note(context, "teamMemberInvited", email, product_id=product_id, details=group["name"])
    return done()


@router.delete("/invitations/{invitation_id}", status_code=204)
async def withdraw(context: CurrentContext, invitation_id: Id) -> Response:
    """Withdraw an invitation."""
    row = find_row(context, "invitations", "invitation_id", invitation_id, "invitation")
    context.store.run("DELETE FROM invitations WHERE invitation_id = ?", invitation_id)
    audit.note(context, "teamMemberInvitationRevoked", row["email"], product_id=row["product_id"])
    return nothing()


def accept(context: Context, email: str) -> list[str]:
    """Accept all invitations of an address; return the ids of the products."""
    rows = context.store.all("SELECT * FROM invitations WHERE email = ? ORDER BY rowid", email)
    found = [row for row in rows if not _is_expired(context, row)]
    if not found:
        raise not_found("invitation", email)
    with context.store.transaction():
        for row in found:
            organization_id = products.find(context, row["product_id"])["organization_id"]
            user_id = organizations.add_member(context, organization_id, email.partition("@")[0], email)
            permissions.join(context, dict(row), user_id)
            context.store.run("DELETE FROM invitations WHERE invitation_id = ?", row["invitation_id"])
            audit.note(context, "teamMemberJoined", email, product_id=row["product_id"])
    return [row["product_id"] for row in found]
