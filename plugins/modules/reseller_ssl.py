# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_ssl``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_ssl
short_description: Make sure that there is a valid SSL certificate for a signing request
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Finds a certificate of the wanted type and level that covers all names of the signing request and lasts long enough.
    Failing that it follows an ongoing request for these names. Failing that it orders one.
  - A certificate costs money, so O(confirm_purchase) must repeat exactly what is bought. It is ordered at most once,
    whatever fails on the way. A run that was cut off is taken up by the next one.
  - Puts the DNS records that validate the domain in place where the zone is hosted at the vendor. Where it is not, the
    task ends with RV(state=requested) and RV(validations), so that a play can put them in place elsewhere and then run
    the task again.
  - The private key never leaves the one who made the signing request. The API tells the key of a certificate only in
    the certificate itself, so the key is compared with that of the signing request where O(pfx_path) is set. A valid
    certificate of another key fails with C(key_differs), in check mode too, and is never replaced by a new purchase.
    Without O(pfx_path), and as long as a request goes on, the key can't be compared; see RV(key_compared).
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
    description: How much is validated. V(organization_validated) and V(extended_validated) take days.
    type: str
    choices: [domain_validated, organization_validated, extended_validated]
    default: domain_validated
  additional_validation_attributes:
    description:
      - What organization and extended validation need to know. All but
        O(additional_validation_attributes.OrganizationNumber)
        are needed for them.
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
        the
        other names in the order of the alphabet. Without it the task fails if it would have to buy, and prints the
        sentence that it wants.
      - A sentence for one certificate can't buy another one.
    type: str
  dns_validation:
    description:
      - Put validation records in place through the API, where the zone is hosted at the vendor.
      - They are left to you, in RV(validations), where the domain's name servers are others than those of its zone
        here, as nobody would see them.
      - With V(false) that is left to you, and the task that orders does not wait.
    type: bool
    default: true
  wait:
    description:
      - Wait until the certificate is issued. By default only for O(validation_level=domain_validated), as the others
        take days.
    type: bool
  state:
    description:
      - V(present) sees to it that the certificate is issued.
      - V(requested) sees to it that it is ordered, and goes no further.
    type: str
    choices: [present, requested]
    default: present
  pfx_path:
    description:
      - Write the certificate and its chain to this file (PKCS#12), once it is issued. An absolute path, or one that
        begins
        with C(~).
      - The file has mode 0600, is replaced as a whole, and is left alone while it holds this certificate.
      - It holds no private key, as the vendor never had it.
      - Nothing is written unless the certificate belongs to the key of the signing request.
    type: path
  pfx_password:
    description:
      - The password of that file. It travels in the request's query, and is never logged by this module.
      - A certificate is not ordered with a password that holds a space, C(+) or C(~), as nobody knows how the API
        expects them to be signed. Where no order is needed, such a password is tried.
    type: str
notes:
  - Requests, looks at jobs not counted - to order it 5; unchanged 2.
  - One request more downloads the certificate when O(pfx_path) does not hold it yet, in check mode too.
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
    description: Make the key and the signing request.
"""

EXAMPLES = r"""
- name: Have a certificate for a hosted domain
  reseller.toolkit.reseller_ssl:
    csr_path: ~/certificates/www.example.com.csr
    confirm_purchase: ssl standard domain_validated www.example.com
    pfx_path: ~/certificates/www.example.com.pfx
    pfx_password: "{{ vaulted_pfx_password }}"
  register: ssl

- name: Order one for a domain whose DNS is elsewhere
  reseller.toolkit.reseller_ssl:
    csr_path: ~/certificates/shop.example.net.csr
    confirm_purchase: ssl standard domain_validated shop.example.net
    state: requested
  register: ordered

- name: Show the records that are to be put in place there
  ansible.builtin.debug:
    msg: "{{ item.cname_validation_name }} CNAME {{ item.cname_validation_content }}"
  loop: "{{ ordered.validations }}"
  loop_control:
    label: "{{ item.dns_name }}"

- name: Have them verified and wait for the certificate
  reseller.toolkit.reseller_ssl:
    csr_path: ~/certificates/shop.example.net.csr
    dns_validation: false
"""

RETURN = r"""
state:
  description: V(present) when there is a certificate, V(requested) when its request goes on.
  returned: success
  type: str
certificate:
  description: The certificate, V(none) while its request goes on.
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
      description: How much was validated.
      type: str
      sample: domain_validated
request:
  description: The request while it goes on, otherwise V(none).
  returned: success, and when the time to wait is over
  type: dict
  sample: {"id": 17, "order_code": "A-17", "common_name": "www.example.com"}
validations:
  description: What has to be put in place so that the domain is validated. Empty when there is a certificate.
  returned: success, and when the time to wait is over
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
      description: The name of the CNAME record to add, as the API tells it - the host's part or the whole name.
      type: str
    cname_validation_content:
      description: What that record points to.
      type: str
    file_validation_url_http:
      description: Where to put a file instead.
      type: str
    file_validation_content:
      description: The lines of that file.
      type: list
      elements: str
    email_addresses:
      description: The addresses that a mail to confirm is sent to.
      type: list
      elements: str
would_purchase:
  description: The sentence for O(confirm_purchase) of what would be bought.
  returned: in check mode, and when the purchase was not confirmed
  type: str
  sample: ssl standard domain_validated www.example.com
key_compared:
  description:
    - Whether the certificate's public key was compared with that of the signing request, and is the same one.
    - V(false) without O(pfx_path), and while there is no certificate. The certificate may then belong to another key,
      which the API does not tell.
  returned: success
  type: bool
  version_added: 2.0.0
recovered:
  description: Whether an earlier order, or one whose answer was lost, was found again instead of ordering anew.
  returned: success
  type: bool
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    all_of,
    check_number,
    if_given,
    invalid,
    line_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    OPTIONAL_ATTRIBUTES,
    REQUIRED_ATTRIBUTES,
    Product,
    check_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.files import (
    check_pfx_path,
    compared_pfx,
    kept_pfx,
    pfx_as_wanted,
    read_text,
    write_pfx,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.issuance import Issuance
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import LONGEST_DAYS
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options,
    ordering_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.validations import open_validations
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
    """Make sure that there is a certificate."""
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
    """Return the certificate to have and what its validation needs to know, after checking all that needs no request.

    Raises:
        ToolkitError: ``invalid_option``; ``purchase_not_confirmed`` for a sentence that names something else.
    """
    (product, attributes), *_none = all_of(
        lambda: checked_product(params),
        lambda: if_given(params["pfx_path"], check_pfx_path),
        lambda: if_given(params["pfx_password"], check_pfx_password),
        lambda: check_number("renew_before_days", params["renew_before_days"], 0, LONGEST_DAYS),
    )
    return product, attributes


def checked_product(params: dict[str, Any]) -> tuple[Product, dict[str, str]]:
    """Return what would be bought, and what its validation needs to know.

    Raises:
        ToolkitError: ``invalid_option``, ``purchase_not_confirmed``.
    """
    if params["csr_path"] is not None:
        option, pem = "csr_path", read_text("csr_path", params["csr_path"])
    else:
        option, pem = "csr_content", params["csr_content"]
    if pem is None:
        # For Ansible an option is given when it is null.
        raise invalid(option, "there is nothing where a text is needed.")
    product = Product(params["certificate_type"], params["validation_level"], read_csr(option, pem))
    given = params["additional_validation_attributes"] or {}
    attributes = {
        name: line_of("additional_validation_attributes", value) for name, value in given.items() if value is not None
    }
    check_product(product, attributes, option)
    if (params["confirm_purchase"] or "").strip():
        # The sentence of what can't be bought would lead astray.
        product.check_confirmation(params["confirm_purchase"])
    return product, attributes


def check_pfx_password(password: str) -> None:
    """Refuse a password that nobody could give.

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
