# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The homepage of an instance.

Private to the collection. It exists since it was first written; an empty one is as none. Source: recorded responses of
PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

PATH = "/custom-pages/homepage/instance"
#: The key of the result.
KEY = "homepage"


def ensure_homepage(task: Task, client: PeerTubeClient, content: str) -> dict[str, Any]:
    """Bring the homepage into the desired state.

    Args:
        task: whether this is check mode.
        client: reads and writes.
        content: its text; an empty one removes it.
    """

    def write(*_states: Item) -> Item:
        client.put(PATH, {"content": content})
        return {KEY: {"content": content}}

    def update(*_states: Item) -> None:
        write()

    return converge(
        task,
        KEY,
        current=_read(client),
        wanted={"content": content} if content else None,
        create=write,
        update=update,
        delete=update,
    )


def _read(client: PeerTubeClient) -> Item | None:
    """Return the homepage; None if there is none, or an empty one."""
    shown = client.get(PATH)
    content = value_in(shown, "content", str) if shown is not None else ""
    return {"content": content} if content else None
