# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses in one form, and what a mail zone needs to become as wanted."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import mail_address
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import ZonePlanner, find_alias
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mailboxes import (
    NO_FORWARD,
    NO_REPLY,
    account_for,
    shown_mailbox,
    wanted_forward,
    wanted_reply,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        (" o'neill+x@example.com. ", "o'neill+x@example.com"),
        ("info@müller.example", "info@xn--mller-kva.example"),
    ],
)
def test_addresses_in_one_form(given: str, canonical: str) -> None:
    assert mail_address("address", given) == canonical


@pytest.mark.parametrize(
    "given",
    [
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "a b@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@b@c.d e",
        "ada@_example.net",
        "ada@mail_1.example",
        "x" * 65 + "@example.com",
    ],
)
def test_invalid_address(given: str) -> None:
    with pytest.raises(ToolkitError, match="address"):
        mail_address("address", given)


def offers(*sizes: int) -> dict[str, Any]:
    return {"available_accounts": [{"account_id": number, "size": size} for number, size in enumerate(sizes, 1)]}


def test_account_of_a_new_mailbox() -> None:
    assert account_for(offers(2048), "example.com", None) == 1
    assert account_for(offers(2048, 10240), "example.com", 10240) == 2
    assert account_for(offers(2048, 2048), "example.com", None) == 1
    for zone, size, kind, word in (
        (offers(2048, 10240), None, "ambiguous", "2048 MB, 10240 MB"),
        (offers(2048), 10240, "no_mailbox_left", "2048 MB"),
        (offers(), None, "no_mailbox_left", "none"),
        ({}, None, "protocol", "available_accounts is missing"),
    ):
        with pytest.raises(ToolkitError, match=word) as caught:
            account_for(zone, "example.com", size)
        assert caught.value.kind == kind


def test_omitted_fields_of_reply_and_forwarding_stay() -> None:
    reply = {"enabled": True, "subject": "Away", "message": "Back soon"}
    assert wanted_reply(None, reply) is None
    assert wanted_reply({"enabled": False, "subject": None, "text": None}, reply) == {**reply, "enabled": False}
    forward = {"enabled": True, "email_addresses": ["b@example.com"], "copy_to_myself": True}
    assert wanted_forward(
        {"enabled": True, "addresses": ["C@example.com", "a@example.com"], "copy_to_myself": None}, forward
    ) == {
        "enabled": True,
        "email_addresses": ["a@example.com", "c@example.com"],
        "copy_to_myself": True,
    }


def test_mailbox_without_settings_has_the_defaults() -> None:
    shown = shown_mailbox({"name": "a@example.com", "auto_reply": None})
    assert shown["auto_reply"] == NO_REPLY and shown["auto_forward"] == NO_FORWARD


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
