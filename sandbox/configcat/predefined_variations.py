# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Predefined variations of settings: the values that people choose from on the dashboard.

Decisions where the vendor's description is incomplete, which has no response: a response has the form of the request;
one that is sent with its id keeps it; two of a setting must not have the same value; no value of a setting is limited
by them.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.configcat import audit, flags
from sandbox.configcat.bodies import Id, Model, Text, new_id
from sandbox.configcat.responses import Shown, wrong
from sandbox.configcat.typed_values import KINDS, TypedValue, check_typed
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Int32

SCHEMA = """
CREATE TABLE IF NOT EXISTS predefined_variations (
    predefined_variation_id TEXT PRIMARY KEY,
    setting_id INTEGER NOT NULL REFERENCES flags (setting_id) ON DELETE CASCADE,
    value TEXT NOT NULL,            -- as JSON
    name TEXT,
    hint TEXT
);
"""

router = APIRouter()


class Variation(Model):
    """A predefined variation."""

    predefined_variation_id: Id | None = None
    value: TypedValue
    name: str | None = Field(None, max_length=255)
    hint: Text | None = None


class Variations(Model):
    """All predefined variations of a setting."""

    predefined_variations: list[Variation]


@router.get("/settings/{setting_id}/predefined-variations")
async def list_predefined_variations(context: CurrentContext, setting_id: Int32, show: Shown) -> Response:
    """Return the predefined variations of a setting."""
    return show(_shown(context, setting_id, flags.find(context, setting_id)["type"]))


@router.put("/settings/{setting_id}/predefined-variations")
async def update_predefined_variations(
    context: CurrentContext, setting_id: Int32, wanted: Variations, show: Shown
) -> Response:
    """Replace the predefined variations of a setting; without any, its values are free."""
    flag = flags.find(context, setting_id)
    sql = "SELECT predefined_variation_id FROM predefined_variations WHERE setting_id = ?"
    present = {row["predefined_variation_id"] for row in context.store.all(sql, setting_id)}
    values = []
    for number, one in enumerate(wanted.predefined_variations):
        place = f"predefinedVariations.{number}"
        values.append(
            check_typed(flag["type"], one.value, f"{place}.value", f"Not a value of the type {flag['type']}.")
        )
        if one.predefined_variation_id is not None and one.predefined_variation_id not in present:
            raise wrong(f"{place}.predefinedVariationId", "The setting has no such predefined variation.")
    if len({json.dumps(value) for value in values}) < len(values):
        raise wrong("predefinedVariations", "Two of them have the same value.")
    kind = "predefinedVariationsChanged"
    if bool(values) != bool(present):
        kind = "settingConvertedToPredefinedVariations" if values else "settingConvertedToFreeFormValues"
    with context.store.transaction():
        context.store.run("DELETE FROM predefined_variations WHERE setting_id = ?", setting_id)
        for one, value in zip(wanted.predefined_variations, values, strict=True):
            context.store.insert(
                "predefined_variations",
                predefined_variation_id=one.predefined_variation_id or new_id(),
                setting_id=setting_id,
                value=json.dumps(value),
                name=one.name,
                hint=one.hint,
            )
        audit.note(context, kind, flag["key"], config_id=flag["config_id"])
    return show(_shown(context, setting_id, flag["type"]))


def _shown(context: Context, setting_id: int, kind: str) -> dict[str, Any]:
    sql = "SELECT * FROM predefined_variations WHERE setting_id = ? ORDER BY rowid"
    return {
        "predefinedVariations": [
            {
                "predefinedVariationId": row["predefined_variation_id"],
                "value": {KINDS[kind]: json.loads(row["value"])},
                "name": row["name"],
                "hint": row["hint"],
            }
            for row in context.store.all(sql, setting_id)
        ]
    }
