# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_platform_check``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_platform_check
short_description: Check the input of the role video_platform
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Compares a PeerTube instance with the dictionary of the role P(reseller.toolkit.video_platform#role), as an
    administrator. Nothing is ever written, and no other user is logged in.
  - All mistakes in the dictionary are reported at once, each with its place.
  - The role runs it first, and then runs only the tasks of the items that differ.
options:
  video_platform:
    description: The dictionary of the role. C(ansible-doc -t role reseller.toolkit.video_platform) describes it.
    type: dict
    required: true
notes:
  - This runs on the controller. API requests are sent from the host that the task runs on.
  - C(module_defaults) of the modules that the role uses must also apply to this task, as those of a play do.
  - Where modules run inside the Ansible worker, users, channels, videos, playlists, plugins, follows and blocks are
    read at once, if the dictionary has two or more of a kind and that takes no more requests than they are.
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.peertube_user
  - module: reseller.toolkit.peertube_channel
  - module: reseller.toolkit.peertube_video
  - module: reseller.toolkit.peertube_playlist
"""

EXAMPLES = r"""
- name: Check the instance before the role changes it
  reseller.toolkit.peertube_platform_check:
    video_platform:
      users:
        - username: ada
          email: ada@example.com
          password: "{{ vaulted_video_password }}"
          channels:
            - name: ada_talks
              display_name: Talks by Ada
  register: checked

- name: Show what the role would change
  ansible.builtin.debug:
    var: checked.changes
"""

RETURN = r"""
mistakes:
  description: The mistakes.
  returned: when there are mistakes
  type: list
  elements: dict
  contains:
    place:
      description: The place of the mistake.
      type: str
      sample: video_platform.users[0].email
    message:
      description: What is wrong.
      type: str
changes:
  description: What the role would change, in words.
  returned: success
  type: list
  elements: str
  sample: ["user ada: created", "channel ada_talks: display_name"]
todo:
  description: The items that the role would create or change, by their kinds.
  returned: success
  type: dict
  sample: {"channels": [], "users": []}
differences:
  description: The items that differ and that only their owner may write, whose password the dictionary does not have.
  returned: success
  type: list
  elements: dict
  contains:
    place:
      description: The place of the item.
      type: str
      sample: video_platform.users[0].channels[0]
    title:
      description: What it is.
      type: str
      sample: channel ada_talks
    name:
      description: Its name.
      type: str
      sample: ada_talks
    owner:
      description: The name of its user.
      type: str
      sample: ada
    user:
      description: The index of its user.
      type: int
      sample: 0
    index:
      description: Its index in the list.
      type: int
      sample: 0
    properties:
      description: The properties that differ. Empty if it does not exist.
      type: list
      elements: str
      sample: [display_name]
    change:
      description: The same in words.
      type: str
      sample: "channel ada_talks: display_name"
logins:
  description: The logins that the changes require.
  returned: success
  type: dict
  contains:
    users:
      description: The names of the users who have to log in. Those with a stored login are not among them.
      type: list
      elements: str
      sample: [ada]
    minutes:
      description: How long to wait for logins, because PeerTube allows 15 in 5 minutes.
      type: int
      sample: 0
in_check_mode:
  description: Whether the task runs in check mode.
  returned: success
  type: bool
"""
