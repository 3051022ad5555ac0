# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of files of a video: HLS and web videos, made by transcoding and removed as a whole.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.jobs import Waiting
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_search import video_path
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_states import PENDING, with_final_state
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_values import state_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


class FileKind(NamedTuple):
    """A kind of files.

    Attributes:
        shown_in: the property of a video that lists them.
        transcoding: what the API calls it when it is made.
        path: the end of the path that removes them.
    """

    shown_in: str
    transcoding: str
    path: str


#: The kinds by their options.
KINDS = {
    "hls": FileKind("streaming_playlists", "hls", "hls"),
    "web_videos": FileKind("files", "web-video", "web-videos"),
}


def files_of(item: Item) -> dict[str, Any]:
    """Return which kinds of files a video has, and its state.

    Raises:
        Unreadable: the response does not show it.
    """
    kinds = {option: bool(value_in(item, kind.shown_in, list)) for option, kind in KINDS.items()}
    return {"uuid": text_in(item, "uuid"), **kinds, "state": state_of(item)}


def ensure_files(task: Task, client: PeerTubeClient, video: str, *, again: bool, waiting: Waiting) -> dict[str, Any]:
    """Bring the files of a video into the desired state.

    Transcoding comes first, because a video always keeps one kind of files.

    Args:
        task: the desired kinds by their options, None for what may be as it is; and whether this is check mode.
        client: sends the requests.
        video: the id of the video.
        again: whether to transcode what exists already, too.
        waiting: how long to wait until transcoding ends.

    Raises:
        ToolkitError: ``not_found``, ``invalid_option`` if no file would be left, or as `with_final_state`.
    """
    wanted = {option: task.params[option] for option in KINDS if task.params[option] is not None}
    item = client.get(video_path(video))
    if item is None:
        missing(task, f"video {video}", "Check the id.")
        return converge(task, "video", current={}, wanted=wanted)
    read = partial(client.get, video_path(text_in(item, "uuid")))
    title = f"Video {video}"
    current = files_of(item)
    if not task.check_mode:
        current = _settled(title, current, read, waiting)
    after = {**{option: current[option] for option in KINDS}, **wanted}
    if not any(after.values()):
        raise invalid(next(iter(wanted), "hls"), "it is the only kind of files that would be left. Keep one.")
    made = [option for option, is_wanted in wanted.items() if is_wanted and (again or not current[option])]
    removed = [option for option, is_wanted in wanted.items() if not is_wanted and current[option]]
    state: dict[str, Any] = {}

    def transcode(option: str) -> None:
        # 409: it is being transcoded, perhaps because of a request whose response was lost.
        body = {"transcodingType": KINDS[option].transcoding}
        client.rest.request(
            "POST", f"{video_path(current['uuid'])}/transcoding", body=body, expect=(204, 409), repeat=True
        )
        found = _settled(title, {**current, "state": "to_transcode"}, read, waiting)
        if not found[option]:
            raise ToolkitError("conflict", f"{title} has no new files of {option}.", hint="Run the task again.")
        state.update(found)

    def remove(option: str) -> None:
        try:
            client.delete(f"{video_path(current['uuid'])}/{KINDS[option].path}")
        except ApiError as error:
            # A retry after a response that was lost is refused, because none are left.
            if error.status != 400 or files_of(read() or {})[option]:
                raise
        state[option] = False

    def update(_current: dict[str, Any], _changed: dict[str, Any]) -> dict[str, Any]:
        steps = [Step(f"transcode {option}", partial(transcode, option)) for option in made]
        carry_out([*steps, *(Step(f"remove {option}", partial(remove, option)) for option in removed)])
        return {**current, **state}

    result = converge(task, "video", current=current, wanted=wanted, update=update)
    if again and made and not result["changed"] and not task.check_mode:
        result["video"] = update(current, {})
    return {**result, "changed": result["changed"] or bool(made)}


def _settled(title: str, shown: dict[str, Any], read: Callable[[], Item | None], waiting: Waiting) -> dict[str, Any]:
    """Return the files of a video once no transcoding changes them any more."""
    if shown["state"] not in PENDING:
        return shown
    with_final_state(title, shown, read, waiting)
    item = read()
    if item is None:
        raise ToolkitError("not_found", f"{title} was removed.", hint="Run the task again.")
    return files_of(item)
