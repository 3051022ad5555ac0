# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports of videos from addresses. Nothing is downloaded: an import makes a small video of the sandbox."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from sandbox.peertube import actors, files, jobs, rules, video_access, video_fields, video_shown
from sandbox.peertube.ask import Ask, new_uuid
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.media import Media
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

PENDING, SUCCESS, FAILED, REJECTED, CANCELLED, PROCESSING = 1, 2, 3, 4, 5, 6
_STATES = {
    PENDING: "Pending",
    SUCCESS: "Success",
    FAILED: "Failed",
    REJECTED: "Rejected",
    CANCELLED: "Cancelled",
    PROCESSING: "Processing",
}
_NOT_YOURS = "Cannot manage video import of another user"
_MISSING = re.compile(r"missing|unreachable")
"""What an address contains that the sandbox can't fetch."""
_CONTENT = bytes(4) + b"ftypisom"

routes = Routes()
router = routes.router


def is_address(value: Any) -> bool:
    """Return whether it is an address of a web server."""
    parts = urlsplit(value) if isinstance(value, str) else None
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def _check_public(address: str) -> None:
    host = urlsplit(address).hostname or ""
    try:
        is_private = not ip_address(host).is_global
    except ValueError:
        is_private = host == "localhost"
    if is_private:
        raise problem(403, "Cannot use non unicast IP as targetUrl.")


@routes.add("POST", "/videos/imports")
def add_import(ask: Ask) -> Row:
    """Begin to import a video."""
    optional = {**video_fields.OPTIONAL, "name": video_fields.NAME, "targetUrl": is_address}
    ask.check("body", {"channelId": rules.number(1)}, optional=optional)
    body = ask.body
    channel = video_access.own_channel(ask, body["channelId"])
    passwords = video_fields.check_passwords(ask)
    if not body.get("targetUrl") and not body.get("magnetUri") and "torrentfile" not in ask.files:
        raise problem(400, "Should have a magnetUri or a targetUrl or a torrent file.")
    if body.get("targetUrl"):
        _check_public(body["targetUrl"])
        if _MISSING.search(body["targetUrl"]):
            target = body["targetUrl"]
            raise problem(400, f"Cannot fetch information from import for URL {target}", targetUrl=target)
    row = begin(ask, channel, body, passwords)
    return shown(ask, row)


def begin(ask: Ask, channel: Row, body: Row, passwords: list[str], sync_id: int | None = None) -> Row:
    """Create an import with its video."""
    target, magnet = body.get("targetUrl"), body.get("magnetUri")
    fields = video_fields.new_fields(ask, channel)
    fields |= {"name": body.get("name") or PurePosixPath(urlsplit(target or "torrent").path).stem or "Imported"}
    fields |= {"state": video_shown.TO_IMPORT, "waitTranscoding": True, "thumbnailPath": None, "previewPath": None}
    if target:
        fields["originallyPublishedAt"] = f"{ask.time[:10]}T00:00:00.000Z"
    video = ask.tables.videos.insert(**fields)
    video_fields.apply(ask, video)
    video_fields.set_passwords(ask, video, passwords)
    ask.tables.videos.save(video)
    row = ask.tables.imports.insert(
        user_id=actors.account_of_channel(ask, channel)["user_id"],
        video_id=video["id"],
        targetUrl=target,
        magnetUri=magnet,
        torrentName=ask.files["torrentfile"].name if "torrentfile" in ask.files else None,
        state=PENDING,
        error=None,
        sync_id=sync_id,
        createdAt=ask.time,
        updatedAt=ask.time,
    )
    if target:
        jobs.begin(ask, "video-import", {"import_id": row["id"]})
    return row


@jobs.effect("video-import")
def imported(ask: Ask, data: Row) -> None:
    """Make the video of an import, unless it was cancelled."""
    row = ask.tables.imports.get(data["import_id"])
    video = ask.tables.videos.get(row["video_id"]) if row and row["video_id"] else None
    if row is None or video is None or row["state"] not in (PENDING, PROCESSING):
        return
    place = f"/uploads/{new_uuid()}"
    files.write(ask.context, place, _CONTENT)
    video |= {"filename": "import.mp4", "thumbnailPath": f"/lazy-static/thumbnails/{new_uuid()}.jpg"}
    video["previewPath"] = f"/lazy-static/previews/{new_uuid()}.jpg"
    video_fields.add_source(ask, video, place, Media(4, 320, 240))
    ask.tables.imports.save({**row, "state": SUCCESS, "updatedAt": ask.time})


def shown(ask: Ask, row: Row) -> Row:
    """Return an import as it is shown."""
    names = ("id", "targetUrl", "magnetUri", "torrentName", "error", "updatedAt", "createdAt")
    result: Row = {name: row[name] for name in names}
    if ask.newer:
        result["attempts"] = 0
    result["state"] = {"id": row["state"], "label": _STATES[row["state"]]}
    video = ask.tables.videos.get(row["video_id"]) if row["video_id"] else None
    if video is not None:
        result["video"] = {**video_shown.listed(ask, video, state=True), "tags": video["tags"]}
    if row["sync_id"]:
        sync = ask.tables.syncs.get(row["sync_id"])
        if sync is not None:
            about = {"id": sync["id"], "externalChannelUrl": sync["externalChannelUrl"]}
            result["videoChannelSync"] = about
    return result


@routes.add("GET", "/users/me/videos/imports")
def list_imports(ask: Ask) -> Row:
    """Return the caller's imports."""
    ask.check("query", optional={"videoChannelSyncId": rules.number(1)})
    rows = ask.tables.imports.all(user_id=ask.me["id"])
    target, sync = ask.query.get("targetUrl"), ask.query.get("videoChannelSyncId")
    rows = [row for row in rows if target in (None, row["targetUrl"])]
    rows = [row for row in rows if sync is None or str(row["sync_id"]) == sync]
    wanted = str(ask.query.get("search") or "").lower()
    if wanted:
        rows = [row for row in rows if wanted in _name(ask, row).lower()]
    return ask.page(rows, lambda row: shown(ask, row), "createdAt", "id")


def _name(ask: Ask, row: Row) -> str:
    video = ask.tables.videos.get(row["video_id"]) if row["video_id"] else None
    return str(video["name"]) if video else ""


def _find(ask: Ask) -> Row:
    row = ask.tables.imports.get(ask.number())
    if row is None:
        raise not_found("Video import")
    if not ask.owns(row["user_id"]) and not ask.has_role(0):
        raise problem(403, _NOT_YOURS)
    return row


@routes.add("POST", "/videos/imports/{id}/cancel")
def cancel(ask: Ask) -> None:
    """Cancel an import that has not begun."""
    row = _find(ask)
    if row["state"] != PENDING:
        raise problem(409, "Cannot cancel a non pending video import.")
    ask.tables.imports.save({**row, "state": CANCELLED, "updatedAt": ask.time})


@routes.add("POST", "/videos/imports/{id}/retry", only="8.2")
def retry(ask: Ask) -> None:
    """Begin a failed import again."""
    row = _find(ask)
    if row["state"] != FAILED:
        raise problem(400, "Cannot retry a non failed video import.")
    ask.tables.imports.save({**row, "state": PENDING, "error": None, "updatedAt": ask.time})
    jobs.begin(ask, "video-import", {"import_id": row["id"]})


@routes.add("DELETE", "/videos/imports/{id}")
def remove(ask: Ask) -> None:
    """Remove an import that has ended; its video stays."""
    row = _find(ask)
    if row["state"] in (PENDING, PROCESSING):
        raise problem(409, "Cannot delete a pending video import. Cancel it or wait for the end of the import first.")
    ask.tables.imports.delete(row)
