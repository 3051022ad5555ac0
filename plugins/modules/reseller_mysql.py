# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mysql``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mysql
short_description: Manage a customer's MySQL databases
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Orders a MySQL database in an account unless it exists, or removes it.
  - A database is ordered at most once, whatever fails. After an interruption, the next run resumes.
  - The API adds a prefix to the name. The result has the provisioned name.
options:
  account:
    description: The id or the identifier of the account. Not needed if O(name) includes the prefix.
    type: str
  name:
    description:
      - The requested name of the database (V(shop)), or its provisioned name (V(ID123456_shop)).
      - Letters, digits and underscores, 50 at most. For more than 14 see O(allow_long_name).
    type: str
    required: true
  allow_long_name:
    description:
      - Whether to order a database whose name has more than 14 characters, its prefix not counted. The API may truncate
        such a name. Existing databases are accepted whatever the length of their names.
      - The module records the provisioned name in O(state_dir), so that the next run finds the database. With another
        O(state_dir) the task fails as C(unproven) if the account has a database whose name may be the truncated one.
        Then set O(name) to that name.
    type: bool
    default: false
    version_added: 2.0.0
  password:
    description:
      - The password of the database's main user, which has the name of the database. Required to order a database.
      - 8 to 20 characters with a letter and a digit. Spaces and C(* € $ & + } { ' " \) are not allowed.
    type: str
  state:
    description:
      - V(present) orders the database unless it exists.
      - V(absent) removes it with all its data.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 5 to create, 2 if unchanged, 3 to set the password, 3 to remove."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.reseller.password
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.wait
  - reseller.toolkit.reseller.polling
  - reseller.toolkit.reseller.ordering
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_mysql_info
  - module: reseller.toolkit.reseller_mysql_user
"""

EXAMPLES = r"""
- name: Ensure a database exists
  reseller.toolkit.reseller_mysql:
    account: example.com
    name: shop
    password: "{{ vaulted_database_password }}"
  register: shop

- name: Show its host and its provisioned name
  ansible.builtin.debug:
    msg: "{{ shop.database.hostname }} {{ shop.database.name }}"

- name: Change the password of its user
  reseller.toolkit.reseller_mysql:
    account: example.com
    name: shop
    password: "{{ vaulted_new_database_password }}"
    update_password: always

- name: Remove it with all its data
  reseller.toolkit.reseller_mysql:
    account: example.com
    name: shop
    state: absent
"""

RETURN = r"""
database:
  description: The database. V(none) if it is absent, or still being provisioned with O(wait=false).
  returned: success
  type: dict
  contains:
    name:
      description: The provisioned name. In check mode, the requested name if the database does not exist yet.
      type: str
      sample: ID123456_shop
    hostname:
      description: The host that serves it.
      type: str
      sample: ID123456_shop.db.example.com
    account_id:
      description: The id of its account.
      type: int
      sample: 1234
    user_count:
      description: The number of its users.
      type: int
      sample: 1
    actual_size:
      description: Its size in MB.
      type: int
      sample: 3
    max_size:
      description: Its maximum size in MB.
      type: int
      sample: 1024
job:
  description: The provisioning job of the order, V(none) if nothing was ordered or it is not known.
  returned: success, and failures of provisioning
  type: dict
  sample: {"id": "0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d", "status": "finished", "estimate": null, "resource_links": []}
recovered:
  description: Whether the result comes from an earlier order, or one whose response was lost, and not from a new order.
  returned: success
  type: bool
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
    asked_name,
    check_database_name,
    check_length,
    is_provisioned_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_orders import (
    database_order,
    learn_name,
    order_key,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.databases import (
    PATH,
    database_named,
    delete_database,
    known_database,
    names_changed,
    set_password,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.named_accounts import (
    NamedAccount,
    parent_account,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    ordering_options,
    password_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.passwords import check_password
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **ordering_options(),
        **proof_options(),
        **password_options(),
        "account": {"type": "str"},
        "name": {"type": "str", "required": True},
        "allow_long_name": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("account",),
    "required_if": [("update_password", "always", ("password",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the database into the desired state."""
    params = task.params
    name, account, password = params["name"], params["account"], params["password"]
    check(params)
    reseller = ResellerClient.for_task(task)
    orders = Orders(reseller, params, warn=task.warn)
    named = NamedAccount(reseller, account) if account is not None else None
    found = None if named is None or is_provisioned_name(name) else found_database(task, reseller, orders, named, name)
    database = database_named(reseller, name) if found is None else None if isinstance(found, Absence) else found
    if params["state"] == "absent":

        def delete(current: dict[str, Any]) -> None:
            delete_database(reseller, current["name"])
            names_changed(reseller, named)

        result = converge(task, "database", current=database, wanted=None, delete=delete)
        return {**result, "job": None, "recovered": False}
    if database is not None:
        recovered = orders.settle(task, PATH, order_key(number_in(database, "account_id"), asked_name(name)))
        # The order of an earlier run may have had another password, which the API never returns.
        sets_password = params["update_password"] == "always" or (recovered and password is not None)
        wanted = {"password": Secret(password)} if sets_password else {}

        result = converge(
            task,
            "database",
            current=database,
            wanted=wanted,
            update=lambda current, changed: set_password(
                reseller, current["name"], current["name"], changed["password"]
            ),
        )
        return {**result, "job": None, "recovered": recovered}
    if named is None or not isinstance(found, Absence):
        raise ToolkitError(
            "not_found", f"Database {name} does not exist, and a database can't be ordered with a prefix."
        )
    check_length("name", name, allow_long=params["allow_long_name"])
    if password is None:
        raise invalid("password", f"it is required, as database {name} does not exist yet.")
    owner = parent_account(task, named)

    def create() -> dict[str, Any]:
        placed = orders.place(database_order(reseller, owner, name, password, warn=task.warn), found)
        names_changed(reseller, named)
        result = {**placed.as_result(), "database": placed.item}
        if placed.item and not placed.is_own:
            # Another order created it, perhaps with another password, which the API never returns.
            set_password(reseller, placed.item["name"], placed.item["name"], password)
            result["changed"] = True
        return result

    wanted = {"name": name, "account_id": owner["id"], "password": Secret(password)}
    return {"job": None, "recovered": False, **converge(task, "database", current=None, wanted=wanted, create=create)}


def found_database(
    task: Task, reseller: ResellerClient, orders: Orders, account: NamedAccount, name: str
) -> dict[str, Any] | Absence:
    """Return the database, or the proof that it does not exist.

    Raises:
        ToolkitError: ``ambiguous``; ``unproven``.
    """
    try:
        return known_database(reseller, account, name)
    except Unproven:
        # An earlier run may have ordered it, and the API may have given it another name.
        if not learn_name(reseller, orders, account, name, warn=task.warn):
            raise
    return known_database(reseller, account, name)


def check(params: dict[str, Any]) -> None:
    """Check all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name = params["name"]
    all_of(
        lambda: check_database_name("name", name),
        lambda: check_password("password", params["password"]),
    )
    if params["account"] is None and not is_provisioned_name(name):
        raise invalid("account", f"it is required, as {name!r} is not a provisioned name (ID123456_{name}).")


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
