# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences of products: where changes of values require a reason, and what a setting must have.

Decisions where the vendor's description is incomplete: a response lists all environments; those that a request does not
list stay as they are; a mandatory hint is required of new settings and of changes of existing ones; the key mode only
helps people on the dashboard, so keys of every form are accepted.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response

from sandbox.configcat import audit, environments, products
from sandbox.configcat.bodies import Id, Model
from sandbox.configcat.responses import Shown, wrong
from sandbox.context import Context, CurrentContext

SCHEMA = """
CREATE TABLE IF NOT EXISTS preferences (
    product_id TEXT PRIMARY KEY REFERENCES products (product_id) ON DELETE CASCADE,
    key_generation_mode TEXT NOT NULL DEFAULT 'camelCase',
    show_variation_id INTEGER NOT NULL DEFAULT 0,
    mandatory_setting_hint INTEGER NOT NULL DEFAULT 0
);
"""

router = APIRouter()


class EnvironmentReason(Model):
    """Whether changes in an environment require a reason."""

    environment_id: Id
    reason_required: bool


class Preferences(Model):
    """Changes of the preferences of a product."""

    reason_required: bool | None = None
    key_generation_mode: Literal["camelCase", "lowerCase", "upperCase", "pascalCase", "kebabCase"] | None = None
    show_variation_id: bool | None = None
    mandatory_setting_hint: bool | None = None
    reason_required_environments: list[EnvironmentReason] | None = None


@router.get("/products/{product_id}/preferences")
async def get_preferences(context: CurrentContext, product_id: Id, show: Shown) -> Response:
    """Return the preferences of a product."""
    return show(_shown(context, product_id))


@router.post("/products/{product_id}/preferences")
async def update_preferences(context: CurrentContext, product_id: Id, wanted: Preferences, show: Shown) -> Response:
    """Change the preferences of a product."""
    product = products.find(context, product_id)
    present = {row["environment_id"] for row in environments.of_product(context, product_id)}
    for one in wanted.reason_required_environments or []:
        if one.environment_id not in present:
            raise wrong("reasonRequiredEnvironments", f"There is no environment {one.environment_id} in this product.")
    of_product = wanted.model_dump(include={"reason_required"}, exclude_none=True)
    more = wanted.model_dump(exclude={"reason_required", "reason_required_environments"}, exclude_none=True)
    with context.store.transaction():
        context.store.run("INSERT OR IGNORE INTO preferences (product_id) VALUES (?)", product_id)
        context.store.update("preferences", "product_id", product_id, **more)
        context.store.update("products", "product_id", product_id, **of_product)
        for one in wanted.reason_required_environments or []:
            required = {"reason_required": one.reason_required}
            context.store.update("environments", "environment_id", one.environment_id, **required)
        audit.note(context, "productChanged", product["name"], product_id=product_id)
    return show(_shown(context, product_id))


def _shown(context: Context, product_id: str) -> dict[str, Any]:
    product = products.find(context, product_id)
    row = context.store.one("SELECT * FROM preferences WHERE product_id = ?", product_id)
    return {
        "reasonRequired": bool(product["reason_required"]),
        "keyGenerationMode": row["key_generation_mode"] if row else "camelCase",
        "showVariationId": bool(row and row["show_variation_id"]),
        "mandatorySettingHint": bool(row and row["mandatory_setting_hint"]),
        "reasonRequiredEnvironments": [
            {
                "environmentId": one["environment_id"],
                "environmentName": one["name"],
                "reasonRequired": bool(one["reason_required"]),
            }
            for one in environments.of_product(context, product_id)
        ],
    }


def check_hint(context: Context, product_id: str, hint: str | None) -> None:
    """Refuse a setting without a hint where the product requires one."""
    sql = "SELECT 1 FROM preferences WHERE product_id = ? AND mandatory_setting_hint"
    if not (hint or "").strip() and context.store.one(sql, product_id):
        raise wrong("hint", "Hint required.")
