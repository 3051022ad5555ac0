# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the modules of all services share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection to a service, and its timeouts."""

    DOCUMENTATION = r"""
options:
  ca_path:
    description:
      - A file or folder of certificate authorities to trust instead of the default ones.
      - The environment variable E(REQUESTS_CA_BUNDLE) is used if this is not set. Verification can't be disabled.
    type: path
  proxy:
    description:
      - The address of a proxy for all requests. A password in it is never shown. Characters with a special meaning in
        addresses must be percent-encoded.
      - The usual environment variables (E(HTTPS_PROXY), E(NO_PROXY)) are used if this is not set.
    type: str
  timeout:
    description: The timeout of one request with its response, in seconds.
    type: float
    default: 30
  retry_timeout:
    description:
      - The total time for one call and its retries after errors, in seconds.
      - Only requests that are safe to repeat are retried. A request that costs money is never resent while its outcome
        is in doubt.
    type: float
    default: 60
  rate_limit_timeout:
    description: The longest total time that the task waits for the API's rate limit, in seconds.
    type: float
    default: 300
  rate_limit_reserve:
    description: The number of requests in each rate limit window to leave for others.
    type: int
    default: 0
  state_dir:
    description:
      - A folder for data that must outlive a task, such as the journal of orders. It belongs to one user of one machine
        and must not be on a network share. It contains no secrets except the tokens of PeerTube logins.
      - The default is V(reseller.toolkit) in the user's folder for state (E(XDG_STATE_HOME), by default
        V(~/.local/state)).
      - If jobs run in temporary containers, as in AWX, set a persistent folder.
      - The environment variable E(RESELLER_STATE_DIR) is used if this is not set.
    type: path
  state_dir_group:
    description:
      - Whether the group that may write to O(state_dir) is trusted.
      - By default no other user may be able to write to O(state_dir) or to a folder above it. Tasks that place orders
        refuse such a folder and print the command that repairs it. Other tasks warn.
      - Set it to V(true) for a volume whose group is trusted, such as one with C(fsGroup) or one that is used as group
        0. The process must be a member of that group. The group can then read and write the journal.
      - The environment variable E(RESELLER_STATE_DIR_GROUP) is used if this is not set.
    type: bool
    default: false
    version_added: 2.0.0
requirements:
  - requests
notes:
  - With a local connection, the module runs inside the Ansible worker, which is about ten times faster. Set the
    variable C(reseller_toolkit_in_process) to V(false) to disable this. The result is the same.
  - Quote texts that YAML does not read as texts, such as V("no"), V("01067") or V("8.10"). Booleans and numbers are
    refused where a text is expected, except whole numbers for descriptions and for ids that are numbers. If nothing
    would change, a warning replaces the error until version 2.2.0.
"""
