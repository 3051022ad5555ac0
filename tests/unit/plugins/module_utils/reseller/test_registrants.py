# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registrant is checked as far as the vendor's rules go, before anything is paid for."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.registrants import (
    needed_field,
    wanted_registrant,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

PERSON: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address": "Skaldenstraat 121",
    "postal_code": "9042",
    "city": "Gent",
    "country_code": "be",
    "language_code": "NL",
    "email": "ada@example.net",
    "phone": "+32.92345678",
    "fax": None,
    "company_name": None,
    "enterprise_number": None,
    "extra_fields": None,
}
COMPANY = {**PERSON, "company_name": "Example", "enterprise_number": "be0123456789"}


def test_registrant_as_it_is_sent() -> None:
    sent = wanted_registrant(
        "example.com", {**COMPANY, "extra_fields": {"CompanyNumber": "12", "PassportNumber": None}}
    )
    assert (
        sent["country_code"] == "BE" and sent["language_code"] == "nl" and sent["enterprise_number"] == "BE0123456789"
    )
    assert sent["extra_fields"] == [{"name": "CompanyNumber", "value": "12"}] and "fax" not in sent
    assert "extra_fields" not in wanted_registrant("example.com", PERSON)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"city": " "}, "city"),
        ({"country_code": "BEL"}, "country_code"),
        ({"language_code": "n"}, "language_code"),
        ({"phone": "092345678"}, "phone"),
        ({"fax": "+32 9 234"}, "fax"),
        ({"email": "ada"}, "e-mail"),
        ({"enterprise_number": "0123"}, "enterprise_number"),
    ],
)
def test_mistakes_in_a_registrant(changed: dict[str, Any], word: str) -> None:
    with pytest.raises(ToolkitError, match=word) as caught:
        wanted_registrant("example.com", {**PERSON, **changed})
    assert caught.value.kind == "invalid_option"


@pytest.mark.parametrize(
    ("tld", "country", "of_company", "of_person"),
    [
        ("com", "BE", None, None),
        ("dk", "BE", "CompanyNumber", None),
        ("es", "BE", "CompanyNumber", "PassportNumber"),
        ("fr", "BE", "CompanyNumber", None),
        ("it", "IT", None, "CodiceFiscal"),
        ("it", "BE", None, "PassportNumber"),
        ("nu", "BE", "CompanyNumber", "PassportNumber"),
        ("se", "BE", "CompanyNumber", "PassportNumber"),
    ],
)
def test_extra_fields(tld: str, country: str, of_company: str | None, of_person: str | None) -> None:
    for given, needed in ((COMPANY, of_company), (PERSON, of_person)):
        registrant = {**given, "country_code": country}
        checked = {name: value for name, value in registrant.items() if value}
        assert needed_field(f"example.{tld}", checked) == needed
        if needed:
            with pytest.raises(ToolkitError, match=needed):
                wanted_registrant(f"example.{tld}", registrant)
            registrant["extra_fields"] = {needed: "AB12345"}
        assert wanted_registrant(f"example.{tld}", registrant)


def test_canadian_domains_are_for_canadians() -> None:
    with pytest.raises(ToolkitError, match=r"\.ca"):
        wanted_registrant("example.ca", PERSON)
    assert wanted_registrant("example.ca", {**PERSON, "country_code": "ca"})
