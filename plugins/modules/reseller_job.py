# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_job``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_job
short_description: Wait for provisioning jobs
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Waits until provisioning jobs are done, any number of them at once. With O(wait=false) it only reads their status.
  - The API has no list of jobs. The task that orders something returns the job's id.
  - The job of a transfer stays V(ongoing) until the change of the name servers has propagated, often long after the API
    lists the domain name. If the order is in the journal in O(state_dir), the wait ends as soon as the domain name is
    listed.
options:
  job_ids:
    description: The ids of the jobs. A text is split at commas.
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.wait
  - reseller.toolkit.reseller.polling
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_account
  - module: reseller.toolkit.reseller_mysql
"""

EXAMPLES = r"""
- name: Order accounts for several customers without waiting
  reseller.toolkit.reseller_account:
    identifier: "{{ item }}"
    servicepack: Linux Pro
    ftp_password: "{{ vaulted_ftp_password }}"
    wait: false
  loop:
    - example.com
    - example.net
  register: ordered

- name: Wait for all of them at once
  reseller.toolkit.reseller_job:
    job_ids: "{{ ordered.results | map(attribute='job') | select | map(attribute='id') }}"
    wait_timeout: 1800
"""

RETURN = r"""
jobs:
  description: The jobs, in the order of O(job_ids).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The job's id.
      type: str
      sample: 0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
    status:
      description: One of V(ongoing), V(finished), V(failed), V(cancelled).
      type: str
      sample: finished
    estimate:
      description: The estimated end, in UTC. V(none) if unknown or over.
      type: str
      sample: "2026-03-01T12:00:00Z"
    resource_links:
      description: The paths of the resources that it created.
      type: list
      elements: str
      sample: ["/v2/accounts/1234"]
job:
  description: The first job that is not done.
  returned: when a job failed, was cancelled or is not done in time
  type: dict
"""

import re
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domain_transfers import Transfers
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import (
    JobPoller,
    checked,
    existing_job,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    polling_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import Polling
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.waiting_jobs import publish_waiting_jobs
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **polling_options(),
        "job_ids": {"type": "list", "elements": "str", "required": True},
    },
    "numbers": ("job_ids",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Wait for jobs, or read their status."""
    ids = [line_of("job_ids", job_id).lower() for job_id in task.params["job_ids"]]
    for job_id in ids:
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", job_id):
            raise invalid("job_ids", f"{job_id!r} is not the id of a job (a UUID).")
    polling = Polling.of(task.params)
    wait = task.params["wait"]
    reseller = ResellerClient.for_task(task)
    if wait:
        transfers = Transfers(reseller, ids)
        followed = JobPoller(reseller, polling, tell=partial(publish_waiting_jobs, reseller.storage)).follow(
            ids, transfers.is_listed
        )
        jobs = {job_id: transfers.with_links(checked(job)) for job_id, job in followed.items()}
    else:
        jobs = {job_id: existing_job(reseller, job_id) for job_id in dict.fromkeys(ids)}
    return {"jobs": [jobs[job_id].as_result() for job_id in ids]}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
