# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of permission groups and their members; the owner of the credentials may do everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.context import Context

SCHEMA = """
CREATE TABLE IF NOT EXISTS permission_groups (
    permission_group_id INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    rights TEXT NOT NULL,                   -- the names of those that it gives, as JSON
    access_type TEXT NOT NULL,
    new_environment_access_type TEXT NOT NULL,
    environment_accesses TEXT NOT NULL      -- access by environment, as JSON
);
CREATE TABLE IF NOT EXISTS product_members (
    product_id TEXT NOT NULL REFERENCES products (product_id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (user_id),
    permission_group_id INTEGER NOT NULL REFERENCES permission_groups (permission_group_id),
    PRIMARY KEY (product_id, user_id)
);
"""

RIGHTS = (
    "can_manage_members",
    "can_create_or_update_config",
    "can_delete_config",
    "can_create_or_update_environment",
    "can_delete_environment",
    "can_create_or_update_setting",
    "can_tag_setting",
    "can_delete_setting",
    "can_create_or_update_tag",
    "can_delete_tag",
    "can_manage_webhook",
    "can_use_export_import",
    "can_manage_product_preferences",
    "can_manage_integrations",
    "can_view_sdk_key",
    "can_rotate_sdk_key",
    "can_create_or_update_segments",
    "can_delete_segments",
    "can_view_product_audit_log",
    "can_view_product_statistics",
    "can_disable_2fa",
)
"""The rights that a permission group can grant."""


def add_administrators(context: Context, product_id: str) -> Mapping[str, Any]:
    """Add the initial permission group of a product."""
    group_id = context.store.insert(
        "permission_groups",
        product_id=product_id,
        name="Administrators",
        rights=json.dumps(RIGHTS),
        access_type="full",
        new_environment_access_type="full",
        environment_accesses="{}",
    )
    return {"product_id": product_id, "permission_group_id": group_id}


def join(context: Context, group: Mapping[str, Any], user_id: str) -> None:
    """Add a user to a permission group, and remove the user from any other of its product."""
    sql = """INSERT INTO product_members VALUES (?, ?, ?)
             ON CONFLICT (product_id, user_id) DO UPDATE SET permission_group_id = excluded.permission_group_id"""
    context.store.run(sql, group["product_id"], user_id, group["permission_group_id"])
