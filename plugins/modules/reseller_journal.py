# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_journal``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_journal
short_description: Resolve an order whose outcome is unknown
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Records in the journal of orders what you found out about one order in the control panel.
  - Either option allows a later task to order again, and to pay again. So check the control panel first.
  - It only changes files in O(state_dir) and sends no request. It must run on the host that placed the order, as the
    same user.
options:
  id:
    description: The entry's name, as reported by M(reseller.toolkit.reseller_journal_info) and by errors.
    type: str
  endpoint:
    description: >-
      The order's method and path. Together with O(key) and O(api_url), this is another way to name the entry.
    type: str
  key:
    description: What was ordered, as reported by M(reseller.toolkit.reseller_journal_info).
    type: str
  state:
    description:
      - With V(forgotten) the order counts as ended. No task follows it any more. The next task for it looks for what
        was ordered, and orders it if it does not exist. A file that can't be read is removed.
      - With V(resend) the next run of the task looks for what was ordered, and orders it again if it does not exist, as
        with O(reseller.toolkit.reseller_account#module:on_doubt=resend), but only once. It is refused for an order that
        was accepted, as such an order is followed and never resent.
    type: str
    choices: [forgotten, resend]
    required: true
extends_documentation_fragment:
  - reseller.toolkit.reseller.sends_nothing
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - It fails with C(error.kind=locked) while another process places the same order.
seealso:
  - module: reseller.toolkit.reseller_journal_info
"""

EXAMPLES = r"""
- name: Show the orders that are open
  reseller.toolkit.reseller_journal_info:
  register: journal

- name: Forget the order of an account that the control panel does not show
  reseller.toolkit.reseller_journal:
    id: "{{ (journal.entries | selectattr('key', 'eq', 'example.net') | first).id }}"
    state: forgotten

- name: Allow the next run to order an account again if it does not exist
  reseller.toolkit.reseller_journal:
    endpoint: POST /accounts
    key: example.org
    state: resend
"""

RETURN = r"""
entry:
  description:
    - The resulting entry, also in check mode, with the properties that M(reseller.toolkit.reseller_journal_info)
      returns.
    - V(none) when it was forgotten.
  returned: success
  type: dict
  sample:
    id: 3f2a9c0b7d1e4f58
    api_url: https://api.combell.com
    endpoint: POST /accounts
    key: example.com
    opened: "2026-03-01T12:00:00Z"
    location: null
    job_id: null
    answered: false
    verified: false
    gone: false
    resend: true
    closed: null
    key_fingerprint: 9f86d081884c7d65
    next_step: "Run the task again: it looks again, and orders what it does not find."
"""

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import storage_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_admin import ID, settle
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import api_address, connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(sends=False),
        "id": {"type": "str"},
        "endpoint": {"type": "str"},
        "key": {"type": "str", "no_log": False},
        "state": {"type": "str", "choices": ["forgotten", "resend"], "required": True},
    },
    "mutually_exclusive": [("id", "endpoint"), ("id", "key")],
    "required_together": [("endpoint", "key")],
    "required_one_of": [("id", "endpoint")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Resolve one entry of the journal."""
    params = task.params
    journal = Journal(storage_of(params))
    if params["id"] is None:
        entry_id = journal.entry_id(journal.intent(api_address(params), params["endpoint"], params["key"], ""))
    elif re.fullmatch(ID, params["id"]):
        entry_id = params["id"]
    else:
        raise invalid("id", f"{params['id']!r} is not the name of an entry, 16 of the characters 0-9 and a-f.")
    return settle(task, journal, entry_id, params["state"])


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
