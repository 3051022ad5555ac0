# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_token``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_token
short_description: Manage the stored login of a PeerTube user
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Logs in a user, or logs out what was logged in from here. The tokens are stored in O(state_dir), and are never
    returned.
  - Modules log in by themselves. Use this one to enter the code of a second factor once at the start of a play, or to
    remove the login at its end.
options:
  state:
    description:
      - V(present) makes sure that a valid login is stored.
      - V(absent) revokes the stored login and removes it. Logins from elsewhere stay valid.
    type: str
    choices: [present, absent]
    default: present
  api_token:
    description:
      - Must not be set, because the module manages logins with O(api_user) and O(api_password).
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes
notes:
  - "API requests: 1 if the stored login is valid, 4 to log in, 1 to log out."
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Ensure a login exists
  reseller.toolkit.peertube_token:

- name: Remove the login
  reseller.toolkit.peertube_token:
    state: absent
"""

RETURN = r"""
login:
  description: The login, V(none) if there is none.
  returned: success
  type: dict
  contains:
    username:
      description: The name of the user. V(none) in check mode if the login does not exist yet.
      type: str
      sample: root
    role:
      description: V(administrator), V(moderator) or V(user). V(none) in check mode if the login does not exist yet.
      type: str
      sample: administrator
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the login into the desired state."""
    if task.params["api_token"]:
        raise invalid("api_token", "it must not be set. Set api_user and api_password.")
    peertube = PeerTubeClient.for_task(task)
    if task.params["state"] == "absent":
        return {"changed": peertube.log_out(), "login": None}
    before = peertube.stored_access()
    if task.check_mode and before is None:
        return {"changed": True, "login": {"username": None, "role": None}}
    shown = peertube.own_user()
    return {"changed": peertube.stored_access() != before, "login": shown}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
