# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to upload: their size, hash and type, read in small parts.

Private to the collection.
"""

from __future__ import annotations

import hashlib
import os
from typing import BinaryIO, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

#: How much of a file is read at once to hash it, in bytes.
BLOCK = 1024 * 1024


class LocalFile(NamedTuple):
    """A file to upload, as it was when it was hashed.

    Attributes:
        path: where it is.
        size: its length in bytes.
        sha256: the hash of its content, in hexadecimal digits.
        changed_at: when it was last changed, in nanoseconds.
    """

    path: str
    size: int
    sha256: str
    changed_at: int

    @classmethod
    def at(cls, path: str) -> LocalFile:
        """Return the file at a path; only a small part of it is in memory at any time.

        Raises:
            ToolkitError: ``file``, when it can't be read or is empty.
        """
        digest = hashlib.sha256()
        try:
            with open(path, "rb") as file:
                while block := file.read(BLOCK):
                    digest.update(block)
                facts = os.fstat(file.fileno())
        except OSError as error:
            raise ToolkitError("file", f"{path} can't be read: {error.strerror}.", hint="Check the path.") from error
        if not facts.st_size:
            raise ToolkitError("file", f"{path} is empty.", hint="Check the path.")
        return cls(path, facts.st_size, digest.hexdigest(), facts.st_mtime_ns)

    def chunk(self, file: BinaryIO, start: int, end: int) -> bytes:
        """Return a part of the open file.

        Raises:
            ToolkitError: ``file``, when the file has changed since it was hashed.
        """
        file.seek(start)
        content = file.read(end - start)
        facts = os.fstat(file.fileno())
        if len(content) < end - start or (facts.st_size, facts.st_mtime_ns) != (self.size, self.changed_at):
            raise ToolkitError("file", f"{self.path} changed while it was uploaded.", hint="Run the task again.")
        return content


def media_type(path: str) -> str:
    """Return the media type of a file by the end of its name, as PeerTube names it."""
    return MEDIA_TYPES.get(os.path.splitext(path)[1].lower(), "video/mp4")


#: Media types by the ends of file names; the server looks at the end of the name as well.
MEDIA_TYPES = {
    ".avi": "video/x-msvideo",
    ".flac": "audio/x-flac",
    ".flv": "video/x-flv",
    ".m4v": "video/x-m4v",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".wmv": "video/x-ms-wmv",
}
