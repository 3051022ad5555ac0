# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings in environments: one at a time, all of a config at once, and by SDK key."""

from __future__ import annotations

from sqlite3 import Row
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from sandbox.clock import iso
from sandbox.configcat import (
    audit,
    configs,
    environments,
    flags,
    integration_links,
    organizations,
    products,
    stored_values,
)
from sandbox.configcat.bodies import Id, Model
from sandbox.configcat.json_patch import Operation, patched
from sandbox.configcat.responses import Resource, Shown, nothing, wrong
from sandbox.configcat.stored_values import SettingValue
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Int32
from sandbox.errors import not_found

SdkKey = Annotated[str | None, Header(alias="X-CONFIGCAT-SDKKEY")]

router = APIRouter()


class ValueOfSetting(SettingValue):
    """The desired value of one of several settings."""

    setting_id: Int32


class ValuesOfSettings(Model):
    """The desired values of several settings of a config."""

    setting_values: list[ValueOfSetting] | None = None


@router.get("/environments/{environment_id}/settings/{setting_id}/value")
async def get_value(context: CurrentContext, environment_id: Id, setting_id: Int32, show: Shown) -> Response:
    """What a setting serves in an environment."""
    flag, environment = flags.find_in(context, environment_id, setting_id)
    return show(_in_full(context, flag, environment))


@router.put("/environments/{environment_id}/settings/{setting_id}/value")
async def replace_value(
    context: CurrentContext,
    environment_id: Id,
    setting_id: Int32,
    wanted: SettingValue,
    show: Shown,
    reason: str | None = None,
) -> Response:
    """Replace the value and all rules."""
    flag, environment = flags.find_in(context, environment_id, setting_id)
    _write(context, flag, environment, wanted, reason)
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
    flag, environment = flags.find_in(context, environment_id, setting_id)
    changed = _patch(context, flag, environment, steps, reason)
    return show(_in_full(context, flag, environment)) if changed else nothing()


@router.get("/settings/{setting_key_or_id}/value")
async def get_value_by_sdk_key(
    context: CurrentContext, setting_key_or_id: str, show: Shown, sdk_key: SdkKey = None
) -> Response:
    """Return the value of a setting, with the environment identified by SDK key."""
    flag, environment = _find_by_sdk_key(context, sdk_key, setting_key_or_id)
    return show(_in_full(context, flag, environment))


@router.put("/settings/{setting_key_or_id}/value")
async def replace_value_by_sdk_key(
    context: CurrentContext,
    setting_key_or_id: str,
    wanted: SettingValue,
    show: Shown,
    sdk_key: SdkKey = None,
    reason: str | None = None,
) -> Response:
    """Replace the value and all rules, with the environment identified by SDK key."""
    flag, environment = _find_by_sdk_key(context, sdk_key, setting_key_or_id)
    _write(context, flag, environment, wanted, reason)
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
    flag, environment = _find_by_sdk_key(context, sdk_key, setting_key_or_id)
    changed = _patch(context, flag, environment, steps, reason)
    return show(_in_full(context, flag, environment)) if changed else nothing()


@router.get("/configs/{config_id}/environments/{environment_id}/values")
async def get_values(context: CurrentContext, config_id: Id, environment_id: Id, show: Shown) -> Response:
    """Return the values of all settings of a config in an environment."""
    configs.find_sdk_keys(context, config_id, environment_id)
    return show(_all_shown(context, config_id, environment_id))


@router.post("/configs/{config_id}/environments/{environment_id}/values")
async def replace_values(
    context: CurrentContext,
    config_id: Id,
    environment_id: Id,
    wanted: ValuesOfSettings,
    show: Shown,
    reason: str | None = None,
) -> Response:
    """Replace the values and all rules of the listed settings, or of none after an error."""
    configs.find_sdk_keys(context, config_id, environment_id)
    environment = environments.find(context, environment_id)
    present = {row["setting_id"]: row for row in flags.of_config(context, config_id)}
    with context.store.transaction():
        for number, one in enumerate(wanted.setting_values or []):
            flag = present.pop(one.setting_id, None)
            if flag is None:
                raise wrong(f"settingValues.{number}.settingId", "Not a setting of this config, or listed twice.")
            _write(context, flag, environment, one, reason, f"settingValues.{number}.")
    return show(_all_shown(context, config_id, environment_id))


def _find_by_sdk_key(context: Context, sdk_key: str | None, key_or_id: str) -> tuple[Row, Row]:
    if sdk_key is None:
        raise wrong("X-CONFIGCAT-SDKKEY", "The header is missing.")
    keys = configs.find_by_sdk_key(context, sdk_key)
    for flag in flags.of_config(context, keys["config_id"]):
        if key_or_id in (flag["key"], str(flag["setting_id"])):
            return flag, environments.find(context, keys["environment_id"])
    raise not_found("setting", key_or_id)


def _patch(context: Context, flag: Row, environment: Row, steps: list[Operation], reason: str | None) -> bool:
    before = stored_values.parts(stored_values.read(context, flag["setting_id"], environment["environment_id"]))
    wanted = flags.read_patched(SettingValue, patched(before, steps))
    return _write(context, flag, environment, wanted, reason)


def _write(
    context: Context, flag: Row, environment: Row, wanted: SettingValue, reason: str | None, place: str = ""
) -> bool:
    """Write a value if it is valid and has a reason where one is required."""
    product = products.find(context, environment["product_id"])
    if (environment["reason_required"] or product["reason_required"]) and not (reason or "").strip():
        raise wrong("reason", "Reason required.")
    stored_values.check_setting_value(context, flag["type"], product["product_id"], wanted, place)
    changed = stored_values.write(context, flag["setting_id"], environment["environment_id"], wanted)
    if changed:
        where = {"config_id": flag["config_id"], "environment_id": environment["environment_id"]}
        audit.note(context, "settingValueChanged", flag["key"], **where, details=str(wanted.value), why=reason)
    return changed


def _in_full(context: Context, flag: Row, environment: Row) -> Resource:
    value = _value_shown(context, flag, environment["environment_id"])
    inside = ("setting", "settingTags", "integrationLinks")
    path = f"/v1/environments/{environment['environment_id']}/settings/{flag['setting_id']}/value"
    return Resource(
        {
            **{name: part for name, part in value.items() if name not in inside},
            "readOnly": False,
            "featureFlagLimitations": stored_values.LIMITATIONS,
        },
        {"self": path},
        {
            "config": configs.config_shown(context, configs.find(context, flag["config_id"])),
            "environment": environments.environment_shown(context, environment),
            **{name: value[name] for name in inside},
        },
    )


def _all_shown(context: Context, config_id: str, environment_id: str) -> dict[str, Any]:
    return {
        "config": configs.config_shown(context, configs.find(context, config_id)).plain(),
        "environment": environments.environment_shown(context, environments.find(context, environment_id)).plain(),
        "readOnly": False,
        "featureFlagLimitations": stored_values.LIMITATIONS,
        "settingValues": [_value_shown(context, flag, environment_id) for flag in flags.of_config(context, config_id)],
    }


def _value_shown(context: Context, flag: Row, environment_id: str) -> dict[str, Any]:
    row = stored_values.read(context, flag["setting_id"], environment_id)
    is_new = row["updated_at"] is None
    tagged = [
        {"settingTagId": tag["flag_tag_id"], "tagId": tag["tag_id"], "name": tag["name"], "color": tag["color"]}
        for tag in flags.tags_of(context, flag["setting_id"])
    ]
    return {
        **stored_values.parts(row),
        "setting": flags.flag_data(flag),
        "updatedAt": None if is_new else iso(row["updated_at"], digits=3),
        "lastUpdaterUserEmail": None if is_new else organizations.ME["email"],
        "lastUpdaterUserFullName": None if is_new else organizations.ME["fullName"],
        "settingTags": tagged,
        "integrationLinks": integration_links.of_value(context, flag["setting_id"], environment_id),
    }
