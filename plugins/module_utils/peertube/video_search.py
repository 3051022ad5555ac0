# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the video that a task means, or prove that it does not exist.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import ME_PATH
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import STAFF, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.remembered_videos import Key, RememberedVideos
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_values import PRIVACIES
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    number_in,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

MINE_PATH = "/users/me/videos"
VIDEOS_PATH = "/videos"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Makes a list show also what is not published yet (1), what is blocked (2), and that of blocked owners (4).
EVERYTHING = 7


def checked_uuid(text: str) -> str:
    """Return the UUID of a video.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    uuid = text.strip().lower()
    if not UUID.fullmatch(uuid):
        raise invalid("uuid", f"{text!r} is not a UUID such as 66bfaa4f-483e-4174-a80f-318fca72e849.")
    return uuid


def video_path(uuid: str) -> str:
    """Return the path of a video."""
    return f"{VIDEOS_PATH}/{segment(uuid)}"


class VideoSearch:
    """Finds one video.

    Args:
        client: sends the requests.
        task: its options ``uuid``, ``key``, ``name``, ``channel`` and ``owner`` by default, and whether this is check
            mode.
        named: other values of these options, checked.
    """

    def __init__(self, client: PeerTubeClient, task: Task, named: dict[str, Any] | None = None) -> None:
        params = task.params if named is None else named
        self._client = client
        self._task = task
        self._uuid = params["uuid"]
        self._name = params["name"]
        self._channel = params["channel"]
        self._owner = params["owner"]
        self._channels: dict[str, int] | None = None
        self._has_channel = True
        self._role = 2
        self.key = Key("key", params["key"]) if params["key"] else Key("name", params["name"] or "")
        self.remembered = RememberedVideos(client.storage, f"{client.api_url} channel {self._channel}")
        self.title = (
            f"video {self._uuid}" if self._uuid else f"video {self._name or self.key.text} of channel {self._channel}"
        )

    @property
    def scope(self) -> str:
        """The video, as the storage distinguishes uploads."""
        return f"{self._client.api_url} channel {self._channel} {self.key}"

    def known_uuid(self) -> str | None:
        """Return the UUID that the task names, or that was remembered for its key; None if there is none."""
        return self._uuid or self.remembered.uuid_of(self.key)

    def find(self) -> Item | Absence:
        """Return the video with all its properties, or the proof that it does not exist.

        Raises:
            ToolkitError: ``ambiguous``, ``not_found`` for a channel, or ``unproven``.
        """
        known = self.known_uuid()
        if known:
            found = self.read(known)
            if found is not None or self._uuid:
                return self._client.evidence.absent(self.title) if found is None else self._of_owner(found)
        listed = self.find_in_list()
        if isinstance(listed, Absence):
            return listed
        found = self.read(text_in(listed, "uuid"))
        if found is None:
            raise ToolkitError("conflict", f"{self.title} was removed while it was read.", hint="Run the task again.")
        return self._of_owner(found)

    def shared(self) -> Item | None:
        """Return the video in the list of all videos if the tasks of this run share that; None otherwise.

        Lists show fewer properties; see `video_values.listed_of`.
        """
        known = self.known_uuid()
        criteria = [lambda item: text_in(item, "uuid") == known] if known else self._criteria()
        found = self._client.shared(VIDEOS_PATH, *criteria)
        return self._of_owner(found) if found else None

    def uuid(self) -> str | None:
        """Return the UUID of the video, which may have been removed if it was remembered; None if it does not exist.

        Raises:
            ToolkitError: as `find_in_list`.
        """
        known = self.known_uuid()
        if known:
            return known
        found = self.shared() or self.find_in_list()
        return None if isinstance(found, Absence) else text_in(found, "uuid")

    def _criteria(self) -> list[Criterion]:
        """Return what distinguishes the video from others if its UUID is unknown."""
        others = self.remembered.others(self.key)
        return [
            lambda item: value_in(item, "name", str) == self._name,
            lambda item: text_in(value_in(item, "channel", dict), "name") == self._channel,
            lambda item: not value_in(item, "is_live", bool),
            lambda item: text_in(item, "uuid") not in others,
        ]

    def _of_owner(self, item: Item) -> Item:
        """Return the video, after checking whose it is if the task says so.

        Raises:
            ToolkitError: ``forbidden``.
        """
        if self._owner is not None:
            self._check_owner(text_in(value_in(item, "channel", dict), "name"), value_in(item, "account", dict))
        return item

    def _check_owner(self, channel: str, account: Item) -> None:
        name = text_in(account, "name")
        if name != self._owner:
            raise ToolkitError(
                "forbidden",
                f"Channel {channel} belongs to {name}, not to {self._owner}.",
                hint=f"Choose a channel of {self._owner}.",
            )

    @cached_property
    def is_own(self) -> bool:
        """Whether the user who is logged in owns the video, as far as the task says that."""
        return self._owner is None or self._client.acts_as(self._owner)

    def read(self, uuid: str) -> Item | None:
        """Return a video; None if it does not exist."""
        with self._client.evidence.proving(self.title):
            return self._client.get(video_path(uuid))

    def find_in_list(self) -> Item | Absence:
        """Return the video with this name in this channel, or the proof that there is none.

        The list of the owner's videos is read to its end, or that of the channel for a moderator. Both show private,
        blocked and unfinished videos.

        Raises:
            ToolkitError: ``ambiguous``, ``not_found`` for the channel, or ``unproven``.
        """
        if not self._name:
            return self._client.evidence.absent(self.title)
        reading = self._reading()
        if reading is None:
            return self._client.evidence.absent(self.title)
        return self._client.evidence.find(self.title, reading, "uuid", *self._criteria())

    def _reading(self) -> Reading | None:
        """Return the list to look in; None in check mode if the channel does not exist yet.

        Raises:
            ToolkitError: ``not_found`` for the channel, ``forbidden`` if it belongs to somebody else.
        """
        if self.is_own and self._channel in self.channels():
            return self._client.reading(MINE_PATH)
        is_staff = not self.is_own or self._role in STAFF
        if self._task.check_mode or self._owner is not None:
            found = self._client.get(f"/video-channels/{segment(self._channel)}")
            if found is None:
                missing(self._task, f"channel {self._channel}", "Create it with reseller.toolkit.peertube_channel.")
                self._has_channel = False
                return None
            if self._owner is not None:
                self._check_owner(self._channel, value_in(found, "owner_account", dict))
        if not is_staff:
            raise self.not_owner()
        path = f"/video-channels/{segment(self._channel)}/videos"
        return self._client.reading(path, include=EVERYTHING, privacyOneOf=list(PRIVACIES.values()))

    def check_new(self, params: dict[str, Any]) -> None:
        """Refuse a video that does not exist and can't be uploaded either.

        Args:
            params: the task's options.

        Raises:
            ToolkitError: ``invalid_option``, or ``not_found`` for one that has a UUID and for the channel.
        """
        if self._uuid:
            hint = "Leave uuid out to upload it: PeerTube assigns UUIDs."
            raise ToolkitError("not_found", f"No video has the UUID {self._uuid}.", hint=hint)
        for option in ("name", "path"):
            if not params[option]:
                raise invalid(option, f"it is required: {self.title} does not exist yet.")
        if not os.access(params["path"], os.R_OK) or not os.path.isfile(params["path"]):
            raise invalid("path", f"{params['path']} is no file that can be read.")
        # In check mode, an earlier task would have created the channel, and the owner would upload.
        if not self._task.check_mode or (self.is_own and self._has_channel):
            self.channel_id(self._channel)

    def remember(self, video: dict[str, Any]) -> None:
        """Remember that the key of the task means this video."""
        if self._channel and self.key.text:
            self.remembered.remember(self.key, video["uuid"], video["name"])

    def channels(self) -> dict[str, int]:
        """Return the ids of the channels of the user who is logged in, by their names."""
        if self._channels is None:
            with self._client.evidence.proving(self.title):
                me = self._client.existing(ME_PATH)
                self._channels = {
                    text_in(item, "name"): number_in(item, "id") for item in objects_in(me, "video_channels")
                }
                self._role = number_in(value_in(me, "role", dict), "id")
        return self._channels

    def channel_id(self, name: str) -> int:
        """Return the id of a channel of the user who is logged in.

        Raises:
            ToolkitError: ``not_found``.
        """
        if name not in self.channels():
            raise self.not_owner(name)
        return self.channels()[name]

    def not_owner(self, name: str | None = None) -> ToolkitError:
        """Return the error for a channel that does not belong to the user who is logged in."""
        return ToolkitError(
            "not_found",
            f"The user who is logged in has no channel {name or self._channel}.",
            hint="Create it with reseller.toolkit.peertube_channel, or log in as its owner: only the owner of a "
            "channel can add videos to it.",
        )
