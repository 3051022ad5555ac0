# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of videos: their rules, and how a request sets them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from sandbox.context import Context
from sandbox.peertube import config, files, jobs, media, rules, users
from sandbox.peertube.ask import Ask, new_uuid
from sandbox.peertube.errors import problem
from sandbox.peertube.tables import Row
from sandbox.peertube.video_shown import (
    CATEGORIES,
    LICENCES,
    NEWER_LICENCES,
    PRIVACIES,
    PRIVATE,
    PUBLISHED,
    TO_TRANSCODE,
    WITH_PASSWORD,
)

NAME = rules.text(3, 120)
OPTIONAL: dict[str, rules.Rule] = {
    "category": rules.one_of(*CATEGORIES),
    "licence": rules.one_of(*LICENCES, *NEWER_LICENCES),
    "language": rules.text(1, 10),
    "privacy": rules.one_of(*PRIVACIES),
    "description": rules.text(3, 10000),
    "support": rules.LONG_TEXT,
    "tags": rules.tags,
    "nsfw": rules.boolean,
    "waitTranscoding": rules.boolean,
    "downloadEnabled": rules.boolean,
    "commentsEnabled": rules.boolean,
    "commentsPolicy": rules.one_of(1, 2, 3),
    "originallyPublishedAt": rules.date,
}
_NUMBERS = ("category", "licence", "privacy", "commentsPolicy")
_BOOLEANS = ("nsfw", "waitTranscoding", "downloadEnabled")


def new_fields(ask: Ask, channel: Row) -> Row:
    """Return the fields of a new video."""
    texts = ("category", "licence", "language", "description", "originallyPublishedAt", "scheduleUpdate", "support")
    return {
        "uuid": new_uuid(),
        "name": "",
        **dict.fromkeys(texts),
        "privacy": PRIVATE,
        "nsfw": False,
        "tags": [],
        "commentsPolicy": 1,
        "downloadEnabled": True,
        "waitTranscoding": False,
        "channel_id": channel["id"],
        "duration": 0,
        "aspectRatio": None,
        "state": TO_TRANSCODE,
        "isLive": False,
        "views": 0,
        "createdAt": ask.time,
        "updatedAt": ask.time,
        "publishedAt": ask.time,
        "inputFileUpdatedAt": None,
        "thumbnailPath": f"/lazy-static/thumbnails/{new_uuid()}.jpg",
        "previewPath": f"/lazy-static/previews/{new_uuid()}.jpg",
        "chapters": [],
        "filename": None,
        "source_kept": False,
    }


def _given(name: str, value: Any) -> Any:
    if value in (None, "null"):
        return None
    if name in _NUMBERS:
        return int(value)
    if name in _BOOLEANS:
        return rules.as_bool(value)
    if name == "tags":
        return value if isinstance(value, list) else [value]
    return value


def check_schedule(ask: Ask) -> None:
    """Refuse an incomplete time of publication, and a password-protected video without passwords."""
    schedule = ask.body.get("scheduleUpdate")
    if isinstance(schedule, dict) and not schedule.get("updateAt"):
        raise problem(400, "Schedule update at is mandatory.")


def check_passwords(ask: Ask) -> list[str]:
    """Return the passwords of a request; a privacy that requires them must have some."""
    given = ask.body.get("videoPasswords")
    found = [] if given is None else given if isinstance(given, list) else [given]
    if str(ask.body.get("privacy")) == str(WITH_PASSWORD) and not found:
        raise problem(400, "Video passwords are missing.")
    return [str(password) for password in found]


def apply(ask: Ask, video: Row) -> None:
    """Set the fields of a video that the request has."""
    for name, value in ask.body.items():
        if name == "name" and value is not None:
            video["name"] = value
        elif name == "commentsEnabled" and not ask.newer:
            video["commentsPolicy"] = 1 if rules.as_bool(value) else 2
        elif name == "scheduleUpdate":
            video["scheduleUpdate"] = _schedule(value)
        elif name in OPTIONAL and name != "commentsEnabled":
            found = _given(name, value)
            if found is not None or name not in (*_BOOLEANS, "privacy", "commentsPolicy"):
                video[name] = [] if name == "tags" and found is None else found


def _schedule(value: Any) -> Row | None:
    if not isinstance(value, dict):
        return None
    return {"updateAt": value["updateAt"], "privacy": int(value.get("privacy") or 1)}


def set_passwords(ask: Ask, video: Row, passwords: list[str]) -> None:
    """Replace the passwords of a video."""
    ask.tables.passwords.delete_all(video_id=video["id"])
    for password in passwords:
        times = {"createdAt": ask.time, "updatedAt": ask.time}
        ask.tables.passwords.insert(video_id=video["id"], password=password, **times)


def set_pictures(ask: Ask, video: Row) -> None:
    """Store the pictures of a request."""
    for field, name in (("thumbnailfile", "thumbnailPath"), ("previewfile", "previewPath")):
        if field in ask.files:
            video[name] = f"{video[name].rpartition('/')[0]}/{new_uuid()}.jpg"
            files.write(ask.context, video[name], ask.files[field].content)


def check_quota(ask: Ask, size: int) -> None:
    """Refuse a file for which the caller has no space."""
    quota, daily = ask.me["videoQuota"], ask.me["videoQuotaDaily"]
    used = users.used(ask, ask.me)
    if any(limit != -1 and used + size > limit for limit in (quota, daily)):
        raise problem(413, "The user video quota is exceeded with this video.", "quota_reached")


def check_type(ask: Ask, name: str) -> None:
    """Refuse a file whose extension is not one of a video."""
    extensions = config.default(ask.context, "public")["video"]["file"]["extensions"]
    if PurePath(name).suffix.lower() not in extensions:
        supported = ", ".join(extensions)
        raise problem(415, f"This file is not supported. Please, make sure it is of the following type: {supported}")


def read_media(context: Context, path: str) -> media.Media:
    """Return the properties of an uploaded file, or refuse it."""
    found = media.probe(context, path)
    if found is None:
        raise problem(422, "Video file unreadable.")
    return found


def create(ask: Ask, channel: Row, upload: str, filename: str, passwords: list[str]) -> Row:
    """Create a video from an uploaded file and begin its transcoding."""
    found = read_media(ask.context, upload)
    fields = new_fields(ask, channel)
    fields["filename"] = filename
    video = ask.tables.videos.insert(**fields)
    apply(ask, video)
    set_passwords(ask, video, passwords)
    set_pictures(ask, video)
    add_source(ask, video, upload, found)
    return video


def add_source(ask: Ask, video: Row, upload: str, found: media.Media) -> None:
    """Make an uploaded file the only one of a video."""
    ask.tables.video_files.delete_all(video_id=video["id"])
    size = files.size(ask.context, upload)
    source = f"/original/{video['uuid']}"
    files.move(ask.context, upload, source)
    video |= {
        "duration": found.duration,
        "aspectRatio": round(found.width / found.height, 4) if found.height else 0,
        "source_kept": bool(config.value(ask.context, "transcoding.originalFile.keep")),
        "media": found._asdict(),
        "size": size,
    }
    extension = PurePath(video["filename"]).suffix
    file = add_file(ask, video, "web-videos", found.height, extension, has_torrent=False)
    jobs.begin(ask, "manage-video-torrent", {"file_id": file["id"]}, seconds=min(2, ask.context.options.job_seconds))
    if config.value(ask.context, "transcoding.enabled"):
        video["state"] = TO_TRANSCODE
        if config.value(ask.context, "transcoding.remoteRunners.enabled"):
            jobs.begin(ask, "transcoding-job-builder", {"video_id": video["id"]}, seconds=0)
        else:
            jobs.begin(ask, "video-transcoding", {"video_id": video["id"], "uuid": video["uuid"]})
    else:
        video["state"] = PUBLISHED
    ask.tables.videos.save(video)


@jobs.effect("manage-video-torrent")
def torrent_made(ask: Ask, data: Row) -> None:
    """Show the torrent of a file."""
    row = ask.tables.video_files.get(data["file_id"])
    if row is not None:
        ask.tables.video_files.save({**row, "hasTorrent": True})


def add_file(ask: Ask, video: Row, kind: str, height: int, extension: str = ".mp4", *, has_torrent: bool = True) -> Row:
    """Add a file of a video, a copy of what was uploaded."""
    key = f"{new_uuid()}-{height}"
    found = media.Media(**video["media"])
    row = ask.tables.video_files.insert(
        video_id=video["id"],
        kind=kind,
        key=f"{key}-hls" if kind == "hls" else key,
        filename=f"{key}-fragmented.mp4" if kind == "hls" else f"{key}{extension}",
        resolution=height,
        width=found.width * height // found.height if found.height else 0,
        height=height,
        size=video["size"],
        fps=10 if found.has_video else 0,
        hasAudio=not found.has_video,
        hasVideo=found.has_video,
        hasTorrent=has_torrent,
    )
    files.link(ask.context, f"/original/{video['uuid']}", f"/files/{row['key']}")
    return row
