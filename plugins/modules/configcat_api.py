# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_api``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_api
short_description: Call any endpoint of ConfigCat's management API
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Calls any endpoint of the API, for what no module covers. Credentials, the rate limit, retries and errors are
    handled as in all modules.
  - A V(POST) or V(PATCH) whose outcome is in doubt is never resent.
options:
  method:
    description: The HTTP method.
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description:
      - The path without a query, such as C(/v1/products) or C(/v2/organizations/ID/members). Without a version it is
        below C(/v1). Percent-encode its segments where necessary.
      - It is normalized (RFC 3986, 6.2.2) before it is sent. Empty segments, and dot segments that leave the version,
        are refused.
    type: str
    required: true
  query:
    description: The query parameters.
    type: dict
  secret_query:
    description: Query parameters that must not be shown. They are merged into O(query).
    type: dict
  body:
    description: The body, sent unchanged as JSON. For a V(PATCH) it is a list of operations (RFC 6902).
    type: raw
  secret_body:
    description: Properties of the body that must not be shown, such as tokens. They are merged into O(body).
    type: dict
  sdk_key:
    description: The SDK key, for endpoints that identify the config and the environment by it.
    type: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.attributes
attributes:
  check_mode:
    support: full
    details:
      - Only V(GET) is sent.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - Only V(GET) is. Any other call is sent on every run and reports a change.
"""

EXAMPLES = r"""
- name: Find the configs
  reseller.toolkit.configcat_info:
    gather: [configs]
    product: Example shop
  register: shop

- name: Read one config as the API returns it
  reseller.toolkit.configcat_api:
    path: "/v1/configs/{{ shop.configs[0].config_id }}"

- name: Change its description
  reseller.toolkit.configcat_api:
    method: PUT
    path: "/v1/configs/{{ shop.configs[0].config_id }}"
    body:
      name: Web site
      description: What visitors see
      order: "{{ shop.configs[0].order }}"
"""

RETURN = r"""
status:
  description: The HTTP status. V(none) in check mode for a call that was not sent.
  returned: success
  type: int
  sample: 200
data:
  description: The JSON of the response with the API's own names, V(none) if it has no body.
  returned: success
  type: raw
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import OTHER_VERSIONS, ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import SDK_KEY_HEADER
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import check_sdk_key
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.raw import RawCall, call_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **call_options(["GET", "POST", "PUT", "PATCH", "DELETE"], body="raw"),
        "sdk_key": {"type": "str", "no_log": True},
    },
    "supports_check_mode": True,
}


class ConfigCatCall(RawCall):
    """One call of the public management API."""

    version = "/v1"
    other_versions = OTHER_VERSIONS
    example = "/v1/products"


def run(task: Task) -> dict[str, Any]:
    """Make the call."""
    call = ConfigCatCall.of(task.params)
    sdk_key = task.params["sdk_key"]
    check_sdk_key("sdk_key", sdk_key)
    configcat = ConfigCatClient.for_task(task)
    if task.check_mode and call.method != "GET":
        return {"changed": True, "status": None, "data": None}
    answer = call.request(configcat.rest, headers=None if sdk_key is None else {SDK_KEY_HEADER: sdk_key})
    return {"changed": call.method != "GET", "status": answer.status, "data": answer.data_or_none()}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
