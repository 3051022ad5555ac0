# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for SDKs: the settings of a config in an environment, by SDK key (config JSON, v6).

Derived from the vendor's SDKs. Anyone with the SDK key may read its file, such as browsers.
"""

from __future__ import annotations

import json
from hashlib import sha1
from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.configcat import configs, flags, segments, stored_values
from sandbox.configcat.conditions import condition_of
from sandbox.context import Context, CurrentContext

PATH = "/configuration-files/"

_TYPES = ("boolean", "string", "int", "double")
_VALUES = {"boolean": "b", "string": "s", "int": "i", "double": "d"}

router = APIRouter()


@router.get(PATH + "{sdk_key:path}/config_v6.json")
async def get_file(context: CurrentContext, sdk_key: str, request: Request) -> Response:
    """Return the file of an SDK key; 304 if unchanged."""
    content = json.dumps(_content(context, configs.find_by_sdk_key(context, sdk_key)), separators=(",", ":")).encode()
    etag = f'"{sha1(content, usedforsecurity=False).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def _content(context: Context, keys: Row) -> dict[str, Any]:
    present = flags.of_config(context, keys["config_id"])
    rows = {flag["key"]: stored_values.read(context, flag["setting_id"], keys["environment_id"]) for flag in present}
    parts = {key: stored_values.parts(row) for key, row in rows.items()}
    rules = [rule for part in parts.values() for rule in part["rolloutRules"]]
    used = list(dict.fromkeys(rule["segmentId"] for rule in rules if rule["segmentId"]))
    salt = keys["salt"]
    content: dict[str, Any] = {"p": {"r": 0, "s": salt}}
    if used:
        content["s"] = [_segment(segments.find(context, segment_id), salt) for segment_id in used]
    content["f"] = {flag["key"]: _setting(flag, parts[flag["key"]], used, salt) for flag in present}
    return content


def _segment(row: Row, salt: str) -> dict[str, Any]:
    condition = condition_of(row["comparison_attribute"], row["comparator"], row["comparison_value"], salt, row["name"])
    return {"n": row["name"], "r": [condition]}


def _setting(flag: Row, parts: dict[str, Any], used: list[str], salt: str) -> dict[str, Any]:
    rules = [
        {"c": [_condition(rule, used, salt, flag["key"])], "s": _value(flag, rule["value"])}
        for rule in parts["rolloutRules"]
    ]
    items = [{"p": item["percentage"], **_value(flag, item["value"])} for item in parts["rolloutPercentageItems"]]
    setting: dict[str, Any] = {"t": _TYPES.index(flag["type"]), **_value(flag, parts["value"])}
    if rules:
        setting["r"] = rules
    if items:
        setting["p"] = items
    return setting


def _condition(rule: dict[str, Any], used: list[str], salt: str, key: str) -> dict[str, Any]:
    if rule["segmentId"]:
        return {"s": {"s": used.index(rule["segmentId"]), "c": ("isIn", "isNotIn").index(rule["segmentComparator"])}}
    compared = (rule["comparisonAttribute"], rule["comparator"], rule["comparisonValue"])
    return {"u": condition_of(*compared, salt, key)}


def _value(flag: Row, value: Any) -> dict[str, Any]:
    """Return a value with its id, which is the same wherever the setting has this value."""
    name = sha1(f"{flag['setting_id']} {json.dumps(value)}".encode(), usedforsecurity=False).hexdigest()[:8]
    return {"v": {_VALUES[flag["type"]]: value}, "i": name}
