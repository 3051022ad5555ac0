# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``reseller.toolkit.hosting_plan``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: hosting_plan
short_description: Return which tasks of the role hosting have to run
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Returns the tasks of the role P(reseller.toolkit.hosting#role) that have to run, and the items of their loops.
  - A task that does not have to run has one empty item, which costs Ansible less than an empty list.
  - It is an internal part of the role, and may change at any time.
positional: checks
options:
  _input:
    description: The dictionary C(hosting) of the role.
    type: dict
    required: true
  checks:
    description:
      - The result of M(reseller.toolkit.reseller_hosting_check).
      - Empty without a check, as after C(--start-at-task). Then all parts of the dictionary have to run.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what would run for a customer
  ansible.builtin.debug:
    msg: "{{ (hosting | reseller.toolkit.hosting_plan({})).todo }}"
"""

RETURN = r"""
_value:
  description:
    - V(todo) has the tasks, such as V(databases).
    - V(loops) has the items of each task with a loop, in the order of the dictionary. They are names.
    - V(creates_key) says whether the private key and the signing request have to be managed.
  type: dict
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import normalized
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import LOOPS, parts_of


def hosting_plan(hosting: Any, checks: dict[str, Any]) -> dict[str, Any]:
    """Return which tasks have to run."""
    todo = checks.get("todo")
    if todo is not None and not todo:
        # Every skipped task asks, and to convert the dictionary would cost it as much as all else.
        return {"todo": [], "loops": {part: [""] for part in LOOPS}, "creates_key": False}
    wanted, _mistakes = normalized(hosting)
    todo = list(dict.fromkeys(part.key for part in parts_of(wanted))) if todo is None else list(todo)
    return {
        "todo": todo,
        "loops": {
            part: [_name(item, wanted) for item in wanted[option]] if part in todo else [""]
            for part, option in LOOPS.items()
        },
        "creates_key": "certificate" in todo and "key_path" in wanted["ssl"],
    }


def _name(item: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Return the name of a database or a site. The main site has that of the account."""
    found: str = item.get("name") or item.get("site") or wanted["identifier"]
    return found


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"hosting_plan": hosting_plan}
