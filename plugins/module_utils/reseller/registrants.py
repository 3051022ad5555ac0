# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registrants of domain names: check their data before a domain is paid for.

Private to the collection. The rules are those of the vendor's description.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import mail_address

#: What every registrant must state.
REQUIRED = (
    "first_name",
    "last_name",
    "address",
    "postal_code",
    "city",
    "country_code",
    "language_code",
    "email",
    "phone",
)
OPTIONAL = ("fax", "company_name", "enterprise_number")
#: What some registries require in addition, and whether it must stay hidden, because it is personal.
EXTRA_FIELDS = {"CompanyNumber": False, "PassportNumber": True, "CodiceFiscal": True}
#: The extra field that a company or an individual needs, by top-level domain.
OF_COMPANIES = dict.fromkeys(("dk", "es", "fr", "nu", "se"), "CompanyNumber")
OF_INDIVIDUALS = dict.fromkeys(("es", "nu", "se"), "PassportNumber")
#: The patterns of fields that must have a certain form.
FORMS = {
    "country_code": ("[A-Z]{2}", "BE"),
    "language_code": ("[a-z]{2}", "nl"),
    "phone": (r"\+[0-9]{1,3}\.[0-9]{4,14}", "+32.123456789"),
    "fax": (r"\+[0-9]{1,3}\.[0-9]{4,14}", "+32.123456789"),
    "enterprise_number": ("[A-Z]{2}[0-9A-Z]{2,13}", "BE0123456789"),
}


def wanted_registrant(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the registrant as it is sent.

    Args:
        name: the domain name, whose top-level domain may have special rules.
        given: what the user gives.

    Raises:
        ToolkitError: ``invalid_option``, when something is missing or malformed.
    """
    registrant = {
        field: line_of("registrant", given[field])
        for field in (*REQUIRED, *OPTIONAL)
        if str(given.get(field) or "").strip()
    }
    lacking = [field for field in REQUIRED if field not in registrant]
    if lacking:
        raise invalid("registrant", f"it lacks {', '.join(lacking)}.")
    for field, convert in (("country_code", str.upper), ("language_code", str.lower), ("enterprise_number", str.upper)):
        if field in registrant:
            registrant[field] = convert(registrant[field])
    for field, (form, example) in FORMS.items():
        if field in registrant and not re.fullmatch(form, registrant[field]):
            raise invalid("registrant", f"{field} {registrant[field]!r} is not written as {example}.")
    registrant["email"] = mail_address("registrant", registrant["email"])
    given_extra = given.get("extra_fields") or {}
    extra = {field: line_of("registrant", value) for field, value in given_extra.items() if (value or "").strip()}
    needed = needed_field(name, registrant)
    if needed and needed not in extra:
        who = "company" if "company_name" in registrant else "individual"
        raise invalid("registrant", f"extra_fields lacks {needed}, which .{_tld(name)} needs of this {who}.")
    if _tld(name) == "ca" and registrant["country_code"] != "CA":
        raise invalid("registrant", f".ca is for registrants in CA, and country_code is {registrant['country_code']}.")
    fields = [{"name": field, "value": value} for field, value in extra.items()]
    return {**registrant, "extra_fields": fields} if fields else registrant


def needed_field(name: str, registrant: dict[str, Any]) -> str | None:
    """Return the extra field that this domain name requires from this registrant."""
    tld = _tld(name)
    if "company_name" in registrant:
        return OF_COMPANIES.get(tld)
    if tld == "it":
        return "CodiceFiscal" if registrant["country_code"] == "IT" else "PassportNumber"
    return OF_INDIVIDUALS.get(tld)


def _tld(name: str) -> str:
    return name.rpartition(".")[2]
