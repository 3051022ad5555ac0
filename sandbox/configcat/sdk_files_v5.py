# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for older SDKs: the settings of a V1 config in an environment (config JSON, v5).

Derived from the vendor's SDKs. These know no segments, so a rule has the comparison of its segment; they can't evaluate
V2 configs, which have no such file.
"""

from __future__ import annotations

from hashlib import sha1
from sqlite3 import Row
from typing import Any, get_args

from sandbox.configcat import flags, segments, stored_values
from sandbox.configcat.bodies import Comparator
from sandbox.context import Context

_TYPES = ("boolean", "string", "int", "double")
_NUMBERS = {name: number for number, name in enumerate(get_args(Comparator))}
_OPPOSITES = (
    ("isOneOf", "isNotOneOf"),
    ("contains", "doesNotContain"),
    ("semVerIsOneOf", "semVerIsNotOneOf"),
    ("semVerLess", "semVerGreaterOrEquals"),
    ("semVerLessOrEquals", "semVerGreater"),
    ("numberEquals", "numberDoesNotEqual"),
    ("numberLess", "numberGreaterOrEquals"),
    ("numberLessOrEquals", "numberGreater"),
    ("sensitiveIsOneOf", "sensitiveIsNotOneOf"),
)
_COMPARED = ("comparison_attribute", "comparator", "comparison_value")
_OPPOSITE = dict(_OPPOSITES) | {other: one for one, other in _OPPOSITES}


def content(context: Context, keys: Row) -> dict[str, Any]:
    """Return the file of a V1 config in an environment."""
    settings = {}
    for flag in flags.of_config(context, keys["config_id"]):
        row = stored_values.read(context, flag["setting_id"], keys["environment_id"])
        settings[flag["key"]] = _setting(context, flag, stored_values.parts(row))
    return {"p": {"r": 0}, "f": settings}


def _setting(context: Context, flag: Row, parts: dict[str, Any]) -> dict[str, Any]:
    rules = [
        {"o": number, **_comparison(context, rule), "v": rule["value"]}
        for number, rule in enumerate(parts["rolloutRules"])
    ]
    items = [
        {"o": number, "v": item["value"], "p": item["percentage"]}
        for number, item in enumerate(parts["rolloutPercentageItems"])
    ]
    return {"v": parts["value"], "t": _TYPES.index(flag["type"]), "p": items, "r": rules}


def _comparison(context: Context, rule: dict[str, Any]) -> dict[str, Any]:
    attribute, comparator, value = (rule[name] for name in ("comparisonAttribute", "comparator", "comparisonValue"))
    if rule["segmentId"]:
        segment = segments.find(context, rule["segmentId"])
        attribute, comparator, value = (segment[name] for name in _COMPARED)
        comparator = comparator if rule["segmentComparator"] == "isIn" else _OPPOSITE[comparator]
    if comparator.startswith("sensitive"):
        hidden = (sha1(text.strip().encode(), usedforsecurity=False).hexdigest() for text in value.split(","))
        value = ",".join(hidden)
    return {"a": attribute, "t": _NUMBERS[comparator], "c": value}
