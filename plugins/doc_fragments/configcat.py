# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that modules of ConfigCat have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the public management API."""

    DOCUMENTATION = r"""
options:
  api_user:
    description:
      - The user name of the credentials for the public management API, from the page Public API credentials of
        ConfigCat's dashboard. It is not the name that a person logs in with.
      - The environment variable E(CONFIGCAT_API_USER) on the controller is used if this is not set, also for tasks that
        are delegated to another host.
    type: str
    required: true
  api_password:
    description:
      - The password of these credentials.
      - The environment variable E(CONFIGCAT_API_PASSWORD) on the controller is used if this is not set, also for tasks
        that are delegated to another host.
    type: str
    required: true
  api_url:
    description:
      - The address of the API, with or without a trailing V(/v1). C(http://) is accepted for this machine only.
      - The environment variable E(CONFIGCAT_API_URL) on the controller is used if this is not set.
    type: str
    default: https://api.configcat.com
notes:
  - What the modules return is what the API tells, with its properties named as options are, C(config_id) for
    C(configId).
"""

    OBJECT = r"""
options:
  product:
    description:
      - The product that it belongs to, by its name or its id.
      - Needed unless O(id) is given.
    type: str
  name:
    description:
      - Its name. It is found by it inside its product, unless O(id) is given.
      - Two of the same name are an error, as it could be the wrong one.
    type: str
  id:
    description: The id of one that is there, to give it another O(name), or to tell it from others of the same name.
    type: str
  state:
    description: Whether it shall be there.
    type: str
    choices: [present, absent]
    default: present
"""
