# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``reseller.toolkit.hosting_result``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: hosting_result
short_description: Return the result of the role hosting
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Returns the fact C(hosting_result) of the role P(reseller.toolkit.hosting#role) from the results of its tasks.
  - It is an internal part of the role, and may change at any time.
options:
  _input:
    description: The dictionary C(hosting) of the role, from P(reseller.toolkit.hosting_normalized#filter).
    type: dict
    required: true
  tasks:
    description: The registered result of each task, by the part that it manages. Empty for a task that was not reached.
    type: dict
    required: true
  read:
    description: The state of the parts whose tasks did not have to run, as the check read it.
    type: dict
    required: true
  detail:
    description: The detail of the Linux hosting, empty if it was not read.
    type: dict
    default: {}
  database_names:
    description: The names of the databases as they were asked for.
    type: list
    elements: str
    default: []
  domain_name:
    description: The domain name of the customer.
    type: str
    required: true
  domain_pending:
    description: Whether the domain name is ordered but does not exist yet.
    type: bool
    default: false
  certificate_pending:
    description: Whether the certificate is ordered but does not exist yet.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Set the result
  ansible.builtin.set_fact:
    hosting_result: >-
      {{ hosting | reseller.toolkit.hosting_normalized
         | reseller.toolkit.hosting_result(tasks={'account': hosting_account}, read={}, domain_name='example.com') }}
"""

RETURN = r"""
_value:
  description: The result. The README of the role describes its keys.
  type: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_result import RoleRun
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_result import hosting_result as result_of


def hosting_result(
    hosting: dict[str, Any],
    tasks: dict[str, Any],
    read: dict[str, Any],
    domain_name: str,
    detail: dict[str, Any] | None = None,
    database_names: list[str] | None = None,
    domain_pending: bool = False,
    certificate_pending: bool = False,
) -> dict[str, Any]:
    """Return the result of the role."""
    run = RoleRun(
        hosting=hosting,
        tasks=tasks,
        read=read,
        detail=detail or {},
        database_names=database_names or [],
        domain_name=domain_name,
        domain_pending=domain_pending,
        certificate_pending=certificate_pending,
    )
    try:
        return result_of(run)
    except (KeyError, IndexError) as error:
        raise AnsibleFilterError(f"hosting_result: the result of a task lacks {error}.") from error


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"hosting_result": hosting_result}
