# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remember which video a playbook means: the UUIDs of the videos of a channel, by key.

Private to the collection. A video has no natural key: its name and all its texts can be changed by people and by
``bulkVideosSupportUpdate``, and viewers read them. So nothing that identifies it is written into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import (
    LockTimeout,
    fingerprint,
    json_content,
    json_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the UUIDs are stored.
NAMESPACE = "videos"
#: The version of the entries' format.
FORMAT = 1
#: How long to wait for another process that is writing, in seconds.
LOCK_TIMEOUT = 10.0
LOCK = "lock"


class Key(NamedTuple):
    """What a playbook calls a video.

    Attributes:
        kind: ``key`` for the option of that name, ``name`` for a video that has none.
        text: the key, or the name.
    """

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} {self.text}"


class RememberedVideos:
    """The UUIDs of the videos of one channel.

    All methods raise `ToolkitError` (``state_unusable``) if the storage can't be used, because a video that was
    forgotten could be uploaded twice.

    Args:
        storage: where they are stored.
        scope: the channel and its instance.
    """

    def __init__(self, storage: Storage, scope: str) -> None:
        self._storage = storage
        self._name = f"{fingerprint(scope)}.json"

    def uuid_of(self, key: Key) -> str | None:
        """Return the UUID of a video; None if it is unknown."""
        return self._read().get(str(key))

    def others(self, key: Key) -> set[str]:
        """Return the UUIDs of the videos that have another ``key``, so that this one can't mean them."""
        known = self._read()
        return {uuid for name, uuid in known.items() if name.startswith("key ") and name != str(key)}

    def remember(self, key: Key, uuid: str, name: str) -> None:
        """Store the UUID of a video. Former names of the same video are forgotten.

        Args:
            key: what the playbook calls it.
            uuid: its UUID.
            name: its current name.
        """

        def added(known: dict[str, str]) -> dict[str, str]:
            current = str(Key("name", name))
            kept = {
                other: video
                for other, video in known.items()
                if video != uuid or not other.startswith("name ") or other == current
            }
            return {**kept, str(key): uuid}

        self._change(added)

    def forget(self, uuid: str) -> None:
        """Remove a video that was removed."""
        self._change(lambda known: {key: video for key, video in known.items() if video != uuid})

    def _change(self, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
        if change(known := self._read()) == known:
            return
        with self._using(), self._storage.lock(NAMESPACE, LOCK, timeout=LOCK_TIMEOUT):
            content = json_content({"format": FORMAT, "videos": change(self._read())})
            self._storage.put(NAMESPACE, self._name, content, durable=True)

    def _read(self) -> dict[str, str]:
        with self._using():
            return _videos_in(json_in(self._storage.get(NAMESPACE, self._name)))

    @contextmanager
    def _using(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, LockTimeout) as error:
            raise ToolkitError(
                "state_unusable",
                f"The UUIDs of videos can't be stored in {self._storage.place(NAMESPACE, self._name)} "
                f"({error or 'it is locked'}), so one could be uploaded twice.",
                hint="Repair it, or name another folder with state_dir.",
            ) from error


def _videos_in(stored: Any) -> dict[str, str]:
    """Return the UUIDs of an entry by their keys; none if it does not exist.

    Raises:
        ValueError: it has another format.
    """
    if stored is None:
        return {}
    videos = stored.get("videos") if isinstance(stored, dict) else None
    if not isinstance(videos, dict) or stored.get("format") != FORMAT:
        raise ValueError("it has a format that this version does not know")
    return {str(key): str(uuid) for key, uuid in videos.items()}
