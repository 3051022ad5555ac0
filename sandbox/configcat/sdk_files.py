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

from sandbox.configcat import configs, flags, formulas, sdk_files_v5, segments, stored_values
from sandbox.configcat.conditions import condition_of
from sandbox.configcat.conditions_v2 import user_condition_of
from sandbox.configcat.typed_values import KINDS
from sandbox.context import Context, CurrentContext
from sandbox.errors import not_found

PATH = "/configuration-files/"

_TYPES = ("boolean", "string", "int", "double")
_VALUES = {"boolean": "b", "string": "s", "int": "i", "double": "d"}

router = APIRouter()


@router.get(PATH + "{sdk_key:path}/config_v6.json")
async def get_file(context: CurrentContext, sdk_key: str, request: Request) -> Response:
    """Return the file of an SDK key; 304 if unchanged."""
    return _file(request, _content(context, configs.find_by_sdk_key(context, sdk_key)))


@router.get(PATH + "{sdk_key:path}/config_v5.json")
async def get_file_for_older_sdks(context: CurrentContext, sdk_key: str, request: Request) -> Response:
    """Return the file of an SDK key of a V1 config; 304 if unchanged."""
    keys = configs.find_by_sdk_key(context, sdk_key)
    if configs.find(context, keys["config_id"])["evaluation_version"] != "v1":
        raise not_found("config_json", "in version 5 for a V2 config")
    return _file(request, sdk_files_v5.content(context, keys))


def _file(request: Request, data: dict[str, Any]) -> Response:
    content = json.dumps(data, separators=(",", ":")).encode()
    etag = f'"{sha1(content, usedforsecurity=False).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def _content(context: Context, keys: Row) -> dict[str, Any]:
    present = flags.of_config(context, keys["config_id"])
    rows = {
        flag["setting_id"]: stored_values.read(context, flag["setting_id"], keys["environment_id"]) for flag in present
    }
    salt, used = keys["salt"], _Segments()
    if configs.find(context, keys["config_id"])["evaluation_version"] == "v1":
        settings = {
            flag["key"]: _setting(flag, stored_values.parts(rows[flag["setting_id"]]), used, salt) for flag in present
        }
    else:
        by_id = {flag["setting_id"]: flag for flag in present}
        settings = {
            flag["key"]: _formula(flag, formulas.parts(flag, rows[flag["setting_id"]]), used, salt, by_id)
            for flag in present
        }
    content: dict[str, Any] = {"p": {"r": 0, "s": salt}}
    if used:
        content["s"] = [_segment(segments.find(context, segment_id), salt) for segment_id in used]
    return {**content, "f": settings}


class _Segments(dict[str, int]):
    """The segments that rules use, with their places in the file."""

    def __missing__(self, segment_id: str) -> int:
        return self.setdefault(segment_id, len(self))


def _segment(row: Row, salt: str) -> dict[str, Any]:
    condition = condition_of(row["comparison_attribute"], row["comparator"], row["comparison_value"], salt, row["name"])
    return {"n": row["name"], "r": [condition]}


def _setting(flag: Row, parts: dict[str, Any], used: _Segments, salt: str) -> dict[str, Any]:
    """Return a setting of a V1 config."""
    rules = [
        {"c": [_condition(rule, used, salt, flag["key"])], "s": _value(flag, rule["value"])}
        for rule in parts["rolloutRules"]
    ]
    items = [{"p": item["percentage"], **_value(flag, item["value"])} for item in parts["rolloutPercentageItems"]]
    return _without_nothing({**_value(flag, parts["value"]), "r": rules, "p": items}, flag)


def _condition(rule: dict[str, Any], used: _Segments, salt: str, key: str) -> dict[str, Any]:
    if rule["segmentId"]:
        return _in_segment(rule["segmentId"], rule["segmentComparator"], used)
    compared = (rule["comparisonAttribute"], rule["comparator"], rule["comparisonValue"])
    return {"u": condition_of(*compared, salt, key)}


def _in_segment(segment_id: str, comparator: str, used: _Segments) -> dict[str, Any]:
    return {"s": {"s": used[segment_id], "c": ("isIn", "isNotIn").index(comparator)}}


def _formula(flag: Row, parts: dict[str, Any], used: _Segments, salt: str, present: dict[int, Row]) -> dict[str, Any]:
    """Return a setting of a V2 config; percentages without conditions stand behind its rules."""

    def served(value: dict[str, Any]) -> dict[str, Any]:
        return _value(flag, value[KINDS[flag["type"]]])

    def options(rule: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"p": option["percentage"], **served(option["value"])} for option in rule["percentageOptions"]]

    def condition(one: dict[str, Any]) -> dict[str, Any]:
        if one["userCondition"]:
            return {"u": user_condition_of(one["userCondition"], salt, flag["key"])}
        if one["segmentCondition"]:
            return _in_segment(one["segmentCondition"]["segmentId"], one["segmentCondition"]["comparator"], used)
        return {"p": _prerequisite(one["prerequisiteFlagCondition"], present)}

    rules, items = [], []
    for rule in parts["targetingRules"]:
        if not rule["conditions"]:
            items = options(rule)
            continue
        what = {"s": served(rule["value"])} if rule["value"] else {"p": options(rule)}
        rules.append({"c": [condition(one) for one in rule["conditions"]], **what})
    found = {**served(parts["defaultValue"]), "a": parts["percentageEvaluationAttribute"], "r": rules, "p": items}
    return _without_nothing(found, flag)


def _prerequisite(wanted: dict[str, Any], present: dict[int, Row]) -> dict[str, Any]:
    flag = present[wanted["prerequisiteSettingId"]]
    value = wanted["prerequisiteComparisonValue"][KINDS[flag["type"]]]
    comparator = ("equals", "doesNotEqual").index(wanted["comparator"])
    return {"f": flag["key"], "c": comparator, "v": {_VALUES[flag["type"]]: value}}


def _without_nothing(setting: dict[str, Any], flag: Row) -> dict[str, Any]:
    """Return a setting with its type and without empty parts."""
    return {"t": _TYPES.index(flag["type"]), **{name: part for name, part in setting.items() if part not in (None, [])}}


def _value(flag: Row, value: Any) -> dict[str, Any]:
    """Return a value with its id, which is the same wherever the setting has this value."""
    name = sha1(f"{flag['setting_id']} {json.dumps(value)}".encode(), usedforsecurity=False).hexdigest()[:8]
    return {"v": {_VALUES[flag["type"]]: value}, "i": name}
