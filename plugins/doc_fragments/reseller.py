# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the modules of the reseller API share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection to the API, and how to order and wait."""

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
      - Whether the tasks of one run of C(ansible-playbook) share what they read, so that each list is read once. They
        share the lists of accounts, service packs, certificates and SSH keys, and the details of a Linux hosting and of
        a mail zone.
      - A shared response is used only if it shows that nothing has to change. It is used for at most one minute, by
        this run only, and never for an object that the collection changed within the last minute. Orders, jobs and
        modules that only read never use it.
      - So a run may notice a change by someone else up to one minute late.
      - The cache is in O(state_dir) and contains no secrets.
    type: bool
    default: true
    version_added: 2.0.0
notes:
  - By default the API accepts requests from no address. Add the address that requests come from to the API's allow-list
    in the control panel, or delegate the task to a host that is on the list.
"""

    # Name it before the fragment above: the first description of an option wins.
    SENDS_NOTHING = r"""
options:
  api_key:
    description:
      - Not used, as no request is sent. It is accepted because the defaults of the action group apply to all of its
        modules.
    type: str
    required: false
  api_secret:
    description: Not used, as no request is sent.
    type: str
    required: false
"""

    WAIT = r"""
options:
  wait:
    description: >-
      Whether to wait until provisioning is done. If not, the result has the job, and a later task can wait for it.
    type: bool
    default: true
"""

    POLLING = r"""
options:
  wait_timeout:
    description:
      - The longest time to wait, in seconds.
      - Nothing is lost when it expires. The next run of the task continues to wait for the same job.
    type: float
    default: 900
  poll_min:
    description: The shortest interval between two status checks of a job, in seconds.
    type: float
    default: 1
  poll_max:
    description:
      - The longest interval between two status checks of a job, in seconds.
      - Polling is most frequent around the end that the API estimates. Without an estimate, or if the job takes longer,
        the interval grows with the time waited so far.
    type: float
    default: 90
  on_job_failure:
    description:
      - What to do when a job reports that it failed.
      - With V(fail) the task fails and names the job. A failed job is not final, as the vendor may repair it. So
        nothing is ordered again, and the next run checks the same job.
      - With V(wait) the task continues to poll until O(wait_timeout).
    type: str
    choices: [fail, wait]
    default: fail
"""

    ORDERING = r"""
options:
  on_doubt:
    description:
      - What to do about an order of an earlier run whose outcome is unknown, if the API does not list what was ordered.
      - With V(fail) the task fails and reports what was sent and when.
      - With V(resend) the order is sent again. Use it only after you have checked the control panel.
    type: str
    choices: [fail, resend]
    default: fail
  settle_time:
    description:
      - How long to look for what was ordered if the response to the order was lost, in seconds.
      - The API lists it only after it is provisioned.
    type: float
    default: 300
"""

    PROOF = r"""
options:
  accept_unproven:
    description:
      - Ids of items to ignore when the task decides whether something exists, although the API's data about them can't
        be read. The error C(unproven) names them. It stops a task that would otherwise order or add something that may
        already exist. A text is split at commas.
      - Use it only after you have checked in the control panel that the item is a different one. A warning reports that
        it was ignored.
    type: list
    elements: str
    default: []
    version_added: 2.0.0
"""

    PASSWORD = r"""
options:
  update_password:
    description:
      - Whether to set the password only on creation or on every run. The API never returns it, so V(always) always
        reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
"""

    ZONE_WRITES = r"""
options:
  allow_wildcard:
    description:
      - Whether to try to add records with a C(*) in their name. The API refuses them (C(dns_invalid_record_name)), so
        by default the task fails before anything is written. The control panel can add them.
      - Existing wildcards are changed and removed without this option. Removing one warns, as the API can't add it
        again.
    type: bool
    default: false
    version_added: 2.0.0
  check_name_servers:
    description:
      - Whether to check, before anything is written, that the domain uses the name servers of this zone. If not, the
        task warns.
      - A domain that is not registered here is not checked.
    type: bool
    default: true
"""
