# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remote runners: registration tokens, runners, and the jobs that they take."""

from __future__ import annotations

import secrets

from sandbox.context import Context
from sandbox.peertube import jobs, rules, transcoding
from sandbox.peertube.ask import ADMINISTRATOR, Ask, at, new_uuid
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row, Tables

_RIGHT = 29
_PENDING, _PROCESSING, _COMPLETED, _ERRORED, _WAITING, _CANCELLED = 1, 2, 3, 4, 5, 6
_STATES = {
    _PENDING: "Pending",
    _PROCESSING: "Processing",
    _COMPLETED: "Completed",
    _ERRORED: "Errored",
    _WAITING: "Waiting for parent job to finish",
    _CANCELLED: "Cancelled",
}
_ENDABLE = (_PENDING, _PROCESSING, _WAITING)

routes = Routes()
router = routes.router


def begin(context: Context) -> None:
    """Create the first registration token."""
    if not Tables(context.store).runner_tokens.all():
        _new_token(Tables(context.store), at(context.clock.now()))


def _new_token(tables: Tables, time: str) -> None:
    tables.runner_tokens.insert(registrationToken=f"ptrrt-{new_uuid()}", createdAt=time, updatedAt=time)


@routes.add("GET", "/runners/registration-tokens", role=ADMINISTRATOR, right=_RIGHT)
def list_tokens(ask: Ask) -> Row:
    """Return the registration tokens."""

    def show(row: Row) -> Row:
        return {**row, "registeredRunnersCount": len(ask.tables.runners.all(token_id=row["id"]))}

    return ask.page(ask.tables.runner_tokens.all(), show, "createdAt")


@routes.add("POST", "/runners/registration-tokens/generate", role=ADMINISTRATOR, right=_RIGHT)
def add_token(ask: Ask) -> None:
    """Create a registration token."""
    _new_token(ask.tables, ask.time)


@routes.add("DELETE", "/runners/registration-tokens/{id}", role=ADMINISTRATOR, right=_RIGHT)
def remove_token(ask: Ask) -> None:
    """Remove a registration token with the runners that used it."""
    row = ask.tables.runner_tokens.get(ask.number())
    if row is None:
        raise not_found("Registration token")
    ask.tables.runners.delete_all(token_id=row["id"])
    ask.tables.runner_tokens.delete(row)


@routes.add("POST", "/runners/register", login=None)
def register(ask: Ask) -> Row:
    """Register a runner."""
    needed = {"registrationToken": rules.anything, "name": rules.text(1, 100)}
    ask.check("body", needed, optional={"description": rules.text(1, 1000)})
    token = ask.tables.runner_tokens.one(registrationToken=ask.body["registrationToken"])
    if token is None:
        raise problem(404, "Registration token is invalid")
    if ask.tables.runners.one(name=ask.body["name"]):
        raise problem(400, "This runner name already exists on this instance")
    row = ask.tables.runners.insert(
        name=ask.body["name"],
        description=ask.body.get("description"),
        runnerToken=f"ptrt-{secrets.token_hex(16)}",
        token_id=token["id"],
        ip=ask.headers.get("x-forwarded-for", "127.0.0.1"),
        lastContact=ask.time,
        createdAt=ask.time,
        updatedAt=ask.time,
    )
    return {"id": row["id"], "runnerToken": row["runnerToken"]}


def _runner(ask: Ask) -> Row:
    ask.check(runnerToken=rules.anything)
    row = ask.tables.runners.one(runnerToken=ask.body["runnerToken"])
    if row is None:
        raise problem(404, "Unknown runner token", "unknown_runner_token")
    return row


@routes.add("POST", "/runners/unregister", login=None)
def unregister(ask: Ask) -> None:
    """Remove the calling runner."""
    ask.tables.runners.delete(_runner(ask))


@routes.add("GET", "/runners", role=ADMINISTRATOR, right=_RIGHT)
def list_runners(ask: Ask) -> Row:
    """Return the runners."""

    def show(row: Row) -> Row:
        hidden = ("runnerToken", "token_id")
        shown = {name: value for name, value in row.items() if name not in hidden}
        return {**shown, "version": row.get("version")} if ask.newer else shown

    return ask.page(ask.tables.runners.all(), show, "createdAt")


@routes.add("DELETE", "/runners/{id}", role=ADMINISTRATOR, right=_RIGHT)
def remove_runner(ask: Ask) -> None:
    """Remove a runner."""
    row = ask.tables.runners.get(ask.number())
    if row is None:
        raise not_found("Runner")
    ask.tables.runners.delete(row)


@jobs.effect("transcoding-job-builder")
def offer(ask: Ask, data: Row) -> None:
    """Offer the transcoding of a new video to runners."""
    video = ask.tables.videos.get(data["video_id"])
    if video is None:
        return
    height = video["media"]["height"]
    url = f"http://{ask.own_host}/api/v1/runners/jobs/files/videos/{video['uuid']}/max-quality"
    private = {"videoUUID": video["uuid"], "isNewVideo": True}
    parent: Row | None = None
    for kind in ("vod-web-video-transcoding", "vod-hls-transcoding"):
        output = {"fps": 10, "resolution": height}
        if kind.startswith("vod-hls"):
            output["separatedAudio"] = False
        parent = ask.tables.runner_jobs.insert(
            uuid=new_uuid(),
            type=kind,
            state=_PENDING if parent is None else _WAITING,
            progress=None,
            priority=120,
            failures=0,
            error=None,
            payload={"input": {"videoFileUrl": url, "separatedAudioFileUrl": []}, "output": output},
            privatePayload={**private, "deleteInputFileId": 1},
            startedAt=None,
            finishedAt=None,
            createdAt=ask.time,
            updatedAt=ask.time,
            parent_id=parent["id"] if parent else None,
            runner_id=None,
            jobToken=None,
        )


@routes.add("POST", "/runners/jobs/request", login=None)
def request_jobs(ask: Ask) -> Row:
    """Return the jobs that wait for a runner."""
    runner = _runner(ask)
    ask.tables.runners.save({**runner, "lastContact": ask.time})
    rows = ask.tables.runner_jobs.all(state=_PENDING)[:10]
    return {"availableJobs": [{name: row[name] for name in ("uuid", "type", "payload")} for row in rows]}


def _find(ask: Ask) -> Row:
    row = ask.tables.runner_jobs.one(uuid=ask.params["uuid"])
    if row is None:
        raise problem(404, "Unknown runner job")
    return row


def _shown(ask: Ask, row: Row) -> Row:
    names = ("uuid", "type", "progress", "priority", "failures", "error", "payload", "createdAt", "updatedAt")
    runner = ask.tables.runners.get(row["runner_id"]) if row["runner_id"] else None
    shown: Row = {
        **{name: row[name] for name in names},
        "state": {"id": row["state"], "label": _STATES[row["state"]]},
        "runner": {name: runner[name] for name in ("id", "name", "description")} if runner else None,
    }
    for name in ("startedAt", "finishedAt"):
        if row[name]:
            shown[name] = row[name]
    parent = ask.tables.runner_jobs.get(row["parent_id"]) if row["parent_id"] else None
    if parent is not None:
        about = {name: parent[name] for name in ("id", "uuid", "type")}
        shown["parent"] = {**about, "state": {"id": parent["state"], "label": _STATES[parent["state"]]}}
    return shown


@routes.add("GET", "/runners/jobs", role=ADMINISTRATOR, right=_RIGHT)
def list_jobs(ask: Ask) -> Row:
    """Return the jobs of runners."""
    given = ask.query.get("stateOneOf") or []
    wanted = {str(state) for state in (given if isinstance(given, list) else [given])}
    rows = ask.tables.runner_jobs.all(lambda row: not wanted or str(row["state"]) in wanted)

    def show(row: Row) -> Row:
        return {**_shown(ask, row), "privatePayload": row["privatePayload"]}

    return ask.page(rows, show, "updatedAt", "createdAt", "priority", "state", "progress")


@routes.add("POST", "/runners/jobs/{uuid}/accept", login=None)
def accept(ask: Ask) -> Row:
    """Take a job."""
    runner, row = _runner(ask), _find(ask)
    if row["state"] != _PENDING:
        raise problem(400, "This runner job is not in pending state")
    row |= {"state": _PROCESSING, "runner_id": runner["id"], "jobToken": f"ptrjt-{secrets.token_hex(16)}"}
    row |= {"startedAt": ask.time, "updatedAt": ask.time}
    ask.tables.runner_jobs.save(row)
    return {"job": {**_shown(ask, row), "jobToken": row["jobToken"]}}


def _taken(ask: Ask) -> Row:
    _runner(ask)
    row = _find(ask)
    if row["jobToken"] is None or row["jobToken"] != ask.body.get("jobToken"):
        raise problem(404, "Unknown runner job")
    return row


def _free(ask: Ask, row: Row, **more: object) -> None:
    freed = {"state": _PENDING, "runner_id": None, "jobToken": None, "progress": None, "startedAt": None}
    ask.tables.runner_jobs.save({**row, **freed, "updatedAt": ask.time, **more})


@routes.add("POST", "/runners/jobs/{uuid}/update", login=None)
def update(ask: Ask) -> None:
    """Report progress."""
    row = _taken(ask)
    ask.tables.runner_jobs.save({**row, "progress": ask.body.get("progress"), "updatedAt": ask.time})


@routes.add("POST", "/runners/jobs/{uuid}/abort", login=None)
def abort(ask: Ask) -> None:
    """Give a job back."""
    ask.check(reason=rules.text(1, 5000))
    _free(ask, _taken(ask))


@routes.add("POST", "/runners/jobs/{uuid}/error", login=None)
def fail(ask: Ask) -> None:
    """Report a failure; another runner may try."""
    ask.check(message=rules.text(1, 5000))
    row = _taken(ask)
    _free(ask, row, failures=row["failures"] + 1)


@routes.add("POST", "/runners/jobs/{uuid}/success", login=None)
def succeed(ask: Ask) -> None:
    """Hand in the file."""
    row = _taken(ask)
    if not any(name.startswith("payload[") for name in ask.files):
        raise problem(400, "Payload is invalid")
    done = {"state": _COMPLETED, "finishedAt": ask.time, "jobToken": None, "updatedAt": ask.time}
    ask.tables.runner_jobs.save({**row, **done})
    for child in ask.tables.runner_jobs.all(parent_id=row["id"], state=_WAITING):
        ask.tables.runner_jobs.save({**child, "state": _PENDING})
    video = ask.tables.videos.one(uuid=row["privatePayload"]["videoUUID"])
    if video is not None and not ask.tables.runner_jobs.all(lambda job: job["state"] in _ENDABLE):
        transcoding.transcoded(ask, {"video_id": video["id"]})


@routes.add("POST", "/runners/jobs/{uuid}/cancel", role=ADMINISTRATOR, right=_RIGHT)
def cancel(ask: Ask) -> None:
    """Cancel a job that has not ended."""
    row = _find(ask)
    if row["state"] not in _ENDABLE:
        raise problem(
            400, 'Cannot cancel this job that is not in "pending", "processing" or "waiting for parent job" state'
        )
    ask.tables.runner_jobs.save({**row, "state": _CANCELLED, "updatedAt": ask.time})


@routes.add("DELETE", "/runners/jobs/{uuid}", role=ADMINISTRATOR, right=_RIGHT)
def remove_job(ask: Ask) -> None:
    """Remove a job."""
    ask.tables.runner_jobs.delete(_find(ask))
