# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables: one for each kind of object, each row one JSON document with its id."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.store import Store

Row = dict[str, Any]
"""One object. A list or an object inside may be changed in place, then the row is saved."""

NAMES = (
    "abuses",
    "account_blocks",
    "abuse_messages",
    "accounts",
    "captions",
    "channel_imports",
    "channels",
    "comments",
    "followers",
    "following",
    "history",
    "imports",
    "jobs",
    "live_sessions",
    "mirrors",
    "notifications",
    "ownership_changes",
    "passwords",
    "playlist_elements",
    "playlists",
    "plugins",
    "ratings",
    "redundancies",
    "registrations",
    "runner_jobs",
    "runner_tokens",
    "runners",
    "server_blocks",
    "storyboards",
    "subscriptions",
    "syncs",
    "tokens",
    "uploads",
    "used_names",
    "user_exports",
    "user_imports",
    "users",
    "video_blocks",
    "video_files",
    "videos",
    "watched_words",
    "windows",
)

_INDEXED = {"tokens": ("access",), "windows": ("key",), "video_files": ("video_id",), "comments": ("video_id",)}
"""Fields by which each request looks something up."""

SCHEMA = "".join(
    f"CREATE TABLE IF NOT EXISTS {name} (id INTEGER PRIMARY KEY AUTOINCREMENT, data TEXT NOT NULL);\n" for name in NAMES
) + "".join(
    f"CREATE INDEX IF NOT EXISTS {name}_{field} ON {name} (data ->> '$.{field}');\n"
    for name, fields in _INDEXED.items()
    for field in fields
)


class Table:
    """The objects of one kind, in the order of their ids."""

    def __init__(self, store: Store, name: str) -> None:
        if name not in NAMES:
            raise ValueError(name)
        self._store = store
        self._name = name

    def insert(self, **fields: Any) -> Row:
        """Add an object and return it with its new id."""
        number = self._store.insert(self._name, data=json.dumps(fields))
        return {**fields, "id": number}

    def get(self, number: object) -> Row | None:
        """Return one object, or None."""
        row = self._store.one(f"SELECT * FROM {self._name} WHERE id = ?", number)
        return None if row is None else {**json.loads(row["data"]), "id": row["id"]}

    def all(self, where: Callable[[Row], object] = lambda row: True, **fields: Any) -> list[Row]:
        """Return the objects that have these fields and meet the condition."""
        marks = [f"data ->> '$.{name}' IS ?" for name in fields]
        condition = f" WHERE {' AND '.join(marks)}" if marks else ""
        sql = f"SELECT * FROM {self._name}{condition} ORDER BY id"
        found = ({**json.loads(row["data"]), "id": row["id"]} for row in self._store.all(sql, *fields.values()))
        return [row for row in found if where(row)]

    def one(self, **fields: Any) -> Row | None:
        """Return the first object that has these fields, or None."""
        return next(iter(self.all(**fields)), None)

    def save(self, row: Row) -> None:
        """Store a changed object."""
        data = json.dumps({name: value for name, value in row.items() if name != "id"})
        self._store.run(f"UPDATE {self._name} SET data = ? WHERE id = ?", data, row["id"])

    def delete(self, row: Row) -> None:
        """Remove an object."""
        self._store.run(f"DELETE FROM {self._name} WHERE id = ?", row["id"])

    def delete_all(self, where: Callable[[Row], object] = lambda row: True, **fields: Any) -> None:
        """Remove the objects that have these fields and meet the condition."""
        for row in self.all(where, **fields):
            self.delete(row)


class Tables:
    """All tables of a store, as attributes."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Table:
        return Table(self.store, name)
