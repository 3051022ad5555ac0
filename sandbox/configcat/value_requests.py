# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads and writes of values share in V1 and V2 configs: places, reasons, and what is shown around them."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Row
from typing import Annotated, Any

from fastapi import Header

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
from sandbox.configcat.responses import Resource, wrong
from sandbox.context import Context
from sandbox.errors import not_found

SdkKey = Annotated[str | None, Header(alias="X-CONFIGCAT-SDKKEY")]

Parts = Callable[[Row, Row], dict[str, Any]]
"""Returns what a row of a setting serves, under the names of the API."""


def find(context: Context, version: str, environment_id: str, setting_id: int) -> tuple[Row, Row]:
    """Return a setting of a config of this version, and an environment, or refuse the call."""
    flag, environment = flags.find_in(context, environment_id, setting_id)
    configs.check_version(context, flag["config_id"], version)
    return flag, environment


def find_by_sdk_key(context: Context, version: str, sdk_key: str | None, key_or_id: str) -> tuple[Row, Row]:
    """Return a setting of a config of this version, and an environment, by SDK key, or refuse the call."""
    if sdk_key is None:
        raise wrong("X-CONFIGCAT-SDKKEY", "The header is missing.")
    keys = configs.find_by_sdk_key(context, sdk_key)
    configs.check_version(context, keys["config_id"], version)
    for flag in flags.of_config(context, keys["config_id"]):
        if key_or_id in (flag["key"], str(flag["setting_id"])):
            return flag, environments.find(context, keys["environment_id"])
    raise not_found("setting", key_or_id)


def find_all(context: Context, version: str, config_id: str, environment_id: str) -> tuple[dict[int, Row], Row]:
    """Return the settings of a config of this version, by their ids, and an environment, or refuse the call."""
    configs.find_sdk_keys(context, config_id, environment_id)
    configs.check_version(context, config_id, version)
    present = {row["setting_id"]: row for row in flags.of_config(context, config_id)}
    return present, environments.find(context, environment_id)


def check_reason(context: Context, environment: Row, reason: str | None) -> None:
    """Refuse a change without a reason where one is required."""
    product = products.find(context, environment["product_id"])
    if (environment["reason_required"] or product["reason_required"]) and not (reason or "").strip():
        raise wrong("reason", "Reason required.")


def note_change(context: Context, flag: Row, environment: Row, details: str, reason: str | None) -> None:
    """Record the change of a value."""
    where = {"config_id": flag["config_id"], "environment_id": environment["environment_id"]}
    audit.note(context, "settingValueChanged", flag["key"], **where, details=details, why=reason)


def in_full(context: Context, version: str, flag: Row, environment: Row, parts: Parts) -> Resource:
    """What a setting serves, as it is shown by itself."""
    value = one_of_many(context, flag, environment["environment_id"], parts)
    inside = ("setting", "settingTags", "integrationLinks")
    path = f"/{version}/environments/{environment['environment_id']}/settings/{flag['setting_id']}/value"
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


def all_shown(context: Context, config_id: str, environment_id: str, name: str, parts: Parts) -> dict[str, Any]:
    """What all settings of a config serve, in a property of this name."""
    return {
        "config": configs.config_shown(context, configs.find(context, config_id)).plain(),
        "environment": environments.environment_shown(context, environments.find(context, environment_id)).plain(),
        "readOnly": False,
        "featureFlagLimitations": stored_values.LIMITATIONS,
        name: [one_of_many(context, flag, environment_id, parts) for flag in flags.of_config(context, config_id)],
    }


def one_of_many(context: Context, flag: Row, environment_id: str, parts: Parts) -> dict[str, Any]:
    """What a setting serves, as it is shown among others."""
    row = stored_values.read(context, flag["setting_id"], environment_id)
    is_new = row["updated_at"] is None
    tagged = [
        {"settingTagId": tag["flag_tag_id"], "tagId": tag["tag_id"], "name": tag["name"], "color": tag["color"]}
        for tag in flags.tags_of(context, flag["setting_id"])
    ]
    return {
        **parts(flag, row),
        "setting": flags.flag_data(flag),
        "updatedAt": None if is_new else iso(row["updated_at"], digits=3),
        "lastUpdaterUserEmail": None if is_new else organizations.ME["email"],
        "lastUpdaterUserFullName": None if is_new else organizations.ME["fullName"],
        "settingTags": tagged,
        "integrationLinks": integration_links.of_value(context, flag["setting_id"], environment_id),
    }
