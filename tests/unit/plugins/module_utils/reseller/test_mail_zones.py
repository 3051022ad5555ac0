# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mail zone needs to reach its desired state."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import ZonePlanner, find_alias
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence


def test_alias_is_found_whatever_its_case(client: ResellerClient) -> None:
    zone = {"aliases": [{"email_address": "Office@Example.com", "destinations": ["B@x.example", "a@x.example"]}]}
    assert find_alias(client, zone, "office@example.com") == {
        "email_address": "office@example.com",
        "destinations": ["a@x.example", "b@x.example"],
    }
    assert find_alias(client, zone, "ffice@example.com") == Absence("alias ffice@example.com")
    assert find_alias(client, None, "a@example.com") == Absence("alias a@example.com")


ZONE = {
    "anti_spam": {"type": "Basic", "allowed_types": ["none", "basic"]},
    "catch_all": {"email_addresses": ["Old@example.com", "both@example.com"]},
    "smtp_domains": [{"hostname": "one.example", "enabled": True}, {"hostname": "two.example", "enabled": False}],
}


def test_writes_of_a_mail_zone(client: ResellerClient) -> None:
    planner = ZonePlanner(client, "example.com", ZONE)
    assert planner.set_anti_spam("basic") == planner.set_anti_spam(None) == planner.set_catch_all(None) == []
    steps = planner.set_anti_spam("none")
    steps += planner.set_catch_all(["both@example.com", "new@example.com"])
    steps += planner.set_smtp_domains({"two.example": True, "three.example": True, "four.example": False})
    steps += planner.remove_smtp_domains(["one.example"])
    assert [step.title for step in steps] == [
        "anti_spam none",
        "add catch-all new@example.com",
        "remove catch-all old@example.com",
        "enable SMTP domain two.example",
        "add SMTP domain three.example",
        "add SMTP domain four.example",
        "disable SMTP domain four.example",
        "remove SMTP domain one.example",
    ]
    assert planner.shown() == {
        "anti_spam": "none",
        "catch_all": ["both@example.com", "new@example.com"],
        "smtp_domains": [
            {"hostname": "four.example", "enabled": False},
            {"hostname": "three.example", "enabled": True},
            {"hostname": "two.example", "enabled": True},
        ],
    }
    assert planner.set_catch_all(["both@example.com", "new@example.com"]) == []


def test_filter_that_a_zone_can_not_have(client: ResellerClient) -> None:
    with pytest.raises(ToolkitError, match="none, basic"):
        ZonePlanner(client, "example.com", ZONE).set_anti_spam("advanced")
