# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of watched words, and what happens to comments with them."""

from __future__ import annotations

import json

from sandbox.peertube import accounts, rules
from sandbox.peertube.ask import MODERATOR, USER, Ask
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row
from sandbox.store import Setting

_INSTANCE = 1
_RIGHT = 30

routes = Routes()
router = routes.router


def _owner(ask: Ask) -> int:
    return int(accounts.own_account(ask)["id"]) if "name" in ask.params else _INSTANCE


def _register(path: str, role: int) -> None:
    @routes.add("GET", f"{path}/lists", role=role, right=_RIGHT)
    def list_all(ask: Ask) -> Row:
        rows = ask.tables.watched_words.all(account_id=_owner(ask))
        names = ("id", "listName", "words", "updatedAt", "createdAt")
        new = {"subscriptionUrl": None} if ask.newer else {}
        return ask.page(
            rows, lambda row: {**new, **{name: row[name] for name in names}}, "createdAt", "updatedAt", "listName"
        )

    @routes.add("POST", f"{path}/lists", role=role, right=_RIGHT)
    def add(ask: Ask) -> Row:
        ask.check(listName=rules.text(1, 100), words=rules.each(rules.text(1, 100), 500, 1))
        entry = {"account_id": _owner(ask), "listName": ask.body["listName"]}
        if ask.tables.watched_words.one(**entry):
            raise problem(400, f"Watched words list with name {entry['listName']} already exists")
        times = {"createdAt": ask.time, "updatedAt": ask.time}
        row = ask.tables.watched_words.insert(**entry, words=ask.body["words"], **times)
        return {"watchedWordsList": {"id": row["id"]}}

    def find(ask: Ask) -> Row:
        row = ask.tables.watched_words.get(ask.params["list"])
        if row is None or row["account_id"] != _owner(ask):
            raise not_found("Watched words list")
        return row

    @routes.add("PUT", f"{path}/lists/{{list}}", role=role, right=_RIGHT)
    def change(ask: Ask) -> None:
        row = find(ask)
        row |= {name: ask.body[name] for name in ("listName", "words") if name in ask.body}
        ask.tables.watched_words.save({**row, "updatedAt": ask.time})

    @routes.add("DELETE", f"{path}/lists/{{list}}", role=role, right=_RIGHT)
    def remove(ask: Ask) -> None:
        ask.tables.watched_words.delete(find(ask))


_register("/watched-words/server", MODERATOR)
_register("/watched-words/accounts/{name}", USER)


def _policy(ask: Ask) -> Setting:
    return Setting(f"comment_policy {_owner(ask)}", "[]")


@routes.add("GET", "/automatic-tags/policies/accounts/{name}/comments")
def read_policy(ask: Ask) -> Row:
    """Return which tags hold a comment for review."""
    return {"review": json.loads(_policy(ask).read(ask.context.store))}


@routes.add("PUT", "/automatic-tags/policies/accounts/{name}/comments")
def set_policy(ask: Ask) -> None:
    """Replace these tags."""
    ask.check(review=rules.text_list)
    _policy(ask).write(ask.context.store, json.dumps(ask.body["review"]))


@routes.add("GET", "/automatic-tags/accounts/{name}/available")
def list_tags(ask: Ask) -> Row:
    """Return the tags that exist."""
    names = [row["listName"] for row in ask.tables.watched_words.all(account_id=_owner(ask))]
    shown = [{"name": name, "type": "watched-words-list"} for name in names]
    return {"available": [*shown, {"name": "external-link", "type": "core"}]}
