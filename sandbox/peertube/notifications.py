# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of users."""

from __future__ import annotations

from sandbox.peertube import actors, rules
from sandbox.peertube.ask import Ask
from sandbox.peertube.errors import crash
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_NEW_FOLLOW = 10

routes = Routes()
router = routes.router


def note_follow(ask: Ask, follow: Row) -> None:
    """Notify the owner of a channel of a new follower."""
    channel = ask.tables.channels.get(follow["channel_id"])
    if channel is None:
        return
    owner = actors.account_of_channel(ask, channel)["user_id"]
    times = {"createdAt": ask.time, "updatedAt": ask.time}
    ask.tables.notifications.insert(user_id=owner, type=_NEW_FOLLOW, read=False, follow_id=follow["id"], **times)


def _shown(ask: Ask, row: Row) -> Row:
    names = ("id", "type", "read", "createdAt", "updatedAt")
    shown: Row = {name: row[name] for name in names}
    follow = ask.tables.subscriptions.get(row["follow_id"])
    user = ask.tables.users.get(follow["user_id"]) if follow else None
    channel = ask.tables.channels.get(follow["channel_id"]) if follow else None
    if follow is not None and user is not None and channel is not None:
        follower = actors.account_summary(ask, actors.account_of(ask, user))
        del follower["url"]
        following = {"type": "channel", "displayName": channel["displayName"], "name": channel["name"]}
        about = {"follower": follower, "following": {**following, "host": ask.own_host}}
        shown["actorFollow"] = {"id": follow["id"], "state": follow["state"], **about}
    if ask.newer:
        shown["data"] = None
    return shown


@routes.add("GET", "/users/me/notifications")
def list_notifications(ask: Ask) -> Row:
    """Return the caller's notifications."""
    ask.check("query", optional={"unread": rules.boolean})
    rows = ask.tables.notifications.all(user_id=ask.me["id"])
    if rules.as_bool(ask.query.get("unread")):
        rows = [row for row in rows if not row["read"]]
    return ask.page(rows, lambda row: _shown(ask, row), "createdAt")


def _read(ask: Ask, numbers: list[int] | None) -> None:
    for row in ask.tables.notifications.all(user_id=ask.me["id"]):
        if numbers is None or row["id"] in numbers:
            ask.tables.notifications.save({**row, "read": True})


@routes.add("POST", "/users/me/notifications/read")
def read_some(ask: Ask) -> None:
    """Mark notifications as read; unknown ones do not matter."""
    if "ids" not in ask.body:
        raise crash("Cannot read properties of undefined (reading 'length')")
    ask.check(ids=rules.each(rules.NUMBER, least=1))
    _read(ask, ask.body["ids"])


@routes.add("POST", "/users/me/notifications/read-all")
def read_all(ask: Ask) -> None:
    """Mark all notifications as read."""
    _read(ask, None)
