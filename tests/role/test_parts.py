# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``hosting``: records, and settings that require https."""

from __future__ import annotations

from typing import Any

import pytest

from tests.role.conftest import Customer, result_of
from tests.role.test_hosting import changes, methods, own_host
from tests.support.playing import PlayResult
from tests.support.samples import REGISTRANT, SSH_KEY

RECORDS = {
    "record_sets": [
        {"record": "@", "type": "TXT", "value": ["v=spf1 mx -all", "proof=1"]},
        {"record": "blog", "type": "CNAME", "value": ["blogs.example.net"]},
    ]
}
REDIRECT = [{"https_redirect": True}]


def parts_of(customer: Customer) -> dict[str, Any]:
    return {"dns": RECORDS, "ssl": customer.requested_for(customer.identifier), "sites": REDIRECT}


def redirects(customer: Customer) -> list[bool]:
    """Return whether each site redirects now."""
    played = customer.player.play([{"reseller.toolkit.reseller_linux_hosting_info": {"domain": customer.identifier}}])
    return [site["https_redirect_enabled"] for site in played[0].ok["hostings"][0]["sites"]]


def test_records_certificate_and_redirect(customer: Customer) -> None:
    first = customer.play(**parts_of(customer))
    result = result_of(first)
    assert (result["dns"]["zone"], result["dns"]["writes"]) == (customer.identifier, 3)
    assert result["certificate"]["state"] == "present"
    assert (result["pending"], result["changed"]) == ([], True)
    assert redirects(customer) == [True]
    # Both host names, after the certificate.
    writes = [request for one in first for request in one.writes]
    assert [write.split("/")[-1] for write in writes[-2:]] == ["autoredirect"] * 2

    second = customer.play(**parts_of(customer))
    assert changes(second) == 0
    assert result_of(second)["changed"] is False
    assert set(methods(second)) == {"GET"}


@pytest.mark.faults
def test_nothing_redirects_before_there_is_a_certificate(customer: Customer) -> None:
    elsewhere = f"elsewhere-{customer.identifier}"
    result = result_of(customer.play(ssl=customer.requested_for(elsewhere), sites=REDIRECT))
    assert result["pending"] == ["certificate", f"https of {customer.identifier}"]
    assert redirects(customer) == [False]


def test_check_mode_on_an_empty_sandbox(customer: Customer) -> None:
    checked = customer.play(check=True, **parts_of(customer))
    result = result_of(checked)
    assert set(methods(checked)) == {"GET"}
    # Account, records, certificate, redirect.
    assert changes(checked) == 4
    assert (result["dns"]["records"], result["changed"], result["pending"]) == (3, True, [])


@pytest.mark.faults
def test_check_mode_before_the_first_certificate(customer: Customer) -> None:
    assert customer.play().code == 0
    sites = [{"https_redirect": True, "http2": True}]
    checked = customer.play(check=True, ssl=customer.requested_for(customer.identifier), sites=sites)
    assert changes(checked) == 2
    assert set(methods(checked)) == {"GET"}


def other_parts(customer: Customer) -> dict[str, Any]:
    """Return a further domain name and other parts that fit into the hosting and mail zone of a new account."""
    name = customer.identifier
    return {
        "domain": {
            "name": f"more-{name}",
            "registration": "register",
            "registrant": REGISTRANT,
            "confirm_purchase": f"domain register more-{name}",
            "will_renew": True,
        },
        "linux": {
            "php_version": "8.3",
            "memory_limit": 512,
            "apcu": {"enabled": True, "size": 64},
            "gzip": True,
            "ssh_enabled": True,
        },
        "sites": [{"host_headers": [f"m.{name}"], "letsencrypt": True, "http2": True, "https_redirect": True}],
        "ssh_keys": [SSH_KEY],
        "scheduled_tasks": [{"script_location": "/bin/backup.sh", "cron_expression": "0 3 * * *"}],
        "mailboxes": [
            {
                "address": f"ada@{name}",
                "password": "{{ ftp_password }}",
                "auto_reply": {"enabled": True, "subject": "Away", "text": "Back in May."},
                "auto_forward": {"enabled": True, "addresses": ["ada@example.net"], "copy_to_myself": True},
            },
        ],
        "mail_aliases": [{"address": f"office@{name}", "destinations": [f"ada@{name}"]}],
        "mail_zone": {"anti_spam": "advanced", "catch_all": [f"ada@{name}"]},
    }


def test_domain_settings_and_mail(customer: Customer) -> None:
    name = customer.identifier
    checked = customer.play(check=True, **other_parts(customer))
    predicted = result_of(checked)
    assert set(methods(checked)) == {"GET"}
    assert predicted["domain"]["would_purchase"] == f"domain register more-{name}"
    assert predicted["domain"]["state"] == "absent"

    first = customer.play(**other_parts(customer))
    result = result_of(first)
    assert changes(first) == changes(checked)
    assert (result["domain"]["state"], result["domain"]["will_renew"]) == ("present", True)
    assert (result["hosting"]["php_version"], result["ssh_keys"], result["scheduled_tasks"]) == ("8.3", 1, 1)
    assert set(result["hosting"]["host_names"]) == {name, f"www.{name}", f"m.{name}", own_host(name)}
    assert (result["mailboxes"], result["mail_aliases"]) == ([f"ada@{name}"], [f"office@{name}"])
    assert result["mail_zone"]["catch_all"] == [f"ada@{name}"]
    assert redirects(customer) == [True]

    second = customer.play(**other_parts(customer))
    assert changes(second) == 0
    assert set(methods(second)) == {"GET"}
    assert result_of(second)["hosting"] == result["hosting"]


def transfer_of(name: str) -> dict[str, Any]:
    """Return a domain name to transfer from another registrar."""
    return {
        "name": name,
        "registration": "transfer",
        "registrant": REGISTRANT,
        "auth_code": "{{ shop_password }}",
        "confirm_purchase": f"domain transfer {name}",
    }


@pytest.mark.faults
def test_a_transfer_is_not_waited_for(customer: Customer) -> None:
    name = f"more-{customer.identifier}"
    result = result_of(
        customer.play(domain=transfer_of(name), dns=RECORDS, ssl=customer.requested_for(customer.identifier))
    )
    assert (result["domain"]["state"], result["dns"]["writes"]) == ("pending", 3)
    assert result["domain"]["job"]
    # The certificate is for other names.
    assert result["certificate"]["state"] == "present"
    assert result["pending"] == [f"transfer of {name}"]
    again = result_of(
        customer.play(domain=transfer_of(name), dns=RECORDS, ssl=customer.requested_for(customer.identifier))
    )
    assert again["domain"]["state"] in ("pending", "present")
    assert again["changed"] is False


def test_a_certificate_does_not_wait_for_a_transfer(customer: Customer) -> None:
    name = f"more-{customer.identifier}"
    result = result_of(customer.play(domain=transfer_of(name), ssl=customer.requested_for(name)))
    assert result["pending"] == [f"transfer of {name}", "certificate"]


def writes(played: PlayResult) -> list[str]:
    """Return the paths of the POSTs of a run."""
    return [write.removeprefix("POST ") for result in played for write in result.writes]


def test_tags_choose_parts(customer: Customer) -> None:
    """The check and the result run always; the tasks of an include have the tag of their part."""
    name = customer.identifier
    parts: dict[str, Any] = {
        "databases": customer.databases[1:],
        "mailboxes": [{"address": f"ada@{name}", "password": "{{ shop_password }}"}],
        "ssl": customer.ssl,
    }
    tagged = customer.play("--tags", "account,databases", **parts)
    result = result_of(tagged)
    assert writes(tagged) == ["/accounts", "/mysqldatabases"]
    assert [database["asked_name"] for database in result["databases"]] == ["blog"] and result["changed"]
    certified = customer.play("--tags", "certificate", **parts)
    assert result_of(certified)["certificate"]["state"] == "present"
    assert "/mailboxes" not in writes(certified)
    rest = customer.play("--skip-tags", "databases,certificate", **parts)
    assert writes(rest) == ["/mailboxes"] and result_of(rest)["mailboxes"] == [f"ada@{name}"]
    assert not result_of(customer.play(**parts))["changed"]


def test_run_that_starts_half_way_has_a_result(customer: Customer) -> None:
    parts: dict[str, Any] = {"databases": customer.databases, "dns": RECORDS}
    whole = result_of(customer.play(**parts))
    started = customer.play("--start-at-task", "Ensure their users exist", **parts)
    result = result_of(started)
    assert writes(started) == [] and not result["changed"]
    assert {**result, "changed": True, "dns": None} == {**whole, "dns": None}
