# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows between instances: whom the instance follows, and who follows it.

Private to the collection. A follow is a job of the server, which accepts every host and handle: whether it succeeded
is seen only in the list. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import VERSION, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.hosts import Handle, handle_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in, word_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

FOLLOWING_PATH = "/server/following"
FOLLOWERS_PATH = "/server/followers"
#: The name of the account by which an instance follows others and is followed.
INSTANCE = "peertube"
#: The key of the result.
KEY = "follow"
#: The states of a follow, each with the last segment of the path that decides so.
DECISIONS = {"accepted": "accept", "rejected": "reject"}
STATES = ("pending", *DECISIONS)
#: The pauses between two looks for a new follow, in seconds.
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.5, 4.0, 1.5


def ensure_following(
    task: Task,
    client: PeerTubeClient,
    followed: Handle,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """Follow an instance, an account or a channel, or stop to follow it.

    Args:
        task: the desired state, how long to wait, and whether this is check mode.
        client: reads and writes.
        followed: whom to follow; an instance is its account `INSTANCE`.
        sleep: pauses.
        monotonic: seconds that are independent of changes of the clock.
    """
    name, state = _shown(followed), task.params["state"]
    known = (
        client.shared(FOLLOWING_PATH, lambda item: _is_of(item, "following", followed)) if state != "absent" else None
    )
    current = known and _compared(known, "following", followed)

    def add() -> dict[str, Any]:
        _follow(client, followed)
        deadline, pause = monotonic() + task.params["wait_timeout"], FIRST_PAUSE
        while True:
            found = _find(client, FOLLOWING_PATH, "following", followed)
            if found is not None:
                return {KEY: found}
            if monotonic() + pause > deadline:
                raise ToolkitError(
                    "job_timeout",
                    f"{name} is not in the list of what the instance follows after {task.params['wait_timeout']:g} s.",
                    hint="Check that the server there runs, and that both servers can reach each other by HTTPS. The "
                    "task can be repeated.",
                )
            sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)

    def remove(_current: Item) -> None:
        client.delete(f"{FOLLOWING_PATH}/{segment(name)}")

    return converge(
        task,
        KEY,
        current=current or _find(client, FOLLOWING_PATH, "following", followed),
        wanted=None if state == "absent" else {"following": name},
        create=add,
        delete=remove,
    )


def ensure_follower(task: Task, client: PeerTubeClient, follower: Handle) -> dict[str, Any]:
    """Accept, reject or remove a follower of the instance.

    Args:
        task: the desired state, and whether this is check mode.
        client: reads and writes.
        follower: who follows; an instance is its account `INSTANCE`.

    Raises:
        ToolkitError: ``not_found``, when someone who does not follow must be accepted or rejected.
    """
    path, state = f"{FOLLOWERS_PATH}/{segment(f'{follower.name}@{follower.host}')}", task.params["state"]
    current = _find(client, FOLLOWERS_PATH, "follower", follower)
    if current is None and state != "absent":
        missing(task, f"follower {_shown(follower)}", "It must ask to follow this instance first.")

    def decide(_current: Item, _changed: Item) -> None:
        try:
            client.post_again(f"{path}/{DECISIONS[state]}")
        except ApiError as error:
            # A decision that was carried out before its response was lost is refused the second time.
            found = _find(client, FOLLOWERS_PATH, "follower", follower) if error.status == 400 else None
            if found is None or found["state"] != state:
                raise

    def remove(_current: Item) -> None:
        client.delete(path)

    return converge(
        task,
        KEY,
        current=current,
        wanted=None if state == "absent" else {"follower": _shown(follower), "state": state},
        update=decide,
        delete=remove,
    )


def _shown(handle: Handle) -> str:
    """Return a handle as options and results name it: the host alone for an instance."""
    return handle.host if handle.name == INSTANCE else str(handle)


def _find(client: PeerTubeClient, path: str, side: str, wanted: Handle) -> Item | None:
    """Return a follow for comparison; None if it is not listed.

    Args:
        client: reads the list.
        path: the list.
        side: the property that shows the other side: ``following`` or ``follower``.
        wanted: the other side.

    Raises:
        Unreadable: a follow does not show what distinguishes it, or its state.
    """
    for item in client.collection(path):
        if _is_of(item, side, wanted):
            return _compared(item, side, wanted)
    return None


def _is_of(item: Item, side: str, wanted: Handle) -> bool:
    """Return whether a follow has that other side.

    Raises:
        Unreadable: it does not show what distinguishes it.
    """
    # Channels and accounts of this instance can have followers too.
    is_of_instance = side == "following" or handle_in(item, "following").name == INSTANCE
    shown = handle_in(item, side)
    return is_of_instance and (shown.name.lower(), shown.host.lower()) == (wanted.name.lower(), wanted.host)


def _compared(item: Item, side: str, wanted: Handle) -> Item:
    """Return a follow as results show it.

    Raises:
        Unreadable: it does not show its state.
    """
    times = {name: text_in(item, name) for name in ("created_at",)}
    return {side: _shown(wanted), "state": word_in(item, "state", STATES), **times}


def _follow(client: PeerTubeClient, followed: Handle) -> None:
    """Tell the server to follow; a second time does no harm.

    Raises:
        ApiError: also when the instance has no HTTPS, which a retry can't change.
    """
    body = {"hosts": [followed.host]} if followed.name == INSTANCE else {"handles": [str(followed)]}
    response = client.rest.request("POST", FOLLOWING_PATH, body=body, repeat=True, expect=(200, 204, 500))
    if response.status == 500:
        told = response.data_or_none()
        text = str(told["error"]) if isinstance(told, dict) and "error" in told else "Internal server error."
        raise ApiError(
            "server_error",
            f"POST {VERSION}{FOLLOWING_PATH}",
            text,
            status=500,
            text=text,
            hint="An instance must have HTTPS to follow others. Check its configuration file and its proxy.",
        )
