# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_scheduled_task``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_scheduled_task
short_description: Manage the scheduled tasks of a customer's Linux hosting
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Adds, enables, disables or removes scheduled tasks of a Linux hosting.
  - A task has no name. Its script and its schedule together identify it, so another schedule is another task. With
    O(exclusive=true) the schedule of a script is changed instead.
options:
  domain:
    description: The domain name of the hosting.
    type: str
    required: true
  script_location:
    description: The script that one task runs, an absolute path on the hosting.
    type: str
  cron_expression:
    description:
      - The schedule. Five fields separated by spaces - minute, hour, day of the month, month and day of the week.
      - The minute is 0 to 59, V(*/5), V(*/10), V(*/15) or V(*/30). The others are a number or V(*). The days of the
        week are 1 (Monday) to 7 (Sunday). The API accepts nothing else.
    type: str
  enabled:
    description: Whether the task is enabled.
    type: bool
    default: true
  tasks:
    description: Many tasks, instead of one.
    type: list
    elements: dict
    suboptions:
      script_location:
        description: The script that it runs, an absolute path on the hosting.
        type: str
        required: true
      cron_expression:
        description: The schedule, as in O(cron_expression).
        type: str
        required: true
      enabled:
        description: Whether it is enabled.
        type: bool
        default: true
  exclusive:
    description:
      - Whether the given schedules are the only ones of their scripts. Other schedules of the same scripts are changed
        or removed. Tasks that run other scripts stay unchanged.
    type: bool
    default: false
  state:
    description: Desired state of the tasks.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 3 to create two, 1 if unchanged, 3 to remove two."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_scheduled_task_info
  - module: reseller.toolkit.reseller_linux_hosting
"""

EXAMPLES = r"""
- name: Send the shop's mails every ten minutes
  reseller.toolkit.reseller_scheduled_task:
    domain: example.com
    script_location: /data/sites/web/examplecom/www/bin/mails.sh
    cron_expression: "*/10 * * * *"

- name: Run its backup at three, whatever its schedule was before
  reseller.toolkit.reseller_scheduled_task:
    domain: example.com
    tasks:
      - script_location: /data/sites/web/examplecom/bin/backup.sh
        cron_expression: 0 3 * * *
      - script_location: /data/sites/web/examplecom/bin/report.sh
        cron_expression: 30 6 * * 1
        enabled: false
    exclusive: true
"""

RETURN = r"""
scheduled_tasks:
  description: All tasks of the hosting after the change. A new one has no C(id) yet.
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
applied:
  description: The writes that were carried out. In check mode, those that would be.
  returned: success, and partial failures
  type: list
  elements: str
  sample: [add 0 3 * * * /data/sites/web/examplecom/bin/backup.sh]
failed_writes:
  description: The write that failed.
  returned: partial failures
  type: list
  elements: str
not_attempted:
  description: The writes that were not sent because of the failure.
  returned: partial failures
  type: list
  elements: str
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import missing_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.scheduled_tasks import (
    TaskKey,
    TaskPlanner,
    list_scheduled_tasks,
    shown,
    wanted_tasks,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import carry_out, titles
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "domain": {"type": "str", "required": True},
        "script_location": {"type": "str"},
        "cron_expression": {"type": "str"},
        "enabled": {"type": "bool", "default": True},
        "tasks": {
            "type": "list",
            "elements": "dict",
            "options": {
                "script_location": {"type": "str", "required": True},
                "cron_expression": {"type": "str", "required": True},
                "enabled": {"type": "bool", "default": True},
            },
        },
        "exclusive": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "mutually_exclusive": [("script_location", "tasks"), ("cron_expression", "tasks")],
    "required_one_of": [("script_location", "tasks")],
    "required_together": [("script_location", "cron_expression")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the scheduled tasks into the desired state."""
    params = task.params
    domain, given = check(params)
    reseller = ResellerClient.for_task(task)
    with reseller.evidence.proving(f"a scheduled task of {domain}"):
        items = list_scheduled_tasks(reseller, domain)
    if items is None and params["state"] == "present":
        missing_hosting(task, domain)
    # In check mode the hosting may be missing, if an earlier task would have created it. Then it has no tasks.
    items = [] if items is None else items
    planner = TaskPlanner(reseller, domain, items, task.warn)
    if params["state"] == "absent":
        plan = planner.absent(given)
    else:
        plan = planner.present(given, exclusive=params["exclusive"])
    if not task.check_mode:
        carry_out(plan.steps)
    return {
        "changed": bool(plan.steps),
        "diff": {"before": {"tasks": shown(items)}, "after": {"tasks": shown(plan.after)}},
        "scheduled_tasks": plan.after,
        "applied": titles(plan.steps),
    }


def check(params: dict[str, Any]) -> tuple[str, dict[TaskKey, bool]]:
    """Return the hosting and its tasks, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    domain, tasks = all_of(
        lambda: ascii_domain("domain", params["domain"]),
        lambda: wanted_tasks([params] if params["tasks"] is None else params["tasks"]),
    )
    return domain, tasks


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
