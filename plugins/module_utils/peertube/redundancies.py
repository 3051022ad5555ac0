# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redundancy: copies of videos of other instances, and whether the instance may copy those of a host by itself.

Private to the collection. A copy is made by a job: until it ends, the list of copies does not show it, but the list of
jobs does. Source: recorded responses of PeerTube 6.3.0; the properties of a copy are those that the vendor describes.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import COUNT, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.hosts import checked_host
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_id, has_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    name_in,
    number_in,
    objects_in,
    text_in,
    value_in,
)

REDUNDANCIES_PATH = "/server/redundancy/videos"
#: The copies that this instance has, not those that others have of its videos.
OF_REMOTE_VIDEOS = "remote-videos"
JOB_TYPE = "video-redundancy"
#: The states of jobs that ended.
ENDED = ("completed", "failed")
#: The kinds of files that can be copied.
KINDS = ("files", "streaming_playlists")


def checked_redundancy(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a copy or of a host in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["video"] is not None:
        if params["redundancy_allowed"] is not None:
            raise invalid("redundancy_allowed", "it belongs to host.")
        return {**params, "video": checked_id("video", params["video"])}
    if params["redundancy_allowed"] is None:
        raise invalid("redundancy_allowed", "it is required with host.")
    if params["state"] == "absent":
        raise invalid("state", "it belongs to video. To stop copying, set redundancy_allowed: false.")
    return {**params, "host": checked_host("host", params["host"])}


def find_copy(client: PeerTubeClient, video: str) -> Item | Absence:
    """Return a video of which this instance has a copy, with its ``redundancies``, or the proof that it has none."""
    title = f"a copy of video {video}"
    reading = client.reading(REDUNDANCIES_PATH, target=OF_REMOTE_VIDEOS)
    return client.evidence.find(title, reading, "id", lambda item: has_id(item, video))


def remote_video(client: PeerTubeClient, video: str) -> Item:
    """Return a video that can be copied.

    Raises:
        ToolkitError: ``not_found``; ``invalid_option`` if it is one of this instance.
    """
    found = client.get(f"/videos/{segment(video)}")
    if found is None:
        hint = "Follow its instance with reseller.toolkit.peertube_follow, or search for its address."
        raise ToolkitError("not_found", f"There is no video {video}.", hint=hint)
    if value_in(found, "is_local", bool):
        raise invalid("video", f"{video} is a video of this instance, and can only be copied by others.")
    return found


def is_being_copied(client: PeerTubeClient, video: Item) -> bool:
    """Return whether one of the newest jobs copies a video, and has not ended."""
    number = number_in(video, "id")
    jobs = client.page("/jobs", 0, COUNT, jobType=JOB_TYPE, sort="-createdAt").items
    return any(copies(number, job) for job in jobs)


def copies(number: int, job: Item) -> bool:
    """Return whether a job copies the video with this number, and has not ended.

    Raises:
        Unreadable: the job does not say.
    """
    is_ended = text_in(job, "state") in ENDED
    return name_in(value_in(job, "data", dict), "video_id") == str(number) and not is_ended


def copy(client: PeerTubeClient, video: Item) -> None:
    """Ask the instance to copy a video. A repetition copies nothing again."""
    body = {"videoId": number_in(video, "id")}
    # 409, as the vendor describes it: the copy was made in the meantime.
    client.rest.request("POST", REDUNDANCIES_PATH, body=body, expect=(200, 204, 409), repeat=True)


def remove_copy(client: PeerTubeClient, copied: Item) -> None:
    """Remove the copies of all files of a video."""
    redundancies = value_in(copied, "redundancies", dict)
    for kind in KINDS:
        for one in objects_in(redundancies, kind) if kind in redundancies else ():
            client.delete(f"{REDUNDANCIES_PATH}/{segment(number_in(one, 'id'))}")


def is_allowed(client: PeerTubeClient, host: str) -> bool | None:
    """Return whether the instance copies videos of a host by itself; None if it neither follows it nor is followed."""
    for path, side in (("/server/following", "following"), ("/server/followers", "follower")):
        for follow in client.collection(path):
            actor = value_in(follow, side, dict)
            if text_in(actor, "host").lower() == host:
                return value_in(actor, "host_redundancy_allowed", bool)
    return None


def allow(client: PeerTubeClient, host: str, *, allowed: bool) -> None:
    """Set whether the instance copies videos of a host by itself."""
    client.put(f"/server/redundancy/{segment(host)}", camel({"redundancy_allowed": allowed}))
