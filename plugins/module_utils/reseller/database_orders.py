# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The orders of MySQL databases and their users.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import AskedName, name_key
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.databases import (
    PATH,
    database_named,
    find_database,
    find_user,
    list_mysql_users,
    user_title,
    users_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import job_id_in, read_job
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.named_accounts import NamedAccount
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven


def database_order(
    client: ResellerClient, account: dict[str, Any], name: str, password: str, *, warn: Callable[[str], None]
) -> Order:
    """Return the order of a database in an account that was read; a warning says if it gets another name."""
    account_id = number_in(account, "id")
    named = NamedAccount(client, str(account_id))
    return Order(
        path=PATH,
        key=order_key(account_id, name),
        title=f"database {name} of account {text_in(account, 'identifier')}",
        body={"account_id": account_id, "database_name": name, "password": password},
        find=lambda: find_database(client, named, name),
        from_links=lambda links: _linked_database(client, links, account_id, AskedName(client, name), warn),
    )


def learn_name(
    client: ResellerClient, orders: Orders, account: NamedAccount, name: str, *, warn: Callable[[str], None]
) -> bool:
    """Remember the database's name that the job of an open order reports; return whether it reports one.

    Args:
        client: calls the API.
        orders: provide the job.
        account: the account of the order.
        name: the name as requested.
        warn: shows a warning to the user if the database got another name.
    """
    if account.found is None:
        return False
    account_id = number_in(account.found, "id")
    job_id = job_id_in(orders.location(PATH, order_key(account_id, name)))
    job = read_job(client, job_id) if job_id else None
    links = job.resource_links if job else ()
    return _linked_database(client, links, account_id, AskedName(client, name), warn) is not None


def order_key(account_id: int, name: str) -> str:
    """Return the natural key of a database's order.

    Args:
        account_id: the account's id.
        name: the name as requested.
    """
    return f"{account_id} {name_key(name)}"


def user_order(client: ResellerClient, database: str, name: str, password: str) -> Order:
    """Return the order of an additional user, which may only read."""

    def find() -> dict[str, Any] | Absence:
        users = list_mysql_users(client, database)
        if users is None:
            raise Unproven(user_title(database, name), f"the API does not know database {database} any more")
        return find_user(client, users, database, name)

    return Order(
        path=users_path(database),
        key=name,
        title=user_title(database, name),
        body={"name": name, "password": password},
        find=find,
    )


def _linked_database(
    client: ResellerClient, links: tuple[str, ...], account_id: int, asked: AskedName, warn: Callable[[str], None]
) -> dict[str, Any] | None:
    """Return the account's database that a finished job names, under any name; None if that is ambiguous."""
    found = [found.group(1) for found in (re.search(f"{PATH}/([^/]+)$", link) for link in links) if found]
    named = asked.best_of(found) or found
    database = database_named(client, named[0]) if len(named) == 1 else None
    if database is None or number_in(database, "account_id") != account_id:
        return None
    asked.remember(text_in(database, "name"), warn)
    return database
