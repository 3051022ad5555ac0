# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_ssh_key_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_ssh_key_info
short_description: Read the SSH keys of customers' Linux hostings
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists the SSH keys of one Linux hosting, or of all. One request returns which key opens which hosting of a whole
    fleet.
options:
  domain:
    description: Only the keys of the hosting of this domain name.
    type: str
notes:
  - "API requests, excluding job polling: 1 to read those of a hosting."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_ssh_key
"""

EXAMPLES = r"""
- name: List all keys with the hostings that they open
  reseller.toolkit.reseller_ssh_key_info:
  register: all
"""

RETURN = r"""
ssh_keys:
  description: The keys that were found. Empty if there are none.
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
    linux_hostings:
      description: The domain names of the hostings that it opens.
      returned: without O(domain)
      type: list
      elements: str
      sample: [example.com]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_keys import list_all_ssh_keys, list_ssh_keys
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {**connection_options(), "domain": {"type": "str"}},
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read keys."""
    domain = None if task.params["domain"] is None else ascii_domain("domain", task.params["domain"])
    reseller = ResellerClient.for_task(task)
    return {"ssh_keys": (list_ssh_keys(reseller, domain) or []) if domain else list_all_ssh_keys(reseller)}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
