# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties as a service's contract describes them: each name with the properties of the objects in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Properties = dict[str, Any]


def described(
    body: Any, schemas: dict[str, Any], named: Callable[[Properties], Properties] = lambda properties: properties
) -> Properties:
    """Return the properties of a body.

    Args:
        body: a schema of the contract, or a reference to one.
        schemas: those that references name.
        named: gives properties the names of options.
    """
    if "ref" in body:
        return described(schemas[body["ref"]], schemas, named)
    if body.get("type") == "array":
        return described(body["items"], schemas, named)
    return {name: described(value, schemas, named) for name, value in named(body.get("properties", {})).items()}


def united(one: Properties, other: Properties) -> Properties:
    """Return the properties of both."""
    return {name: united(one.get(name, {}), other.get(name, {})) for name in {*one, *other}}


def example(properties: Properties, new: Properties | None = None) -> dict[str, Any]:
    """Return an object with these properties, with additional ones in it and in each nested object."""
    inner = {name: [example(more, new)] if more else "x" for name, more in properties.items()}
    return {**inner, **(new or {})}
