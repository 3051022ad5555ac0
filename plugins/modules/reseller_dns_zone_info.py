# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_dns_zone_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_dns_zone_info
short_description: Read the records of a DNS zone
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads the record sets of a zone, in the form that M(reseller.toolkit.reseller_dns_zone) accepts.
options:
  zone:
    description: The domain name of the zone.
    type: str
    required: true
  record:
    description: Only record sets with exactly this name.
    type: str
  type:
    description: Only record sets of this type.
    type: str
    choices: [A, AAAA, ALIAS, CAA, CNAME, MX, SRV, TLSA, TXT]
  record_id:
    description: Only the record with this id.
    type: str
notes:
  - "API requests, excluding job polling: 2 to read a zone of 1,000 records."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_dns_zone
"""

EXAMPLES = r"""
- name: Read a zone
  reseller.toolkit.reseller_dns_zone_info:
    zone: example.com
  register: zone

- name: Save it as a file of variables
  ansible.builtin.copy:
    content: "{{ {'record_sets': zone.record_sets} | to_nice_yaml }}"
    dest: "{{ playbook_dir }}/example.com.yml"
    mode: "0644"
"""

RETURN = r"""
record_sets:
  description: The record sets that can be managed.
  returned: success
  type: list
  elements: dict
  contains:
    record:
      description: The whole name.
      type: str
      sample: www.example.com
    prefix:
      description: The host's part of the name, empty for the zone's own name.
      type: str
      sample: www
    type:
      description: The type.
      type: str
      sample: A
    ttl:
      description: The time to live in seconds.
      type: int
      sample: 3600
    value:
      description:
        - The values. A value that no task could write, such as an MX record with an address, is shown as the API
          returns it.
        - If the API does not return a value, a text in parentheses says so.
      type: list
      elements: str
      sample: [203.0.113.10]
records:
  description: All records as the API returns them, including those of the provider.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "1-1122334455", "type": "A", "record_name": "www", "ttl": 3600, "content": "203.0.113.10"}]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import path_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import (
    from_api,
    get_dns_record,
    list_dns_records,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    TYPES,
    record_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import record_sets
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "zone": {"type": "str", "required": True},
        "record": {"type": "str"},
        "type": {"type": "str", "choices": list(TYPES)},
        "record_id": {"type": "str"},
    },
    "numbers": ("record_id",),
    "mutually_exclusive": [("record_id", "record"), ("record_id", "type")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read a zone."""
    params = task.params
    zone = ascii_domain("zone", params["zone"])
    name = None if params["record"] is None else record_name("record", zone, params["record"])
    record_id = None if params["record_id"] is None else path_name("record_id", params["record_id"])
    reseller = ResellerClient.for_task(task)
    if record_id is not None:
        record = get_dns_record(reseller, zone, record_id)
        records: list[dict[str, Any]] | None = [] if record is None else [record]
    else:
        records = list_dns_records(reseller, zone, type=params["type"])
    if records is None:
        raise ToolkitError("not_found", f"The zone {zone} is not hosted here.")
    managed = [(raw, from_api(raw)) for raw in records]
    if name is not None:
        managed = [(raw, record) for raw, record in managed if record and record.key.name == name]
    return {
        "record_sets": [item.as_result(zone) for item in record_sets(record for _raw, record in managed if record)],
        "records": [raw for raw, _record in managed],
    }


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
