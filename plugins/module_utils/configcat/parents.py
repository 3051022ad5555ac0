# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects that other objects belong to: an organization, a product, a config, an environment.

Private to the collection. The user names them, by names that have passed `checked_name`. In check mode a missing parent
is only a warning, and an empty dict stands for it: an earlier task would have created it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    ORGANIZATION,
    PRODUCT,
    Kind,
    only_named,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import is_uuid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, text_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def parent_organization(client: ConfigCatClient, given: str | None) -> dict[str, Any]:
    """Return the organization with this name or id, or the only one if none is given.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    organizations = client.organizations()
    found = [item for item in organizations if given is None or _is_certainly(item, given)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{item.get('name')} ({item.get(ORGANIZATION.id)})" for item in found or organizations)
    if not found:
        raise ToolkitError(
            "not_found",
            f"Organization {given} does not exist." if given else "These credentials belong to no organization.",
            hint=f"Set organization to one of these: {names}." if names else "Check the credentials.",
        )
    raise ToolkitError(
        "ambiguous", f"Several organizations are possible: {names}.", hint="Set organization to one of their ids."
    )


def _is_certainly(item: dict[str, Any], given: str) -> bool:
    return bool(matches([item], lambda each: is_organization(each, given)))


def is_organization(item: dict[str, Any], given: str) -> bool:
    """Return whether this organization has the given name or id.

    Raises:
        Unreadable: it does not show its id or its name.
    """
    return given in (text_in(item, ORGANIZATION.id), text_in(item, "name"))


def is_in_organization(product: dict[str, Any], given: str) -> bool:
    """Return whether a product belongs to the organization with the given name or id.

    Raises:
        Unreadable: it does not show its organization.
    """
    return is_organization(value_in(product, "organization", dict), given)


def find_product(client: ConfigCatClient, given: str) -> dict[str, Any] | None:
    """Return a product by its name or its id; None if it does not exist.

    Raises:
        ToolkitError: ``ambiguous`` if several have this name.
    """
    if is_uuid(given):
        return client.by_id(PRODUCT, given)
    with client.evidence.proving(f"product {given}"):
        found = client.find_named(PRODUCT, client.products(), given)
    return None if isinstance(found, Absence) else found


def parent_product(task: Task, client: ConfigCatClient, given: str) -> dict[str, Any]:
    """Return the product that a task works on, by its name or its id.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    return find_product(client, given) or missing_object(task, PRODUCT, given)


def picked(kind: Kind, items: list[dict[str, Any]], given: str) -> dict[str, Any] | None:
    """Return the one of these objects with the given id or name; None if there is none.

    Raises:
        ToolkitError: ``ambiguous`` if several have this name.
    """
    by_id = [item for item in items if str(item.get(kind.id)) == given]
    return by_id[0] if by_id else only_named(kind, items, given)


def find_in_product(client: ConfigCatClient, kind: Kind, product: dict[str, Any], given: str) -> dict[str, Any] | None:
    """Return an object of a product by its name or its id; None if it or the product does not exist.

    Raises:
        ToolkitError: ``ambiguous`` if several have this name.
    """
    if not product:
        return None
    items = client.of_product(kind, name_in(product, PRODUCT.id))
    by_id = picked(kind, items, given)
    found = by_id or client.find_named(kind, items, given)
    return None if isinstance(found, Absence) else found


def missing_object(task: Task, kind: Kind, given: str) -> dict[str, Any]:
    """Return an empty dict in place of a missing object.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    missing(task, f"{kind.title} {given}", f"Create it with reseller.toolkit.configcat_{kind.key}.")
    return {}


def parent_in_product(
    task: Task, client: ConfigCatClient, kind: Kind, product: dict[str, Any], given: str
) -> dict[str, Any]:
    """Return the config, environment or other object of a product that a task works on, by its name or its id.

    Raises:
        ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
    """
    return parents_in_product(task, client, kind, product, [given])[given]


def parents_in_product(
    task: Task, client: ConfigCatClient, kind: Kind, product: dict[str, Any], given: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return several such objects by the names that the user gave, with one read for all.

    Raises:
        ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
    """
    items = client.of_product(kind, name_in(product, PRODUCT.id)) if product and given else []
    return {name: picked(kind, items, name) or missing_object(task, kind, name) for name in given}
