# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``reseller.toolkit.hosting_pending``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: hosting_pending
short_description: Return what the role hosting has ordered that does not exist yet
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Returns which of the domain name and the certificate of the role P(reseller.toolkit.hosting#role) are ordered but do
    not exist yet, and whether the certificate can be issued only after the domain name exists.
  - It is an internal part of the role, and may change at any time.
options:
  _input:
    description: The dictionary C(hosting) of the role.
    type: dict
    required: true
  domain:
    description: The registered result of the task of the domain name. Empty if it was not reached.
    type: dict
    required: true
  certificate:
    description: The registered result of the task of the certificate. Empty if it was not reached.
    type: dict
    required: true
  read:
    description: The state of the parts whose tasks did not have to run, as the check read it.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show whether the certificate of a customer is pending
  ansible.builtin.debug:
    msg: "{{ pending.certificate }}"
  vars:
    pending: "{{ hosting | reseller.toolkit.hosting_pending(domain={}, certificate={'state': 'requested'}, read={}) }}"
"""

RETURN = r"""
_value:
  description: The booleans V(domain), V(certificate) and V(certificate_waits).
  type: dict
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import normalized
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_result import RoleRun


def hosting_pending(
    hosting: Any, domain: dict[str, Any], certificate: dict[str, Any], read: dict[str, Any]
) -> dict[str, bool]:
    """Return what is ordered but does not exist yet."""
    wanted, _mistakes = normalized(hosting, "identifier", "domain", "ssl")
    run = RoleRun(wanted, {"domain": domain, "certificate": certificate}, read)
    return {
        "domain": run.domain_pending,
        "certificate": run.certificate_pending,
        "certificate_waits": run.certificate_waits_for_domain,
    }


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"hosting_pending": hosting_pending}
