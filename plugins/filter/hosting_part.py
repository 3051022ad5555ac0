# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``reseller.toolkit.hosting_part``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: hosting_part
short_description: Return the options of one task of the role hosting
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Returns the options that a task of the role P(reseller.toolkit.hosting#role) gives to its module.
  - The role's tasks and M(reseller.toolkit.reseller_hosting_check) use the same options, so that what was checked is
    what is sent. It is of no use elsewhere, and may change at any time.
positional: key
options:
  _input:
    description: The dictionary C(hosting) of the role.
    type: dict
    required: true
  key:
    description: Which task, such as V(databases); V(signing_request) for what openssl is given.
    type: str
    required: true
  index:
    description: Which item of the task's loop.
    type: int
  account_id:
    description: The id of the account, once it is known.
    type: int
  database_names:
    description: The names that the databases were provisioned with, once they are known.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Ensure the account exists
  reseller.toolkit.reseller_account:
    identifier: "{{ (hosting | reseller.toolkit.hosting_part('account')).identifier }}"
"""

RETURN = r"""
_value:
  description: The options; empty when the dictionary has no such part.
  type: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import normalized
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import PARTS, one_part
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_request import request_arguments


def hosting_part(
    hosting: Any,
    key: str,
    index: int | None = None,
    account_id: int | None = None,
    database_names: list[str | None] | None = None,
) -> dict[str, Any]:
    """Return the options of one task of the role."""
    if key == "signing_request":
        ssl = normalized(hosting, "ssl")[0].get("ssl", {})
        paths = {name: ssl[name] for name in ("key_path", "csr_path") if name in ssl}
        return {**paths, "arguments": request_arguments(ssl)}
    if key not in PARTS:
        raise AnsibleFilterError(f"hosting_part: there is no task {key!r}.")
    wanted, _mistakes = normalized(hosting, *PARTS[key][1])
    parts = one_part(key, wanted, account_id=account_id, database_names=database_names or [])
    return next((part.args for part in parts if part.index == index), {})


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"hosting_part": hosting_part}
