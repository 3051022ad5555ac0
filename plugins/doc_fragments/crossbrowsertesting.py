# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all CrossBrowserTesting modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection to the screenshot API."""

    DOCUMENTATION = r"""
options:
  api_user:
    description:
      - The user name of the account, usually an e-mail address.
      - The environment variable E(CROSSBROWSERTESTING_API_USER) on the controller is used if this is not set, also for
        tasks that are delegated to another host.
    type: str
    required: true
  api_password:
    description:
      - The authkey of the account.
      - The environment variable E(CROSSBROWSERTESTING_API_PASSWORD) on the controller is used if this is not set, also
        for tasks that are delegated to another host.
    type: str
    required: true
  api_url:
    description:
      - The address of the API, with or without a trailing V(/api/v3). C(http://) is accepted for this machine only.
      - The vendor's service, which is the default, may no longer exist. Any server that speaks its API can be used,
        such as the sandbox of this collection.
      - The environment variable E(CROSSBROWSERTESTING_API_URL) on the controller is used if this is not set.
    type: str
    default: https://crossbrowsertesting.com
notes:
  - CrossBrowserTesting's public service may no longer exist. Set O(api_url) to a server that speaks its API (v3).
"""
