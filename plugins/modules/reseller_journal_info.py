# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_journal_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_journal_info
short_description: Read the journal of orders
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists the orders that this user placed from this machine and whose outcome is not final, with the next step of each.
  - It only reads the files in O(state_dir) and sends no request. If the journal belongs to another user or is on
    another host, run it there as that user.
options:
  closed:
    description: Whether to also list closed orders. They are kept for a week.
    type: bool
    default: false
extends_documentation_fragment:
  - reseller.toolkit.reseller.sends_nothing
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_journal
"""

EXAMPLES = r"""
- name: Show the orders that are open
  reseller.toolkit.reseller_journal_info:
  register: journal

- name: Show the next step of each
  ansible.builtin.debug:
    msg: "{{ item.endpoint }} for {{ item.key }}, opened {{ item.opened }}: {{ item.next_step }}"
  loop: "{{ journal.entries }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
entries:
  description: The open orders, with O(closed=true) also the closed ones. The oldest is first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The entry's name.
      type: str
      sample: 3f2a9c0b7d1e4f58
    api_url:
      description: The address of the API.
      type: str
      sample: https://api.combell.com
    endpoint:
      description: The method and the path of the order.
      type: str
      sample: POST /accounts
    key:
      description:
        - What was ordered, such as an account's identifier. A hash for a call of M(reseller.toolkit.reseller_api) whose
          body does not name it.
      type: str
      sample: example.com
    opened:
      description: The time just before it was sent, in UTC.
      type: str
      sample: "2026-03-01T12:00:00Z"
    location:
      description: The path of the job or the resource, from the response. V(none) if no response is known.
      type: str
      sample: /provisioningjobs/0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
    job_id:
      description: The id of the provisioning job. V(none) if it does not exist or is not known.
      type: str
      sample: 0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
    answered:
      description: Whether a response accepted the order.
      type: bool
      sample: true
    verified:
      description: Whether the validation of a certificate was requested.
      type: bool
      sample: false
    gone:
      description: Whether the order ended without a result.
      type: bool
      sample: false
    resend:
      description: Whether the next run may order again what it does not find.
      type: bool
      sample: false
    closed:
      description: When it was closed, in UTC. V(none) while it is open.
      type: str
      sample: null
    key_fingerprint:
      description: A fingerprint of the API key that it was sent with.
      type: str
      sample: 9f86d081884c7d65
    next_step:
      description: What the next run of its task does, or what you must do first.
      type: str
      sample: >-
        Run the task again: it follows job 0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d, and orders nothing unless that job was
        cancelled.
unreadable:
  description:
    - Files in the journal's folder that are not readable entries of this user. While such a file can't be read, a task
      for the same order fails with C(journal_unusable).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The entry's name. V(none) if no task uses a file of that name.
      type: str
      sample: 3f2a9c0b7d1e4f58
    path:
      description: The path of the file.
      type: str
      sample: /home/ada/.local/state/reseller.toolkit/journal/3f2a9c0b7d1e4f58.json
    why:
      description: Why it can't be used.
      type: str
      sample: it belongs to another user (uid 1000)
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import storage_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_admin import as_entry, read_entries
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(sends=False),
        "closed": {"type": "bool", "default": False},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read the journal."""
    params = task.params
    journal = Journal(storage_of(params))
    intents, unreadable = read_entries(journal)
    return {
        "entries": [as_entry(intent) for intent in intents if intent.is_open or params["closed"]],
        "unreadable": [one.as_result() for one in unreadable],
    }


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
