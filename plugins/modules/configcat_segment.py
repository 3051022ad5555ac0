# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_segment``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_segment
short_description: Manage a segment of a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, renames, changes or removes a segment, which is a group of users defined by one of their attributes.
  - Targeting rules of M(reseller.toolkit.configcat_flag_value) use it. A change applies to all of them at once.
options:
  description:
    description: The description, at most 1000 characters. An empty text removes it.
    type: str
  comparison_attribute:
    description:
      - The attribute of users that is compared, such as V(Email). It has at most 1000 characters.
      - It requires O(comparator) and O(comparison_value). A new segment requires all three.
    type: str
  comparator:
    description: How it is compared.
    type: str
    choices:
      - isOneOf
      - isNotOneOf
      - semVerIsOneOf
      - semVerIsNotOneOf
      - sensitiveIsOneOf
      - sensitiveIsNotOneOf
      - numberEquals
      - numberDoesNotEqual
      - numberLess
      - numberLessOrEquals
      - numberGreater
      - numberGreaterOrEquals
      - semVerLess
      - semVerLessOrEquals
      - semVerGreater
      - semVerGreaterOrEquals
      - contains
      - doesNotContain
  comparison_value:
    description:
      - The value to compare with, a text or a number.
      - For comparators that compare with several values it can be a list, or a text with commas.
    type: raw
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.configcat.object
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_product
  - module: reseller.toolkit.configcat_flag_value
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Ensure a segment of early users exists
  reseller.toolkit.configcat_segment:
    product: Example shop
    name: Staff
    description: The agency and the customer's own people
    comparison_attribute: Email
    comparator: contains
    comparison_value: "@example.com"
  register: staff

- name: Rename it, and add two people
  reseller.toolkit.configcat_segment:
    id: "{{ staff.segment.segment_id }}"
    name: Pilot users
    comparison_attribute: Email
    comparator: isOneOf
    comparison_value:
      - ada@example.com
      - grace@example.net

- name: Remove it
  reseller.toolkit.configcat_segment:
    product: Example shop
    name: Pilot users
    state: absent
"""

RETURN = r"""
segment:
  description: The segment, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    segment_id:
      description: Its id.
      type: str
      sample: 08d86d67-0f4e-46c1-8d9d-5b8b8a7c2f12
    name:
      description: Its name.
      type: str
      sample: Staff
    description:
      description: Its description.
      type: str
      sample: The agency and the customer's own people
    comparison_attribute:
      description: The attribute of users that is compared.
      type: str
      sample: Email
    comparator:
      description: How it is compared.
      type: str
      sample: contains
    comparison_value:
      description: The value to compare with. Several values are separated by commas.
      type: str
      sample: "@example.com"
    created_at:
      description: When it was created.
      type: str
      sample: "2026-11-24T12:00:00Z"
    creator_email:
      description: Who created it.
      type: str
      sample: ada@example.com
    updated_at:
      description: When it was last changed.
      type: str
      sample: "2026-11-24T12:00:00Z"
    last_updater_email:
      description: Who changed it last.
      type: str
      sample: ada@example.com
    product:
      description: The product that it belongs to.
      type: dict
      sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
"""

from dataclasses import replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import (
    V1_COMPARATORS,
    checked_attribute,
    checked_comparison,
    comparison_in,
    meaning_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import SEGMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import check_length
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import (
    Lookup,
    checked_object,
    ensure_object,
    look_up_in_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    OBJECT_CONSTRAINTS,
    connection_options,
    object_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **object_options(),
        "description": {"type": "str"},
        "comparison_attribute": {"type": "str"},
        "comparator": {"type": "str", "choices": list(V1_COMPARATORS)},
        "comparison_value": {"type": "raw"},
    },
    "numbers": ("description",),
    **OBJECT_CONSTRAINTS,
    "required_together": [("comparison_attribute", "comparator", "comparison_value")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the segment into the desired state."""
    params = checked_object(task.params)
    check_length("description", params["description"])
    if params["comparator"] is not None:
        params["comparison_attribute"] = checked_attribute("comparison_attribute", params["comparison_attribute"])
        items = checked_comparison("comparison_value", params["comparator"], params["comparison_value"], "v1")
        params["comparison_value"] = ",".join(items)
    configcat = ConfigCatClient.for_task(task)
    lookup = with_one_form(look_up_in_product(task, configcat, SEGMENT, params))
    if lookup.current is None and params["state"] == "present" and params["comparator"] is None:
        raise invalid("comparator", "a new segment requires comparison_attribute, comparator and comparison_value.")
    if means_the_same(lookup.current or {}, params):
        params["comparison_value"] = None
    return ensure_object(task, configcat, SEGMENT, lookup, {name: params[name] for name in SEGMENT.properties})


def with_one_form(lookup: Lookup) -> Lookup:
    """Return the lookup with the segment's comparison value in canonical form."""
    if lookup.current is None:
        return lookup
    items = comparison_in(str(lookup.current.get("comparator")), lookup.current.get("comparison_value") or "")
    return replace(lookup, found={**lookup.current, "comparison_value": ",".join(items)})


def means_the_same(current: dict[str, Any], params: dict[str, Any]) -> bool:
    """Return whether the segment already has the desired comparison, however both are written."""
    comparator = params["comparator"]
    if comparator is None or comparator != current.get("comparator"):
        return False
    old, new = (comparison_in(comparator, one["comparison_value"]) for one in (current, params))
    return meaning_of(comparator, old) == meaning_of(comparator, new)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
