# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_linux_site``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_linux_site
short_description: Manage one site of a customer's Linux hosting
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Adds or removes a subsite of a Linux hosting. Adds host names to a site, and enables or disables HTTP/2, Let's
    Encrypt and the redirection to https. Options that are not given stay unchanged.
  - The main site, which comes with the hosting, can be changed but not removed.
  - The API can add host names to a site, but can't remove them.
  - The API never returns whether Let's Encrypt is enabled. It returns the redirection only for whole sites, although it
    is set for each host name. The module stores a keyed hash of the last values that it set in O(state_dir), and sets
    Let's Encrypt again only if the value differs. Without a persistent folder, every run sets it and reports a change.
options:
  domain:
    description: The domain name of the hosting.
    type: str
    required: true
  site:
    description:
      - The name of the site, which is a domain name. The default is the main site.
    type: str
  path:
    description:
      - The folder of a new subsite. The default is V(/subsites/SITE). It must exist, as the API does not create it.
      - The API can't change it, so the task fails if the site exists with another folder.
    type: str
  host_headers:
    description: >-
      Host names that the site must serve. Missing ones are added, and no other is removed. A text is split at commas.
    type: list
    elements: str
  http2:
    description: Whether HTTP/2 is enabled. It requires https.
    type: bool
  letsencrypt:
    description: Whether Let's Encrypt provides certificates for O(hostnames).
    type: bool
  https_redirect:
    description: Whether visitors of O(hostnames) are redirected to https.
    type: bool
  hostnames:
    description:
      - The host names that O(letsencrypt) and O(https_redirect) apply to. The default is all that the site serves,
        including O(host_headers), except the one below the provider's own domain.
      - A text is split at commas.
    type: list
    elements: str
  force:
    description:
      - Whether to send O(letsencrypt) and O(https_redirect) even if the last values sent from here are the same,
        because someone may have changed them elsewhere.
      - Every run then reports a change.
    type: bool
    default: false
  state:
    description: Desired state of the site. Removing a site does not remove its folder.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests, excluding job polling: 2 to add a host name, 1 if unchanged."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_linux_hosting
  - module: reseller.toolkit.reseller_linux_hosting_info
"""

EXAMPLES = r"""
- name: Serve the main site with https and HTTP/2
  reseller.toolkit.reseller_linux_site:
    domain: example.com
    letsencrypt: true
    https_redirect: true
    http2: true

- name: Ensure a separate shop exists
  reseller.toolkit.reseller_linux_site:
    domain: example.com
    site: shop.example.com
    path: /shop
    host_headers:
      - store.example.com
    letsencrypt: true

- name: Remove it
  reseller.toolkit.reseller_linux_site:
    domain: example.com
    site: shop.example.com
    state: absent
"""

RETURN = r"""
site:
  description: The site, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop.example.com
    path:
      description: Its folder. V(none) for a new site if the API chose it.
      type: str
      sample: /shop
    host_headers:
      description: The host names that it serves, each with C(name) and C(enabled).
      type: list
      elements: dict
      sample: [{"name": "shop.example.com", "enabled": true}]
    ssl_enabled:
      description: Whether https was enabled before this task.
      type: bool
    https_redirect_enabled:
      description: Whether visitors are redirected to https.
      type: bool
    http2_enabled:
      description: Whether HTTP/2 is enabled.
      type: bool
applied:
  description: The writes that were carried out. In check mode, those that would be.
  returned: success, and partial failures
  type: list
  elements: str
  sample: [add shop.example.com, enable Let's Encrypt for shop.example.com]
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
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hosting_settings import write_only_settings_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import (
    get_linux_hosting,
    missing_hosting,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.sites import (
    SitePlan,
    SitePlanner,
    WantedSite,
    find_site,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import objects_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import carry_out, titles
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "domain": {"type": "str", "required": True},
        "site": {"type": "str"},
        "path": {"type": "str"},
        "host_headers": {"type": "list", "elements": "str"},
        "http2": {"type": "bool"},
        "letsencrypt": {"type": "bool"},
        "https_redirect": {"type": "bool"},
        "hostnames": {"type": "list", "elements": "str"},
        "force": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "required_if": [("state", "absent", ("site",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the site into the desired state."""
    absent = task.params["state"] == "absent"
    wanted = check(task.params)
    reseller = ResellerClient.for_task(task)
    planner = SitePlanner(task, reseller, wanted, write_only_settings_of(task, reseller, wanted.domain))

    def plan_for(hosting: dict[str, Any] | None) -> SitePlan:
        site = find_site(reseller, hosting, wanted)
        if isinstance(site, Absence) and wanted.is_main and hosting is not None:
            names = ", ".join(str(item.get("name")) for item in objects_in(hosting, "sites"))
            raise ToolkitError("not_found", f"There is no {wanted.title}.", hint=f"Its sites are: {names}.")
        return planner.absent(site) if absent else planner.present(site)

    with reseller.evidence.proving(wanted.title):
        hosting = get_linux_hosting(reseller, wanted.domain, enough=lambda hosting: not plan_for(hosting).steps)
    if hosting is None and not absent:
        missing_hosting(task, wanted.domain)
    return carried_out(task, plan_for(hosting))


def check(params: dict[str, Any]) -> WantedSite:
    """Return the site that the options describe, after checking all options that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    wanted = wanted_site(params)
    if params["state"] == "absent" and wanted.is_main:
        raise invalid("site", "it is the main site of the hosting, which can't be removed.")
    return wanted


def wanted_site(params: dict[str, Any]) -> WantedSite:
    """Return the site that the options describe.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    domain, name, path, host_headers, hostnames = all_of(
        lambda: ascii_domain("domain", params["domain"]),
        lambda: if_given(params["site"], partial(ascii_domain, "site")),
        lambda: if_given(params["path"], checked_path),
        lambda: names_in("host_headers", params["host_headers"] or []),
        lambda: if_given(params["hostnames"], checked_hostnames),
    )
    return WantedSite(
        domain=domain,
        name=name,
        path=path,
        host_headers=host_headers,
        http2=params["http2"],
        letsencrypt=params["letsencrypt"],
        https_redirect=params["https_redirect"],
        hostnames=hostnames,
        force=params["force"],
    )


def checked_path(text: str) -> str:
    """Return the path of a folder on the hosting.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    path = line_of("path", text)
    if not path.startswith("/"):
        raise invalid("path", f"{path!r} is not an absolute path on the hosting.")
    return path


def checked_hostnames(names: list[str]) -> list[str]:
    """Return the host names that the switches apply to, in canonical form.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not names:
        raise invalid("hostnames", "it is empty.")
    return names_in("hostnames", names)


def names_in(option: str, names: list[str]) -> list[str]:
    """Return host names in canonical form, without duplicates.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return list(dict.fromkeys(ascii_domain(option, name) for name in names))


def carried_out(task: Task, plan: SitePlan) -> dict[str, Any]:
    """Carry out the plan, unless in check mode."""
    if not task.check_mode:
        carry_out(plan.steps)
    return {
        "changed": bool(plan.steps),
        "diff": {"before": plan.before, "after": plan.after},
        "site": plan.site,
        "applied": titles(plan.steps),
    }


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
