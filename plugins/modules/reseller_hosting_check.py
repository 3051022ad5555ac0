# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_hosting_check``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_hosting_check
short_description: Check the input of the role hosting before any order
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Checks the whole dictionary of the role P(reseller.toolkit.hosting#role), with the checks of the modules that the
    role uses, and across its parts. All mistakes are reported at once, each with its place. If there is a mistake, no
    request is sent.
  - Then each part predicts its changes, as in check mode. Anything that would fail is also a mistake. Nothing is ever
    ordered, created or changed.
  - The role runs it first. Run it yourself to check many customers before the first order, as the playbook
    C(reseller.toolkit.fleet) does, and pass its result to the role as C(hosting_checked).
  - Some things can't be checked before an account exists, and some can't be checked at all. The README of the role
    lists them.
options:
  hosting:
    description: The dictionary of the role. C(ansible-doc -t role reseller.toolkit.hosting) describes it.
    type: dict
    required: true
  openssl:
    description: The program that creates signing requests, if C(hosting.ssl.key_path) is set.
    type: str
    default: openssl
notes:
  - This runs on the controller. Files are checked, and API requests sent, from the host that the task runs on.
  - C(module_defaults) of the modules that the role uses must also apply to this task, as those of a play do.
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_account
  - module: reseller.toolkit.reseller_ssl
"""

EXAMPLES = r"""
- name: Check a customer
  reseller.toolkit.reseller_hosting_check:
    hosting:
      identifier: example.com
      servicepack: Linux Pro
      ftp_password: "{{ vaulted_ftp_password }}"
      databases:
        - name: shop
          password: "{{ vaulted_database_password }}"
  register: checked

- name: Show what would be ordered
  ansible.builtin.debug:
    msg: "{{ item.kind }} {{ item.name }}"
  loop: "{{ checked.orders }}"
"""

RETURN = r"""
mistakes:
  description: The mistakes.
  returned: when there are mistakes
  type: list
  elements: dict
  contains:
    place:
      description: The place of the mistake.
      type: str
      sample: hosting.databases[1].name
    message:
      description: What is wrong.
      type: str
orders:
  description: The orders that the role would place.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: One of V(account), V(domain), V(database), V(user), V(certificate).
      type: str
      sample: database
    name:
      description: The name of what is ordered.
      type: str
      sample: shop
would_change:
  description: Whether the role would change anything, or resume an earlier order.
  returned: success
  type: bool
todo:
  description: The parts of the role that have to run. The others are already in the desired state.
  returned: success
  type: list
  elements: str
  sample: [databases, certificate]
parts:
  description: >-
    The result of each part in check mode, by its name, without its diff. For V(sites), V(databases), V(users) and
    V(https) it is a list.
  returned: success
  type: dict
request_fits:
  description: Whether the signing request that the role manages needs no change.
  returned: success
  type: bool
"""
