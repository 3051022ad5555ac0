# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domain names: orders, name servers, renewal."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import MAIL_ONLY, codes
from tests.support.samples import REGISTRANT

OWN_SERVERS = ["NS3.SANDBOX-DNS.EXAMPLE", "NS4.SANDBOX-DNS.EXAMPLE"]


def register(api, name, **more):
    registrant = {**REGISTRANT, **more.pop("registrant", {})}
    return api.post("/v2/domains/registrations", {"domain_name": name, "registrant": registrant, **more})


def transfer(api, name, auth_code="Tr4nsfer-c0de"):
    body = {"domain_name": name, "registrant": REGISTRANT, "auth_code": auth_code}
    return api.post("/v2/domains/transfers", body)


def test_a_registered_domain(api):
    name = api.new_name()
    servers = ["NS1.example.net.", "ns3.sandbox-dns.example"]
    fields = [{"name": "CompanyNumber", "value": "123"}]
    ordered = register(api, name, name_servers=servers, registrant={"extra_fields": fields})
    assert api.get(f"/v2/domains/{name}").status_code == 404
    assert api.finish(ordered) == f"/v2/domains/{name}"
    domain = api.get(f"/v2/domains/{name}").json()
    assert domain["registrant"] == {**REGISTRANT, "fax": "", "company_name": "", "enterprise_number": ""}
    assert [server["name"] for server in domain["name_servers"]] == ["NS1.EXAMPLE.NET", "NS3.SANDBOX-DNS.EXAMPLE"]
    assert all(server["ip"] for server in domain["name_servers"])
    assert (domain["will_renew"], domain["can_toggle_renew"]) == (True, True)
    assert name in [entry["domain_name"] for entry in api.get("/v2/domains?take=1000").json()]


def test_a_transfer_takes_long(refusing, api):
    sandbox = refusing
    name = api.new_name()
    job = transfer(api, name).headers["Location"]
    assert api.get(f"/v2/domains/{name}").status_code == 404
    sandbox.advance(60)
    assert name in [domain["domain_name"] for domain in api.get("/v2/domains?take=1000").json()]
    sandbox.advance(40 * 50 - 60)
    assert api.get(job).json()["status"] == "ongoing"
    assert codes(transfer(api, name)) == codes(register(api, name)) == ["domain_name_already_exists"]
    sandbox.advance(20 * 50)
    assert api.get(job).json()["resource_links"] == [f"/v2/domains/{name}"]
    servers = api.get(f"/v2/domains/{name}").json()["name_servers"]
    assert [server["name"] for server in servers] == OWN_SERVERS
    assert codes(transfer(api, name)) == ["domain_name_already_exists"]


@pytest.mark.parametrize("fault", ["job_fail", "job_cancel", "job_stall"])
def test_a_transfer_that_comes_to_nothing_lists_no_domain(sandbox, api, fault):
    name = api.new_name()
    sandbox.set_faults([{"match": {"method": "POST", "path": "/domains/transfers"}, "fault": fault}])
    job = transfer(api, name).headers["Location"]
    sandbox.set_faults([])
    sandbox.advance(60)
    assert api.get(f"/v2/domains/{name}").status_code == 404
    sandbox.set_job(job.rpartition("/")[2], "finished")
    assert api.get(f"/v2/domains/{name}").status_code == 200


def test_a_name_registered_elsewhere_can_only_be_transferred(api):
    name = f"taken-{api.new_name()}"
    assert codes(register(api, name)) == ["domain_name_not_available"]
    assert transfer(api, name).status_code == 202


def test_an_account_takes_over_the_domain_that_was_bought_before(refusing, api):
    name = api.new_name()
    api.finish(register(api, name))
    api.account(name, MAIL_ONLY)
    assert api.get(f"/v2/domains/{name}").json()["registrant"]["first_name"] == "Ada"
    assert codes(register(api, name)) == ["domain_name_already_exists"]


def test_a_registration_is_cancelled_if_an_account_brings_the_domain_first(refusing, api):
    sandbox = refusing
    name = api.new_name()
    sandbox.set_faults([{"match": {"method": "POST"}, "fault": "job_stall"}])
    job = register(api, name).headers["Location"]
    sandbox.set_faults([])
    api.account(name, MAIL_ONLY)
    sandbox.set_job(job.rpartition("/")[2], "finished")
    assert api.get(job).json()["status"] == "cancelled"
    assert api.get(f"/v2/domains/{name}").json()["registrant"]["first_name"] == "Sam"


@pytest.mark.parametrize(
    ("name", "registrant", "wrong"),
    [
        ("no domain", {}, ["domain_name_invalid"]),
        ("www.shop.example", {}, ["domain_name_invalid"]),
        ("a.example", {"city": None, "email": ""}, ["city_required", "email_required"]),
        ("a.example", {"phone": "0912345678"}, ["phone_invalid"]),
        (
            "a.example",
            {"country_code": "Belgium", "language_code": "NL"},
            ["country_code_invalid", "language_code_invalid"],
        ),
        ("a.example", {"extra_fields": [{"name": "ShoeSize", "value": "42"}]}, ["extra_fields.ShoeSize_invalid"]),
        ("a.ca", {}, ["country_code_invalid"]),
        ("a.dk", {"company_name": "Bakery"}, ["extra_fields.CompanyNumber_required"]),
        ("a.fr", {"company_name": "Bakery"}, ["extra_fields.CompanyNumber_required"]),
        ("a.es", {}, ["extra_fields.PassportNumber_required"]),
        ("a.se", {"company_name": "Bakery"}, ["extra_fields.CompanyNumber_required"]),
        ("a.it", {}, ["extra_fields.PassportNumber_required"]),
        ("a.it", {"country_code": "IT"}, ["extra_fields.CodiceFiscal_required"]),
        (
            "a.nu",
            {"extra_fields": [{"name": "PassportNumber", "value": " "}]},
            ["extra_fields.PassportNumber_required"],
        ),
    ],
)
def test_registrants_are_checked(sandbox, api, name, registrant, wrong):
    before = sandbox.state()["orders"]
    assert codes(register(api, name, registrant=registrant)) == wrong
    assert sandbox.state()["orders"] == before


@pytest.mark.parametrize(
    ("extension", "registrant"),
    [
        ("ca", {"country_code": "CA"}),
        ("it", {"company_name": "Bakery"}),
        ("dk", {}),
        ("fr", {}),
        ("nu", {"extra_fields": [{"name": "PassportNumber", "value": "EA1"}]}),
    ],
)
def test_registrants_that_are_good_enough(api, extension, registrant):
    assert register(api, api.new_name().replace("example", extension), registrant=registrant).status_code == 202


def test_orders_need_all_their_parts(api):
    assert codes(api.post("/v2/domains/registrations", {})) == ["domain_name_required"]
    assert codes(api.post("/v2/domains/transfers", {"domain_name": "a.example", "registrant": REGISTRANT})) == [
        "domain_transfer_authorization_code_empty"
    ]
    assert codes(transfer(api, "a.example", " ")) == ["domain_transfer_authorization_code_empty"]
    assert codes(register(api, "a.example", name_servers=["-"])) == ["name_servers_invalid"]


def test_the_registrant_is_optional(api):
    """As in the vendor's example without registrant; the domain then belongs to the reseller."""
    name = api.new_name()
    ordered = api.post("/v2/domains/registrations", {"domain_name": name})
    assert ordered.headers["Retry-After"] == "25"
    assert api.finish(ordered) == f"/v2/domains/{name}"
    assert api.get(f"/v2/domains/{name}").json()["registrant"]["last_name"] == "Sandbox"
    body = {"domain_name": api.new_name(), "auth_code": "abc", "transfer_code": "x"}
    assert api.post("/v2/domains/transfers", body).status_code == 202
    unknown = {"domain_name": api.new_name(), "transfer_code": "x"}
    assert codes(api.post("/v2/domains/transfers", unknown)) == ["domain_transfer_authorization_code_empty"]


def test_name_servers(api):
    name = api.new_name()
    api.account(name, MAIL_ONLY)
    path = f"/v2/domains/{name}/nameservers"
    servers = ["ns1.example.net", "ns2.example.net"]
    assert api.put(path, {"domain_name": name.upper(), "name_servers": servers}).status_code == 204
    shown = api.get(f"/v2/domains/{name}").json()["name_servers"]
    assert [server["name"] for server in shown] == [server.upper() for server in servers]
    assert codes(api.put(path, {"domain_name": "b.example", "name_servers": servers})) == ["domain_name_invalid"]
    assert codes(api.put(path, {"name_servers": servers})) == ["domain_name_required"]
    assert codes(api.put(path, {"domain_name": name, "name_servers": [{"name": "ns1.example.net"}]}))
    assert codes(api.put(path, {"domain_name": name, "name_servers": []})) == ["name_servers_invalid"]
    unknown = {"domain_name": "b.example", "name_servers": servers}
    assert api.put("/v2/domains/b.example/nameservers", unknown).status_code == 404


def test_renewal(sandbox, api):
    name = api.new_name()
    api.account(name, MAIL_ONLY)
    path = f"/v2/domains/{name}"
    assert api.put(f"{path}/renew", {"will_renew": False}).status_code == 204
    assert api.get(path).json()["will_renew"] is False
    assert codes(api.put(f"{path}/renew", {})) == ["will_renew_required"]
    sandbox.control("PUT", f"domains/{name}", {"can_toggle_renew": False})
    assert api.put(f"{path}/renew", {"will_renew": True}).status_code == 403
    domain = api.get(path).json()
    assert (domain["will_renew"], domain["can_toggle_renew"]) == (None, False)


def test_renewal_is_locked_in_the_last_month(sandbox, api):
    name = api.new_name()
    api.account(name, MAIL_ONLY)
    sandbox.advance(336 * 86400)
    try:
        assert api.get(f"/v2/domains/{name}").json()["can_toggle_renew"] is False
        assert api.put(f"/v2/domains/{name}/renew", {"will_renew": False}).status_code == 403
    finally:
        sandbox.advance(-336 * 86400)
    assert api.put(f"/v2/domains/{name}/renew", {"will_renew": False}).status_code == 204
