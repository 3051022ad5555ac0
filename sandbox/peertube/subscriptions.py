# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions of users to channels. A follow is a job; nothing reports whether it succeeded."""

from __future__ import annotations

from sandbox.peertube import actors, jobs, notifications, rules, videos
from sandbox.peertube.ask import Ask
from sandbox.peertube.errors import problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_URI = rules.matching(r"[a-zA-Z0-9._-]+@[a-zA-Z0-9.-]+(:\d+)?")
_FOLLOW_SECONDS = 1

routes = Routes()
router = routes.router


def _subscribed(ask: Ask, handle: str) -> Row | None:
    name = actors.name_of(ask, handle)
    for row in ask.tables.subscriptions.all(user_id=ask.me["id"]):
        channel = ask.tables.channels.get(row["channel_id"])
        if channel is not None and channel["name"].lower() == name:
            return row
    return None


def _channel(ask: Ask, row: Row) -> Row:
    channel = ask.tables.channels.get(row["channel_id"])
    assert channel is not None
    return channel


def _shown(ask: Ask, row: Row) -> Row:
    return actors.channel_shown(ask, _channel(ask, row), owner=True)


@routes.add("GET", "/users/me/subscriptions")
def list_subscriptions(ask: Ask) -> Row:
    """Return the channels that the caller follows."""
    rows = ask.tables.subscriptions.all(user_id=ask.me["id"])
    return ask.page(rows, lambda row: _shown(ask, row), "createdAt", "channelUpdatedAt", "id")


@routes.add("POST", "/users/me/subscriptions")
def subscribe(ask: Ask) -> None:
    """Follow a channel, if it exists."""
    ask.check(uri=_URI)
    jobs.begin(ask, "activitypub-follow", {"user_id": ask.me["id"], "uri": ask.body["uri"]}, seconds=_FOLLOW_SECONDS)


@jobs.effect("activitypub-follow")
def followed(ask: Ask, data: Row) -> None:
    """Add a subscription."""
    name, _at, host = data["uri"].partition("@")
    found = ask.tables.channels.all(lambda row: row["name"].lower() == name.lower())
    if not found or (ask.own_host and host != ask.own_host) or ask.tables.users.get(data["user_id"]) is None:
        return
    entry = {"user_id": data["user_id"], "channel_id": found[0]["id"]}
    if not ask.tables.subscriptions.one(**entry):
        row = ask.tables.subscriptions.insert(**entry, state="accepted", createdAt=ask.time)
        notifications.note_follow(ask, row)


@routes.add("GET", "/users/me/subscriptions/exist")
def are_subscribed(ask: Ask) -> Row:
    """Return which channels the caller follows."""
    given = ask.query.get("uris") or []
    uris = given if isinstance(given, list) else [given]
    return {uri: _subscribed(ask, uri) is not None for uri in uris}


@routes.add("GET", "/users/me/subscriptions/videos")
def list_videos(ask: Ask) -> Row:
    """Return the videos of the channels that the caller follows."""
    followed_ids = {row["channel_id"] for row in ask.tables.subscriptions.all(user_id=ask.me["id"])}
    return videos.page(ask, ask.tables.videos.all(lambda row: row["channel_id"] in followed_ids))


def _find(ask: Ask) -> Row:
    uri = ask.params["uri"]
    ask.check("params", uri=_URI)
    row = _subscribed(ask, uri)
    if row is None:
        raise problem(404, f"Subscription {uri} not found.")
    return row


@routes.add("GET", "/users/me/subscriptions/{uri}")
def read_subscription(ask: Ask) -> Row:
    """Return one channel that the caller follows."""
    return actors.channel_shown(ask, _channel(ask, _find(ask)), owner=True)


@routes.add("DELETE", "/users/me/subscriptions/{uri}")
def unsubscribe(ask: Ask) -> None:
    """Stop to follow a channel."""
    row = _find(ask)
    ask.tables.notifications.delete_all(follow_id=row["id"])
    ask.tables.subscriptions.delete(row)
