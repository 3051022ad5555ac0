# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_windows_hosting_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_windows_hosting_info
short_description: Read customers' Windows hostings
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists Windows hostings, or reads one with its settings and sites. The API can't change them.
options:
  domain:
    description: Only the hosting of this domain name, with all its details.
    type: str
  details:
    description: Read all details of each hosting, which takes one request each.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 1 to read one."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_linux_hosting_info
"""

EXAMPLES = r"""
- name: Read a hosting
  reseller.toolkit.reseller_windows_hosting_info:
    domain: example.com
  register: customer
"""

RETURN = r"""
hostings:
  description: The hostings that were found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    domain_name:
      description: Its domain name.
      type: str
      sample: example.com
    servicepack_id:
      description: The id of its service pack.
      type: int
      sample: 1004
    ip:
      description: Its address.
      returned: with O(domain) or O(details=true)
      type: str
      sample: 203.0.113.20
    ip_type:
      description: Whether the address is V(dedicated) or V(shared).
      returned: with O(domain) or O(details=true)
      type: str
      sample: shared
    ftp_username:
      description: The FTP user.
      returned: with O(domain) or O(details=true)
      type: str
      sample: examplecom
    actual_size:
      description: The size of its files in MB.
      returned: with O(domain) or O(details=true)
      type: int
      sample: 12
    max_size:
      description: The maximum size of its files in MB.
      returned: with O(domain) or O(details=true)
      type: int
      sample: 102400
    application_pool:
      description: The application pool, with C(runtime), C(pipeline_mode) and C(installed_net_core_runtimes).
      returned: with O(domain) or O(details=true)
      type: dict
      sample: {"runtime": "v4.0", "pipeline_mode": "integrated", "installed_net_core_runtimes": []}
    sites:
      description: Its sites, with C(name), C(path) and C(bindings).
      returned: with O(domain) or O(details=true)
      type: list
      elements: dict
      sample: [{"name": "example.com", "path": "/httpdocs", "bindings": []}]
    mssql_database_names:
      description: The names of its databases.
      returned: with O(domain) or O(details=true)
      type: list
      elements: str
      sample: []
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import (
    get_windows_hosting,
    list_windows_hostings,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "domain": {"type": "str"},
        "details": {"type": "bool", "default": False},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read hostings."""
    domain = None if task.params["domain"] is None else ascii_domain("domain", task.params["domain"])
    reseller = ResellerClient.for_task(task)
    if domain:
        hosting = get_windows_hosting(reseller, domain)
        return {"hostings": [] if hosting is None else [hosting]}
    hostings = list_windows_hostings(reseller)
    if task.params["details"]:
        details = [get_windows_hosting(reseller, text_in(item, "domain_name")) for item in hostings]
        hostings = [detail for detail in details if detail is not None]
    return {"hostings": hostings}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
