# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limit responses to the properties that modules know. Nothing else of a response reaches a result.

Private to the collection; names no service. A property that a vendor adds may be a secret, and a result is printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: The properties of an object, each with those of the objects in it: none, for what holds no objects.
Properties = Mapping[str, "Properties"]
NOTHING: Properties = {}
#: What is known of resources, by the paths (regular expressions) that they are read from.
Resources = Mapping[str, Properties]


def properties_of(names: str, **objects: Properties) -> Properties:
    """Return properties: those that hold no objects by their names, and those that do with what is known of these."""
    return {**dict.fromkeys(names.split(), NOTHING), **objects}


def known_at(resources: Resources, path: str) -> Properties:
    """Return what is known of the resources at a path; nothing, for another path."""
    for pattern, properties in resources.items():
        if re.fullmatch(pattern, path):
            return properties
    return NOTHING


def limited(data: Any, properties: Properties) -> Any:
    """Return what a body, an item or a list of them, holds of these properties.

    What is of another type than expected stays for those who check it.
    """
    if isinstance(data, list):
        return [limited(item, properties) for item in data]
    if isinstance(data, dict):
        return {name: limited(value, properties[name]) for name, value in data.items() if name in properties}
    return data
