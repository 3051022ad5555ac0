# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mysql_user``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mysql_user
short_description: Manage the users of a customer's MySQL database
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Adds a user that may read a database, changes its password, allows or denies log-in, or removes it.
  - A user is ordered at most once, whatever fails. After an interruption, the next run resumes.
  - The main user, which comes with the database and has its name, may also write. It can be changed here, but not
    removed.
options:
  account:
    description: The id or the identifier of the account. Not needed if O(database) includes the prefix.
    type: str
  database:
    description: The requested or the provisioned name of the database.
    type: str
    required: true
  name:
    description:
      - The user's name, 2 to 14 lower-case letters and digits. A prefix that the API adds is recognized.
      - The provisioned name of the database names its main user.
      - Required unless O(users) is given.
    type: str
  password:
    description:
      - The user's password. Required to add a user.
      - 8 to 20 characters with a letter and a digit. Spaces and C(* € $ & + } { ' " \) are not allowed.
    type: str
  enabled:
    description: Whether the user may log in. New users may by default.
    type: bool
  users:
    description: Many users of the database, instead of one.
    type: list
    elements: dict
    version_added: 2.0.0
    suboptions:
      name:
        description: As O(name).
        type: str
        required: true
      password:
        description: As O(password).
        type: str
      enabled:
        description: As O(enabled).
        type: bool
  state:
    description: Desired state of the user.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 7 to create two in a list, 3 if one or many in a list are unchanged, 4 to deny
    log-in, 4 to remove."
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
  - module: reseller.toolkit.reseller_mysql
"""

EXAMPLES = r"""
- name: Ensure the reporting tool may read the shop's database
  reseller.toolkit.reseller_mysql_user:
    account: example.com
    database: shop
    name: reports
    password: "{{ vaulted_reports_password }}"

- name: Ensure several users of a database exist
  reseller.toolkit.reseller_mysql_user:
    account: example.com
    database: shop
    users:
      - name: reports
        password: "{{ vaulted_reports_password }}"
      - name: backup
        password: "{{ vaulted_reports_password }}"

- name: Deny it log-in for now
  reseller.toolkit.reseller_mysql_user:
    account: example.com
    database: shop
    name: reports
    enabled: false

- name: Remove it
  reseller.toolkit.reseller_mysql_user:
    account: example.com
    database: shop
    name: reports
    state: absent
"""

RETURN = r"""
user:
  description: The user. V(none) if it is absent, or still being provisioned with O(wait=false).
  returned: success, unless O(users) is given
  type: dict
  contains:
    name:
      description: The provisioned name.
      type: str
      sample: reports
    rights:
      description: V(read_and_write) for the main user of the database, V(read_only) for all others.
      type: str
      sample: read_only
    enabled:
      description: Whether the user may log in.
      type: bool
job:
  description: The provisioning job of the order, V(none) if nothing was ordered or it is not known.
  returned: success, unless O(users) is given, and failures of provisioning
  type: dict
  sample: {"id": "0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d", "status": "finished", "estimate": null, "resource_links": []}
recovered:
  description: Whether the result comes from an earlier order, or one whose response was lost, and not from a new order.
  returned: success, unless O(users) is given
  type: bool
users:
  description: >-
    The result for each user, with its C(name), whether it was C(changed), RV(user), RV(job) and RV(recovered).
  returned: when O(users) is given, also on partial failures
  type: list
  elements: dict
  sample:
    - {"name": "reports", "changed": false, "user": {"name": "reports", "rights": "read_only", "enabled": true},
       "job": null, "recovered": false}
applied:
  description: The names of the users that were changed.
  returned: partial failures through O(users)
  type: list
  elements: str
  sample: [reports]
failed_writes:
  description: The name of the user that failed.
  returned: partial failures through O(users)
  type: list
  elements: str
not_attempted:
  description: The names of the users that were not processed because of the failure.
  returned: partial failures through O(users)
  type: list
  elements: str
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.many import ManyOption
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
    asked_name,
    check_database_name,
    check_user_name,
    is_provisioned_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_orders import user_order
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.databases import (
    delete_user,
    find_user,
    parent_database,
    set_enabled,
    set_password,
    users_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.named_accounts import NamedAccount
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    ordering_options,
    password_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.passwords import check_new_password
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

MANY = ManyOption("users", "name")
SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **ordering_options(),
        **proof_options(),
        **password_options(),
        "account": {"type": "str"},
        "database": {"type": "str", "required": True},
        "name": {"type": "str"},
        "enabled": {"type": "bool"},
        "users": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "password": {"type": "str", "no_log": True},
                "enabled": {"type": "bool"},
            },
        },
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("account",),
    "mutually_exclusive": [("name", "users"), ("password", "users"), ("enabled", "users")],
    "required_one_of": [("name", "users")],
    "required_if": [("update_password", "always", ("password", "users"), True)],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the users into the desired state."""
    params = task.params
    account = params["account"]
    items = check(params)
    reseller = ResellerClient.for_task(task)
    orders = Orders(reseller, params, warn=task.warn)
    absent = params["state"] == "absent"
    named = NamedAccount(reseller, account) if account is not None else None
    with reseller.evidence.proving(f"a user of database {params['database']}"):
        database, users = parent_database(task, reseller, named, params["database"], missing_is_fine=absent)

    def see_to(item: dict[str, Any]) -> dict[str, Any]:
        found = find_user(reseller, users, database, item["name"])
        if absent:
            user = None if isinstance(found, Absence) else found
            return {**removed(task, reseller, database, user), "job": None, "recovered": False}
        if isinstance(found, Absence):
            return {"job": None, "recovered": False, **added(task, reseller, orders, database, item, found)}
        recovered = orders.settle(task, users_path(database), asked_name(item["name"]))
        result = changed(task, reseller, database, item, found, recovered=recovered)
        return {**result, "job": None, "recovered": recovered}

    return MANY.see_to(params, items, see_to)


def check(params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of each user, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    _none, items = all_of(
        lambda: check_database_name("database", params["database"]),
        lambda: MANY.items(params, checked),
    )
    if params["account"] is None and not is_provisioned_name(params["database"]):
        raise invalid("account", f"it is required, as {params['database']!r} is not a provisioned name.")
    return items


def checked(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a user, which have only one form.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    asked = None if is_provisioned_name(params["name"]) else params["name"]
    all_of(
        lambda: if_given(asked, lambda name: check_user_name("name", name)),
        lambda: check_new_password(params),
    )
    return params


def removed(task: Task, reseller: ResellerClient, database: str, user: dict[str, Any] | None) -> dict[str, Any]:
    """Remove the user, if it exists."""
    if user and user.get("rights") == "read_and_write":
        raise ToolkitError(
            "invalid_option",
            f"name: user {user['name']} came with database {database} and can't be removed from it.",
            hint="Remove the database to remove it (reseller.toolkit.reseller_mysql).",
        )
    return converge(
        task,
        "user",
        current=user,
        wanted=None,
        delete=lambda current: delete_user(reseller, database, current["name"]),
    )


def changed(
    task: Task,
    reseller: ResellerClient,
    database: str,
    params: dict[str, Any],
    user: dict[str, Any],
    *,
    recovered: bool,
) -> dict[str, Any]:
    """Bring an existing user into the desired state.

    The order of an earlier run may have had another password, which the API never returns. So a recovered user gets the
    desired one.
    """
    wanted: dict[str, Any] = {"enabled": params["enabled"]}
    if params["update_password"] == "always" or (recovered and params["password"] is not None):
        wanted["password"] = Secret(params["password"])

    def update(current: dict[str, Any], differing: dict[str, Any]) -> None:
        if "password" in differing:
            set_password(reseller, database, current["name"], differing["password"])
        if "enabled" in differing:
            set_enabled(reseller, database, current["name"], differing["enabled"])

    return converge(task, "user", current=user, wanted=wanted, update=update)


def added(
    task: Task, reseller: ResellerClient, orders: Orders, database: str, params: dict[str, Any], absence: Absence
) -> dict[str, Any]:
    """Order a user that is proven absent."""
    name, password, enabled = params["name"], params["password"], params["enabled"] is not False
    if is_provisioned_name(name):
        raise ToolkitError("not_found", f"User {name} does not exist, and a user can't be added with a prefix.")
    if password is None:
        raise invalid("password", f"it is required, as user {name} does not exist yet.")

    def create() -> dict[str, Any]:
        placed = orders.place(user_order(reseller, database, name, password), absence)
        result = placed.as_result()
        made = placed.item
        if made and not placed.is_own:
            set_password(reseller, database, made["name"], password)
            result["changed"] = True
        if made and made.get("enabled") != enabled:
            set_enabled(reseller, database, made["name"], enabled)
            made = {**made, "enabled": enabled}
            result["changed"] = True
        return {**result, "user": made}

    wanted = {"name": name, "rights": "read_only", "enabled": enabled, "password": Secret(password)}
    return converge(task, "user", current=None, wanted=wanted, create=create)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
