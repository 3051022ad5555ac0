# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find an object by its id."""

from __future__ import annotations

from sqlite3 import Row

from sandbox.context import Context
from sandbox.errors import not_found


def find_row(context: Context, table: str, key: str, value: object, what: str) -> Row:
    """Return the row whose column ``key`` has this value, or a 404 that names what is missing."""
    row = context.store.one(f"SELECT * FROM {table} WHERE {key} = ?", value)
    if row is None:
        raise not_found(what, value)
    return row
