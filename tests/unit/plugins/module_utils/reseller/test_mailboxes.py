# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account of a new mailbox, and its settings."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mailboxes import (
    NO_FORWARD,
    NO_REPLY,
    account_for,
    shown_mailbox,
    wanted_forward,
    wanted_reply,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


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
