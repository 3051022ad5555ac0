# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playlists and their elements."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from sandbox.peertube import actors, files, removal, rules, video_access, video_shown
from sandbox.peertube.ask import ADMINISTRATOR, MODERATOR, Ask, by_any_id, new_uuid, short_uuid
from sandbox.peertube.errors import crash, not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

PRIVACIES = {1: "Public", 2: "Unlisted", 3: "Private"}
_PUBLIC, _UNLISTED, _PRIVATE = PRIVACIES
_TYPES = {1: "Regular", 2: "Watch later"}
_WATCH_LATER = 2
_NOT_YOURS = "Cannot manage video playlist of another user"

routes = Routes()
router = routes.router

_OPTIONAL = {
    "privacy": rules.one_of(*PRIVACIES),
    "description": rules.LONG_TEXT,
    "videoChannelId": rules.number(1),
}


@routes.add("GET", "/video-playlists/privacies", login=None)
def list_privacies(ask: Ask) -> Any:
    """Return the privacies."""
    return PRIVACIES


def shown(ask: Ask, row: Row) -> Row:
    """Return a playlist as it is shown."""
    account, channel = ask.tables.accounts.get(row["account_id"]), ask.tables.channels.get(row["channel_id"])
    assert account is not None
    names = ("id", "uuid", "displayName", "description", "thumbnailPath", "createdAt", "updatedAt")
    result = {
        **{name: row[name] for name in names},
        "shortUUID": short_uuid(row["uuid"]),
        "isLocal": True,
        "url": f"http://{ask.own_host}/video-playlists/{row['uuid']}",
        "privacy": {"id": row["privacy"], "label": PRIVACIES[row["privacy"]]},
        "embedPath": f"/video-playlists/embed/{row['uuid']}",
        "type": {"id": row["type"], "label": _TYPES[row["type"]]},
        "videosLength": len(_elements(ask, row)),
        "ownerAccount": actors.account_summary(ask, account),
        "videoChannel": actors.channel_summary(ask, channel) if channel else None,
    }
    if ask.newer:
        position = [one["id"] for one in ask.tables.playlists.all(channel_id=row["channel_id"])] if channel else []
        thumbnails = actors.thumbnails(ask, row["thumbnailPath"])
        result |= {
            "thumbnails": thumbnails,
            "videoChannelPosition": position.index(row["id"]) + 1 if position else None,
        }
    return result


def _elements(ask: Ask, playlist: Row) -> list[Row]:
    rows = ask.tables.playlist_elements.all(playlist_id=playlist["id"])
    return sorted(rows, key=lambda row: row["position"])


def _find(ask: Ask) -> Row:
    ask.check("params", id=rules.is_video_id)
    found = by_any_id(ask.tables.playlists.all(), ask.params["id"])
    if found is None:
        raise not_found("Video playlist")
    return found


def _is_mine(ask: Ask, row: Row) -> bool:
    account = ask.tables.accounts.get(row["account_id"])
    return account is not None and ask.owns(account["user_id"])


def _managed(ask: Ask, least: int) -> Row:
    row = _find(ask)
    if not _is_mine(ask, row) and not ask.has_role(least):
        raise problem(403, _NOT_YOURS)
    return row


def _readable(ask: Ask) -> Row:
    row = _find(ask)
    if row["privacy"] == _PRIVATE and ask.user is None:
        if ask.newer:
            raise problem(401, "Authentication is required")
        raise problem(401, "Token is invalid", "unauthorized_request")
    # Not recorded: by the server's code, moderators and administrators read it.
    if row["privacy"] == _PRIVATE and not _is_mine(ask, row) and not ask.has_role(MODERATOR):
        raise problem(403, "Cannot get this private video playlist.")
    return row


def _check_form(ask: Ask) -> None:
    if not ask.is_form and not ask.newer:
        raise crash("Cannot read properties of undefined (reading 'thumbnailfile')")


def _apply(ask: Ask, row: Row) -> None:
    for name, value in ask.body.items():
        given = None if value in (None, "null") else value
        if name == "displayName" and given is not None:
            row["displayName"] = given
        elif name == "description":
            row["description"] = given
        elif name == "privacy" and given is not None:
            row["privacy"] = int(given)
        elif name == "videoChannelId":
            row["channel_id"] = None if given is None else _channel(ask, int(given))
    file = ask.files.get("thumbnailfile")
    if file is not None:
        row["thumbnailPath"] = f"/lazy-static/thumbnails/playlist-{new_uuid()}{PurePath(file.name).suffix}"
        files.write(ask.context, row["thumbnailPath"], file.content)


def _channel(ask: Ask, channel_id: int) -> int:
    channel = ask.tables.channels.get(channel_id)
    if channel is None:
        raise not_found("Video channel")
    if ask.newer and not ask.owns(actors.account_of_channel(ask, channel)["user_id"]):
        raise problem(403, "Cannot manage the channel of another user")
    return int(channel["id"])


@routes.add("POST", "/video-playlists")
def add_playlist(ask: Ask) -> Row:
    """Create a playlist."""
    ask.check("body", {"displayName": rules.DISPLAY_NAME}, optional=_OPTIONAL)
    channel = ask.body.get("videoChannelId")
    if str(ask.body.get("privacy")) in ("1", "2") and channel in (None, "null"):
        raise problem(400, 'Cannot set "public" or "unlisted" a playlist that is not assigned to a channel.')
    _check_form(ask)
    fields: Row = {
        "uuid": new_uuid(),
        "displayName": "",
        "description": None,
        "privacy": _PRIVATE,
        "type": 1,
        "thumbnailPath": None,
        "account_id": actors.account_of(ask, ask.me)["id"],
        "channel_id": None,
        "createdAt": ask.time,
        "updatedAt": ask.time,
    }
    _apply(ask, fields)
    row = ask.tables.playlists.insert(**fields)
    return {"videoPlaylist": {"id": row["id"], "shortUUID": short_uuid(row["uuid"]), "uuid": row["uuid"]}}


@routes.add("GET", "/video-playlists/{id}", login=False)
def read_playlist(ask: Ask) -> Row:
    """Return one playlist."""
    return shown(ask, _readable(ask))


@routes.add("PUT", "/video-playlists/{id}")
def change_playlist(ask: Ask) -> None:
    """Change a playlist."""
    ask.check("body", optional={"displayName": rules.DISPLAY_NAME, **_OPTIONAL})
    for name in ("description",):
        if ask.is_form and ask.body.get(name) == "":
            ask.wrong(**{name: ""})
    row = _managed(ask, MODERATOR)
    channel = ask.body.get("videoChannelId", row["channel_id"])
    if str(ask.body.get("privacy")) == "1" and channel in (None, "null"):
        raise problem(400, 'Cannot set "public" a playlist that is not assigned to a channel.')
    if row["type"] == _WATCH_LATER:
        raise problem(400, "Cannot update a watch later playlist.")
    _check_form(ask)
    _apply(ask, row)
    ask.tables.playlists.save({**row, "updatedAt": ask.time})


@routes.add("DELETE", "/video-playlists/{id}")
def remove_playlist(ask: Ask) -> None:
    """Remove a playlist."""
    row = _managed(ask, MODERATOR)
    if row["type"] == _WATCH_LATER:
        raise problem(400, "Cannot delete a watch later playlist.")
    removal.remove_playlist(ask, row)


def _page(ask: Ask, rows: list[Row]) -> Row:
    wanted = ask.query.get("playlistType")
    rows = [row for row in rows if wanted in (None, str(row["type"]))]
    found = ask.search(rows, "displayName")
    # Not recorded: clients of newer servers ask for this order, which is that of creation.
    newer = ("videoChannelPosition",) if ask.newer else ()
    return ask.page(found, lambda row: shown(ask, row), "name", "displayName", "createdAt", "updatedAt", *newer)


def public(ask: Ask) -> list[Row]:
    """Return the public playlists."""
    return ask.tables.playlists.all(privacy=_PUBLIC)


@routes.add("GET", "/video-playlists", login=None)
def list_playlists(ask: Ask) -> Row:
    """Return the public playlists."""
    return _page(ask, public(ask))


@routes.add("GET", "/accounts/{name}/video-playlists", login=False)
def list_of_account(ask: Ask) -> Row:
    """Return the playlists of an account: the public ones, or all for its owner."""
    account = actors.find_account(ask, ask.params["name"])
    rows = ask.tables.playlists.all(account_id=account["id"])
    if not ask.owns(account["user_id"]):
        rows = [row for row in rows if row["privacy"] == _PUBLIC]
    return _page(ask, rows)


@routes.add("GET", "/video-channels/{handle}/video-playlists", login=False)
def list_of_channel(ask: Ask) -> Row:
    """Return the public playlists of a channel."""
    channel = actors.find_channel(ask, ask.params["handle"])
    return _page(ask, ask.tables.playlists.all(channel_id=channel["id"], privacy=_PUBLIC))


_TIMES = {"startTimestamp": rules.NUMBER, "stopTimestamp": rules.NUMBER}


@routes.add("GET", "/video-playlists/{id}/videos", login=False)
def list_elements(ask: Ask) -> Row:
    """Return the elements of a playlist, in order."""
    playlist = _readable(ask)

    def show(row: Row) -> Row:
        names = ("id", "position", "startTimestamp", "stopTimestamp")
        video = ask.tables.videos.get(row["video_id"]) if row["video_id"] else None
        is_private = video is not None and video["privacy"] in (video_shown.PRIVATE, video_shown.INTERNAL)
        is_hidden = video is not None and is_private and not ask.owns(video_shown.owner_of(ask, video))
        kind = 1 if video is None else 2 if is_hidden else 0
        visible = video_shown.listed(ask, video) if video is not None and not is_hidden else None
        return {**{name: row[name] for name in names}, "type": kind, "video": visible}

    return ask.page(_elements(ask, playlist), show, "position", default="position")


@routes.add("POST", "/video-playlists/{id}/videos")
def add_element(ask: Ask) -> Row:
    """Add a video to the end of a playlist."""
    ask.check("body", {"videoId": rules.is_video_id}, optional=_TIMES)
    playlist = _find(ask)
    video = video_access.by_id(ask, ask.body["videoId"])
    if not _is_mine(ask, playlist) and not ask.has_role(ADMINISTRATOR):
        raise problem(403, _NOT_YOURS)
    row = ask.tables.playlist_elements.insert(
        playlist_id=playlist["id"],
        video_id=video["id"],
        position=len(_elements(ask, playlist)) + 1,
        **{name: ask.body.get(name) for name in _TIMES},
    )
    return {"videoPlaylistElement": {"id": row["id"]}}


@routes.add("POST", "/video-playlists/{id}/videos/reorder")
def reorder(ask: Ask) -> None:
    """Move elements behind a position."""
    needed = {"startPosition": rules.number(1), "insertAfterPosition": rules.number(0)}
    ask.check("body", needed, optional={"reorderLength": rules.number(1)})
    playlist = _managed(ask, ADMINISTRATOR)
    rows = _elements(ask, playlist)
    begin, behind = int(ask.body["startPosition"]), int(ask.body["insertAfterPosition"])
    length = int(ask.body.get("reorderLength") or 1)
    if max(begin, behind, begin + length - 1) > len(rows):
        limit = f"(max: {len(rows)})"
        raise problem(400, f"Start position or insert after position exceed the playlist limits {limit}")
    moved = rows[begin - 1 : begin - 1 + length]
    before = [row for row in rows[:behind] if row not in moved]
    _renumber(ask, [*before, *moved, *(row for row in rows[behind:] if row not in moved)])


def _renumber(ask: Ask, rows: list[Row]) -> None:
    for position, row in enumerate(rows, 1):
        ask.tables.playlist_elements.save({**row, "position": position})


def _element(ask: Ask) -> tuple[Row, Row]:
    playlist = _find(ask)
    row = ask.tables.playlist_elements.get(ask.params["element"])
    if row is None or row["playlist_id"] != playlist["id"]:
        raise not_found("Video playlist element")
    if not _is_mine(ask, playlist) and not ask.has_role(ADMINISTRATOR):
        raise problem(403, _NOT_YOURS)
    return playlist, row


@routes.add("PUT", "/video-playlists/{id}/videos/{element}")
def change_element(ask: Ask) -> None:
    """Change the times of an element."""
    ask.check("body", optional=_TIMES)
    _playlist, row = _element(ask)
    row |= {name: ask.body[name] for name in _TIMES if name in ask.body}
    ask.tables.playlist_elements.save(row)


@routes.add("DELETE", "/video-playlists/{id}/videos/{element}")
def remove_element(ask: Ask) -> None:
    """Remove an element; the others close up."""
    playlist, row = _element(ask)
    ask.tables.playlist_elements.delete(row)
    _renumber(ask, _elements(ask, playlist))


@routes.add("GET", "/users/me/video-playlists/videos-exist")
def find_videos(ask: Ask) -> Row:
    """Return in which of the caller's playlists some videos are."""
    given = ask.query.get("videoIds") or []
    wanted = given if isinstance(given, list) else [given]
    if ask.newer:
        ask.check("query", optional={"videoIds": rules.each(rules.number(1))})
    account = actors.account_of(ask, ask.me)
    result: Row = {}
    for text in wanted:
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        found = []
        for playlist in ask.tables.playlists.all(account_id=account["id"]) if digits else []:
            for row in ask.tables.playlist_elements.all(playlist_id=playlist["id"], video_id=int(digits)):
                times = {name: row[name] for name in _TIMES}
                about = {
                    "playlistDisplayName": playlist["displayName"],
                    "playlistShortUUID": short_uuid(playlist["uuid"]),
                }
                found.append({"playlistElementId": row["id"], "playlistId": playlist["id"], **about, **times})
        result[digits] = found
    return result
