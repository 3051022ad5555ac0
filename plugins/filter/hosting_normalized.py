# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ``reseller.toolkit.hosting_normalized``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: hosting_normalized
short_description: Return normalized input of the role hosting
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Returns the dictionary of the role P(reseller.toolkit.hosting#role) in its documented types, without secrets, and
    without options that are null, omitted or empty texts.
  - It is an internal part of the role, and may change at any time.
options:
  _input:
    description: The dictionary C(hosting) of the role.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show how many databases a customer has
  ansible.builtin.debug:
    msg: "{{ (hosting | reseller.toolkit.hosting_normalized).databases | default([]) | length }}"
"""

RETURN = r"""
_value:
  description: The dictionary.
  type: dict
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_mistakes import without_secrets
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import normalized


def hosting_normalized(hosting: Any) -> dict[str, Any]:
    """Return the dictionary in its documented types, without secrets."""
    found: dict[str, Any] = without_secrets(normalized(hosting)[0])
    return found


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"hosting_normalized": hosting_normalized}
