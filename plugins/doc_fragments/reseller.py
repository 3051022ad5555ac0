# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that modules of the reseller API have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the API, and how to wait for and to order things."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The key of the API, from the control panel.
      - The environment variable E(RESELLER_API_KEY) on the controller is used if this is not set, also for tasks that
        are delegated to another host.
    type: str
    required: true
  api_secret:
    description:
      - The secret that belongs to O(api_key). It signs requests and is never sent.
      - The environment variable E(RESELLER_API_SECRET) on the controller is used if this is not set, also for tasks
        that are delegated to another host.
    type: str
    required: true
  api_url:
    description:
      - The address of the API, with or without a trailing V(/v2). C(http://) is accepted for this machine only.
      - Dutch customers use V(https://api.combell.nl).
      - The environment variable E(RESELLER_API_URL) on the controller is used if this is not set.
    type: str
    default: https://api.combell.com
  read_cache:
    description:
      - Let the tasks of one run of C(ansible-playbook) share what they read, so that it is asked once. Shared are the
        lists of accounts, service packs, certificates and SSH keys, and what the API tells of a Linux hosting and of a
        mail zone.
      - A shared answer is used only if it shows that there is nothing to do. It is used for a minute at most, by this
        run only, and not about what the collection wrote to within the last minute. Orders, jobs and
        modules that only read never use it.
      - So within one run a change that someone else makes meanwhile may be seen a minute later.
      - It lies in O(state_dir) and holds no secret.
    type: bool
    default: true
notes:
  - Access to the API is closed for all addresses at first. Add the address that requests come from to the API's
    allow-list in the control panel, or delegate the task to a host that is on it.
"""

    # To be named before the fragment above: what is said of an option first is what holds.
    SENDS_NOTHING = r"""
options:
  api_key:
    description:
      - Not needed, as no request is sent. It is known here because the defaults of the action group are given to all of
        its modules.
    type: str
    required: false
  api_secret:
    description: Not needed, as no request is sent.
    type: str
    required: false
"""

    WAIT = r"""
options:
  wait:
    description: Wait until provisioning is done. Otherwise the result has the job, and a later task can wait for it.
    type: bool
    default: true
"""

    POLLING = r"""
options:
  wait_timeout:
    description:
      - The longest time to wait, in seconds.
      - Nothing is lost when it is over. The next run of the task goes on waiting for the same job.
    type: float
    default: 900
  poll_min:
    description: The shortest pause between two looks at a job, in seconds.
    type: float
    default: 1
  poll_max:
    description:
      - The longest pause between two looks at a job, in seconds.
      - Looks come closest around the end that the API expects. When it expects none, or the job takes longer, the
        pauses grow with the time waited so far.
    type: float
    default: 90
  on_job_failure:
    description:
      - What to do when a job says that it failed.
      - With V(fail) the task fails and names the job. A failed job is not final, as the vendor may mend it. So nothing
        is ordered again, and the next run looks at the same job.
      - With V(wait) the task goes on looking until O(wait_timeout).
    type: str
    choices: [fail, wait]
    default: fail
"""

    ORDERING = r"""
options:
  on_doubt:
    description:
      - What to do about an order of an earlier run whose outcome is unknown and that the API does not show.
      - With V(fail) the task fails and says what was sent when.
      - With V(resend) it is ordered again. Use it only after a look into the control panel.
    type: str
    choices: [fail, resend]
    default: fail
  settle_time:
    description:
      - How long to look for what was ordered when the answer to the order was lost, in seconds.
      - What has to be provisioned first is not shown before.
    type: float
    default: 300
"""

    PROOF = r"""
options:
  accept_unproven:
    description:
      - Ids of items to leave out of the decision whether something exists, although the API's answer about them can't
        be read. Each one is named by the error C(unproven), which stops a task that would otherwise order or add
        something that may already exist. A text is split at commas.
      - Use it only after you have seen in the control panel that the item is another one. A warning says that it was
        left out.
    type: list
    elements: str
    default: []
    version_added: 2.0.0
"""
