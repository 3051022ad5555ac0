# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What disappears together with a video, a channel or an account."""

from __future__ import annotations

from sandbox.peertube.ask import Ask
from sandbox.peertube.tables import Row

_OF_VIDEO = (
    "captions",
    "comments",
    "history",
    "live_sessions",
    "ownership_changes",
    "passwords",
    "ratings",
    "storyboards",
    "video_blocks",
    "video_files",
)
_OF_ACCOUNT = ("abuses", "account_blocks", "comments", "ratings", "server_blocks")
_OF_USER = ("history", "imports", "notifications", "subscriptions", "syncs", "tokens", "uploads")


def remove_video(ask: Ask, video: Row) -> None:
    """Remove a video; elements of playlists stay, without their video."""
    for name in _OF_VIDEO:
        getattr(ask.tables, name).delete_all(video_id=video["id"])
    for element in ask.tables.playlist_elements.all(video_id=video["id"]):
        ask.tables.playlist_elements.save({**element, "video_id": None})
    for entry in ask.tables.imports.all(video_id=video["id"]):
        ask.tables.imports.save({**entry, "video_id": None})
    ask.tables.videos.delete(video)


def remove_playlist(ask: Ask, playlist: Row) -> None:
    """Remove a playlist with its elements."""
    ask.tables.playlist_elements.delete_all(playlist_id=playlist["id"])
    ask.tables.playlists.delete(playlist)


def remove_channel(ask: Ask, channel: Row) -> None:
    """Remove a channel with its videos."""
    for video in ask.tables.videos.all(channel_id=channel["id"]):
        remove_video(ask, video)
    for playlist in ask.tables.playlists.all(channel_id=channel["id"]):
        remove_playlist(ask, playlist)
    ask.tables.subscriptions.delete_all(channel_id=channel["id"])
    ask.tables.syncs.delete_all(channel_id=channel["id"])
    ask.tables.channels.delete(channel)


def remove_account(ask: Ask, account: Row) -> None:
    """Remove a user with the account and everything that belongs to it."""
    for channel in ask.tables.channels.all(account_id=account["id"]):
        remove_channel(ask, channel)
    for playlist in ask.tables.playlists.all(account_id=account["id"]):
        remove_playlist(ask, playlist)
    for name in _OF_ACCOUNT:
        getattr(ask.tables, name).delete_all(account_id=account["id"])
    for name in _OF_USER:
        getattr(ask.tables, name).delete_all(user_id=account["user_id"])
    ask.tables.accounts.delete(account)
    ask.tables.users.delete({"id": account["user_id"]})
