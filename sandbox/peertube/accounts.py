# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, and what is listed by account."""

from __future__ import annotations

from sandbox.peertube import actors, rules
from sandbox.peertube.ask import Ask
from sandbox.peertube.errors import problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

routes = Routes()
router = routes.router


@routes.add("GET", "/accounts", login=None)
def list_accounts(ask: Ask) -> Row:
    """Return all accounts."""
    rows = ask.tables.accounts.all(lambda row: row["user_id"] is not None)
    return ask.page(rows, lambda row: actors.account_shown(ask, row), "createdAt", "followersCount")


@routes.add("GET", "/accounts/{name}", login=None)
def read_account(ask: Ask) -> Row:
    """Return one account."""
    return actors.account_shown(ask, actors.find_account(ask, ask.params["name"]))


@routes.add("GET", "/accounts/{name}/video-channels", login=False)
def list_channels(ask: Ask) -> Row:
    """Return the channels of an account."""
    ask.check("query", optional={"withStats": rules.boolean, "search": rules.anything})
    account = actors.find_account(ask, ask.params["name"])
    rows = ask.search(ask.tables.channels.all(account_id=account["id"]), "name", "displayName")

    def show(row: Row) -> Row:
        shown = actors.channel_listed(ask, row)
        if ask.query.get("withStats") == "true":
            videos = ask.tables.videos.all(channel_id=row["id"])
            days = [{"date": f"2026-10-{day:02d}T00:00:00.000Z", "views": 0} for day in range(1, 32)]
            views = sum(video["views"] for video in videos)
            shown |= {"videosCount": len(videos), "viewsPerDay": days, "totalViews": views}
        return shown

    return ask.page(rows, show, *actors.CHANNEL_SORTS)


def own_account(ask: Ask) -> Row:
    """Return the account of the path, if it is the caller's."""
    account = actors.find_account(ask, ask.params["name"])
    if not ask.owns(account["user_id"]):
        raise problem(403, "Only the owner of this account can manage this account.")
    return account


@routes.add("GET", "/accounts/{name}/followers")
def list_followers(ask: Ask) -> Row:
    """Return who follows the caller's channels."""
    account = own_account(ask)
    mine = {row["id"] for row in ask.tables.channels.all(account_id=account["id"])}
    rows = ask.tables.subscriptions.all(lambda row: row["channel_id"] in mine)
    return ask.page(rows, lambda row: follow_shown(ask, row), "createdAt", "state", "score", "redundancyAllowed")


def follow_shown(ask: Ask, row: Row) -> Row:
    """Return the follow of a channel as its owner sees it."""
    user = ask.tables.users.get(row["user_id"])
    channel = ask.tables.channels.get(row["channel_id"])
    assert user is not None
    assert channel is not None
    follower = actors.account_shown(ask, actors.account_of(ask, user))
    follower = {"banners": [], **{name: follower[name] for name in _OF_ACTOR if name in follower}}
    followed = actors.channel_shown(ask, channel)
    followed = {name: followed[name] for name in _OF_ACTOR if name in followed}
    times = {"createdAt": row["createdAt"], "updatedAt": row["createdAt"]}
    return {
        "id": row["id"],
        "follower": follower,
        "following": followed,
        "score": 10000,
        "state": row["state"],
        **times,
    }


_OF_ACTOR = (
    "url",
    "name",
    "host",
    "avatars",
    "id",
    "hostRedundancyAllowed",
    "followingCount",
    "followersCount",
    "createdAt",
    "banners",
)
