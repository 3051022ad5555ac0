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
    description: The dictionary C(hosting) of the role.
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
"""

EXAMPLES = r"""
- name: Set the result
  ansible.builtin.set_fact:
    hosting_result: >-
      {{ hosting | reseller.toolkit.hosting_result(tasks={'account': hosting_account}, read={}) }}
"""

RETURN = r"""
_value:
  description: The result. The README of the role describes its keys.
  type: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import normalized
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_result import RoleRun
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_result import hosting_result as result_of


def hosting_result(
    hosting: Any, tasks: dict[str, Any], read: dict[str, Any], detail: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the result of the role."""
    wanted, _mistakes = normalized(hosting)
    try:
        return result_of(RoleRun(wanted, tasks, read, detail or {}))
    except (KeyError, IndexError) as error:
        raise AnsibleFilterError(f"hosting_result: the result of a task lacks {error}.") from error


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"hosting_result": hosting_result}
