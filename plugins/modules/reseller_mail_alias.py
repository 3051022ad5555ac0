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
  - Creates, changes or removes e-mail addresses whose mail goes to other addresses.
options:
  address:
    description:
      - The alias's e-mail address. Its domain is the mail zone that it is created in.
      - Required unless O(aliases) is given.
    type: str
  destinations:
    description: >-
      All addresses that its mail goes to. Their order does not matter. A text is split at commas.
    type: list
    elements: str
  aliases:
    description: Many aliases, instead of one.
    type: list
    elements: dict
    version_added: 2.0.0
    suboptions:
      address:
        description: Its e-mail address.
        type: str
        required: true
      destinations:
        description: As O(destinations). A text is split at commas.
        type: list
        elements: str
  state:
    description: Desired state of the alias.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 2 to create, 1 if unchanged, 1 if many of a domain in a list are unchanged, 3
    to remove two in a list."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_mailbox
  - module: reseller.toolkit.reseller_mail_zone_info
"""

EXAMPLES = r"""
- name: Deliver the mail of the office to two people
  reseller.toolkit.reseller_mail_alias:
    address: office@example.com
    destinations:
      - ada@example.com
      - grace@example.net

- name: Ensure several aliases of a customer exist
  reseller.toolkit.reseller_mail_alias:
    aliases:
      - address: billing@example.com
        destinations: [ada@example.com]
      - address: press@example.com
        destinations: [grace@example.net]

- name: Remove it
  reseller.toolkit.reseller_mail_alias:
    address: office@example.com
    state: absent
"""

RETURN = r"""
alias:
  description: The alias, V(none) if it is absent.
  returned: success, unless O(aliases) is given
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
aliases:
  description: The result for each alias, with its C(address), whether it was C(changed), and the RV(alias).
  returned: when O(aliases) is given, also on partial failures
  type: list
  elements: dict
  sample: [{"address": "office@example.com", "changed": true, "alias": {"email_address": "office@example.com"}}]
applied:
  description: The addresses of the aliases that were changed.
  returned: partial failures through O(aliases)
  type: list
  elements: str
  sample: [office@example.com]
failed_writes:
  description: The address of the alias that failed.
  returned: partial failures through O(aliases)
  type: list
  elements: str
not_attempted:
  description: The addresses of the aliases that were not processed because of the failure.
  returned: partial failures through O(aliases)
  type: list
  elements: str
"""

from functools import cache
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.many import ManyOption
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import (
    domain_of,
    mail_address,
    mail_addresses,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import (
    create_alias,
    delete_alias,
    find_alias,
    get_mail_zone,
    parent_mail_zone,
    update_alias,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

MANY = ManyOption("aliases", "address")
SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "address": {"type": "str"},
        "destinations": {"type": "list", "elements": "str"},
        "aliases": {
            "type": "list",
            "elements": "dict",
            "options": {
                "address": {"type": "str", "required": True},
                "destinations": {"type": "list", "elements": "str"},
            },
        },
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "mutually_exclusive": [("address", "aliases"), ("destinations", "aliases")],
    "required_one_of": [("address", "aliases")],
    "required_if": [("state", "present", ("destinations", "aliases"), True)],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the aliases into the desired state."""
    items = check(task.params)
    reseller = ResellerClient.for_task(task)

    @cache
    def zone_of(domain: str) -> dict[str, Any] | None:
        mine = [item for item in items if domain_of(item["address"]) == domain]
        return zone_for(task, reseller, domain, mine)

    return MANY.see_to(
        task.params, items, lambda item: ensured(task, reseller, item, zone_of(domain_of(item["address"])))
    )


def check(params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of each alias, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return MANY.items(params, checked)


def checked(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of an alias in canonical form.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    address, destinations = all_of(
        lambda: mail_address("address", params["address"]),
        lambda: mail_addresses("destinations", params["destinations"] or []),
    )
    if params["state"] == "present" and not destinations:
        raise invalid("destinations", "it is empty. To remove an alias, use state: absent.")
    return {**params, "address": address, "destinations": destinations}


def wanted_alias(params: dict[str, Any]) -> dict[str, Any] | None:
    """Return the desired state of an alias, None if it must be absent."""
    if params["state"] == "absent":
        return None
    return {"email_address": params["address"], "destinations": params["destinations"]}


def current_alias(found: dict[str, Any] | Absence) -> dict[str, Any] | None:
    """Return the current state of an alias, None if it does not exist."""
    return None if isinstance(found, Absence) else found


def zone_for(task: Task, reseller: ResellerClient, domain: str, items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the mail zone of some aliases; None if it is missing, which is fine to remove them, and in check mode."""

    def is_enough(zone: dict[str, Any]) -> bool:
        return all(current_alias(find_alias(reseller, zone, item["address"])) == wanted_alias(item) for item in items)

    with reseller.evidence.proving(f"an alias of {domain}"):
        if task.params["state"] == "absent":
            return get_mail_zone(reseller, domain, is_enough)
        return parent_mail_zone(task, reseller, domain, is_enough)


def ensured(
    task: Task, reseller: ResellerClient, params: dict[str, Any], zone: dict[str, Any] | None
) -> dict[str, Any]:
    """Bring one alias into the desired state."""
    address = params["address"]
    found = find_alias(reseller, zone, address)
    absence = found if isinstance(found, Absence) else None

    def create() -> dict[str, Any]:
        create_alias(reseller, address, params["destinations"], absence)
        return {}

    def update(_current: dict[str, Any], changed: dict[str, Any]) -> None:
        update_alias(reseller, address, changed["destinations"])

    def delete(_current: dict[str, Any]) -> None:
        delete_alias(reseller, address)

    return converge(
        task,
        "alias",
        current=current_alias(found),
        wanted=wanted_alias(params),
        create=create,
        update=update,
        delete=delete,
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
