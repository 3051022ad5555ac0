# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until a video has a state that does not end by itself.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.jobs import Waiting
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_values import state_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item

#: The states that end by themselves.
PENDING = ("to_transcode", "to_import", "to_move_to_external_storage", "to_edit")
FAILED = ("transcoding_failed", "external_storage_move_failed")
#: The growth of the pauses between two reads of a video.
GROWTH = 1.5


def with_final_state(
    title: str,
    shown: dict[str, Any],
    read: Callable[[], Item | None],
    waiting: Waiting,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Return a video with its state, once that no longer is one that ends by itself.

    Args:
        title: the video, for messages.
        shown: the video as the result shows it, with its last known state.
        read: reads it; None if it does not exist.
        waiting: how long to wait.
        clock: the monotonic clock, in seconds.
        sleep: how to wait between two reads.

    Raises:
        ToolkitError: ``job_timeout``, or ``provisioning_failed`` if the server could not transcode it.
    """
    state, deadline, pause = shown["state"], clock() + waiting.wait_timeout, waiting.poll_min
    while state in PENDING:
        if clock() + pause > deadline:
            message = f"{title} has the state {state} after {waiting.wait_timeout:g} s."
            hint = "Run the task again, or raise wait_timeout."
            raise ToolkitError("job_timeout", message, hint=hint, video=shown)
        sleep(pause)
        pause = min(pause * GROWTH, max(waiting.poll_min, waiting.poll_max))
        item = read()
        if item is None:
            raise ToolkitError("not_found", f"{title} was removed.", hint="Run the task again.")
        state = state_of(item)
    shown = {**shown, "state": state}
    if state in FAILED:
        hint = "Look into the jobs and the logs of the server."
        raise ToolkitError("provisioning_failed", f"{title} has the state {state}.", hint=hint, video=shown)
    return shown
