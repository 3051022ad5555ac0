# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_ssh_key``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_ssh_key
short_description: Manage the SSH keys of a customer's Linux hosting
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Adds SSH keys to a Linux hosting, or removes them.
  - Keys are compared without their comments, so another comment is not a change.
  - To enable SSH itself, use M(reseller.toolkit.reseller_linux_hosting).
options:
  domain:
    description: The domain name of the hosting.
    type: str
    required: true
  public_key:
    description:
      - One public key, the line of a C(.pub) file. Ed25519, RSA (1024 bits or more), ECDSA and keys of security tokens
        are accepted. An incomplete key, a certificate, and options before the key are refused.
    type: str
  keys:
    description: >-
      Many public keys, instead of one. With O(exclusive=true) it may be empty. A text is one key, commas included.
    type: list
    elements: str
  exclusive:
    description: Whether to remove all other keys, within O(max_delete_percent).
    type: bool
    default: false
  max_delete_percent:
    description:
      - Fail, and list the keys, if O(exclusive=true) would remove more than this percentage of the hosting's keys.
    type: float
    default: 30
  state:
    description: Desired state of these keys.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 2 to create, 1 if unchanged, 2 to remove."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_ssh_key_info
  - module: reseller.toolkit.reseller_linux_hosting
"""

EXAMPLES = r"""
- name: Allow the deployment to log in
  reseller.toolkit.reseller_ssh_key:
    domain: example.com
    public_key: "{{ lookup('ansible.builtin.file', '~/.ssh/deploy.pub') }}"

- name: Remove a former key
  reseller.toolkit.reseller_ssh_key:
    domain: example.com
    public_key: "{{ lookup('ansible.builtin.file', '~/keys/former.pub') }}"
    state: absent

- name: Ensure these keys and no others
  reseller.toolkit.reseller_ssh_key:
    domain: example.com
    keys:
      - "{{ lookup('ansible.builtin.file', '~/keys/ada.pub') }}"
      - "{{ lookup('ansible.builtin.file', '~/keys/grace.pub') }}"
    exclusive: true
    max_delete_percent: 50
"""

RETURN = r"""
ssh_keys:
  description: All keys of the hosting after the change. A new one has no C(fingerprint) yet.
  returned: success
  type: list
  elements: dict
  contains:
    fingerprint:
      description: The key's fingerprint, which identifies it in the API.
      type: str
      sample: SHA256:0Wj0nBIfIQTCOcbXDtYbMZkbi4kOR9JwsXFNiNLCxaQ
    public_key:
      description: The key.
      type: str
      sample: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGfEULtIdEgtEV1ldBrKpGhAMsCfgVvXGhFqi1ZRAb8K deploy
applied:
  description: The writes that were carried out. In check mode, those that would be.
  returned: success, and partial failures
  type: list
  elements: str
  sample: [add ssh-ed25519 …GhFqi1ZRAb8K deploy]
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
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import missing_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_keys import (
    ListedKey,
    PublicKey,
    absence_of,
    add_step,
    checked_key,
    list_ssh_keys,
    listed_keys,
    remove_step,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import carry_out, check_deletions, titles
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "domain": {"type": "str", "required": True},
        "public_key": {"type": "str", "no_log": False},
        "keys": {"type": "list", "elements": "str", "no_log": False},
        "exclusive": {"type": "bool", "default": False},
        "max_delete_percent": {"type": "float", "default": 30},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "whole_texts": ("keys",),
    "mutually_exclusive": [("public_key", "keys")],
    "required_one_of": [("public_key", "keys")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the keys into the desired state."""
    params = task.params
    domain, given = check(params)
    absent = params["state"] == "absent"
    reseller = ResellerClient.for_task(task)

    def differing(items: list[dict[str, Any]]) -> tuple[list[PublicKey], list[ListedKey]]:
        """Return the keys to add and to remove. A key that can't be read may be any key, so it is kept."""
        there = [key for key in listed_keys(items) if key.body is not None]
        if absent:
            return [], [key for key in there if key.body in given]
        bodies = {key.body for key in there}
        added = [key for body, key in given.items() if body not in bodies]
        return added, [key for key in there if params["exclusive"] and key.body not in given]

    with reseller.evidence.proving(f"a key of hosting {domain}"):
        items = list_ssh_keys(reseller, domain, enough=lambda items: not any(differing(items)))
    if items is None and not absent:
        missing_hosting(task, domain)
    # In check mode the hosting may be missing, if an earlier task would have created it. Then it has no keys.
    items = [] if items is None else items
    there = listed_keys(items)
    added, removed = differing(items)
    if not absent:
        check_deletions([key.title for key in removed], len(there), params["max_delete_percent"], things="keys")
    unread = [key.title for key in there if key.body is None]
    if unread:
        task.warn(f"Keys of hosting {domain} can't be read and stay unchanged: {', '.join(unread)}.")
    # Additions come first, so that an interrupted task locks nobody out.
    steps = [add_step(reseller, domain, key, absence_of(reseller, domain, items, key)) for key in added]
    steps += [remove_step(reseller, domain, key) for key in removed]
    if not task.check_mode:
        carry_out(steps)
    left = [key for key in there if key not in removed]
    after = [key.title for key in left] + [key.title for key in added]
    return {
        "changed": bool(steps),
        "diff": {"before": {"keys": sorted(key.title for key in there)}, "after": {"keys": sorted(after)}},
        "ssh_keys": [key.raw for key in left] + [{"public_key": key.line} for key in added],
        "applied": titles(steps),
    }


def check(params: dict[str, Any]) -> tuple[str, dict[str, PublicKey]]:
    """Return the hosting and the keys by their bodies, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    domain, keys, *_none = all_of(
        lambda: ascii_domain("domain", params["domain"]),
        lambda: given_keys(params),
        lambda: check_percent("max_delete_percent", params["max_delete_percent"]),
    )
    if params["state"] == "absent" and params["exclusive"]:
        raise invalid("exclusive", "it can't be combined with state: absent.")
    return domain, keys


def given_keys(params: dict[str, Any]) -> dict[str, PublicKey]:
    """Return the given keys by their bodies.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["keys"] is None:
        key = checked_key("public_key", params["public_key"])
        return {key.body: key}
    keys = [checked_key("keys", text) for text in params["keys"]]
    if not keys and not params["exclusive"]:
        raise invalid("keys", "it is empty.")
    return {key.body: key for key in keys}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
