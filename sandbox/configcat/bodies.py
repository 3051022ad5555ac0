# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types for request bodies."""

from __future__ import annotations

import re
import secrets
import uuid
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sandbox.endpoint import Body

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Comparator = Literal[
    "isOneOf",
    "isNotOneOf",
    "contains",
    "doesNotContain",
    "semVerIsOneOf",
    "semVerIsNotOneOf",
    "semVerLess",
    "semVerLessOrEquals",
    "semVerGreater",
    "semVerGreaterOrEquals",
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
    "sensitiveIsOneOf",
    "sensitiveIsNotOneOf",
]
"""How an attribute of a user is compared; in the order in which SDKs number them."""


def _uuid(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise ValueError("not a UUID")
    return text.lower()


Id = Annotated[str, AfterValidator(_uuid)]
"""An id as most objects have."""
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Order = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Text = Annotated[str, Field(max_length=1000)]
Color = Annotated[str, Field(max_length=255)]
Attribute = Annotated[str, Field(min_length=1, max_length=1000)]
ComparisonValue = Annotated[str, Field(min_length=1, max_length=65535)]


class Model(Body):
    """A body whose properties are written in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


def with_position(columns: dict[str, Any], position: int | None = None) -> dict[str, Any]:
    """Return columns with the place in the list under the name of its column.

    :param columns: properties, maybe with an ``order``.
    :param position: the place without one; None leaves it unchanged.
    """
    given = {name: value for name, value in columns.items() if name != "order"}
    order = columns.get("order")
    place = position if order is None else order
    return given if place is None else {**given, "position": place}


def new_id() -> str:
    """Return a unique id."""
    return str(uuid.uuid4())


def new_key_part() -> str:
    """Return one of the parts of an SDK key: 22 characters."""
    return secrets.token_urlsafe(17)[:22]
