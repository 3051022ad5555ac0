# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``reseller_ssl_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reseller_ssl_info
short_description: Read SSL certificates and certificate requests
version_added: 1.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists certificates, or reads them with all their names, and the pending requests.
options:
  common_name:
    description: Only certificates and requests with exactly this common name.
    type: str
  sha1_fingerprint:
    description: Only the certificate with this SHA-1 fingerprint, with all its names.
    type: str
  expires_within_days:
    description: Only certificates that expire within this number of days, or have expired.
    type: int
  details:
    description:
      - Read each certificate with all its names, and each request with its names and validations, which takes one
        request each.
    type: bool
    default: false
  requests:
    description: Read the pending certificate requests.
    type: bool
    default: false
notes:
  - "API requests, excluding job polling: 1 to read all."
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
seealso:
  - module: reseller.toolkit.reseller_ssl
"""

EXAMPLES = r"""
- name: List certificates that expire within a month
  reseller.toolkit.reseller_ssl_info:
    expires_within_days: 30
  register: expiring

- name: Read the validations that a domain still needs
  reseller.toolkit.reseller_ssl_info:
    common_name: www.example.com
    requests: true
    details: true
"""

RETURN = r"""
certificates:
  description: The certificates that were found. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    sha1_fingerprint:
      description: Its SHA-1 fingerprint.
      type: str
      sample: aa0b2c3d4e5f60718293a4b5c6d7e8f901234567
    common_name:
      description: Its common name.
      type: str
      sample: www.example.com
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
    subject_alt_names:
      description: All names that it covers.
      returned: with O(details=true) or O(sha1_fingerprint)
      type: list
      elements: dict
      sample: [{"type": "dns", "value": "www.example.com"}]
requests:
  description: The pending requests. With O(details=true) they have C(subject_alt_names) and C(validations).
  returned: with O(requests=true)
  type: list
  elements: dict
  sample: [{"id": 17, "order_code": "A-17", "common_name": "www.example.com"}]
"""

import re
import time
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    DAY,
    LONGEST_DAYS,
    get_ssl_certificate,
    get_ssl_certificate_request,
    list_ssl_certificate_requests,
    list_ssl_certificates,
    ssl_certificate_request_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    ascii_domain,
    same_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "common_name": {"type": "str"},
        "sha1_fingerprint": {"type": "str"},
        "expires_within_days": {"type": "int"},
        "details": {"type": "bool", "default": False},
        "requests": {"type": "bool", "default": False},
    },
    "mutually_exclusive": [("sha1_fingerprint", "common_name"), ("sha1_fingerprint", "expires_within_days")],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read certificates and requests."""
    params = task.params
    common_name = params["common_name"]
    if common_name is not None:
        common_name = ascii_domain("common_name", common_name, wildcard=True)
    if params["expires_within_days"] is not None:
        check_number("expires_within_days", params["expires_within_days"], -LONGEST_DAYS, LONGEST_DAYS)
    fingerprint = (params["sha1_fingerprint"] or "").replace(":", "").strip().lower()
    if params["sha1_fingerprint"] is not None and not re.fullmatch("[0-9a-f]{40}", fingerprint):
        raise invalid("sha1_fingerprint", f"{params['sha1_fingerprint']!r} is not a SHA-1 fingerprint.")
    reseller = ResellerClient.for_task(task)

    def is_wanted(item: dict[str, Any]) -> bool:
        return common_name is None or same_name(item.get("common_name"), common_name)

    if fingerprint:
        certificates = list(filter(None, [get_ssl_certificate(reseller, fingerprint)]))
    else:
        certificates = list(filter(is_wanted, list_ssl_certificates(reseller)))
        if params["expires_within_days"] is not None:
            horizon = time.time() + params["expires_within_days"] * DAY
            # A certificate whose expiry can't be read may expire soon.
            certificates = [item for item in certificates if (iso_time(item.get("expires_after")) or 0.0) <= horizon]
        if params["details"]:
            details = [get_ssl_certificate(reseller, text_in(item, "sha1_fingerprint")) for item in certificates]
            certificates = list(filter(None, details))
    result: dict[str, Any] = {"certificates": certificates}
    if params["requests"]:
        requests = list(filter(is_wanted, list_ssl_certificate_requests(reseller)))
        if params["details"]:
            answers = [get_ssl_certificate_request(reseller, number_in(item, "id")) for item in requests]
            requests = [ssl_certificate_request_in(answer) for answer in answers if answer.status == 200]
        result["requests"] = requests
    return result


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
