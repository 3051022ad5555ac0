# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_channel``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_channel
short_description: Manage a channel of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes or removes a channel, with its avatar and its banner.
  - A new channel belongs to the user who is logged in. Moderators and administrators can change and remove the channels
    of all users.
  - Removing a channel removes its videos. Its name can never be used again, neither for a channel nor for a user.
options:
  name:
    description:
      - The name of the channel in addresses. It can't be changed.
      - It has 1 to 50 lower case letters, digits, underscores, periods and hyphens.
    type: str
    required: true
  display_name:
    description: The name that viewers see, with 1 to 120 characters. Required to create a channel.
    type: str
  description:
    description: The description, with 3 to 1000 characters. An empty text removes it.
    type: str
  support:
    description: How to support the channel, with 3 to 1000 characters. An empty text removes it.
    type: str
  support_in_videos:
    description: Whether a change of O(support) also replaces the support text of all videos of the channel.
    type: bool
    default: false
  state:
    description: Whether the channel must exist.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.peertube.avatar
  - reseller.toolkit.peertube.banner
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - PeerTube refuses to create more than 20 channels for a user by default, and to remove the last channel of a user.
  - PeerTube 8.2 fails to remove a channel within seconds of its creation. The request is retried for
    O(retry_timeout).
  - "API requests: 2 to create, 1 if unchanged, and 1 for each change of a picture."
seealso:
  - module: reseller.toolkit.peertube_profile
"""

EXAMPLES = r"""
- name: Ensure a channel for the films exists
  reseller.toolkit.peertube_channel:
    name: example_films
    display_name: Films of Example Ltd
    description: Everything that our studio makes.

- name: Remove its description
  reseller.toolkit.peertube_channel:
    name: example_films
    description: ""

- name: Remove it with its videos
  reseller.toolkit.peertube_channel:
    name: example_films
    state: absent
"""

RETURN = r"""
channel:
  description: The channel, V(none) if it is absent. A new one has only the given properties and its id.
  returned: success
  type: dict
  contains:
    id:
      description: Its id.
      type: int
      sample: 21
    name:
      description: Its name in addresses.
      type: str
      sample: example_films
    display_name:
      description: The name that viewers see.
      type: str
      sample: Films of Example Ltd
    description:
      description: Its description, which may be empty.
      type: str
      sample: Everything that our studio makes.
    support:
      description: How to support it, which may be empty.
      type: str
      sample: ""
    avatar:
      description:
        - The SHA-256 of the file that was uploaded last from this machine, if the server still shows that picture.
        - An empty text if it has none, V(unknown) for any other picture.
      type: str
      sample: ""
    banner:
      description: The same for the banner.
      type: str
      sample: unknown
    owner_account:
      description: The account that it belongs to.
      type: dict
      sample: {"id": 4, "name": "alice", "display_name": "Alice", "host": "video.example.com"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.channels import (
    add_channel,
    change_channel,
    channel_path,
    known_channel,
    remove_channel,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.pictures import Pictures, with_pictures
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import (
    checked_actor_name,
    checked_line,
    checked_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "name": {"type": "str", "required": True},
        "display_name": {"type": "str"},
        "description": {"type": "str"},
        "support": {"type": "str"},
        "support_in_videos": {"type": "bool", "default": False},
        "avatar": {"type": "path"},
        "banner": {"type": "path"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("display_name", "description", "support"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the channel into the desired state."""
    params = task.params
    peertube = PeerTubeClient.for_task(task)
    name, display_name, description, support = all_of(
        lambda: checked_actor_name("name", params["name"]),
        lambda: checked_line("display_name", params["display_name"]),
        lambda: checked_text("description", params["description"]),
        lambda: checked_text("support", params["support"]),
    )
    texts = {"display_name": display_name, "description": description, "support": support}
    pictures = Pictures(task, peertube, channel_path(name), "avatar", "banner")
    wanted = {"name": name, **texts, **pictures.wanted} if params["state"] == "present" else None
    found = known_channel(
        peertube,
        name,
        lambda shared: wanted is not None and not changes(with_pictures(shared, pictures.current(shared)), wanted),
    )
    absence = found if isinstance(found, Absence) else None
    if absence and wanted and not display_name:
        raise invalid("display_name", f"it is required: channel {name} does not exist yet.")

    def create() -> dict[str, Any]:
        created: dict[str, Any] = {}
        given = {kind: digest for kind, digest in pictures.wanted.items() if digest}
        steps = [Step("channel", lambda: created.update(add_channel(peertube, {"name": name, **texts}, absence)))]
        carry_out([*steps, *pictures.steps(given)])
        return {"channel": with_pictures(created, {**pictures.current(created), **given})}

    def update(current: dict[str, Any], changed: dict[str, Any]) -> None:
        written = {property_: value for property_, value in changed.items() if property_ in texts}
        in_videos = params["support_in_videos"]
        write = Step("channel", lambda: change_channel(peertube, name, written, in_videos=in_videos))
        carry_out([*([write] if written else []), *pictures.steps(changed)])

    return converge(
        task,
        "channel",
        current=None if isinstance(found, Absence) else with_pictures(found, pictures.current(found)),
        wanted=wanted,
        create=create,
        update=update,
        delete=lambda current: remove_channel(peertube, name),
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
