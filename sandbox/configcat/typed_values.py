# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values in V2 configs, where the name of a property tells the type."""

from __future__ import annotations

from typing import Any

from pydantic import FiniteFloat

from sandbox.configcat.bodies import Id, Model
from sandbox.configcat.responses import wrong_formula
from sandbox.configcat.stored_values import LIMITATIONS
from sandbox.endpoint import Int32

KINDS = {"boolean": "boolValue", "string": "stringValue", "int": "intValue", "double": "doubleValue"}
"""The property that holds the value of each type of setting."""


class TypedValue(Model):
    """A value: the property of its type, or one of the setting's predefined variations."""

    bool_value: bool | None = None
    string_value: str | None = None
    int_value: Int32 | None = None
    double_value: FiniteFloat | None = None
    predefined_variation_id: Id | None = None


def check_typed(kind: str, value: TypedValue, place: str, text: str) -> Any:
    """Return a value; refuse one that is not of the setting's type with this text."""
    given = value.model_dump(by_alias=True, exclude_none=True)
    if list(given) != [KINDS[kind]]:
        raise wrong_formula(place, text)
    found = given[KINDS[kind]]
    if kind == "string" and len(found) > LIMITATIONS["maxStringFlagValueLength"]:
        raise wrong_formula(f"{place}.stringValue", "Too long.")
    return found


def typed(kind: str, value: Any) -> dict[str, Any]:
    """Return a value as it is shown."""
    return {name: value if KINDS[kind] == name else None for name in KINDS.values()}
