# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_live``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_live
short_description: Manage a live of a PeerTube user
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes or removes a live in a channel of the user who is logged in. Other software sends the stream itself
    to the server.
  - PeerTube accepts several lives of one name. This module identifies a live by O(name) and O(channel) and creates each
    one only once, also if a response is lost.
options:
  id:
    description: The number, UUID or short UUID of an existing live. Use it to change the O(name).
    type: str
  name:
    description: The name that viewers see, with 3 to 120 characters. Required unless O(id) is given.
    type: str
  channel:
    description: The name of the channel. It must belong to the same user. Required unless O(id) is given.
    type: str
  privacy:
    description: Who can see it. A new live is private by default.
    type: str
    choices: [public, unlisted, private, internal]
  permanent_live:
    description: Whether it can be streamed again after its end. By default a new one can't.
    type: bool
  save_replay:
    description:
      - Whether the server saves a replay, five minutes after the end. Without O(permanent_live) the live becomes the
        replay, and is no live any more. By default a new one has no replay.
    type: bool
  replay_privacy:
    description: Who can see the replay. Requires a live with O(save_replay). By default only the user.
    type: str
    choices: [public, unlisted, private, internal]
  latency_mode:
    description: The latency. V(small) disables the exchange of parts between viewers, V(high) supports more of it.
    type: str
    choices: [default, small, high]
  show_stream_key:
    description:
      - Whether to return the address and the key with which the stream is sent. The key is a secret, so set C(no_log)
        for the task.
    type: bool
    default: false
  state:
    description: Whether the live must exist.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - PeerTube refuses to change the settings of the stream while it is live, and to create more than 3 lives for a user
    by default.
  - "API requests: 2 if unchanged, and more for each 100 videos of the user; 4 to create, 1 or 2 more to change."
"""

EXAMPLES = r"""
- name: Ensure the channel has a permanent live
  reseller.toolkit.peertube_live:
    name: Weekly questions
    channel: root_channel
    privacy: public
    permanent_live: true

- name: Set a small latency, and read where to send the stream
  reseller.toolkit.peertube_live:
    name: Weekly questions
    channel: root_channel
    latency_mode: small
    show_stream_key: true
  register: weekly
  no_log: true

- name: Remove it
  reseller.toolkit.peertube_live:
    name: Weekly questions
    channel: root_channel
    state: absent
"""

RETURN = r"""
live:
  description: The live, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    id:
      description: Its number.
      type: int
      sample: 12
    uuid:
      description: Its UUID.
      type: str
      sample: 008a9ce2-0b2a-4af5-b76f-949412b2a2c8
    short_uuid:
      description: The short form of its UUID, as in the addresses of pages.
      type: str
      sample: 14SVs4xXhYDb1acwm9xMzA
    name:
      description: The name that viewers see.
      type: str
      sample: Weekly questions
    channel:
      description: The name of its channel.
      type: str
      sample: example_films
    privacy:
      description: Who can see it.
      type: str
      sample: public
    permanent_live:
      description: Whether it can be streamed again after its end.
      type: bool
      sample: true
    save_replay:
      description: Whether the server saves a replay.
      type: bool
      sample: false
    replay_privacy:
      description: Who can see the replay, V(none) without one.
      type: str
    latency_mode:
      description: The latency.
      type: str
      sample: default
stream:
  description: Where to send the stream.
  returned: if O(show_stream_key) and the live exists
  type: dict
  contains:
    rtmp_url:
      description: The address.
      type: str
      sample: rtmp://video.example.com:1935/live
    rtmps_url:
      description: The address for encrypted streams, V(none) if the server accepts none.
      type: str
    stream_key:
      description: The key, a secret.
      type: str
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import own_account, own_channel_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.lives import (
    DEFAULTS,
    LATENCY_MODES,
    PRIVACIES,
    SETTINGS,
    add_live,
    change_live,
    find_live,
    find_live_by_id,
    remove_live,
    stream_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_actor_name, checked_line
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "id": {"type": "str"},
        "name": {"type": "str"},
        "channel": {"type": "str"},
        "privacy": {"type": "str", "choices": [*PRIVACIES]},
        "permanent_live": {"type": "bool"},
        "save_replay": {"type": "bool"},
        "replay_privacy": {"type": "str", "choices": [*PRIVACIES]},
        "latency_mode": {"type": "str", "choices": [*LATENCY_MODES]},
        "show_stream_key": {"type": "bool", "default": False, "no_log": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "required_one_of": [("id", "name")],
    "numbers": ("id", "name"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the live into the desired state."""
    params = task.params
    number, name, channel = all_of(
        lambda: if_given(params["id"], lambda text: checked_id("id", text)),
        lambda: checked_line("name", params["name"], 3),
        lambda: if_given(params["channel"], lambda text: checked_actor_name("channel", text)),
    )
    if number is None and (name is None or channel is None):
        raise invalid("channel", "it is required with name unless id is given.")
    is_wanted = params["state"] == "present"
    peertube = PeerTubeClient.for_task(task)
    if number is None:
        found = find_live(peertube, name, channel)
    else:
        found = find_live_by_id(peertube, number, is_wanted=is_wanted)
    current = None if isinstance(found, Absence) else found
    absence = found if isinstance(found, Absence) else None
    wanted = {name_: params[name_] for name_ in ("privacy", *SETTINGS)}
    wanted = {"name": name, "channel": channel if current is None else None, **wanted}
    if is_wanted:
        saves = (
            {**DEFAULTS, **(current or {})}["save_replay"] if wanted["save_replay"] is None else wanted["save_replay"]
        )
        if wanted["replay_privacy"] and not saves:
            raise invalid("replay_privacy", "the live saves no replay. Set save_replay too.")
    is_new = is_wanted and current is None
    channel_id = own_channel_id(task, peertube, channel, own_account(peertube)) if is_new else None
    result = converge(
        task,
        "live",
        current=current,
        wanted=wanted if is_wanted else None,
        create=lambda: {"live": add_live(peertube, wanted, channel_id, absence)},
        update=lambda live, changed: change_live(peertube, live, changed),
        delete=lambda live: remove_live(peertube, live),
    )
    live = result["live"]
    if live and "save_replay" in live:
        result["live"] = {**live, "replay_privacy": live.get("replay_privacy") if live["save_replay"] else None}
    if params["show_stream_key"] and live and live.get("uuid"):
        result["stream"] = stream_of(peertube, live)
    return result


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
