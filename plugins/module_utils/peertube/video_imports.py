# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports of videos from addresses: find one, begin it once, wait for its end, and remove it.

Private to the collection. The API imports the same address any number of times. The server reads the address during the
request, so an import whose response was lost may show some seconds later. Source: recorded responses of PeerTube 6.3.0
and of a server derived from 8.2.1.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import ME_PATH
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    nullable_in,
    number_in,
    objects_in,
    text_in,
    value_in,
)

IMPORTS_PATH = "/videos/imports"
LIST_PATH = "/users/me/videos/imports"
STATES = {1: "pending", 2: "success", 3: "failed", 4: "rejected", 5: "cancelled", 6: "processing"}
#: The states of an import that did not make a video, and the ones that end by themselves.
WITHOUT_VIDEO = ("failed", "rejected", "cancelled")
PENDING = ("pending", "processing")
#: The pauses between searches for an import whose response was lost grow from the first to the longest, in seconds.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
#: The growth of the pauses between two reads of an import that has not ended.
GROWTH = 1.5


def own_channel(client: PeerTubeClient, name: str) -> Item | None:
    """Return a channel of the user who is logged in; None if the user has none of this name.

    Only the own imports are listed, so those into channels of others could not be found again.
    """
    with client.evidence.proving(f"channel {name}"):
        channels = objects_in(client.existing(ME_PATH), "video_channels")
        return next((item for item in channels if text_in(item, "name") == name), None)


def state_of(item: Item) -> str:
    """Return the state of an import.

    Raises:
        Unreadable: it is missing.
    """
    number = number_in(value_in(item, "state", dict), "id")
    return STATES.get(number, f"unknown ({number})")


def find_import(client: PeerTubeClient, channel: str, address: str) -> Item | Absence:
    """Return the import of an address into a channel, or the proof that there is none.

    An import without a video does not count: one that failed, was canceled, or whose video was removed.

    Raises:
        ToolkitError: ``ambiguous``.
    """

    def has_video(item: Item) -> bool:
        return state_of(item) not in WITHOUT_VIDEO and item.get("video") is not None

    title = f"the import of {address} into channel {channel}"
    with client.evidence.proving(title):
        # The server selects by the address; what it returns is compared again.
        reading = client.reading(LIST_PATH, targetUrl=address)
    return client.evidence.find(
        title,
        reading,
        "id",
        partial(is_from, address),
        has_video,
        lambda item: text_in(value_in(value_in(item, "video", dict), "channel", dict), "name") == channel,
    )


def is_from(address: str, item: Item) -> bool:
    """Return whether an import is one of an address; those of torrents have none.

    Raises:
        Unreadable: it does not show its address.
    """
    return nullable_in(item, "target_url", text_in, None) == address


def looks(settle_time: float) -> Iterator[float]:
    """Yield growing pauses that together last as long as a lost import may take to show."""
    pause = FIRST_PAUSE
    while settle_time > 0:
        yield min(pause, settle_time)
        settle_time -= pause
        pause = min(2 * pause, LONGEST_PAUSE)


def begin_import(
    client: PeerTubeClient,
    channel: Item,
    address: str,
    fields: dict[str, Any],
    absence: Absence | None,
    *,
    settle_time: float,
) -> Item:
    """Begin an import, at most once, and return it.

    Args:
        client: sends the requests.
        channel: the channel.
        address: what is imported.
        fields: properties of the video, with the API's names.
        absence: the proof that it does not exist.
        settle_time: how long an import whose response was lost may take to show, in seconds.
    """
    find = partial(find_import, client, channel["name"], address)
    form = {"channelId": number_in(channel, "id"), "targetUrl": address, **fields}
    form = {name: str(value) for name, value in form.items()}
    response = client.post_free(IMPORTS_PATH, None, absence, find, looks=looks(settle_time), form=form, files={})
    made = created_in(response)
    return find_again(address, find) if made is None else as_import(made)


def as_import(data: Any) -> Item:
    """Return an import in the response that began it, with its properties named as options are."""
    found: Item = shown(LIST_PATH, data)
    return found


def find_again(address: str, find: Callable[[], Item | Absence]) -> Item:
    """Return the import that another run began, or that was begun although the response was lost."""
    return found_again(f"The import of {address}", find)


def ended(
    client: PeerTubeClient,
    found: dict[str, Any],
    *,
    wait_timeout: float,
    poll_min: float,
    poll_max: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Return an import once it has ended.

    Args:
        client: reads.
        found: from `import_of`.
        wait_timeout: how long to wait, in seconds.
        poll_min: the shortest pause between two reads, in seconds.
        poll_max: the longest one.
        clock: the monotonic clock, in seconds.
        sleep: how to wait.

    Raises:
        ToolkitError: ``job_timeout``, or ``provisioning_failed`` if the server could not import it.
    """
    deadline, pause = clock() + wait_timeout, poll_min
    title = f"The import of {found['target_url']}"
    while found["state"] in PENDING:
        if clock() + pause > deadline:
            message = f"{title} has the state {found['state']} after {wait_timeout:g} s."
            hint = "Run the task again, or raise wait_timeout."
            raise ToolkitError("job_timeout", message, hint=hint, video_import=found)
        sleep(pause)
        pause = min(pause * GROWTH, max(poll_min, poll_max))
        items = client.collection(LIST_PATH, targetUrl=found["target_url"])
        same = [item for item in items if number_in(item, "id") == found["id"]]
        if not same:
            raise ToolkitError("not_found", f"{title} was removed.", hint="Run the task again.")
        found = import_of(same[0])
    if found["state"] in WITHOUT_VIDEO:
        message = f"{title} has the state {found['state']}: {found['error'] or 'no reason is known'}."
        hint = "Check the address. The next run imports it again."
        raise ToolkitError("provisioning_failed", message, hint=hint, video_import=found)
    return found


def remove_import(client: PeerTubeClient, found: dict[str, Any]) -> None:
    """Remove an import, which keeps its video. One that has not begun is canceled first."""
    path = f"{IMPORTS_PATH}/{segment(found['id'])}"
    if found["state"] == "pending":
        # 409: it has begun in between, and can't be removed until it ends.
        client.rest.request("POST", f"{path}/cancel", expect=(204, 409), repeat=True)
    client.delete(path)


def import_of(item: Item) -> dict[str, Any]:
    """Return an import as results show it.

    Raises:
        Unreadable: it does not show its id, its state or its video.
    """
    video = value_in(item, "video", dict)
    return {
        "id": number_in(item, "id"),
        "target_url": item.get("target_url"),
        "channel": text_in(value_in(video, "channel", dict), "name"),
        "state": state_of(item),
        "error": item.get("error"),
        "video": {name: video.get(name) for name in ("id", "uuid", "short_uuid", "name", "url")},
    }
