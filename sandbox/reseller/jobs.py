# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Provisioning jobs: what a 202 promises happens here, some time later.

No thread waits for the end of a job. Before each request :func:`settle` carries out, in order, the jobs whose time has
come by the virtual clock; so every reader sees the same, and the effect is never visible before the job is done.
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
"""Makes what was ordered from the payload, and returns the links of what it made."""

_effects: dict[str, Effect] = {}


class Overtaken(Exception):
    """What a job was to create exists by now, and a second one is refused."""


def effect(kind: str) -> Callable[[Effect], Effect]:
    """Register what the end of a job of this kind brings about."""

    def register(function: Effect) -> Effect:
        _effects[kind] = function
        return function

    return register


def start(context: Context, kind: str, subject: str, payload: dict[str, Any], *, factor: float = 1) -> str:
    """Begin a job and return its path, as it goes into ``Location``; it takes ``factor`` times as long as others."""
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
    """How long this job takes, in seconds: the configured time, up to 10 % more or less depending on its id."""
    return context.options.job_seconds * (0.9 + 0.2 * int(job_id[:4], 16) / 0xFFFF)


def first_check(context: Context) -> float:
    """Return the seconds until a first status check of a new job, as orders of domains and databases say."""
    return context.options.job_seconds / 2


def under_way(context: Context, kind: str, subject: str) -> bool:
    """Whether such an order is not settled yet; a failed job is not, since it may still be repaired."""
    sql = "SELECT 1 FROM jobs WHERE kind = ? AND subject = ? AND status IN ('ongoing', 'failed')"
    return context.store.one(sql, kind, subject) is not None


def count_under_way(context: Context, kind: str, account_id: int) -> int:
    """How many orders of this kind an account has that are not settled yet."""
    sql = """SELECT count(*) FROM jobs WHERE kind = ? AND status IN ('ongoing', 'failed')
             AND json_extract(payload, '$.account_id') = ?"""
    return int(context.store.value(sql, kind, account_id))


def settle(context: Context) -> None:
    """Carry out every job whose time has come."""
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
        # Somebody else has created the same in the meantime, while this job was held up.
        context.store.run("UPDATE jobs SET status = 'cancelled' WHERE id = ?", job["id"])


def _carry_out(context: Context, job: Row) -> None:
    with context.store.transaction():
        links = _effects[job["kind"]](context, json.loads(job["payload"]))
        context.store.run("UPDATE jobs SET status = 'finished', links = ? WHERE id = ?", json.dumps(links), job["id"])


def find(context: Context, job_id: str) -> Row:
    """The job, or a 404."""
    job = context.store.one("SELECT * FROM jobs WHERE id = ?", job_id.lower())
    if job is None:
        raise not_found("provisioning_job", job_id)
    return job


def polled(context: Context, job: Row) -> None:
    """Note that somebody saw this failed job; a fault may have said after how many times it is repaired."""
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
    """Put a job that is not finished into another status; ``ongoing`` lets it run again from its beginning."""
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
