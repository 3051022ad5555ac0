# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_ssl``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_ssl
short_description: Ensure a valid SSL certificate for a signing request
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Finds a certificate of the given type and level that covers all names of the signing request and is valid long
    enough. If there is none, it follows an ongoing request for these names. Otherwise it orders a certificate.
  - A certificate costs money, so O(confirm_purchase) must repeat exactly what is bought. It is ordered at most once,
    whatever fails. After an interruption, the next run resumes.
  - Adds the DNS records that validate the domain if the zone is hosted at the vendor. If it is not, the task ends with
    RV(state=requested) and RV(validations), so that a play can add the records elsewhere and then run the task again.
  - The private key never leaves the creator of the signing request. The API returns the key of a certificate only
    within the certificate itself, so the key is compared with that of the signing request only if O(pfx_path) is set.
    If a valid certificate has another key, the task fails with C(key_differs), also in check mode, and never buys a
    replacement. Without O(pfx_path), and while a request is pending, the key can't be compared; see RV(key_compared).
options:
  csr_path:
    description: The file of the signing request (PKCS#10 in PEM). An absolute path, or one that begins with C(~).
    type: path
  csr_content:
    description: The signing request itself.
    type: str
  certificate_type:
    description:
      - The type of the certificate.
      - V(standard) is for one name (with or without C(www.)), V(wildcard) for a common name that begins with C(*.),
        V(multi_domain) for several names.
    type: str
    choices: [standard, multi_domain, wildcard]
    default: standard
  validation_level:
    description: The validation level. V(organization_validated) and V(extended_validated) take days.
    type: str
    choices: [domain_validated, organization_validated, extended_validated]
    default: domain_validated
  additional_validation_attributes:
    description:
      - Data for organization and extended validation. Both require all of it except
        O(additional_validation_attributes.OrganizationNumber).
    type: dict
    suboptions:
      Firstname:
        description: The first name of the technical contact.
        type: str
      Lastname:
        description: The last name of the technical contact.
        type: str
      Phone:
        description: The phone number of the technical contact.
        type: str
      EmailAddress:
        description: The e-mail address of the technical contact.
        type: str
      Street:
        description: The street of the organization.
        type: str
      Number:
        description: The house number of the organization.
        type: str
      PostalCode:
        description: The postal code of the organization.
        type: str
      VatCountryCode:
        description: The country of the organization's VAT number (ISO 3166-1 alpha-2).
        type: str
      OrganizationNumber:
        description: The organization's number in its register.
        type: str
  renew_before_days:
    description: A certificate that expires in fewer days is replaced.
    type: int
    default: 30
  confirm_purchase:
    description:
      - Confirms that the certificate may be bought. The sentence is C(ssl TYPE LEVEL COMMON_NAME [OTHER_NAMES]), with
        the other names in alphabetical order. Without it the task fails if a purchase is necessary, and prints the
        required sentence.
      - A sentence for one certificate can't buy another one.
    type: str
  dns_validation:
    description:
      - Whether to add the validation records through the API, if the zone is hosted at the vendor.
      - If the domain does not use the name servers of its zone here, the records would have no effect. Then
        RV(validations) has them, and you add them yourself.
      - With V(false) you add them yourself, and the task that orders does not wait.
    type: bool
    default: true
  wait:
    description:
      - Whether to wait until the certificate is issued. By default only for O(validation_level=domain_validated), as
        the others take days.
    type: bool
  state:
    description:
      - V(present) ensures that the certificate is issued.
      - V(requested) only ensures that it is ordered.
    type: str
    choices: [present, requested]
    default: present
  pfx_path:
    description:
      - Write the certificate and its chain to this file (PKCS#12), once it is issued. An absolute path, or one that
        begins with C(~).
      - The file has mode 0600, is replaced atomically, and stays unchanged while it contains this certificate.
      - It contains no private key, as the vendor never has it.
      - Nothing is written unless the certificate belongs to the key of the signing request.
    type: path
  pfx_password:
    description:
      - The password of that file. It is sent in the request's query. This module never logs it.
      - A certificate is not ordered with a password that contains a space, C(+) or C(~), as it is unknown how the API
        expects them to be signed. If no order is necessary, such a password is tried.
    type: str
notes:
  - "API requests, excluding job polling: 5 to create, 2 if unchanged."
  - One more request downloads the certificate if O(pfx_path) does not contain it yet, also in check mode.
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.polling
  - reseller.toolkit.reseller.ordering
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
requirements:
  - cryptography
seealso:
  - module: reseller.toolkit.reseller_ssl_info
  - module: community.crypto.openssl_csr
    description: Create the key and the signing request.
"""

EXAMPLES = r"""
- name: Ensure a certificate for a hosted domain
  reseller.toolkit.reseller_ssl:
    csr_path: ~/certificates/www.example.com.csr
    confirm_purchase: ssl standard domain_validated www.example.com
    pfx_path: ~/certificates/www.example.com.pfx
    pfx_password: "{{ vaulted_pfx_password }}"
  register: ssl

- name: Order a certificate for a domain whose DNS is elsewhere
  reseller.toolkit.reseller_ssl:
    csr_path: ~/certificates/shop.example.net.csr
    confirm_purchase: ssl standard domain_validated shop.example.net
    state: requested
  register: ordered

- name: Show the records to add there
  ansible.builtin.debug:
    msg: "{{ item.cname_validation_name }} CNAME {{ item.cname_validation_content }}"
  loop: "{{ ordered.validations }}"
  loop_control:
    label: "{{ item.dns_name }}"

- name: Request verification and wait for the certificate
  reseller.toolkit.reseller_ssl:
    csr_path: ~/certificates/shop.example.net.csr
    dns_validation: false
"""

RETURN = r"""
state:
  description: V(present) if the certificate is issued, V(requested) while its request is pending.
  returned: success
  type: str
certificate:
  description: The certificate. V(none) while its request is pending.
  returned: success
  type: dict
  contains:
    sha1_fingerprint:
      description: Its SHA-1 fingerprint.
      type: str
      sample: aa0b2c3d4e5f60718293a4b5c6d7e8f901234567
    common_name:
      description: Its common name.
      type: str
      sample: www.example.com
    subject_alt_names:
      description: All names that it covers.
      type: list
      elements: dict
      sample: [{"type": "dns", "value": "www.example.com"}]
    expires_after:
      description: When it expires.
      type: str
      sample: "2027-03-01T12:00:00Z"
    type:
      description: Its type.
      type: str
      sample: standard
    validation_level:
      description: Its validation level.
      type: str
      sample: domain_validated
request:
  description: The request while it is pending, otherwise V(none).
  returned: success, and after O(wait_timeout)
  type: dict
  sample: {"id": 17, "order_code": "A-17", "common_name": "www.example.com"}
validations:
  description: The validations to complete. Empty if the certificate is issued.
  returned: success, and after O(wait_timeout)
  type: list
  elements: dict
  contains:
    dns_name:
      description: The name of the certificate that this validates.
      type: str
    type:
      description: V(dns), V(file) or V(email).
      type: str
    cname_validation_name:
      description: The name of the CNAME record to add, as the API returns it - the host's part or the whole name.
      type: str
    cname_validation_content:
      description: The target of that record.
      type: str
    file_validation_url_http:
      description: The address to serve a file at instead.
      type: str
    file_validation_content:
      description: The lines of that file.
      type: list
      elements: str
    email_addresses:
      description: The addresses that a confirmation mail is sent to.
      type: list
      elements: str
would_purchase:
  description: The sentence that O(confirm_purchase) requires for the purchase.
  returned: in check mode, and when the purchase was not confirmed
  type: str
  sample: ssl standard domain_validated www.example.com
key_compared:
  description:
    - Whether the certificate's public key was compared with that of the signing request, and is the same.
    - V(false) without O(pfx_path), and while no certificate is issued. The certificate may then belong to another key,
      as the API does not return the key.
  returned: success
  type: bool
  version_added: 2.0.0
recovered:
  description: Whether the result comes from an earlier order, or one whose response was lost, and not from a new order.
  returned: success
  type: bool
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    all_of,
    check_number,
    if_given,
    invalid,
    line_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.new_files import check_new_file
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_files import (
    compared_pfx,
    kept_pfx,
    pfx_as_wanted,
    read_text,
    write_pfx,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_issuance import Issuance
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_validations import open_validations
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    LONGEST_DAYS,
    OPTIONAL_ATTRIBUTES,
    REQUIRED_ATTRIBUTES,
    Product,
    check_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    ordering_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **ordering_options(),
        **proof_options(),
        "wait": {"type": "bool"},
        "csr_path": {"type": "path"},
        "csr_content": {"type": "str"},
        "certificate_type": {
            "type": "str",
            "choices": ["standard", "multi_domain", "wildcard"],
            "default": "standard",
        },
        "validation_level": {
            "type": "str",
            "choices": ["domain_validated", "organization_validated", "extended_validated"],
            "default": "domain_validated",
        },
        "additional_validation_attributes": {
            "type": "dict",
            "options": {name: {"type": "str"} for name in (*REQUIRED_ATTRIBUTES, *OPTIONAL_ATTRIBUTES)},
        },
        "renew_before_days": {"type": "int", "default": 30},
        "confirm_purchase": {"type": "str"},
        "dns_validation": {"type": "bool", "default": True},
        "state": {"type": "str", "choices": ["present", "requested"], "default": "present"},
        "pfx_path": {"type": "path"},
        "pfx_password": {"type": "str", "no_log": True},
    },
    "mutually_exclusive": [("csr_path", "csr_content")],
    "required_one_of": [("csr_path", "csr_content")],
    "required_together": [("pfx_path", "pfx_password")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the certificate exists."""
    params = task.params
    product, attributes = check(params)
    pfx_path = params["pfx_path"]
    if params["wait"] is None:
        params["wait"] = params["validation_level"] == "domain_validated"
    reseller = ResellerClient.for_task(task)
    issued = Issuance(task, reseller, product, attributes).obtain()
    certificate, request = issued.progress.certificate, issued.progress.request
    before: dict[str, Any] = {}
    after = {"certificate": product.sentence} if issued.changed else {}
    if issued.ordered:
        after["purchase"] = f"{product.sentence} (paid for)"
    if pfx_path and (certificate or issued.would_purchase):
        kept = kept_pfx(pfx_path, params["pfx_password"])
        content = None
        if certificate:
            content = compared_pfx(reseller, certificate, product.csr, kept, params["pfx_password"])
        if certificate is None or kept.state != pfx_as_wanted(certificate["sha1_fingerprint"]):
            before["pfx"], after["pfx"] = kept.state, "the certificate, readable for its owner only"
            if certificate and not task.check_mode:
                write_pfx(pfx_path, content)
    result = {
        "changed": bool(after),
        "diff": {"before": before, "after": after},
        "state": "present" if certificate else "requested",
        "certificate": certificate,
        "request": request,
        "validations": open_validations(request) if request else [],
        "recovered": issued.recovered,
        "key_compared": bool(certificate and pfx_path),
    }
    return {**result, "would_purchase": issued.would_purchase} if task.check_mode else result


def check(params: dict[str, Any]) -> tuple[Product, dict[str, str]]:
    """Return the desired certificate and the data for its validation, after all checks that need no request.

    Raises:
        ToolkitError: ``invalid_option``; ``purchase_not_confirmed`` for a sentence that names something else.
    """
    (product, attributes), *_none = all_of(
        lambda: checked_product(params),
        lambda: if_given(params["pfx_path"], partial(check_new_file, "pfx_path")),
        lambda: if_given(params["pfx_password"], check_pfx_password),
        lambda: check_number("renew_before_days", params["renew_before_days"], 0, LONGEST_DAYS),
    )
    return product, attributes


def checked_product(params: dict[str, Any]) -> tuple[Product, dict[str, str]]:
    """Return what would be bought, and the data for its validation.

    Raises:
        ToolkitError: ``invalid_option``, ``purchase_not_confirmed``.
    """
    if params["csr_path"] is not None:
        option, pem = "csr_path", read_text("csr_path", params["csr_path"])
    else:
        option, pem = "csr_content", params["csr_content"]
    if pem is None:
        # Ansible counts a null option as given.
        raise invalid(option, "there is nothing where a text is needed.")
    product = Product(params["certificate_type"], params["validation_level"], read_csr(option, pem))
    given = params["additional_validation_attributes"] or {}
    attributes = {
        name: line_of("additional_validation_attributes", value) for name, value in given.items() if value is not None
    }
    check_product(product, attributes, option)
    if (params["confirm_purchase"] or "").strip():
        # Checked last: a sentence for something that can't be bought would mislead.
        product.check_confirmation(params["confirm_purchase"])
    return product, attributes


def check_pfx_password(password: str) -> None:
    """Refuse an empty password.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not line_of("pfx_password", password):
        raise invalid("pfx_password", "it is empty.")


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
