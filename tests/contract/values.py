# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check one value against a schema of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

#: The placeholder of a secret in the log.
MASK = "***"
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
#: With or without a zone, with any number of fractional digits: both occur.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FORMS = {"date-time": _DATE_TIME, "uuid": _UUID}
_RANGES = {"int32": range(-(2**31), 2**31), "int64": range(-(2**63), 2**63)}


def differences(
    value: Any, schema: dict[str, Any], place: str, schemas: dict[str, Any], *, exact: bool, more: bool = False
) -> Iterator[str]:
    """Return where a value differs from a schema: types, forms, limits, enums, nulls, unknown or missing properties.

    Args:
        value: the value, of parsed JSON.
        schema: the schema in the contract; an empty one accepts everything.
        place: its name in the findings.
        schemas: the schemas of references.
        exact: whether a value must be as described in what is asked of requests: the letters of enums (an API itself
            answers them in other cases than it says), lengths, and what must be there.
        more: whether objects may have unknown properties, but must have the required ones.
    """
    if value is None and schema.get("nullable"):
        return
    if "ref" in schema:
        schema = schemas[schema["ref"]]
    kind = schema.get("type")
    if kind is None or value == MASK:
        return
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{place} is no {kind}"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from differences(item, schema["items"], f"{place}[{number}]", schemas, exact=exact, more=more)
    elif isinstance(value, dict):
        known = dict.fromkeys(value, schema["values"]) if "values" in schema else schema["properties"]
        for name, item in value.items():
            if name not in known and more:
                continue
            if name not in known:
                yield f"{place}.{name} is unknown"
            else:
                yield from differences(item, known[name], f"{place}.{name}", schemas, exact=exact, more=more)
        for name in schema.get("required", ()):
            if (exact or more) and name not in value:
                yield f"{place}.{name} is missing"
    else:
        yield from _scalar(value, schema, place, exact)


def _scalar(value: Any, schema: dict[str, Any], place: str, exact: bool) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        known = {str(item).lower() for item in schema["enum"]}
        if exact or str(value).lower() not in known:
            yield f"{place} is not one of its values: {value}"
    form = schema.get("format")
    if form in _RANGES and value not in _RANGES[form]:
        yield f"{place} is no {form}"
    if form in _FORMS and not _FORMS[form].fullmatch(value):
        yield f"{place} is no {form}"
    if exact and len(str(value)) > schema.get("maxLength", len(str(value))):
        yield f"{place} is too long"
    if exact and len(str(value)) < schema.get("minLength", 0):
        yield f"{place} is too short"
    if exact and "minimum" in schema and not schema["minimum"] <= value <= schema.get("maximum", value):
        yield f"{place} is not from {schema['minimum']} to {schema.get('maximum', 'infinity')}"
    if exact and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place} is not of its form"
