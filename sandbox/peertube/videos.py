# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos: upload, list, read, change, remove."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.peertube import actors, files, removal, rules, video_access, video_fields, video_shown
from sandbox.peertube.ask import MODERATOR, Ask, at, new_uuid, short_uuid
from sandbox.peertube.errors import crash, plain, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

SORTS = (
    "name",
    "duration",
    "createdAt",
    "publishedAt",
    "originallyPublishedAt",
    "views",
    "likes",
    "trending",
    "hot",
    "best",
    "match",
)
_TOKEN_SECONDS = 8 * 3600

routes = Routes()
router = routes.router


def created(video: Row) -> Row:
    """Return the response to a new video."""
    return {"video": {"id": video["id"], "shortUUID": short_uuid(video["uuid"]), "uuid": video["uuid"]}}


@routes.add("GET", "/videos/categories", login=None)
def list_categories(ask: Ask) -> Any:
    """Return the categories."""
    return video_shown.CATEGORIES


@routes.add("GET", "/videos/licences", login=None)
def list_licences(ask: Ask) -> Any:
    """Return the licences."""
    found = {**video_shown.LICENCES, **(video_shown.NEWER_LICENCES if ask.newer else {})}
    if ask.tables.plugins.one(name="hello-world"):
        # This plugin changes the list, until the server restarts.
        del found[7]
        found[42] = "Best licence"
    return found


@routes.add("GET", "/videos/languages", login=None)
def list_languages(ask: Ask) -> Any:
    """Return the languages."""
    return video_shown.LANGUAGES


@routes.add("GET", "/videos/privacies", login=None)
def list_privacies(ask: Ask) -> Any:
    """Return the privacies."""
    return video_shown.PRIVACIES


@routes.add("POST", "/videos/upload", docs="uploadLegacy")
def upload(ask: Ask) -> Row:
    """Create a video from a form."""
    file = ask.files.get("videofile")
    if file is not None:
        video_fields.check_type(ask, file.name)
    optional = {**video_fields.OPTIONAL, "channelId": rules.number(1)}
    if file is None:
        ask.wrong(videofile=None)
    ask.body.setdefault("name", "")
    ask.check(name=video_fields.NAME, channelId=rules.number(1), optional=optional)
    assert file is not None
    channel = video_access.own_channel(ask, ask.body["channelId"])
    passwords = video_fields.check_passwords(ask)
    video_fields.check_schedule(ask)
    video_fields.check_quota(ask, len(file.content))
    place = f"/uploads/{new_uuid()}"
    files.write(ask.context, place, file.content)
    return created(video_fields.create(ask, channel, place, file.name, passwords))


_FILTERS: dict[str, rules.Rule] = {
    "isLive": rules.boolean,
    "isLocal": rules.boolean,
    "include": rules.number(0),
    "privacyOneOf": rules.each(rules.one_of(*video_shown.PRIVACIES)),
    "tagsOneOf": rules.anything,
    "categoryOneOf": rules.anything,
    "nsfw": rules.one_of("true", "false", "both"),
    "hasHLSFiles": rules.boolean,
    "search": rules.anything,
}


def _given(ask: Ask, name: str) -> set[str]:
    value = ask.query.get(name)
    return set() if value is None else {str(item) for item in (value if isinstance(value, list) else [value])}


def _is_public(video: Row) -> bool:
    is_ready = video["state"] == 1 or (video["state"] == 2 and not video["waitTranscoding"])
    return bool(video["privacy"] == video_shown.PUBLIC and is_ready)


def visible(ask: Ask, rows: list[Row]) -> list[Row]:
    """Return the videos that the caller asks for and may see in a list."""
    ask.check("query", optional=_FILTERS)
    if ("include" in ask.query or "privacyOneOf" in ask.query) and not ask.has_role(MODERATOR):
        detail = "You are not allowed to see all videos, specify a custom include or auto tags filter."
        raise problem(401, detail)
    include = int(ask.query.get("include", 0))
    privacies = _given(ask, "privacyOneOf")
    blocked = {row["video_id"] for row in ask.tables.video_blocks.all()}
    found = []
    for video in rows:
        if privacies:
            is_wanted = str(video["privacy"]) in privacies and (include & 1 or _is_public({**video, "privacy": 1}))
        else:
            is_wanted = _is_public(video) or bool(include & 1 and video["privacy"] == video_shown.PUBLIC)
        if is_wanted and (include & 2 or video["id"] not in blocked) and _matches(ask, video):
            found.append(video)
    return ask.search(found, "name", "description")


def _matches(ask: Ask, video: Row) -> bool:
    tags, categories = _given(ask, "tagsOneOf"), _given(ask, "categoryOneOf")
    live = ask.query.get("isLive")
    return (
        (not tags or bool(tags & set(video["tags"])))
        and (not categories or str(video["category"]) in categories)
        and (live is None or video["isLive"] == rules.as_bool(live))
    )


def page(ask: Ask, rows: list[Row]) -> Row:
    """Return one page of the visible videos."""
    include = int(ask.query.get("include", 0)) if str(ask.query.get("include", "0")).isdigit() else 0
    found = visible(ask, rows)

    def show(video: Row) -> Row:
        return video_shown.listed(ask, video, state=bool(include & 1), blocks=bool(include & 2))

    return ask.page(found, show, *SORTS, default="-publishedAt")


@routes.add("GET", "/videos", login=False, docs="getVideos")
def list_videos(ask: Ask) -> Row:
    """Return the videos of the instance."""
    return page(ask, ask.tables.videos.all())


@routes.add("GET", "/accounts/{name}/videos", login=False)
def list_of_account(ask: Ask) -> Row:
    """Return the videos of an account."""
    account = actors.find_account(ask, ask.params["name"])
    mine = {row["id"] for row in ask.tables.channels.all(account_id=account["id"])}
    return page(ask, ask.tables.videos.all(lambda row: row["channel_id"] in mine))


@routes.add("GET", "/video-channels/{handle}/videos", login=False)
def list_of_channel(ask: Ask) -> Row:
    """Return the videos of a channel."""
    channel = actors.find_channel(ask, ask.params["handle"])
    return page(ask, ask.tables.videos.all(channel_id=channel["id"]))


@routes.add("GET", "/users/me/videos")
def list_mine(ask: Ask) -> Row:
    """Return all videos of the caller."""
    ask.check("query", optional={"isLive": rules.boolean, "channelId": rules.number(1)})
    mine = {row["id"] for row in ask.tables.channels.all(account_id=actors.account_of(ask, ask.me)["id"])}
    wanted = {int(ask.query["channelId"])} & mine if "channelId" in ask.query else mine
    rows = ask.tables.videos.all(lambda row: row["channel_id"] in wanted and _matches(ask, row))
    return ask.page(ask.search(rows, "name"), lambda row: video_shown.listed(ask, row, mine=True), *SORTS)


@routes.add("GET", "/videos/{id}", login=False, docs="getVideo")
def read_video(ask: Ask) -> Row:
    """Return one video."""
    return video_shown.shown(ask, video_access.readable(ask))


@routes.add("GET", "/videos/{id}/description", login=False, only="6.3")
def read_description(ask: Ask) -> Row:
    """Return the complete description."""
    return {"description": video_access.readable(ask)["description"]}


@routes.add("PUT", "/videos/{id}", docs="putVideo")
def change_video(ask: Ask) -> None:
    """Change a video."""
    ask.check("params", id=rules.is_video_id)
    ask.check(optional={"name": video_fields.NAME, **video_fields.OPTIONAL, "channelId": rules.number(1)})
    video = video_access.find(ask)
    video_access.check_owner(ask, video)
    video_fields.check_schedule(ask)
    if ask.body.get("channelId"):
        video["channel_id"] = video_access.own_channel(ask, ask.body["channelId"])["id"]
    passwords = video_fields.check_passwords(ask)
    was_public = video["privacy"] == video_shown.PUBLIC
    video_fields.apply(ask, video)
    if passwords:
        video_fields.set_passwords(ask, video, passwords)
    video_fields.set_pictures(ask, video)
    if not was_public and video["privacy"] == video_shown.PUBLIC:
        video["publishedAt"] = ask.time
    ask.tables.videos.save({**video, "updatedAt": ask.time})


@routes.add("DELETE", "/videos/{id}", docs="delVideo")
def remove_video(ask: Ask) -> None:
    """Remove a video."""
    removal.remove_video(ask, video_access.managed(ask))


@routes.add("POST", "/videos/{id}/token", login=False)
def make_token(ask: Ask) -> Row:
    """Return a token for the files of a video."""
    video = video_access.readable(ask)
    if ask.user is None and video["privacy"] != video_shown.WITH_PASSWORD:
        if ask.newer:
            raise plain(401, "Unauthorized")
        raise crash("Cannot read properties of undefined (reading 'token')")
    return {"files": {"token": secrets.token_hex(20), "expires": at(ask.now + _TOKEN_SECONDS)}}
