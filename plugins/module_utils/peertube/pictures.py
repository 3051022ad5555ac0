# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars and banners: compare a file with the picture that the server shows, upload it, and remove it.

Private to the collection. The server converts each upload, so its pictures can't be compared with files. What was
uploaded last from here is remembered by a hash of the file together with the addresses that the server gave it; they
change with each upload, so a picture that someone else uploaded is noticed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import absolute, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import FilePart
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, objects_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The formats that the server accepts, by the ends of files' names.
MEDIA_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
#: The largest file that a server accepts, in bytes: 8.2 accepts 8 MiB, 6.3 accepts 4 MiB.
LARGEST = 8 * 1024 * 1024
#: Stands in a result for a picture that was not uploaded from here.
UNKNOWN = "unknown"


def read_picture(option: str, path: str | None) -> FilePart | None:
    """Return the picture in a file; None if the option is not given, or is empty to remove the picture.

    Raises:
        ToolkitError: ``invalid_option``, for a file that can't be read or that every server refuses.
    """
    if not path:
        return None
    name = os.path.basename(absolute(option, path))
    media_type = MEDIA_TYPES.get(os.path.splitext(name)[1].lower())
    if media_type is None:
        raise invalid(option, f"{path} must end in one of {', '.join(sorted(MEDIA_TYPES))}.")
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise invalid(option, f"{path} can't be read: {error}.") from error
    if not 0 < len(content) <= LARGEST:
        raise invalid(option, f"{path} must have 1 to {LARGEST} bytes.")
    return FilePart(name, content, media_type)


class Pictures:
    """The pictures of one account or channel.

    Args:
        task: its options name the files: each kind is an option. An empty text removes the picture.
        client: sends the requests.
        path: the account or channel.
        kinds: the kinds that it has.

    Raises:
        ToolkitError: ``invalid_option``.
    """

    def __init__(self, task: Task, client: PeerTubeClient, path: str, *kinds: str) -> None:
        self._client = client
        self._path = path
        self._kinds = kinds
        self._given: dict[str, str | None] = {kind: task.params[kind] for kind in kinds}
        self._files = {kind: read_picture(kind, given) for kind, given in self._given.items()}
        self._warn = task.warn

    @property
    def wanted(self) -> dict[str, str | None]:
        """Return the SHA-256 of each desired picture: an empty text for none, None for any."""
        return {kind: _digest(file) if file else self._given[kind] for kind, file in self._files.items()}

    def current(self, item: Item) -> dict[str, str]:
        """Return the SHA-256 of each picture that was uploaded from here, `UNKNOWN`, or an empty text for none.

        Args:
            item: the account or channel as the server shows it.

        Raises:
            Unreadable: it shows no pictures as the server does.
        """
        found = {}
        for kind, wanted in self.wanted.items():
            addresses = _addresses(item, kind)
            is_same = wanted and self._remembered().is_last(kind, [wanted, addresses])
            found[kind] = (wanted if wanted and is_same else UNKNOWN) if addresses else ""
        return found

    def steps(self, changed: Collection[str]) -> list[Step]:
        """Return the writes of those of the pictures that change."""
        return [Step(kind, partial(self._write, kind)) for kind in self._kinds if kind in changed]

    def _write(self, kind: str) -> None:
        """Upload a picture, or remove it."""
        file = self._files[kind]
        if file is None:
            self._client.delete(f"{self._path}/{kind}")
        else:
            self._remembered().set_to_result(kind, lambda: [_digest(file), self._upload(kind, file)])

    def _remembered(self) -> WriteOnlySettings:
        scope = f"{self._client.api_url} pictures of {self._path}"
        return WriteOnlySettings(self._client.storage, scope, self._warn)

    def _upload(self, kind: str, file: FilePart) -> list[str]:
        """Upload a picture; return its addresses. A second upload of the same file has the same effect."""
        path, files = f"{self._path}/{kind}/pick", {f"{kind}file": file}
        answer = self._client.rest.request("POST", path, files=files, repeat=True).data_or_none()
        return _addresses(shown(path, answer), kind) if is_object(answer) else []


def with_pictures(item: Item, pictures: Mapping[str, Any]) -> Item:
    """Return an account or channel with the hashes of its pictures instead of their addresses."""
    raw = {f"{kind}s" for kind in pictures}
    return {**{name: value for name, value in item.items() if name not in raw}, **pictures}


def _digest(file: FilePart) -> str:
    return hashlib.sha256(file.content).hexdigest()


def _addresses(item: Item, kind: str) -> list[str]:
    return sorted(text_in(size, "path") for size in objects_in(item, f"{kind}s"))
