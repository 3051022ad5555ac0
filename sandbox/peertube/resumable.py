# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resumable uploads, with the manners of the real server: nothing protects against gaps."""

from __future__ import annotations

import re
import secrets

from fastapi import Response

from sandbox.peertube import files, media, rules, video_access, video_fields, video_source, videos
from sandbox.peertube.ask import Ask, invalid
from sandbox.peertube.errors import PeerTubeError, problem, uploads
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_LARGEST = 10**12 * 2
_PROCESSING_SECONDS = 2
_RETRY_SECONDS = 300
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_STATUS = re.compile(r"bytes \*/(\d+|\*)")
_PATHS = {"upload": "/videos/upload-resumable", "replace": "/videos/{id}/source/replace-resumable"}

routes = Routes()
router = routes.router


def _lengths(ask: Ask) -> tuple[int, str]:
    """Return the announced size and type of the file."""
    names = ("x-upload-content-length", "x-upload-content-type")
    missing = {name: None for name in names if not ask.headers.get(name)}
    if missing:
        raise invalid(ask.path, "headers", missing)
    return int(ask.headers[names[0]]), ask.headers[names[1]]


def _begin(ask: Ask, size: int, fields: Row) -> Response:
    video_fields.check_quota(ask, size)
    if size > _LARGEST:
        raise uploads(413, "RequestEntityTooLarge", "Request entity too large", name="ValidationError")
    upload_id = "-".join(secrets.token_hex(8) for _part in range(4))
    ask.tables.uploads.insert(upload_id=upload_id, user_id=ask.me["id"], size=size, fields=fields, until=0)
    for name, file in ask.files.items():
        files.write(ask.context, f"/uploads/{upload_id}/{name}", file.content)
    location = f"//{ask.own_host}{ask.path}?upload_id={upload_id}"
    return Response(status_code=201, headers={"Location": location, "Cache-Control": "no-store"})


@routes.add("POST", _PATHS["upload"], docs="uploadResumableInit", late_docs=True)
def begin_upload(ask: Ask) -> Response:
    """Announce a new video."""
    size, _kind = _lengths(ask)
    ask.body.setdefault("name", "")
    ask.check("body", {"filename": rules.anything}, optional=video_fields.OPTIONAL, name=video_fields.NAME)
    channel = video_access.own_channel(ask, ask.body.get("channelId"))
    passwords = video_fields.check_passwords(ask)
    video_fields.check_schedule(ask)
    video_fields.check_type(ask, ask.body["filename"])
    fields = {"body": ask.body, "channel_id": channel["id"], "passwords": passwords, "files": list(ask.files)}
    return _begin(ask, size, fields)


@routes.add("POST", _PATHS["replace"])
def begin_replacement(ask: Ask) -> Response:
    """Announce another file of a video."""
    size, _kind = _lengths(ask)
    ask.check(filename=rules.anything)
    video = video_access.managed(ask)
    if video["isLive"]:
        raise problem(400, "Cannot replace the file of a live")
    video_fields.check_type(ask, ask.body["filename"])
    return _begin(ask, size, {"body": ask.body, "video_id": video["id"]})


def _find(ask: Ask) -> Row:
    """Return the upload of the request, or raise the 403 or 404."""
    row = ask.tables.uploads.one(upload_id=ask.query.get("upload_id"))
    if row is None or not ask.owns(row["user_id"]):
        raise uploads(403, "Forbidden", "Authenticated user is not allowed")
    if row["until"]:
        if ask.raw and ask.now < row["until"]:
            error = problem(503, "The upload is already being processed")
            error.headers["Retry-After"] = str(_RETRY_SECONDS)
            raise error
        raise uploads(404, "FileNotFound", "Not found")
    return row


def _place(row: Row) -> str:
    return f"/uploads/{row['upload_id']}"


def _continued(arrived: int) -> Response:
    return Response(status_code=308, headers={"Cache-Control": "no-store", "Range": f"bytes=0-{arrived - 1}"})


def _receive(ask: Ask, row: Row) -> Response | None:
    """Write a chunk and return the response, or return what has arrived; None after the last chunk."""
    if _is_status(ask):
        return _continued(files.size(ask.context, _place(row)))
    header = ask.headers.get("content-range", "")
    chunk = _RANGE.match(header)
    begin, total = (int(chunk[1]), chunk[3]) if chunk else (0, "*")
    if (total != "*" and int(total) != row["size"]) or begin + len(ask.raw) > row["size"]:
        raise uploads(409, "FileConflict", "File conflict")
    if chunk and len(ask.raw) > int(chunk[2]) - begin + 1:
        raise uploads(409, "FileConflict", "File conflict")
    if header and chunk is None:
        return _continued(0)
    files.write_at(ask.context, _place(row), begin, ask.raw)
    end = begin + len(ask.raw)
    return None if end == row["size"] else _continued(end)


def _is_status(ask: Ask) -> bool:
    return not ask.raw and _STATUS.match(ask.headers.get("content-range", "")) is not None


def _close(ask: Ask, row: Row, seconds: float = 0) -> None:
    ask.tables.uploads.save({**row, "until": ask.now + seconds or 1})


def _check_file(ask: Ask, row: Row) -> media.Media:
    """Return the properties of a complete file; one that can't be read ends the upload too."""
    try:
        return video_fields.read_media(ask.context, _place(row))
    except PeerTubeError as error:
        _close(ask, row, _PROCESSING_SECONDS)
        error.keeps_changes = True
        raise


@routes.add("PUT", _PATHS["upload"], docs="uploadResumable", late_docs=True, reads=False)
def write_upload(ask: Ask) -> Response | Row:
    """Write a chunk of a new video, or return what has arrived."""
    row = _find(ask)
    response = _receive(ask, row)
    if response is not None:
        return response
    fields = row["fields"]
    ask.body = fields["body"]
    channel = ask.tables.channels.get(fields["channel_id"])
    assert channel is not None
    _check_file(ask, row)
    video = video_fields.create(ask, channel, _place(row), ask.body["filename"], fields["passwords"])
    _close(ask, row)
    return videos.created(video)


@routes.add("PUT", _PATHS["replace"], reads=False)
def write_replacement(ask: Ask) -> Response | Row:
    """Write a chunk of another file, or return what has arrived."""
    row = _find(ask)
    response = _receive(ask, row)
    if response is not None:
        return response
    video = video_access.managed(ask)
    found = _check_file(ask, row)
    video |= {"filename": row["fields"]["body"]["filename"], "inputFileUpdatedAt": ask.time}
    video_fields.add_source(ask, video, _place(row), found)
    video["source_kept"] = False
    ask.tables.videos.save(video)
    _close(ask, row)
    return video_source.shown(ask, video)


def _cancel(ask: Ask) -> Response:
    row = ask.tables.uploads.one(upload_id=ask.query.get("upload_id"))
    if row is None or not ask.owns(row["user_id"]):
        raise uploads(403, "Forbidden", "Authenticated user is not allowed")
    files.remove(ask.context, _place(row))
    _close(ask, row)
    return Response(status_code=204)


for _path in _PATHS.values():
    routes.add("DELETE", _path, docs="uploadResumableCancel")(_cancel)
