# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the playlist of another user, as far as an administrator sees it.

Private to the collection. Lists show private and unlisted playlists to their owner only. An administrator reads them by
their UUIDs, which tasks of the owner store. Source: recorded responses of PeerTube 6.3.0 and of a server derived from
8.2.1; that administrators may read private playlists is from PeerTube's source code.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.playlists import (
    PLAYLISTS_PATH,
    channel_of,
    find_playlist,
    playlist_path,
    shown_playlist,
    title_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion, matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint, json_content, json_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: Where UUIDs are stored.
NAMESPACE = "playlists"
#: The version of the entries' format.
FORMAT = 1


class PlaylistOf:
    """A playlist of one user, by its name and channel.

    Args:
        client: reads.
        owner: the user.
        name: the display name.
        channel: its channel, an empty text for one without a channel, None for any.
    """

    def __init__(self, client: PeerTubeClient, owner: str, name: str, channel: str | None) -> None:
        self._client = client
        self._owner = owner
        self._name = name
        self._channel = channel
        self._entry = fingerprint(f"{client.api_url} {owner.lower()} {channel!r} {name}") + ".json"

    def find(self, task: Task, is_enough: Callable[[Item], bool]) -> Item | Absence:
        """Return the playlist for an administrator, or the proof that no playlist is visible.

        Args:
            task: check mode is taken from it.
            is_enough: returns whether, by a playlist in a shared list, there is nothing to do.

        Raises:
            ToolkitError: ``not_found`` for the user, unless in check mode; ``ambiguous`` or ``unproven``.
        """
        shared = self._client.shared(PLAYLISTS_PATH, *self._criteria())
        if shared is not None and is_enough(shown_playlist(shared)):
            return shown_playlist(shared)
        uuid = self._uuid()
        remembered = self._client.get(playlist_path(uuid)) if uuid else None
        if remembered is not None and matches([remembered], *self._criteria()):
            return shown_playlist(remembered)
        try:
            return find_playlist(self._client, self._owner, self._name, self._channel)
        except ApiError as error:
            if error.status != 404:
                raise
        missing(task, f"user {self._owner}", "Create it with reseller.toolkit.peertube_user.")
        return self._client.evidence.absent(title_of(self._name, self._channel))

    def remember(self, uuid: str) -> None:
        """Store the UUID for tasks of an administrator. If that fails, they see the playlist only if it is public."""
        if uuid != self._uuid():
            with suppress(OSError):
                self._client.storage.put(NAMESPACE, self._entry, json_content({"format": FORMAT, "uuid": uuid}))

    def _uuid(self) -> str | None:
        """Return the stored UUID; None if there is none, or it can't be read."""
        try:
            stored: Any = json_in(self._client.storage.get(NAMESPACE, self._entry))
        except (OSError, ValueError):
            return None
        uuid = stored.get("uuid") if isinstance(stored, dict) and stored.get("format") == FORMAT else None
        return uuid if isinstance(uuid, str) else None

    def _criteria(self) -> list[Criterion]:
        return [
            lambda item: text_in(item, "display_name") == self._name,
            lambda item: self._channel is None or channel_of(item) == self._channel,
            lambda item: text_in(value_in(item, "owner_account", dict), "name").lower() == self._owner.lower(),
            lambda item: value_in(item, "is_local", bool),
        ]
