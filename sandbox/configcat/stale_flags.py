# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of stale flags: those whose values have not changed for some time.

No description shows the response; it is as the vendor's generated clients document it.
"""

from __future__ import annotations

from sqlite3 import Row
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from sandbox.clock import iso
from sandbox.configcat import code_references, configs, environments, flags, products, stored_values
from sandbox.configcat.bodies import Id, Int64
from sandbox.configcat.responses import Shown
from sandbox.context import Context, CurrentContext

DAY = 86_400
DEFAULT_AGE = 30
"""After how many days without a change a flag is stale."""

router = APIRouter()

Ids = Annotated[list[Id] | None, Query()]
TagIds = Annotated[list[Int64] | None, Query()]
Age = Annotated[int, Query(ge=7, le=90)]


@router.get("/products/{product_id}/staleflags")
async def list_stale_flags(
    context: CurrentContext,
    product_id: Id,
    show: Shown,
    scope: Literal["all", "watchedByMe"] = "all",
    staleFlagAgeDays: Age = DEFAULT_AGE,
    staleFlagStaleInEnvironmentsType: Literal[
        "staleInAnyEnvironments", "staleInAllEnvironments"
    ] = "staleInAllEnvironments",
    ignoredEnvironmentIds: Ids = None,
    ignoredTagIds: TagIds = None,
) -> Response:
    """Return the stale flags of a product by its configs. Nobody watches a flag here."""
    product = products.find(context, product_id)
    ignored = ignoredEnvironmentIds or []
    places = [row for row in environments.of_product(context, product_id) if row["environment_id"] not in ignored]
    oldest = context.clock.now() - staleFlagAgeDays * DAY
    needed = any if staleFlagStaleInEnvironmentsType == "staleInAnyEnvironments" else all
    found = []
    for config in configs.of_product(context, product_id):
        stale = []
        for flag in flags.of_config(context, config["config_id"]) if scope == "all" else []:
            shown = _flag_shown(context, flag, places, oldest)
            tagged = {tag["tagId"] for tag in shown["tags"]}
            if needed(value["isStale"] for value in shown["settingValues"]) and tagged.isdisjoint(ignoredTagIds or []):
                stale.append(shown)
        if stale:
            found.append(_config_shown(context, config, stale))
    return show(
        {
            "productId": product_id,
            "name": product["name"],
            "configs": found,
            "environments": [{"environmentId": row["environment_id"], "name": row["name"]} for row in places],
        }
    )


def _config_shown(context: Context, config: Row, stale: list[dict[str, Any]]) -> dict[str, Any]:
    shown = configs.config_shown(context, config).properties
    numbers = [row["setting_id"] for row in flags.of_config(context, config["config_id"])]
    return {
        "configId": shown["configId"],
        "name": shown["name"],
        "evaluationVersion": shown["evaluationVersion"],
        "hasCodeReferences": any(code_references.are_known(context, number) for number in numbers),
        "settings": stale,
    }


def _flag_shown(context: Context, flag: Row, places: list[Row], oldest: float) -> dict[str, Any]:
    setting_id = flag["setting_id"]
    return {
        "settingId": setting_id,
        "key": flag["key"],
        "name": flag["name"],
        "hint": flag["hint"],
        "hasCodeReferences": code_references.are_known(context, setting_id),
        "tags": [
            {"tagId": tag["tag_id"], "settingTagId": tag["flag_tag_id"]} for tag in flags.tags_of(context, setting_id)
        ],
        "settingValues": [_value_shown(context, flag, place["environment_id"], oldest) for place in places],
    }


def _value_shown(context: Context, flag: Row, environment_id: str, oldest: float) -> dict[str, Any]:
    updated = stored_values.read(context, flag["setting_id"], environment_id)["updated_at"]
    return {
        "environmentId": environment_id,
        "updatedAt": updated and iso(updated, digits=3),
        "isStale": (updated or flag["created_at"]) <= oldest,
    }
