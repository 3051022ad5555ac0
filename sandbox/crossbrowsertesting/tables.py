# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshot tests, their versions and their results, as they are stored and found."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from sqlite3 import Row

from sandbox.context import Context
from sandbox.crossbrowsertesting.engine import Window
from sandbox.errors import ApiError

SCHEMA = """
CREATE TABLE IF NOT EXISTS screenshot_tests (
    screenshot_test_id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    created_date TEXT NOT NULL,
    delay REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS screenshot_versions (
    version_id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_hash TEXT NOT NULL UNIQUE,
    screenshot_test_id INTEGER NOT NULL REFERENCES screenshot_tests (screenshot_test_id),
    start_date TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS screenshot_results (
    result_id INTEGER PRIMARY KEY AUTOINCREMENT,
    result_hash TEXT NOT NULL UNIQUE,
    version_id INTEGER NOT NULL REFERENCES screenshot_versions (version_id),
    os TEXT NOT NULL,
    browser TEXT NOT NULL,
    browser_version TEXT NOT NULL,
    requested TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    state TEXT NOT NULL,
    message TEXT,
    finish_date TEXT,
    png BLOB,
    elements TEXT
);
"""

FIRST = {"screenshot_tests": 1_000_000, "screenshot_versions": 2_000_000, "screenshot_results": 3_000_000}
"""The id before the first one: one kind of id is never another, so that a client that mixes them up finds nothing."""
RUNNING, COMPLETE, FAILED = "running", "complete", "failed"
"""The states of a result."""


def begin(context: Context) -> None:
    """Begin the ids of a new state; what was running when the sandbox ended has failed."""
    for table, number in FIRST.items():
        if not context.store.value("SELECT count(*) FROM sqlite_sequence WHERE name = ?", table):
            context.store.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, number)
    context.store.run(
        "UPDATE screenshot_results SET state = ?, message = ? WHERE state = ?",
        *(FAILED, "the sandbox ended", RUNNING),
    )


def moment(context: Context) -> str:
    """Return the current time as the vendor writes it."""
    return datetime.fromtimestamp(context.clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def add_test(context: Context, url: str, windows: list[Window], versions: dict[str, str], delay: float) -> int:
    """Add a screenshot test with one version whose results are running; return its id."""
    now = moment(context)
    with context.store.transaction():
        test_id = context.store.insert("screenshot_tests", url=url, created_date=now, delay=delay)
        version_id = context.store.insert(
            "screenshot_versions", version_hash=secrets.token_hex(12), screenshot_test_id=test_id, start_date=now
        )
        for window in windows:
            context.store.insert(
                "screenshot_results",
                result_hash=secrets.token_hex(12),
                version_id=version_id,
                os=window.os,
                browser=window.browser,
                browser_version=versions[window.browser],
                requested=window.requested,
                width=window.width,
                height=window.height,
                state=RUNNING,
            )
    return test_id


def find(context: Context, table: str, key: str, value: int | str) -> Row:
    """Return one row, or a 404."""
    row = context.store.one(f"SELECT * FROM {table} WHERE {key} = ?", value)
    if row is None:
        raise ApiError(404, "not_found", f"There is no {table.removesuffix('s').replace('_', ' ')} {value}.")
    return row


def find_test(context: Context, test_id: int) -> Row:
    """Return a screenshot test, or a 404."""
    return find(context, "screenshot_tests", "screenshot_test_id", test_id)


def find_version(context: Context, version_id: int, test_id: int | None = None) -> Row:
    """Return a version, of this screenshot test if one is given, or a 404."""
    row = find(context, "screenshot_versions", "version_id", version_id)
    if test_id not in (None, row["screenshot_test_id"]):
        raise ApiError(404, "not_found", f"The screenshot test {test_id} has no version {version_id}.")
    return row


def find_result(context: Context, result_id: int, version_id: int | None = None) -> Row:
    """Return a result, of this version if one is given, or a 404."""
    row = find(context, "screenshot_results", "result_id", result_id)
    if version_id not in (None, row["version_id"]):
        raise ApiError(404, "not_found", f"The version {version_id} has no result {result_id}.")
    return row


def results_of(context: Context, version_id: int) -> list[Row]:
    """Return the results of a version, without their pictures."""
    columns = "result_id, result_hash, version_id, os, browser, browser_version, requested, width, height, state"
    return context.store.all(
        f"SELECT {columns}, message, finish_date FROM screenshot_results WHERE version_id = ? ORDER BY result_id",
        version_id,
    )
