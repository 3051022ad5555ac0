# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permission groups: the rights of their members in a product. The sandbox does not enforce them."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field
from pydantic.alias_generators import to_camel

from sandbox.configcat import audit, environments, products
from sandbox.configcat.bodies import Id, Int64, Model, Name
from sandbox.configcat.lookup import find_row
from sandbox.configcat.permissions import RIGHTS
from sandbox.configcat.responses import Resource, Shown, nothing, wrong
from sandbox.context import Context, CurrentContext

AccessType = Literal["readOnly", "full", "custom"]
EnvironmentAccessType = Literal["full", "readOnly", "none"]

router = APIRouter()


def property_name(right: str) -> str:
    """Return a right as the API names it."""
    return to_camel(right).replace("2Fa", "2FA")


class EnvironmentAccess(Model):
    """The access of a group to an environment; other properties are refused, as in the newest description."""

    environment_id: Id
    environment_access_type: EnvironmentAccessType


class Rights(Model):
    """The properties of a permission group, common to new ones and changes."""

    access_type: AccessType | None = None
    new_environment_access_type: EnvironmentAccessType | None = None
    environment_accesses: list[EnvironmentAccess] | None = None
    can_manage_members: bool | None = None
    can_create_or_update_config: bool | None = None
    can_delete_config: bool | None = None
    can_create_or_update_environment: bool | None = None
    can_delete_environment: bool | None = None
    can_create_or_update_setting: bool | None = None
    can_tag_setting: bool | None = None
    can_delete_setting: bool | None = None
    can_create_or_update_tag: bool | None = None
    can_delete_tag: bool | None = None
    can_manage_webhook: bool | None = None
    can_use_export_import: bool | None = None
    can_manage_product_preferences: bool | None = None
    can_manage_integrations: bool | None = None
    can_view_sdk_key: bool | None = None
    can_rotate_sdk_key: bool | None = None
    can_create_or_update_segments: bool | None = None
    can_delete_segments: bool | None = None
    can_view_product_audit_log: bool | None = None
    can_view_product_statistics: bool | None = None
    can_disable_2fa: bool | None = Field(None, alias="canDisable2FA")


class CreateGroup(Rights):
    """A new permission group: rights default to none."""

    name: Name


class UpdateGroup(Rights):
    """Changes of a permission group."""

    name: Name | None = None


@router.get("/products/{product_id}/permissions")
async def list_groups(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return all permission groups of a product."""
    products.find(context, product_id)
    sql = "SELECT * FROM permission_groups WHERE product_id = ? ORDER BY permission_group_id"
    return show([_shown(context, row) for row in context.store.all(sql, product_id)])


@router.post("/products/{product_id}/permissions")
async def create_group(context: CurrentContext, product_id: Id, wanted: CreateGroup, show: Shown) -> Response:
    """Add a permission group."""
    products.find(context, product_id)
    empty = {"rights": "[]", "access_type": "custom", "new_environment_access_type": "none"}
    columns = {**empty, "environment_accesses": "{}", **_columns(context, product_id, wanted, set(), "custom")}
    group_id = context.store.insert("permission_groups", product_id=product_id, **columns)
    audit.note(context, "permissionGroupCreated", wanted.name, product_id=product_id)
    return show(_shown(context, find(context, group_id)), 201)


@router.get("/permissions/{group_id}")
async def get_group(context: CurrentContext, group_id: Int64, show: Shown) -> Response:
    """Return one permission group."""
    return show(_shown(context, find(context, group_id)))


@router.put("/permissions/{group_id}")
async def update_group(context: CurrentContext, group_id: Int64, wanted: UpdateGroup, show: Shown) -> Response:
    """Change a permission group."""
    group = find(context, group_id)
    columns = _columns(context, group["product_id"], wanted, set(json.loads(group["rights"])), group["access_type"])
    context.store.update("permission_groups", "permission_group_id", group_id, **columns)
    audit.note(context, "permissionGroupChanged", group["name"], product_id=group["product_id"])
    return show(_shown(context, find(context, group_id)))


@router.delete("/permissions/{group_id}", status_code=204)
async def delete_group(context: CurrentContext, group_id: Int64) -> Response:
    """Delete a permission group without members."""
    group = find(context, group_id)
    if context.store.one("SELECT 1 FROM product_members WHERE permission_group_id = ?", group_id):
        raise wrong("permissionGroupId", "The permission group has members.")
    context.store.run("DELETE FROM permission_groups WHERE permission_group_id = ?", group_id)
    audit.note(context, "permissionGroupDeleted", group["name"], product_id=group["product_id"])
    return nothing()


def _columns(context: Context, product_id: str, wanted: Rights, held: set[str], access: str) -> dict[str, Any]:
    """Return the columns for the given properties; ``held`` are the present rights, ``access`` the access type."""
    access_type = wanted.access_type or access
    given = wanted.model_dump(exclude_none=True)
    allowed = {name for name in RIGHTS if given.pop(name, name in held)}
    for right in sorted(allowed):
        needed = right.replace("can_delete_", "can_create_or_update_")
        if needed not in allowed:
            raise wrong(property_name(right), f"Requires {property_name(needed)}.")
    given["rights"] = json.dumps(sorted(allowed))
    if wanted.environment_accesses is not None:
        if access_type != "custom" and wanted.environment_accesses:
            raise wrong("environmentAccesses", f"Not possible with accessType {access_type}.")
        known = {row["environment_id"] for row in environments.of_product(context, product_id)}
        accesses = {access.environment_id: access.environment_access_type for access in wanted.environment_accesses}
        if not known >= accesses.keys():
            raise wrong("environmentAccesses", "Not an environment of this product.")
        given["environment_accesses"] = json.dumps(accesses)
    return given


def _shown(context: Context, row: Row) -> Resource:
    rights, accesses = set(json.loads(row["rights"])), json.loads(row["environment_accesses"])
    product = products.find(context, row["product_id"])
    return Resource(
        {
            "permissionGroupId": row["permission_group_id"],
            "name": row["name"],
            **{property_name(name): name in rights for name in RIGHTS},
            "accessType": row["access_type"],
            "newEnvironmentAccessType": row["new_environment_access_type"],
            "environmentAccesses": [
                _access_shown(environment, accesses.get(environment["environment_id"], "none"))
                for environment in environments.of_product(context, row["product_id"])
            ],
        },
        {"self": f"/v1/permissions/{row['permission_group_id']}"},
        {"product": products.product_shown(context, product)},
    )


def _access_shown(environment: Row, access: str) -> dict[str, Any]:
    return {
        "environmentId": environment["environment_id"],
        "name": environment["name"],
        "color": environment["color"],
        "description": environment["description"],
        "order": environment["position"],
        "reasonRequired": bool(environment["reason_required"]),
        "environmentAccessType": access,
    }


def find(context: Context, group_id: int) -> Row:
    """Return one permission group, or a 404."""
    return find_row(context, "permission_groups", "permission_group_id", group_id, "permission_group")
