# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_dns_zone``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_dns_zone
short_description: Manage many DNS records of a zone in one task
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Brings record sets into the described state. Reads the zone once and sends only the changes needed.
  - Record sets that are not described stay unchanged, unless O(purge=true).
  - The records of the provider (V(NS) and V(SOA)) are never changed.
options:
  zone:
    description: The domain name of the zone.
    type: str
    required: true
  record_sets:
    description: The record sets. Each has exactly the described values afterwards.
    type: list
    elements: dict
    required: true
    suboptions:
      record:
        description:
          - The name of the record. A name that ends in the zone's name is the whole name. Any other is the host's part.
          - The zone's own name is V(@), or the zone's name.
          - One of O(record_sets[].record) and O(record_sets[].prefix) is required. If both are given, they must name
            the same record set.
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
          - The values in the form of a zone file, V(10 mail.example.com) for MX. Texts require no quotes and may be
            long.
          - An empty list removes the record set.
          - A text is one value, commas included.
        type: list
        elements: str
        required: true
  purge:
    description:
      - Whether to remove the record sets that are not described, within O(purge_types) and O(purge_names). A record
        whose value this module can't read, such as an empty text, is removed like any other.
      - Two kinds are kept, unless O(purge_names) has their exact name or O(record_sets) describes them with an empty
        value. Wildcards, which the API can't add again, are kept with a warning. CNAME records that validate
        certificates are kept without one.
      - CNAME records validate certificates if M(reseller.toolkit.reseller_ssl) placed them, if an open certificate
        request waits for them, or if they have a name that certificate authorities use (an underscore and 32
        hexadecimal digits).
    type: bool
    default: false
  purge_types:
    description: Remove only record sets of these types. If not set, all types are removed. A text is split at commas.
    type: list
    elements: str
    choices: [A, AAAA, ALIAS, CAA, CNAME, MX, SRV, TLSA, TXT]
  purge_names:
    description:
      - Remove only record sets of these names, and of names below them. If not set, all names are removed.
      - V(@) is only the zone's own name. A wildcard is purged only by its exact name, such as V(*) or V(*.shop).
      - A text is split at commas.
    type: list
    elements: str
  max_delete_percent:
    description:
      - Fail, and list the records, if more than this percentage of the zone's records would be purged.
      - Removals that O(record_sets) describes do not count.
    type: float
    default: 30
notes:
  - A new zone already has records of the provider, at least an A record and two MX records. Described record sets
    replace those of the same name and type. To add a CNAME, describe the other record sets of its name with an empty
    value.
  - "API requests, excluding job polling: 2 if 1,000 records are unchanged, 6 to change one of them."
  - With O(purge=true), if CNAME records that begin with an underscore are not described, one more request reads the
    list of certificate requests, and one more reads each of them that may concern the zone.
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.reseller.zone_writes
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_dns_record
  - module: reseller.toolkit.reseller_dns_zone_info
"""

EXAMPLES = r"""
- name: Ensure the records of a web site
  reseller.toolkit.reseller_dns_zone:
    zone: example.com
    record_sets:
      - record: example.com
        type: A
        value: [203.0.113.10]
      - record: shop
        type: CNAME
        value: [shops.example.net]
      - record: "@"
        type: MX
        ttl: 86400
        value:
          - 10 mail1.example.com
          - 20 mail2.example.com
      - record: "@"
        type: TXT
        value:
          - v=spf1 mx -all

- name: Ensure exactly these TXT records, and no others
  reseller.toolkit.reseller_dns_zone:
    zone: example.com
    record_sets:
      - record: "@"
        type: TXT
        value:
          - v=spf1 mx -all
    purge: true
    purge_types: [TXT]
    max_delete_percent: 20
"""

RETURN = r"""
record_sets:
  description: All record sets of the zone, as they are afterwards.
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
would_remove:
  description: What would be removed.
  returned: when it is more than O(max_delete_percent)
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_percent, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_validations import ValidationRecords
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    zone_write_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    TYPES,
    RecordSet,
    record_name,
    wanted_set,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import (
    ZonePlan,
    check_cnames,
    managed,
    plan_zone,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_purge import (
    Purge,
    Scope,
    check_purge,
    purge_of,
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
        "record_sets": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "record": {"type": "str"},
                "prefix": {"type": "str"},
                "type": {"type": "str", "choices": list(TYPES), "required": True},
                "ttl": {"type": "int", "default": 3600},
                "value": {"type": "list", "elements": "str", "required": True},
            },
            "required_one_of": [("record", "prefix")],
        },
        "purge": {"type": "bool", "default": False},
        "purge_types": {"type": "list", "elements": "str", "choices": list(TYPES)},
        "purge_names": {"type": "list", "elements": "str"},
        "max_delete_percent": {"type": "float", "default": 30},
    },
    "whole_texts": ("record_sets.value",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the zone into the desired state."""
    params = task.params
    zone, wanted, scope = check(params)
    reseller = ResellerClient.for_task(task)
    given = {item.key for item in wanted}
    validations = ValidationRecords(reseller, zone, task.warn)
    purge = Purge()

    def plan_for(listed: list[Item]) -> ZonePlan:
        """Return the writes, given the zone's records as the API lists them."""
        nonlocal purge
        records = managed(listed)
        if params["purge"]:
            purge = purge_of(records, given, scope, validations.among)
        plan = plan_zone(records, wanted, purge.unwanted)
        check_cnames(plan)
        check_purge(plan, purge.unwanted, params["max_delete_percent"])
        return plan

    plan = proven_plan(task, reseller, zone, plan_for)
    if purge.wildcards:
        names = ", ".join(f"{key.type} {key.name}" for key in purge.wildcards)
        task.warn(
            f"Wildcards of {zone} stay, as the API can't add them again: {names}. Describe them, or purge them by name."
        )
    return apply_plan(task, reseller, zone, plan)


def check(params: dict[str, Any]) -> tuple[str, list[RecordSet], Scope]:
    """Return the zone, its record sets and what may be purged, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    zone = ascii_domain("zone", params["zone"])
    wanted, names, _none = all_of(
        lambda: wanted_sets(zone, params["record_sets"]),
        lambda: params["purge_names"] and [record_name("purge_names", zone, name) for name in params["purge_names"]],
        lambda: check_percent("max_delete_percent", params["max_delete_percent"]),
    )
    return zone, wanted, Scope(params["purge_types"], names)


def wanted_sets(zone: str, items: list[dict[str, Any]]) -> list[RecordSet]:
    """Return the record sets in canonical form.

    Raises:
        ToolkitError: ``invalid_option``, also when one is described twice.
    """
    wanted = [wanted_set("record_sets", zone, item) for item in items]
    seen = set()
    for item in wanted:
        if item.key in seen:
            raise invalid("record_sets", f"{item.key.type} of {item.key.name or '@'} is described twice.")
        seen.add(item.key)
    there = [item.key for item in wanted if item.values]
    aliases = {key.name for key in there if key.type == "CNAME"}
    for key in there:
        if key.name in aliases and key.type != "CNAME":
            raise invalid("record_sets", f"{key.name} has a CNAME, so it can't have {key.type} (RFC 1034, 3.6.2).")
    return wanted


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
