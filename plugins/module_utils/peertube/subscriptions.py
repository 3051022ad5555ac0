# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions of the own user to channels. The server accepts any, and follows the channel later, in a job.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.hosts import Handle, checked_handle_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object, segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import value_in

SUBSCRIPTIONS_PATH = "/users/me/subscriptions"
#: The shortest and the longest pause between two checks whether a follow is done, in seconds.
PAUSES = (0.5, 5.0)


def own_host(client: PeerTubeClient) -> str:
    """Return the name of the instance in handles: its host, with the port if it is not the usual one."""
    return urlsplit(client.api_url).netloc.lower()


def checked_uri(client: PeerTubeClient, option: str, text: str) -> Handle:
    """Return the handle of a channel, with the host of the instance if it has none.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    handle = checked_handle_of(option, text)
    return handle if handle.host else handle._replace(host=own_host(client))


def is_subscribed(client: PeerTubeClient, channel: Handle) -> bool:
    """Return whether the own user is subscribed to a channel.

    Raises:
        Unreadable: the response does not say.
    """
    path, uri = f"{SUBSCRIPTIONS_PATH}/exist", str(channel)
    told = client.rest.request("GET", path, query={"uris": [uri]}, expect=(200,), shape=is_object).data
    return value_in(told, uri, bool)


def subscribe(client: PeerTubeClient, channel: Handle) -> None:
    """Subscribe to a channel. The server accepts this for channels that do not exist too."""
    client.post_again(SUBSCRIPTIONS_PATH, {"uri": str(channel)})


def wait_for_subscription(
    client: PeerTubeClient,
    channel: Handle,
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the job that follows a channel is done.

    Args:
        client: sends the checks.
        channel: the channel.
        seconds: the longest time to wait.
        clock: the monotonic clock, in seconds.
        sleep: how to wait.

    Raises:
        ToolkitError: ``job_timeout``.
    """
    deadline, pause = clock() + seconds, PAUSES[0]
    while not is_subscribed(client, channel):
        if clock() + pause > deadline:
            raise ToolkitError(
                "job_timeout",
                f"The subscription to {channel} does not exist after {seconds:g} s.",
                hint="Check that the channel exists and that its server responds, and run the task again.",
            )
        sleep(pause)
        pause = min(pause * 2, PAUSES[1])


def unsubscribe(client: PeerTubeClient, channel: Handle) -> None:
    """End the subscription to a channel."""
    client.delete(f"{SUBSCRIPTIONS_PATH}/{segment(channel)}")
