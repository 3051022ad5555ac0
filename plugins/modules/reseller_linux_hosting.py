# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_linux_hosting``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_linux_hosting
short_description: Manage the settings of a customer's Linux hosting
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Sets the PHP version and its limits, compression, FTP and SSH of a Linux hosting. Only differences are sent.
  - The API accepts some settings and never returns them. The module stores a keyed hash of the last value that it set
    in O(state_dir), and sends such a setting again only if its value differs. Without a persistent folder, every run
    sets them and reports a change.
  - The hosting itself comes with an account (M(reseller.toolkit.reseller_account)).
options:
  domain:
    description: The domain name of the hosting.
    type: str
    required: true
  php_version:
    description:
      - The PHP version, such as V("8.3"). Quote it, since YAML reads V(8.10) as the number 8.1. A number is accepted if
        it matches exactly one of the available versions, which takes one more request.
      - If it differs, the module checks that the hosting offers it.
    type: str
  memory_limit:
    description:
      - PHP's memory limit in MB. The vendor documents no unit; MB is the one that the control panel shows.
      - No range is documented or checked here. The API may refuse a value; 128 and 256 are known to work.
      - The API never returns it.
    type: int
  apcu:
    description: PHP's cache for user data (APCu). The API never returns it.
    type: dict
    suboptions:
      enabled:
        description: Whether it is enabled.
        type: bool
        required: true
      size:
        description:
          - Its size in MB, at least 1 if it is enabled. V(0) is accepted if it is disabled.
          - No upper limit is documented or checked here. The API may refuse a size, and 64 is known to work.
        type: int
        required: true
  gzip:
    description: Whether responses are compressed. The API never returns it.
    type: bool
  ftp_enabled:
    description: Whether FTP is enabled.
    type: bool
  ssh_enabled:
    description: Whether SSH is enabled. The API never returns it.
    type: bool
  force:
    description:
      - Whether to send settings that the API never returns even if the last value sent from here is the same, because
        someone may have changed them elsewhere.
      - Every run then reports a change.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 3 to set the PHP version, 3 to set two other settings, 1 if unchanged."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_linux_hosting_info
  - module: reseller.toolkit.reseller_linux_site
  - module: reseller.toolkit.reseller_scheduled_task
  - module: reseller.toolkit.reseller_ssh_key
"""

EXAMPLES = r"""
- name: Set up a hosting for a shop
  reseller.toolkit.reseller_linux_hosting:
    domain: example.com
    php_version: "8.3"
    memory_limit: 512
    apcu:
      enabled: true
      size: 64
    gzip: true
    ftp_enabled: false
    ssh_enabled: true
"""

RETURN = r"""
hosting:
  description: The hosting with its settings. Settings that the API never returns are included only if they were given.
  returned: success
  type: dict
  contains:
    domain_name:
      description: Its domain name.
      type: str
      sample: example.com
    php_version:
      description: Its PHP version.
      type: str
      sample: "8.3"
    ftp_enabled:
      description: Whether FTP is enabled.
      type: bool
    ip:
      description: Its address.
      type: str
      sample: 203.0.113.10
    ssh_host:
      description: The host to log in to with SSH.
      type: str
      sample: ssh.example.net
    ssh_username:
      description: The user to log in as.
      type: str
      sample: examplecom
    sites:
      description: Its sites, with C(name), C(path), C(host_headers) and the enabled features.
      type: list
      elements: dict
      sample: [{"name": "example.com", "path": "/www", "ssl_enabled": true}]
applied:
  description: The settings that were set.
  returned: partial failures
  type: list
  elements: str
  sample: [php_version]
failed_writes:
  description: The setting that could not be set.
  returned: partial failures
  type: list
  elements: str
not_attempted:
  description: The settings that were not sent because of the failure.
  returned: partial failures
  type: list
  elements: str
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_number, if_given
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hosting_settings import (
    SETTINGS,
    available_php_version,
    check_php_version,
    set_setting,
    write_only_settings_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import parent_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "domain": {"type": "str", "required": True},
        "php_version": {"type": "str"},
        "memory_limit": {"type": "int"},
        "apcu": {
            "type": "dict",
            "options": {"enabled": {"type": "bool", "required": True}, "size": {"type": "int", "required": True}},
        },
        "gzip": {"type": "bool"},
        "ftp_enabled": {"type": "bool"},
        "ssh_enabled": {"type": "bool"},
        "force": {"type": "bool", "default": False},
    },
    "versions": ("php_version",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the hosting's settings into the desired state."""
    params = task.params
    domain, wanted = check(params)
    reseller = ResellerClient.for_task(task)
    remembered = write_only_settings_of(task, reseller, domain)
    untold = {
        name: value if remembered.is_last(name, value) and not params["force"] else None
        for name, value in wanted.items()
        if not SETTINGS[name].shown
    }
    found = parent_hosting(task, reseller, domain, enough=lambda found: not changes({**found, **untold}, wanted))
    if found is not None:
        # A response without the domain name can't be trusted for the settings either.
        text_in(found, "domain_name")
        given_version = task.given.get("php_version")
        if isinstance(given_version, (int, float)):
            wanted["php_version"] = available_php_version(reseller, domain, given_version)
        elif "php_version" in wanted and text_in(found, "php_version") != wanted["php_version"]:
            check_php_version(reseller, domain, wanted["php_version"])
    hosting = {**(found or {}), **untold}

    def update(_current: dict[str, Any], differing: dict[str, Any]) -> None:
        carry_out(
            [
                Step(name, partial(set_setting, reseller, remembered, domain, name, differing[name]))
                for name in SETTINGS
                if name in differing
            ]
        )

    return converge(task, "hosting", current=hosting, wanted=wanted, update=update)


def check(params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the hosting and its desired settings, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    wanted = {name: params[name] for name in SETTINGS if params[name] is not None}
    domain, *_none = all_of(
        lambda: ascii_domain("domain", params["domain"]),
        lambda: if_given(params["memory_limit"], lambda limit: check_number("memory_limit", limit, 1)),
        lambda: if_given(
            params["apcu"], lambda apcu: check_number("apcu size", apcu["size"], 1 if apcu["enabled"] else 0)
        ),
    )
    return domain, wanted


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
