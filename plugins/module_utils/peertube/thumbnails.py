# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thumbnails of videos and playlists: compare a file with the picture that the server shows.

Private to the collection. The server converts each upload, so its picture can't be compared with the file. What was
uploaded last from here is remembered by a hash of the file together with the address that the server gave it; it
changes with each upload, so a picture that someone else uploaded is noticed. Source: recorded responses of PeerTube
6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.pictures import UNKNOWN
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import FilePart
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, nullable_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


class Thumbnail:
    """The desired thumbnail of one video or playlist.

    Args:
        task: shows a warning if nothing can be remembered.
        client: sends the requests.
        path_of: returns the path of the video or playlist with a UUID.
        fields: the fields of the form that take the file.
        file: the desired picture; None for any.
    """

    def __init__(
        self, task: Task, client: PeerTubeClient, path_of: Callable[[str], str], *fields: str, file: FilePart | None
    ) -> None:
        self._client = client
        self._path_of = path_of
        self._fields = fields
        self._file = file
        self._warn = task.warn

    @property
    def wanted(self) -> str | None:
        """The SHA-256 of the file; None for any."""
        return hashlib.sha256(self._file.content).hexdigest() if self._file else None

    @property
    def files(self) -> dict[str, FilePart]:
        """The file as parts of a form."""
        return dict.fromkeys(self._fields, self._file) if self._file else {}

    def current(self, item: Item) -> str:
        """Return the SHA-256 of the file if the server still shows its upload, else `UNKNOWN`.

        Args:
            item: the video or playlist as the server shows it.

        Raises:
            Unreadable: it does not show the address of the picture.
        """
        is_last = self._file and self._remembered(item).is_last("thumbnail", [self.wanted, _address(item)])
        return str(self.wanted) if is_last else UNKNOWN

    def remember(self, item: Item) -> None:
        """Remember what was uploaded, with the address that the server has given it.

        Raises:
            Unreadable: the server does not show the address.
        """
        if self._file:
            path = self._path_of(text_in(item, "uuid"))
            address = _address(self._client.existing(path))
            self._remembered(item).set_to_result("thumbnail", lambda: [self.wanted, address])

    def _remembered(self, item: Item) -> WriteOnlySettings:
        scope = f"{self._client.api_url} thumbnail of {self._path_of(text_in(item, 'uuid'))}"
        return WriteOnlySettings(self._client.storage, scope, self._warn)


def _address(item: Item) -> str | None:
    return nullable_in(item, "thumbnail_path", text_in, None)
