# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mail_zone_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mail_zone_info
short_description: Read the mail settings of a customer's domain
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads a mail zone with its aliases, its settings, and the sizes of mailboxes that it offers.
options:
  domain:
    description: The domain name of the mail zone.
    type: str
    required: true
  alias:
    description: Return only the alias with this e-mail address.
    type: str
notes:
  - "API requests, excluding job polling: 1 to read one."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_mail_zone
  - module: reseller.toolkit.reseller_mail_alias
"""

EXAMPLES = r"""
- name: Read a customer's mail settings
  reseller.toolkit.reseller_mail_zone_info:
    domain: example.com
  register: mail
"""

RETURN = r"""
mail_zone:
  description: The mail zone, V(none) if it does not exist.
  returned: success
  type: dict
  contains:
    name:
      description: Its domain name.
      type: str
      sample: example.com
    enabled:
      description: Whether it is enabled.
      type: bool
    available_accounts:
      description: The accounts in which mailboxes can be created, with C(account_id) and C(size) in MB.
      type: list
      elements: dict
      sample: [{"account_id": 1234, "size": 2048}]
    aliases:
      description: The aliases, with C(email_address) and C(destinations).
      type: list
      elements: dict
      sample: [{"email_address": "office@example.com", "destinations": ["ada@example.com"]}]
    anti_spam:
      description: The spam filter, with its C(type) and C(allowed_types).
      type: dict
      sample: {"type": "basic", "allowed_types": ["none", "basic", "advanced"]}
    catch_all:
      description: The C(email_addresses) that receive mail to unknown addresses.
      type: dict
      sample: {"email_addresses": ["office@example.com"]}
    smtp_domains:
      description: The further domains, with C(hostname) and C(enabled).
      type: list
      elements: dict
      sample: [{"hostname": "example.net", "enabled": true}]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import (
    mail_address,
    shown_address,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import get_mail_zone
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import objects_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "domain": {"type": "str", "required": True},
        "alias": {"type": "str"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read a mail zone."""
    domain = ascii_domain("domain", task.params["domain"])
    alias = None if task.params["alias"] is None else mail_address("alias", task.params["alias"])
    zone = get_mail_zone(ResellerClient.for_task(task), domain)
    if zone is not None and alias:
        zone["aliases"] = [
            item for item in objects_in(zone, "aliases") if shown_address(text_in(item, "email_address")) == alias
        ]
    return {"mail_zone": zone}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
