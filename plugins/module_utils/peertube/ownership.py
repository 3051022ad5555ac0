# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos that are given to another user: the owner sends a request, which the new owner accepts or refuses.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1. Only the new
owner can read a request, so the owner's side remembers what it sent.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import own_account, own_channel_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import has_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_search import video_path
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, OutcomeUnknown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    nullable_in,
    number_in,
    object_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.sent_notes import SentNote
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

REQUESTS_PATH = "/videos/ownership"
#: The states of requests, as results show them, by the API's names.
STATUSES = {"WAITING": "requested", "ACCEPTED": "accepted", "REFUSED": "refused"}
#: The ends of the paths that decide a request.
DECISIONS = {"accepted": "accept", "refused": "refuse"}
#: How long a request of an earlier run may be without a known outcome, in seconds.
DOUBT = 7 * 86400.0


def ensure_requested(task: Task, client: PeerTubeClient, video: str, username: str, *, again: bool) -> dict[str, Any]:
    """Request that a user takes over a video, unless the user owns it or was asked from here before.

    Args:
        task: check mode is taken from it.
        client: sends the requests, as the owner or an administrator.
        video: the id of the video.
        username: the new owner.
        again: whether to ask again who was asked before.

    Raises:
        ToolkitError: ``not_found`` for the video and for the user.
    """
    item = client.get(video_path(video))
    if item is None:
        missing(task, f"video {video}", "Check the id.")
        return converge(task, "ownership", current={}, wanted={"username": username})
    uuid, owner = text_in(item, "uuid"), text_in(value_in(item, "account", dict), "name")
    title = f"{client.api_url} ownership of video {uuid}"
    remembered = WriteOnlySettings(client.storage, title, task.warn)
    shown: dict[str, Any] = {"video": uuid, "owner": owner}
    if owner == username:
        current = {**shown, "username": username, "status": "accepted"}
        if remembered.is_last("username", username) and not task.check_mode:
            # The user may give it back, and be asked again.
            remembered.set("username", "", lambda: None)
    elif remembered.is_last("username", username) and not again:
        current = {**shown, "username": username, "status": "requested"}
    else:
        current = {**shown, "username": None, "status": None}
        if client.get(f"/accounts/{segment(username)}") is None:
            missing(task, f"user {username}", "Create it with reseller.toolkit.peertube_user.")
    note = SentNote(client.storage, f"{title} for {username}")

    def update(_current: dict[str, Any], _changed: dict[str, Any]) -> dict[str, Any]:
        send = partial(_request, client, f"{video_path(uuid)}/give-ownership", {"username": username}, note)
        remembered.set("username", username, send)
        return {**shown, "username": username, "status": "requested"}

    return converge(task, "ownership", current=current, wanted={"username": username}, update=update)


def _request(client: PeerTubeClient, path: str, body: dict[str, Any], note: SentNote) -> None:
    """Send a request. Sent again while it waits, 6.3 finds it instead of adding another one, and 8.2 refuses that."""
    in_doubt = note.is_open(DOUBT)
    try:
        with note.until_known():
            try:
                client.post(path, body)
            except OutcomeUnknown:
                client.rest.request("POST", path, body=body, expect=(204, 400))
    except ApiError as error:
        if error.status != 400:
            raise
        if not in_doubt:
            error.hint = "A video has one request at a time: it may wait for the decision of another user."
            raise


def ensure_decided(task: Task, client: PeerTubeClient, video: str, status: str, channel: str | None) -> dict[str, Any]:
    """Accept or refuse the request for a video, as the new owner.

    Args:
        task: check mode is taken from it.
        client: sends the requests.
        video: the id of the video.
        status: ``accepted`` or ``refused``.
        channel: which channel takes the video; None to refuse.

    Raises:
        ToolkitError: ``not_found`` if nobody offered the video, ``ambiguous`` if several did.
    """
    found = find_request(client, video)
    if isinstance(found, Absence):
        item = _readable(client, video) if status == "accepted" else None
        owner = text_in(value_in(item, "account", dict), "name") if item else None
        if status == "accepted" and owner != own_account(client):
            missing(task, f"request to take over video {video}", "The owner must request it first.")
            return converge(task, "ownership", current={}, wanted={"status": status})
        shown = {"video": text_in(item, "uuid"), "owner": owner, "username": owner} if item else {"video": video}
        return converge(task, "ownership", current={**shown, "status": status if item else None}, wanted={})
    channel_id = own_channel_id(task, client, channel, own_account(client)) if channel else None
    return converge(
        task,
        "ownership",
        current=request_of(found),
        wanted={"status": status},
        update=lambda current, _changed: _decide(client, found, current, status, channel_id),
    )


def find_request(client: PeerTubeClient, video: str) -> Item | Absence:
    """Return the request for a video that waits for the decision of the own user, or the proof that there is none.

    Raises:
        ToolkitError: ``ambiguous``.
    """
    title = f"a request to take over video {video}"
    with client.evidence.proving(title):
        reading = client.reading(REQUESTS_PATH)
    return client.evidence.find(
        title,
        reading,
        "id",
        lambda item: text_in(item, "status") == "WAITING",
        partial(is_for, video),
    )


def is_for(video: str, item: Item) -> bool:
    """Return whether a request is about a video. One that shows none is about a removed video.

    Raises:
        Unreadable: the response does not show it.
    """
    shown = nullable_in(item, "video", object_in, None)
    return shown is not None and has_id(shown, video)


def _readable(client: PeerTubeClient, video: str) -> Item | None:
    """Return a video; None if it does not exist, or is a private one of somebody else."""
    try:
        return client.get(video_path(video))
    except ApiError as error:
        if error.status != 403:
            raise
        return None


def request_of(item: Item) -> dict[str, Any]:
    """Return a request as results show it."""
    return {
        "video": text_in(value_in(item, "video", dict), "uuid"),
        "owner": text_in(value_in(item, "initiator_account", dict), "name"),
        "username": text_in(value_in(item, "next_owner_account", dict), "name"),
        "status": STATUSES.get(text_in(item, "status"), "unknown"),
    }


def _decide(
    client: PeerTubeClient, request: Item, current: dict[str, Any], status: str, channel_id: int | None
) -> dict[str, Any]:
    number = number_in(request, "id")
    body = None if channel_id is None else {"channelId": channel_id}
    try:
        client.post_again(f"{REQUESTS_PATH}/{number}/{DECISIONS[status]}", body)
    except ApiError as error:
        # A retry after a response that was lost is refused, as it is decided already.
        if error.status not in (400, 403) or _status(client, number) != status:
            raise
    owner = current["username"] if status == "accepted" else current["owner"]
    return {**current, "owner": owner, "status": status}


def _status(client: PeerTubeClient, number: int) -> str | None:
    found = [item for item in client.collection(REQUESTS_PATH) if number_in(item, "id") == number]
    return STATUSES.get(text_in(found[0], "status")) if found else None
