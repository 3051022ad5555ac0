# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_follow``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_follow
short_description: Manage follows of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Ensures that the instance follows another one, or an account or a channel there, or accepts, rejects or removes one
    of its followers. Set exactly one of O(following) and O(follower).
  - The subscriptions of a user are different. They show channels to that user only.
options:
  following:
    description:
      - Whom to follow. A host with its port if it has one, such as C(video.example.org), follows all public videos of
        that instance, and C(name@host) those of an account or a channel.
    type: str
  follower:
    description: Who follows the instance. A host such as C(video.example.org) means another instance.
    type: str
  state:
    description:
      - V(present) follows, and applies to O(following).
      - V(accepted) and V(rejected) decide about a O(follower), also one that was decided about before. A rejected one
        stays in the list.
      - V(absent) stops to follow, or removes the follower. It can ask to follow again.
    type: str
    choices: [present, accepted, rejected, absent]
    default: present
  wait_timeout:
    description:
      - The longest time to wait until a new follow is listed, in seconds, after which the task fails. The server
        follows in a job, and accepts also hosts that it can't reach.
      - The task does not wait until the other side accepts. RV(follow.state) shows that.
    type: float
    default: 30
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 3 to follow, if the job takes no longer than half a second, 2 for other changes, 1 if unchanged.
    One more for each further 100 follows in the list."
  - Only administrators may change follows. Both servers must have HTTPS.
"""

EXAMPLES = r"""
- name: Ensure the instance follows another one
  reseller.toolkit.peertube_follow:
    following: video.example.org

- name: Accept a follower
  reseller.toolkit.peertube_follow:
    follower: video.example.org
    state: accepted

- name: Ensure the instance does not follow the other one
  reseller.toolkit.peertube_follow:
    following: video.example.org
    state: absent
"""

RETURN = r"""
follow:
  description: The follow, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    following:
      description: Whom the instance follows.
      returned: when O(following) is set
      type: str
      sample: video.example.org
    follower:
      description: Who follows the instance.
      returned: when O(follower) is set
      type: str
      sample: video.example.org
    state:
      description: V(pending), V(accepted) or V(rejected). It is missing in check mode for a new follow.
      type: str
      sample: accepted
    created_at:
      description: When the follow began. It is missing in check mode for a new follow.
      type: str
      sample: "2026-11-26T12:02:57.029Z"
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_seconds, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.follows import (
    DECISIONS,
    INSTANCE,
    ensure_follower,
    ensure_following,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.hosts import (
    Handle,
    checked_handle_of,
    checked_host,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The options that name the other side.
SIDES = ("following", "follower")

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "following": {"type": "str"},
        "follower": {"type": "str"},
        "state": {"type": "str", "choices": ["present", *DECISIONS, "absent"], "default": "present"},
        "wait_timeout": {"type": "float", "default": 30},
    },
    "mutually_exclusive": [SIDES],
    "required_one_of": [SIDES],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the follow into the desired state."""
    params = task.params
    side = next((side for side in SIDES if params[side] is not None), None)
    if side is None:
        raise invalid("following", "one of following and follower is required.")
    check_seconds(params, "wait_timeout")
    other = _other_side(side, params[side])
    allowed = ("present", "absent") if side == "following" else (*DECISIONS, "absent")
    if params["state"] not in allowed:
        raise invalid("state", f"with {side}, it is one of {', '.join(allowed)}.")
    ensure = ensure_following if side == "following" else ensure_follower
    return ensure(task, PeerTubeClient.for_task(task), other)


def _other_side(option: str, text: str) -> Handle:
    """Return whom an option names: ``name@host``, or an instance by its host.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return checked_handle_of(option, text) if "@" in text else Handle(INSTANCE, checked_host(option, text))


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
