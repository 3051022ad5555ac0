# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos as they are shown: in lists, and alone with their files."""

from __future__ import annotations

from typing import Any

from sandbox.peertube import actors
from sandbox.peertube.ask import Ask, short_uuid
from sandbox.peertube.tables import Row

CATEGORIES = {
    1: "Music",
    2: "Films",
    3: "Vehicles",
    4: "Art",
    5: "Sports",
    6: "Travels",
    7: "Gaming",
    8: "People",
    9: "Comedy",
    10: "Entertainment",
    11: "News & Politics",
    12: "How To",
    13: "Education",
    14: "Activism",
    15: "Science & Technology",
    16: "Animals",
    17: "Kids",
    18: "Food",
}
LICENCES = {
    1: "Attribution",
    2: "Attribution - Share Alike",
    3: "Attribution - No Derivatives",
    4: "Attribution - Non Commercial",
    5: "Attribution - Non Commercial - Share Alike",
    6: "Attribution - Non Commercial - No Derivatives",
    7: "Public Domain Dedication",
}
NEWER_LICENCES = {8: "Free of known copyright restrictions", 9: "Copyrighted - All Rights Reserved"}
LANGUAGES = {
    "aa": "Afar",
    "ab": "Abkhazian",
    "af": "Afrikaans",
    "ak": "Akan",
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "zh": "Chinese",
}
PRIVACIES = {1: "Public", 2: "Unlisted", 3: "Private", 4: "Internal", 5: "Password protected"}
PUBLIC, UNLISTED, PRIVATE, INTERNAL, WITH_PASSWORD = PRIVACIES
STATES = {
    1: "Published",
    2: "To transcode",
    3: "To import",
    4: "Waiting for livestream",
    5: "Livestream ended",
    6: "To move to an external storage",
    7: "Transcoding failed",
    8: "External storage move failed",
    9: "To edit",
}
PUBLISHED, TO_TRANSCODE, TO_IMPORT, WAITING_FOR_LIVE, LIVE_ENDED, TO_EDIT = 1, 2, 3, 4, 5, 9
COMMENTS = {1: "Enabled", 2: "Disabled", 3: "Requires approval"}
_SHORT_DESCRIPTION = 250


def _labeled(value: Any, labels: dict[Any, str]) -> Row:
    return {"id": value, "label": labels.get(value, "Unknown")}


def channel_of(ask: Ask, video: Row) -> Row:
    """Return the channel of a video."""
    found = ask.tables.channels.get(video["channel_id"])
    assert found is not None
    return found


def owner_of(ask: Ask, video: Row) -> int:
    """Return the id of the user who owns a video."""
    return int(actors.account_of_channel(ask, channel_of(ask, video))["user_id"])


def _url(ask: Ask, path: str) -> str:
    return f"http://{ask.own_host}{path}"


def url_of(ask: Ask, video: Row) -> str:
    """Return the address of a video at its instance."""
    path = f"/videos/watch/{video['uuid']}"
    return f"https://{video['host']}{path}" if video.get("host") else _url(ask, path)


def _base(ask: Ask, video: Row, account: Row, channel: Row) -> Row:
    names = ("id", "uuid", "name", "nsfw", "description", "duration", "aspectRatio", "views", "thumbnailPath")
    further = ("previewPath", "createdAt", "updatedAt", "publishedAt", "originallyPublishedAt", "isLive")
    text = video["description"]
    is_long = text is not None and len(text) > _SHORT_DESCRIPTION
    ratings = [row["rating"] for row in ask.tables.ratings.all(video_id=video["id"])]
    shown = {
        **{name: video[name] for name in (*names, *further)},
        "shortUUID": short_uuid(video["uuid"]),
        "url": url_of(ask, video),
        "category": _labeled(video["category"], CATEGORIES),
        "licence": _labeled(video["licence"], {**LICENCES, **NEWER_LICENCES}),
        "language": _labeled(video["language"], LANGUAGES),
        "privacy": _labeled(video["privacy"], PRIVACIES),
        "truncatedDescription": f"{text[: _SHORT_DESCRIPTION - 3]}..." if is_long else text,
        "isLocal": not video.get("host"),
        "viewers": 0,
        "likes": ratings.count("like"),
        "dislikes": ratings.count("dislike"),
        "embedPath": f"/videos/embed/{short_uuid(video['uuid']) if ask.newer else video['uuid']}",
        "account": account,
        "channel": channel,
    }
    if ask.newer:
        comments = len(ask.tables.comments.all(video_id=video["id"], deleted=False))
        shown |= {"nsfwFlags": 0, "nsfwSummary": None, "downloads": 0, "comments": comments}
        shown["thumbnails"] = actors.thumbnails(ask, video["thumbnailPath"])
    return shown


def listed(ask: Ask, video: Row, *, mine: bool = False, state: bool = False, blocks: bool = False) -> Row:
    """Return a video as it is shown in lists.

    :param mine: whether it is the list of the owner.
    :param state: whether the state is shown.
    :param blocks: whether it is shown that the video is blocked.
    """
    channel = channel_of(ask, video)
    account = actors.account_summary(ask, actors.account_of_channel(ask, channel))
    shown = _base(ask, video, account, actors.channel_summary(ask, channel))
    if mine or state:
        shown |= {"state": _labeled(video["state"], STATES), "waitTranscoding": video["waitTranscoding"]}
    if (mine or (state and ask.newer)) and video["scheduleUpdate"]:
        shown["scheduledUpdate"] = video["scheduleUpdate"]
    if mine or blocks:
        shown |= _block(ask, video)
    if mine and ask.newer:
        shown |= {"blockedOwner": False, "blockedServer": False, "tags": video["tags"]}
    return shown


def _block(ask: Ask, video: Row) -> Row:
    block = ask.tables.video_blocks.one(video_id=video["id"])
    return {"blacklisted": block is not None, "blacklistedReason": block["reason"] if block else None}


def shown(ask: Ask, video: Row) -> Row:
    """Return a video with everything about it."""
    channel = channel_of(ask, video)
    account = actors.account_shown(ask, actors.account_of_channel(ask, channel))
    result = _base(ask, video, account, actors.channel_shown(ask, channel, owner=True))
    found = ask.tables.video_files.all(video_id=video["id"])
    playlists = [row for row in found if row["kind"] == "hls"]
    result |= {
        **_block(ask, video),
        "streamingPlaylists": [_playlist(ask, video, playlists)] if playlists or video.get("was_streamed") else [],
        "files": [file_shown(ask, video, row) for row in _by_resolution(found, "web-videos")],
        "support": video["support"],
        "tags": video["tags"],
        "commentsPolicy": _labeled(video["commentsPolicy"], COMMENTS),
        "downloadEnabled": video["downloadEnabled"],
        "waitTranscoding": video["waitTranscoding"],
        "inputFileUpdatedAt": video["inputFileUpdatedAt"],
        "state": _labeled(video["state"], STATES),
        "trackerUrls": [_url(ask, "/tracker/announce"), f"ws://{ask.own_host}/tracker/socket"],
    }
    if video["scheduleUpdate"]:
        result["scheduledUpdate"] = video["scheduleUpdate"]
    if ask.newer:
        result |= {"liveSchedules": [], "embedPrivacyPolicy": {"id": 1, "label": "All allowed"}}
    else:
        result["descriptionPath"] = f"/api/v1/videos/{video['uuid']}/description"
        result["commentsEnabled"] = video["commentsPolicy"] != 2
    return result


def _by_resolution(found: list[Row], kind: str) -> list[Row]:
    return sorted((row for row in found if row["kind"] == kind), key=lambda row: -row["resolution"])


def _playlist(ask: Ask, video: Row, found: list[Row]) -> Row:
    base = _url(ask, f"/static/streaming-playlists/hls/{_private(video)}{video['uuid']}")
    return {
        "id": video["id"],
        "type": 1,
        "playlistUrl": f"{base}/master.m3u8",
        "segmentsSha256Url": f"{base}/segments-sha256.json",
        "redundancies": [],
        "files": [file_shown(ask, video, row) for row in _by_resolution(found, "hls")],
    }


def _private(video: Row) -> str:
    return "" if video["privacy"] in (PUBLIC, UNLISTED) else "private/"


def path_of(video: Row, file: Row) -> str:
    """Return the path under which a file is served."""
    if file["kind"] == "hls":
        return f"/static/streaming-playlists/hls/{_private(video)}{video['uuid']}/{file['filename']}"
    return f"/static/web-videos/{_private(video)}{file['filename']}"


def file_shown(ask: Ask, video: Row, file: Row) -> Row:
    """Return one file of a video."""
    number, name = file["id"], f"{video['uuid']}-{file['resolution']}"
    folder = "streaming-playlists/hls/videos" if file["kind"] == "hls" else "web-videos"
    suffix = "-fragmented.mp4" if file["kind"] == "hls" else file["filename"][file["filename"].rfind(".") :]
    shown = {
        "id": number,
        "resolution": {"id": file["resolution"], "label": f"{file['resolution']}p"},
        "width": file["width"],
        "height": file["height"],
        "size": file["size"],
        "fps": file["fps"],
        "torrentUrl": None,
        "torrentDownloadUrl": None,
        "fileUrl": _url(ask, path_of(video, file)),
        "fileDownloadUrl": _url(ask, f"/download/{folder}/{name}{suffix}"),
        "metadataUrl": _url(ask, f"/api/v1/videos/{video['uuid']}/metadata/{number}"),
        "hasAudio": file["hasAudio"],
        "hasVideo": file["hasVideo"],
        "storage": 0,
    }
    if ask.newer and file["kind"] == "hls":
        shown["playlistUrl"] = _url(ask, path_of(video, file).replace("-fragmented.mp4", ".m3u8"))
    if file["hasTorrent"]:
        torrent = f"{file['key']}.torrent"
        shown |= {
            "magnetUri": f"magnet:?xs={torrent}&dn={video['name']}",
            "torrentUrl": _url(ask, f"/lazy-static/torrents/{torrent}"),
            "torrentDownloadUrl": _url(ask, f"/download/torrents/{torrent}"),
        }
    return shown
