# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search, as viewers use it."""

from __future__ import annotations

import re

from sandbox.peertube import actors, playlists, rules, video_shown, videos
from sandbox.peertube.ask import Ask
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

routes = Routes()
router = routes.router


def _check(ask: Ask, *sorts: str) -> None:
    optional: dict[str, rules.Rule] = {
        "searchTarget": rules.one_of("local"),
        "startDate": rules.date,
        "endDate": rules.date,
        "sort": lambda value: str(value).lstrip("-") in sorts,
    }
    ask.check("query", optional=optional)


def _listed(ask: Ask, name: str) -> set[str]:
    given = ask.query.get(name)
    return set() if given is None else set(given if isinstance(given, list) else [given])


@routes.add("GET", "/search/videos", login=False, docs="searchVideos")
def search_videos(ask: Ask) -> Row:
    """Return the public videos that are found."""
    _check(ask, *videos.SORTS)
    uuid = rules.UUID.search(str(ask.query.get("search") or ""))
    rows = ask.tables.videos.all()
    wanted = _listed(ask, "uuids") | ({uuid[0]} if uuid else set())
    if uuid:
        del ask.query["search"]
    if wanted:
        rows = [row for row in rows if row["uuid"] in wanted]
    for name, sign in (("durationMin", 1), ("durationMax", -1)):
        if name in ask.query:
            rows = [row for row in rows if sign * row["duration"] >= sign * int(ask.query[name])]
    return ask.page(
        videos.visible(ask, rows), lambda row: video_shown.listed(ask, row), *videos.SORTS, default="-match"
    )


@routes.add("GET", "/search/video-channels", login=False, docs="searchChannels")
def search_channels(ask: Ask) -> Row:
    """Return the channels that are found."""
    _check(ask, "match", "displayName", "createdAt")
    rows = ask.search(ask.tables.channels.all(), "name", "displayName")
    handles = {re.sub("@.*", "", handle) for handle in _listed(ask, "handles")}
    rows = [row for row in rows if not handles or row["name"] in handles]
    return ask.page(rows, lambda row: actors.channel_listed(ask, row), "match", "displayName", "createdAt")


@routes.add("GET", "/search/video-playlists", login=False, docs="searchPlaylists")
def search_playlists(ask: Ask) -> Row:
    """Return the public playlists that are found; those without a video are not."""
    _check(ask, "match", "displayName", "createdAt")
    found = [row for row in playlists.public(ask) if ask.tables.playlist_elements.one(playlist_id=row["id"])]
    rows = ask.search(found, "displayName")
    return ask.page(rows, lambda row: playlists.shown(ask, row), "match", "displayName", "createdAt")


@routes.add("GET", "/overviews/videos", login=False)
def read_overview(ask: Ask) -> Row:
    """Return an empty overview: it takes more videos than a sandbox has."""
    return {"categories": [], "channels": [], "tags": []}
