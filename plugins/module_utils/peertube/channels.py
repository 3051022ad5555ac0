# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels: find one by its name, create, change and remove it.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import ME_PATH
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import null_for_empty, with_empty_texts
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, number_in, text_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

CHANNELS_PATH = "/video-channels"
#: The texts that may be null, which options and results write as an empty text.
TEXTS = ("description", "support")
NAME_TAKEN = (
    "Choose another name. A name that a channel or a user ever had can't be used again, even after its removal."
)
TOO_MANY = "Remove a channel of this user, or raise the number of channels for each user in the configuration."
LAST_CHANNEL = "Create another channel of this user first, or remove the user."


def channel_path(name: str) -> str:
    """Return the path of a channel of the instance.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return f"{CHANNELS_PATH}/{segment(name)}"


def known_channel(client: PeerTubeClient, name: str, is_enough: Callable[[Item], bool]) -> Item | Absence:
    """Do the same as `find_channel`, unless the channel in the list that the tasks of this run share is enough."""
    # The list also has channels of instances that this one follows.
    own_host = urlsplit(client.api_url).netloc

    def is_it(channel: Item) -> bool:
        return text_in(channel, "name") == name and text_in(channel, "host") == own_host

    found = client.shared(CHANNELS_PATH, is_it)
    shared = with_empty_texts(found, *TEXTS) if found else None
    return shared if shared and is_enough(shared) else find_channel(client, name)


def find_channel(client: PeerTubeClient, name: str) -> Item | Absence:
    """Return the channel of the instance with this name, or the proof that there is none.

    Raises:
        Unproven: the response shows another channel.
    """
    title = f"channel {name}"
    with client.evidence.proving(title):
        found = client.get(channel_path(name))
        if found is None:
            return client.evidence.absent(title)
        if text_in(found, "name").lower() != name.lower():
            raise Unproven(title, f"the API shows channel {found['name']} instead")
    return with_empty_texts(found, *TEXTS)


def own_account(client: PeerTubeClient) -> str:
    """Return the name of the own account.

    Raises:
        Unreadable: the response does not show it.
    """
    me = client.existing(ME_PATH)
    return text_in(value_in(me, "account", dict), "name")


def owner_of(channel: Item) -> str:
    """Return the name of the account that a channel belongs to.

    Raises:
        Unreadable: the response does not show it.
    """
    return text_in(value_in(channel, "owner_account", dict), "name")


def own_channel_id(task: Task, client: PeerTubeClient, name: str, account: str) -> int:
    """Return the id of a channel of an account; in check mode 0 for one that does not exist yet.

    PeerTube 6.3 accepts the channel of another user, and 8.2 refuses it.

    Raises:
        ToolkitError: ``not_found``, or ``forbidden`` for a channel of another user.
    """
    found = find_channel(client, name)
    if isinstance(found, Absence):
        missing(task, f"channel {name}", "Create it with peertube_channel first.")
        return 0
    owner = owner_of(found)
    if owner != account:
        raise ToolkitError(
            "forbidden",
            f"Channel {name} belongs to {owner}, not to {account}.",
            hint=f"Choose a channel of {account}.",
        )
    return number_in(found, "id")


def add_channel(client: PeerTubeClient, wanted: dict[str, Any], absence: Absence | None) -> Item:
    """Create a channel of the user who is logged in; return it with at least its id.

    If another run created it first, or if the response was lost, the properties that differ are changed.

    Args:
        client: sends the requests.
        wanted: the name and the properties; one that is None is not sent.
        absence: the proof that the channel does not exist.
    """
    name = wanted["name"]
    find = partial(find_channel, client, name)
    body = {property_: value for property_, value in wanted.items() if value not in (None, "")}
    try:
        response = client.post_free(CHANNELS_PATH, camel(body), absence, find)
    except ApiError as error:
        if error.status == 409:
            error.hint = NAME_TAKEN
        elif error.status == 400 and not error.validation_errors:
            error.hint = TOO_MANY
        raise
    created = created_in(response, "videoChannel")
    if created is not None:
        return {**dict.fromkeys(TEXTS, ""), **body, "id": created["id"], "avatars": [], "banners": []}
    found = found_again(f"Channel {name}", find)
    differing = changes(found, wanted)
    if differing:
        change_channel(client, name, differing)
    return {**found, **differing}


def change_channel(client: PeerTubeClient, name: str, changed: dict[str, Any], *, in_videos: bool = False) -> None:
    """Change properties of a channel.

    Args:
        client: sends the request.
        name: the channel.
        changed: the properties to change.
        in_videos: whether its videos get the support text too.
    """
    body = camel(null_for_empty(changed, *TEXTS))
    if in_videos and "support" in changed:
        body["bulkVideosSupportUpdate"] = True
    client.put(channel_path(name), body)


def remove_channel(client: PeerTubeClient, name: str) -> None:
    """Remove a channel with its videos.

    PeerTube 8.2 responds with an internal error in the first seconds after the creation; that is retried like all such
    errors.
    """
    try:
        client.delete(channel_path(name))
    except ApiError as error:
        if error.status == 409:
            error.hint = LAST_CHANNEL
        raise
