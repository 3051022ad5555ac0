# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos that are given to another user."""

from __future__ import annotations

from sandbox.peertube import actors, video_access, video_shown
from sandbox.peertube.ask import ADMINISTRATOR, Ask
from sandbox.peertube.errors import crash, not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_WAITING, _ACCEPTED, _REFUSED = "WAITING", "ACCEPTED", "REFUSED"

routes = Routes()
router = routes.router


@routes.add("POST", "/videos/{id}/give-ownership")
def give(ask: Ask) -> None:
    """Offer a video to a user."""
    video = video_access.managed(ask, least=ADMINISTRATOR)
    name = ask.body.get("username")
    if not name:
        raise crash("Cannot read properties of undefined (reading 'toLowerCase')")
    found = ask.tables.accounts.all(lambda row: row["name"].lower() == name.lower())
    if not found:
        raise problem(400, "Changing video ownership to a remote account is not supported yet")
    if ask.newer:
        if ask.tables.ownership_changes.one(video_id=video["id"], status=_WAITING):
            raise problem(400, "There is already an ownership change request for this video")
        if ask.owns(found[0]["user_id"]):
            raise problem(400, "The video already belongs to this account")
    giver = actors.account_of_channel(ask, video_shown.channel_of(ask, video))
    entry = {"video_id": video["id"], "initiator_id": giver["id"], "next_id": found[0]["id"], "status": _WAITING}
    if not ask.tables.ownership_changes.one(**entry):
        ask.tables.ownership_changes.insert(**entry, createdAt=ask.time)


def _offered(ask: Ask, video: Row) -> Row:
    shown = video_shown.listed(ask, video)
    names = ("id", "uuid", "name", "nsfw", "isLive", "shortUUID", "publishedAt", "thumbnails", "channel")
    return {name: shown[name] for name in names} if ask.newer else shown


@routes.add("GET", "/videos/ownership")
def list_received(ask: Ask) -> Row:
    """Return the videos that were offered to the caller."""
    rows = ask.tables.ownership_changes.all(next_id=actors.account_of(ask, ask.me)["id"])

    def show(row: Row) -> Row:
        video = ask.tables.videos.get(row["video_id"])
        givers = {"initiatorAccount": row["initiator_id"], "nextOwnerAccount": row["next_id"]}
        accounts = {name: ask.tables.accounts.get(number) for name, number in givers.items()}
        new = {"state": {"id": 1, "label": "Pending"}} if ask.newer else {}
        return {
            **new,
            **{name: row[name] for name in ("id", "status", "createdAt")},
            **{name: actors.account_shown(ask, account) if account else None for name, account in accounts.items()},
            "video": _offered(ask, video) if video else None,
        }

    return ask.page(rows, show, "id", "createdAt", default="id")


def _decide(ask: Ask, status: str) -> Row:
    row = ask.tables.ownership_changes.get(ask.number())
    if row is None:
        raise not_found("Video change ownership")
    if row["next_id"] != actors.account_of(ask, ask.me)["id"]:
        raise problem(403, "Cannot terminate an ownership change of another user")
    if row["status"] != _WAITING:
        raise problem(400 if ask.newer else 403, "Ownership already accepted or refused")
    ask.tables.ownership_changes.save({**row, "status": status})
    return row


@routes.add("POST", "/videos/ownership/{id}/accept")
def accept(ask: Ask) -> None:
    """Take a video into a channel."""
    row = _decide(ask, _ACCEPTED)
    if ask.newer and not ask.body.get("channelId"):
        raise crash("invalid input syntax for type integer", "SequelizeDatabaseError")
    channel = video_access.own_channel(ask, ask.body.get("channelId"))
    video = ask.tables.videos.get(row["video_id"])
    if video is not None:
        ask.tables.videos.save({**video, "channel_id": channel["id"]})


@routes.add("POST", "/videos/ownership/{id}/refuse")
def refuse(ask: Ask) -> None:
    """Refuse a video."""
    _decide(ask, _REFUSED)
