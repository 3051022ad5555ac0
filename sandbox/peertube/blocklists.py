# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocked accounts and servers, of users and of the instance."""

from __future__ import annotations

from sandbox.peertube import actors, rules
from sandbox.peertube.ask import MODERATOR, USER, Ask
from sandbox.peertube.errors import problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

routes = Routes()
router = routes.router

_INSTANCE = 1
"""The account by which the instance blocks."""


def _register(path: str, role: int, accounts_right: int, servers_right: int) -> None:
    """Register the operations on one owner's lists."""

    def blocker(ask: Ask) -> int:
        return _INSTANCE if role < USER else int(actors.account_of(ask, ask.me)["id"])

    @routes.add("GET", f"{path}/accounts", role=role, right=accounts_right)
    def list_accounts(ask: Ask) -> Row:
        wanted = str(ask.query.get("search") or "").lower()

        def is_wanted(row: Row) -> bool:
            blocked = _account_shown(ask, row)["blockedAccount"]
            return any(wanted in blocked[name].lower() for name in ("displayName", "url"))

        rows = [row for row in ask.tables.account_blocks.all(account_id=blocker(ask)) if is_wanted(row)]
        return ask.page(rows, lambda row: _account_shown(ask, row), "createdAt")

    @routes.add("POST", f"{path}/accounts", role=role, right=accounts_right)
    def add_account(ask: Ask) -> None:
        ask.check(accountName=rules.anything)
        account = actors.find_account(ask, ask.body["accountName"])
        if ask.owns(account["user_id"]):
            raise problem(409, "You cannot block yourself.")
        entry = {"account_id": blocker(ask), "blocked_id": account["id"]}
        if not ask.tables.account_blocks.one(**entry):
            ask.tables.account_blocks.insert(**entry, name=account["name"], createdAt=ask.time)

    @routes.add("DELETE", f"{path}/accounts/{{name}}", role=role, right=accounts_right)
    def remove_account(ask: Ask) -> None:
        account = actors.find_account(ask, ask.params["name"])
        row = ask.tables.account_blocks.one(account_id=blocker(ask), blocked_id=account["id"])
        if row is None:
            raise problem(404, "Account block entry not found.")
        ask.tables.account_blocks.delete(row)

    @routes.add("GET", f"{path}/servers", role=role, right=servers_right)
    def list_servers(ask: Ask) -> Row:
        rows = ask.tables.server_blocks.all(account_id=blocker(ask))
        return ask.page(ask.search(rows, "host"), lambda row: _server_shown(ask, row), "createdAt")

    @routes.add("POST", f"{path}/servers", role=role, right=servers_right)
    def add_server(ask: Ask) -> None:
        ask.check(host=rules.HOST)
        if ask.body["host"] == ask.own_host:
            raise problem(409, "You cannot block your own server.")
        entry = {"account_id": blocker(ask), "host": ask.body["host"]}
        if not ask.tables.server_blocks.one(**entry):
            ask.tables.server_blocks.insert(**entry, createdAt=ask.time)

    @routes.add("DELETE", f"{path}/servers/{{host}}", role=role, right=servers_right)
    def remove_server(ask: Ask) -> None:
        row = ask.tables.server_blocks.one(account_id=blocker(ask), host=ask.params["host"])
        if row is None:
            raise problem(404, "Server block entry not found.")
        ask.tables.server_blocks.delete(row)


def _shown(ask: Ask, row: Row) -> Row:
    account = ask.tables.accounts.get(row["account_id"])
    assert account is not None
    shown = {"byAccount": actors.account_shown(ask, account), "createdAt": row["createdAt"]}
    return {**shown, "blocklistSubscription": None} if ask.newer else shown


def _account_shown(ask: Ask, row: Row) -> Row:
    blocked = ask.tables.accounts.get(row["blocked_id"])
    assert blocked is not None
    shown = actors.account_shown(ask, blocked)
    return {**_shown(ask, row), "blockedAccount": shown}


def _server_shown(ask: Ask, row: Row) -> Row:
    return {**_shown(ask, row), "blockedServer": {"host": row["host"]}}


_register("/users/me/blocklist", USER, 0, 0)
_register("/server/blocklist", MODERATOR, 10, 11)


@routes.add("GET", "/blocklist/status", login=False)
def read_status(ask: Ask) -> Row:
    """Return whether accounts and servers are blocked."""
    mine = actors.account_of(ask, ask.user)["id"] if ask.user else None

    def listed(name: str) -> list[str]:
        given = ask.query.get(name) or []
        return given if isinstance(given, list) else [given]

    def state(table: str, **entry: object) -> Row:
        found = {row["account_id"] for row in getattr(ask.tables, table).all(**entry)}
        shown = {"blockedByServer": _INSTANCE in found, "blockedByUser": mine in found}
        return {**shown, "blockedByServerSubscription": None} if ask.newer else shown

    return {
        "accounts": {
            handle: state("account_blocks", name=actors.name_of(ask, handle)) for handle in listed("accounts")
        },
        "hosts": {host: state("server_blocks", host=host) for host in listed("hosts")},
    }
