# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MySQL databases and their users: find them under the names that they got, order them.

Private to the collection. The API puts a prefix before a database's name, and may put it before a user's: asked for
``shop``, it makes ``ID123456_shop``, with a number that can't be known before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.databases import (
    get_mysql_database,
    list_mysql_databases,
    list_mysql_users,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.hostings import get_linux_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import hosting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import is_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.parents import NamedAccount
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The collection that databases are ordered in.
PATH = "/mysqldatabases"
PREFIX = re.compile(r"ID\d+_")


def is_provisioned_name(name: str) -> bool:
    """Whether a name is one that the API gave, prefix included."""
    return PREFIX.match(name) is not None


def asked_name(name: str) -> str:
    """The name as it was asked for: without the prefix."""
    return PREFIX.sub("", name, count=1)


def find_database(client: ResellerClient, account: NamedAccount | None, name: str) -> dict[str, Any] | None:
    """The database of this name in an account, None when there is none.

    Args:
        client: calls the API.
        account: the account; not used for a name as provisioned.
        name: the name as asked for, or as provisioned.

    Raises:
        ToolkitError: ``ambiguous``, when the account has several databases of that name.
    """
    if account is None or is_provisioned_name(name):
        return get_mysql_database(client, name)
    return _only_database(databases_of(client, account, partial(_is_asked, name)), name)


def known_database(client: ResellerClient, account: NamedAccount | None, name: str) -> dict[str, Any] | None:
    """`find_database`, by the hosting's list of names that tasks of this run share; what is not in it is asked for."""
    if account is None or is_provisioned_name(name):
        return get_mysql_database(client, name)
    wanted = partial(_is_asked, name)
    found = databases_of(client, account, wanted, enough=lambda hosting: any(map(wanted, names_in(hosting))))
    return _only_database(found, name)


def _is_asked(name: str, full_name: str) -> bool:
    return asked_name(full_name) == name


def _only_database(found: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    _only([database["name"] for database in found], name)
    return found[0] if found else None


def names_in(hosting: dict[str, Any]) -> list[str]:
    """The provisioned names of a hosting's databases."""
    return hosting.get("mysql_database_names") or []


def databases_of(
    client: ResellerClient,
    account: NamedAccount,
    wanted: Callable[[str], bool] = lambda full_name: True,
    enough: Callable[[Any], bool] | None = None,
) -> list[dict[str, Any]]:
    """An account's databases whose provisioned names are wanted.

    Reads the hosting's list of names and then each wanted database, so the cost does not grow with the number of
    customers; only an account without Linux hosting needs the list of all databases, which the API can't filter.

    Args:
        client: calls the API.
        account: the account.
        wanted: whether a database of that name is wanted.
        enough: whether a hosting's list of names is enough that another task of this run was told.
    """
    identifier = account.identifier
    hosting = get_linux_hosting(client, identifier, enough) if identifier and is_domain(identifier) else None
    if hosting is not None:
        names = list(filter(wanted, names_in(hosting)))
        found = [database for database in map(partial(get_mysql_database, client), names) if database]
        # One that is gone may have been replaced since the names were told.
        is_old = enough is not None and len(found) < len(names)
        return databases_of(client, account, wanted) if is_old else found
    if account.found is None:
        return []
    account_id = account.found["id"]
    return [
        item for item in list_mysql_databases(client) if item.get("account_id") == account_id and wanted(item["name"])
    ]


def parent_database(
    task: Task, client: ResellerClient, account: NamedAccount | None, name: str, *, missing_is_fine: bool
) -> tuple[str, list[dict[str, Any]]]:
    """The provisioned name of the database that a user is to be made in, and the users that it has.

    An empty name when there is no such database: in check mode with a warning, as an earlier task would have made it.

    Raises:
        ToolkitError: ``not_found``, unless in check mode or ``missing_is_fine``.
    """
    found = {"name": name} if is_provisioned_name(name) else known_database(client, account, name)
    users = list_mysql_users(client, found["name"]) if found else None
    if found and users is not None:
        return found["name"], users
    if not missing_is_fine:
        missing(task, f"database {name}", "Order it first (reseller.toolkit.reseller_mysql).")
    return "", []


def database_order(client: ResellerClient, account: dict[str, Any], name: str, password: str) -> Order:
    """The order of a database in an account that was read."""
    named = NamedAccount(client, str(account["id"]))
    return Order(
        path=PATH,
        key=order_key(account["id"], name),
        title=f"database {name} of account {account['identifier']}",
        body={"account_id": account["id"], "database_name": name, "password": password},
        find=lambda: find_database(client, named, name),
        from_links=lambda links: _linked_database(client, links, name),
    )


def order_key(account_id: int, name: str) -> str:
    """The natural key of a database's order.

    Args:
        account_id: the account's id.
        name: the name as asked for.
    """
    return f"{account_id} {name}"


def delete_database(client: ResellerClient, name: str) -> None:
    """Remove a database, by its provisioned name, with all that is in it."""
    client.delete(f"{PATH}/{segment(name)}")


def names_changed(client: ResellerClient, account: NamedAccount | None) -> None:
    """Let the names of an account's databases, which its hosting tells, be asked anew; of all accounts without one."""
    identifier = account.identifier if account else None
    client.shared.wrote(hosting_path(identifier) if identifier else "/")


def find_user(users: list[dict[str, Any]], database: str, name: str) -> dict[str, Any] | None:
    """The user of this name, None when there is none.

    Args:
        users: the database's users.
        database: the database's provisioned name.
        name: as asked for, or as provisioned; whether the API puts a prefix before it is not documented.

    Raises:
        ToolkitError: ``ambiguous``.
    """
    by_name = {user["name"]: user for user in users}
    if name in by_name:
        return by_name[name]
    # The database's own user has its name, and is meant only by its full name.
    full_name = _only([full for full in by_name if full != database and asked_name(full) == name], name)
    return by_name[full_name] if full_name else None


def users_path(database: str) -> str:
    """The collection of a database's users."""
    return f"{PATH}/{segment(database)}/users"


def user_order(client: ResellerClient, database: str, name: str, password: str) -> Order:
    """The order of a further user, which may only read."""
    return Order(
        path=users_path(database),
        key=name,
        title=f"user {name} of database {database}",
        body={"name": name, "password": password},
        find=lambda: find_user(list_mysql_users(client, database) or [], database, name),
    )


def delete_user(client: ResellerClient, database: str, user: str) -> None:
    """Remove a user, by its provisioned name; the API allows it for users that may only read."""
    client.delete(f"{users_path(database)}/{segment(user)}")


def set_password(client: ResellerClient, database: str, user: str, password: str) -> None:
    """Give a user another password."""
    client.put(f"{users_path(database)}/{segment(user)}/password", {"password": password})


def set_enabled(client: ResellerClient, database: str, user: str, enabled: bool) -> None:
    """Let a user in or keep it out."""
    client.put(f"{users_path(database)}/{segment(user)}/status", {"enabled": enabled})


def _linked_database(client: ResellerClient, links: tuple[str, ...], name: str) -> dict[str, Any] | None:
    """The database that a finished job names, if exactly one link is of one of that name."""
    found = [found.group(1) for found in (re.search(r"/mysqldatabases/([^/]+)$", link) for link in links) if found]
    matching = [full for full in found if asked_name(full) == name]
    return get_mysql_database(client, matching[0]) if len(matching) == 1 else None


def _only(names: list[str], name: str) -> str | None:
    if len(names) > 1:
        raise ToolkitError(
            "ambiguous",
            f"{len(names)} names match {name!r}: {', '.join(sorted(names))}.",
            hint="Give the full one.",
        )
    return names[0] if names else None
