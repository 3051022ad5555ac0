# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that have a name: where the API has them, and which of their properties it takes.

Private to the collection. Source: the vendor's description of the API (v1).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import PERMISSIONS
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, text_in


@dataclass(frozen=True)
class Kind:
    """A kind of object with a name.

    Attributes:
        title: its name in messages.
        path: the path of its collection, which the paths of its objects begin with.
        id: the property that identifies an object.
        properties: the properties that a PUT replaces.
        texts: those of them that the API shows as null when they are empty.
        listed_in_full: whether a list shows all properties of each object.
        sent_if_any: those of the texts that are sent empty only to remove a value.
    """

    title: str
    path: str
    id: str
    properties: tuple[str, ...]
    texts: tuple[str, ...] = ()
    listed_in_full: bool = True
    sent_if_any: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return its name in results and in names of modules."""
        return self.title.replace(" ", "_")


ORGANIZATION = Kind("organization", "/organizations", "organization_id", ())
PRODUCT = Kind("product", "/products", "product_id", ("name", "description", "order"), ("description",))
CONFIG = Kind("config", "/configs", "config_id", ("name", "description", "order"), ("description",))
ENVIRONMENT = Kind(
    "environment",
    "/environments",
    "environment_id",
    ("name", "color", "description", "order"),
    ("color", "description"),
    sent_if_any=("color",),
)
TAG = Kind("tag", "/tags", "tag_id", ("name", "color"), ("color",), sent_if_any=("color",))
SEGMENT = Kind(
    "segment",
    "/segments",
    "segment_id",
    ("name", "description", "comparison_attribute", "comparator", "comparison_value"),
    ("description",),
    listed_in_full=False,
)
PERMISSION_GROUP = Kind(
    "permission group",
    "/permissions",
    "permission_group_id",
    ("name", "access_type", "new_environment_access_type", "environment_accesses", *PERMISSIONS),
)
#: The properties that a PUT takes of the access to an environment. The API shows more, and refuses them.
ENVIRONMENT_ACCESS = ("environment_id", "environment_access_type")
#: Permissions to delete, each with the permission that the API requires with it.
COMPANIONS = {
    f"can_delete_{thing}": f"can_create_or_update_{thing}"
    for thing in ("config", "environment", "segments", "setting", "tag")
}


def object_path(kind: Kind, current: dict[str, Any]) -> str:
    """Return the path of an object.

    Raises:
        Unreadable: it does not show its id.
    """
    return f"{kind.path}/{segment(name_in(current, kind.id))}"


def path_in_product(kind: Kind, product_id: str) -> str:
    """Return the path of all objects of a kind in a product."""
    return f"{PRODUCT.path}/{segment(product_id)}{kind.path}"


def is_named(name: str, item: dict[str, Any]) -> bool:
    """Return whether an object has this name.

    Raises:
        Unreadable: it does not show its name.
    """
    return text_in(item, "name") == name


def only_named(kind: Kind, items: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """Return the object that certainly has this name. None proves nothing; see `ConfigCatClient.find_named`.

    Raises:
        ToolkitError: ``ambiguous`` if several have it.
    """
    found = matches(items, partial(is_named, name))
    if len(found) > 1:
        raise ToolkitError(
            "ambiguous",
            f"{len(found)} {kind.title}s are named {name!r}: {', '.join(str(item.get(kind.id)) for item in found)}.",
            hint="Set its id instead of its name.",
        )
    return found[0] if found else None


def to_send(kind: Kind, properties: dict[str, Any], changed: Collection[str] = ()) -> dict[str, Any]:
    """Return the properties to send, without those that say nothing and those that the API refuses.

    Args:
        kind: the kind of the object.
        properties: all its properties.
        changed: the names of those that replace another value.
    """
    body = {
        name: value
        for name, value in properties.items()
        if value is not None and (value != "" or name in changed or name not in kind.sent_if_any)
    }
    # The vendor's Terraform provider does the same: the API refuses accesses unless the access type is custom.
    if body.get("access_type", "custom") != "custom":
        body.pop("environment_accesses", None)
    if "environment_accesses" in body:
        body["environment_accesses"] = [
            {name: item[name] for name in ENVIRONMENT_ACCESS if name in item} for item in body["environment_accesses"]
        ]
    return body


def comparable(kind: Kind, item: dict[str, Any]) -> dict[str, Any]:
    """Return an object for comparison, with an empty text instead of null."""
    return {**item, **{name: "" for name in kind.texts if item and item.get(name) is None}}
