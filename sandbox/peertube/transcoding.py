# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a video: made by transcoding, removed, and changed by studio edits."""

from __future__ import annotations

from typing import Any

from sandbox.peertube import config, jobs, rules, video_access, video_fields
from sandbox.peertube.ask import ADMINISTRATOR, Ask, new_uuid
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row
from sandbox.peertube.video_shown import PUBLISHED, TO_EDIT, TO_TRANSCODE

_TYPES = {"hls": "hls", "web-video": "web-videos", "webtorrent": "web-videos"}
_RIGHT_TO_FILES, _RIGHT_TO_TRANSCODE = 25, 26

routes = Routes()
router = routes.router


def _resolutions(ask: Ask, video: Row) -> list[int]:
    """Return the heights of the files that transcoding makes."""
    height = video["media"]["height"]
    enabled = config.value(ask.context, "transcoding.resolutions")
    lower = [int(name.rstrip("p")) for name, is_on in enabled.items() if is_on and 0 < int(name.rstrip("p")) < height]
    return sorted({height, *lower}, reverse=True)


def _make(ask: Ask, video: Row, kind: str) -> None:
    ask.tables.video_files.delete_all(video_id=video["id"], kind=kind)
    for height in _resolutions(ask, video):
        video_fields.add_file(ask, video, kind, height)


@jobs.effect("video-transcoding")
def transcoded(ask: Ask, data: Row) -> None:
    """Make the files of a video, unless it was removed."""
    video = ask.tables.videos.get(data["video_id"])
    if video is None:
        return
    wanted = {
        "web-videos": config.value(ask.context, "transcoding.webVideos.enabled"),
        "hls": config.value(ask.context, "transcoding.hls.enabled"),
    }
    for kind in (kind for kind in wanted if data.get("kind", kind) == kind and (wanted[kind] or "kind" in data)):
        _make(ask, video, kind)
    if not ask.tables.storyboards.one(video_id=video["id"]):
        ask.tables.storyboards.insert(video_id=video["id"], path=f"/lazy-static/storyboards/{new_uuid()}.jpg")
    is_first = video["state"] == TO_TRANSCODE and "kind" not in data
    published = {"publishedAt": ask.time} if is_first else {}
    ask.tables.videos.save({**video, **published, "state": PUBLISHED, "updatedAt": ask.time})


@routes.add("POST", "/videos/{id}/transcoding", role=ADMINISTRATOR, right=_RIGHT_TO_TRANSCODE)
def transcode(ask: Ask) -> None:
    """Begin to make files of one kind again."""
    types = ("hls", "web-video") if ask.newer else tuple(_TYPES)
    ask.check("body", {"transcodingType": rules.one_of(*types)}, optional={"forceTranscoding": rules.boolean})
    video = video_access.find(ask)
    if video["state"] == TO_TRANSCODE and not rules.as_bool(ask.body.get("forceTranscoding")):
        raise problem(409, "This video is already being transcoded", "video_already_being_transcoded")
    ask.tables.videos.save({**video, "state": TO_TRANSCODE})
    jobs.begin(
        ask,
        "video-transcoding",
        {"video_id": video["id"], "uuid": video["uuid"], "kind": _TYPES[ask.body["transcodingType"]]},
    )


_NAMES = {"hls": "HLS", "web-videos": "Web Video"}


def _remove_all(ask: Ask, kind: str) -> None:
    video = video_access.find(ask)
    files = ask.tables.video_files.all(video_id=video["id"])
    others = [row for row in files if row["kind"] != kind]
    if len(files) == len(others):
        raise problem(400, f"This video does not have {_NAMES[kind]} files")
    if not others and kind == "hls":
        raise problem(400, "Cannot delete HLS playlist since this video does not have Web Video files")
    if not others:
        raise problem(400, "Cannot delete Web Video files since this video does not have HLS playlist")
    ask.tables.video_files.delete_all(video_id=video["id"], kind=kind)


def _remove_one(ask: Ask, kind: str) -> None:
    video = video_access.find(ask)
    row = ask.tables.video_files.get(ask.number("file"))
    if row is None or row["video_id"] != video["id"] or row["kind"] != kind:
        raise not_found(f"{_NAMES[kind]} file")
    ask.tables.video_files.delete(row)


def _register(path: str, kind: str, only: str = "") -> None:
    given: dict[str, Any] = {"role": ADMINISTRATOR, "right": _RIGHT_TO_FILES, "only": only}
    routes.add("DELETE", f"/videos/{{id}}/{path}", **given)(lambda ask: _remove_all(ask, kind))
    routes.add("DELETE", f"/videos/{{id}}/{path}/{{file}}", **given)(lambda ask: _remove_one(ask, kind))


_register("hls", "hls")
_register("web-videos", "web-videos")
_register("webtorrent", "web-videos", "6.3")

_EDITS = ("cut", "add-intro", "add-outro", "add-watermark", "remove-segments")


@routes.add("POST", "/videos/{id}/studio/edit")
def edit(ask: Ask) -> None:
    """Cut a video or add to it."""
    tasks = ask.body.get("tasks")
    if not isinstance(tasks, list) or not tasks or (ask.is_form and "urlencoded" in ask.headers["content-type"]):
        ask.wrong(tasks=None)
    names = [task.get("name") for task in tasks if isinstance(task, dict)]
    for name in names:
        if name not in _EDITS:
            raise problem(400, f"Task {name} is invalid")
    video = video_access.find(ask)
    if video["state"] in (TO_TRANSCODE, TO_EDIT):
        raise problem(409, "Cannot edit video that is already waiting for transcoding/edition")
    video_access.check_owner(ask, video, least=ADMINISTRATOR)
    ask.tables.videos.save({**video, "state": TO_EDIT})
    jobs.begin(ask, "video-studio-edition", {"video_id": video["id"]})


@jobs.effect("video-studio-edition")
def edited(ask: Ask, data: Row) -> None:
    """Make the files of an edited video again."""
    transcoded(ask, data)
