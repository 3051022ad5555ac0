# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_job``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_job
short_description: Pause, resume and wait for jobs of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Pauses or resumes all jobs of an instance, or waits until no job of a type is pending, such as before a backup or an
    update. Requires an administrator.
options:
  state:
    description:
      - Desired state of the jobs.
      - V(paused) makes sure that no job starts, and V(running) that jobs start again. PeerTube does not show whether
        jobs are paused, so both are sent on every run and report a change.
      - V(drained) waits until no job is pending, and changes nothing. Jobs that failed have ended. In check mode, the
        jobs are counted once, without waiting.
    type: str
    choices: [paused, running, drained]
    required: true
  job_type:
    description:
      - Wait only for jobs of this type, such as V(video-transcoding), V(video-import), V(video-channel-import),
        V(video-live-ending), V(activitypub-follow) or V(email). Applies to O(state=drained).
    type: str
  job_states:
    description:
      - The states in which jobs are pending. Applies to O(state=drained). A text is split at commas.
      - V(delayed) is not among the default ones. Jobs that repeat are always in it, so use it only with a O(job_type)
        that does not repeat. For example, the replay of a live begins 5 minutes after its end.
    type: list
    elements: str
    choices: [waiting-children, delayed, waiting, prioritized, paused, active]
    default: [waiting-children, waiting, prioritized, paused, active]
  wait_timeout:
    description: The longest time to wait, in seconds, after which the task fails.
    type: float
    default: 900
  poll_min:
    description: The first interval between two status checks, in seconds. The next ones are longer.
    type: float
    default: 1
  poll_max:
    description: The longest interval between two status checks, in seconds.
    type: float
    default: 15
notes:
  - "API requests: 1 to pause or resume. For each status check, 1 for each of O(job_states). The end is checked twice."
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes
seealso:
  - module: reseller.toolkit.peertube_api
attributes:
  check_mode:
    support: full
    details:
      - Only reads are sent.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - O(state=paused) and O(state=running) report a change on every run.
"""

EXAMPLES = r"""
- name: Wait until all videos are transcoded
  reseller.toolkit.peertube_job:
    state: drained
    job_type: video-transcoding
    wait_timeout: 3600

- name: Stop all jobs before a backup
  reseller.toolkit.peertube_job:
    state: paused

- name: Wait until the jobs that had started have ended
  reseller.toolkit.peertube_job:
    state: drained
    job_states: [active]

- name: Run all jobs again
  reseller.toolkit.peertube_job:
    state: running
"""

RETURN = r"""
pending:
  description: The number of pending jobs, by their states.
  returned: with O(state=drained), also if the task fails because they did not end
  type: dict
  sample: {"waiting-children": 0, "waiting": 0, "prioritized": 0, "paused": 0, "active": 0}
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_seconds
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.jobs import (
    Waiting,
    checked_job_type,
    count_pending,
    set_paused,
    wait_until_drained,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "state": {"type": "str", "choices": ["paused", "running", "drained"], "required": True},
        "job_type": {"type": "str"},
        "job_states": {
            "type": "list",
            "elements": "str",
            "choices": ["waiting-children", "delayed", "waiting", "prioritized", "paused", "active"],
            "default": ["waiting-children", "waiting", "prioritized", "paused", "active"],
        },
        "wait_timeout": {"type": "float", "default": 900},
        "poll_min": {"type": "float", "default": 1},
        "poll_max": {"type": "float", "default": 15},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the jobs into the desired state."""
    params = task.params
    job_type, *_rest = all_of(
        lambda: checked_job_type("job_type", params["job_type"]),
        lambda: check_seconds(params, "wait_timeout", "poll_min", "poll_max"),
    )
    peertube = PeerTubeClient.for_task(task)
    if params["state"] != "drained":
        if not task.check_mode:
            set_paused(peertube, is_paused=params["state"] == "paused")
        return {"changed": True}
    count = partial(count_pending, peertube, params["job_states"], job_type)
    waiting = Waiting(params["wait_timeout"], params["poll_min"], params["poll_max"])
    return {"changed": False, "pending": count() if task.check_mode else wait_until_drained(count, waiting)}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
