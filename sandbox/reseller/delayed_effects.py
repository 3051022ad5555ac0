# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that are accepted now and visible after a delay, without a job, or before their job ends.

Without a job the delay is zero until a test sets it (``PUT /_sandbox/moment``), in seconds of the virtual clock.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.context import Context
from sandbox.store import Setting

SCHEMA = """
CREATE TABLE IF NOT EXISTS later_effects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,          -- what the effect needs, as JSON
    due_at REAL NOT NULL            -- virtual time
);
"""

Effect = Callable[[Context, dict[str, Any]], None]
"""Applies an accepted change; its object may have been deleted by then."""

_effects: dict[str, Effect] = {}
MOMENT = Setting("moment", "0")
"""The delay of an effect without a job, in seconds of the virtual clock."""


def effect(kind: str) -> Callable[[Effect], Effect]:
    """Register the function that applies effects of this kind."""

    def register(function: Effect) -> Effect:
        _effects[kind] = function
        return function

    return register


def accept(context: Context, kind: str, **payload: Any) -> None:
    """Apply an effect after the delay, at once if it is zero."""
    accept_in(context, float(MOMENT.read(context.store)), kind, **payload)
    settle(context)


def accept_in(context: Context, seconds: float, kind: str, **payload: Any) -> None:
    """Apply an effect after this number of seconds of the virtual clock."""
    due_at = context.clock.now() + seconds
    context.store.insert("later_effects", kind=kind, payload=json.dumps(payload), due_at=due_at)


def settle(context: Context) -> None:
    """Apply all due effects in order."""
    for row in context.store.all(
        "SELECT * FROM later_effects WHERE due_at <= ? ORDER BY due_at, id", context.clock.now()
    ):
        with context.store.transaction():
            _effects[row["kind"]](context, json.loads(row["payload"]))
            context.store.run("DELETE FROM later_effects WHERE id = ?", row["id"])
