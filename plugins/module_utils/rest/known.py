# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limit responses to the properties that modules know. Nothing else in a response reaches a result.

Private to the collection; names no service. A property that a vendor adds may be a secret, and a result is printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

#: The properties of an object, each with the properties of the objects in it; none if it holds no objects.
Properties = Mapping[str, "Properties"]
NOTHING: Properties = {}
#: An object whose names the vendor does not describe: it stays as it is, for the code that tells its secrets apart.
ANYTHING: Properties = MappingProxyType({})
#: The known properties of resources, by the paths (regular expressions) that they are read from.
Resources = Mapping[str, Properties]


def properties_of(names: str, **objects: Properties) -> Properties:
    """Return properties: plain ones by their names, and those that hold objects with the objects' properties."""
    return {**dict.fromkeys(names.split(), NOTHING), **objects}


def known_at(resources: Resources, path: str) -> Properties:
    """Return the known properties of the resources at a path; none for an unknown path."""
    for pattern, properties in resources.items():
        if re.fullmatch(pattern, path):
            return properties
    return NOTHING


def limited(data: Any, properties: Properties) -> Any:
    """Return a body, an item or a list of them, with these properties only.

    A value of an unexpected type stays, for the code that checks it.
    """
    if properties is ANYTHING:
        return data
    if isinstance(data, list):
        return [limited(item, properties) for item in data]
    if isinstance(data, dict):
        return {name: limited(value, properties[name]) for name, value in data.items() if name in properties}
    return data
