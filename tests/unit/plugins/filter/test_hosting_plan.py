# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks of the role hosting have to run, and what it has ordered that does not exist yet."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.filter.hosting_pending import hosting_pending
from ansible_collections.reseller.toolkit.plugins.filter.hosting_plan import hosting_plan

HOSTING: dict[str, Any] = {
    "identifier": "example.com",
    "sites": [{"host_headers": ["m.example.com"]}, {"site": "shop", "http2": True}],
    "databases": [{"name": "shop", "password": "s3cret"}, {"name": "blog", "users": [{"name": "reader"}]}],
    "mailboxes": [],
    "ssl": {"csr_path": "a.csr", "key_path": "a.key", "common_name": "www.example.com"},
}
NO_ITEMS = {"sites": [""], "databases": [""], "users": [""], "https": [""]}


def test_nothing_runs_for_a_customer_in_the_desired_state() -> None:
    assert hosting_plan(HOSTING, {"todo": []}) == {"todo": [], "loops": NO_ITEMS, "creates_key": False}


def test_without_a_check_every_given_part_runs() -> None:
    assert hosting_plan(HOSTING, {}) == {
        "todo": ["account", "sites", "databases", "users", "certificate", "https"],
        "loops": {
            "sites": ["example.com", "shop"],
            "databases": ["shop", "blog"],
            "users": ["shop", "blog"],
            "https": ["example.com", "shop"],
        },
        "creates_key": True,
    }
    assert hosting_plan({"identifier": "example.com"}, {})["todo"] == ["account"]


def test_only_tasks_that_have_to_run_have_items() -> None:
    found = hosting_plan(HOSTING, {"todo": ["users", "dns"]})
    assert found == {"todo": ["users", "dns"], "loops": {**NO_ITEMS, "users": ["shop", "blog"]}, "creates_key": False}
    assert hosting_plan(HOSTING, {"todo": ["certificate"]})["creates_key"] is True
    without_key = {**HOSTING, "ssl": {"csr_path": "a.csr"}}
    assert hosting_plan(without_key, {"todo": ["certificate"]})["creates_key"] is False


ORDERED = {"domain": None, "job": {"id": "9"}}
EXISTS = {"domain": {"domain_name": "example.com"}}


@pytest.mark.parametrize(
    ("domain", "read", "pending"),
    [(ORDERED, {}, True), (EXISTS, {}, False), ({}, {"domain": EXISTS}, False), ({"skipped": True}, {}, True)],
)
def test_domain_name_that_does_not_exist_yet(domain: dict[str, Any], read: dict[str, Any], pending: bool) -> None:
    hosting = {**HOSTING, "domain": {"registration": "register"}}
    assert hosting_pending(hosting, domain, {}, read)["domain"] is pending
    assert hosting_pending(HOSTING, domain, {}, read)["domain"] is False


@pytest.mark.parametrize(
    ("certificate", "pending"),
    [
        ({}, False),
        ({"state": "present"}, False),
        ({"state": "requested"}, True),
        ({"state": "absent", "would_purchase": "ssl standard"}, False),
    ],
)
def test_certificate_that_does_not_exist_yet(certificate: dict[str, Any], pending: bool) -> None:
    assert hosting_pending(HOSTING, {}, certificate, {})["certificate"] is pending


@pytest.mark.parametrize(
    ("domain", "ssl", "waits"),
    [
        ("example.com", {"csr_path": "a.csr"}, True),
        ("EXAMPLE.com", {"csr_path": "a.csr"}, True),
        ("ample.com", {"csr_path": "a.csr"}, False),
        ("example.org", {"csr_path": "a.csr", "common_name": "WWW.example.org"}, True),
        ("example.org", {"csr_path": "a.csr", "names": ["example.net", "example.org"]}, True),
        ("example.org", {"csr_path": "a.csr", "names": ["example.net"]}, False),
    ],
)
def test_certificate_waits_for_the_domain_name_of_its_names(domain: str, ssl: dict[str, Any], waits: bool) -> None:
    hosting = {"identifier": "example.com", "domain": {"name": domain, "registration": "register"}, "ssl": ssl}
    assert hosting_pending(hosting, ORDERED, {}, {})["certificate_waits"] is waits
    found = hosting_pending(hosting, {"domain": {"domain_name": domain}}, {}, {})
    assert found["certificate_waits"] is False
