# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_playlist``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_playlist
short_description: Manage a playlist of a PeerTube user
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes or removes a playlist of the user who is logged in, with its videos in order.
  - PeerTube accepts several playlists of one name. This module identifies a playlist by O(display_name) and O(channel)
    and creates each one only once, also if a response is lost.
options:
  id:
    description:
      - The number, UUID or short UUID of an existing playlist. Use it to change the O(display_name) or O(channel).
    type: str
  display_name:
    description: The name that viewers see, with 1 to 120 characters. Required unless O(id) is given.
    type: str
  channel:
    description:
      - The name of the channel that shows the playlist. It must belong to the same user. An empty text is none.
      - Without O(id), only a playlist of this channel is looked for. If it is not given, one of any channel is.
    type: str
  owner:
    description:
      - The name of the user who owns the playlist, if that may be another user than the one who is logged in.
      - It lets an administrator or a moderator compare the playlist in check mode, as the role
        P(reseller.toolkit.video_platform#role) does. Only the owner can create it.
      - PeerTube lists playlists that are not public only for their owner. Others are found only if a task of the owner
        with the same O(state_dir) created or found them before.
    type: str
  description:
    description: The description, with 3 to 1000 characters. An empty text removes it.
    type: str
  privacy:
    description: Who can see it. V(public) and V(unlisted) require a channel. A new playlist is private by default.
    type: str
    choices: [public, unlisted, private]
  thumbnail:
    description:
      - A file with the picture, whose name ends in V(.jpg) or V(.jpeg).
      - The server converts pictures, so they can't be compared with files. A hash of the file is stored in
        O(state_dir); it is uploaded again only if it changes, or if the server shows another picture than that upload.
    type: path
  videos:
    description:
      - All videos of the playlist, in their order. A video can be in it several times. An empty list removes all.
      - If this is not given, the videos stay as they are.
    type: list
    elements: dict
    suboptions:
      video:
        description: The number, UUID or short UUID of the video. Required unless O(videos[].channel) is given.
        type: str
      channel:
        description: The channel of a video that O(videos[].key) or O(videos[].name) names.
        type: str
      key:
        description: The option O(reseller.toolkit.peertube_video#module:key) of the task that uploaded the video.
        type: str
      name:
        description: The title of the video.
        type: str
      start_timestamp:
        description: Where to start, in seconds. By default at its beginning.
        type: int
      stop_timestamp:
        description: Where to stop, in seconds. By default at its end.
        type: int
  state:
    description: Whether the playlist must exist.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - Elements of deleted videos are removed if O(videos) is given. An element whose video is hidden from the user stops
    the task, because it may be one of O(videos). To keep it at the end, list its id in O(accept_unproven).
  - The list "Watch later" of a user can't be managed.
  - "API requests: 2 if unchanged, and 2 more with O(videos). Each video to add takes 2, to remove or change 1, and the
    order takes the fewest moves of videos that stay together."
seealso:
  - module: reseller.toolkit.peertube_channel
"""

EXAMPLES = r"""
- name: Ensure a public playlist exists
  reseller.toolkit.peertube_playlist:
    display_name: Best of Example Ltd
    channel: root_channel
    privacy: public

- name: Set its description, and ensure that it has no videos
  reseller.toolkit.peertube_playlist:
    display_name: Best of Example Ltd
    channel: root_channel
    description: The films that viewers like most.
    videos: []

- name: Remove it
  reseller.toolkit.peertube_playlist:
    display_name: Best of Example Ltd
    channel: root_channel
    state: absent
"""

RETURN = r"""
playlist:
  description: The playlist, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    id:
      description: Its number.
      type: int
      sample: 27
    uuid:
      description: Its UUID.
      type: str
      sample: fae971e8-9ad9-478d-b592-cc88fe6af335
    short_uuid:
      description: The short form of its UUID, as in the addresses of pages.
      type: str
      sample: wZ44Ug9iaG3i9C3u6wwVLr
    display_name:
      description: The name that viewers see.
      type: str
      sample: Best of Example Ltd
    description:
      description: Its description, which may be empty.
      type: str
      sample: ""
    channel:
      description: The name of its channel, an empty text if it has none.
      type: str
      sample: example_films
    privacy:
      description: Who can see it.
      type: str
      sample: public
    thumbnail:
      description: The SHA-256 of O(thumbnail) if the server shows that upload, else V(unknown). Only with O(thumbnail).
      type: str
    videos:
      description: Its videos in order, only with O(videos). V(none) is the video of an element whose video was deleted.
      type: list
      elements: dict
      sample: [{"video": "1e4f1b26-6878-4041-bfb3-a3045729ba8d", "start_timestamp": 1, "stop_timestamp": null}]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_number, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import own_account, own_channel_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.playlist_elements import Elements, Entry
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.playlist_search import PlaylistOf
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.playlists import (
    DEFAULT_PRIVACY,
    PRIVACY_NUMBERS,
    add_playlist,
    change_playlist,
    check_privacy,
    find_playlist,
    find_playlist_by_id,
    playlist_path,
    remove_playlist,
    thumbnail_of,
    title_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import (
    checked_actor_name,
    checked_line,
    checked_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_search import VideoSearch
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The properties that one form changes.
PROPERTIES = ("display_name", "description", "privacy", "channel", "thumbnail")

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "id": {"type": "str"},
        "display_name": {"type": "str"},
        "channel": {"type": "str"},
        "owner": {"type": "str"},
        "description": {"type": "str"},
        "privacy": {"type": "str", "choices": [*PRIVACY_NUMBERS]},
        "thumbnail": {"type": "path"},
        "videos": {
            "type": "list",
            "elements": "dict",
            "options": {
                "video": {"type": "str"},
                "channel": {"type": "str"},
                "key": {"type": "str", "no_log": False},
                "name": {"type": "str"},
                "start_timestamp": {"type": "int"},
                "stop_timestamp": {"type": "int"},
            },
        },
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "required_one_of": [("id", "display_name")],
    "numbers": ("id", "display_name", "description", "videos.video", "videos.key", "videos.name"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the playlist into the desired state."""
    given = _checked(task.params)
    is_wanted = task.params["state"] == "present"
    peertube = PeerTubeClient.for_task(task)
    thumbnail = thumbnail_of(task, peertube, task.params["thumbnail"])
    is_own = given["owner"] is None or peertube.acts_as(given["owner"])
    account = given["owner"] if not is_own else own_account(peertube) if given["id"] is None or given["channel"] else ""
    wanted = {**{name: given[name] for name in PROPERTIES[:-1]}, "thumbnail": thumbnail.wanted}
    named = PlaylistOf(peertube, account, given["display_name"], given["channel"]) if given["id"] is None else None
    if named is None:
        found = find_playlist_by_id(peertube, given["id"], is_wanted=is_wanted)
    elif is_own:
        found = find_playlist(peertube, account, given["display_name"], given["channel"])
    else:
        found = named.find(task, lambda item: not changes({**item, "thumbnail": thumbnail.current(item)}, wanted))
    current = None if isinstance(found, Absence) else found
    absence = found if isinstance(found, Absence) else None
    if not is_wanted:
        return converge(
            task, "playlist", current=current, wanted=None, delete=lambda item: remove_playlist(peertube, item)
        )
    if absence and not (is_own or task.check_mode):
        raise ToolkitError("forbidden", f"Only {account} can create {absence.title}.", hint=f"Log in as {account}.")
    if current and thumbnail.wanted:
        current = {**current, "thumbnail": thumbnail.current(current)}
    before = current or {"privacy": DEFAULT_PRIVACY, "channel": ""}
    check_privacy(*(before[name] if given[name] is None else given[name] for name in ("privacy", "channel")))
    channel = given["channel"] if given["channel"] != before["channel"] else None
    channel_id = own_channel_id(task, peertube, channel, account) if channel else None
    elements = Elements(peertube, "", "")
    if given["videos"] is not None:
        if current:
            elements = _elements(peertube, current).read(with_hidden=task.check_mode and not is_own)
            current = {**current, "videos": [element.entry.shown() for element in elements.visible]}
        entries = elements.entries(task, *_named(task, peertube, given["videos"]))
        wanted["videos"] = [entry.shown() for entry in entries]

    def create() -> dict[str, Any]:
        created: dict[str, Any] = {}
        add = Step(
            "playlist",
            lambda: created.update(add_playlist(peertube, account, wanted, channel_id, thumbnail, absence)),
        )
        carry_out([add, Step("thumbnail", lambda: thumbnail.remember(created))])
        if given["videos"]:
            carry_out(_elements(peertube, created).read().steps(entries))
        return {"playlist": {**created, **{name: value for name, value in wanted.items() if value is not None}}}

    def update(playlist: dict[str, Any], changed: dict[str, Any]) -> None:
        own = {name: value for name, value in changed.items() if name in PROPERTIES}
        steps = []
        if own:
            picture = thumbnail if "thumbnail" in own else None
            steps.append(Step("playlist", lambda: change_playlist(peertube, playlist, own, channel_id, picture)))
        if "thumbnail" in own:
            steps.append(Step("thumbnail", lambda: thumbnail.remember(playlist)))
        carry_out([*steps, *(elements.steps(entries) if "videos" in changed else [])])

    result = converge(task, "playlist", current=current, wanted=wanted, create=create, update=update)
    if named and is_own and not task.check_mode:
        named.remember(text_in(result["playlist"], "uuid"))
    return result


def _checked(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    number, name, channel, owner, description, videos = all_of(
        lambda: if_given(params["id"], lambda text: checked_id("id", text)),
        lambda: checked_line("display_name", params["display_name"]),
        lambda: params["channel"] and checked_actor_name("channel", params["channel"]),
        lambda: if_given(params["owner"], lambda name: checked_actor_name("owner", name, "user name")),
        lambda: checked_text("description", params["description"]),
        lambda: if_given(params["videos"], lambda items: all_of(*(lambda item=item: _entry(item) for item in items))),
    )
    if number is None and name is None:
        raise invalid("display_name", "it is required unless id is given.")
    return {
        "id": number,
        "display_name": name,
        "channel": channel,
        "owner": owner,
        "description": description,
        "privacy": params["privacy"],
        "videos": videos,
    }


def _entry(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item of ``videos`` in the form that is compared."""
    start, stop = item["start_timestamp"], item["stop_timestamp"]
    for option, seconds in (("start_timestamp", start), ("stop_timestamp", stop)):
        if seconds is not None:
            check_number(f"videos.{option}", seconds, 0)
    if start is not None and stop is not None and stop <= start:
        raise invalid("videos.stop_timestamp", f"{stop} is not after start_timestamp {start}.")
    if item["video"] is not None:
        if item["channel"] is not None or item["key"] is not None or item["name"] is not None:
            raise invalid("videos.video", "it can't be combined with channel, key or name.")
        return {**item, "video": checked_id("videos.video", item["video"])}
    if item["channel"] is None or (item["key"] or item["name"]) is None:
        raise invalid("videos.video", "it is required, or channel with key or name.")
    return {
        **item,
        "channel": checked_actor_name("videos.channel", item["channel"]),
        "key": checked_line("videos.key", item["key"]),
        "name": checked_line("videos.name", item["name"]),
    }


def _named(task: Task, client: PeerTubeClient, videos: list[dict[str, Any]]) -> tuple[list[Entry], set[str]]:
    """Return the entries of ``videos``, and the names of those that don't exist yet, in check mode."""
    entries, absent = [], set()
    for item in videos:
        video = item["video"]
        if video is None:
            search = VideoSearch(client, task, {**item, "uuid": None, "owner": None})
            video = search.uuid()
            if video is None:
                missing(task, search.title, "Upload it with reseller.toolkit.peertube_video first.")
                video = search.title
                absent.add(video)
        entries.append(Entry(video, item["start_timestamp"], item["stop_timestamp"]))
    return entries, absent


def _elements(client: PeerTubeClient, playlist: Item) -> Elements:
    title = title_of(str(playlist.get("display_name", "")), playlist.get("channel"))
    return Elements(client, playlist_path(text_in(playlist, "uuid")), title)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
