# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mail_zone``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mail_zone
short_description: Manage the mail settings of a customer's domain
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Sets the spam filter, the recipients of mail to unknown addresses, and further domains whose mail goes to the
    addresses of this one. Options that are not given stay unchanged.
  - The mail zone itself comes with an account (M(reseller.toolkit.reseller_account)).
options:
  domain:
    description: The domain name of the mail zone.
    type: str
    required: true
  anti_spam:
    description: The level of the spam filter. Not every mail zone offers all levels.
    type: str
    choices: [none, basic, advanced]
  catch_all:
    description: >-
      All addresses that receive mail to unknown addresses. With an empty list such mail is refused. A text is split at
      commas.
    type: list
    elements: str
  smtp_domains:
    description: Further domains whose mail goes to the addresses of this one.
    type: list
    elements: dict
    suboptions:
      hostname:
        description: The domain name.
        type: str
        required: true
      enabled:
        description: Whether it is enabled.
        type: bool
        default: true
  purge_smtp_domains:
    description: Whether to remove the further domains that O(smtp_domains) does not name, within O(max_delete_percent).
    type: bool
    default: false
  max_delete_percent:
    description: Fail, and list the domains, if more than this percentage of the further domains would be removed.
    type: float
    default: 30
notes:
  - "API requests, excluding job polling: 3 to set the filter and one address, 1 if unchanged."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_mail_zone_info
  - module: reseller.toolkit.reseller_mailbox
  - module: reseller.toolkit.reseller_mail_alias
"""

EXAMPLES = r"""
- name: Filter spam thoroughly, and keep mail to unknown addresses
  reseller.toolkit.reseller_mail_zone:
    domain: example.com
    anti_spam: advanced
    catch_all: [office@example.com]

- name: Accept the mail of the old domain as well, and of no other
  reseller.toolkit.reseller_mail_zone:
    domain: example.com
    smtp_domains:
      - hostname: example.net
    purge_smtp_domains: true
    max_delete_percent: 50
"""

RETURN = r"""
mail_zone:
  description: The settings as they are afterwards.
  returned: success
  type: dict
  contains:
    anti_spam:
      description: The level of the spam filter.
      type: str
      sample: advanced
    catch_all:
      description: The addresses that receive mail to unknown addresses.
      type: list
      elements: str
      sample: [office@example.com]
    smtp_domains:
      description: The further domains.
      type: list
      elements: dict
      sample: [{"hostname": "example.net", "enabled": true}]
applied:
  description: The writes that were carried out. In check mode, those that would be.
  returned: success, and partial failures
  type: list
  elements: str
  sample: [anti_spam advanced, add catch-all office@example.com]
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

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_percent, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import mail_addresses
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import ZonePlanner, parent_mail_zone
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import (
    Step,
    carry_out,
    check_deletions,
    titles,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "domain": {"type": "str", "required": True},
        "anti_spam": {"type": "str", "choices": ["none", "basic", "advanced"]},
        "catch_all": {"type": "list", "elements": "str"},
        "smtp_domains": {
            "type": "list",
            "elements": "dict",
            "options": {
                "hostname": {"type": "str", "required": True},
                "enabled": {"type": "bool", "default": True},
            },
        },
        "purge_smtp_domains": {"type": "bool", "default": False},
        "max_delete_percent": {"type": "float", "default": 30},
    },
    "required_if": [("purge_smtp_domains", True, ("smtp_domains",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the mail zone into the desired state."""
    params = task.params
    domain, catch_all, smtp_domains = check(params)
    reseller = ResellerClient.for_task(task)

    def plan(zone: dict[str, Any] | None) -> tuple[ZonePlanner, list[Step]]:
        """Return the planner, which shows the resulting state, and the writes for a zone."""
        planner = ZonePlanner(reseller, domain, zone)
        unwanted: list[str] = []
        if params["purge_smtp_domains"]:
            unwanted = sorted(set(planner.smtp_domains) - set(smtp_domains))
            check_deletions(unwanted, len(planner.smtp_domains), params["max_delete_percent"], things="domains")
            if planner.unread_smtp_domains:
                task.warn(f"{planner.unread_smtp_domains} SMTP domains of {domain} can't be read, and are kept.")
        steps = planner.set_anti_spam(params["anti_spam"])
        steps += planner.set_catch_all(catch_all)
        steps += planner.set_smtp_domains(smtp_domains)
        return planner, steps + planner.remove_smtp_domains(unwanted)

    with reseller.evidence.proving(f"mail zone {domain}"):
        zone = parent_mail_zone(task, reseller, domain, enough=lambda zone: not plan(zone)[1])
    before = ZonePlanner(reseller, domain, zone).shown()
    planner, steps = plan(zone)
    if not task.check_mode:
        carry_out(steps)
    after = planner.shown()
    return {
        "changed": bool(steps),
        "diff": {"before": before, "after": after},
        "mail_zone": after,
        "applied": titles(steps),
    }


def check(params: dict[str, Any]) -> tuple[str, list[str] | None, dict[str, bool]]:
    """Return the zone, its catch-all addresses and further domains, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    domain, catch_all, smtp_domains, _none = all_of(
        lambda: ascii_domain("domain", params["domain"]),
        lambda: None if params["catch_all"] is None else mail_addresses("catch_all", params["catch_all"]),
        lambda: given_domains(params["smtp_domains"] or []),
        lambda: check_percent("max_delete_percent", params["max_delete_percent"]),
    )
    return domain, catch_all, smtp_domains


def given_domains(items: list[dict[str, Any]]) -> dict[str, bool]:
    """Return the given further domains, and whether each is enabled.

    Raises:
        ToolkitError: ``invalid_option``, also when one is given twice.
    """
    given: dict[str, bool] = {}
    for item in items:
        name = ascii_domain("smtp_domains", item["hostname"])
        if name in given:
            raise invalid("smtp_domains", f"{name} is given twice.")
        given[name] = item["enabled"]
    return given


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
