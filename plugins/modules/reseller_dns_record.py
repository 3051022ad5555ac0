# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_dns_record``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_dns_record
short_description: Manage one record set of a DNS zone
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Brings all records of one name and type into the described state, or removes them.
  - For more than a few record sets, M(reseller.toolkit.reseller_dns_zone) needs far fewer requests.
options:
  zone:
    description: The domain name of the zone.
    type: str
    required: true
  record:
    description:
      - The name of the record. A name that ends in the zone's name is the whole name. Any other is the host's part.
      - The zone's own name is V(@), or the zone's name.
      - One of O(record) and O(prefix) is required. If both are given, they must name the same record set.
    type: str
  prefix:
    description: The host's part of the name. An empty text stands for the zone's own name.
    type: str
  type:
    description:
      - The type.
      - V(SRV) has the name C(_SERVICE._PROTOCOL).
    type: str
    choices: [A, AAAA, ALIAS, CAA, CNAME, MX, SRV, TLSA, TXT]
    required: true
  ttl:
    description: The time to live in seconds, 60 to 86400.
    type: int
    default: 3600
  value:
    description:
      - The values in the form of a zone file, V(10 mail.example.com) for MX. Texts require no quotes and may be long.
      - With O(state=absent) only these values are removed. If not set, all values are removed. An empty list removes
        nothing.
      - A text is one value, commas included.
    type: list
    elements: str
  state:
    description: Whether the record set has exactly these values (V(present)), or these values are removed (V(absent)).
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 5 to create, 1 if unchanged, 5 to change, 5 to remove."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.reseller.zone_writes
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_dns_zone
  - module: reseller.toolkit.reseller_dns_zone_info
"""

EXAMPLES = r"""
- name: Point www to the web host
  reseller.toolkit.reseller_dns_record:
    zone: example.com
    record: www
    type: A
    value: [203.0.113.10]

- name: Remove it
  reseller.toolkit.reseller_dns_record:
    zone: example.com
    record: www
    type: A
    state: absent
"""

RETURN = r"""
record_set:
  description: The record set as it is afterwards, V(none) if it is absent.
  returned: success
  type: dict
  sample: {"record": "www.example.com", "prefix": "www", "type": "A", "ttl": 3600, "value": ["203.0.113.10"]}
applied:
  description: The writes that were carried out. In check mode, those that would be.
  returned: success, and partial failures
  type: list
  elements: dict
  sample: [{"action": "add", "prefix": "www", "type": "A", "ttl": 3600, "value": "203.0.113.10"}]
failed_writes:
  description: The write that failed.
  returned: partial failures
  type: list
  elements: dict
not_attempted:
  description: The writes that were not sent because of the failure.
  returned: partial failures
  type: list
  elements: dict
put_back:
  description:
    - Records that were removed because they conflict with a new one (a CNAME allows no others), and added again because
      the API refused the new one.
  returned: when a write fails after conflicting records were removed
  type: list
  elements: dict
  version_added: 2.0.0
not_put_back:
  description: Removed records that could not be added again, or must not be because the new record may exist.
  returned: when a write fails after conflicting records were removed
  type: list
  elements: dict
  version_added: 2.0.0
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    zone_write_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    TYPES,
    wanted_set,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import (
    ZonePlan,
    managed,
    plan_removal,
    plan_zone,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_writes import apply_plan, proven_plan
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **zone_write_options(),
        "zone": {"type": "str", "required": True},
        "record": {"type": "str"},
        "prefix": {"type": "str"},
        "type": {"type": "str", "choices": list(TYPES), "required": True},
        "ttl": {"type": "int", "default": 3600},
        "value": {"type": "list", "elements": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "whole_texts": ("value",),
    "required_one_of": [("record", "prefix")],
    "required_if": [("state", "present", ("value",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the record set into the desired state."""
    params = task.params
    zone = ascii_domain("zone", params["zone"])
    given = wanted_set(None, zone, params)
    if params["state"] == "present" and not given.values:
        raise invalid("value", "it is empty. To remove a record set, use state: absent.")
    reseller = ResellerClient.for_task(task)
    absent = params["state"] == "absent"

    def plan_for(listed: list[Item]) -> ZonePlan:
        """Return the writes, given the zone's records of this type as the API lists them."""
        records = [record for record in managed(listed) if record.key == given.key]
        unwanted = None if params["value"] is None else given.values
        return plan_removal(records, given.key, unwanted) if absent else plan_zone(records, [given])

    plan = proven_plan(task, reseller, zone, plan_for, must_exist=not absent, key=given.key, type=given.key.type)
    result = apply_plan(task, reseller, zone, plan)
    sets = result.pop("record_sets")
    return {**result, "record_set": sets[0] if sets else None}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
