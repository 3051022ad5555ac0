# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_redundancy``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_redundancy
short_description: Manage copies of videos of other PeerTube instances
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Copies a video of another instance to this one, so that both serve it, and removes the copy.
  - Sets whether this instance copies videos of another one by itself, as its configuration says.
  - It requires an administrator.
options:
  video:
    description:
      - The number, the UUID or the short UUID of a video of another instance, as this one knows it.
      - Required unless O(host) is given.
    type: str
  host:
    description: The name of another instance, which this one follows or is followed by.
    type: str
  redundancy_allowed:
    description:
      - Whether this instance copies videos of O(host) by itself.
      - PeerTube forgets it when it stops following the host.
    type: bool
  state:
    description: Whether a copy of O(video) should exist.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - The server copies in a job, for which the module does not wait. While the job has not ended, the task is unchanged.
  - "API requests: 4 to copy, 1 if the copy exists, 2 for a host, and 1 for each 100 more copies."
seealso:
  - module: reseller.toolkit.peertube_info
"""

EXAMPLES = r"""
- name: Ensure videos of another instance are copied
  reseller.toolkit.peertube_redundancy:
    host: video.example.org
    redundancy_allowed: true

- name: Find a film of that instance
  reseller.toolkit.peertube_info:
    gather: [found_videos]
    search: Opening
  register: found

- name: Ensure a copy of it exists
  reseller.toolkit.peertube_redundancy:
    video: "{{ found.found_videos[0].uuid }}"

- name: Remove the copy
  reseller.toolkit.peertube_redundancy:
    video: "{{ found.found_videos[0].uuid }}"
    state: absent
"""

RETURN = r"""
redundancy:
  description:
    - The video with its copies, V(none) if there are none. While the copy is pending, it has only the ids of the video.
  returned: when O(video) is given
  type: dict
  contains:
    uuid:
      description: The UUID of the video.
      type: str
      sample: 7fc95d6b-a430-4569-8a29-6d6cb9b03f90
    name:
      description: Its name.
      type: str
      sample: Remote film
    redundancies:
      description: The copies of its files.
      type: dict
      sample: {"files": [], "streaming_playlists": [{"id": 3, "size": 90210, "expires_on": null}]}
pending:
  description: Whether the copy is requested and does not exist yet.
  returned: when O(video) is given
  type: bool
  sample: false
server:
  description: The host.
  returned: when O(host) is given
  type: dict
  sample: {"host": "video.example.org", "redundancy_allowed": true}
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.redundancies import (
    allow,
    checked_redundancy,
    copy,
    find_copy,
    is_allowed,
    is_being_copied,
    remote_video,
    remove_copy,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "video": {"type": "str"},
        "host": {"type": "str"},
        "redundancy_allowed": {"type": "bool"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "mutually_exclusive": [("video", "host")],
    "required_one_of": [("video", "host")],
    "numbers": ("video",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the copy, or the permission of the host, into the desired state."""
    params = checked_redundancy(task.params)
    peertube = PeerTubeClient.for_task(task)
    return ensure_server(task, peertube, params) if params["video"] is None else ensure_copy(task, peertube, params)


def ensure_server(task: Task, peertube: PeerTubeClient, params: dict[str, Any]) -> dict[str, Any]:
    """Allow or forbid copies of the videos of a host."""
    host, wanted = params["host"], params["redundancy_allowed"]
    allowed = is_allowed(peertube, host)
    if allowed is None:
        missing(task, f"follow of or by {host}", "Follow it with reseller.toolkit.peertube_follow.")
    return converge(
        task,
        "server",
        current={"host": host, "redundancy_allowed": bool(allowed)},
        wanted={"redundancy_allowed": wanted},
        update=lambda _current, _changed: allow(peertube, host, allowed=wanted),
    )


def ensure_copy(task: Task, peertube: PeerTubeClient, params: dict[str, Any]) -> dict[str, Any]:
    """Ensure that a copy of a video exists, or does not."""
    found = find_copy(peertube, params["video"])
    if params["state"] == "absent":
        current = None if isinstance(found, Absence) else found
        result = converge(task, "redundancy", current=current, wanted=None, delete=partial(remove_copy, peertube))
        return {**result, "pending": False}
    if not isinstance(found, Absence):
        return {**converge(task, "redundancy", current=found, wanted={}), "pending": False}
    video = remote_video(peertube, params["video"])
    shown = {name: video.get(name) for name in ("id", "uuid", "name")}
    if is_being_copied(peertube, video):
        return {**converge(task, "redundancy", current=shown, wanted={}), "pending": True}

    def create() -> dict[str, Any]:
        copy(peertube, video)
        return {"redundancy": shown}

    return {**converge(task, "redundancy", current=None, wanted=shown, create=create), "pending": True}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
