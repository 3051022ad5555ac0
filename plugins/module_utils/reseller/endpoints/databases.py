# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of MySQL databases and their users.

Private to the collection. What all endpoints have in common is told by `ResellerClient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading


def list_mysql_databases(client: ResellerClient) -> list[dict[str, Any]]:
    """All databases of all accounts: the API can't filter them."""
    return reading_of_mysql_databases(client).items()


def reading_of_mysql_databases(client: ResellerClient) -> Reading:
    """All databases of all accounts, to be read as far as a decision needs it."""
    return client.reading("/mysqldatabases", "name")


def get_mysql_database(client: ResellerClient, name: str) -> dict[str, Any] | None:
    """One database by the name that it got."""
    return client.get(f"/mysqldatabases/{segment(name)}")


def list_mysql_users(client: ResellerClient, database: str) -> list[dict[str, Any]] | None:
    """The users of a database, by its provisioned name."""
    return client.items(f"/mysqldatabases/{segment(database)}/users")
