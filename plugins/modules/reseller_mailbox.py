# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mailbox``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_mailbox
short_description: Manage customers' mailboxes
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Makes a mailbox, sets its password, its automatic reply and its forwarding, or removes it.
options:
  address:
    description: The mailbox's e-mail address.
    type: str
    required: true
  password:
    description:
      - The mailbox's password. Needed to make one.
      - 8 to 20 characters with a letter and a digit. Spaces and C(* € $ & + } { ' " \) are not allowed.
    type: str
  update_password:
    description:
      - When O(password) is set. It can't be read back, so V(always) is a change each time.
    type: str
    choices: [on_create, always]
    default: on_create
  size:
    description:
      - The size of a new mailbox in MB. Needed if the mail zone offers several
        (M(reseller.toolkit.reseller_mail_zone_info) lists them).
      - The size of a mailbox that is there is not changed.
    type: int
  auto_reply:
    description: The automatic reply.
    type: dict
    suboptions:
      enabled:
        description: Whether it is on.
        type: bool
        required: true
      subject:
        description: Its subject. Needed to switch it on.
        type: str
      text:
        description: Its text. Needed to switch it on.
        type: str
  auto_forward:
    description: The forwarding of all mail.
    type: dict
    suboptions:
      enabled:
        description: Whether it is on.
        type: bool
        required: true
      addresses:
        description: The addresses that mail is forwarded to, exactly these. Needed to switch it on.
        type: list
        elements: str
      copy_to_myself:
        description: Whether mail stays in the mailbox as well. If not set, it stays as it is, and is off at first.
        type: bool
  state:
    description: Whether there shall be such a mailbox. All mail in it is lost when it is removed.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_mailbox_info
  - module: reseller.toolkit.reseller_mail_alias
  - module: reseller.toolkit.reseller_mail_zone
"""

EXAMPLES = r"""
- name: Have a mailbox
  reseller.toolkit.reseller_mailbox:
    address: ada@example.com
    password: "{{ vaulted_mailbox_password }}"

- name: Tell everybody that she is away, and forward her mail
  reseller.toolkit.reseller_mailbox:
    address: ada@example.com
    auto_reply:
      enabled: true
      subject: I am away
      text: I am back in September.
    auto_forward:
      enabled: true
      addresses: [grace@example.com]
      copy_to_myself: true

- name: Remove it with all its mail
  reseller.toolkit.reseller_mailbox:
    address: ada@example.com
    state: absent
"""

RETURN = r"""
mailbox:
  description: The mailbox, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: Its address.
      type: str
      sample: ada@example.com
    login:
      description: The name to log in with.
      returned: unless it was just made
      type: str
      sample: ada@example.com
    max_size:
      description: The size that it may have, in MB.
      returned: unless it was just made
      type: int
      sample: 2048
    actual_size:
      description: Its size in MB.
      returned: unless it was just made
      type: int
      sample: 3
    auto_reply:
      description: Its automatic reply.
      type: dict
      sample: {"enabled": true, "subject": "I am away", "message": "I am back in September."}
    auto_forward:
      description: Its forwarding.
      type: dict
      sample: {"enabled": true, "email_addresses": ["grace@example.com"], "copy_to_myself": true}
applied:
  description: The writes that were carried out.
  returned: failures half way
  type: list
  elements: str
  sample: [mailbox]
failed_writes:
  description: The write that failed.
  returned: failures half way
  type: list
  elements: str
not_attempted:
  description: The writes that were not sent any more.
  returned: failures half way
  type: list
  elements: str
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail import (
    NO_FORWARD,
    NO_REPLY,
    account_for,
    create_mailbox_step,
    domain_of,
    mail_address,
    mailbox_path,
    mailbox_steps,
    shown_mailbox,
    wanted_forward,
    wanted_reply,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import check_password
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    password_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.parents import parent_mail_zone
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.convergence import Secret, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.steps import carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **password_options(),
        "address": {"type": "str", "required": True},
        "size": {"type": "int"},
        "auto_reply": {
            "type": "dict",
            "options": {
                "enabled": {"type": "bool", "required": True},
                "subject": {"type": "str"},
                "text": {"type": "str"},
            },
            "required_if": [("enabled", True, ("subject", "text"))],
        },
        "auto_forward": {
            "type": "dict",
            "options": {
                "enabled": {"type": "bool", "required": True},
                "addresses": {"type": "list", "elements": "str"},
                "copy_to_myself": {"type": "bool"},
            },
            "required_if": [("enabled", True, ("addresses",))],
        },
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "required_if": [("update_password", "always", ("password",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Make the mailbox as wanted."""
    params = task.params
    address = mail_address("address", params["address"])
    check_password("password", params["password"])
    if params["size"] is not None:
        check_number("size", params["size"], 1)
    wanted_reply(params["auto_reply"], NO_REPLY)
    forward = wanted_forward(params["auto_forward"], NO_FORWARD)
    if forward and forward["enabled"] and not forward["email_addresses"]:
        raise invalid("auto_forward", "addresses is empty.")
    reseller = ResellerClient.for_task(task)
    found = reseller.mailbox(address)
    mailbox = shown_mailbox(found) if found else None
    if params["state"] == "absent":

        def delete(_current: dict[str, Any]) -> None:
            reseller.delete(mailbox_path(address))

        return converge(task, "mailbox", current=mailbox, wanted=None, delete=delete)
    if mailbox is None:
        return added(task, reseller, address)
    wanted: dict[str, Any] = {
        "auto_reply": wanted_reply(params["auto_reply"], mailbox["auto_reply"]),
        "auto_forward": wanted_forward(params["auto_forward"], mailbox["auto_forward"]),
    }
    if params["update_password"] == "always":
        wanted["password"] = Secret(params["password"])
    return converge(
        task,
        "mailbox",
        current=mailbox,
        wanted=wanted,
        update=lambda _current, changed: carry_out(mailbox_steps(reseller, address, changed)),
    )


def added(task: Task, reseller: ResellerClient, address: str) -> dict[str, Any]:
    """There shall be such a mailbox, and there is none yet."""
    params = task.params
    password = params["password"]
    if password is None:
        raise invalid("password", f"it is needed, as there is no mailbox {address} yet.")
    domain = domain_of(address)
    zone = parent_mail_zone(task, reseller, domain)
    account_id = account_for(zone, domain, params["size"]) if zone else 0
    settings = {
        "auto_reply": wanted_reply(params["auto_reply"], NO_REPLY) or NO_REPLY,
        "auto_forward": wanted_forward(params["auto_forward"], NO_FORWARD) or NO_FORWARD,
    }
    # A new mailbox has neither.
    needed = {name: value for name, value in settings.items() if value["enabled"]}

    def create() -> dict[str, Any]:
        step = create_mailbox_step(reseller, address, account_id, password)
        carry_out([step, *mailbox_steps(reseller, address, needed)])
        return {}

    wanted = {"name": address, **settings, "password": Secret(password)}
    return converge(task, "mailbox", current=None, wanted=wanted, create=create)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
