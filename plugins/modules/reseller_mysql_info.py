# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mysql_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mysql_info
short_description: Read customers' MySQL databases and their users
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads one database, the databases of an account, or all databases.
options:
  account:
    description: The id or the identifier of an account. Only its databases are read.
    type: str
  name:
    description:
      - The requested name of the database, which requires O(account), or its provisioned name.
    type: str
  users:
    description: Read the users of each database, which takes one request each.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 1 to read those of an account without any."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_mysql
"""

EXAMPLES = r"""
- name: Read a customer's databases with their users
  reseller.toolkit.reseller_mysql_info:
    account: example.com
    users: true
  register: databases

- name: Read one database
  reseller.toolkit.reseller_mysql_info:
    account: example.com
    name: shop
"""

RETURN = r"""
databases:
  description: The databases that were found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The provisioned name.
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
    users:
      description: Its users.
      returned: with O(users=true)
      type: list
      elements: dict
      contains:
        name:
          description: The user's name.
          type: str
          sample: reports
        rights:
          description: V(read_and_write) for the main user of the database, V(read_only) for all others.
          type: str
          sample: read_only
        enabled:
          description: Whether the user may log in.
          type: bool
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
    AskedName,
    check_database_name,
    is_provisioned_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.databases import (
    database_named,
    databases_of,
    list_mysql_databases,
    list_mysql_users,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.named_accounts import NamedAccount
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "account": {"type": "str"},
        "name": {"type": "str"},
        "users": {"type": "bool", "default": False},
    },
    "numbers": ("account",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read databases."""
    account, name = task.params["account"], task.params["name"]
    if name is not None:
        check_database_name("name", name)
        if account is None and not is_provisioned_name(name):
            raise invalid("account", f"it is required, as {name!r} is not a provisioned name.")
    reseller = ResellerClient.for_task(task)
    named = NamedAccount(reseller, account) if account is not None else None
    if name is not None:
        if named is None or is_provisioned_name(name):
            databases = list(filter(None, [database_named(reseller, name)]))
        else:
            databases = databases_of(reseller, named, AskedName(reseller, name).means)
    elif named is not None:
        databases = databases_of(reseller, named)
    else:
        databases = list_mysql_databases(reseller)
    if task.params["users"]:
        databases = [
            {**database, "users": list_mysql_users(reseller, text_in(database, "name")) or []} for database in databases
        ]
    return {"databases": databases}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
