# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocked videos."""

from __future__ import annotations

from sandbox.peertube import lives, rules, video_access, video_shown
from sandbox.peertube.ask import MODERATOR, Ask
from sandbox.peertube.errors import crash, not_found
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_RIGHT = 12
_REASON = {"reason": rules.text(2, 300)}

routes = Routes()
router = routes.router


@routes.add("GET", "/videos/blacklist", role=MODERATOR, right=_RIGHT, docs="getVideoBlocks")
def list_blocks(ask: Ask) -> Row:
    """Return the blocked videos."""
    wanted = str(ask.query.get("search") or "").lower()
    rows = [row for row in ask.tables.video_blocks.all() if wanted in _video(ask, row)["name"].lower()]

    def show(row: Row) -> Row:
        names = ("id", "createdAt", "updatedAt", "reason", "unfederated", "type")
        shown = {**{name: row[name] for name in names}, "video": video_shown.listed(ask, _video(ask, row))}
        return {**shown, "internalNote": None} if ask.newer else shown

    return ask.page(rows, show, "name", "duration", "views", "likes", "createdAt", "id")


def _video(ask: Ask, row: Row) -> Row:
    video = ask.tables.videos.get(row["video_id"])
    assert video is not None
    return video


@routes.add("POST", "/videos/{id}/blacklist", role=MODERATOR, right=_RIGHT, docs="addVideoBlock")
def block(ask: Ask) -> None:
    """Block a video; a live ends."""
    ask.check("body", optional={**_REASON, "unfederate": rules.boolean})
    video = video_access.find(ask)
    if ask.tables.video_blocks.one(video_id=video["id"]):
        raise crash("Validation error", "SequelizeUniqueConstraintError")
    ask.tables.video_blocks.insert(
        video_id=video["id"],
        reason=ask.body.get("reason"),
        unfederated=ask.body.get("unfederate") is True,
        type=1,
        createdAt=ask.time,
        updatedAt=ask.time,
    )
    lives.end(ask, video, error=lives.BLOCKED)


def _find(ask: Ask) -> Row:
    video = video_access.find(ask)
    row = ask.tables.video_blocks.one(video_id=video["id"])
    if row is None:
        raise not_found("Blacklisted video")
    return row


@routes.add("PUT", "/videos/{id}/blacklist", role=MODERATOR, right=_RIGHT)
def change_reason(ask: Ask) -> None:
    """Change the reason of a block."""
    ask.check("body", optional=_REASON)
    row = _find(ask)
    ask.tables.video_blocks.save({**row, "reason": ask.body.get("reason"), "updatedAt": ask.time})


@routes.add("DELETE", "/videos/{id}/blacklist", role=MODERATOR, right=_RIGHT, docs="delVideoBlock")
def unblock(ask: Ask) -> None:
    """Unblock a video."""
    ask.tables.video_blocks.delete(_find(ask))
