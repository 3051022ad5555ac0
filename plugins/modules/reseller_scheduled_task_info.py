# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_scheduled_task_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_scheduled_task_info
short_description: Read the scheduled tasks of a customer's Linux hosting
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists the scheduled tasks of a Linux hosting, or reads one.
options:
  domain:
    description: The domain name of the hosting.
    type: str
    required: true
  id:
    description: Only the task with this id.
    type: str
notes:
  - "API requests, excluding job polling: 1 to read those of a hosting."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_scheduled_task
"""

EXAMPLES = r"""
- name: List a customer's scheduled tasks
  reseller.toolkit.reseller_scheduled_task_info:
    domain: example.com
  register: customer
"""

RETURN = r"""
scheduled_tasks:
  description: The tasks that were found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id of the task.
      type: str
      sample: "17"
    script_location:
      description: The script that it runs.
      type: str
      sample: /data/sites/web/examplecom/bin/backup.sh
    cron_expression:
      description: The schedule.
      type: str
      sample: 0 3 * * *
    enabled:
      description: Whether it is enabled.
      type: bool
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import path_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.scheduled_tasks import (
    get_scheduled_task,
    list_scheduled_tasks,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "domain": {"type": "str", "required": True},
        "id": {"type": "str"},
    },
    "numbers": ("id",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read scheduled tasks."""
    domain = ascii_domain("domain", task.params["domain"])
    task_id = None if task.params["id"] is None else path_name("id", task.params["id"])
    reseller = ResellerClient.for_task(task)
    if task_id is None:
        return {"scheduled_tasks": list_scheduled_tasks(reseller, domain) or []}
    found = get_scheduled_task(reseller, domain, task_id)
    return {"scheduled_tasks": [] if found is None else [found]}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
