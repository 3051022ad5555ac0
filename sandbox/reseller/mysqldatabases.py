# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MySQL databases and their users."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, Int32, Paging, accepted, paged
from sandbox.errors import Invalid, not_found
from sandbox.reseller import duplicates, jobs
from sandbox.reseller.names_and_passwords import check_password, hash_password
from sandbox.reseller.provider import HOSTING_DOMAIN
from sandbox.reseller.servicepacks import PACKS

SCHEMA = """
CREATE TABLE IF NOT EXISTS mysql_databases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    asked_name TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL UNIQUE,
    actual_size INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS mysql_databases_account ON mysql_databases (account_id, asked_name);
CREATE TABLE IF NOT EXISTS mysql_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    database_id INTEGER NOT NULL REFERENCES mysql_databases (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    rights TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    password_hash TEXT NOT NULL,
    UNIQUE (database_id, name)
);
"""

_DATABASE_JOB = "mysql_database"
_USER_JOB = "mysql_user"
DATABASE_NAME = re.compile(r"[A-Za-z0-9_]{1,50}")
_USER_NAME = re.compile(r"[a-z0-9]{2,14}")

router = APIRouter(prefix="/mysqldatabases")


class CreateDatabase(Body):
    """Order of a database and its main user."""

    account_id: Int32
    database_name: str
    password: str


class CreateUser(Body):
    """Order of a further user."""

    name: str
    password: str


class NewUserPassword(Body):
    """A user's new password."""

    password: str


class NewStatus(Body):
    """Whether a user may log in."""

    enabled: bool


@router.get("")
async def list_databases(context: CurrentContext, page: Paging, response: Response) -> list[dict[str, Any]]:
    """Return all databases of all accounts."""
    return [_shown(context, row) for row in paged(context, page, response, "mysql_databases", "id")]


@router.get("/{name}")
async def get_database(context: CurrentContext, name: str) -> dict[str, Any]:
    """Return one database."""
    return _shown(context, _find(context, name))


def _shown(context: Context, database: Row) -> dict[str, Any]:
    pack_id = context.store.value("SELECT servicepack_id FROM accounts WHERE id = ?", database["account_id"])
    users = context.store.value("SELECT count(*) FROM mysql_users WHERE database_id = ?", database["id"])
    return {
        "name": database["name"],
        "hostname": f"{database['name']}.db.{HOSTING_DOMAIN}",
        "user_count": users,
        "max_size": PACKS[pack_id].database_size,
        "actual_size": database["actual_size"],
        "account_id": database["account_id"],
    }


@router.post("", status_code=202)
async def order_database(context: CurrentContext, order: CreateDatabase) -> Response:
    """Order a database; it exists, under a prefixed name, when its job is done."""
    pack_id = context.store.value("SELECT servicepack_id FROM accounts WHERE id = ?", order.account_id)
    if pack_id is None:
        raise Invalid("account_id_invalid", "account_id: there is no such account.")
    if not DATABASE_NAME.fullmatch(order.database_name):
        raise Invalid("database_name_invalid", "database_name: 1 to 50 letters, digits or underscores.")
    check_password(order.password)
    # A guess: the API's behavior with long names is not recorded.
    database_name = order.database_name[: context.longest_database_name]
    subject = f"{order.account_id}/{database_name.lower()}"
    sql = "SELECT 1 FROM mysql_databases WHERE account_id = ? AND asked_name = ?"
    exists = context.store.one(sql, order.account_id, database_name)
    if duplicates.refused(context, bool(exists) or jobs.under_way(context, _DATABASE_JOB, subject)):
        raise Invalid("database_name_already_exists", "database_name: the account has a database with this name.")
    present = context.store.value("SELECT count(*) FROM mysql_databases WHERE account_id = ?", order.account_id)
    if present + jobs.count_under_way(context, _DATABASE_JOB, order.account_id) >= PACKS[pack_id].databases:
        raise Invalid("mysql_database_limit_reached", "The service pack of this account allows no further database.")
    payload = {
        "account_id": order.account_id,
        "asked_name": database_name,
        "password_hash": hash_password(order.password),
    }
    return accepted(jobs.start(context, _DATABASE_JOB, subject, payload), retry_after=jobs.first_check(context))


@jobs.effect(_DATABASE_JOB)
def create_database(context: Context, order: dict[str, Any]) -> list[str]:
    """Create the database and its main user of the same name; a duplicate has another number."""
    columns = {"account_id": order["account_id"], "asked_name": order["asked_name"]}
    database_id = context.store.insert("mysql_databases", **columns, name="")
    # A number of six digits that differs for each database and is unrelated to the account.
    name = f"ID{100_000 + database_id * 7919 % 900_000}_{order['asked_name']}"
    context.store.run("UPDATE mysql_databases SET name = ? WHERE id = ?", name, database_id)
    _add_user(context, database_id, name, "read_and_write", order["password_hash"])
    return [f"/v2/mysqldatabases/{name}"]


@router.delete("/{name}", status_code=204)
async def delete_database(context: CurrentContext, name: str) -> Response:
    """Delete a database with its users."""
    context.store.run("DELETE FROM mysql_databases WHERE id = ?", _find(context, name)["id"])
    return Response(status_code=204)


@router.get("/{name}/users")
async def list_users(context: CurrentContext, name: str) -> list[dict[str, Any]]:
    """Return all users of a database; not paged."""
    sql = "SELECT * FROM mysql_users WHERE database_id = ? ORDER BY id"
    return [
        {"name": user["name"], "rights": user["rights"], "enabled": bool(user["enabled"])}
        for user in context.store.all(sql, _find(context, name)["id"])
    ]


@router.post("/{name}/users", status_code=202)
async def order_user(context: CurrentContext, name: str, order: CreateUser) -> Response:
    """Order a further user with read-only rights."""
    database = _find(context, name)
    if not _USER_NAME.fullmatch(order.name):
        raise Invalid("name_invalid", "name: 2 to 14 lower-case letters or digits.")
    check_password(order.password)
    user_name = order.name if context.options.plain_user_names else f"{name.partition('_')[0]}_{order.name}"
    subject = f"{name}/{user_name}"
    sql = "SELECT 1 FROM mysql_users WHERE database_id = ? AND name = ?"
    exists = context.store.one(sql, database["id"], user_name)
    if duplicates.refused(context, bool(exists) or jobs.under_way(context, _USER_JOB, subject)):
        raise Invalid("name_already_exists", "name: the database has a user with this name.")
    payload = {"database": name, "user_name": user_name, "password_hash": hash_password(order.password)}
    return accepted(jobs.start(context, _USER_JOB, subject, payload))


@jobs.effect(_USER_JOB)
def create_user(context: Context, order: dict[str, Any]) -> list[str]:
    """Create the user, unless the database has been deleted in the meantime.

    MySQL has one user of each name, so a duplicate is listed under a name with a number. This is a guess: the API's
    behavior is not recorded.
    """
    name = order["user_name"]
    database_id = context.store.value("SELECT id FROM mysql_databases WHERE name = ?", order["database"])
    if database_id is not None:
        if duplicates.refused(context, _user(context, database_id, name) is not None):
            raise jobs.Overtaken
        name = next(free for free in _numbered(name) if not _user(context, database_id, free))
        _add_user(context, database_id, name, "read_only", order["password_hash"])
    return [f"/v2/mysqldatabases/{order['database']}/users/{name}"]


def _numbered(name: str) -> Iterator[str]:
    """Yield the name, then the name with the suffix 2, 3 and so on."""
    yield name
    yield from (f"{name}_{number}" for number in itertools.count(2))


@router.delete("/{name}/users/{user_name}", status_code=204)
async def delete_user(context: CurrentContext, name: str, user_name: str) -> Response:
    """Delete a user with read-only rights."""
    user = _find_user(context, name, user_name)
    if user["rights"] != "read_only":
        raise Invalid("user_rights_invalid", "Only users with read_only rights can be deleted.")
    context.store.run("DELETE FROM mysql_users WHERE id = ?", user["id"])
    return Response(status_code=204)


@router.put("/{name}/users/{user_name}/password", status_code=204)
async def set_password(context: CurrentContext, name: str, user_name: str, new: NewUserPassword) -> Response:
    """Change the password of a user."""
    user = _find_user(context, name, user_name)
    check_password(new.password)
    context.store.run("UPDATE mysql_users SET password_hash = ? WHERE id = ?", hash_password(new.password), user["id"])
    return Response(status_code=204)


@router.put("/{name}/users/{user_name}/status", status_code=204)
async def set_status(context: CurrentContext, name: str, user_name: str, new: NewStatus) -> Response:
    """Enable or disable a user."""
    user = _find_user(context, name, user_name)
    context.store.run("UPDATE mysql_users SET enabled = ? WHERE id = ?", new.enabled, user["id"])
    return Response(status_code=204)


def _add_user(context: Context, database_id: int, name: str, rights: str, password_hash: str) -> None:
    context.store.insert("mysql_users", database_id=database_id, name=name, rights=rights, password_hash=password_hash)


def _find(context: Context, name: str) -> Row:
    database = context.store.one("SELECT * FROM mysql_databases WHERE name = ?", name)
    if database is None:
        raise not_found("mysql_database", name)
    return database


def _find_user(context: Context, name: str, user_name: str) -> Row:
    user = _user(context, _find(context, name)["id"], user_name)
    if user is None:
        raise not_found("mysql_user", user_name)
    return user


def _user(context: Context, database_id: int, name: str) -> Row | None:
    return context.store.one("SELECT * FROM mysql_users WHERE database_id = ? AND name = ?", database_id, name)
