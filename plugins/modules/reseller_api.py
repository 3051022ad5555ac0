# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_api``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_api
short_description: Call any endpoint of the reseller API
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Calls any endpoint of the API, for what no module covers. Signing, the rate limit, retries and errors are handled as
    in all modules.
  - A V(POST) whose outcome is in doubt is never resent. A call that costs money requires O(confirm_purchase) and is
    recorded in the journal before it is sent. While it is open in the journal, the same call is refused.
  - These cost money - V(POST /v2/accounts), V(POST /v2/mysqldatabases), V(POST /v2/mysqldatabases/NAME/users), V(POST
    /v2/domains/registrations), V(POST /v2/domains/transfers), V(POST /v2/sslcertificaterequests). So does every other
    V(POST) that the API's description does not contain, as its effect is unknown.
  - This module shares the journal with the other modules. An order is the same if O(body) names the same account,
    database, user, domain name, or names and kind of certificate, whatever else it contains. The other module resumes
    an order that was sent from here. This module looks nothing up, and refuses a call while another module's order for
    the same is pending. An O(body) that names none of these is the same only if it is equal.
options:
  method:
    description: The HTTP method.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  path:
    description:
      - The path without a query, with or without C(/v2). Percent-encode its segments where necessary.
      - It is normalized (RFC 3986, 6.2.2) before it is checked and sent. The fixed parts of the API's paths are matched
        regardless of case, and a trailing slash is dropped.
      - Empty segments, and dot segments that leave C(/v2), are refused.
    type: str
    required: true
  query:
    description: The query parameters.
    type: dict
  secret_query:
    description: Query parameters that must not be shown. They are merged into O(query).
    type: dict
    version_added: 2.0.0
  body:
    description: The body, sent as JSON.
    type: dict
  secret_body:
    description: Properties of the body that must not be shown, such as passwords. They are merged into O(body).
    type: dict
  confirm_purchase:
    description:
      - Confirms a call that costs money, by its method and its normalized path, such as V(POST /v2/accounts).
      - In check mode it may be missing, and RV(would_purchase) has the required value. A wrong value also fails in
        check mode.
    type: str
  force:
    description:
      - Whether to send a call that costs money even if the same order is open in the journal.
      - You pay again. Check the control panel first.
    type: bool
    default: false
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes
requirements:
  - cryptography, for V(POST /v2/sslcertificaterequests)
seealso:
  - module: reseller.toolkit.reseller_journal_info
attributes:
  check_mode:
    support: full
    details:
      - Only V(GET) is sent. A call that the journal refuses also fails in check mode.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - Only V(GET) is. Any other call is sent on every run and reports a change.
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

- name: Change the password of its main user
  reseller.toolkit.reseller_api:
    method: PUT
    path: "/v2/mysqldatabases/{{ shop.databases[0].name }}/users/{{ shop.databases[0].name }}/password"
    secret_body:
      password: "{{ vaulted_database_password }}"

- name: Order an account without its module
  reseller.toolkit.reseller_api:
    method: POST
    path: /v2/accounts
    body:
      identifier: example.com
      servicepack_id: 1002
    secret_body:
      ftp_password: "{{ vaulted_ftp_password }}"
    confirm_purchase: POST /v2/accounts
  register: ordered

- name: Wait for it
  reseller.toolkit.reseller_job:
    job_ids: ["{{ ordered.job_id }}"]
"""

RETURN = r"""
status:
  description: The HTTP status. V(none) in check mode for a call that was not sent.
  returned: success
  type: int
  sample: 200
data:
  description: The JSON of the response, V(none) if it has no body.
  returned: success
  type: raw
location:
  description: >-
    The path below C(/v2) in the response's C(Location) header. V(none) if the header is missing or names another
    server.
  returned: success
  type: str
  sample: /provisioningjobs/0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
job_id:
  description: The id of the provisioning job, V(none) if the call started none.
  returned: success
  type: str
  sample: 0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
would_purchase:
  description: The sentence that O(confirm_purchase) requires, V(none) for a call that costs nothing.
  returned: in check mode for a call that is not sent, and when the purchase was not confirmed
  type: str
  sample: POST /v2/accounts
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.raw import call_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.raw import ResellerCall
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **call_options(["GET", "POST", "PUT", "DELETE"], body="dict"),
        "confirm_purchase": {"type": "str"},
        "force": {"type": "bool", "default": False},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Make the call."""
    params = task.params
    call = ResellerCall.of(params)
    call.check_body()
    call.check_confirmation(params["confirm_purchase"], check_mode=task.check_mode)
    client = ResellerClient.for_task(task)
    if task.check_mode and call.method != "GET":
        return call.predict(client, force=params["force"])
    return call.send(client, force=params["force"], warn=task.warn)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
