# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state, in SQLite: a file that survives a restart, or memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

_OWN_TABLES = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class Store:
    """A thin layer over one SQLite connection, used by one thread.

    Handlers run on the event loop without awaiting, so each of them sees and leaves a consistent state; those that
    write to several tables use :meth:`transaction`.
    """

    def __init__(self, state: str, schemas: list[str]) -> None:
        """Open the state in folder ``state`` (created if missing) or in memory, and create missing tables."""
        if state != ":memory:":
            Path(state).mkdir(parents=True, exist_ok=True)
            state = str(Path(state, "sandbox.sqlite3"))
        self._connection = sqlite3.connect(state, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        # WAL without fsync survives a killed process, which is all that is guaranteed, and is fast.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;")
        for schema in [_OWN_TABLES, *schemas]:
            self._connection.executescript(schema)

    def close(self) -> None:
        """Write everything to the file and close it."""
        self._connection.close()

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement and return how many rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def value(self, sql: str, *values: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self.one(sql, *values)
        return row[0] if row else None

    def insert(self, table: str, **columns: Any) -> int:
        """Add a row and return its row id."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        cursor = self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))
        return cursor.lastrowid or 0

    def update(self, table: str, key: str, value: Any, **columns: Any) -> None:
        """Set columns of the row whose column ``key`` has this value; does nothing without columns."""
        if columns:
            assignments = ", ".join(f"{name} = ?" for name in columns)
            self.run(f"UPDATE {table} SET {assignments} WHERE {key} = ?", *columns.values(), value)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Return all writes inside happen together or, after an exception, not at all; may be nested."""
        if self._connection.in_transaction:
            yield
            return
        with self._connection:
            self._connection.execute("BEGIN")
            yield

    def count_up(self, name: str) -> int:
        """Add one to a counter and return it; counters never go back."""
        self.run("INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", name)
        return int(self.value("SELECT value FROM counters WHERE name = ?", name))

    def counters(self, prefix: str) -> dict[str, int]:
        """Return all counters whose name has this prefix, without the prefix."""
        rows = self.all("SELECT name, value FROM counters WHERE substr(name, 1, ?) = ?", len(prefix), prefix)
        return {row["name"][len(prefix) :]: row["value"] for row in rows}


class Setting(NamedTuple):
    """One text that is stored with the state.

    Attributes:
        name: its name in the table of settings.
        default: its value until it is written.
    """

    name: str
    default: str

    def read(self, store: Store) -> str:
        """Return the value."""
        value = store.value("SELECT value FROM settings WHERE name = ?", self.name)
        return self.default if value is None else str(value)

    def write(self, store: Store, value: str) -> None:
        """Store this value."""
        upsert = "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        store.run(upsert, self.name, value)
