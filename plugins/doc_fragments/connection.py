# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that modules of all services have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """The way to a service, and how patient to be with it."""

    DOCUMENTATION = r"""
options:
  ca_path:
    description:
      - A file or folder of certificate authorities to trust instead of the usual ones.
      - The environment variable E(REQUESTS_CA_BUNDLE) is used if this is not set. Verification can't be switched off.
    type: path
  proxy:
    description:
      - The address of a proxy for all requests. A password in it is never shown; characters that have a meaning in
        addresses must be percent-encoded.
      - The usual environment variables (E(HTTPS_PROXY), E(NO_PROXY)) are used if this is not set.
    type: str
  timeout:
    description: The time for one request with its answer, in seconds.
    type: float
    default: 30
  retry_timeout:
    description:
      - The time for one call with its repetitions after errors, in seconds.
      - Only what can't do harm twice is repeated. What costs money is never sent again after an outcome that is in
        doubt.
    type: float
    default: 60
  rate_limit_timeout:
    description: The longest time that the task waits for the API's rate limit in all, in seconds.
    type: float
    default: 300
  rate_limit_reserve:
    description: The number of requests of each window of the rate limit that is left to others.
    type: int
    default: 0
  state_dir:
    description:
      - A folder for what must outlive a task, such as the journal of orders. It belongs to one user of one machine and
        must not lie on a network share. No secret is in it.
      - The default is V(reseller.toolkit) in the user's folder for state (E(XDG_STATE_HOME), by default
        V(~/.local/state)).
      - Where jobs run in containers that are thrown away, as in AWX, name a folder that is kept.
      - The environment variable E(RESELLER_STATE_DIR) is used if this is not set.
    type: path
  state_dir_group:
    description:
      - Whether the group that may write to O(state_dir) is trusted.
      - By default no other user may be able to write to O(state_dir) or to a folder above it. Tasks that order refuse
        such a folder and print the command that repairs it, other tasks warn.
      - Set it to V(true) for a volume whose group is trusted, such as one with C(fsGroup) or one that is used as
        group 0. The process must be a member of that group. The journal is then readable and writable for the group.
      - The environment variable E(RESELLER_STATE_DIR_GROUP) is used if this is not set.
    type: bool
    default: false
    version_added: 2.0.0
requirements:
  - requests
notes:
  - Where the connection is local the module runs inside Ansible's own process, which is about ten times faster. The
    variable C(reseller_toolkit_in_process) set to V(false) switches that off; the result is the same.
  - Quote texts that YAML does not read as texts, such as V("no"), V("01067") or V("8.10"). Booleans and numbers are
    refused where a text is wanted, except whole numbers for descriptions and for ids that are numbers. If nothing would
    change, a warning replaces the error until version 2.2.0.
"""
