# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Synchronizations of channels with channels elsewhere."""

from __future__ import annotations

from sandbox.peertube import accounts, actors, imports, jobs, rules
from sandbox.peertube.ask import ADMINISTRATOR, Ask
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_STATES = {1: "Waiting first run", 2: "Processing", 3: "Synchronized", 4: "Failed"}
_NOT_YOURS = "Only a user with sufficient right can access this account resource."

routes = Routes()
router = routes.router


def _check_owner(ask: Ask, channel: Row | None) -> Row:
    if channel is None:
        raise not_found("Video channel")
    if not ask.owns(actors.account_of_channel(ask, channel)["user_id"]) and not ask.has_role(ADMINISTRATOR):
        raise problem(403, _NOT_YOURS)
    return channel


def _shown(ask: Ask, row: Row) -> Row:
    channel = ask.tables.channels.get(row["channel_id"])
    assert channel is not None
    shown = {
        **{name: row[name] for name in ("id", "externalChannelUrl", "createdAt")},
        "state": {"id": row["state"], "label": _STATES[row["state"]]},
        "channel": actors.channel_summary(ask, channel),
    }
    if row["lastSyncAt"]:
        shown["lastSyncAt"] = row["lastSyncAt"]
    return shown


@routes.add("POST", "/video-channel-syncs")
def add_sync(ask: Ask) -> Row:
    """Create a synchronization."""
    ask.check(externalChannelUrl=imports.is_address, videoChannelId=rules.number(1))
    channel = _check_owner(ask, ask.tables.channels.get(ask.body["videoChannelId"]))
    row = ask.tables.syncs.insert(
        user_id=actors.account_of_channel(ask, channel)["user_id"],
        channel_id=channel["id"],
        externalChannelUrl=ask.body["externalChannelUrl"],
        state=1,
        lastSyncAt=None,
        createdAt=ask.time,
    )
    return {"videoChannelSync": _shown(ask, row)}


@routes.add("GET", "/accounts/{name}/video-channel-syncs")
def list_syncs(ask: Ask) -> Row:
    """Return the synchronizations of the caller's channels."""
    account = accounts.own_account(ask)
    mine = {row["id"] for row in ask.tables.channels.all(account_id=account["id"])}
    rows = ask.tables.syncs.all(lambda row: row["channel_id"] in mine)
    return ask.page(rows, lambda row: _shown(ask, row), "externalChannelUrl", "videoChannel", "createdAt", "state")


def _find(ask: Ask, number: object) -> Row:
    row = ask.tables.syncs.get(number)
    if row is None:
        raise not_found("Video channel sync")
    _check_owner(ask, ask.tables.channels.get(row["channel_id"]))
    return row


@routes.add("DELETE", "/video-channel-syncs/{id}")
def remove_sync(ask: Ask) -> None:
    """Remove a synchronization; imported videos stay."""
    ask.tables.syncs.delete(_find(ask, ask.number()))


@routes.add("POST", "/video-channels/{handle}/import-videos")
def run(ask: Ask) -> None:
    """Import the videos of a channel elsewhere, now."""
    ask.check("body", {"externalChannelUrl": imports.is_address}, optional={"videoChannelSyncId": rules.number(1)})
    channel = _check_owner(ask, actors.find_channel(ask, ask.params["handle"]))
    number = ask.body.get("videoChannelSyncId")
    if number is not None:
        _find(ask, number)
    address = ask.body["externalChannelUrl"]
    data = {"videoChannelId": channel["id"], "externalChannelUrl": address, "partOfChannelSyncId": number}
    jobs.begin(ask, "video-channel-import", data)


@jobs.effect("video-channel-import")
def run_ended(ask: Ask, data: Row) -> None:
    """Import the one video that the other channel has."""
    channel = ask.tables.channels.get(data["videoChannelId"])
    if channel is None:
        return
    if not ask.tables.imports.one(targetUrl=data["externalChannelUrl"]):
        imports.begin(ask, channel, {"targetUrl": data["externalChannelUrl"]}, [], data["partOfChannelSyncId"])
    sync = ask.tables.syncs.get(data["partOfChannelSyncId"]) if data["partOfChannelSyncId"] else None
    if sync is not None:
        ask.tables.syncs.save({**sync, "state": 3, "lastSyncAt": ask.time})
