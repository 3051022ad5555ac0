# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upload a file in chunks, and resume where an earlier run was interrupted.

Private to the collection. Source: recorded uploads to PeerTube 6.3.0 and to a server derived from 8.2.1.

Nothing on the server protects against gaps: a chunk beyond the end is accepted, and the upload counts as complete as
soon as the last byte is written. So chunks are sent in order, one at a time, and only a chunk whose response arrived
counts as stored. A chunk without a response is sent again as a whole, after asking whether the upload still exists: on
8.2, the last chunk of a completed upload would start a second file.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import parse_qs, urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.local_files import LocalFile, media_type
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.upload_progress import (
    UnfinishedUpload,
    UploadProgress,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    Damaged,
    NoResponse,
    OutcomeUnknown,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.retries import LONGEST_RETRY_PAUSE
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

PATH = "/videos/upload-resumable"
#: Takes a small file in one request.
PLAIN_PATH = "/videos/upload"
#: The statuses for an upload that was completed, canceled or removed (404), or begun by another user or forgotten
#: (403), and for one whose file the server is processing (503).
GONE = (403, 404)
PROCESSING = 503
#: The statuses that end an upload: its chunks do not fit what was announced, or its file is no video.
ENDING = (409, 422)
#: The pause before a chunk is sent again for the first time, in seconds.
FIRST_PAUSE = 1.0
RESUME_HINT = "Run the task again: it resumes the upload."


class UploadEnded(Exception):
    """The server no longer takes chunks of an upload: it is complete, or gone.

    Attributes:
        processing: whether the server says that it is processing the file.
    """

    def __init__(self, *, processing: bool = False) -> None:
        super().__init__()
        self.processing = processing


class Patience(NamedTuple):
    """How long to try, in seconds.

    Attributes:
        request: one chunk with its response; the last response comes when the server has read the file.
        retries: sending a chunk again, from its first failure on.
        turn: waiting for another process that uploads the same.
    """

    request: float
    retries: float
    turn: float


class ResumableUpload:
    """The upload of one video.

    Args:
        rest: the HTTP client.
        storage: where progress is stored.
        scope: what is uploaded, and to which server.
        chunk_size: the length of a chunk in bytes; one chunk is in memory at any time.
        resumable_above: files of at most this length are uploaded in a single request, in bytes.
        patience: how long to try.
        clock: the monotonic clock, in seconds.
        sleep: how to wait between retries.
    """

    def __init__(
        self,
        rest: RestClient,
        storage: Storage,
        scope: str,
        *,
        chunk_size: int,
        resumable_above: int,
        patience: Patience,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rest = rest
        self._stored = UploadProgress(storage, scope)
        self._chunk_size = chunk_size
        self._resumable_above = resumable_above
        self._patience = patience
        self._clock = clock
        self._sleep = sleep

    def turn(self) -> AbstractContextManager[bool]:
        """Hold the lock of this upload, as `UploadProgress.turn`."""
        return self._stored.turn(self._patience.turn)

    def progress(self) -> UnfinishedUpload | None:
        """Return what is stored about the upload; None if no upload is unfinished."""
        return self._stored.get()

    def forget(self) -> None:
        """Remove what is stored, after the video's id was stored elsewhere or the upload is known to be gone."""
        self._stored.remove()

    def cancel(self) -> None:
        """Cancel an unfinished upload at the server and forget it."""
        progress = self.progress()
        if progress and progress.upload_id:
            query = {"upload_id": progress.upload_id}
            self._rest.request("DELETE", PATH, query=query, expect=(200, 204, *GONE))
        self.forget()

    def send(self, file: LocalFile, fields: dict[str, Any]) -> dict[str, Any]:
        """Upload the file, from where the stored upload ends; return the new video's ids.

        Args:
            file: the file; a stored upload must be of the same content.
            fields: the properties of the video, with the API's names.

        Raises:
            UploadEnded: the upload is complete or gone, or it was a single request whose response was lost.
            ApiError: the server refuses the video, or does not respond for too long.
            ToolkitError: ``file``, ``state_unusable``.
        """
        progress = self.progress()
        try:
            if progress is None and file.size <= self._resumable_above:
                return self._send_at_once(file, fields)
            if progress is None:
                progress = self._begin(file, fields)
            elif progress.sending:
                found = self._status(progress)
                if isinstance(found, dict):
                    return found
                progress = progress._replace(confirmed=min(progress.confirmed, found))
            with open(file.path, "rb") as content:
                return self._send_chunks(file, content, progress)
        except ApiError as error:
            if error.status in ENDING:
                self.forget()
            raise

    def ask(self) -> None:
        """Raise `UploadEnded` if the stored upload is complete or gone."""
        progress = self.progress()
        if progress and isinstance(self._status(progress), dict):
            raise UploadEnded

    def _send_at_once(self, file: LocalFile, fields: dict[str, Any]) -> dict[str, Any]:
        """Upload the file in a single request, which is stored before it is sent; see `send`."""
        # Imported lazily: most tasks upload nothing.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import FilePart

        with open(file.path, "rb") as content:
            part = FilePart(os.path.basename(file.path), file.chunk(content, 0, file.size), media_type(file.path))
        self._stored.put(UnfinishedUpload("", file.size, file.sha256, sending=file.size))
        try:
            response = self._rest.request(
                "POST",
                PLAIN_PATH,
                form=form_fields(fields),
                files={"videofile": part},
                repeat=False,
                timeout=self._patience.request,
            )
        except OutcomeUnknown as error:
            raise UploadEnded from error
        except ApiError:
            # It certainly was not carried out.
            self.forget()
            raise
        return _video_in(response)

    def _begin(self, file: LocalFile, fields: dict[str, Any]) -> UnfinishedUpload:
        """Announce the file. One that was announced twice is no harm: the server removes it after a while."""
        response = self._rest.request(
            "POST",
            PATH,
            body={**fields, "filename": os.path.basename(file.path)},
            headers={"X-Upload-Content-Length": str(file.size), "X-Upload-Content-Type": media_type(file.path)},
            expect=(200, 201),
            repeat=True,
        )
        upload_ids = parse_qs(urlsplit(response.headers.get("Location", "")).query).get("upload_id", [""])
        if not re.fullmatch(r"[A-Za-z0-9._~-]+", upload_ids[0]):
            raise Damaged(f"POST /api/v1{PATH}", "the response names no upload.")
        progress = UnfinishedUpload(upload_ids[0], file.size, file.sha256)
        self._stored.put(progress)
        return progress

    def _send_chunks(self, file: LocalFile, content: BinaryIO, progress: UnfinishedUpload) -> dict[str, Any]:
        failing_since, pause = None, FIRST_PAUSE
        while True:
            start = progress.confirmed
            end = min(start + self._chunk_size, file.size)
            chunk = file.chunk(content, start, end)
            progress = progress._replace(sending=end)
            self._stored.put(progress)
            try:
                stored = self._put(progress, chunk, f"bytes {start}-{end - 1}/{file.size}")
            except (NoResponse, OutcomeUnknown) as error:
                failing_since = self._clock() if failing_since is None else failing_since
                if self._clock() + pause - failing_since > self._patience.retries:
                    error.hint = RESUME_HINT
                    raise
                self._sleep(pause)
                pause = min(2 * pause, LONGEST_RETRY_PAUSE)
                found = self._status(progress)
                if isinstance(found, dict):
                    return found
                # The chunk is sent again as a whole, even if a part of it, or all of it, seems to be stored.
                progress = progress._replace(confirmed=min(start, found))
                continue
            if isinstance(stored, dict):
                return stored
            if stored < end:
                raise Damaged(f"PUT /api/v1{PATH}", f"it stored {stored} of {end} bytes.", hint=RESUME_HINT)
            progress = progress._replace(confirmed=end)
            self._stored.put(progress)
            failing_since, pause = None, FIRST_PAUSE

    def _status(self, progress: UnfinishedUpload) -> int | dict[str, Any]:
        """Return the number of bytes that the server says it has, or the ids of the video if it is complete."""
        if not progress.upload_id:
            raise UploadEnded
        return self._put(progress, b"", f"bytes */{progress.size}", repeat=True)

    def _put(
        self, progress: UnfinishedUpload, content: bytes, what: str, *, repeat: bool = False
    ) -> int | dict[str, Any]:
        """Send a chunk or a status query.

        Returns:
            the number of bytes that the server says it has, or the ids of the video if it is complete.

        Raises:
            UploadEnded: it is complete, or gone.
        """
        response = self._rest.request(
            "PUT",
            PATH,
            query={"upload_id": progress.upload_id},
            content=content,
            headers={"Content-Range": what, "Content-Type": "application/octet-stream"},
            expect=(200, 308, *GONE, PROCESSING) if repeat else (200, 308, *GONE),
            repeat=repeat,
            timeout=None if repeat else self._patience.request,
        )
        if response.status in GONE:
            raise UploadEnded
        if response.status == PROCESSING:
            raise UploadEnded(processing=True)
        if response.status == 308:
            return _stored_bytes(response)
        return _video_in(response)


def form_fields(fields: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Return properties as the fields of a form: ``tags[0]``, ``scheduleUpdate[privacy]``, ``true``."""
    found = {}
    for name, value in fields.items():
        place = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            found.update(form_fields(value, place))
        elif isinstance(value, list):
            found.update(form_fields({str(index): item for index, item in enumerate(value)}, place))
        else:
            found[place] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def _stored_bytes(response: Response) -> int:
    """Return the number of bytes that a 308 says are stored: ``Range: bytes=0-99`` stands for 100."""
    told = re.fullmatch(r"bytes=0-(-?\d{1,15})", response.headers.get("Range", "bytes=0--1"))
    if told is None:
        raise Damaged(f"PUT /api/v1{PATH}", "the response's Range can't be read.", hint=RESUME_HINT)
    return max(0, int(told[1]) + 1)


def _video_in(response: Response) -> dict[str, Any]:
    """Return the ids of a video in the response to the last chunk.

    Raises:
        UploadEnded: the response can't be read, so the video must be looked up.
    """
    data = response.data_or_none()
    video = data.get("video") if isinstance(data, dict) else None
    if not isinstance(video, dict) or not isinstance(video.get("uuid"), str):
        raise UploadEnded
    return video
