# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far uploads are, so that a later run can resume them.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.local_files import LocalFile
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import (
    LockTimeout,
    fingerprint,
    json_content,
    json_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where unfinished uploads are stored.
NAMESPACE = "uploads"
#: The version of the entries' format.
FORMAT = 1


class UnfinishedUpload(NamedTuple):
    """What is stored about an unfinished upload.

    Attributes:
        upload_id: its id at the server; empty for one in a single request.
        size: the length of the file in bytes.
        sha256: the hash of the file's content.
        confirmed: the number of bytes from the start whose chunks the server has confirmed, all of them.
        sending: the end of the chunk that was sent last, in bytes from the start.
    """

    upload_id: str
    size: int
    sha256: str
    confirmed: int = 0
    sending: int = 0

    @property
    def may_be_complete(self) -> bool:
        """Whether the last chunk was sent, so that the server may have completed the upload."""
        return self.sending >= self.size

    def is_of(self, file: LocalFile) -> bool:
        """Return whether this is an upload of the file with its current content."""
        return (self.size, self.sha256) == (file.size, file.sha256)


class UploadProgress:
    """Stores how far one upload is.

    All methods raise `ToolkitError` (``state_unusable``) if the storage can't be used, because what is not stored could
    be uploaded twice.

    Args:
        storage: where it is stored.
        scope: what is uploaded, and to which server.
    """

    def __init__(self, storage: Storage, scope: str) -> None:
        self._storage = storage
        self._name = fingerprint(scope)

    @contextmanager
    def turn(self, timeout: float) -> Iterator[bool]:
        """Hold the lock of this upload.

        Args:
            timeout: how long to wait for another process, in seconds.

        Yields:
            whether another process held it at first.

        Raises:
            ToolkitError: ``locked``.
        """
        with self._storing():
            lock = self._storage.lock(NAMESPACE, f"{self._name}.lock", timeout=timeout)
            try:
                waited = lock.__enter__()
            except LockTimeout:
                message = "Another process on this machine is uploading the same video."
                raise ToolkitError("locked", message, hint="Run the task again.") from None
        try:
            yield waited
        finally:
            lock.__exit__(None, None, None)

    def get(self) -> UnfinishedUpload | None:
        """Return what is stored about the upload; None if no upload is unfinished."""
        with self._storing():
            stored = json_in(self._storage.get(NAMESPACE, f"{self._name}.json"))
            return None if stored is None else _progress_in(stored)

    def remove(self) -> None:
        """Remove what is stored."""
        with self._storing():
            self._storage.remove(NAMESPACE, f"{self._name}.json")

    def put(self, progress: UnfinishedUpload) -> None:
        """Store it so that it would survive a loss of power."""
        content = json_content({"format": FORMAT, **progress._asdict()})
        with self._storing():
            self._storage.put(NAMESPACE, f"{self._name}.json", content, durable=True)

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            place = self._storage.place(NAMESPACE, f"{self._name}.json")
            raise ToolkitError(
                "state_unusable",
                f"The progress of the upload can't be stored in {place} ({error}), so it could be uploaded twice.",
                hint="Repair it, or name another folder with state_dir.",
            ) from error


def _progress_in(stored: Any) -> UnfinishedUpload:
    """Return the content of an entry.

    Raises:
        ValueError: it has another format.
    """
    values: list[Any] = [stored.get(name) for name in UnfinishedUpload._fields] if isinstance(stored, dict) else []
    kinds = [str, int, str, int, int]
    if not values or stored.get("format") != FORMAT or [type(value) for value in values] != kinds:
        raise ValueError("it has a format that this version does not know")
    return UnfinishedUpload(*values)
