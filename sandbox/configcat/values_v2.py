# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings of V2 configs in environments: one at a time, all of a config at once, and by SDK key."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.configcat import flags, formulas, prerequisites, stored_values, value_requests
from sandbox.configcat.bodies import Id, Model
from sandbox.configcat.formulas import Formula
from sandbox.configcat.json_patch import Operation, patched
from sandbox.configcat.responses import Resource, Shown, nothing, wrong_formula
from sandbox.configcat.value_requests import SdkKey
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Int32

VERSION = "v2"

router = APIRouter()


class FormulaOfSetting(Formula):
    """What one of several settings is to serve."""

    setting_id: Int32


class FormulasOfSettings(Model):
    """What several settings of a config are to serve."""

    update_formulas: list[FormulaOfSetting] | None = None


@router.get("/environments/{environment_id}/settings/{setting_id}/value")
async def get_value(context: CurrentContext, environment_id: Id, setting_id: Int32, show: Shown) -> Response:
    """What a setting serves in an environment."""
    flag, environment = value_requests.find(context, VERSION, environment_id, setting_id)
    return show(_in_full(context, flag, environment))


@router.put("/environments/{environment_id}/settings/{setting_id}/value")
async def replace_value(
    context: CurrentContext,
    environment_id: Id,
    setting_id: Int32,
    wanted: Formula,
    show: Shown,
    reason: str | None = None,
) -> Response:
    """Replace the value and all rules."""
    flag, environment = value_requests.find(context, VERSION, environment_id, setting_id)
    _write_one(context, flag, environment, wanted, reason)
    return show(_in_full(context, flag, environment))


@router.patch("/environments/{environment_id}/settings/{setting_id}/value")
async def update_value(
    context: CurrentContext,
    environment_id: Id,
    setting_id: Int32,
    steps: list[Operation],
    show: Shown,
    reason: str | None = None,
) -> Response:
    """Change the value or some rules; 204 if unchanged."""
    flag, environment = value_requests.find(context, VERSION, environment_id, setting_id)
    changed = _patch(context, flag, environment, steps, reason)
    return show(_in_full(context, flag, environment)) if changed else nothing()


@router.get("/settings/{setting_key_or_id}/value")
async def get_value_by_sdk_key(
    context: CurrentContext, setting_key_or_id: str, show: Shown, sdk_key: SdkKey = None
) -> Response:
    """Return the value of a setting, with the environment identified by SDK key."""
    flag, environment = value_requests.find_by_sdk_key(context, VERSION, sdk_key, setting_key_or_id)
    return show(_in_full(context, flag, environment))


@router.put("/settings/{setting_key_or_id}/value")
async def replace_value_by_sdk_key(
    context: CurrentContext,
    setting_key_or_id: str,
    wanted: Formula,
    show: Shown,
    sdk_key: SdkKey = None,
    reason: str | None = None,
) -> Response:
    """Replace the value and all rules, with the environment identified by SDK key."""
    flag, environment = value_requests.find_by_sdk_key(context, VERSION, sdk_key, setting_key_or_id)
    _write_one(context, flag, environment, wanted, reason)
    return show(_in_full(context, flag, environment))


@router.patch("/settings/{setting_key_or_id}/value")
async def update_value_by_sdk_key(
    context: CurrentContext,
    setting_key_or_id: str,
    steps: list[Operation],
    show: Shown,
    sdk_key: SdkKey = None,
    reason: str | None = None,
) -> Response:
    """Change the value or some rules, with the environment identified by SDK key; 204 if unchanged."""
    flag, environment = value_requests.find_by_sdk_key(context, VERSION, sdk_key, setting_key_or_id)
    changed = _patch(context, flag, environment, steps, reason)
    return show(_in_full(context, flag, environment)) if changed else nothing()


@router.get("/configs/{config_id}/environments/{environment_id}/values")
async def get_values(context: CurrentContext, config_id: Id, environment_id: Id, show: Shown) -> Response:
    """Return the values of all settings of a config in an environment."""
    value_requests.find_all(context, VERSION, config_id, environment_id)
    return show(_all_shown(context, config_id, environment_id))


@router.post("/configs/{config_id}/environments/{environment_id}/values")
async def replace_values(
    context: CurrentContext,
    config_id: Id,
    environment_id: Id,
    wanted: FormulasOfSettings,
    show: Shown,
    reason: str | None = None,
) -> Response:
    """Replace the values and all rules of the listed settings, or of none after an error."""
    present, environment = value_requests.find_all(context, VERSION, config_id, environment_id)
    with context.store.transaction():
        for number, one in enumerate(wanted.update_formulas or []):
            flag = present.pop(one.setting_id, None)
            if flag is None:
                place = f"updateFormulas.{number}.settingId"
                raise wrong_formula(place, "Not a setting of this config, or listed twice.")
            _write(context, flag, environment, one, reason, f"updateFormulas.{number}.")
        prerequisites.check_no_circle(context, config_id, environment_id)
    return show(_all_shown(context, config_id, environment_id))


def _patch(context: Context, flag: Row, environment: Row, steps: list[Operation], reason: str | None) -> bool:
    before = formulas.parts(flag, stored_values.read(context, flag["setting_id"], environment["environment_id"]))
    wanted = flags.read_patched(Formula, patched(before, steps))
    return _write_one(context, flag, environment, wanted, reason)


def _write_one(context: Context, flag: Row, environment: Row, wanted: Formula, reason: str | None) -> bool:
    with context.store.transaction():
        changed = _write(context, flag, environment, wanted, reason)
        prerequisites.check_no_circle(context, flag["config_id"], environment["environment_id"])
    return changed


def _write(context: Context, flag: Row, environment: Row, wanted: Formula, reason: str | None, place: str = "") -> bool:
    """Write a formula if it is valid and has a reason where one is required; the caller looks for circles."""
    value_requests.check_reason(context, environment, reason)
    formulas.check(context, flag, environment["product_id"], wanted, place)
    changed = formulas.write(context, flag, environment["environment_id"], wanted)
    if changed:
        served = wanted.default_value.model_dump(by_alias=True, exclude_none=True)
        value_requests.note_change(context, flag, environment, str(*served.values()), reason)
    return changed


def _in_full(context: Context, flag: Row, environment: Row) -> Resource:
    environment_id = environment["environment_id"]
    parts = formulas.shown_in(context, flag["config_id"], environment_id)
    return value_requests.in_full(context, VERSION, flag, environment, parts)


def _all_shown(context: Context, config_id: str, environment_id: str) -> dict[str, Any]:
    parts = formulas.shown_in(context, config_id, environment_id)
    return value_requests.all_shown(context, config_id, environment_id, "settingFormulas", parts)
