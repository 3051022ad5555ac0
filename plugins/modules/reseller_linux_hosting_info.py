# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_linux_hosting_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_linux_hosting_info
short_description: Read customers' Linux hostings
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists Linux hostings, or reads one with its settings, its sites and the names of its databases.
options:
  domain:
    description: Only the hosting of this domain name, with all its details.
    type: str
  details:
    description: Read all details of each hosting, which takes one request each.
    type: bool
    default: false
  php_versions:
    description: Read the PHP versions that each hosting offers, which takes one request each.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 1 to read one, 2 to read one with its PHP versions."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_linux_hosting
"""

EXAMPLES = r"""
- name: Read a hosting with the PHP versions that it offers
  reseller.toolkit.reseller_linux_hosting_info:
    domain: example.com
    php_versions: true
  register: customer

- name: Find the hostings with an old PHP
  reseller.toolkit.reseller_linux_hosting_info:
    details: true
  register: all

- name: Show them
  ansible.builtin.debug:
    msg: "{{ all.hostings | selectattr('php_version', 'in', ['7.4', '8.0']) | map(attribute='domain_name') }}"
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
      sample: 1002
    php_version:
      description: Its PHP version.
      returned: with O(domain) or O(details=true)
      type: str
      sample: "8.3"
    ftp_enabled:
      description: Whether FTP is enabled.
      returned: with O(domain) or O(details=true)
      type: bool
    ftp_username:
      description: The FTP user.
      returned: with O(domain) or O(details=true)
      type: str
      sample: examplecom@example.com
    ssh_host:
      description: The host to log in to with SSH.
      returned: with O(domain) or O(details=true)
      type: str
      sample: ssh.example.net
    ssh_username:
      description: The user to log in as.
      returned: with O(domain) or O(details=true)
      type: str
      sample: examplecom
    ip:
      description: Its address.
      returned: with O(domain) or O(details=true)
      type: str
      sample: 203.0.113.10
    ip_type:
      description: Whether the address is V(dedicated) or V(shared).
      returned: with O(domain) or O(details=true)
      type: str
      sample: shared
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
    sites:
      description: Its sites, with C(name), C(path), C(host_headers) and the enabled features.
      returned: with O(domain) or O(details=true)
      type: list
      elements: dict
      sample: [{"name": "example.com", "path": "/www", "ssl_enabled": true}]
    mysql_database_names:
      description: The names of its databases.
      returned: with O(domain) or O(details=true)
      type: list
      elements: str
      sample: [ID123456_shop]
    php_versions:
      description: The PHP versions that it offers.
      returned: with O(php_versions=true)
      type: list
      elements: str
      sample: ["8.2", "8.3"]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hosting_settings import list_php_versions
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import (
    get_linux_hosting,
    list_linux_hostings,
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
        "php_versions": {"type": "bool", "default": False},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read hostings."""
    params = task.params
    domain = None if params["domain"] is None else ascii_domain("domain", params["domain"])
    reseller = ResellerClient.for_task(task)
    if domain:
        hosting = get_linux_hosting(reseller, domain)
        hostings = [] if hosting is None else [hosting]
    else:
        hostings = list_linux_hostings(reseller)
        if params["details"]:
            details = [get_linux_hosting(reseller, text_in(item, "domain_name")) for item in hostings]
            hostings = [detail for detail in details if detail is not None]
    if params["php_versions"]:
        hostings = [
            {**item, "php_versions": list_php_versions(reseller, text_in(item, "domain_name"))} for item in hostings
        ]
    return {"hostings": hostings}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
