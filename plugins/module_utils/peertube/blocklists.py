# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocked accounts and servers, of a user and of the instance, and blocked videos.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.hosts import Handle, handle_in, is_handle
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import null_for_empty, with_empty_texts
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The lists, each with its path and its title.
LISTS = {"instance": "/server/blocklist", "own": "/users/me/blocklist"}
#: The key of the result.
KEY = "block"


def ensure_account_block(task: Task, client: PeerTubeClient, account: Handle) -> dict[str, Any]:
    """Bring the entry of an account in a blocklist into the desired state.

    Args:
        task: the list, the desired state, and whether this is check mode.
        client: reads and writes.
        account: the account.
    """
    path = f"{LISTS[task.params['list']]}/accounts"
    if task.params["state"] == "present" and client.shared(path, lambda entry: _blocks(entry, account)):
        return _ensure_entry(task, client, path, "account", str(account), {}, str(account))
    # The API searches in display names and addresses, which contain the host, and the name if it is of this instance.
    # No real server was seen to search in the own list.
    query = {"search": account.host or account.name} if path.startswith("/server/") else {}
    entries = client.collection(path, **query)
    found = next((handle_in(entry, "blocked_account") for entry in entries if _blocks(entry, account)), None)
    return _ensure_entry(
        task, client, path, "account", str(account), {"accountName": str(account)}, str(found) if found else None
    )


def _blocks(entry: Item, account: Handle) -> bool:
    own_host = handle_in(entry, "by_account").host
    return is_handle(handle_in(entry, "blocked_account"), account, own_host)


def ensure_server_block(task: Task, client: PeerTubeClient, host: str) -> dict[str, Any]:
    """Bring the entry of a server in a blocklist into the desired state.

    Args:
        task: the list, the desired state, and whether this is check mode.
        client: reads and writes.
        host: the name of the server, with its port if it has one.
    """
    path = f"{LISTS[task.params['list']]}/servers"
    if task.params["state"] == "present" and client.shared(path, lambda entry: _host_of(entry).lower() == host):
        return _ensure_entry(task, client, path, "server", host, {}, host)
    hosts = [_host_of(entry) for entry in client.collection(path)]
    found = next((one for one in hosts if one.lower() == host), None)
    return _ensure_entry(task, client, path, "server", host, {"host": host}, found)


def _host_of(entry: Item) -> str:
    return text_in(value_in(entry, "blocked_server", dict), "host")


def _ensure_entry(
    task: Task, client: PeerTubeClient, path: str, kind: str, name: str, body: dict[str, str], found: str | None
) -> dict[str, Any]:
    """Bring an entry into the desired state; adding one that exists does no harm."""
    entry = {"list": task.params["list"], kind: name}

    def add() -> dict[str, Any]:
        client.post_again(path, body)
        return {KEY: entry}

    def remove(_current: Item) -> None:
        client.delete(f"{path}/{segment(found)}")

    return converge(
        task,
        KEY,
        current=entry if found else None,
        wanted=None if task.params["state"] == "absent" else entry,
        create=add,
        delete=remove,
    )


def ensure_video_block(task: Task, client: PeerTubeClient, video: str) -> dict[str, Any]:
    """Bring the block of a video into the desired state.

    Args:
        task: the desired state and reason, and whether this is check mode.
        client: reads and writes.
        video: the number or the UUID of the video.

    Raises:
        ToolkitError: ``not_found``, when a video that does not exist must be blocked.
    """
    params, path = task.params, f"/videos/{segment(video)}/blacklist"
    known = client.get(f"/videos/{segment(video)}")
    is_wanted = params["state"] == "present"
    if known is None and is_wanted:
        missing(task, f"video {video}", "Check video: it is a number, a UUID or a short UUID.")

    def find() -> Item | Absence:
        shown = client.get(f"/videos/{segment(video)}")
        return (_block_of(shown, video) if shown else None) or client.evidence.absent(title)

    def add() -> dict[str, Any]:
        # A second block is an error 500, also after a lost response: it is looked for before this is sent again.
        body = null_for_empty({"reason": params["reason"], "unfederate": params["unfederate"]}, "reason")
        given = {name: value for name, value in body.items() if value is not None}
        client.post_free(path, given, client.evidence.absent(title), find)
        return {KEY: wanted}

    def change(current: Item, changed: Item) -> None:
        client.put(path, null_for_empty(changed, "reason"))

    def remove(_current: Item) -> None:
        client.delete(path)

    title = f"the block of video {video}"
    current = _block_of(known, video) if known else None
    wanted = {"list": "instance", "video": video, "reason": params["reason"]}
    return converge(
        task,
        KEY,
        current=current,
        wanted=wanted if is_wanted else None,
        create=add,
        update=change,
        delete=remove,
    )


def _block_of(known: Item, video: str) -> Item | None:
    """Return the block of a video that the API shows; None if it is not blocked.

    Raises:
        Unreadable: it does not show that.
    """
    if not value_in(known, "blacklisted", bool):
        return None
    reason = with_empty_texts(known, "blacklisted_reason").get("blacklisted_reason")
    return {"list": "instance", "video": video, "reason": reason}
