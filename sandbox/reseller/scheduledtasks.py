# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduled tasks of Linux hostings. Duplicates are accepted: they would run twice."""

from __future__ import annotations

import re
from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, created
from sandbox.errors import Invalid, not_found
from sandbox.reseller.linuxhostings import find

SCHEMA = """
CREATE TABLE IF NOT EXISTS scheduled_tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES linux_hostings (domain_name),
    cron_expression TEXT NOT NULL,
    script_location TEXT NOT NULL,
    enabled INTEGER NOT NULL
);
"""

_FIELDS = (
    ("minute", range(0, 60), ("*/5", "*/10", "*/15", "*/30")),
    ("hour", range(0, 24), ("*",)),
    ("day", range(1, 32), ("*",)),
    ("month", range(1, 13), ("*",)),
    ("weekday", range(1, 8), ("*",)),
)

router = APIRouter(prefix="/linuxhostings/{domain_name}/scheduledtasks")


class ScheduledTask(Body):
    """What to run and when; the id is ignored."""

    id: str | None = None
    cron_expression: str
    script_location: str
    enabled: bool = True


@router.get("")
async def list_tasks(context: CurrentContext, domain_name: str) -> list[dict[str, Any]]:
    """Return all tasks of a hosting; not paged."""
    sql = "SELECT * FROM scheduled_tasks WHERE domain_name = ? ORDER BY id"
    return [_shown(row) for row in context.store.all(sql, find(context, domain_name)["domain_name"])]


@router.get("/{task_id}")
async def get_task(context: CurrentContext, domain_name: str, task_id: str) -> dict[str, Any]:
    """Return one task."""
    return _shown(_find_task(context, domain_name, task_id))


@router.post("", status_code=201)
async def add_task(context: CurrentContext, domain_name: str, task: ScheduledTask) -> Response:
    """Add a task."""
    hosting = find(context, domain_name)["domain_name"]
    columns = task.model_dump(exclude={"id"})
    _check(task)
    task_id = context.store.insert("scheduled_tasks", domain_name=hosting, **columns)
    return created(f"/v2/linuxhostings/{hosting}/scheduledtasks/{task_id}")


@router.put("/{task_id}", status_code=204)
async def change_task(context: CurrentContext, domain_name: str, task_id: str, task: ScheduledTask) -> Response:
    """Replace a task."""
    found = _find_task(context, domain_name, task_id)
    _check(task)
    sql = "UPDATE scheduled_tasks SET cron_expression = ?, script_location = ?, enabled = ? WHERE id = ?"
    context.store.run(sql, task.cron_expression, task.script_location, task.enabled, found["id"])
    return Response(status_code=204)


@router.delete("/{task_id}", status_code=204)
async def delete_task(context: CurrentContext, domain_name: str, task_id: str) -> Response:
    """Delete a task."""
    context.store.run("DELETE FROM scheduled_tasks WHERE id = ?", _find_task(context, domain_name, task_id)["id"])
    return Response(status_code=204)


def _check(task: ScheduledTask) -> None:
    fields = task.cron_expression.split(" ")
    if len(fields) != len(_FIELDS) or not all(
        text in words or (re.fullmatch("[0-9]{1,2}", text) and int(text) in numbers)
        for text, (_name, numbers, words) in zip(fields, _FIELDS, strict=True)
    ):
        raise Invalid("cron_expression_invalid", "cron_expression: not an expression that is allowed.")
    if not task.script_location.startswith("/"):
        raise Invalid("script_location_invalid", "script_location: not an absolute path.")


def _shown(task: Row) -> dict[str, Any]:
    return {
        "id": str(task["id"]),
        "cron_expression": task["cron_expression"],
        "script_location": task["script_location"],
        "enabled": bool(task["enabled"]),
    }


def _find_task(context: Context, domain_name: str, task_id: str) -> Row:
    sql = "SELECT * FROM scheduled_tasks WHERE domain_name = ? AND id = ?"
    task = context.store.one(sql, find(context, domain_name)["domain_name"], task_id)
    if task is None:
        raise not_found("scheduled_task", task_id)
    return task
