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
  - Creates mailboxes, sets their passwords, automatic replies and forwardings, or removes them.
options:
  address:
    description: The mailbox's e-mail address. Required unless O(mailboxes) is given.
    type: str
  password:
    description:
      - The mailbox's password. Required to create it.
      - 8 to 20 characters with a letter and a digit. Spaces and C(* € $ & + } { ' " \) are not allowed.
    type: str
  size:
    description:
      - The size of a new mailbox in MB. Required if the mail zone offers several
        (M(reseller.toolkit.reseller_mail_zone_info) lists them).
      - The size of an existing mailbox is not changed.
    type: int
  auto_reply: &auto_reply
    description: The automatic reply.
    type: dict
    suboptions:
      enabled:
        description: Whether it is enabled.
        type: bool
        required: true
      subject:
        description: Its subject. Required to enable it.
        type: str
      text:
        description: Its text. Required to enable it.
        type: str
  auto_forward: &auto_forward
    description: The forwarding of all mail.
    type: dict
    suboptions:
      enabled:
        description: Whether it is enabled.
        type: bool
        required: true
      addresses:
        description: >-
          All addresses that mail is forwarded to. Required to enable it. A text is split at commas.
        type: list
        elements: str
      copy_to_myself:
        description: >-
          Whether mail also stays in the mailbox. If not set, this is unchanged; the default of a new forwarding is
          V(false).
        type: bool
  mailboxes:
    description: Many mailboxes, instead of one.
    type: list
    elements: dict
    version_added: 2.0.0
    suboptions:
      address:
        description: Its e-mail address.
        type: str
        required: true
      password:
        description: As O(password).
        type: str
      size:
        description: As O(size).
        type: int
      auto_reply: *auto_reply
      auto_forward: *auto_forward
  state:
    description: Desired state of the mailbox. Removing it deletes all mail in it.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 4 to create, 1 if unchanged, 1 if many of a domain in a list are unchanged, 2
    if they are unchanged and one has an automatic reply or forwarding, 2 to set the password, 2 to remove."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.reseller.password
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_mailbox_info
  - module: reseller.toolkit.reseller_mail_alias
  - module: reseller.toolkit.reseller_mail_zone
"""

EXAMPLES = r"""
- name: Ensure a mailbox exists
  reseller.toolkit.reseller_mailbox:
    address: ada@example.com
    password: "{{ vaulted_mailbox_password }}"

- name: Enable an automatic reply, and forward all mail
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

- name: Ensure several mailboxes of a customer exist
  reseller.toolkit.reseller_mailbox:
    mailboxes:
      - address: info@example.com
        password: "{{ vaulted_mailbox_password }}"
      - address: sales@example.com
        password: "{{ vaulted_mailbox_password }}"

- name: Remove it with all its mail
  reseller.toolkit.reseller_mailbox:
    address: ada@example.com
    state: absent
"""

RETURN = r"""
mailbox:
  description: The mailbox, V(none) if it is absent.
  returned: success, unless O(mailboxes) is given
  type: dict
  contains:
    name:
      description: Its address.
      type: str
      sample: ada@example.com
    login:
      description: The name to log in with.
      returned: unless this task created it
      type: str
      sample: ada@example.com
    max_size:
      description: Its maximum size in MB.
      returned: unless this task created it
      type: int
      sample: 2048
    actual_size:
      description: Its size in MB.
      returned: unless this task created it
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
mailboxes:
  description:
    - The result for each mailbox, with its C(address), whether it was C(changed), and the RV(mailbox). A mailbox whose
      settings did not have to be read has no C(auto_reply) and no C(auto_forward).
  returned: when O(mailboxes) is given, also on partial failures
  type: list
  elements: dict
  sample: [{"address": "ada@example.com", "changed": false, "mailbox": {"name": "ada@example.com", "max_size": 2048}}]
applied:
  description: The writes that were carried out, or with O(mailboxes) the addresses that were processed.
  returned: partial failures
  type: list
  elements: str
  sample: [mailbox]
failed_writes:
  description: The write that failed, with O(mailboxes) after its address.
  returned: partial failures
  type: list
  elements: str
not_attempted:
  description: The writes that were not sent because of the failure.
  returned: partial failures
  type: list
  elements: str
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_number, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.many import ManyOption
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import domain_of, mail_address
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import parent_mail_zone
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mailboxes import (
    NO_FORWARD,
    NO_REPLY,
    account_for,
    create_mailbox_step,
    delete_mailbox,
    find_mailbox,
    list_mailboxes,
    listed_mailbox,
    mailbox_steps,
    shown_mailbox,
    wanted_forward,
    wanted_reply,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    password_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.passwords import check_new_password
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

MANY = ManyOption("mailboxes", "address")
SETTINGS: dict[str, Any] = {
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
}
SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **password_options(),
        **SETTINGS,
        "address": {"type": "str"},
        "mailboxes": {
            "type": "list",
            "elements": "dict",
            "options": {
                **SETTINGS,
                "address": {"type": "str", "required": True},
                "password": {"type": "str", "no_log": True},
            },
        },
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": (
        "auto_reply.subject",
        "auto_reply.text",
        "mailboxes.auto_reply.subject",
        "mailboxes.auto_reply.text",
    ),
    "mutually_exclusive": [(name, "mailboxes") for name in ("address", "password", *SETTINGS)],
    "required_one_of": [("address", "mailboxes")],
    "required_if": [("update_password", "always", ("password", "mailboxes"), True)],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the mailboxes into the desired state."""
    items = check(task.params)
    reseller = ResellerClient.for_task(task)
    find = partial(detail_of, reseller) if task.params["mailboxes"] is None else finder(reseller, items)
    return MANY.see_to(task.params, items, lambda item: ensured(task, reseller, item, find(item["address"])))


def check(params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of each mailbox, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return MANY.items(params, checked)


def checked(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a mailbox, its address in canonical form.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    address, *_none = all_of(
        lambda: mail_address("address", params["address"]),
        lambda: check_new_password(params),
        lambda: if_given(params["size"], lambda size: check_number("size", size, 1)),
        lambda: wanted_reply(params["auto_reply"], NO_REPLY),
        lambda: check_forward(params),
    )
    return {**params, "address": address}


def check_forward(params: dict[str, Any]) -> None:
    """Refuse a forwarding to nobody.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    forward = wanted_forward(params["auto_forward"], NO_FORWARD)
    if forward and forward["enabled"] and not forward["email_addresses"]:
        raise invalid("auto_forward", "addresses is empty.")


def detail_of(reseller: ResellerClient, address: str) -> dict[str, Any] | Absence:
    """Return a mailbox with its settings, or the proof that it does not exist."""
    found = find_mailbox(reseller, address)
    return found if isinstance(found, Absence) else shown_mailbox(found)


def finder(reseller: ResellerClient, items: list[dict[str, Any]]) -> Callable[[str], dict[str, Any] | Absence]:
    """Return a function that finds mailboxes, with one list for each domain.

    It reads a mailbox only if its settings are given.
    """
    detailed = {item["address"] for item in items if item["auto_reply"] or item["auto_forward"]}

    @cache
    def listed(domain: str) -> list[dict[str, Any]] | None:
        with reseller.evidence.proving(f"a mailbox of {domain}"):
            return list_mailboxes(reseller, domain)

    def find(address: str) -> dict[str, Any] | Absence:
        mailboxes = listed(domain_of(address))
        if mailboxes is None:
            return detail_of(reseller, address)
        found = listed_mailbox(reseller, address, mailboxes)
        is_detailed = address in detailed and not isinstance(found, Absence)
        return detail_of(reseller, address) if is_detailed else found

    return find


def ensured(
    task: Task, reseller: ResellerClient, params: dict[str, Any], found: dict[str, Any] | Absence
) -> dict[str, Any]:
    """Bring one mailbox into the desired state."""
    address = params["address"]
    mailbox = None if isinstance(found, Absence) else found
    if params["state"] == "absent":

        def delete(_current: dict[str, Any]) -> None:
            delete_mailbox(reseller, address)

        return converge(task, "mailbox", current=mailbox, wanted=None, delete=delete)
    if isinstance(found, Absence):
        return added(task, reseller, params, found)
    wanted: dict[str, Any] = {
        "auto_reply": params["auto_reply"] and wanted_reply(params["auto_reply"], found["auto_reply"]),
        "auto_forward": params["auto_forward"] and wanted_forward(params["auto_forward"], found["auto_forward"]),
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


def added(task: Task, reseller: ResellerClient, params: dict[str, Any], absence: Absence) -> dict[str, Any]:
    """Create a mailbox that is proven absent."""
    address, password = params["address"], params["password"]
    if password is None:
        raise invalid("password", f"it is required, as mailbox {address} does not exist yet.")
    domain = domain_of(address)
    zone = parent_mail_zone(task, reseller, domain)
    account_id = 0 if zone is None else account_for(zone, domain, params["size"])
    settings = {
        "auto_reply": wanted_reply(params["auto_reply"], NO_REPLY) or NO_REPLY,
        "auto_forward": wanted_forward(params["auto_forward"], NO_FORWARD) or NO_FORWARD,
    }
    # A new mailbox has neither.
    needed = {name: value for name, value in settings.items() if value["enabled"]}

    def create() -> dict[str, Any]:
        step = create_mailbox_step(reseller, address, account_id, password, absence)
        carry_out([step, *mailbox_steps(reseller, address, needed)])
        return {}

    wanted = {"name": address, **settings, "password": Secret(password)}
    return converge(task, "mailbox", current=None, wanted=wanted, create=create)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
