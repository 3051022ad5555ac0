# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics, logs, contact and the list of jobs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import PlainTextResponse

from sandbox.peertube import jobs, rules
from sandbox.peertube.ask import ADMINISTRATOR, Ask
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_RIGHT_TO_LOGS, _RIGHT_TO_JOBS = 3, 7
_JOB_STATES = (
    "active",
    "completed",
    "failed",
    "waiting",
    "delayed",
    "paused",
    "prioritized",
    "waiting-children",
)
_JOB_TYPES = (
    "activitypub-http-unicast",
    "activitypub-http-broadcast",
    "activitypub-http-fetcher",
    "activitypub-refresher",
    "video-redundancy",
    "activitypub-follow",
    "email",
    "notify",
    "video-redundancy",
    "video-transcoding",
    "video-studio-edition",
    "video-import",
    "video-channel-import",
    "video-live-ending",
    "videos-views-stats",
    "video-file-import",
    "manage-video-torrent",
    "generate-video-storyboard",
    "federate-video",
    "create-user-export",
    "transcoding-job-builder",
    "activitypub-follow-instance",
    "import-user-archive",
)
_ONE_LOG: Row = {"level": "audit", "message": '{"user":"root","domain":"users","action":"create"}'}

routes = Routes()
router = routes.router


@cache
def _statistics(*, newer: bool) -> str:
    name = f"statistics_{'8_2' if newer else '6_3'}.json"
    return Path(__file__).with_name("defaults").joinpath(name).read_text(encoding="utf-8")


@routes.add("GET", "/server/stats", login=None)
def read_statistics(ask: Ask) -> Any:
    """Return the numbers of the instance."""
    found = json.loads(_statistics(newer=ask.newer))
    tables = ask.tables
    videos = tables.videos.all(privacy=1)
    users = tables.users.all()
    found |= {
        "totalUsers": len(users),
        "totalModerators": len([row for row in users if row["role"] == 1]),
        "totalAdmins": len([row for row in users if row["role"] == 0]),
        "totalLocalVideos": len(videos),
        "totalVideos": len(videos),
        "totalLocalVideoChannels": len(tables.channels.all()),
        "totalLocalPlaylists": len(tables.playlists.all(privacy=1)),
        "totalLocalVideoComments": len(tables.comments.all(deleted=False)),
        "totalVideoComments": len(tables.comments.all(deleted=False)),
        "totalInstanceFollowers": len(tables.followers.all()),
        "totalInstanceFollowing": len(tables.following.all()),
    }
    return found


@routes.add("GET", "/server/logs", role=ADMINISTRATOR, right=_RIGHT_TO_LOGS)
def list_logs(ask: Ask) -> Any:
    """Return the log: refused logins."""
    ask.check(
        "query",
        {"startDate": rules.date},
        optional={"endDate": rules.date, "level": rules.one_of("debug", "info", "warn", "error")},
    )
    if ask.query.get("endDate"):
        return []
    text = "Invalid grant: user credentials are invalid"
    numbers = {"statusCode": 400, "status": 400, "code": 400, "name": "invalid_grant"}
    entry = {"err": {"stack": text, "message": text, **numbers}, "level": "warn", "message": "Login error"}
    return [{**entry, "label": ask.own_host, "timestamp": ask.time}]


@routes.add("GET", "/server/audit-logs", role=ADMINISTRATOR, right=_RIGHT_TO_LOGS)
def list_audit_logs(ask: Ask) -> Any:
    """Return what was changed by whom."""
    ask.check("query", {"startDate": rules.date}, optional={"endDate": rules.date})
    return [{**_ONE_LOG, "timestamp": ask.time, "label": ask.own_host}]


@routes.add("POST", "/server/logs/client", login=False)
def add_client_log(ask: Ask) -> None:
    """Accept a message of a browser."""
    needed = {"message": rules.text(1, 9000), "url": rules.anything, "level": rules.one_of("warn", "error")}
    ask.check("body", needed)


@routes.add("GET", "/server/debug", role=ADMINISTRATOR, right=4)
def read_debug(ask: Ask) -> Row:
    """Return the caller's address."""
    return {"ip": ask.headers.get("x-forwarded-for", "127.0.0.1"), "activityPubMessagesWaiting": 0}


@routes.add("POST", "/server/debug/run-command", role=ADMINISTRATOR, right=4)
def run_command(ask: Ask) -> None:
    """Accept a command."""
    ask.check(command=rules.anything)


@routes.add("POST", "/server/contact", login=None)
def contact(ask: Ask) -> None:
    """Accept a message to the administrators."""
    needed = {"fromName": rules.text(1, 120), "fromEmail": rules.EMAIL, "body": rules.text(3, 5000)}
    ask.check("body", needed)


@routes.add("GET", "/ping", login=None)
def ping(ask: Ask) -> PlainTextResponse:
    """Respond."""
    return PlainTextResponse("pong", media_type="text/html")


def _state(ask: Ask, job: Row) -> str:
    is_waiting = job["state"] == "active" and jobs.PAUSED.read(ask.context.store)
    return "waiting" if is_waiting else str(job["state"])


def _transcoding_data(ask: Ask, data: Row) -> Row:
    shown = {
        "type": "new-resolution-to-hls",
        "videoUUID": data["uuid"],
        "resolution": 240,
        "fps": 10,
        "isNewVideo": "kind" not in data,
        "deleteWebVideoFiles": False,
    }
    if ask.newer:
        return {**shown, "canMoveVideoState": True, "inputStreams": [2, 1]}
    return {**shown, "copyCodecs": False, "separatedAudio": False, "hasChildren": False}


def _job(ask: Ask, row: Row) -> Row:
    state = _state(ask, row)
    shown = {
        "id": str(row["id"]),
        "state": state,
        "type": row["type"],
        "data": row["data"],
        "progress": 100 if state == "completed" else 0,
        "error": None,
        "createdAt": row["createdAt"],
        "finishedOn": row.get("finishedOn"),
        "processedOn": None if state == "waiting" else row["createdAt"],
    }
    if row["type"] == "video-transcoding":
        shown |= {"priority": 100, "data": _transcoding_data(ask, row["data"])}
    if ask.newer:
        shown["canCancel"] = False
    return shown


def _list(ask: Ask, state: str | None) -> Row:
    ask.check("query", optional={"jobType": rules.one_of(*_JOB_TYPES)})
    kind = ask.query.get("jobType")
    rows = ask.tables.jobs.all(lambda row: kind in (None, row["type"]) and state in (None, _state(ask, row)))
    return ask.page(rows, lambda row: _job(ask, row), "createdAt")


@routes.add("GET", "/jobs", role=ADMINISTRATOR, right=_RIGHT_TO_JOBS, docs="getJobs")
def list_all_jobs(ask: Ask) -> Row:
    """Return all jobs."""
    return _list(ask, None)


@routes.add("GET", "/jobs/{state}", role=ADMINISTRATOR, right=_RIGHT_TO_JOBS, docs="getJobs")
def list_jobs(ask: Ask) -> Row:
    """Return the jobs of a state."""
    ask.check("params", state=rules.one_of(*_JOB_STATES))
    return _list(ask, ask.params["state"])


@routes.add("POST", "/jobs/pause", role=ADMINISTRATOR, right=_RIGHT_TO_JOBS)
def pause(ask: Ask) -> None:
    """Let no job end."""
    jobs.PAUSED.write(ask.context.store, "yes")


@routes.add("POST", "/jobs/resume", role=ADMINISTRATOR, right=_RIGHT_TO_JOBS)
def resume(ask: Ask) -> None:
    """Let jobs end again."""
    jobs.PAUSED.write(ask.context.store, "")
