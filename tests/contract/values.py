# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold one value against a schema of the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

#: What the log has instead of a secret.
MASK = "***"
#: Properties that are null when the answer is not known; of no other is this said.
NULLABLE = frozenset({("Domain", "will_renew"), ("DomainDetail", "will_renew")})
_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
#: With or without a zone, with any number of fractional digits: both are seen.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_INT32 = range(-(2**31), 2**31)


def differences(
    value: Any, schema: dict[str, Any], place: str, contract: dict[str, Any], *, exact: bool
) -> Iterator[str]:
    """Where a value differs from a schema: types, forms, enums, unknown properties, nulls.

    Args:
        value: the value, of parsed JSON.
        schema: what it should be, as the contract has it; an empty one fits everything.
        place: its name in what is found.
        contract: where references lead to.
        exact: whether enums count in their letters; the API itself answers them in other cases than it says.
    """
    owner = schema.get("ref")
    if owner:
        schema = contract["schemas"][owner]
    kind = schema.get("type")
    if kind is None or value == MASK:
        return
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{place} is no {kind}"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from differences(item, schema["items"], f"{place}[{number}]", contract, exact=exact)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in schema["properties"]:
                yield f"{place}.{name} is unknown"
            elif item is not None or exact or (owner, name) not in NULLABLE:
                yield from differences(item, schema["properties"][name], f"{place}.{name}", contract, exact=exact)
    else:
        yield from _scalar(value, schema, place, exact)


def _scalar(value: Any, schema: dict[str, Any], place: str, exact: bool) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        known = {str(item).lower() for item in schema["enum"]}
        if exact or str(value).lower() not in known:
            yield f"{place} is not one of its values: {value}"
    form = schema.get("format")
    if form == "int32" and value not in _INT32:
        yield f"{place} is no int32"
    if form == "date-time" and not _DATE_TIME.fullmatch(value):
        yield f"{place} is no date-time"
