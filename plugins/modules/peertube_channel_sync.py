# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_channel_sync``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_channel_sync
short_description: Manage the synchronization of a PeerTube channel
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Adds or removes the synchronization of a channel with a channel elsewhere, whose new videos the server then imports.
  - A synchronization is identified by its channel and its address. PeerTube accepts the same one any number of times;
    the module adds it once.
  - Removing it keeps the imported videos.
options:
  channel:
    description: The name of the channel. Only its owner and administrators can manage its synchronizations.
    type: str
    required: true
  external_url:
    description: The address of the channel elsewhere, exactly as it was added.
    type: str
    required: true
  state:
    description: Whether the synchronization must exist.
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
  - "API requests: 4 to add, 2 if unchanged, and 1 for each further 100 synchronizations of the owner."
seealso:
  - module: reseller.toolkit.peertube_channel
  - module: reseller.toolkit.peertube_video_import
"""

EXAMPLES = r"""
- name: Ensure the films of the old site are imported
  reseller.toolkit.peertube_channel_sync:
    channel: root_channel
    external_url: https://media.example.com/films

- name: Remove the synchronization
  reseller.toolkit.peertube_channel_sync:
    channel: root_channel
    external_url: https://media.example.com/films
    state: absent
"""

RETURN = r"""
sync:
  description: The synchronization, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    id:
      description: Its number.
      type: int
      sample: 1
    channel:
      description: The name of the channel.
      type: str
      sample: root_channel
    external_url:
      description: The address of the channel elsewhere.
      type: str
      sample: https://media.example.com/films
    state:
      description: Its state in the words of the server.
      type: str
      sample: Waiting first run
    last_sync_at:
      description: When it last ran, V(none) if it never did.
      type: str
      sample: "2026-11-26T11:51:37.305Z"
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channel_syncs import (
    add_sync,
    checked_address,
    find_sync,
    remove_sync,
    sync_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import find_channel
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_actor_name
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "channel": {"type": "str", "required": True},
        "external_url": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the synchronization into the desired state."""
    name, address = all_of(
        lambda: checked_actor_name("channel", task.params["channel"]),
        lambda: checked_address("external_url", task.params["external_url"]),
    )
    is_wanted = task.params["state"] == "present"
    wanted = {"channel": name, "external_url": address} if is_wanted else None
    peertube = PeerTubeClient.for_task(task)
    channel = find_channel(peertube, name)
    if isinstance(channel, Absence):
        if is_wanted:
            missing(task, f"channel {name}", "Create it with reseller.toolkit.peertube_channel.")
        return converge(task, "sync", current=None, wanted=wanted)
    found = find_sync(peertube, channel, address)
    absence = found if isinstance(found, Absence) else None
    return converge(
        task,
        "sync",
        current=None if isinstance(found, Absence) else sync_of(found),
        wanted=wanted,
        create=lambda: {"sync": add_sync(peertube, channel, address, absence)},
        delete=lambda current: remove_sync(peertube, current),
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
