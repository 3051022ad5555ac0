# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upload a video once, whatever happens to responses: never again unless it is proven absent.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.local_files import LocalFile
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.resumable_upload import (
    PATH,
    ResumableUpload,
    UploadEnded,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in

#: The first and the longest pause between two searches for a video whose upload may be complete, in seconds.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
#: How often an upload that is gone is begun again, in one task.
MOST_RESTARTS = 2


class Uploaded(NamedTuple):
    """The result of an upload.

    Attributes:
        uuid: the video.
        recovered: whether it was found after its response was lost, instead of being uploaded now.
        of_former_file: whether it was found, and is that of a file which has changed since.
    """

    uuid: str
    recovered: bool = False
    of_former_file: bool = False


def upload_once(
    upload: ResumableUpload,
    file: LocalFile,
    fields: dict[str, Any],
    search: Callable[[], Item | Absence],
    *,
    settle_time: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Uploaded:
    """Upload a file, or resume its upload, and return the video.

    An upload of the former content of the file is canceled. If the server no longer knows an upload that may be
    complete, the video is searched for until the settle time has passed.

    Args:
        upload: sends the file; its turn is held.
        file: the file.
        fields: the properties of the video, with the API's names.
        search: finds the video by its key, or proves that it is absent.
        settle_time: how long a completed upload may take to show, in seconds.
        clock: the monotonic clock, in seconds.
        sleep: how to wait before another search.

    Raises:
        OutcomeUnknown: the server is still processing the file.
        ToolkitError: as `ResumableUpload.send` and the search.
    """
    progress = upload.progress()
    is_former = progress is not None and not progress.is_of(file)
    deadline, pause, restarts = None, FIRST_PAUSE, 0
    while True:
        try:
            if is_former and progress:
                if progress.may_be_complete:
                    upload.ask()
                upload.cancel()
                is_former = False
            return Uploaded(text_in(upload.send(file, fields), "uuid"))
        except UploadEnded as ended:
            found = search()
            if not isinstance(found, Absence):
                return Uploaded(text_in(found, "uuid"), recovered=True, of_former_file=is_former)
            progress = upload.progress()
            if ended.processing or (progress and progress.may_be_complete):
                deadline = clock() + settle_time if deadline is None else deadline
                if clock() + pause <= deadline:
                    sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                    continue
            if ended.processing or restarts == MOST_RESTARTS:
                error = OutcomeUnknown(f"PUT /api/v1{PATH}", "the server does not show the video yet.")
                error.hint = "Run the task again: it looks for the video first."
                raise error from ended
            # Gone: the search has just proven that it did not become a video.
            upload.forget()
            is_former, deadline, pause, restarts = False, None, FIRST_PAUSE, restarts + 1


def found_later(
    search: Callable[[], Item | Absence],
    settle_time: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Item | Absence:
    """Return what a search finds within the settle time, or its proof of absence after that.

    Args:
        search: finds something, or proves that it is absent.
        settle_time: how long it may take to show, in seconds.
        clock: the monotonic clock, in seconds.
        sleep: how to wait before another search.
    """
    deadline, pause = clock() + settle_time, FIRST_PAUSE
    while True:
        found = search()
        if not isinstance(found, Absence) or clock() + pause > deadline:
            return found
        sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
