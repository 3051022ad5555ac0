# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key derived from a body is the one that the module of the same thing uses."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller import csr as csr_module
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.account_orders import account_order
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_lookup import certificate_order
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import Product
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_orders import (
    database_order,
    user_order,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import Purchase
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.natural_keys import natural_key
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.operations import ORDERED_BY, operation_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.csr import make_csr

NOBODY: Any = None
PEM = make_csr("www.a.be", "b.be", "a.be")
USERS = "/mysqldatabases/{databaseName}/users"


def certificate(**more: Any) -> dict[str, Any]:
    return {"certificate_type": "multi_domain", "validation_level": "domain_validated", "csr": PEM, **more}


def modules() -> dict[str, Order]:
    product = Product("multi_domain", "domain_validated", read_csr("csr_content", PEM))
    return {
        "/accounts": account_order(NOBODY, "a.be", 1, None),
        "/mysqldatabases": database_order(NOBODY, {"id": 5, "identifier": "a.be"}, "Shop", "Hidden71", warn=print),
        USERS: user_order(NOBODY, "ID1_shop", "bob", "Hidden71"),
        "/domains/registrations": Purchase("register", "a.be", {}, None, []).order(NOBODY),
        "/domains/transfers": Purchase("transfer", "a.be", {}, "code", []).order(NOBODY),
        "/sslcertificaterequests": certificate_order(NOBODY, product, {}, valid_until=0.0),
    }


@pytest.mark.parametrize("template", ORDERED_BY)
def test_what_a_module_sends_has_the_modules_key(template: str) -> None:
    order = modules()[template]
    operation = operation_of("POST", order.path)
    assert operation and (operation.template, operation.path) == (template, order.path)
    assert natural_key(template, order.body) == order.key


@pytest.mark.parametrize(
    ("template", "body", "key"),
    [
        ("/accounts", {"identifier": "a.be"}, "a.be"),
        ("/accounts", {"identifier": " A.be. ", "servicepack_id": 7}, "a.be"),
        ("/accounts", {"Identifier": "bücher.example"}, "xn--bcher-kva.example"),
        ("/accounts", {"identifier": "Customer 7"}, "customer 7"),
        ("/mysqldatabases", {"account_id": 5, "database_name": "Shop"}, "5 shop"),
        ("/mysqldatabases", {"account_id": "5", "database_name": " Shop "}, "5 shop"),
        ("/mysqldatabases", {"account_id": " 05 ", "Database_Name": "Shop", "password": 1}, "5 shop"),
        (USERS, {"name": "bob", "password": "x"}, "bob"),
        (USERS, {"NAME": " bob2 "}, "bob2"),
        ("/domains/registrations", {"domain_name": "A.be.", "registrant": {}}, "a.be"),
        ("/domains/transfers", {"domain_name": "bücher.example"}, "xn--bcher-kva.example"),
        (
            "/sslcertificaterequests",
            certificate(csr=f"\n{PEM}\n\n", additional_validation_attributes=[]),
            "ssl multi_domain domain_validated www.a.be a.be b.be",
        ),
        (
            "/sslcertificaterequests",
            certificate(certificate_type="Standard", validation_level="ExtendedValidated"),
            "ssl standard extended_validated www.a.be a.be b.be",
        ),
        (
            "/sslcertificaterequests",
            certificate(certificate_type=" WILDCARD", validation_level="Organization_Validated"),
            "ssl wildcard organization_validated www.a.be a.be b.be",
        ),
        (
            "/sslcertificaterequests",
            certificate(certificate_type="MultiDomain"),
            "ssl multi_domain domain_validated www.a.be a.be b.be",
        ),
    ],
)
def test_key_is_read_from_a_body(template: str, body: dict[str, Any], key: str) -> None:
    assert natural_key(template, body) == key


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ("/accounts", None),
        ("/accounts", {}),
        ("/accounts", [{"identifier": "a.be"}]),
        ("/accounts", {"identifier": None}),
        ("/accounts", {"identifier": 5}),
        ("/accounts", {"identifier": ""}),
        ("/accounts", {"identifier": "a.be\nb.be"}),
        ("/accounts", {"identifier": "a..be"}),
        ("/accounts", {"identifier": "a.be", "Identifier": "b.be"}),
        ("/accounts", {5: "a.be"}),
        ("/mysqldatabases", {"account_id": 5}),
        ("/mysqldatabases", {"database_name": "shop"}),
        ("/mysqldatabases", {"account_id": True, "database_name": "shop"}),
        ("/mysqldatabases", {"account_id": "a.be", "database_name": "shop"}),
        ("/mysqldatabases", {"account_id": "\u0665", "database_name": "shop"}),
        ("/mysqldatabases", {"account_id": "", "database_name": "shop"}),
        ("/mysqldatabases", {"account_id": -5, "database_name": "shop"}),
        ("/mysqldatabases", {"account_id": 5.5, "database_name": "shop"}),
        ("/mysqldatabases", {"account_id": None, "database_name": "shop"}),
        ("/mysqldatabases", {"account_id": 5, "database_name": "a-b"}),
        ("/mysqldatabases", {"account_id": 5, "database_name": 5}),
        (USERS, {"name": "Bob"}),
        (USERS, {"name": "b"}),
        (USERS, {"user": "bob"}),
        ("/domains/registrations", {"domain_name": "www.a.be"}),
        ("/domains/transfers", {"domain": "a.be"}),
        ("/sslcertificaterequests", certificate(csr="no request")),
        ("/sslcertificaterequests", certificate(csr=None)),
        ("/sslcertificaterequests", certificate(certificate_type="other")),
        ("/sslcertificaterequests", certificate(validation_level="standard")),
        ("/sslcertificaterequests", {"csr": PEM}),
        ("/nothing", {"identifier": "a.be"}),
        ("/dns/{domainName}/records", {"name": "bob"}),
    ],
)
def test_odd_body_has_no_error_detail(template: str, body: Any) -> None:
    assert natural_key(template, body) is None


def test_request_that_no_library_can_read_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csr_module, "HAS_CRYPTOGRAPHY", False)
    with pytest.raises(ToolkitError) as caught:
        natural_key("/sslcertificaterequests", certificate())
    assert caught.value.kind == "missing_library"
