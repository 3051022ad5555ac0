# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""E-mail addresses: check those that a user gives, and bring them into the form that is compared and sent.

Private to the collection.
"""

from __future__ import annotations

import re

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain, shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Criterion
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in, texts_in

#: The longest local part of an address (RFC 5321, 4.5.3.1.1).
LONGEST_LOCAL_PART = 64


def mail_address(option: str, text: str) -> str:
    """Return an e-mail address in the form that is compared and sent: lower case, its domain by `ascii_domain`.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    local, at, domain = line_of(option, text).rpartition("@")
    # The atoms of RFC 5322, 3.2.3, without the slash, which would split a path; providers of mailboxes do not accept
    # quoted local parts.
    atoms = r"[A-Za-z0-9!#$%&'*+=?^_`{|}~-]+"
    if not at or not re.fullmatch(rf"{atoms}(\.{atoms})*", local) or len(local) > LONGEST_LOCAL_PART:
        raise invalid(option, f"{text!r} is not an e-mail address.")
    host = ascii_domain(option, domain)
    # Names of records may have underscores, those of mail servers may not (RFC 5321, 4.1.2).
    if "_" in host:
        raise invalid(option, f"{text!r} is not an e-mail address: no mail server has an underscore in its name.")
    return f"{local.lower()}@{host}"


def mail_addresses(option: str, texts: list[str]) -> list[str]:
    """Return e-mail addresses in canonical form, sorted, each once.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return sorted({mail_address(option, text) for text in texts})


def domain_of(address: str) -> str:
    """Return the domain of an address in canonical form."""
    return address.rpartition("@")[2]


def listed_addresses(item: Item, name: str) -> list[str]:
    """Return a list of addresses that the API shows, in the form that is compared.

    Raises:
        Unreadable: the API does not report it.
    """
    return sorted(set(map(shown_address, texts_in(item, name))))


def shown_address(text: str) -> str:
    """Return an address that the API shows, in the form that is compared; none is refused."""
    local, at, domain = text.strip().rpartition("@")
    return f"{local.lower()}{at}{shown_name(domain)}"


def is_address(name: str, address: str) -> Criterion:
    """Return the criterion of items with this address, in canonical form, in a property."""
    return lambda item: shown_address(text_in(item, name)) == address
