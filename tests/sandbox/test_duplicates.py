# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Duplicate paying orders, accepted and refused, and the count of orders that reached the server."""

from __future__ import annotations

import contextlib
import json
import socket
from datetime import datetime

import pytest

from sandbox.launcher import SandboxProcess
from tests.sandbox.conftest import MAIL_ONLY, PASSWORD, authorization, codes
from tests.support.csr import make_csr
from tests.support.samples import REGISTRANT


def register(api, name):
    return api.post("/v2/domains/registrations", {"domain_name": name, "registrant": REGISTRANT})


def transfer(api, name):
    return api.post("/v2/domains/transfers", {"domain_name": name, "registrant": REGISTRANT, "auth_code": "abc"})


def request_certificate(api, name):
    order = {"csr": make_csr(name), "certificate_type": "standard", "validation_level": "domain_validated"}
    return api.post("/v2/sslcertificaterequests", order)


def sent(sandbox, before):
    """Return how many orders arrived since then, by operation."""
    now = sandbox.state()["orders_sent"]
    return {name: count - before["orders_sent"].get(name, 0) for name, count in now.items() if count}


@pytest.fixture
def before(sandbox):
    return sandbox.state()


def test_two_accounts_of_one_identifier(sandbox, api, before):
    name = api.new_name()
    first, second = api.account(name), api.account(name.upper())
    assert first != second
    listed = api.get(f"/v2/accounts?identifier={name}").json()
    assert [(one["id"], one["identifier"]) for one in listed] == [(first, name), (second, name)]
    after = sandbox.state()
    assert after["accounts"] == before["accounts"] + 2
    for asset in ("linux_hostings", "dns_zones", "mail_zones", "domains"):
        assert after[asset] == before[asset] + 1, asset
    assert sent(sandbox, before)["POST /accounts"] == 2


def test_an_order_while_the_first_is_pending_is_a_second_job(sandbox, api):
    name = api.new_name()
    jobs = {api.order_account(name).headers["Location"] for _number in range(2)}
    sandbox.advance(60)
    links = {api.get(job).json()["resource_links"][0] for job in jobs}
    assert len(jobs) == len(links) == 2


def test_two_databases_of_one_name(sandbox, api, before):
    account = api.account()
    first, second = (api.finish(api.order_database(account, "shop")) for _number in range(2))
    assert first != second and first.endswith("_shop") and second.endswith("_shop")
    assert sandbox.state()["mysql_databases"] == before["mysql_databases"] + 2


def test_two_users_of_one_name(api):
    database = api.finish(api.order_database(api.account(), "shop"))
    order = {"name": "reader", "password": PASSWORD}
    links = [api.finish(api.post(f"{database}/users", order)) for _number in range(3)]
    names = [link.rpartition("/")[2] for link in links]
    assert [user["name"] for user in api.get(f"{database}/users").json()][1:] == names
    assert names == [names[0], f"{names[0]}_2", f"{names[0]}_3"]


@pytest.mark.parametrize(("first", "second"), [(register, register), (transfer, register), (register, transfer)])
def test_a_domain_ordered_twice_is_paid_for_two_years(sandbox, api, before, first, second):
    def years(name):
        until = datetime.fromisoformat(api.get(f"/v2/domains/{name}").json()["expiration_date"])
        begin = datetime.fromtimestamp(sandbox.control("GET", "clock")["now"], until.tzinfo)
        return round((until - begin).days / 365)

    name = api.new_name()
    ordered = [first(api, name), second(api, name)]
    sandbox.advance(60 * 50)
    assert [api.get(one.headers["Location"]).status_code for one in ordered] == [201, 201]
    assert years(name) == 2
    assert sandbox.state()["domains"] == before["domains"] + 1
    assert sum(sent(sandbox, before).values()) == 2


def test_two_certificate_requests_of_one_name(sandbox, api, before):
    name = api.new_name()
    links = {request_certificate(api, name).headers["Location"] for _number in range(2)}
    assert len(links) == 2
    assert sandbox.state()["ssl_requests"] == before["ssl_requests"] + 2


def test_a_second_certificate_request_can_be_refused(refusing, api):
    name = api.new_name()
    assert request_certificate(api, name).status_code == 201
    assert codes(request_certificate(api, name)) == ["request_already_exists"]
    assert request_certificate(api, api.new_name()).status_code == 201


def test_the_command_line_says_what_happens(client_class):
    with SandboxProcess(job_seconds=0, duplicates="refuse") as sandbox:
        api = client_class(sandbox)
        name = api.new_name()
        api.account(name, MAIL_ONLY)
        assert codes(api.order_account(name, MAIL_ONLY)) == ["identifier_already_exists"]
        state = sandbox.state()
        assert (state["orders_sent"], state["orders"]) == ({"POST /accounts": 2}, {"POST /accounts": 1})
    with pytest.raises(RuntimeError, match="invalid choice"):
        SandboxProcess(duplicates="sometimes").start()


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "rate_limit", "status"])
def test_an_order_counts_as_sent_whatever_becomes_of_it(sandbox, api, before, fault):
    sandbox.set_faults([{"match": {"method": "POST"}, "fault": fault}])
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as connection:
        body = json.dumps({"servicepack_id": MAIL_ONLY, "identifier": api.new_name()}).encode()
        connection.sendall(head("/v2/accounts", body) + body)
        with contextlib.suppress(ConnectionResetError):
            connection.recv(1)
    assert sent(sandbox, before)["POST /accounts"] == 1


def test_an_order_counts_as_sent_when_its_headers_are_complete(sandbox, api, before):
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as connection:
        connection.sendall(head("/v2/accounts", b"x" * 100)[:-4])
    assert sent(sandbox, before).get("POST /accounts", 0) == 0
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as connection:
        connection.sendall(head("/v2/accounts", b"x" * 100) + b"x")
        assert api.get("/v2/accounts").status_code == 200
    assert sent(sandbox, before)["POST /accounts"] == 1


@pytest.mark.parametrize("target", ["/v2/%61ccounts", "/v2/ACCOUNTS", "/v2/./accounts", "/v2/x/%2e%2e/accounts/"])
def test_other_spellings_of_a_path_count_as_sent(sandbox, api, before, target):
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as connection:
        connection.sendall(head(target, b"{}") + b"{}")
        assert connection.recv(1)
    assert sent(sandbox, before)["POST /accounts"] == 1


def test_what_costs_nothing_does_not_count(sandbox, api, before):
    name = api.new_name()
    api.account(name)
    api.get("/v2/accounts")
    api.post(f"/v2/dns/{name}/records", {"type": "A", "content": "192.0.2.1"})
    assert {operation: count for operation, count in sent(sandbox, before).items() if count} == {"POST /accounts": 1}


def head(target, body):
    signed = authorization("POST", target, body)
    lines = [f"POST {target} HTTP/1.1", "Host: x", f"Authorization: {signed}", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode()
