# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_domain_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_domain_info
short_description: Read domain names
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists domain names with their renewal, or reads one with its name servers and its registrant.
options:
  name:
    description: Only this domain name, with all its details.
    type: str
  details:
    description: Read all details of each domain name, which takes one request each.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 1 to read one."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_domain
"""

EXAMPLES = r"""
- name: List all domain names
  reseller.toolkit.reseller_domain_info:
  register: all

- name: Show the domain names that will expire
  ansible.builtin.debug:
    msg: "{{ all.domains | selectattr('will_renew', 'false') | map(attribute='domain_name') }}"
"""

RETURN = r"""
domains:
  description: The domain names that were found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    domain_name:
      description: The domain name.
      type: str
      sample: example.com
    expiration_date:
      description: When it expires.
      type: str
      sample: "2027-03-01T12:00:00Z"
    will_renew:
      description: Whether it is renewed when it expires. V(none) if the API does not return it.
      type: bool
    can_toggle_renew:
      description: Whether this can be changed now.
      returned: with O(name) or O(details=true)
      type: bool
    name_servers:
      description: Its name servers, each with C(name) and C(ip).
      returned: with O(name) or O(details=true)
      type: list
      elements: dict
      sample: [{"name": "ns1.example.net", "ip": "192.0.2.53"}]
    registrant:
      description: Its owner.
      returned: with O(name) or O(details=true)
      type: dict
      sample: {"first_name": "Ada", "last_name": "Lovelace", "country_code": "BE"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import get_domain, list_domains
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "name": {"type": "str"},
        "details": {"type": "bool", "default": False},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read domain names."""
    name = None if task.params["name"] is None else ascii_domain("name", task.params["name"])
    reseller = ResellerClient.for_task(task)
    if name:
        domain = get_domain(reseller, name)
        return {"domains": [] if domain is None else [domain]}
    domains = list_domains(reseller)
    if task.params["details"]:
        details = [get_domain(reseller, text_in(item, "domain_name")) for item in domains]
        domains = [detail for detail in details if detail is not None]
    return {"domains": domains}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
