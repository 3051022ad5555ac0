# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of the role hosting, from the results of its tasks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.reseller.toolkit.plugins.filter.hosting_result import FilterModule, hosting_result

ACCOUNT = {"account": {"id": 7, "identifier": "example.com", "servicepack_id": 3}, "recovered": False}
LINUX: dict[str, Any] = {
    "ip": "192.0.2.1",
    "php_version": "8.3",
    "ftp_username": "ftp@example.com",
    "ssh_host": "ssh.example.net",
    "ssh_username": "example",
    "sites": [{"name": "example.com", "host_headers": [{"name": "example.com"}, {"name": "www.example.com"}]}],
}
SKIPPED = {"changed": False, "skipped": True}


def result_of(
    tasks: dict[str, Any] | None = None,
    read: dict[str, Any] | None = None,
    hosting: dict[str, Any] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Return the result of a run for example.com."""
    return hosting_result(
        {"identifier": "example.com", **(hosting or {})}, tasks or {}, {"account": ACCOUNT, **(read or {})}, **others
    )


def test_account_without_any_part() -> None:
    assert result_of() == {
        "account": ACCOUNT["account"],
        "domain": None,
        "hosting": None,
        "ssh_keys": 0,
        "scheduled_tasks": 0,
        "databases": [],
        "dns": None,
        "mailboxes": [],
        "mail_aliases": [],
        "mail_zone": None,
        "certificate": None,
        "pending": [],
        "recovered": [],
        "changed": False,
    }


def test_task_that_ran_replaces_what_the_check_read() -> None:
    read: dict[str, Any] = {"ssh_keys": {"ssh_keys": [{}]}, "scheduled_tasks": {"scheduled_tasks": [{}, {}]}}
    ran = {"ssh_keys": {"ssh_keys": [{}, {}, {}], "changed": True}, "scheduled_tasks": SKIPPED}
    found = result_of(ran, read)
    assert (found["ssh_keys"], found["scheduled_tasks"], found["changed"]) == (3, 2, True)
    assert result_of({}, read)["ssh_keys"] == 1


@pytest.mark.parametrize("part", ["account", "mailboxes", "https", "key", "signing_request"])
def test_change_of_any_task_is_a_change(part: str) -> None:
    assert result_of({part: {**ACCOUNT, "results": [], "changed": True}})["changed"] is True
    assert result_of({part: {**ACCOUNT, "results": [], "changed": False}})["changed"] is False


def test_hosting_is_what_the_task_returned_or_what_was_read() -> None:
    assert result_of(detail={"data": LINUX})["hosting"] == {
        "ip": "192.0.2.1",
        "php_version": "8.3",
        "host_names": ["example.com", "www.example.com"],
        "ftp_username": "ftp@example.com",
        "ssh_host": "ssh.example.net",
        "ssh_username": "example",
    }
    set_here = {"hosting": {**LINUX, "php_version": "8.4"}}
    found = result_of({"linux": set_here}, hosting={"linux": {"php_version": "8.4"}}, detail=SKIPPED)
    assert found["hosting"]["php_version"] == "8.4"
    # An account without a Linux hosting, and a task that failed to read one.
    assert result_of(detail={"failed": True, "error": {"status": 404}})["hosting"] is None


def test_host_names_hold_those_that_the_run_added() -> None:
    added = {
        "results": [SKIPPED, {"site": {"host_headers": [{"name": "WWW.example.com"}, {"name": "shop.example.com"}]}}]
    }
    read = {"https": [{"site": {"host_headers": [{"name": "blog.example.com"}]}}]}
    found = result_of({"sites": added, "https": SKIPPED}, read, detail={"data": LINUX})
    names = ["example.com", "www.example.com", "shop.example.com", "blog.example.com"]
    assert found["hosting"]["host_names"] == names


def test_databases_with_their_users() -> None:
    database = {"name": "ID7_shop", "hostname": "ID7_shop.db.example.net"}
    user = {"name": "ID7_reports", "rights": "read_only", "enabled": True}
    tasks = {
        "databases": {"results": [{"database": database, "recovered": True}, {"database": {"name": "ID7_blog"}}]},
        "users": {"results": [{"users": [{"name": "reports", "user": user, "recovered": True}]}]},
    }
    found = result_of(tasks, hosting={"databases": [{"name": "shop"}, {"name": "blog"}]})
    assert found["databases"] == [
        {"asked_name": "shop", "name": "ID7_shop", "hostname": "ID7_shop.db.example.net", "users": [user]},
        {"asked_name": "blog", "name": "ID7_blog", "hostname": None, "users": []},
    ]
    assert found["recovered"] == ["database shop", "user reports"]


def test_records_are_counted_one_by_one() -> None:
    sets = [{"value": ["192.0.2.1", "192.0.2.2"]}, {"value": "v=spf1 -all"}]
    tasks = {"dns": {"record_sets": sets, "applied": ["add a"]}}
    counted = {"zone": "example.com", "record_sets": 2, "records": 3, "writes": 1}
    assert result_of(tasks, hosting={"dns": {"purge": False}})["dns"] == counted
    assert result_of(tasks, hosting={"dns": {"zone": "example.org"}})["dns"] == {**counted, "zone": "example.org"}


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ({"domain": {"expiration_date": "2027-01-01"}}, "present"),
        ({"domain": None, "job": {"id": "9"}}, "pending"),
        ({"domain": {"domain_name": "example.org"}, "would_purchase": "domain example.org"}, "absent"),
    ],
)
def test_domain(result: dict[str, Any], state: str) -> None:
    hosting = {"domain": {"name": "example.org", "registration": "transfer"}}
    found = result_of({"domain": result}, hosting=hosting)
    assert found["domain"]["state"] == state and found["domain"]["name"] == "example.org"
    assert found["domain"]["would_purchase"] == result.get("would_purchase")
    assert found["domain"]["job"] == ("9" if "job" in result else None)
    assert found["pending"] == (["transfer of example.org"] if state == "pending" else [])


def test_sites_wait_for_a_certificate_that_is_requested() -> None:
    sites = [
        {"site": "shop", "https_redirect": True},
        {"https_redirect": True},
        {"site": "blog", "https_redirect": False},
    ]
    requested = {
        "state": "requested",
        "certificate": None,
        "request": {"common_name": "www.example.com"},
        "validations": [{"dns_name": "www.example.com"}],
        "recovered": True,
    }
    found = result_of({"certificate": requested}, hosting={"ssl": {"csr_path": "a.csr"}, "sites": sites})
    assert found["certificate"] == {
        "state": "requested",
        "common_name": "www.example.com",
        "sha1_fingerprint": None,
        "expires_after": None,
        "validations": [{"dns_name": "www.example.com"}],
        "would_purchase": None,
    }
    assert found["pending"] == ["certificate", "https of shop", "https of example.com"]
    assert found["recovered"] == ["certificate"]


def test_result_that_lacks_something_is_an_error_that_names_it() -> None:
    with pytest.raises(AnsibleFilterError, match="lacks 'account'"):
        hosting_result({"identifier": "example.com"}, {}, {})


def test_filter_has_the_name_of_its_file() -> None:
    assert FilterModule().filters() == {"hosting_result": hosting_result}
