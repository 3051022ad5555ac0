# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_account_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_account_info
short_description: Read customers' accounts
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists accounts, or reads one of them with its service pack and its add-ons.
options:
  identifier:
    description: Only the account with exactly this identifier.
    type: str
  id:
    description: Only the account with this id, with its service pack and its add-ons.
    type: int
  asset_type:
    description: Only accounts that have an asset of this type.
    type: str
    choices: [domain, linux_hosting, mysql, dns, mailbox, windows_hosting]
  details:
    description: Read each account with its service pack and its add-ons, which takes one request each.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 1 to read one, 2 to read one with details."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_account
"""

EXAMPLES = r"""
- name: List all accounts with Linux hosting
  reseller.toolkit.reseller_account_info:
    asset_type: linux_hosting
  register: hostings

- name: Read one customer's account with its add-ons
  reseller.toolkit.reseller_account_info:
    identifier: example.com
    details: true
  register: customer
"""

RETURN = r"""
accounts:
  description: The accounts that were found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The account's id.
      type: int
      sample: 1234
    identifier:
      description: The account's identifier.
      type: str
      sample: example.com
    servicepack_id:
      description: The id of its service pack.
      type: int
      sample: 1002
    servicepack:
      description: Its service pack with C(id) and C(name).
      returned: with O(id) or O(details=true)
      type: dict
      sample: {"id": 1002, "name": "Linux Pro"}
    addons:
      description: Its add-ons with C(id) and C(name).
      returned: with O(id) or O(details=true)
      type: list
      elements: dict
      sample: []
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import (
    get_account,
    is_named,
    list_accounts,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import account_identifier
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "identifier": {"type": "str"},
        "id": {"type": "int"},
        "asset_type": {
            "type": "str",
            "choices": ["domain", "linux_hosting", "mysql", "dns", "mailbox", "windows_hosting"],
        },
        "details": {"type": "bool", "default": False},
    },
    "mutually_exclusive": [("id", "identifier"), ("id", "asset_type")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read accounts."""
    params = task.params
    identifier = None if params["identifier"] is None else account_identifier("identifier", params["identifier"])
    if params["id"] is not None:
        check_number("id", params["id"], 1)
    reseller = ResellerClient.for_task(task)
    if params["id"] is not None:
        ids = [params["id"]]
    else:
        if identifier:
            listed = list_accounts(reseller, identifier=identifier, asset_type=params["asset_type"])
            accounts = matches(listed, partial(is_named, identifier))
        else:
            accounts = list_accounts(reseller, asset_type=params["asset_type"])
        if not params["details"]:
            return {"accounts": accounts}
        ids = [number_in(account, "id") for account in accounts]
    details = [get_account(reseller, account_id) for account_id in ids]
    return {"accounts": [{**item, "servicepack_id": servicepack_id_of(item)} for item in details if item]}


def servicepack_id_of(account: dict[str, Any]) -> int:
    """Return the id of the service pack in an account's details.

    Raises:
        Unreadable: it names none.
    """
    return number_in(value_in(account, "servicepack", dict), "id")


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
