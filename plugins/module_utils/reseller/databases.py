# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MySQL databases and their users: read, find, change and remove them.

Private to the collection. The rules for their names are in ``database_names.py``; they are ordered by
``database_orders.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
    AskedName,
    asked_name,
    is_asked,
    is_provisioned_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import get_linux_hosting, hosting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    is_domain,
    same_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.named_accounts import NamedAccount
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, matches, only
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Unreadable,
    number_in,
    text_in,
    texts_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction, Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The collection of databases, in which they are ordered.
PATH = "/mysqldatabases"


def database_path(name: str) -> str:
    """Return the path of a database, by its provisioned name."""
    return f"{PATH}/{segment(name)}"


def users_path(database: str) -> str:
    """Return the path of a database's users."""
    return f"{database_path(database)}/users"


def user_path(database: str, user: str) -> str:
    """Return the path of a user; both names are the provisioned ones."""
    return f"{users_path(database)}/{segment(user)}"


def list_mysql_databases(client: ResellerClient) -> list[dict[str, Any]]:
    """Return all databases of all accounts: the API can't filter them."""
    return reading_of_mysql_databases(client).items()


def reading_of_mysql_databases(client: ResellerClient) -> Reading:
    """Return all databases of all accounts, to be read as far as a decision needs it."""
    return client.reading(PATH, "name")


def get_mysql_database(client: ResellerClient, name: str) -> dict[str, Any] | None:
    """Return one database by its provisioned name."""
    return client.get(database_path(name))


def list_mysql_users(client: ResellerClient, database: str) -> list[dict[str, Any]] | None:
    """Return the users of a database, by its provisioned name."""
    return client.items(users_path(database))


def find_database(client: ResellerClient, account: NamedAccount, name: str) -> dict[str, Any] | Absence:
    """Return the database of this name in an account, or the proof that none exists.

    The account's hosting names its databases, which is quick. If it does not name this one, the list of all databases
    decides: a second database costs more than reading that list.

    Args:
        client: calls the API.
        account: the account.
        name: the name as requested.

    Raises:
        ToolkitError: ``ambiguous``, when the account has several databases of that name; ``unproven``, also when one
            of its databases may be this one with a truncated name.
    """
    title = _title(account, name)
    asked = AskedName(client, name)
    try:
        with client.evidence.proving(title, account.identifier):
            named = client.evidence.agreed(lambda: _named_by_hosting(client, account, asked))
    except Unproven as error:
        client.evidence.except_or_raise(error)
        named = None
    return named or _found_in_list(client, account, asked)


def known_database(client: ResellerClient, account: NamedAccount, name: str) -> dict[str, Any] | Absence:
    """Do the same as `find_database`, but first look in the hosting's list of names that tasks of this run share."""
    asked = AskedName(client, name)
    try:
        with client.evidence.proving(_title(account, name), account.identifier):
            named = _named_by_hosting(
                client, account, asked, lambda hosting: any(map(asked.means, _readable_names(hosting)))
            )
    except Unproven:
        # It may have been replaced since another task of this run read the list.
        return find_database(client, account, name)
    return named or _found_in_list(client, account, asked)


def _title(account: NamedAccount, name: str) -> str:
    return f"database {name} of account {account.title}"


def _named_by_hosting(
    client: ResellerClient, account: NamedAccount, asked: AskedName, enough: Callable[[Any], bool] | None = None
) -> dict[str, Any] | None:
    """Return the database if the account's hosting names it; None proves no absence.

    Raises:
        ToolkitError: ``ambiguous``.
        Unreadable: the hosting does not report its databases.
        Contradiction: it names one that does not exist.
    """
    title = _title(account, asked.name)
    hosting = hosting_of(client, account, enough)
    names = [] if hosting is None else texts_in(hosting, "mysql_database_names")
    found = only(title, [{"name": full} for full in asked.best_of(names)], "name")
    database = database_named(client, found["name"]) if found else None
    if found and database is None:
        why = f"hosting {account.identifier} names {found['name']}, and the API does not know that database"
        raise Contradiction(title, why, item_id=found["name"])
    return database


def database_named(client: ResellerClient, full_name: str) -> dict[str, Any] | None:
    """Return the database of this provisioned name; None when it does not exist.

    Raises:
        Unreadable: the response is about another database.
    """
    database = get_mysql_database(client, full_name)
    if database is not None and not same_text(text_in(database, "name"), full_name):
        raise Unreadable("name", database["name"])
    return database


def _found_in_list(client: ResellerClient, account: NamedAccount, asked: AskedName) -> dict[str, Any] | Absence:
    """Return the database from the list of all databases, or the proof that the list lacks it."""
    title = _title(account, asked.name)
    if account.found is None:
        return client.evidence.absent(title)
    account_id = number_in(account.found, "id")

    def find(rule: Callable[[str], bool]) -> dict[str, Any] | Absence:
        return client.evidence.find(
            title,
            reading_of_mysql_databases(client),
            "name",
            lambda item: rule(text_in(item, "name")),
            lambda item: number_in(item, "account_id") == account_id,
        )

    try:
        return find(asked.is_it)
    except ToolkitError as error:
        if error.kind != "ambiguous":
            raise
        exact = find(lambda full_name: asked_name(full_name) == asked.name)
        if isinstance(exact, Absence):
            raise
        return exact


def hosting_of(
    client: ResellerClient, account: NamedAccount, enough: Callable[[Any], bool] | None = None
) -> dict[str, Any] | None:
    """Return an account's Linux hosting; None when it has none."""
    identifier = account.identifier
    return get_linux_hosting(client, identifier, enough) if identifier and is_domain(identifier) else None


def _readable_names(hosting: dict[str, Any]) -> list[str]:
    """Return the provisioned names of a hosting's databases; an empty list proves no absence."""
    try:
        return texts_in(hosting, "mysql_database_names")
    except Unreadable:
        return []


def databases_of(
    client: ResellerClient,
    account: NamedAccount,
    wanted: Callable[[str], bool] = lambda full_name: True,
) -> list[dict[str, Any]]:
    """Return an account's databases whose provisioned names are wanted. This proves no absence.

    Reads the hosting's list of names and then each wanted database, so the cost does not grow with the number of
    customers; only an account without Linux hosting needs the list of all databases, which the API can't filter.

    Args:
        client: calls the API.
        account: the account.
        wanted: returns whether a database of that name is wanted.
    """
    hosting = hosting_of(client, account)
    if hosting is not None:
        names = list(filter(wanted, _readable_names(hosting)))
        return [database for database in map(partial(database_named, client), names) if database]
    if account.found is None:
        return []
    account_id = number_in(account.found, "id")
    return matches(
        list_mysql_databases(client),
        lambda item: number_in(item, "account_id") == account_id,
        lambda item: wanted(text_in(item, "name")),
    )


def parent_database(
    task: Task, client: ResellerClient, account: NamedAccount | None, name: str, *, missing_is_fine: bool
) -> tuple[str, list[dict[str, Any]]]:
    """Return the provisioned name of the database for a new user, and the users of that database.

    The name is empty when the database does not exist: in check mode with a warning, as an earlier task would have
    created it.

    Raises:
        ToolkitError: ``not_found``, unless in check mode or ``missing_is_fine``.
    """
    full_name = name
    if account is not None and not is_provisioned_name(name):
        found = known_database(client, account, name)
        full_name = "" if isinstance(found, Absence) else text_in(found, "name")
    users = list_mysql_users(client, full_name) if full_name else None
    if users is not None:
        return full_name, users
    if not missing_is_fine:
        missing(task, f"database {name}", "Order it first (reseller.toolkit.reseller_mysql).")
    return "", []


def delete_database(client: ResellerClient, name: str) -> None:
    """Remove a database, by its provisioned name, with all of its content."""
    client.delete(database_path(name))


def names_changed(client: ResellerClient, account: NamedAccount | None) -> None:
    """Have the hosting's list of an account's databases read again; of all accounts, if none is given."""
    identifier = account.identifier if account else None
    client.read_cache.wrote(hosting_path(identifier) if identifier else "/")


def find_user(
    client: ResellerClient, users: list[dict[str, Any]], database: str, name: str
) -> dict[str, Any] | Absence:
    """Return the user of this name, or the proof that none exists.

    Args:
        client: provides the proof.
        users: all users of the database.
        database: the database's provisioned name.
        name: as requested, or as provisioned; whether the API puts a prefix before it is undocumented.

    Raises:
        ToolkitError: ``ambiguous``; ``unproven``.
    """

    def is_owner(full: str) -> bool:
        # The database's own user has the database's name, and only the full name refers to it.
        return same_text(full, database) and not is_provisioned_name(name)

    def is_it(user: dict[str, Any]) -> bool:
        full = text_in(user, "name")
        return not is_owner(full) and is_asked(name, full)

    title = user_title(database, name)
    exact = matches(users, lambda user: text_in(user, "name") == name, lambda user: not is_owner(text_in(user, "name")))
    return only(title, exact, "name") or client.evidence.find_in(title, users, "name", is_it)


def user_title(database: str, name: str) -> str:
    """Return a user's name in messages."""
    return f"user {name} of database {database}"


def delete_user(client: ResellerClient, database: str, user: str) -> None:
    """Remove a user, by its provisioned name; the API allows this only for read-only users."""
    client.delete(user_path(database, user))


def set_password(client: ResellerClient, database: str, user: str, password: str) -> None:
    """Set a user's password."""
    client.put(f"{user_path(database, user)}/password", {"password": password})


def set_enabled(client: ResellerClient, database: str, user: str, enabled: bool) -> None:
    """Enable or disable a user's log-in."""
    client.put(f"{user_path(database, user)}/status", {"enabled": enabled})
