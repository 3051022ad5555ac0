# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_ownership``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_ownership
short_description: Transfer a PeerTube video to another user
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Requests that another user takes over a video, as its owner or an administrator, and accepts or refuses such a
    request, as the new owner.
  - Only the new owner can read a request. So the module remembers in O(state_dir) whom it has asked about which video,
    and asks nobody twice unless O(again) is set. A request whose response is lost is not added a second time.
options:
  video:
    description: The video, by its number, its UUID or its short UUID.
    type: str
    required: true
  username:
    description: The new owner, a user of this instance. Required to request.
    type: str
  channel:
    description: The channel of the new owner that takes the video. Required to accept.
    type: str
  again:
    description:
      - Whether to ask a user who was asked from here before, such as one who refused. Set it for one run only, because
        each run then reports a change.
    type: bool
    default: false
  state:
    description:
      - With V(requested), the user in O(username) must own the video or have been asked to.
      - With V(accepted), the user who is logged in must own the video or accept the request for it.
      - With V(refused), no request for the video may wait for the user who is logged in.
    type: str
    choices: [requested, accepted, refused]
    default: requested
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 1 if unchanged, 3 to request, 2 to refuse, 4 to accept. Lists are read in pages of 100."
seealso:
  - module: reseller.toolkit.peertube_video
    description: Moves a video to another channel of its owner.
"""

EXAMPLES = r"""
- name: Find the newest of the own videos
  reseller.toolkit.peertube_info:
    gather: [own_videos]
    limit: 1
  register: newest

- name: Request that another user takes it over
  reseller.toolkit.peertube_ownership:
    video: "{{ newest.own_videos[0].uuid }}"
    username: mara

- name: Accept it, logged in as that user
  reseller.toolkit.peertube_ownership:
    api_user: mara
    api_password: "{{ vaulted_mailbox_password }}"
    video: "{{ newest.own_videos[0].uuid }}"
    channel: mara_channel
    state: accepted
"""

RETURN = r"""
ownership:
  description: The owner of the video, and the request.
  returned: success
  type: dict
  contains:
    video:
      description: The UUID of the video.
      type: str
      sample: 66bfaa4f-483e-4174-a80f-318fca72e849
    owner:
      description: The account that owns the video.
      type: str
      sample: root
    username:
      description: The account that was asked, or owns the video after it accepted.
      type: str
      sample: ada
    status:
      description: V(requested), V(accepted) or V(refused).
      type: str
      sample: requested
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ownership import (
    ensure_decided,
    ensure_requested,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_actor_name
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "video": {"type": "str", "required": True},
        "username": {"type": "str"},
        "channel": {"type": "str"},
        "again": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["requested", "accepted", "refused"], "default": "requested"},
    },
    "numbers": ("video",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the ownership into the desired state."""
    params = task.params
    video, username, channel = all_of(
        lambda: checked_id("video", params["video"]),
        lambda: if_given(params["username"], lambda name: checked_actor_name("username", name)),
        lambda: if_given(params["channel"], lambda name: checked_actor_name("channel", name)),
    )
    for option, state in {"username": "requested", "channel": "accepted", "again": "requested"}.items():
        if params[option] and params["state"] != state:
            raise invalid(option, f"it does not apply to state {params['state']}.")
        if params[option] is None and params["state"] == state:
            raise invalid(option, f"it is required with state {state}.")
    peertube = PeerTubeClient.for_task(task)
    if params["state"] == "requested":
        return ensure_requested(task, peertube, video, username, again=params["again"])
    return ensure_decided(task, peertube, video, params["state"], channel)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
