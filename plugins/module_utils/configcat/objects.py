# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects with a name inside a product: find the one that is meant, and make it as wanted.

Private to the collection. What is the same for configs, environments, tags, segments and permission groups is here;
what they consist of is in their modules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import PRODUCT, Kind, path_in_product
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.names import (
    LONGEST_NAME,
    LONGEST_TEXT,
    checked_id,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import find_product, parent_product
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, name_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import LARGEST_INTEGER

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


@dataclass(frozen=True)
class Place:
    """Where an object is, or would be.

    Attributes:
        found: the object, the proof that there is none, or None where none can be: its parent is not there either.
        collection: the path to add it to.
        find: looks it up by its name.
        product: the product that it is in; an empty dict when there is none.
    """

    found: dict[str, Any] | Absence | None
    collection: str
    find: Callable[[], dict[str, Any] | Absence]
    product: dict[str, Any] = field(default_factory=dict)

    @property
    def current(self) -> dict[str, Any] | None:
        """The object, None when there is none."""
        return None if isinstance(self.found, Absence) else self.found

    @property
    def absence(self) -> Absence | None:
        """The proof that there is none, where that was proven."""
        return self.found if isinstance(self.found, Absence) else None


def checked_object(params: dict[str, Any]) -> dict[str, Any]:
    """The options of `object_options`, with names and ids in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    number = params["id"]
    # An option that is there and holds nothing passes Ansible's own check.
    for option in ("product", "name"):
        if number is None and params[option] is None:
            raise invalid(option, "it is needed unless id is given.")
    if isinstance(number, str):
        number = checked_id("id", number)
    elif number is not None:
        check_number("id", number, 1, LARGEST_INTEGER)
    return {**with_checked_names(params, product=LONGEST_TEXT, name=LONGEST_NAME), "id": number}


def place_by_id(client: ConfigCatClient, kind: Kind, params: dict[str, Any]) -> Place:
    """The place of an object that the user names by its id: it is there, or can't be made.

    Raises:
        ToolkitError: ``not_found``, unless it shall be absent.
    """
    current = client.by_id(kind, params["id"])
    if current is None and params["state"] == "present":
        raise ToolkitError(
            "not_found",
            f"There is no {kind.title} with the id {params['id']}.",
            hint="An id is given by ConfigCat. To make a new one leave it out.",
        )
    found = client.evidence.absent(f"{kind.title} {params['id']}") if current is None else current
    product = {} if current is None or kind is PRODUCT else value_in(current, "product", dict)
    return Place(found, "", lambda: found, product)


def place_in_product(task: Task, client: ConfigCatClient, kind: Kind, params: dict[str, Any]) -> Place:
    """The place of an object that the user names by its id, or by its product and its name.

    Args:
        task: check mode is taken from it.
        client: looks for it.
        kind: what it is.
        params: the task's options, from `checked_object`.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    if params["id"] is not None:
        return place_by_id(client, kind, params)
    if params["state"] == "absent":
        product = find_product(client, params["product"])
    else:
        product = parent_product(task, client, params["product"])
    if not product:
        return nowhere(client, kind, params["name"])
    product_id = name_in(product, PRODUCT.id)
    find = partial(client.named, kind, product_id, params["name"])
    return Place(find(), path_in_product(kind, product_id), find, product)


def nowhere(client: ConfigCatClient, kind: Kind, name: str) -> Place:
    """The place of an object whose parent is not there either."""
    return Place(None, "", lambda: client.evidence.absent(f"{kind.title} {name}"))


def see_to(task: Task, client: ConfigCatClient, kind: Kind, place: Place, wanted: dict[str, Any]) -> dict[str, Any]:
    """Make an object as wanted; a property that is None is not to be looked at.

    Returns:
        the task's result, with the object under its kind's name.
    """
    body = {name: value for name, value in wanted.items() if value is not None}
    return converge(
        task,
        kind.key,
        current=place.current,
        wanted=None if task.params["state"] == "absent" else wanted,
        create=lambda: {kind.key: client.create(kind, place.collection, body, place.absence, place.find)},
        update=partial(client.update, kind),
        delete=partial(client.remove, kind),
    )
