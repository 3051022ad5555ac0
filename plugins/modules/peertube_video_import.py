# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_video_import``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_video_import
short_description: Manage the import of a video into a PeerTube channel
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lets the server download a video from an address, once. PeerTube imports the same address any number of times.
  - An import is identified by its channel and its address. One that failed, was canceled, or whose video was removed
    does not count, so the next run imports the address again.
  - Removing an import only removes its entry from the list of imports. The video stays, but the next run with
    O(state=present) imports it again.
  - To change the video, use M(reseller.toolkit.peertube_video) with its UUID.
options:
  channel:
    description: The name of a channel of the user who is logged in.
    type: str
    required: true
  target_url:
    description: The address of a video file, or of a page that the server can import from.
    type: str
    required: true
  name:
    description:
      - The title of a new video, with 3 to 120 characters. By default, the server takes it from the page or the file.
    type: str
  privacy:
    description: Who can watch a new video. PeerTube makes new videos V(private) by default.
    type: str
    choices: [public, unlisted, private, internal]
  settle_time:
    description:
      - How long an import whose response was lost may take to show, in seconds, before it counts as absent and is sent
        again. The server reads the address during the request.
    type: float
    default: 60
  wait:
    description: Whether to wait until the import has ended.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: float
    default: 900
  poll_min:
    description: The shortest time between two reads while waiting, in seconds.
    type: float
    default: 2
  poll_max:
    description: The longest time between two reads while waiting, in seconds.
    type: float
    default: 30
  state:
    description: Whether the import must exist. With V(absent), one that has not begun is canceled.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - PeerTube refuses addresses that lead to the own machine or to a private network.
  - "API requests, excluding waiting: 4 to import, 1 if unchanged."
seealso:
  - module: reseller.toolkit.peertube_video
  - module: reseller.toolkit.peertube_channel_sync
"""

EXAMPLES = r"""
- name: Ensure a film of the old site is imported
  reseller.toolkit.peertube_video_import:
    channel: root_channel
    target_url: https://media.example.com/films/opening.mp4
    name: The opening
    privacy: public
  register: imported

- name: Set its description
  reseller.toolkit.peertube_video:
    uuid: "{{ imported.video_import.video.uuid }}"
    description: How our shop was opened.

- name: Remove the entry from the list of imports
  reseller.toolkit.peertube_video_import:
    channel: root_channel
    target_url: https://media.example.com/films/opening.mp4
    state: absent
"""

RETURN = r"""
video_import:
  description: The import, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    id:
      description: Its number.
      type: int
      sample: 2
    target_url:
      description: The address.
      type: str
      sample: https://media.example.com/films/opening.mp4
    channel:
      description: The name of the channel.
      type: str
      sample: root_channel
    state:
      description: V(pending), V(processing) or V(success).
      type: str
      sample: success
    error:
      description: The error that the server reports, V(none) without one.
      type: str
      sample: null
    video:
      description: The video.
      type: dict
      sample: {"id": 21, "uuid": "66bfaa4f-483e-4174-a80f-318fca72e849", "name": "The opening"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_seconds
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channel_syncs import checked_address
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_actor_name, checked_line
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_imports import (
    begin_import,
    ended,
    find_import,
    import_of,
    own_channel,
    remove_import,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_values import NAME_LENGTH, PRIVACIES
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "channel": {"type": "str", "required": True},
        "target_url": {"type": "str", "required": True},
        "name": {"type": "str"},
        "privacy": {"type": "str", "choices": ["public", "unlisted", "private", "internal"]},
        "settle_time": {"type": "float", "default": 60},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 900},
        "poll_min": {"type": "float", "default": 2},
        "poll_max": {"type": "float", "default": 30},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("name",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the import into the desired state."""
    params = task.params
    channel, address, title, _times = all_of(
        lambda: checked_actor_name("channel", params["channel"]),
        lambda: checked_address("target_url", params["target_url"]),
        lambda: checked_line("name", params["name"], *NAME_LENGTH),
        lambda: check_seconds(params, "settle_time", "wait_timeout", "poll_min", "poll_max"),
    )
    is_wanted = params["state"] == "present"
    peertube = PeerTubeClient.for_task(task)
    found = find_import(peertube, channel, address)
    absence = found if isinstance(found, Absence) else None
    into = own_channel(peertube, channel) if absence and is_wanted else None
    if absence and is_wanted and into is None:
        hint = "Create it with reseller.toolkit.peertube_channel, or log in as its owner."
        missing(task, f"channel {channel} of the user who is logged in", hint)
    fields = {"name": title, "privacy": PRIVACIES.get(params["privacy"])}
    given = {name: value for name, value in fields.items() if value is not None}

    def create() -> dict[str, Any]:
        settle_time = params["settle_time"]
        made = begin_import(peertube, into or {}, address, given, absence, settle_time=settle_time)
        return {"video_import": import_of(made)}

    result = converge(
        task,
        "video_import",
        current=None if isinstance(found, Absence) else import_of(found),
        wanted={"channel": channel, "target_url": address} if is_wanted else None,
        create=create,
        delete=lambda current: remove_import(peertube, current),
    )
    if not (is_wanted and params["wait"]) or task.check_mode:
        return result
    times = {name: params[name] for name in ("wait_timeout", "poll_min", "poll_max")}
    return {**result, "video_import": ended(peertube, result["video_import"], **times)}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
