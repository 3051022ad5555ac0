# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Synchronizations of channels with channels elsewhere: find one by its address, add and remove it.

Private to the collection. The API accepts the same synchronization any number of times, and can't change one. Source:
recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import owner_of
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    number_in,
    text_in,
    value_in,
)

SYNCS_PATH = "/video-channel-syncs"


def checked_address(option: str, text: str) -> str:
    """Return the address of a page or a file elsewhere.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    address = line_of(option, text)
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in address:
        raise invalid(option, f"{text!r} is not an address such as https://media.example.com/films.")
    return address


def list_path(channel: Item) -> str:
    """Return the path of the synchronizations of a channel's owner.

    Raises:
        Unreadable: the channel does not show its owner.
    """
    return f"/accounts/{segment(owner_of(channel))}{SYNCS_PATH}"


def find_sync(client: PeerTubeClient, channel: Item, address: str) -> Item | Absence:
    """Return the synchronization of a channel with this address, or the proof that there is none.

    Raises:
        ToolkitError: ``ambiguous``.
    """
    title = f"the synchronization of channel {channel['name']} with {address}"
    with client.evidence.proving(title):
        reading = client.reading(list_path(channel))
    return client.evidence.find(
        title,
        reading,
        "id",
        lambda item: text_in(item, "external_channel_url") == address,
        lambda item: number_in(value_in(item, "channel", dict), "id") == channel["id"],
    )


def add_sync(client: PeerTubeClient, channel: Item, address: str, absence: Absence | None) -> dict[str, Any]:
    """Add a synchronization, at most once.

    Args:
        client: sends the requests.
        channel: the channel.
        address: the channel elsewhere.
        absence: the proof that it does not exist.
    """
    find = partial(find_sync, client, channel, address)
    body = {"externalChannelUrl": address, "videoChannelId": number_in(channel, "id")}
    response = client.post_free(SYNCS_PATH, body, absence, find)
    made = created_in(response, "videoChannelSync")
    if made is None:
        return sync_of(found_again(f"The synchronization with {address}", find))
    return sync_of(shown(list_path(channel), made))


def remove_sync(client: PeerTubeClient, sync: Item) -> None:
    """Remove a synchronization; imported videos stay."""
    client.delete(f"{SYNCS_PATH}/{segment(sync['id'])}")


def sync_of(item: Item) -> dict[str, Any]:
    """Return a synchronization as results show it.

    Raises:
        Unreadable: it does not show its channel or its state.
    """
    return {
        "id": number_in(item, "id"),
        "channel": text_in(value_in(item, "channel", dict), "name"),
        "external_url": text_in(item, "external_channel_url"),
        "state": text_in(value_in(item, "state", dict), "label"),
        "last_sync_at": item.get("last_sync_at"),
    }
