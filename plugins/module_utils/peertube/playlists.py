# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playlists: find one by its name and channel, create it once, change and remove it.

Private to the collection. The server accepts several playlists of one name. It takes their properties as a multipart
form; 6.3 takes them in no other format. Source: recorded responses of PeerTube 6.3.0 and of a server derived from
8.2.1.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.pictures import read_picture
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import with_empty_texts
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.thumbnails import Thumbnail
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    nullable_in,
    number_in,
    object_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

PLAYLISTS_PATH = "/video-playlists"
#: The type of ordinary playlists; the other one is "Watch later", which every user has.
REGULAR = 1
PRIVACIES = {1: "public", 2: "unlisted", 3: "private"}
PRIVACY_NUMBERS = {name: number for number, name in PRIVACIES.items()}
#: The privacy of a playlist that is created without one.
DEFAULT_PRIVACY = "private"
#: How a form says null.
NULL = "null"


def playlist_path(number: object) -> str:
    """Return the path of a playlist by its number or UUID."""
    return f"{PLAYLISTS_PATH}/{segment(number)}"


def find_playlist(client: PeerTubeClient, account: str, name: str, channel: str | None) -> Item | Absence:
    """Return the playlist of the own account with this name, or the proof that there is none.

    Args:
        client: reads.
        account: the name of the own account; the server shows private playlists to their owner only.
        name: the display name.
        channel: its channel, an empty text for one without a channel, None for any.

    Raises:
        ToolkitError: ``ambiguous`` if there are several, or ``unproven``.
    """
    reading = client.reading(f"/accounts/{segment(account)}/video-playlists", playlistType=REGULAR)

    def is_named(item: Item) -> bool:
        return text_in(item, "display_name") == name

    def is_in_channel(item: Item) -> bool:
        return channel is None or channel_of(item) == channel

    found = client.evidence.find(title_of(name, channel), reading, "uuid", is_named, is_in_channel)
    return found if isinstance(found, Absence) else shown_playlist(found)


def find_playlist_by_id(client: PeerTubeClient, number: str, *, is_wanted: bool) -> Item | Absence:
    """Return the playlist with a number or UUID, or the proof that there is none.

    Raises:
        ToolkitError: ``not_found`` if it is wanted: nothing can be created with a given id.
    """
    found = client.get(playlist_path(number))
    if found is not None:
        return shown_playlist(found)
    if is_wanted:
        hint = "Leave id out to create a new one: the server assigns ids."
        raise ToolkitError("not_found", f"No playlist has the id {number}.", hint=hint)
    return client.evidence.absent(f"playlist {number}")


def title_of(name: str, channel: str | None) -> str:
    """Return how messages name a playlist."""
    return f"playlist {name}" + (f" of channel {channel}" if channel else "")


def channel_of(item: Item) -> str:
    """Return the name of the channel of a playlist; an empty text if it has none.

    Raises:
        Unreadable: the response does not show it.
    """
    return nullable_in(item, "video_channel", lambda *of: text_in(object_in(*of), "name"), "")


def shown_playlist(item: Item) -> Item:
    """Return a playlist in the form of options and results: the privacy is a word, and no text is null."""
    number = number_in(value_in(item, "privacy", dict), "id")
    left_out = ("video_channel", "owner_account")
    shown = {name: value for name, value in item.items() if name not in left_out}
    return with_empty_texts(
        {**shown, "privacy": PRIVACIES.get(number, number), "channel": channel_of(item)}, "description"
    )


def check_privacy(privacy: str, channel: str) -> None:
    """Refuse a playlist that others can see without a channel, as the server does.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if privacy != DEFAULT_PRIVACY and not channel:
        raise invalid("channel", f"it is required for a playlist that is {privacy}.")


def form_of(properties: dict[str, Any], channel_id: int | None) -> dict[str, str]:
    """Return properties as the fields of a form. None is not sent; an empty text is null."""
    form = {}
    if properties.get("display_name") is not None:
        form["displayName"] = properties["display_name"]
    if properties.get("description") is not None:
        form["description"] = properties["description"] or NULL
    if properties.get("privacy") is not None:
        form["privacy"] = str(PRIVACY_NUMBERS[properties["privacy"]])
    if properties.get("channel") is not None:
        form["videoChannelId"] = str(channel_id) if properties["channel"] else NULL
    return form


def thumbnail_of(task: Task, client: PeerTubeClient, path: str | None) -> Thumbnail:
    """Return the desired thumbnail of a playlist.

    Args:
        task: warnings are shown with its result.
        client: sends the requests.
        path: the file; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if path is not None and not path.lower().endswith((".jpg", ".jpeg")):
        raise invalid("thumbnail", f"{path!r} must end in .jpg or .jpeg.")
    return Thumbnail(task, client, playlist_path, "thumbnailfile", file=read_picture("thumbnail", path))


def add_playlist(
    client: PeerTubeClient,
    account: str,
    wanted: dict[str, Any],
    channel_id: int | None,
    thumbnail: Thumbnail,
    absence: Absence | None,
) -> Item:
    """Create a playlist, once; return it with at least its ids.

    Args:
        client: sends the requests.
        account: the name of the own account.
        wanted: the properties; one that is None is not sent.
        channel_id: the id of its channel, if it has one.
        thumbnail: its picture.
        absence: the proof that it does not exist.
    """
    title = title_of(wanted["display_name"], wanted["channel"])
    find = partial(find_playlist, client, account, wanted["display_name"], wanted["channel"])
    form = {name: value for name, value in form_of(wanted, channel_id).items() if value != NULL}
    response = client.post_free(PLAYLISTS_PATH, None, absence, find, form=form, files=thumbnail.files)
    made = created_in(response, "videoPlaylist", "uuid")
    if made is not None:
        created = {"id": made["id"], "uuid": made["uuid"], "short_uuid": made.get("shortUUID")}
        return {"privacy": DEFAULT_PRIVACY, "description": "", "channel": "", **created}
    found = found_again(title, find)
    # Of a response that was lost, or of another run, which may have wanted something else.
    change_playlist(client, found, wanted, channel_id, thumbnail)
    return found


def change_playlist(
    client: PeerTubeClient,
    playlist: Item,
    changed: dict[str, Any],
    channel_id: int | None,
    thumbnail: Thumbnail | None = None,
) -> None:
    """Change properties of a playlist, with its picture if that is given."""
    files = thumbnail.files if thumbnail else {}
    path = playlist_path(text_in(playlist, "uuid"))
    client.rest.request("PUT", path, form=form_of(changed, channel_id), files=files)


def remove_playlist(client: PeerTubeClient, playlist: Item) -> None:
    """Remove a playlist. Its videos stay."""
    client.delete(playlist_path(text_in(playlist, "uuid")))
