# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and channels as they are shown, their names, and how they are found and removed."""

from __future__ import annotations

from typing import Any

from sandbox.peertube.ask import MODERATOR, Ask, new_uuid
from sandbox.peertube.errors import PeerTubeError, not_found, problem
from sandbox.peertube.tables import Row

CHANNEL_SORTS = ("id", "name", "updatedAt", "createdAt")
"""By what lists of channels are sorted."""
_SUMMARY = ("url", "name", "host", "avatars", "id", "displayName")
NAME_TAKEN = "Another actor (account/channel) with this name on this instance already exists or has already existed."


def is_used(ask: Ask, name: str) -> bool:
    """Return whether an account or a channel ever had this name."""
    return ask.tables.used_names.one(name=name.lower()) is not None


def new_actor(ask: Ask, name: str, display_name: str, **more: Any) -> Row:
    """Return the fields of a new account or channel, whose name is used from now on."""
    ask.tables.used_names.insert(name=name.lower())
    return {
        "name": name,
        "displayName": display_name,
        "description": None,
        "avatars": [],
        "createdAt": ask.time,
        "updatedAt": ask.time,
        **more,
    }


def name_of(ask: Ask, handle: str) -> str:
    """Return the name of a handle ``name`` or ``name@host``; empty if it is of another server."""
    name, _at, host = handle.partition("@")
    return "" if host and host != ask.own_host else name.lower()


def find_account(ask: Ask, handle: str) -> Row:
    """Return an account, or raise the 404."""
    name = name_of(ask, handle)
    found = ask.tables.accounts.all(lambda row: row["name"].lower() == name)
    if not found:
        raise not_found("Account")
    return found[0]


def find_channel(ask: Ask, handle: str) -> Row:
    """Return a channel, or raise the 404."""
    name = name_of(ask, handle)
    found = ask.tables.channels.all(lambda row: row["name"].lower() == name)
    if not found:
        raise not_found("Video channel")
    return found[0]


def account_of(ask: Ask, user: Row) -> Row:
    """Return the account of a user."""
    found = ask.tables.accounts.one(user_id=user["id"])
    assert found is not None
    return found


def account_of_channel(ask: Ask, channel: Row) -> Row:
    """Return the account that owns a channel."""
    found = ask.tables.accounts.get(channel["account_id"])
    assert found is not None
    return found


def managed_channel(ask: Ask, handle: str, least: int = MODERATOR) -> Row:
    """Return a channel that the caller may change, or raise the 404 or 403."""
    channel = find_channel(ask, handle)
    if not ask.owns(account_of_channel(ask, channel)["user_id"]) and not ask.has_role(least):
        raise only_owner(ask)
    return channel


def only_owner(ask: Ask) -> PeerTubeError:
    """Return the 403 of a channel of another user."""
    who = ask.me["username"]
    return problem(403, f"Only a user with sufficient right can access this account (user {who})")


def _url(ask: Ask, path: str) -> str:
    return f"http://{ask.own_host}/{path}"


def _actor(ask: Ask, row: Row, path: str) -> Row:
    followed = ask.tables.subscriptions.all(channel_id=row["id"]) if path == "video-channels" else []
    shown = {
        "url": _url(ask, f"{path}/{row['name']}"),
        "name": row["name"],
        "host": ask.own_host,
        "avatars": [picture_shown(ask, avatar) for avatar in row["avatars"]],
        "id": row["id"],
        "hostRedundancyAllowed": False,
        "followingCount": 0,
        "followersCount": len([entry for entry in followed if entry["state"] == "accepted"]),
        "createdAt": row["createdAt"],
        "displayName": row["displayName"],
        "description": row["description"],
        "updatedAt": row["updatedAt"],
    }
    return shown


def picture_shown(ask: Ask, picture: Row) -> Row:
    """Return one size of a picture as it is shown."""
    if not ask.newer:
        return picture
    return {**picture, "fileUrl": _url(ask, picture["path"].lstrip("/"))}


def account_shown(ask: Ask, row: Row) -> Row:
    """Return an account as it is shown."""
    shown = _actor(ask, row, "accounts")
    return shown if row["user_id"] is None else {**shown, "userId": row["user_id"]}


def account_summary(ask: Ask, row: Row) -> Row:
    """Return an account as it is shown inside others."""
    shown = account_shown(ask, row)
    return {name: shown[name] for name in _SUMMARY}


def channel_summary(ask: Ask, row: Row) -> Row:
    """Return a channel as it is shown inside others."""
    shown = channel_shown(ask, row)
    return {name: shown[name] for name in _SUMMARY}


def channel_shown(ask: Ask, row: Row, *, owner: bool = False) -> Row:
    """Return a channel as it is shown, with its owner's account if asked for."""
    shown = {
        **_actor(ask, row, "video-channels"),
        "banners": [picture_shown(ask, banner) for banner in row["banners"]],
        "support": row["support"],
        "isLocal": True,
    }
    if ask.newer:
        shown["publicEmail"] = row.get("publicEmail")
    if owner:
        shown["ownerAccount"] = account_shown(ask, account_of_channel(ask, row))
    elif ask.newer:
        shown |= {"ownerAccountId": None, "ownerAccountName": None}
    return shown


def channel_listed(ask: Ask, row: Row) -> Row:
    """Return a channel as it is shown in lists of channels."""
    shown = channel_shown(ask, row, owner=True)
    if ask.newer:
        owner = shown["ownerAccount"]
        shown["ownerAccount"] = {name: owner[name] for name in (*_SUMMARY, "hostRedundancyAllowed")}
    return shown


def new_channel(ask: Ask, account: Row, name: str, display_name: str, **more: Any) -> Row:
    """Create a channel of an account."""
    fields = new_actor(ask, name, display_name, banners=[], support=None, account_id=account["id"], created=ask.now)
    return ask.tables.channels.insert(**{**fields, **more})


def thumbnails(ask: Ask, path: str | None) -> list[Row]:
    """Return the sizes of the picture of a video or playlist, as 8.2 shows them."""
    sizes = ((157, 280), (480, 850), (720, 1280)) if path else ()
    about = {"aspectRatio": "16:9", "fileUrl": _url(ask, (path or "").lstrip("/"))}
    return [{"height": height, "width": width, **about} for height, width in sizes]


def pictures(ask: Ask, kind: str, widths: tuple[int, ...], extension: str) -> list[Row]:
    """Return the entries of a new picture in all its sizes."""
    times = {"createdAt": ask.time, "updatedAt": ask.time}
    sizes: list[Row] = []
    for width in widths:
        height = {"height": width if kind == "avatars" else width // 6} if ask.newer else {}
        sizes.append({**height, "width": width, "path": f"/lazy-static/{kind}/{new_uuid()}{extension}", **times})
    return sizes
