# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_mysql``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_hosting_check
short_description: Check a customer of the role hosting before anything is ordered
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Checks the whole dictionary of the role P(reseller.toolkit.hosting#role) by the checks of the modules that it goes
    to, and across its parts. All mistakes are reported at once, each with its place. With a mistake no request is sent.
  - Then lets each part predict, as in check mode, what it would do. What would fail is a mistake too. Nothing is ever
    ordered, created or changed.
  - The role runs it first. Run it yourself to check many customers before the first order, as the playbook
    C(reseller.toolkit.fleet) does, and hand its result to the role as C(hosting_checked).
  - Some things can't be known before an account exists, and some not at all; the README of the role lists them.
options:
  hosting:
    description: The dictionary of the role. C(ansible-doc -t role reseller.toolkit.hosting) describes it.
    type: dict
    required: true
  openssl:
    description: The program that creates signing requests, where C(hosting.ssl.key_path) asks for one.
    type: str
    default: openssl
notes:
  - This runs on the controller. Files are looked at where the task runs, and each part asks the API from there.
  - Give the C(module_defaults) of the parts' modules to this task too, as those of a play are.
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
  description: What is wrong.
  returned: when something is
  type: list
  elements: dict
  contains:
    place:
      description: Where it is.
      type: str
      sample: hosting.databases[1].name
    message:
      description: What is wrong there.
      type: str
orders:
  description: What the role would order.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: One of V(account), V(domain), V(database), V(user), V(certificate).
      type: str
      sample: database
    name:
      description: Its name.
      type: str
      sample: shop
would_change:
  description: Whether the role would change anything, or has an earlier order to follow.
  returned: success
  type: bool
todo:
  description: The parts of the role that have to run. The others are as they should be.
  returned: success
  type: list
  elements: str
  sample: [databases, certificate]
parts:
  description: >-
    The result of each part in check mode, by its name, without its diff; a list for V(sites), V(databases), V(users)
    and V(https).
  returned: success
  type: dict
request_fits:
  description: Whether the signing request that the role sees to needs nothing.
  returned: success
  type: bool
"""
