# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lives: their settings, and the sessions that a control endpoint begins and ends."""

from __future__ import annotations

from typing import Any

from sandbox.peertube import config, jobs, rules, video_access, video_fields, videos
from sandbox.peertube.ask import ADMINISTRATOR, Ask, new_uuid, short_uuid
from sandbox.peertube.errors import crash, not_found, plain_not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row
from sandbox.peertube.video_shown import LIVE_ENDED, PRIVACIES, PRIVATE, PUBLISHED, WAITING_FOR_LIVE, owner_of

BLOCKED = 5
"""The error of a session that ended since its video was blocked."""
REPLAY_SECONDS = 300

routes = Routes()
router = routes.router

_OPTIONAL = {
    "permanentLive": rules.boolean,
    "saveReplay": rules.boolean,
    "replaySettings.privacy": rules.one_of(*PRIVACIES),
    "latencyMode": rules.one_of(1, 2, 3),
}


def _mine(ask: Ask) -> list[Row]:
    return ask.tables.videos.all(lambda row: row["isLive"] and ask.owns(owner_of(ask, row)))


@routes.add("POST", "/videos/live", docs="")
def add_live(ask: Ask) -> Row:
    """Create a live."""
    optional = {**video_fields.OPTIONAL, **_OPTIONAL}
    ask.check("body", {"name": video_fields.NAME, "channelId": rules.number(1)}, optional=optional)
    channel = video_access.own_channel(ask, ask.body["channelId"])
    most = config.value(ask.context, "live.maxUserLives")
    # A negative number: any number of lives.
    if 0 <= most <= len(_mine(ask)):
        detail = "Cannot create this live because the max user lives limit is reached."
        raise problem(403, detail, "max_user_lives_limit_reached")
    passwords = video_fields.check_passwords(ask)
    fields = video_fields.new_fields(ask, channel)
    video = ask.tables.videos.insert(**{**fields, "isLive": True, "state": WAITING_FOR_LIVE})
    video_fields.apply(ask, video)
    video_fields.set_passwords(ask, video, passwords)
    video["live"] = {"permanentLive": False, "saveReplay": False, "latencyMode": 1, "streamKey": new_uuid()}
    _apply(ask, video)
    ask.tables.videos.save(video)
    return videos.created(video)


def _apply(ask: Ask, video: Row) -> None:
    live = video["live"]
    for name in ("permanentLive", "saveReplay"):
        if ask.body.get(name) is not None:
            live[name] = rules.as_bool(ask.body[name])
    if ask.body.get("latencyMode") is not None:
        live["latencyMode"] = int(ask.body["latencyMode"])
    settings = ask.body.get("replaySettings")
    if live["saveReplay"]:
        privacy = (settings or {}).get("privacy") or live.get("replaySettings", {}).get("privacy") or PRIVATE
        live["replaySettings"] = {"privacy": int(privacy)}
    else:
        live.pop("replaySettings", None)


def _find(ask: Ask) -> Row:
    video = video_access.readable(ask)
    if not video["isLive"]:
        raise plain_not_found() if ask.newer else not_found("Live video")
    return video


@routes.add("GET", "/videos/live/{id}", login=False)
def read_live(ask: Ask) -> Row:
    """Return the settings of a live; the key only to its owner and administrators."""
    video = _find(ask)
    live: Row = dict(video["live"])
    key = live.pop("streamKey")
    if ask.newer:
        live |= {"schedules": [], "dvrWindow": config.value(ask.context, "live.dvr.maxWindow")}
    if not ask.owns(owner_of(ask, video)) and not ask.has_role(ADMINISTRATOR):
        return live
    name = ask.own_host.partition(":")[0]
    return {"streamKey": key, "rtmpUrl": f"rtmp://{name}:1935/live", "rtmpsUrl": None, **live}


@routes.add("PUT", "/videos/live/{id}")
def change_live(ask: Ask) -> None:
    """Change the settings of a live that waits."""
    ask.check("body", optional=_OPTIONAL)
    video = video_access.managed(ask, least=ADMINISTRATOR)
    if not video["isLive"]:
        raise plain_not_found() if ask.newer else not_found("Live video")
    if video["state"] != WAITING_FOR_LIVE:
        raise problem(400, "Cannot update a live that has already started")
    saves = rules.as_bool(ask.body.get("saveReplay", video["live"]["saveReplay"]))
    if saves and not ask.body.get("replaySettings"):
        raise crash("Cannot read properties of undefined (reading 'privacy')")
    _apply(ask, video)
    ask.tables.videos.save({**video, "updatedAt": ask.time})


@routes.add("GET", "/videos/live/{id}/sessions")
def list_sessions(ask: Ask) -> Row:
    """Return the sessions of a live."""
    video = video_access.managed(ask)
    if not video["isLive"]:
        raise plain_not_found() if ask.newer else not_found("Live video")
    rows = ask.tables.live_sessions.all(video_id=video["id"])
    return {"total": len(rows), "data": [_session(ask, row) for row in rows]}


def _session(ask: Ask, row: Row) -> Row:
    names = ("id", "startDate", "endDate", "endingProcessed", "saveReplay", "error")
    shown: Row = {name: row[name] for name in names}
    if row["saveReplay"]:
        shown["replaySettings"] = row["replaySettings"]
    replay = ask.tables.videos.get(row["replay_id"]) if row["replay_id"] else None
    if replay is not None:
        about = {"id": replay["id"], "uuid": replay["uuid"], "shortUUID": short_uuid(replay["uuid"])}
        shown["replayVideo"] = about
    return shown


@routes.add("GET", "/videos/{id}/live-session", login=False)
def read_replay(ask: Ask) -> Any:
    """Return the session from which a video was made."""
    video = video_access.readable(ask)
    row = ask.tables.live_sessions.one(replay_id=video["id"])
    if row is None:
        raise problem(404, "No live replay found")
    return _session(ask, row)


def start(ask: Ask, video: Row) -> None:
    """Begin to stream."""
    live = video["live"]
    ask.tables.live_sessions.insert(
        video_id=video["id"],
        startDate=ask.time,
        endDate=None,
        endingProcessed=False,
        saveReplay=live["saveReplay"],
        replaySettings=live.get("replaySettings"),
        error=None,
        replay_id=None,
    )
    streamed = {"aspectRatio": 1.7778, "was_streamed": True}
    ask.tables.videos.save({**video, **streamed, "state": PUBLISHED, "publishedAt": ask.time})


def end(ask: Ask, video: Row, *, error: int | None = None) -> None:
    """End the stream of a video, if it has one; its replay follows after five minutes."""
    row = ask.tables.live_sessions.one(video_id=video["id"], endDate=None)
    if row is None:
        return
    ask.tables.live_sessions.save({**row, "endDate": ask.time, "error": error})
    state = WAITING_FOR_LIVE if video["live"]["permanentLive"] else LIVE_ENDED
    ask.tables.videos.save({**video, "state": state})
    if row["saveReplay"] and error is None:
        jobs.begin(ask, "video-live-ending", {"session_id": row["id"]}, seconds=REPLAY_SECONDS)


@jobs.effect("video-live-ending")
def replay(ask: Ask, data: Row) -> None:
    """Turn an ended live into a video."""
    row = ask.tables.live_sessions.get(data["session_id"])
    video = ask.tables.videos.get(row["video_id"]) if row else None
    if row is None or video is None:
        return
    ask.tables.live_sessions.save({**row, "endingProcessed": True, "replay_id": video["id"]})
    ask.tables.videos.save({**video, "isLive": False, "state": PUBLISHED, "privacy": row["replaySettings"]["privacy"]})
