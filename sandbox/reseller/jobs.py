# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Provisioning jobs, which execute accepted orders some time later.

No thread waits for the end of a job. Before each request :func:`settle` executes, in order, the jobs that are due by
the virtual clock; so all readers see the same, and an effect is never visible before its job is done.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from sqlite3 import IntegrityError, Row
from typing import Any

from sandbox.context import Context
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,          -- natural key of what is being made, so that it is not ordered twice
    payload TEXT NOT NULL,          -- what the effect needs, as JSON; no secret in clear text
    status TEXT NOT NULL,           -- ongoing, finished, failed or cancelled
    outcome TEXT NOT NULL,          -- the status at the end; ongoing: never ends
    due_at REAL NOT NULL,           -- virtual time
    polls_until_lifted INTEGER,     -- a failed job is finished after so many more polls
    links TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due_at) WHERE status = 'ongoing' AND outcome != 'ongoing';
CREATE INDEX IF NOT EXISTS jobs_subject ON jobs (kind, subject);
"""

STATUSES = ("ongoing", "finished", "failed", "cancelled")

Effect = Callable[[Context, dict[str, Any]], list[str]]
"""Creates the ordered objects from the payload, and returns their links."""

_effects: dict[str, Effect] = {}


class Overtaken(Exception):
    """The object of a job exists by now, and duplicates are refused."""


def effect(kind: str) -> Callable[[Effect], Effect]:
    """Register the function that executes jobs of this kind."""

    def register(function: Effect) -> Effect:
        _effects[kind] = function
        return function

    return register


def start(context: Context, kind: str, subject: str, payload: dict[str, Any], *, factor: float = 1) -> str:
    """Start a job and return its path for ``Location``; it takes ``factor`` times as long as others."""
    job_id = str(uuid.uuid4())
    context.store.insert(
        "jobs",
        id=job_id,
        kind=kind,
        subject=subject,
        payload=json.dumps(payload),
        status="ongoing",
        outcome="finished",
        due_at=context.clock.now() + factor * duration(context, job_id),
    )
    return f"/v2/provisioningjobs/{job_id}"


def duration(context: Context, job_id: str) -> float:
    """Return the duration of this job in seconds: the configured time, up to 10 % more or less depending on its id."""
    return context.options.job_seconds * (0.9 + 0.2 * int(job_id[:4], 16) / 0xFFFF)


def first_check(context: Context) -> float:
    """Return the seconds until the first poll of a new job, as orders of domains and databases say."""
    return context.options.job_seconds / 2


def under_way(context: Context, kind: str, subject: str) -> bool:
    """Return whether such an order is unsettled; a failed job counts, since it may still be repaired."""
    sql = "SELECT 1 FROM jobs WHERE kind = ? AND subject = ? AND status IN ('ongoing', 'failed')"
    return context.store.one(sql, kind, subject) is not None


def count_under_way(context: Context, kind: str, account_id: int) -> int:
    """Return how many unsettled orders of this kind an account has."""
    sql = """SELECT count(*) FROM jobs WHERE kind = ? AND status IN ('ongoing', 'failed')
             AND json_extract(payload, '$.account_id') = ?"""
    return int(context.store.value(sql, kind, account_id))


def settle(context: Context) -> None:
    """Execute every due job."""
    sql = """SELECT * FROM jobs WHERE status = 'ongoing' AND outcome != 'ongoing' AND due_at <= ? ORDER BY due_at"""
    for job in context.store.all(sql, context.clock.now()):
        if job["outcome"] == "finished":
            _finish(context, job)
        else:
            context.store.run("UPDATE jobs SET status = outcome WHERE id = ?", job["id"])


def _finish(context: Context, job: Row) -> None:
    try:
        _carry_out(context, job)
    except (IntegrityError, Overtaken):
        # Another job created the same object while this one was stalled.
        context.store.run("UPDATE jobs SET status = 'cancelled' WHERE id = ?", job["id"])


def _carry_out(context: Context, job: Row) -> None:
    with context.store.transaction():
        links = _effects[job["kind"]](context, json.loads(job["payload"]))
        context.store.run("UPDATE jobs SET status = 'finished', links = ? WHERE id = ?", json.dumps(links), job["id"])


def find(context: Context, job_id: str) -> Row:
    """Return the job, or a 404."""
    job = context.store.one("SELECT * FROM jobs WHERE id = ?", job_id.lower())
    if job is None:
        raise not_found("provisioning_job", job_id)
    return job


def polled(context: Context, job: Row) -> None:
    """Count a poll of this failed job; a fault may repair it after a number of polls."""
    if job["status"] != "failed" or job["polls_until_lifted"] is None:
        return
    context.store.run("UPDATE jobs SET polls_until_lifted = polls_until_lifted - 1 WHERE id = ?", job["id"])
    if job["polls_until_lifted"] <= 1:
        set_status(context, job["id"], "finished")


def doom(context: Context, job_id: str, outcome: str, *, at_once: bool, until_polls: int | None = None) -> None:
    """Decide how an ongoing job ends: failed, cancelled, or (ongoing) never."""
    due = context.clock.now() if at_once else None
    context.store.run(
        """UPDATE jobs SET outcome = ?, polls_until_lifted = ?, due_at = coalesce(?, due_at)
           WHERE id = ? AND status = 'ongoing'""",
        outcome,
        until_polls,
        due,
        job_id,
    )


def set_status(context: Context, job_id: str, status: str) -> None:
    """Change the status of a job that is not finished; ``ongoing`` restarts it."""
    job = find(context, job_id)
    if job["status"] == "finished":
        return
    if status == "finished":
        _finish(context, job)
    elif status == "ongoing":
        due = context.clock.now() + duration(context, job["id"])
        context.store.run(
            "UPDATE jobs SET status = 'ongoing', outcome = 'finished', due_at = ? WHERE id = ?", due, job["id"]
        )
    else:
        context.store.run("UPDATE jobs SET status = ?, outcome = ? WHERE id = ?", status, status, job["id"])
