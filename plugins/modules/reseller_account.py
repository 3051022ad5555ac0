# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_account``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_account
short_description: Ensure that a customer's account exists
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Orders an account with a service pack, unless an account with this identifier exists.
  - An account costs money. It is ordered at most once, whatever fails. After an interruption, the next run resumes.
  - An account can't be changed or removed through the API.
options:
  identifier:
    description: The account's identifier. For a service pack with hosting, this is the domain name.
    type: str
    required: true
  servicepack:
    description:
      - The id or the name of the service pack. Required to order an account.
      - If the account exists with another one, the task fails, as the API can't change it.
    type: str
  ftp_password:
    description:
      - The password for FTP. Required to order an account whose service pack has hosting.
      - 8 to 20 characters with a letter and a digit. Spaces and C(* € $ & + } { ' " \) are not allowed.
      - The API can neither return nor change it, so it is used only to order the account.
    type: str
  state:
    description: Desired state of the account.
    type: str
    choices: [present]
    default: present
notes:
  - "API requests, excluding job polling: 5 to create, 1 if unchanged, 2 if unchanged with the service pack by name."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.wait
  - reseller.toolkit.reseller.polling
  - reseller.toolkit.reseller.ordering
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_account_info
  - module: reseller.toolkit.reseller_servicepack_info
  - module: reseller.toolkit.reseller_job
"""

EXAMPLES = r"""
- name: Order an account for a new customer
  reseller.toolkit.reseller_account:
    identifier: example.com
    servicepack: Linux Pro
    ftp_password: "{{ vaulted_ftp_password }}"
  register: customer

- name: Order another account without waiting
  reseller.toolkit.reseller_account:
    identifier: example.net
    servicepack: Linux Pro
    ftp_password: "{{ vaulted_ftp_password }}"
    wait: false
  register: ordered

- name: Wait for it later
  reseller.toolkit.reseller_job:
    job_ids:
      - "{{ ordered.job.id }}"
  when: ordered.job is not none
"""

RETURN = r"""
account:
  description: The account. V(none) if it is still being provisioned with O(wait=false).
  returned: success
  type: dict
  contains:
    id:
      description: The account's id. Missing in check mode if the account does not exist yet.
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
job:
  description: The provisioning job of the order, V(none) if nothing was ordered or it is not known.
  returned: success, and failures of provisioning
  type: dict
  contains:
    id:
      description: The job's id.
      type: str
      sample: 0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d
    status:
      description: One of V(ongoing), V(finished), V(failed), V(cancelled).
      type: str
      sample: finished
    estimate:
      description: The estimated end, in UTC.
      type: str
      sample: "2026-03-01T12:00:00Z"
    resource_links:
      description: The paths of the resources that it created.
      type: list
      elements: str
      sample: ["/v2/accounts/1234"]
recovered:
  description: Whether the result comes from an earlier order, or one whose response was lost, and not from a new order.
  returned: success
  type: bool
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import PATH, known_account
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    account_identifier,
    ascii_domain,
    check_host,
    is_domain,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    ordering_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **ordering_options(),
        **proof_options(),
        "identifier": {"type": "str", "required": True},
        "servicepack": {"type": "str"},
        "ftp_password": {"type": "str", "no_log": True},
        "state": {"type": "str", "choices": ["present"], "default": "present"},
    },
    "numbers": ("servicepack",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the account exists."""
    params = task.params
    identifier = check(params)
    reseller = ResellerClient.for_task(task)
    orders = Orders(reseller, params, warn=task.warn)
    found = known_account(reseller, identifier)
    account = None if isinstance(found, Absence) else found
    # Only hosting has an FTP password, and its name is a domain name.
    if account is None and (is_domain(identifier) or params["ftp_password"] is not None):
        check_host("identifier", ascii_domain("identifier", identifier))
    servicepack = wanted_servicepack(reseller, params["servicepack"], account)
    if not isinstance(found, Absence):
        recovered = orders.settle(task, PATH, identifier.lower())
        return {"changed": False, "account": found, "job": None, "recovered": recovered}

    # Imported lazily: most accounts exist, and an ordinary module saves 4 ms.
    from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, paid
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.account_orders import account_order

    def create() -> dict[str, Any]:
        placed = orders.place(account_order(reseller, identifier, servicepack["id"], params["ftp_password"]), found)
        return {**placed.as_result(), "account": placed.item}

    wanted = {"identifier": identifier, "servicepack_id": servicepack["id"]}
    result = converge(task, "account", current=None, wanted=wanted, create=create)
    purchase = f"account {identifier} with service pack {servicepack['id']} ({servicepack.get('name')})"
    return {"job": None, "recovered": False, **paid(result, purchase)}


def check(params: dict[str, Any]) -> str:
    """Return the account's identifier in canonical form, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    identifier, _none = all_of(
        lambda: account_identifier("identifier", params["identifier"]),
        lambda: if_given(params["ftp_password"], check_ftp_password),
    )
    return identifier


def check_ftp_password(password: str) -> None:
    """Refuse a password that the API refuses.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    # Imported lazily: most tasks order nothing and need no password, and an ordinary module saves 1 ms.
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.passwords import check_password

    check_password("ftp_password", password)


def wanted_servicepack(
    reseller: ResellerClient, servicepack: str | None, account: dict[str, Any] | None
) -> dict[str, Any]:
    """Return the service pack to order with its ``id``, or that of the account if it is the desired one.

    Raises:
        ToolkitError: ``servicepack_mismatch``, ``invalid_option``, ``not_found`` or ``ambiguous``.
    """
    current = None if account is None else number_in(account, "servicepack_id")
    if servicepack is None and current is None:
        raise ToolkitError("invalid_option", "servicepack is required: the account does not exist yet.")
    if servicepack is None or str(current) == servicepack.strip():
        return {"id": current}
    # Imported lazily: most accounts have the pack of this id, and an ordinary module saves 1 ms.
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.servicepacks import (
        check_pack,
        find_servicepack,
    )

    wanted = find_servicepack(reseller, servicepack, current)
    if account is not None:
        check_pack(wanted["id"], account, wanted.get("name"))
    return wanted


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
