# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, the resources they include, and the jobs that create them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.sandbox.conftest import (
    LINUX_PRO,
    LINUX_START,
    MAIL_ONLY,
    MYSQL_ONLY,
    PASSWORD,
    WINDOWS_PRO,
    codes,
)


def test_an_account_exists_only_when_its_job_is_done(sandbox, api):
    name = api.new_name()
    ordered = api.order_account(name)
    job = ordered.headers["Location"]
    assert (ordered.status_code, ordered.content) == (202, b"")
    assert re.fullmatch(r"/v2/provisioningjobs/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", job)

    sandbox.advance(40)
    ongoing = api.get(job)
    assert (ongoing.status_code, ongoing.json()["status"]) == (200, "ongoing")
    assert ongoing.json()["id"] == job.rpartition("/")[2]
    assert api.get(f"/v2/accounts?identifier={name}").json() == []
    assert api.get(f"/v2/linuxhostings/{name}").status_code == 404

    sandbox.advance(20)
    done = api.get(job)
    account_id = api.get(f"/v2/accounts?identifier={name}").json()[0]["id"]
    assert done.status_code == 201
    assert done.json() == {"id": job.rpartition("/")[2], "resource_links": [f"/v2/accounts/{account_id}"]}
    assert done.headers["Location"] == f"/v2/accounts/{account_id}"
    assert api.get(job).status_code == 201


def test_estimates_come_in_both_forms(api):
    seen = {}
    for _number in range(40):
        estimate = api.get(api.order_account().headers["Location"]).json()["completion"]["estimate"]
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", estimate):
            seen["seven digits and a zone"] = estimate
        else:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", estimate)
            seen["three digits and no zone"] = estimate
    assert len(seen) == 2
    for estimate in seen.values():
        end = datetime.fromisoformat(estimate[:23]).replace(tzinfo=UTC).timestamp()
        now = api.sandbox.control("GET", "clock")["now"]
        assert 40 < end - now < 56


def test_what_a_linux_account_brings(api):
    name = api.new_name()
    account_id = api.account(name, LINUX_PRO)
    assert api.get(f"/v2/accounts/{account_id}").json() == {
        "id": account_id,
        "identifier": name,
        "servicepack": {"id": LINUX_PRO, "name": "Linux Pro"},
        "addons": [],
    }
    hosting = api.get(f"/v2/linuxhostings/{name}").json()
    assert hosting["mysql_database_names"] == []
    assert hosting["ftp_username"] == f"{hosting['ssh_username']}@{hosting['ssh_username']}"
    assert [header["name"] for header in hosting["sites"][0]["host_headers"]] == [
        name,
        f"www.{name}",
        f"{name.replace('.', '')}.hosting.sandbox.example",
    ]
    types = {record["type"] for record in api.get(f"/v2/dns/{name}/records").json()}
    assert types == {"SOA", "NS", "A", "MX"}
    assert api.get(f"/v2/mailzones/{name}").json()["available_accounts"][0]["account_id"] == account_id
    assert len(api.get(f"/v2/domains/{name}").json()["name_servers"]) == 2
    assert api.get(f"/v2/mailboxes?domain_name={name}").json() == []
    assert codes(api.get("/v2/mailboxes")) == ["domain_name_required"]


def test_https_redirect_of_a_site(api):
    name = api.new_name()
    api.account(name)
    settings = f"/v2/linuxhostings/{name}/sslsettings"
    for enabled in (True, False):
        assert api.put(f"{settings}/www.{name}/autoredirect", {"enabled": enabled}).status_code == 204
        assert api.get(f"/v2/linuxhostings/{name}").json()["sites"][0]["https_redirect_enabled"] is enabled
    assert api.put(f"{settings}/other.example/autoredirect", {"enabled": True}).status_code == 404
    assert codes(api.put(f"{settings}/{name}/autoredirect", {})) == ["enabled_required"]


def test_other_packs_bring_other_things(api):
    windows, mail = api.new_name(), api.new_name()
    api.account(windows, WINDOWS_PRO)
    api.account(mail, MAIL_ONLY)
    api.account("any words", MYSQL_ONLY)
    assert api.get(f"/v2/windowshostings/{windows}").json()["sites"][0]["bindings"]
    assert api.get(f"/v2/linuxhostings/{windows}").status_code == 404
    assert api.get(f"/v2/mailzones/{mail}").status_code == 200
    assert api.get(f"/v2/windowshostings/{mail}").status_code == 404


def test_the_filters_of_the_list(api):
    name = api.new_name()
    api.account(name)
    api.account(f"sub.{name}", MAIL_ONLY)
    found = [account["identifier"] for account in api.get(f"/v2/accounts?identifier={name.upper()}").json()]
    assert found == [name, f"sub.{name}"]
    hosted = api.get(f"/v2/accounts?identifier={name}&asset_type=linux_hosting").json()
    assert [account["identifier"] for account in hosted] == [name]
    assert codes(api.get("/v2/accounts?asset_type=elephant")) == ["asset_type_invalid"]


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        ({"servicepack_id": 7, "identifier": "a.example"}, "servicepack_id_invalid"),
        ({"servicepack_id": LINUX_PRO, "identifier": "a.example"}, "ftp_password_required"),
        (
            {"servicepack_id": MAIL_ONLY, "identifier": "a.example", "ftp_password": PASSWORD},
            "ftp_password_not_allowed",
        ),
        ({"servicepack_id": LINUX_PRO, "identifier": "no domain", "ftp_password": PASSWORD}, "identifier_invalid"),
        ({"servicepack_id": LINUX_PRO, "identifier": "bücher.example", "ftp_password": PASSWORD}, "identifier_invalid"),
        ({"servicepack_id": MYSQL_ONLY, "identifier": " "}, "identifier_invalid"),
    ],
)
def test_orders_are_checked(api, order, wrong):
    assert codes(api.post("/v2/accounts", order)) == [wrong]


@pytest.mark.parametrize(
    "password",
    ["short1", "a1" * 11, "onlyletters", "12345678", "with blank1", *(f"abcdef1{char}" for char in "*€$&+}{'\"\\")],
)
def test_password_rules(api, password):
    order = {"servicepack_id": LINUX_START, "identifier": api.new_name(), "ftp_password": password}
    assert codes(api.post("/v2/accounts", order)) == ["ftp_password_invalid"]


def test_an_identifier_is_unique_from_the_order_on(refusing, api):
    name = api.new_name()
    ordered = api.order_account(name)
    before = refusing.state()
    assert codes(api.order_account(name.upper())) == ["identifier_already_exists"]
    api.finish(ordered)
    assert codes(api.order_account(name)) == ["identifier_already_exists"]
    after = refusing.state()
    assert after["orders"] == before["orders"]
    assert after["refused_orders"]["POST /accounts"] == before["refused_orders"].get("POST /accounts", 0) + 2


def test_a_failed_job_stays_failed_until_it_is_repaired(refusing, api):
    sandbox = refusing
    sandbox.set_faults([{"match": {"method": "POST", "path": "/accounts"}, "fault": "job_fail"}])
    name = api.new_name()
    job = api.order_account(name).headers["Location"]
    assert api.get(job).json()["status"] == "ongoing"
    sandbox.advance(60)
    for _number in range(2):
        failed = api.get(job)
        assert (failed.status_code, failed.json()["status"]) == (200, "failed")
        sandbox.advance(1000)
    assert codes(api.order_account(name)) == ["identifier_already_exists"]

    sandbox.set_job(job.rpartition("/")[2], "ongoing")
    assert api.get(job).json()["status"] == "ongoing"
    sandbox.advance(60)
    assert api.get(job).status_code == 201


def test_a_failed_job_is_repaired_after_some_polls(sandbox, api):
    sandbox.set_faults([{"match": {"method": "POST"}, "fault": "job_fail", "until_polls": 2}])
    job = api.order_account().headers["Location"]
    sandbox.advance(60)
    assert [api.get(job).status_code for _number in range(3)] == [200, 200, 201]


def test_a_cancelled_job_frees_the_name(refusing, api):
    sandbox = refusing
    name = api.new_name()
    sandbox.set_faults([{"match": {"method": "POST", "nth": 1}, "fault": "job_cancel"}])
    job = api.order_account(name).headers["Location"]
    sandbox.advance(60)
    assert api.get(job).json()["status"] == "cancelled"
    again = api.order_account(name)
    api.finish(again)
    # The object of the first order exists by now, so the order can't be finished any more.
    sandbox.set_job(job.rpartition("/")[2], "finished")
    assert api.get(job).json()["status"] == "cancelled"
    assert len(api.get(f"/v2/accounts?identifier={name}").json()) == 1


def test_a_stalled_job_never_ends_and_moves_its_estimate(sandbox, api):
    job = api.order_account().headers["Location"]
    first = api.get(job).json()["completion"]["estimate"]
    sandbox.set_faults([{"match": {"method": "GET", "path": "/provisioningjobs/*", "nth": 1}, "fault": "job_stall"}])
    assert api.get(job).json()["status"] == "ongoing"
    sandbox.advance(86400)
    stalled = api.get(job)
    assert stalled.json()["status"] == "ongoing"
    assert stalled.json()["completion"]["estimate"] > first


def test_a_poll_can_meet_the_failure_itself(sandbox, api):
    job = api.order_account().headers["Location"]
    sandbox.set_faults(
        [{"match": {"method": "GET", "path": "/v2/provisioningjobs/*", "nth": 2}, "fault": "job_cancel"}]
    )
    assert [api.get(job).json()["status"] for _number in range(3)] == ["ongoing", "cancelled", "cancelled"]


def test_a_hosting_below_a_zone_has_no_separate_zone(api):
    zone = api.new_name()
    api.account(zone, MAIL_ONLY)
    api.account(f"dev.{zone}")
    assert api.get(f"/v2/linuxhostings/dev.{zone}").status_code == 200
    assert api.get(f"/v2/dns/dev.{zone}/records").status_code == 404
    assert api.get(f"/v2/domains/dev.{zone}").status_code == 404
    names = [record["record_name"] for record in api.get(f"/v2/dns/{zone}/records?type=A").json()]
    assert names == ["", "www", "dev", "www.dev"]


def test_when_to_look_at_a_job_first(api):
    """As recorded: orders of databases and domains have Retry-After, orders of accounts do not."""
    account = api.order_account()
    assert "Retry-After" not in account.headers
    account_id = int(api.finish(account).rpartition("/")[2])
    assert api.order_database(account_id, "shop").headers["Retry-After"] == "25"
