# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels."""

from __future__ import annotations

from sandbox.peertube import accounts, actors, config, pictures, removal, rules
from sandbox.peertube.ask import Ask
from sandbox.peertube.errors import crash, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

routes = Routes()
router = routes.router

_KEYS_SECONDS = 3
"""How long after its creation an 8.2 can't remove a channel."""
_TEXTS = {"description": rules.LONG_TEXT, "support": rules.LONG_TEXT}


@routes.add("GET", "/video-channels", login=None)
def list_channels(ask: Ask) -> Row:
    """Return all channels."""
    rows = ask.tables.channels.all()
    return ask.page(rows, lambda row: actors.channel_listed(ask, row), *actors.CHANNEL_SORTS)


@routes.add("POST", "/video-channels")
def add_channel(ask: Ask) -> Row:
    """Create a channel of the caller."""
    ask.check(name=rules.CHANNEL_NAME, displayName=rules.DISPLAY_NAME, optional=_TEXTS)
    body = ask.body
    if actors.is_used(ask, body["name"]):
        raise problem(409, actors.NAME_TAKEN)
    account = actors.account_of(ask, ask.me)
    most = config.value(ask.context, "videoChannels.maxPerUser")
    if len(ask.tables.channels.all(account_id=account["id"])) >= most:
        raise problem(400, f"You cannot create more than {most} channels")
    texts = {name: body.get(name) for name in _TEXTS}
    channel = actors.new_channel(ask, account, body["name"], body["displayName"], **texts)
    return {"videoChannel": {"id": channel["id"]}}


@routes.add("GET", "/video-channels/{handle}", login=False)
def read_channel(ask: Ask) -> Row:
    """Return one channel."""
    return actors.channel_shown(ask, actors.find_channel(ask, ask.params["handle"]), owner=True)


@routes.add("PUT", "/video-channels/{handle}")
def change_channel(ask: Ask) -> None:
    """Change a channel."""
    ask.check(optional={"displayName": rules.DISPLAY_NAME, **_TEXTS, "bulkVideosSupportUpdate": rules.boolean})
    channel = actors.managed_channel(ask, ask.params["handle"])
    channel |= {name: ask.body[name] for name in ("displayName", *_TEXTS) if name in ask.body}
    ask.tables.channels.save({**channel, "updatedAt": ask.time})
    if ask.body.get("bulkVideosSupportUpdate") is True:
        for video in ask.tables.videos.all(channel_id=channel["id"]):
            ask.tables.videos.save({**video, "support": channel["support"]})


@routes.add("DELETE", "/video-channels/{handle}")
def remove_channel(ask: Ask) -> None:
    """Remove a channel with its videos."""
    channel = actors.managed_channel(ask, ask.params["handle"])
    if len(ask.tables.channels.all(account_id=channel["account_id"])) == 1:
        raise problem(409, "Cannot remove the last channel of this user")
    if ask.newer and ask.now - channel["created"] < _KEYS_SECONDS:
        detail = "notNull Violation: ActorReservedModel.publicKey cannot be null"
        raise crash(detail, "SequelizeValidationError")
    removal.remove_channel(ask, channel)


@routes.add("POST", "/video-channels/{handle}/{kind}/pick")
def set_picture(ask: Ask) -> Row:
    """Replace the avatar or the banner of a channel."""
    channel = actors.managed_channel(ask, ask.params["handle"])
    kind = f"{ask.params['kind']}s"
    channel[kind] = pictures.received(ask, kind)
    ask.tables.channels.save(channel)
    return pictures.shown(ask, kind, channel[kind])


@routes.add("DELETE", "/video-channels/{handle}/{kind}")
def remove_picture(ask: Ask) -> None:
    """Remove the avatar or the banner of a channel."""
    channel = actors.managed_channel(ask, ask.params["handle"])
    ask.tables.channels.save({**channel, f"{ask.params['kind']}s": []})


@routes.add("GET", "/video-channels/{handle}/followers")
def list_followers(ask: Ask) -> Row:
    """Return who follows a channel."""
    channel = actors.managed_channel(ask, ask.params["handle"])
    rows = ask.tables.subscriptions.all(channel_id=channel["id"])
    return ask.page(rows, lambda row: accounts.follow_shown(ask, row), "createdAt", "state", "score")
