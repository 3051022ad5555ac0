# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_api``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_api
short_description: Make one signed call of the reseller API
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Makes any call of the API, for what no module covers. Signing, the rate limit, repetitions and errors are the same
    as
    in all modules.
  - A V(POST) is never sent again when its outcome is in doubt. One that costs money needs O(confirm_purchase), is noted
    in the journal before it is sent, and is refused a second time with the same O(body).
options:
  method:
    description: The HTTP method.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  path:
    description: The path, with or without C(/v2), its segments percent-encoded where they need it.
    type: str
    required: true
  query:
    description: The parameters of the query.
    type: dict
  body:
    description: The body, sent as JSON.
    type: dict
  secret_body:
    description: Properties of the body that must not be shown, such as passwords. They are merged into O(body).
    type: dict
  confirm_purchase:
    description: Confirms a call that costs money, by its method and path, such as V(POST /v2/accounts).
    type: str
  force:
    description:
      - Send a call that costs money although the same one was sent before from this machine.
      - Look into the control panel first.
    type: bool
    default: false
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    details:
      - V(GET) is sent, and everything else is not.
  diff_mode:
    support: none
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    support: partial
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
      - This assumes that the system controlled or queried by the module has not changed in a relevant way.
    details:
      - Only V(GET) is. Everything else is sent each time and is a change.
"""

EXAMPLES = r"""
- name: Read the PHP versions that a hosting offers
  reseller.toolkit.reseller_api:
    path: /v2/linuxhostings/example.com/phpsettings/availableversions
  register: php

- name: Find a database
  reseller.toolkit.reseller_mysql_info:
    account: example.com
    name: shop
  register: shop

- name: Give the user that came with it another password
  reseller.toolkit.reseller_api:
    method: PUT
    path: "/v2/mysqldatabases/{{ shop.databases[0].name }}/users/{{ shop.databases[0].name }}/password"
    secret_body:
      password: "{{ vaulted_database_password }}"
"""

RETURN = r"""
status:
  description: The HTTP status, V(none) in check mode for a call that was not sent.
  returned: success
  type: int
  sample: 200
data:
  description: The answer's JSON, V(none) if it has none.
  returned: success
  type: raw
location:
  description: The path that the answer's C(Location) names below C(/v2), V(none) without one on the same server.
  returned: success
  type: str
  sample: /provisioningjobs/0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
job_id:
  description: The id of the provisioning job that was started, V(none) without one.
  returned: success
  type: str
  sample: 0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.raw import RawCall
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "method": {"type": "str", "choices": ["GET", "POST", "PUT", "DELETE"], "default": "GET"},
        "path": {"type": "str", "required": True},
        "query": {"type": "dict"},
        "body": {"type": "dict"},
        "secret_body": {"type": "dict", "no_log": True},
        "confirm_purchase": {"type": "str"},
        "force": {"type": "bool", "default": False},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Make the call."""
    params = task.params
    call = RawCall.of(params)
    call.check_confirmation(params["confirm_purchase"])
    if task.check_mode and call.method != "GET":
        return {"changed": True, "status": None, "data": None, "location": None, "job_id": None}
    return call.send(ResellerClient.for_task(task), force=params["force"])


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
