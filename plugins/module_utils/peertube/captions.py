# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Captions of videos, compared by their content.

Private to the collection. The server converts SRT to WebVTT and gives each upload another address. Source: recorded
responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import absolute, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import CAPTION_FILES, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_language
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import FilePart
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    text_in,
    value_in,
)

#: The formats that the server accepts, by the ends of files' names.
MEDIA_TYPES = {".srt": "application/x-subrip", ".vtt": "text/vtt"}
#: The largest file, in bytes.
LARGEST = 20 * 1024 * 1024
#: Stands for the captions of a language that no task compares.
OTHER = "not compared"


def checked_captions(items: list[dict[str, Any]]) -> dict[str, FilePart]:
    """Return the captions that the option lists, by language.

    Raises:
        ToolkitError: ``invalid_option``, also for a file that has no captions, which the server would accept.
    """
    found: dict[str, FilePart] = {}
    for item in items:
        language = checked_language("captions.language", item["language"])
        path = absolute("captions.path", item["path"])
        name = os.path.basename(path)
        media_type = MEDIA_TYPES.get(os.path.splitext(name)[1].lower())
        if language in found:
            raise invalid("captions", f"language {language} occurs twice.")
        if media_type is None:
            raise invalid("captions", f"{path} must end in .srt or .vtt.")
        try:
            with open(path, "rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            raise invalid("captions", f"{path} can't be read: {error.strerror}.") from error
        if len(content) > LARGEST or b"-->" not in content:
            raise invalid("captions", f"{path} has no captions, or more than {LARGEST} bytes.")
        found[language] = FilePart(name, content, media_type)
    return found


def digest(content: bytes) -> str:
    """Return the SHA-256 of captions, the same for SRT and for the WebVTT that the server makes of it."""
    # The server may keep the mark of UTF-8 behind the header that it adds.
    text = content.decode("utf-8", "replace").replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip() for line in text.strip().split("\n")]
    if lines[0].startswith("WEBVTT"):
        # The header ends at the first empty line.
        lines = lines[lines.index("") :] if "" in lines else []
    lines = [_timing(line) if "-->" in line else line for line in lines]
    return hashlib.sha256(re.sub(r"\n\n+", "\n\n", "\n".join(lines).strip()).encode()).hexdigest()


def _timing(line: str) -> str:
    """Return the line with the times of a caption in the form of WebVTT."""
    return re.sub(r"(\d\d:\d\d),(\d{3})", r"\1.\2", line)


class Captions:
    """The captions of one video.

    Args:
        client: sends the requests.
        path: the video.
        wanted: the desired captions by language.
        purge: whether captions of other languages are removed, unless the server has generated them.
    """

    def __init__(self, client: PeerTubeClient, path: str, wanted: dict[str, FilePart], *, purge: bool) -> None:
        self._client = client
        self._path = path
        self._wanted = wanted
        self._purge = purge

    def current(self) -> dict[str, str]:
        """Return the digest of the captions of each language; `OTHER` for one that the task does not compare.

        Raises:
            Unreadable: the response is not what was requested.
        """
        return {
            text_in(value_in(item, "language", dict), "id"): self._digest(item)
            for item in self._client.reading(f"{self._path}/captions", None).items()
            if not (self._purge and item.get("automatically_generated") is True and self._is_other(item))
        }

    def desired(self, current: dict[str, str]) -> dict[str, str]:
        """Return the same for the desired captions.

        Args:
            current: from `current`.
        """
        wanted = {language: digest(file.content) for language, file in self._wanted.items()}
        return wanted if self._purge else {**current, **wanted}

    def write(self, current: dict[str, str], desired: dict[str, str]) -> None:
        """Upload the captions that differ, and remove those that are not desired."""
        for language, wanted in desired.items():
            if current.get(language) != wanted:
                path = f"{self._path}/captions/{segment(language)}"
                self._client.rest.request("PUT", path, files={"captionfile": self._wanted[language]})
        for language in current:
            if language not in desired:
                self._client.delete(f"{self._path}/captions/{segment(language)}")

    def _is_other(self, item: Item) -> bool:
        return text_in(value_in(item, "language", dict), "id") not in self._wanted

    def _digest(self, item: Item) -> str:
        if self._is_other(item):
            return OTHER
        path = text_in(item, "caption_path")
        if not path.startswith(CAPTION_FILES):
            raise Unreadable("caption_path", path)
        return digest(self._client.rest.request("GET", path, expect=(200,)).content)
