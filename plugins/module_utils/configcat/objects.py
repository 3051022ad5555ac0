# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects with a name: look up the one that the options name, and bring it into the desired state.

Private to the collection. This is the part that products, configs, environments, tags, segments and permission groups
share. Their properties are in their modules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    ORGANIZATION,
    PRODUCT,
    Kind,
    is_named,
    object_path,
    path_in_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    checked_id,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    find_product,
    is_in_organization,
    parent_organization,
    parent_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import LARGEST_INTEGER, Task


@dataclass(frozen=True)
class Lookup:
    """The result of looking for an object, and where to add it.

    Attributes:
        found: the object, the proof that it does not exist, or None if its parent does not exist either.
        collection: the path to add it to.
        find: looks it up by its name.
        product: the product that it belongs to; an empty dict if there is none.
    """

    found: dict[str, Any] | Absence | None
    collection: str
    find: Callable[[], dict[str, Any] | Absence]
    product: dict[str, Any] = field(default_factory=dict)

    @property
    def current(self) -> dict[str, Any] | None:
        """Return the object; None if it does not exist."""
        return None if isinstance(self.found, Absence) else self.found

    @property
    def absence(self) -> Absence | None:
        """Return the proof that it does not exist, if there is one."""
        return self.found if isinstance(self.found, Absence) else None


def checked_object(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of `object_options`, with names and ids in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    number = params["id"]
    # An option that is present but null passes Ansible's own check.
    for option in ("product", "name"):
        if number is None and params[option] is None:
            raise invalid(option, "it is required unless id is given.")
    if isinstance(number, str):
        number = checked_id("id", number)
    elif number is not None:
        check_number("id", number, 1, LARGEST_INTEGER)
    return {**with_checked_names(params, product=LONGEST_DESCRIPTION, name=LONGEST_NAME), "id": number}


def unknown_id(title: str, number: str | int) -> ToolkitError:
    """Return the error for an id that no object has although one must be present."""
    hint = "Leave id out to create a new one: ConfigCat assigns ids."
    return ToolkitError("not_found", f"No {title} has the id {number}.", hint=hint)


def look_up_by_id(client: ConfigCatClient, kind: Kind, params: dict[str, Any]) -> Lookup:
    """Look up an object by the id that the options name. Without it, nothing can be added.

    Raises:
        ToolkitError: ``not_found``, unless the desired state is absent.
    """
    current = client.by_id(kind, params["id"])
    if current is None and params["state"] == "present":
        raise unknown_id(kind.title, params["id"])
    found = client.evidence.absent(f"{kind.title} {params['id']}") if current is None else current
    product = {} if current is None or kind is PRODUCT else value_in(current, "product", dict)
    return Lookup(found, "", lambda: found, product)


def look_up_in_product(task: Task, client: ConfigCatClient, kind: Kind, params: dict[str, Any]) -> Lookup:
    """Look up an object by its id, or by its product and its name.

    Args:
        task: knows whether this is check mode.
        client: reads.
        kind: the kind of the object.
        params: the task's options, from `checked_object`.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    if params["id"] is not None:
        return look_up_by_id(client, kind, params)
    if params["state"] == "absent":
        product = find_product(client, params["product"])
    else:
        product = parent_product(task, client, params["product"])
    if not product:
        return Lookup(None, "", lambda: client.evidence.absent(f"{kind.title} {params['name']}"))
    product_id = name_in(product, PRODUCT.id)
    find = partial(client.named, kind, product_id, params["name"])
    return Lookup(find(), path_in_product(kind, product_id), find, product)


def look_up_product(client: ConfigCatClient, params: dict[str, Any]) -> Lookup:
    """Look up a product by its name, in the given organization if there is one.

    The organization itself is looked up only to create the product.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    name, organization = params["name"], params["organization"]

    def in_organization(item: dict[str, Any]) -> bool:
        return organization is None or is_in_organization(item, organization)

    def find() -> dict[str, Any] | Absence:
        title = f"{PRODUCT.title} {name}"
        with client.evidence.proving(title):
            products = client.products()
        return client.evidence.find_in(title, products, PRODUCT.id, partial(is_named, name), in_organization)

    found = find()
    if not isinstance(found, Absence) or params["state"] == "absent":
        return Lookup(found, "", find)
    owner = parent_organization(client, organization)
    return Lookup(found, f"{object_path(ORGANIZATION, owner)}{PRODUCT.path}", find)


def ensure_object(
    task: Task,
    client: ConfigCatClient,
    kind: Kind,
    lookup: Lookup,
    wanted: dict[str, Any],
    first: dict[str, Any] | None = None,
    **removal: Any,
) -> dict[str, Any]:
    """Bring an object into the desired state. A property that is None is not compared.

    Args:
        task: its result, and whether this is check mode.
        client: sends the writes.
        kind: the kind of the object.
        lookup: the result of looking for it.
        wanted: its desired properties.
        first: those of them that only a new one can be given.
        removal: the query parameters of its removal.

    Returns:
        The task's result, with the object under its kind's name.
    """
    body = {name: value for name, value in wanted.items() if value is not None and name not in (first or {})}
    return converge(
        task,
        kind.key,
        current=lookup.current,
        wanted=None if task.params["state"] == "absent" else wanted,
        create=lambda: {kind.key: client.create(kind, lookup.collection, body, lookup.absence, lookup.find, first)},
        update=partial(client.update, kind),
        delete=lambda current: client.remove(kind, current, **removal),
    )
