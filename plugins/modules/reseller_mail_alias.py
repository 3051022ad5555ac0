# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mail_alias``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mail_alias
short_description: Manage customers' mail aliases
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Makes an e-mail address whose mail goes to other addresses, changes where it goes, or removes it.
options:
  address:
    description: The alias's e-mail address. Its domain is the mail zone that it is made in.
    type: str
    required: true
  destinations:
    description: The addresses that its mail goes to, exactly these. Their order does not matter.
    type: list
    elements: str
  state:
    description: Whether there shall be such an alias.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_mailbox
  - module: reseller.toolkit.reseller_mail_zone_info
"""

EXAMPLES = r"""
- name: Let two people get what is sent to the office
  reseller.toolkit.reseller_mail_alias:
    address: office@example.com
    destinations:
      - ada@example.com
      - grace@example.net

- name: Remove it
  reseller.toolkit.reseller_mail_alias:
    address: office@example.com
    state: absent
"""

RETURN = r"""
alias:
  description: The alias, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    email_address:
      description: Its address.
      type: str
      sample: office@example.com
    destinations:
      description: The addresses that its mail goes to, sorted.
      type: list
      elements: str
      sample: [ada@example.com, grace@example.net]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail import (
    alias_path,
    create_alias,
    domain_of,
    find_alias,
    mail_address,
    mail_addresses,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.parents import parent_mail_zone
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "address": {"type": "str", "required": True},
        "destinations": {"type": "list", "elements": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "required_if": [("state", "present", ("destinations",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Make the alias as wanted."""
    address = mail_address("address", task.params["address"])
    destinations = mail_addresses("destinations", task.params["destinations"] or [])
    absent = task.params["state"] == "absent"
    if not absent and not destinations:
        raise invalid("destinations", "it is empty; state: absent removes an alias.")
    reseller = ResellerClient.for_task(task)
    domain = domain_of(address)
    zone = (reseller.mail_zone(domain) or {}) if absent else parent_mail_zone(task, reseller, domain)

    def create() -> dict[str, Any]:
        create_alias(reseller, address, destinations)
        return {}

    def update(_current: dict[str, Any], changed: dict[str, Any]) -> None:
        reseller.put(alias_path(address), {"destinations": changed["destinations"]})

    def delete(_current: dict[str, Any]) -> None:
        reseller.delete(alias_path(address))

    return converge(
        task,
        "alias",
        current=find_alias(zone, address),
        wanted=None if absent else {"email_address": address, "destinations": destinations},
        create=create,
        update=update,
        delete=delete,
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
