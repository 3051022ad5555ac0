# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of products and organizations, with their permission groups and roles.

Private to the collection. Source: the vendor's descriptions of the API.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ORGANIZATION, PRODUCT, object_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, text_in, value_in

#: The lists in which the API shows the people of an organization, with the roles that they stand for.
ROLES = {"members": None, "admins": "is_admin", "billing_managers": "is_billing_manager"}
#: The properties that identify a person.
PERSON = ("user_id", "email", "full_name")


def checked_email(option: str, text: str) -> str:
    """Return an e-mail address in the form that is compared and sent.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    address = line_of(option, text)
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", address):
        raise invalid(option, f"{text!r} is not an e-mail address.")
    return address


def members_path(parent: dict[str, Any]) -> str:
    """Return the path of the members of a product or of an organization."""
    return f"{object_path(PRODUCT if PRODUCT.id in parent else ORGANIZATION, parent)}/members"


def has_email(email: str, item: dict[str, Any]) -> bool:
    """Return whether a member or an invitation has this address, in any case.

    Raises:
        Unreadable: it does not show its address.
    """
    return text_in(item, "email").casefold() == email.casefold()


def members_of_organization(client: ConfigCatClient, organization: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the people of an organization, each once, with their roles and their permission groups.

    Raises:
        Unreadable: the response lacks one of its lists.
    """
    answer = client.one(f"/v2{members_path(organization)}")
    people: dict[tuple[str, str], dict[str, Any]] = {}
    for name, role in ROLES.items():
        for item in collection_in(answer, name):
            # Someone with a role may be among the members or not. An item that lacks a property is kept as it is.
            key = (str(item.get("user_id")), str(item.get("email")))
            known = people.get(key, {"is_admin": False, "is_billing_manager": False, "permissions": []})
            people[key] = {**known, **item, **({role: True} if role else {})}
    return list(people.values())


def member_of(client: ConfigCatClient, parent: dict[str, Any], email: str) -> dict[str, Any] | None:
    """Return the member of a product or an organization with this address, in any case; None if there is none.

    Raises:
        ToolkitError: ``ambiguous``.
        Unproven: a member does not show its address.
    """
    title = f"member {email}"
    with client.evidence.proving(title):
        items = client.listed(members_path(parent)) if PRODUCT.id in parent else members_of_organization(client, parent)
    found = client.evidence.find_in(title, items, "user_id", partial(has_email, email))
    return None if isinstance(found, Absence) else found


def remove_member(client: ConfigCatClient, parent: dict[str, Any], member: dict[str, Any]) -> None:
    """Remove a member from a product or from an organization."""
    client.delete(f"{members_path(parent)}/{segment(name_in(member, 'user_id'))}")


def other_products(person: dict[str, Any], product: dict[str, Any]) -> list[str]:
    """Return the names of the products that a member of an organization belongs to, without this one.

    Args:
        person: from `members_of_organization`.
        product: the product.

    Raises:
        Unreadable: the member's permissions do not show their products.
    """
    products = [value_in(item, "product", dict) for item in collection_in(person, "permissions")]
    return [text_in(item, "name") for item in products if name_in(item, PRODUCT.id) != product[PRODUCT.id]]


def put_into_group(
    client: ConfigCatClient, product: dict[str, Any], person: dict[str, Any], group_id: int, *, alone: bool = False
) -> dict[str, Any]:
    """Assign a member of the organization to a permission group, which replaces any other group of the product.

    Args:
        client: sends the write.
        product: the product.
        person: the member.
        group_id: the permission group.
        alone: whether the member leaves all other products.
    """
    # A member has one group in each product, so sending it twice is the same as once.
    leaving = {"remove_from_permission_groups_where_id_not_set": True} if alone else {}
    change_permissions(client, product["organization"], person, {"permission_group_ids": [group_id], **leaving})
    known = {name: person[name] for name in PERSON if name in person}
    shown = {**known, "product_id": product[PRODUCT.id], "permission_group_id": group_id}
    return {**shown, "other_products": []} if alone else shown


def change_permissions(
    client: ConfigCatClient, organization: dict[str, Any], person: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Change the roles of a member of the organization, or the permission groups. What is not given stays as it is."""
    path = f"{members_path(organization)}/{segment(name_in(person, 'user_id'))}"
    client.write("POST", path, changed, repeat=True)
