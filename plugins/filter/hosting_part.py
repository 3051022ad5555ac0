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
  - Returns the options that a task of the role P(reseller.toolkit.hosting#role) passes to its module.
  - The role's tasks and M(reseller.toolkit.reseller_hosting_check) use it, so that the checked options are the ones
    that are sent. It is an internal part of the role, and may change at any time.
positional: key
options:
  _input:
    description: The dictionary C(hosting) of the role.
    type: dict
    required: true
  key:
    description: The task, such as V(databases). V(signing_request) returns the arguments of openssl.
    type: str
    required: true
  index:
    description: The index of the item in the task's loop.
    type: int
  account_id:
    description: The id of the account, once it is known.
    type: int
  database_names:
    description: The provisioned names of the databases, once they are known.
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
  description: The options. Empty if the dictionary does not have this part.
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
        raise AnsibleFilterError(f"hosting_part: task {key!r} does not exist.")
    wanted, _mistakes = normalized(hosting, *PARTS[key][1])
    parts = one_part(key, wanted, account_id=account_id, database_names=database_names or [])
    return next((part.args for part in parts if part.index == index), {})


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"hosting_part": hosting_part}
