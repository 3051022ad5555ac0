# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_api``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_api
short_description: Call any endpoint of PeerTube's API
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Calls any endpoint of the API, for what no module covers. The login, the rate limit, retries and errors are handled
    as in all modules.
  - A V(POST) whose outcome is in doubt is never resent.
  - Secrets in a response, such as stream keys, tokens and passwords of videos, are never shown.
options:
  method:
    description: The HTTP method.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  path:
    description:
      - The path without a query, such as C(/api/v1/videos) or C(/videos). Percent-encode its segments where necessary.
      - It is normalized (RFC 3986, 6.2.2) before it is sent. Empty segments, and dot segments that leave the version,
        are refused.
      - Paths that log in or out are refused. Use M(reseller.toolkit.peertube_token).
    type: str
    required: true
  query:
    description: The query parameters. Lists are read in pages with C(start) and C(count), which is at most 100.
    type: dict
  secret_query:
    description: Query parameters that must not be shown. They are merged into O(query).
    type: dict
  body:
    description: The body, sent unchanged as JSON. Calls that require a form or a file are not supported.
    type: raw
  secret_body:
    description: Properties of the body that must not be shown, such as passwords. They are merged into O(body).
    type: dict
extends_documentation_fragment:
  - reseller.toolkit.peertube
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
- name: Read the newest video
  reseller.toolkit.peertube_api:
    path: /api/v1/videos
    query:
      count: 1
      sort: -publishedAt
  register: newest

- name: Set the description of the own account
  reseller.toolkit.peertube_api:
    method: PUT
    path: /api/v1/users/me
    body:
      description: The studio of Example Ltd
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

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import REVOKE_PATH, TOKEN_PATH
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import VERSION, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import EXAMPLE_PATH, connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.raw import RawCall, call_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **call_options(["GET", "POST", "PUT", "DELETE"], body="raw"),
    },
    "supports_check_mode": True,
}


class PeerTubeCall(RawCall):
    """One call of the API."""

    version = VERSION
    example = EXAMPLE_PATH


def run(task: Task) -> dict[str, Any]:
    """Make the call."""
    call = PeerTubeCall.of(task.params)
    if call.path.rstrip("/").lower() in (TOKEN_PATH, REVOKE_PATH):
        raise invalid("path", "it logs in or out. Use reseller.toolkit.peertube_token instead.")
    peertube = PeerTubeClient.for_task(task)
    if task.check_mode and call.method != "GET":
        return {"changed": True, "status": None, "data": None}
    answer = call.request(peertube.rest)
    peertube.note_secrets(answer)
    return {"changed": call.method != "GET", "status": answer.status, "data": answer.data_or_none()}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
