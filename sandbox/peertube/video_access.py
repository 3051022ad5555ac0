# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may read and change a video."""

from __future__ import annotations

from sandbox.peertube import rules
from sandbox.peertube.ask import MODERATOR, Ask, by_any_id
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.tables import Row
from sandbox.peertube.video_shown import INTERNAL, PRIVATE, WITH_PASSWORD, channel_of, owner_of

NOT_YOURS = "Cannot manage a video of another user."


def by_id(ask: Ask, wanted: object) -> Row:
    """Return a video by number, UUID or short UUID, or raise the 404."""
    found = by_any_id(ask.tables.videos.all(), str(wanted))
    if found is None:
        raise not_found("Video")
    return found


def find(ask: Ask, name: str = "id") -> Row:
    """Return the video of the path, or raise the 400 or 404."""
    ask.check("params", {name: rules.is_video_id})
    return by_id(ask, ask.params[name])


def managed(ask: Ask, name: str = "id", *, least: int = MODERATOR) -> Row:
    """Return the video of the path, if the caller may change it.

    :param least: the role that may change the videos of others.
    """
    video = find(ask, name)
    check_owner(ask, video, least=least)
    return video


def check_owner(ask: Ask, video: Row, *, least: int = MODERATOR) -> None:
    """Refuse who may not change a video."""
    if not ask.owns(owner_of(ask, video)) and not ask.has_role(least):
        raise problem(403, NOT_YOURS)


def readable(ask: Ask, name: str = "id") -> Row:
    """Return the video of the path, if the caller may read it."""
    video = find(ask, name)
    check_reader(ask, video)
    return video


def check_reader(ask: Ask, video: Row) -> None:
    """Refuse who may not read a video."""
    if ask.owns(owner_of(ask, video)) or ask.has_role(MODERATOR):
        return
    is_hidden = ask.newer and ask.tables.video_blocks.one(video_id=video["id"]) is not None
    if is_hidden or video["privacy"] == PRIVATE:
        if ask.user is None:
            raise problem(401, "Not authenticated")
        raise problem(403, "Cannot fetch information of private/internal/blocked video")
    if video["privacy"] == WITH_PASSWORD:
        _check_password(ask, video)
    elif video["privacy"] == INTERNAL and ask.user is None:
        raise problem(401, "Not authenticated")


def _check_password(ask: Ask, video: Row) -> None:
    given = ask.headers.get("x-peertube-video-password")
    if not given:
        detail = "Please provide a password to access this password protected video"
        raise problem(401 if ask.newer else 403, detail, "video_requires_password")
    if not ask.tables.passwords.one(video_id=video["id"], password=given):
        detail = "Incorrect video password. Access to the video is denied."
        raise problem(403, detail, "incorrect_video_password")


def own_channel(ask: Ask, channel_id: object) -> Row:
    """Return a channel of the caller, for a video."""
    channel = ask.tables.channels.get(channel_id)
    if channel is None:
        if ask.newer:
            raise not_found("Video channel")
        raise problem(400, 'Unknown video "video channel" for this instance.')
    account = ask.tables.accounts.get(channel["account_id"])
    if account is None or not (ask.owns(account["user_id"]) or ask.has_role(0)):
        if ask.newer:
            raise problem(403, "You do not own this channel.")
        raise problem(400, 'Unknown video "video channel" for this account.')
    return channel


def channel_name(ask: Ask, video: Row) -> str:
    """Return the name of the channel of a video."""
    return str(channel_of(ask, video)["name"])
