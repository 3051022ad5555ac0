# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: what ends some time after the request that began it, and the list of jobs."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.context import Context
from sandbox.peertube.ask import HOST, Ask, at
from sandbox.peertube.routing import is_newer
from sandbox.peertube.tables import Row, Tables
from sandbox.store import Setting

Effect = Callable[[Ask, Row], None]
PAUSED = Setting("jobs_paused", "")
"""Not empty while no job ends."""
_effects: dict[str, Effect] = {}


def effect(kind: str) -> Callable[[Effect], Effect]:
    """Return a decorator that registers what happens when a job of this kind ends."""

    def decorate(function: Effect) -> Effect:
        _effects[kind] = function
        return function

    return decorate


def begin(ask: Ask, kind: str, data: Row, *, seconds: float | None = None) -> Row:
    """Begin a job.

    :param data: what its effect needs to know.
    :param seconds: how long it takes, if not as long as the sandbox's jobs do.
    """
    duration = ask.context.options.job_seconds if seconds is None else seconds
    return ask.tables.jobs.insert(type=kind, data=data, state="active", due=ask.now + duration, createdAt=ask.time)


def system_ask(context: Context) -> Ask:
    """Return a request of the server itself, for what no client asks for."""
    return Ask(context, "", "", {}, {}, b"", is_newer(context), context.clock.now(), HOST.read(context.store))


def finish(context: Context, *, everything: bool = False, video_id: object = None) -> int:
    """End the jobs that are due, or all of them; return how many.

    :param video_id: the only video whose jobs end, if given.
    """
    if PAUSED.read(context.store) and not everything:
        return 0
    tables, now = Tables(context.store), context.clock.now()
    ask = system_ask(context)
    ended = 0
    while True:
        due = tables.jobs.all(lambda row: everything or row["due"] <= now, state="active")
        if video_id is not None:
            due = [row for row in due if row["data"].get("video_id") == video_id]
        if not due:
            return ended
        for job in due:
            tables.jobs.save({**job, "state": "completed", "finishedOn": at(now)})
            if job["type"] in _effects:
                _effects[job["type"]](ask, job["data"])
            ended += 1
