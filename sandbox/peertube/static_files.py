# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files outside the API: pictures, captions, the files of videos."""

from __future__ import annotations

import re
from mimetypes import guess_type

from fastapi import APIRouter, Request, Response

from sandbox.context import Context
from sandbox.peertube import files, video_shown
from sandbox.peertube.tables import Row, Tables

router = APIRouter()

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def _served(request: Request, content: bytes, path: str) -> Response:
    kind = "text/vtt" if path.endswith(".vtt") else guess_type(path)[0] or "application/octet-stream"
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if wanted is None or int(wanted[1]) >= len(content):
        return Response(content, media_type=kind)
    first, last = int(wanted[1]), min(int(wanted[2] or len(content)), len(content) - 1)
    headers = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
    return Response(content[first : last + 1], 206, headers, kind)


@router.get("/lazy-static/{path:path}")
async def read_picture(request: Request, path: str) -> Response:
    """Return a picture or captions."""
    content = files.read(request.app.state.context, f"/lazy-static/{path}")
    return Response(status_code=404) if content is None else _served(request, content, path)


def _is_at(context: Context, path: str, file: Row) -> bool:
    video = Tables(context.store).videos.get(file["video_id"])
    return video is not None and video_shown.path_of(video, file) == path


@router.get("/static/{path:path}")
async def read_file(request: Request, path: str) -> Response:
    """Return a file of a video; those of private videos to nobody without a token."""
    context: Context = request.app.state.context
    path = f"/static/{path}".replace("/webseed/", "/web-videos/")
    if "/private/" in path and not (request.headers.get("authorization") or request.query_params.get("videoFileToken")):
        return Response(status_code=403)
    rows = Tables(context.store).video_files.all(filename=path.rpartition("/")[2])
    found = next((row for row in rows if _is_at(context, path, row)), None)
    content = files.read(context, f"/files/{found['key']}") if found else None
    return Response(status_code=404) if content is None else _served(request, content, path)


@router.get("/download/web-videos/{name}")
async def download(request: Request, name: str) -> Response:
    """Return a file of a video by the video's UUID and the height."""
    context: Context = request.app.state.context
    found = re.match(r"([0-9a-f-]{36})-(\d+)\.", name)
    tables = Tables(context.store)
    video = tables.videos.one(uuid=found[1]) if found else None
    file = tables.video_files.one(video_id=video["id"], resolution=int(found[2])) if video and found else None
    content = files.read(context, f"/files/{file['key']}") if file else None
    return Response(status_code=404) if content is None else _served(request, content, name)
