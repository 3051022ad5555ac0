# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_servicepack_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_servicepack_info
short_description: Read the service packs that can be ordered
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists the service packs. An account is ordered with one of them.
options:
  name:
    description: Only the service packs with this name, regardless of case.
    type: str
notes:
  - "API requests, excluding job polling: 1 to read all."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_account
"""

EXAMPLES = r"""
- name: List the service packs
  reseller.toolkit.reseller_servicepack_info:
  register: packs

- name: Show them
  ansible.builtin.debug:
    msg: "{{ packs.servicepacks | items2dict(key_name='id', value_name='name') }}"
"""

RETURN = r"""
servicepacks:
  description: The service packs.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The service pack's id.
      type: int
      sample: 1002
    name:
      description: The service pack's name.
      type: str
      sample: Linux Pro
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import same_text
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.servicepacks import list_servicepacks
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {**connection_options(), "name": {"type": "str"}},
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read service packs."""
    name = task.params["name"]
    packs = list_servicepacks(ResellerClient.for_task(task))
    return {"servicepacks": [pack for pack in packs if name is None or same_text(pack.get("name"), name)]}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
