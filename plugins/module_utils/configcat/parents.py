# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other objects belong to, named by a user: an organization, a product, a config, an environment.

Private to the collection. What the user gave has passed `checked_name`. In check mode a parent that is not there yet is
only warned of, and is an empty dict: an earlier task would have made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import PRODUCT, Kind, only_named
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.names import is_uuid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, matches, name_in, text_in

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def parent_organization(client: ConfigCatClient, given: str | None) -> dict[str, Any]:
    """The organization that a user means: by its name or its id, or the only one.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    organizations = client.organizations()
    found = [item for item in organizations if given is None or _is_certainly(item, given)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{item.get('name')} ({item.get('organization_id')})" for item in found or organizations)
    if not found:
        raise ToolkitError("not_found", f"There is no organization {given}.", hint=f"There are: {names or 'none'}.")
    raise ToolkitError("ambiguous", f"There are several organizations: {names}.", hint="Say which one is meant.")


def _is_certainly(item: dict[str, Any], given: str) -> bool:
    return bool(matches([item], lambda each: is_organization(each, given)))


def is_organization(item: dict[str, Any], given: str) -> bool:
    """Whether this organization is the one that a user names.

    Raises:
        Unreadable: it does not tell its id or its name.
    """
    return given in (text_in(item, "organization_id"), text_in(item, "name"))


def find_product(client: ConfigCatClient, given: str) -> dict[str, Any] | None:
    """A product by its name or its id; None when there is none.

    Raises:
        ToolkitError: ``ambiguous``, when several have this name.
    """
    if is_uuid(given):
        return client.by_id(PRODUCT, given)
    with client.evidence.proving(f"product {given}"):
        found = client.find_named(PRODUCT, client.products(), given)
    return None if isinstance(found, Absence) else found


def parent_product(task: Task, client: ConfigCatClient, given: str) -> dict[str, Any]:
    """The product that something is to be done to, by its name or its id.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    return find_product(client, given) or missing_object(task, PRODUCT, given)


def picked(kind: Kind, items: list[dict[str, Any]], given: str) -> dict[str, Any] | None:
    """The one of these that a user means, by its id or its name; None when there is none.

    Raises:
        ToolkitError: ``ambiguous``, when several have this name.
    """
    by_id = [item for item in items if str(item.get(kind.id)) == given]
    return by_id[0] if by_id else only_named(kind, items, given)


def find_in_product(client: ConfigCatClient, kind: Kind, product: dict[str, Any], given: str) -> dict[str, Any] | None:
    """An object by its name or its id inside a product; None when there is none, or no product.

    Raises:
        ToolkitError: ``ambiguous``, when several have this name.
    """
    if not product:
        return None
    items = client.of_product(kind, name_in(product, PRODUCT.id))
    by_id = picked(kind, items, given)
    found = by_id or client.find_named(kind, items, given)
    return None if isinstance(found, Absence) else found


def missing_object(task: Task, kind: Kind, given: str) -> dict[str, Any]:
    """What stands for an object that was looked for in vain.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    missing(task, f"{kind.title} {given}", f"Make it with reseller.toolkit.configcat_{kind.key}.")
    return {}


def parent_in_product(
    task: Task, client: ConfigCatClient, kind: Kind, product: dict[str, Any], given: str
) -> dict[str, Any]:
    """The config, the environment or the like that something is to be done to, by its name or its id.

    Raises:
        ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
    """
    return parents_in_product(task, client, kind, product, [given])[given]


def parents_in_product(
    task: Task, client: ConfigCatClient, kind: Kind, product: dict[str, Any], given: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Several such objects, by what the user calls them, with one read for all.

    Raises:
        ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
    """
    items = client.of_product(kind, name_in(product, PRODUCT.id)) if product and given else []
    return {name: picked(kind, items, name) or missing_object(task, kind, name) for name in given}
