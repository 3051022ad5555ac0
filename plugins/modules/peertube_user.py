# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_user``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_user
short_description: Manage a user of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes, blocks or removes a user, as an administrator or a moderator. Moderators can only manage users
    with the role V(user).
  - A new user gets an account and a first channel. Further channels belong to the user, who creates them.
options:
  username:
    description:
      - The name of the user, which can't be changed. It has lower case letters, digits, underscores, and inside also
        periods and hyphens.
      - PeerTube accepts no name that a user or a channel ever had, even after its removal. So a user who was removed
        can't be created again with the same name. The API does not show such names, so check mode can't predict this.
    type: str
    required: true
  email:
    description: The e-mail address, which no other user may have. Required to create a user.
    type: str
  password:
    description:
      - The password, of 6 to 255 characters. Required to create a user. Where the instance can send e-mail, an empty
        text asks the new user by e-mail to choose one.
      - Setting it ends all logins of the user.
    type: str
  role:
    description:
      - What the user may do. The default of a new user is V(user).
      - Only an administrator may change it. The task fails before the first write if a moderator would, because
        PeerTube lets moderators make administrators.
    type: str
    choices: [administrator, moderator, user]
  channel_name:
    description:
      - The name of the first channel, used only to create a user. The default is O(username) followed by V(_channel).
      - It must differ from O(username), and from every name that a user or a channel ever had.
    type: str
  video_quota:
    description:
      - How many bytes the videos of the user may have, V(-1) for any number. The default of a new user is set in the
        instance's configuration.
    type: int
  video_quota_daily:
    description: How many bytes the user may upload in 24 hours, V(-1) for any number. The default is as above.
    type: int
  admin_flags:
    description: Whether the user's new videos skip (V(1)) the automatic blocking, or not (V(0)).
    type: int
    choices: [0, 1]
  email_verified:
    description: Whether the e-mail address counts as verified.
    type: bool
  plugin_auth:
    description: The plugin that authenticates the user, such as V(peertube-plugin-auth-ldap). An empty text removes it.
    type: str
  blocked:
    description: Whether the user is blocked. A blocked user can't log in, and all logins of the user end.
    type: bool
  blocked_reason:
    description:
      - Why the user is blocked, in 3 to 250 characters. An empty text removes the reason. Requires O(blocked=true).
    type: str
  two_factor_enabled:
    description:
      - Set this to V(false) to remove the second factor of a user who lost it. Only the user can enable it, so V(true)
        is refused.
    type: bool
  state:
    description:
      - Desired state of the user. V(absent) removes the user with all channels, videos and playlists, for good.
      - The user V(root) can't be removed or blocked.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests: 2 or 3 to create, 1 if unchanged, 1 more for each of: other properties, a new e-mail address, a new
    role, blocking, the second factor; 2 to remove."
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.password
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.peertube_token
  - module: reseller.toolkit.peertube_api
"""

EXAMPLES = r"""
- name: Ensure a customer has a user with 20 GB
  reseller.toolkit.peertube_user:
    username: ada
    email: ada@example.com
    password: "{{ vaulted_video_password }}"
    channel_name: ada_films
    video_quota: 20000000000

- name: Remove a lost second factor, and set a new password
  reseller.toolkit.peertube_user:
    username: ada
    password: "{{ vaulted_video_password }}"
    update_password: always
    two_factor_enabled: false

- name: Block the user until the invoice is paid
  reseller.toolkit.peertube_user:
    username: ada
    blocked: true
    blocked_reason: The invoice of May is not paid.

- name: Remove the user with all videos
  reseller.toolkit.peertube_user:
    username: ada
    state: absent
"""

RETURN = r"""
user:
  description:
    - The user, V(none) if absent. If this task created the user, or in check mode would, only the given properties and
      the id are returned.
  returned: success
  type: dict
  contains:
    id:
      description: The id.
      type: int
      sample: 7
    username:
      description: The name.
      type: str
      sample: ada
    email:
      description: The e-mail address.
      type: str
      sample: ada@example.com
    email_verified:
      description: Whether it is verified, V(none) if that was never asked for.
      type: bool
      sample: true
    pending_email:
      description: The address that the user wants and has not verified yet, V(none) without one.
      type: str
      sample: ada@example.org
    role:
      description: V(administrator), V(moderator) or V(user).
      type: str
      sample: user
    video_quota:
      description: How many bytes the videos may have, V(-1) for any number.
      type: int
      sample: 20000000000
    video_quota_daily:
      description: How many bytes the user may upload in 24 hours, V(-1) for any number.
      type: int
      sample: -1
    video_quota_used:
      description: How many bytes the videos have.
      type: int
      sample: 1500000000
    video_quota_used_daily:
      description: How many bytes the user uploaded in the last 24 hours.
      type: int
      sample: 0
    admin_flags:
      description: V(1) if new videos skip the automatic blocking, otherwise V(0).
      type: int
      sample: 0
    plugin_auth:
      description: The plugin that authenticates the user, empty without one.
      type: str
      sample: ""
    blocked:
      description: Whether the user is blocked.
      type: bool
      sample: false
    blocked_reason:
      description: Why, empty without a reason.
      type: str
      sample: ""
    two_factor_enabled:
      description: Whether the user has a second factor.
      type: bool
      sample: false
    account:
      description: The account, which owns the channels.
      type: dict
      sample: {"id": 9, "name": "ada", "display_name": "ada", "host": "video.example.com"}
    created_at:
      description: When the user was created.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
    last_login_date:
      description: When the user logged in last, V(none) if never.
      type: str
      sample: "2026-05-05T10:00:00.000Z"
applied:
  description: The writes that were carried out.
  returned: partial failures
  type: list
  elements: str
  sample: [user]
failed_writes:
  description: The write that failed.
  returned: partial failures
  type: list
  elements: str
  sample: [blocked]
not_attempted:
  description: The writes that were not sent because of the failure.
  returned: partial failures
  type: list
  elements: str
  sample: [two_factor_enabled]
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import (
    connection_options,
    password_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.users import (
    change_user,
    check_changes,
    checked_user,
    create_user,
    is_as_desired,
    known_user,
    remove_user,
    wanted_user,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **password_options(),
        "username": {"type": "str", "required": True},
        "email": {"type": "str"},
        "role": {"type": "str", "choices": ["administrator", "moderator", "user"]},
        "channel_name": {"type": "str"},
        "video_quota": {"type": "int"},
        "video_quota_daily": {"type": "int"},
        "admin_flags": {"type": "int", "choices": [0, 1]},
        "email_verified": {"type": "bool"},
        "plugin_auth": {"type": "str"},
        "blocked": {"type": "bool"},
        "blocked_reason": {"type": "str"},
        "two_factor_enabled": {"type": "bool"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("blocked_reason",),
    "required_if": [("update_password", "always", ("password",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the user into the desired state."""
    params = checked_user(task.params)
    peertube = PeerTubeClient.for_task(task)
    found = known_user(peertube, params["username"], lambda user: is_as_desired(user, params))
    current = None if isinstance(found, Absence) else found
    if params["state"] == "absent":
        return converge(task, "user", current=current, wanted=None, delete=partial(remove_user, peertube))
    wanted = wanted_user(params, is_new=current is None)
    check_changes(peertube, current, wanted)
    return converge(
        task,
        "user",
        current=current,
        wanted=wanted,
        create=lambda: {"user": create_user(peertube, wanted, found)},
        update=partial(change_user, peertube),
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
