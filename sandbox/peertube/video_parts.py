# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Captions, chapters, storyboards and passwords of videos."""

from __future__ import annotations

import re
from pathlib import PurePath

from sandbox.peertube import files, rules, video_access, video_fields
from sandbox.peertube.ask import Ask, new_uuid
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row
from sandbox.peertube.video_shown import LANGUAGES

routes = Routes()
router = routes.router


@routes.add("GET", "/videos/{id}/captions", login=False)
def list_captions(ask: Ask) -> Row:
    """Return the captions of a video."""
    video = video_access.readable(ask)
    rows = sorted(ask.tables.captions.all(video_id=video["id"]), key=lambda row: row["language"])
    return {"total": len(rows), "data": [_caption(ask, row) for row in rows]}


def _caption(ask: Ask, row: Row) -> Row:
    shown = {
        "language": {"id": row["language"], "label": LANGUAGES[row["language"]]},
        "automaticallyGenerated": False,
        "captionPath": row["path"],
        "updatedAt": row["updatedAt"],
    }
    if ask.newer:
        base = f"http://{ask.own_host}"
        playlist = f"{base}/static/streaming-playlists/hls/{PurePath(row['path']).stem}.m3u8"
        shown |= {"fileUrl": f"{base}{row['path']}", "m3u8Url": playlist}
    return shown


@routes.add("PUT", "/videos/{id}/captions/{language}")
def set_caption(ask: Ask) -> None:
    """Add or replace the captions of a language; SRT becomes WebVTT."""
    if ask.params["language"] not in LANGUAGES:
        ask.wrong("params", captionLanguage=ask.params["language"])
    file = ask.files.get("captionfile")
    if file is None:
        ask.wrong(captionfile=None)
    assert file is not None
    video = video_access.managed(ask)
    path = f"/lazy-static/video-captions/{new_uuid()}-{ask.params['language']}.vtt"
    content = _from_srt(file.content) if file.name.endswith(".srt") else file.content
    files.write(ask.context, path, content)
    ask.tables.captions.delete_all(video_id=video["id"], language=ask.params["language"])
    ask.tables.captions.insert(video_id=video["id"], language=ask.params["language"], path=path, updatedAt=ask.time)


def _from_srt(content: bytes) -> bytes:
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    text = re.sub(r"(\d\d:\d\d:\d\d),(\d\d\d)", r"\1.\2", text)
    return ("WEBVTT FILE\n\n" + text + "\n").replace("\n", "\r\n").encode()


@routes.add("DELETE", "/videos/{id}/captions/{language}")
def remove_caption(ask: Ask) -> None:
    """Remove the captions of a language."""
    video = video_access.find(ask)
    row = ask.tables.captions.one(video_id=video["id"], language=ask.params["language"])
    if row is None:
        raise not_found("Video caption")
    video_access.check_owner(ask, video)
    ask.tables.captions.delete(row)


@routes.add("POST", "/videos/{id}/captions/generate")
def generate_captions(ask: Ask) -> None:
    """Refuse: the transcription of the sandbox is disabled."""
    raise problem(400, "Video transcription is disabled on this instance")


@routes.add("GET", "/videos/{id}/chapters", login=False)
def list_chapters(ask: Ask) -> Row:
    """Return the chapters of a video."""
    return {"chapters": video_access.readable(ask)["chapters"]}


def _are_chapters(value: object) -> bool:
    if not isinstance(value, list):
        return False
    times = [item.get("timecode") for item in value if isinstance(item, dict) and isinstance(item.get("title"), str)]
    return len(times) == len(value) == len({str(time) for time in times}) and all(map(rules.NUMBER, times))


@routes.add("PUT", "/videos/{id}/chapters")
def set_chapters(ask: Ask) -> None:
    """Replace the chapters of a video."""
    ask.check(chapters=_are_chapters)
    video = video_access.managed(ask)
    chapters = [{"timecode": int(item["timecode"]), "title": item["title"]} for item in ask.body["chapters"]]
    ask.tables.videos.save({**video, "chapters": sorted(chapters, key=lambda item: item["timecode"])})


@routes.add("GET", "/videos/{id}/storyboards", login=False)
def list_storyboards(ask: Ask) -> Row:
    """Return the storyboards of a video."""
    video = video_access.readable(ask)
    base = {"totalHeight": 144, "totalWidth": 1152, "spriteWidth": 192, "spriteHeight": 144, "spriteDuration": 1}
    rows = ask.tables.storyboards.all(video_id=video["id"])
    shown = [{"storyboardPath": row["path"], **base} for row in rows]
    if ask.newer:
        shown = [{**row, "fileUrl": f"http://{ask.own_host}{row['storyboardPath']}"} for row in shown]
    return {"storyboards": shown}


@routes.add("GET", "/videos/{id}/passwords")
def list_passwords(ask: Ask) -> Row:
    """Return the passwords of a video."""
    video = video_access.managed(ask)

    def show(row: Row) -> Row:
        names = ("id", "password", "createdAt", "updatedAt")
        return {**{name: row[name] for name in names}, "videoId": video["id"]}

    return ask.page(ask.tables.passwords.all(video_id=video["id"]), show, "createdAt")


@routes.add("PUT", "/videos/{id}/passwords")
def set_passwords(ask: Ask) -> None:
    """Replace the passwords of a video."""
    ask.check(passwords=rules.text_list)
    video = video_access.managed(ask)
    if not ask.body["passwords"]:
        raise problem(400, "At least one video password is required.")
    video_fields.set_passwords(ask, video, ask.body["passwords"])


@routes.add("DELETE", "/videos/{id}/passwords/{password}")
def remove_password(ask: Ask) -> None:
    """Remove a password; the last one stays."""
    video = video_access.managed(ask)
    row = ask.tables.passwords.get(ask.params["password"])
    if row is None or row["video_id"] != video["id"]:
        raise not_found("Video password")
    if len(ask.tables.passwords.all(video_id=video["id"])) == 1:
        raise problem(400, "Cannot delete the last password of the protected video")
    ask.tables.passwords.delete(row)
