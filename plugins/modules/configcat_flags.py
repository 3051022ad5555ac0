# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_flags``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_flags
short_description: Manage many ConfigCat flags with their values
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Brings the flags of a config, and their values in each environment, into the described state. It sends one read for
    each collection, and one write for all changed values of an environment.
  - The description of a flag in an environment is complete. Rules and percentages that are not described are removed.
  - Flags that are not described stay unchanged, unless O(purge=true). So do environments, and the value of a flag in an
    environment that does not name it.
  - The product, the config, environments, tags and segments must exist.
  - A task that changes nothing sends six requests for three environments, whatever the number of flags. Three are for
    the product, the config and the environments, and one for each environment. One more is sent if a rule names a
    segment by its name and not by its id.
  - Do not use this API for evaluating feature flags; use ConfigCat's SDKs.
options:
  product:
    description: The name or the id of the product.
    type: str
    required: true
  config:
    description: The name or the id of the config in the product.
    type: str
    required: true
  flags:
    description:
      - The flags, by their keys. Each is empty, or a dictionary with C(name), C(type), C(hint), C(tags) and C(order) as
        in M(reseller.toolkit.configcat_flag).
      - Every existing key is accepted. A new one begins with a letter, followed by letters, digits, underscores,
        hyphens, periods and colons.
    type: dict
    required: true
  environments:
    description:
      - The values of the flags, by the names or the ids of the environments, and in each by the flags' keys.
      - A plain value is served to everybody. A dictionary has C(value) and optionally C(rules), C(percentages)
        and C(percentage_attribute), as in M(reseller.toolkit.configcat_flag_value).
    type: dict
    default: {}
  reason:
    description: The reason for the audit log, at most 1000 characters. Some environments require it.
    type: str
  purge:
    description:
      - Whether to remove the flags of the config that O(flags) does not name, within O(max_delete_percent). Flags whose
        keys no task can name, such as one that begins with a space, stay.
      - Without a flag, applications use the default value in their code.
    type: bool
    default: false
  purge_tags:
    description: >-
      Remove only flags that have one of these tags. If not set, all flags are removed. A text is split at commas.
    type: list
    elements: str
  max_delete_percent:
    description: Fail, and list the flags, if more than this percentage of the config's flags would be removed.
    type: float
    default: 30
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.configcat_flag
  - module: reseller.toolkit.configcat_flag_value
  - module: reseller.toolkit.configcat_info
"""

EXAMPLES = r"""
- name: Ensure the flags of a shop and their values
  reseller.toolkit.configcat_flags:
    product: Example shop
    config: Web site
    flags:
      new_checkout:
        name: New checkout
        hint: The checkout in one page
        tags: [checkout]
      banner_text:
        type: string
      items_per_page:
        type: int
    environments:
      test:
        new_checkout: true
        banner_text: This is a test
        items_per_page: 5
      production:
        new_checkout:
          value: false
          rules:
            - segment: Testers
              value: true
          percentages:
            - percentage: 10
              value: true
            - percentage: 90
              value: false
        banner_text: Free delivery this week
        items_per_page: 24
    reason: As agreed on Monday

- name: Ensure these flags and no others
  reseller.toolkit.configcat_flags:
    product: Example shop
    config: Web site
    flags:
      new_checkout:
      banner_text:
    purge: true
    max_delete_percent: 50
"""

RETURN = r"""
product:
  description: The id and the name of the product. Empty if it does not exist yet (check mode).
  returned: success
  type: dict
  sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
config:
  description: The id and the name of the config. Empty if it does not exist yet (check mode).
  returned: success
  type: dict
  sample: {"config_id": "08d86d63-2726-47cd-8bfc-59608ecb91e2", "name": "Web site"}
flags:
  description: The flags that O(flags) names, as they are afterwards, by their keys.
  returned: success
  type: dict
  contains:
    KEY:
      description: >-
        A flag as M(reseller.toolkit.configcat_flag) returns it, without C(setting_id) if it does not exist yet.
      type: dict
      sample: {"setting_id": 4711, "key": "new_checkout", "name": "New checkout", "hint": "The checkout in one page",
               "setting_type": "boolean", "order": 0, "tags": ["checkout"]}
environments:
  description: Their resulting values, by the environments and the flags' keys that O(environments) names.
  returned: success
  type: dict
  contains:
    ENVIRONMENT:
      description: For each key C(value), C(rules) and C(percentages).
      type: dict
      sample: {"new_checkout": {"value": true, "rules": [], "percentages": []}}
changes:
  description: The changes, in words.
  returned: success
  type: list
  elements: str
  sample: ["banner_text: added (string)", "production: new_checkout: off → on for 10 %"]
applied:
  description: The writes that were carried out. In check mode, those that would be.
  returned: success, and partial failures
  type: list
  elements: str
  sample: [add banner_text, set 2 values in production]
failed_writes:
  description: The write that failed.
  returned: partial failures
  type: list
  elements: str
not_attempted:
  description: The writes that were not sent because of the failure.
  returned: partial failures
  type: list
  elements: str
would_remove:
  description: What would be removed.
  returned: when it is more than O(max_delete_percent)
  type: list
  elements: str
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_percent
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.change_descriptions import diff_of, lines_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import (
    check_writable,
    values_in_each,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flag_plan import (
    FlagPlan,
    WantedFlag,
    named_environments,
    plan_flags,
    unwanted_flags,
    wanted_flags,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flag_writes import FlagWriter
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import Tags, checked_tags, flags_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG, PRODUCT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    check_length,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    parent_in_product,
    parent_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.prerequisites import missing_flag
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.segments import Segments
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import version_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import as_result
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import carry_out, check_deletions, titles
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "product": {"type": "str", "required": True},
        "config": {"type": "str", "required": True},
        "flags": {"type": "dict", "required": True},
        "environments": {"type": "dict", "default": {}},
        "reason": {"type": "str"},
        "purge": {"type": "bool", "default": False},
        "purge_tags": {"type": "list", "elements": "str"},
        "max_delete_percent": {"type": "float", "default": 30},
    },
    "numbers": ("reason",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the flags and their values into the desired state."""
    params = with_checked_names(task.params, product=LONGEST_DESCRIPTION, config=LONGEST_NAME)
    environments = named_environments(params["environments"])
    wanted = wanted_flags(params["flags"], environments)
    tags = checked_tags("purge_tags", params["purge_tags"])
    check_length("reason", params["reason"])
    check_percent("max_delete_percent", params["max_delete_percent"])
    configcat = ConfigCatClient.for_task(task)
    product = parent_product(task, configcat, params["product"])
    config = parent_in_product(task, configcat, CONFIG, product, params["config"])
    served = values_in_each(task, configcat, product, config, list(environments))
    # The values of an environment include all flags, so the flags are read separately only if no environment is named.
    known = next((one.flags for one in served.values() if one.exists), None)
    flags = known if known is not None else flags_of(configcat, config)
    unwanted = unwanted_flags(flags, {flag.key for flag in wanted}, tags) if params["purge"] else []
    gone = [flag["key"] for flag in unwanted]
    check_deletions(gone, len(flags), params["max_delete_percent"], things="flags")
    segments = Segments(task, configcat, product.get(PRODUCT.id))
    version = version_of(config) if config else None
    values = {name: one.values for name, one in served.items()}
    plan = plan_flags(wanted, flags, values, segments.resolved, unwanted, version, partial(missing_flag, task))
    for name, items in plan.values.items():
        if items:
            check_writable(served[name], params["reason"])
    writer = FlagWriter(configcat, config, flags, served, params["reason"])
    steps = writer.steps(plan, Tags(task, configcat, product))
    if not task.check_mode:
        carry_out(steps)
    changes = plan.sections(segments.name_of)
    return {
        "changed": bool(steps),
        "diff": diff_of(changes),
        "changes": lines_of(changes),
        "applied": titles(steps),
        "product": named(product, PRODUCT.id),
        "config": named(config, CONFIG.id),
        **state_after(wanted, plan, flags, version),
    }


def named(thing: dict[str, Any], number: str) -> dict[str, Any]:
    """Return a product or a config for the result."""
    return {name: thing[name] for name in (number, "name") if name in thing}


def state_after(
    wanted: list[WantedFlag], plan: FlagPlan, flags: dict[str, dict[str, Any]], version: str | None
) -> dict[str, Any]:
    """Return the resulting flags of the task, with their values."""
    new = {flag["key"]: {name: value for name, value in flag.items() if value is not None} for flag in plan.added}
    changed = {there["key"]: {**there, **changes} for there, changes in plan.changed}
    after = {**new, **flags, **changed}
    environments: dict[str, dict[str, Any]] = {name: {} for name in plan.values}
    for flag in wanted:
        for name in flag.values:
            # The values are exactly the given ones, so segments keep the names that the user gave.
            served = flag.value_in(name, after[flag.key]["setting_type"], version)
            environments[name][flag.key] = as_result(served, lambda segment: segment)
    return {"flags": {flag.key: after[flag.key] for flag in wanted}, "environments": environments}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
