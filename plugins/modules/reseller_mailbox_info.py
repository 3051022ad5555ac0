# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mailbox_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mailbox_info
short_description: Read customers' mailboxes
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads one mailbox with its settings, or lists the mailboxes of a domain. The API can list only one domain at a time.
options:
  address:
    description: The address of one mailbox.
    type: str
  domain:
    description: The domain whose mailboxes are listed.
    type: str
  details:
    description: Read each mailbox of O(domain) with its settings, which takes one request each.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 1 to read one, 1 to read those of a domain."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_mailbox
  - module: reseller.toolkit.reseller_mail_zone_info
"""

EXAMPLES = r"""
- name: List a customer's mailboxes
  reseller.toolkit.reseller_mailbox_info:
    domain: example.com
  register: customer
"""

RETURN = r"""
mailboxes:
  description: The mailboxes that were found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its address.
      type: str
      sample: ada@example.com
    max_size:
      description: Its maximum size in MB.
      type: int
      sample: 2048
    actual_size:
      description: Its size in MB.
      type: int
      sample: 3
    login:
      description: The name to log in with.
      returned: with O(address) or O(details=true)
      type: str
      sample: ada@example.com
    auto_reply:
      description: Its automatic reply.
      returned: with O(address) or O(details=true)
      type: dict
      sample: {"enabled": true, "subject": "I am away", "message": "I am back in September."}
    auto_forward:
      description: Its forwarding.
      returned: with O(address) or O(details=true)
      type: dict
      sample: {"enabled": true, "email_addresses": ["grace@example.com"], "copy_to_myself": true}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import mail_address
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mailboxes import get_mailbox, list_mailboxes
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "address": {"type": "str"},
        "domain": {"type": "str"},
        "details": {"type": "bool", "default": False},
    },
    "mutually_exclusive": [("address", "domain")],
    "required_one_of": [("address", "domain")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read mailboxes."""
    params = task.params
    address = None if params["address"] is None else mail_address("address", params["address"])
    domain = "" if address else ascii_domain("domain", params["domain"])
    reseller = ResellerClient.for_task(task)
    if address:
        mailbox = get_mailbox(reseller, address)
        return {"mailboxes": [] if mailbox is None else [mailbox]}
    mailboxes = list_mailboxes(reseller, domain) or []
    if params["details"]:
        mailboxes = [detail for item in mailboxes if (detail := get_mailbox(reseller, text_in(item, "name")))]
    return {"mailboxes": mailboxes}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
