# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_domain``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_domain
short_description: Register, transfer and manage domain names
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Registers or transfers a domain name unless it exists. Sets its name servers, and whether it is renewed.
  - A registration or transfer costs money. So O(confirm_purchase) must repeat what is bought, and it is ordered at most
    once, whatever fails. After an interruption, the next run resumes.
  - The API can't change the registrant of an existing domain name, and can't cancel one.
options:
  name:
    description: The domain name. Internationalized names are supported.
    type: str
    required: true
  registration:
    description:
      - How to get the domain name if it does not exist. With V(none) the task fails.
      - A transfer takes days. It is complete when the API lists the domain name, even if its job is still V(ongoing).
    type: str
    choices: [none, register, transfer]
    default: none
  registrant:
    description:
      - The owner of the domain name. If not set, the vendor uses the data of the reseller's own account, and the task
        warns. It is ignored if the domain name exists.
      - All values are checked before the order.
    type: dict
    suboptions:
      first_name:
        description: The first name.
        type: str
        required: true
      last_name:
        description: The last name.
        type: str
        required: true
      address:
        description: Street and number.
        type: str
        required: true
      postal_code:
        description: The postal code.
        type: str
        required: true
      city:
        description: The city.
        type: str
        required: true
      country_code:
        description: The country in two letters. A V(.ca) domain needs V(CA).
        type: str
        required: true
      language_code:
        description: The two-letter language code.
        type: str
        required: true
      email:
        description: The e-mail address.
        type: str
        required: true
      phone:
        description: The telephone number, in the form V(+32.123456789).
        type: str
        required: true
      fax:
        description: The fax number, in the form V(+32.123456789).
        type: str
      company_name:
        description: The name of the company. If not set, the registrant is an individual.
        type: str
      enterprise_number:
        description: The enterprise number of the company, in the form V(BE0123456789).
        type: str
      extra_fields:
        description:
          - Additional data that some registries require.
          - Companies require V(CompanyNumber) for V(.dk), V(.es), V(.fr), V(.nu) and V(.se).
          - Individuals require V(PassportNumber) for V(.es), V(.nu), V(.se), and for V(.it) unless their country is
            V(IT), which requires V(CodiceFiscal).
        type: dict
        suboptions:
          CompanyNumber:
            description: The number of the company.
            type: str
          PassportNumber:
            description: The number of the passport.
            type: str
          CodiceFiscal:
            description: The tax code of an individual in Italy.
            type: str
  auth_code:
    description: >-
      The authorization code for the transfer, from the current registrar. Required for O(registration=transfer).
    type: str
  name_servers:
    description:
      - All name servers. Their order does not matter.
      - If not set, a new domain name gets the vendor's name servers.
      - A text is split at commas.
    type: list
    elements: str
  will_renew:
    description:
      - Whether the domain name is renewed when it expires. A change requires an API key of a user with the finance
        role, and is not possible at all times.
      - If the API does not return it to this key, it is set only when the given value differs from the last one, which
        is recorded in O(state_dir).
    type: bool
  confirm_purchase:
    description:
      - Exactly what is bought, such as V(domain register example.com) or V(domain transfer example.com). Required to
        order it.
      - Without it the task fails, and prints the required sentence.
    type: str
  wait:
    description:
      - Whether to wait until the domain name exists. If not, the result has the job, and a later task can wait for it.
      - By default the task waits for a registration and not for a transfer.
    type: bool
  state:
    description: Desired state of the domain name.
    type: str
    choices: [present]
    default: present
notes:
  - "API requests, excluding job polling: 4 to register, 1 if unchanged, 2 to change the name servers."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.polling
  - reseller.toolkit.reseller.ordering
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.reseller_domain_info
  - module: reseller.toolkit.reseller_dns_zone
"""

EXAMPLES = r"""
- name: Register a domain name
  reseller.toolkit.reseller_domain:
    name: example.com
    registration: register
    registrant:
      first_name: Ada
      last_name: Lovelace
      address: Skaldenstraat 121
      postal_code: "9042"
      city: Gent
      country_code: BE
      language_code: nl
      email: ada@example.net
      phone: "+32.92345678"
    confirm_purchase: domain register example.com

- name: Transfer a domain name, without waiting
  reseller.toolkit.reseller_domain:
    name: example.org
    registration: transfer
    registrant: "{{ customer.registrant }}"
    auth_code: "{{ vaulted_auth_code }}"
    confirm_purchase: domain transfer example.org

- name: Use other name servers, and let it expire
  reseller.toolkit.reseller_domain:
    name: example.com
    name_servers: [ns1.example.net, ns2.example.net]
    will_renew: false
"""

RETURN = r"""
domain:
  description: The domain name. V(none) if it is still being registered or transferred with O(wait=false).
  returned: success
  type: dict
  contains:
    domain_name:
      description: The domain name.
      type: str
      sample: example.com
    expiration_date:
      description: When it expires.
      type: str
      sample: "2027-03-01T12:00:00Z"
    will_renew:
      description: Whether it is renewed when it expires. V(none) if the API does not return it.
      type: bool
    can_toggle_renew:
      description: Whether this can be changed now.
      type: bool
    name_servers:
      description: Its name servers, each with C(name) and C(ip).
      type: list
      elements: dict
      sample: [{"name": "ns1.example.net", "ip": "192.0.2.53"}]
    registrant:
      description: Its owner.
      type: dict
      sample: {"first_name": "Ada", "last_name": "Lovelace", "country_code": "BE"}
job:
  description: The provisioning job of the order, V(none) if nothing was ordered or it is not known.
  returned: success, and failures of provisioning
  type: dict
  sample: {"id": "0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d", "status": "ongoing", "estimate": null, "resource_links": []}
recovered:
  description: Whether the result comes from an earlier order, or one whose response was lost, and not from a new order.
  returned: success
  type: bool
would_purchase:
  description: The sentence that O(confirm_purchase) requires for the purchase.
  returned: in check mode, and when the purchase was not confirmed
  type: str
  sample: domain register example.com
applied:
  description: The settings that were set.
  returned: partial failures
  type: list
  elements: str
  sample: [name_servers]
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

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing, paid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import (
    ORDER_PATHS,
    Purchase,
    check_renewal,
    domain_name,
    domain_steps,
    existing_domain,
    find_domain,
    finish_new,
    is_known_to_renew,
    listed_servers,
    name_servers_in,
    renewals_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    ascii_domain,
    check_host,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    ordering_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.registrants import (
    EXTRA_FIELDS,
    OPTIONAL,
    REQUIRED,
    wanted_registrant,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **ordering_options(),
        **proof_options(),
        "wait": {"type": "bool"},
        "name": {"type": "str", "required": True},
        "registration": {"type": "str", "choices": ["none", "register", "transfer"], "default": "none"},
        "registrant": {
            "type": "dict",
            "options": {
                **{field: {"type": "str", "required": True} for field in REQUIRED},
                **{field: {"type": "str"} for field in OPTIONAL},
                "extra_fields": {
                    "type": "dict",
                    "options": {field: {"type": "str", "no_log": hidden} for field, hidden in EXTRA_FIELDS.items()},
                },
            },
        },
        "auth_code": {"type": "str", "no_log": True},
        "name_servers": {"type": "list", "elements": "str"},
        "will_renew": {"type": "bool"},
        "confirm_purchase": {"type": "str"},
        "state": {"type": "str", "choices": ["present"], "default": "present"},
    },
    "required_if": [("registration", "transfer", ("auth_code",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the domain into the desired state."""
    params = task.params
    name, servers, purchase = check(params)
    if params["wait"] is None:
        params["wait"] = params["registration"] != "transfer"
    reseller = ResellerClient.for_task(task)
    orders = Orders(reseller, params, warn=task.warn)
    found = find_domain(reseller, name) if purchase else existing_domain(reseller, name)
    rest: dict[str, Any] = {"job": None, "recovered": False}
    if task.check_mode:
        rest["would_purchase"] = None
    if found is not None and not isinstance(found, Absence):
        if purchase:
            rest["recovered"] = orders.settle(task, ORDER_PATHS[purchase.kind], name)
        return {**rest, **changed(task, reseller, found, servers)}
    wanted = {"domain_name": name, "name_servers": servers, "will_renew": params["will_renew"]}
    if purchase is None or found is None:
        missing(task, f"domain {name}", "To order it, set registration: register or transfer.")
        return {**rest, **converge(task, "domain", current={"domain_name": name}, wanted=wanted)}
    if not purchase.registrant:
        task.warn(
            f"{purchase.sentence}: no registrant is given, so the vendor uses the data of the reseller's account."
        )
    if task.check_mode:
        rest["would_purchase"] = purchase.sentence
    result = converge(
        task, "domain", current=None, wanted=wanted, create=lambda: ordered(task, orders, reseller, purchase, found)
    )
    return {**rest, **paid(result, purchase.sentence)}


def check(params: dict[str, Any]) -> tuple[str, list[str] | None, Purchase | None]:
    """Return the domain name, its name servers and the allowed purchase, after all checks that need no request.

    Raises:
        ToolkitError: ``invalid_option``; ``purchase_not_confirmed`` for a sentence that names something else.
    """
    name, servers = all_of(lambda: domain_name("name", params["name"]), lambda: name_servers_of(params))
    purchase = purchase_of(params, name, servers or [])
    if purchase and (params["confirm_purchase"] or "").strip():
        purchase.check_confirmation(params["confirm_purchase"])
    return name, servers, purchase


def name_servers_of(params: dict[str, Any]) -> list[str] | None:
    """Return the given name servers, in canonical form and without duplicates.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["name_servers"] is None:
        return None
    servers = list(dict.fromkeys(ascii_domain("name_servers", server) for server in params["name_servers"]))
    if not servers:
        raise invalid("name_servers", "it is empty.")
    for server in servers:
        check_host("name_servers", server)
    return servers


def purchase_of(params: dict[str, Any], name: str, servers: list[str]) -> Purchase | None:
    """Return the purchase that the options allow, None if they allow none.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["registration"] == "none":
        return None
    if params["registration"] == "transfer" and not line_of("auth_code", params["auth_code"]):
        raise invalid("auth_code", "it is empty.")
    registrant = {} if params["registrant"] is None else wanted_registrant(name, params["registrant"])
    return Purchase(params["registration"], name, registrant, params["auth_code"], servers)


def changed(task: Task, reseller: ResellerClient, domain: dict[str, Any], servers: list[str] | None) -> dict[str, Any]:
    """Bring an existing domain into the desired state."""
    will_renew = task.params["will_renew"]
    remembered = renewals_of(task, reseller, domain["domain_name"])
    if will_renew is not None and is_known_to_renew(domain, remembered, will_renew):
        will_renew = None
    if will_renew is not None:
        check_renewal(domain, will_renew)
    current = domain
    if servers is not None:
        current = {**domain, "name_servers": name_servers_in(domain)}
        if sorted(servers) == sorted(current["name_servers"]):
            servers = current["name_servers"]
    wanted = {"name_servers": servers, "will_renew": will_renew}

    def update(_current: dict[str, Any], differing: dict[str, Any]) -> None:
        carry_out(domain_steps(reseller, domain["domain_name"], differing, remembered))

    result = converge(task, "domain", current=current, wanted=wanted, update=update)
    if servers is None:
        return result
    return {**result, "domain": {**result["domain"], "name_servers": listed_servers(domain, servers)}}


def ordered(
    task: Task, orders: Orders, reseller: ResellerClient, purchase: Purchase, absence: Absence
) -> dict[str, Any]:
    """Order a domain name that is proven absent."""
    purchase.check_confirmation(task.params["confirm_purchase"])
    placed = orders.place(purchase.order(reseller), absence)
    domain, is_set = finish_new(task, reseller, placed, purchase, task.params["will_renew"])
    result = placed.as_result()
    return {**result, "changed": result["changed"] or is_set, "domain": domain}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
