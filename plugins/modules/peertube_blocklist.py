# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_blocklist``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_blocklist
short_description: Manage blocked accounts, servers and videos
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Blocks or unblocks an account, a server or a video. Set exactly one of O(account), O(server) and O(video).
  - To prevent a user of the instance from logging in, use M(reseller.toolkit.peertube_api) with
    C(/users/ID/block) instead.
options:
  account:
    description:
      - The account, as C(name@host). The host is not necessary for an account of the instance.
      - The server must know an account of another instance before it can block it.
    type: str
  server:
    description: The name of the server, with its port if it has one, such as C(video.example.org).
    type: str
  video:
    description: The number, the UUID or the short UUID of the video. Only the instance can block it.
    type: str
  list:
    description:
      - The list to change. V(instance) hides what it contains from everybody, and only moderators and administrators
        may change it. V(own) belongs to O(api_user).
    type: str
    choices: [instance, own]
    default: instance
  reason:
    description:
      - Why the video is blocked, with 2 to 300 characters. Its owner can read it. An empty text removes it.
      - If it is not set, the current reason stays.
    type: str
  unfederate:
    description:
      - Whether other instances must delete the video. It applies only when this task blocks the video, because the API
        does not change it later.
    type: bool
  state:
    description: Whether the account, server or video is blocked.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 2 to change something, 1 if unchanged. One more for each further 100 entries in the list."
"""

EXAMPLES = r"""
- name: Block a server for the whole instance
  reseller.toolkit.peertube_blocklist:
    server: spam.example.org

- name: Ensure the own user sees nothing of an account
  reseller.toolkit.peertube_blocklist:
    account: rude_viewer
    list: own

- name: Ensure the server is not blocked
  reseller.toolkit.peertube_blocklist:
    server: spam.example.org
    state: absent
"""

RETURN = r"""
block:
  description: The block, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    list:
      description: V(instance) or V(own).
      type: str
      sample: instance
    account:
      description: The blocked account.
      returned: when O(account) is set
      type: str
      sample: rude_viewer@video.example.org
    server:
      description: The blocked server.
      returned: when O(server) is set
      type: str
      sample: spam.example.org
    video:
      description: The number or the UUID of the blocked video.
      returned: when O(video) is set
      type: str
      sample: 36f7036e-adfa-49fe-b706-5bd39b371866
    reason:
      description: Why the video is blocked, an empty text if nobody gave a reason.
      returned: when O(video) is set
      type: str
      sample: Against the rules
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.blocklists import (
    LISTS,
    ensure_account_block,
    ensure_server_block,
    ensure_video_block,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.hosts import checked_handle_of, checked_host
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_text
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The options that name what is blocked.
NAMES = ("account", "server", "video")
#: The fewest and the most characters of a reason.
REASON = (2, 300)

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "account": {"type": "str"},
        "server": {"type": "str"},
        "video": {"type": "str"},
        "list": {"type": "str", "choices": list(LISTS), "default": "instance"},
        "reason": {"type": "str"},
        "unfederate": {"type": "bool"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "mutually_exclusive": [NAMES],
    "required_one_of": [NAMES],
    "numbers": ("video", "reason"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the block into the desired state."""
    params = task.params
    name = next((name for name in NAMES if params[name] is not None), None)
    if name is None:
        raise invalid("account", "one of account, server and video is required.")
    if name != "video":
        for option in ("reason", "unfederate"):
            if params[option] is not None:
                raise invalid(option, "it applies only to a video.")
    if name == "account":
        account = checked_handle_of("account", params["account"])
        return ensure_account_block(task, PeerTubeClient.for_task(task), account)
    if name == "server":
        host = checked_host("server", params["server"])
        return ensure_server_block(task, PeerTubeClient.for_task(task), host)
    if params["list"] == "own":
        raise invalid("list", "only the instance can block a video.")
    checked_text("reason", params["reason"], *REASON)
    return ensure_video_block(task, PeerTubeClient.for_task(task), checked_id("video", params["video"]))


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
