# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_subscription``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_subscription
short_description: Manage a subscription of a PeerTube user
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Subscribes the user who is logged in to a channel, or ends the subscription.
  - PeerTube accepts a subscription to any name and follows the channel a moment later. The module waits for that.
options:
  uri:
    description:
      - The channel as V(name@host), with the port if it is not the usual one, such as V(films@video.example.org).
      - A name without host is a channel of the instance itself.
    type: str
    required: true
  wait:
    description:
      - Whether to wait until the subscription exists. Without that, a channel of another instance that does not exist
        is not noticed, and each run reports a change.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: float
    default: 60
  state:
    description: Whether the user must be subscribed.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests, excluding polling: 1 if unchanged, 2 to unsubscribe, 2 or 3 to subscribe."
seealso:
  - module: reseller.toolkit.peertube_channel
"""

EXAMPLES = r"""
- name: Ensure the user is subscribed to a channel of the instance
  reseller.toolkit.peertube_subscription:
    uri: root_channel

- name: Remove the subscription
  reseller.toolkit.peertube_subscription:
    uri: root_channel
    state: absent
"""

RETURN = r"""
subscription:
  description: The subscription, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    uri:
      description: The channel with its host.
      type: str
      sample: films@video.example.org
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_seconds
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import find_channel
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.subscriptions import (
    checked_uri,
    is_subscribed,
    own_host,
    subscribe,
    unsubscribe,
    wait_for_subscription,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "uri": {"type": "str", "required": True},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 60},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the subscription into the desired state."""
    params = task.params
    check_seconds(params, "wait_timeout")
    peertube = PeerTubeClient.for_task(task)
    channel = checked_uri(peertube, "uri", params["uri"])
    subscription = {"uri": str(channel)}
    exists = is_subscribed(peertube, channel)
    is_wanted = params["state"] == "present"
    is_own = channel.host == own_host(peertube)
    if is_wanted and not exists and is_own and isinstance(find_channel(peertube, channel.name), Absence):
        missing(task, f"channel {channel.name}", "Create it with peertube_channel, or check the name.")

    def create() -> dict[str, Any]:
        subscribe(peertube, channel)
        if params["wait"]:
            wait_for_subscription(peertube, channel, params["wait_timeout"])
        return {"subscription": subscription}

    return converge(
        task,
        "subscription",
        current=subscription if exists else None,
        wanted=subscription if is_wanted else None,
        create=create,
        delete=lambda current: unsubscribe(peertube, channel),
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
