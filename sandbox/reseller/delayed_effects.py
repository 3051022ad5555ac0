# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is accepted now and shows a moment later, without a job that reports it, or before its job ends.

Without a job the moment is zero until a test sets it (``PUT /_sandbox/moment``), in seconds of the virtual clock.
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
"""Brings about what was accepted; what it is about may be gone by then."""

_effects: dict[str, Effect] = {}
MOMENT = Setting("moment", "0")
"""How long an effect without a job takes, in seconds of the virtual clock."""


def effect(kind: str) -> Callable[[Effect], Effect]:
    """Register what effects of this kind bring about."""

    def register(function: Effect) -> Effect:
        _effects[kind] = function
        return function

    return register


def accept(context: Context, kind: str, **payload: Any) -> None:
    """Bring something about when the moment is over, at once if it is zero."""
    accept_in(context, float(MOMENT.read(context.store)), kind, **payload)
    settle(context)


def accept_in(context: Context, seconds: float, kind: str, **payload: Any) -> None:
    """Bring something about after so many seconds of the virtual clock."""
    due_at = context.clock.now() + seconds
    context.store.insert("later_effects", kind=kind, payload=json.dumps(payload), due_at=due_at)


def settle(context: Context) -> None:
    """Bring about, in order, everything whose time has come."""
    for row in context.store.all(
        "SELECT * FROM later_effects WHERE due_at <= ? ORDER BY due_at, id", context.clock.now()
    ):
        with context.store.transaction():
            _effects[row["kind"]](context, json.loads(row["payload"]))
            context.store.run("DELETE FROM later_effects WHERE id = ?", row["id"])
