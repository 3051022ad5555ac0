# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations and the people in them."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.configcat import audit, permissions
from sandbox.configcat.bodies import Id, Int64, Model, new_id
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Resource, Shown, done, nothing, wrong
from sandbox.context import Context, CurrentContext
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS organizations (
    organization_id TEXT PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS users (
    user_id TEXT PRIMARY KEY,
    full_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE
);
CREATE TABLE IF NOT EXISTS organization_members (
    organization_id TEXT NOT NULL REFERENCES organizations (organization_id),
    user_id TEXT NOT NULL REFERENCES users (user_id),
    is_admin INTEGER NOT NULL DEFAULT 0,
    is_billing_manager INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, user_id)
);
"""

ME = {"email": "ada@agency.example", "fullName": "Ada Agency"}
"""The owner of the credentials."""

router = APIRouter()
router_v2 = APIRouter()


class MemberPermissions(Model):
    """Changes of what a member may do: the permission groups to join, of different products, and the roles."""

    permission_group_ids: list[Int64] | None = None
    is_admin: bool | None = None
    is_billing_manager: bool | None = None
    remove_from_permission_groups_where_id_not_set: bool = False


def begin(context: Context) -> None:
    """Create a fresh account: one organization with one member."""
    if context.store.one("SELECT 1 FROM organizations") is None:
        with context.store.transaction():
            context.store.insert("users", user_id=new_id(), full_name=ME["fullName"], email=ME["email"])
            add_organization(context, "Agency")


def add_organization(context: Context, name: str) -> str:
    """Add an organization with the owner of the credentials as a member; return its id."""
    organization_id = new_id()
    context.store.insert("organizations", organization_id=organization_id, name=name)
    context.store.insert("organization_members", organization_id=organization_id, user_id=my_id(context), is_admin=True)
    return organization_id


def add_member(context: Context, organization_id: str, full_name: str, email: str) -> str:
    """Add a member to an organization; return the id of the user."""
    find_organization(context, organization_id)
    with context.store.transaction():
        user_id = context.store.value("SELECT user_id FROM users WHERE email = ?", email)
        if user_id is None:
            user_id = new_id()
            context.store.insert("users", user_id=user_id, full_name=full_name, email=email)
        sql = "INSERT OR IGNORE INTO organization_members (organization_id, user_id) VALUES (?, ?)"
        context.store.run(sql, organization_id, user_id)
    return str(user_id)


def my_id(context: Context) -> str:
    """Return the id of the owner of the credentials."""
    return str(context.store.value("SELECT user_id FROM users WHERE email = ?", ME["email"]))


@router.get("/me")
async def get_me(show: Shown) -> Response:
    """Return the owner of the credentials."""
    return show(ME)


@router.get("/organizations")
async def list_organizations(context: CurrentContext, show: Shown) -> Response:
    """Return all organizations."""
    return show([organization_shown(row) for row in context.store.all("SELECT * FROM organizations ORDER BY rowid")])


def organization_shown(row: Row) -> Resource:
    """An organization as it is shown."""
    path = f"/v1/organizations/{row['organization_id']}"
    return Resource(
        {"organizationId": row["organization_id"], "name": row["name"]},
        {"members": f"{path}/members", "products": "/v1/products"},
    )


def find_organization(context: Context, organization_id: str) -> Row:
    """Return one organization, or a 404."""
    return find_row(context, "organizations", "organization_id", organization_id, "organization")


@router.get("/organizations/{organization_id}/members")
async def list_members(context: CurrentContext, organization_id: Id, show: Shown) -> Response:
    """Return all members of an organization."""
    return show([_account_shown(row) for row in _members_of(context, organization_id)])


@router_v2.get("/organizations/{organization_id}/members")
async def list_members_by_role(context: CurrentContext, organization_id: Id, show: Shown) -> Response:
    """Return the administrators, the billing managers and all members of an organization."""
    found = _members_of(context, organization_id)
    return show(
        {
            "admins": [_account_shown(row) for row in found if row["is_admin"]],
            "billingManagers": [_account_shown(row) for row in found if row["is_billing_manager"]],
            "members": [
                {**_account_shown(row), "permissions": _permissions_of(context, organization_id, row["user_id"])}
                for row in found
            ],
        }
    )


def _members_of(context: Context, organization_id: str) -> list[Row]:
    find_organization(context, organization_id)
    sql = """SELECT * FROM users JOIN organization_members USING (user_id) WHERE organization_id = ?
             ORDER BY users.rowid"""
    return context.store.all(sql, organization_id)


def _account_shown(row: Row) -> dict[str, Any]:
    return {**user_shown(row), "twoFactorEnabled": False}


def _permissions_of(context: Context, organization_id: str, user_id: str) -> list[dict[str, Any]]:
    sql = """SELECT products.product_id, products.name, permission_group_id, permission_groups.name AS group_name
             FROM product_members JOIN permission_groups USING (permission_group_id)
             JOIN products ON products.product_id = product_members.product_id
             WHERE user_id = ? AND organization_id = ? ORDER BY products.rowid"""
    return [
        {
            "product": {"productId": row["product_id"], "name": row["name"]},
            "permissionGroup": {"permissionGroupId": row["permission_group_id"], "name": row["group_name"]},
        }
        for row in context.store.all(sql, user_id, organization_id)
    ]


def user_shown(row: Row) -> dict[str, Any]:
    """Return a user as shown."""
    return {"userId": row["user_id"], "fullName": row["full_name"], "email": row["email"]}


@router.post("/organizations/{organization_id}/members/{user_id}")
async def set_permissions(
    context: CurrentContext, organization_id: Id, user_id: str, wanted: MemberPermissions
) -> Response:
    """Add a member to permission groups, at most one of each product, and change the member's roles."""
    user = _find_member(context, organization_id, user_id)
    groups = [_group_of(context, organization_id, group_id) for group_id in wanted.permission_group_ids or []]
    if len({group["product_id"] for group in groups}) < len(groups):
        raise wrong("permissionGroupIds", "Only one permission group of a product.")
    with context.store.transaction():
        for group in groups:
            permissions.join(context, dict(group), user_id)
            where = {"product_id": group["product_id"]}
            audit.note(context, "teamMemberPermissionGroupChanged", user["email"], **where, details=group["name"])
        if wanted.remove_from_permission_groups_where_id_not_set:
            _leave_others(context, organization_id, user_id, [group["permission_group_id"] for group in groups])
        _set_roles(context, organization_id, user, wanted)
    return done()


def _leave_others(context: Context, organization_id: str, user_id: str, kept: list[int]) -> None:
    for held in _permissions_of(context, organization_id, user_id):
        if held["permissionGroup"]["permissionGroupId"] not in kept:
            sql = "DELETE FROM product_members WHERE product_id = ? AND user_id = ?"
            context.store.run(sql, held["product"]["productId"], user_id)


def _set_roles(context: Context, organization_id: str, user: Row, wanted: MemberPermissions) -> None:
    """Change the roles that are given; an organization keeps an administrator."""
    roles = {"is_admin": wanted.is_admin, "is_billing_manager": wanted.is_billing_manager}
    where = "organization_id = ? AND user_id = ?"
    for role, value in roles.items():
        if value is not None:
            sql = f"UPDATE organization_members SET {role} = ? WHERE {where}"
            context.store.run(sql, value, organization_id, user["user_id"])
    if not context.store.one(
        "SELECT 1 FROM organization_members WHERE organization_id = ? AND is_admin", organization_id
    ):
        raise wrong("isAdmin", "An organization needs an administrator.")
    if wanted.is_admin is not None:
        audit.note(context, "organizationAdminChanged", user["email"], organization_id=organization_id)


def _group_of(context: Context, organization_id: str, group_id: int) -> Row:
    sql = """SELECT permission_groups.*, organization_id FROM permission_groups JOIN products USING (product_id)
             WHERE permission_group_id = ?"""
    group = context.store.one(sql, group_id)
    if group is None or group["organization_id"] != organization_id:
        raise wrong("permissionGroupIds", f"There is no permission group {group_id} in this organization.")
    return group


@router.delete("/organizations/{organization_id}/members/{user_id}", status_code=204)
async def remove_member(context: CurrentContext, organization_id: Id, user_id: str) -> Response:
    """Remove a member from an organization and all its products."""
    user = _find_member(context, organization_id, user_id)
    if user_id == my_id(context):
        raise wrong("userId", "The owner of the credentials can't be removed.")
    with context.store.transaction():
        products = "SELECT product_id FROM products WHERE organization_id = ?"
        context.store.run(
            f"DELETE FROM product_members WHERE user_id = ? AND product_id IN ({products})", user_id, organization_id
        )
        sql = "DELETE FROM organization_members WHERE organization_id = ? AND user_id = ?"
        context.store.run(sql, organization_id, user_id)
        audit.note(context, "teamMemberRemoved", user["email"], organization_id=organization_id)
    return nothing()


def _find_member(context: Context, organization_id: str, user_id: str) -> Row:
    find_organization(context, organization_id)
    sql = (
        "SELECT users.* FROM users JOIN organization_members USING (user_id) WHERE organization_id = ? AND user_id = ?"
    )
    user = context.store.one(sql, organization_id, user_id)
    if user is None:
        raise not_found("member", user_id)
    return user
