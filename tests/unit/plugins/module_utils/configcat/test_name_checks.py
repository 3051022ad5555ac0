# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, ids, addresses and times: values refused before any request, and the form in which others are sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.gather import GATHERERS, checked_gather_options
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.members import checked_email
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    can_be_named,
    check_length,
    check_new_key,
    check_sdk_key,
    checked_card,
    checked_id,
    checked_key,
    checked_line,
    checked_name,
    is_uuid,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import checked_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

ID = "08d86d63-2721-4da6-8c06-584521d516bc"
NOTHING_READ: dict[str, Any] = dict.fromkeys(
    ["organization", "product", "config", "environment", "tag", "audit_log_type", "since", "until", "key"]
    + ["stale_flag_age_days", "stale_flag_scope", "stale_in_environments", "ignored_environments", "ignored_tags"]
)


def refused(option: str) -> Any:
    return pytest.raises(ToolkitError, match=f"^{option}: ")


def test_ids() -> None:
    assert checked_id("id", f" {ID.upper()} ") == ID and is_uuid(ID) and not is_uuid("Web")
    for bad in ("", "Web", ID[:-1], ID + "0", f"{ID}\n{ID}", ID.replace("-", "")):
        with refused("id"):
            checked_id("id", bad)


def test_names() -> None:
    assert checked_name("name", " Web shop ") == "Web shop" and checked_name("name", ID.upper()) == ID
    assert checked_name("name", "x" * 1000, longest=1000)
    for bad in ("", " ", "x" * 256, "a\nb", "a\x00"):
        with refused("name"):
            checked_name("name", bad)
    assert with_checked_names({"a": " x ", "b": None, "c": " y "}, a=5, b=5) == {"a": "x", "b": None, "c": " y "}


def test_lengths() -> None:
    check_length("hint", None)
    check_length("hint", "x" * 1000)
    with refused("hint"):
        check_length("hint", "x" * 1001)


def test_keys_of_cards() -> None:
    assert checked_card("key", " SHOP-1 ") == "SHOP-1"
    for bad in ("", ".", "..", "a/b", "a b", "a\\b", "x" * 256):
        with refused("key"):
            checked_card("key", bad)


@pytest.mark.parametrize("key", [".hidden", "-hidden", "1st", "größe", "new checkout"])
def test_keys_that_exist_are_taken_and_not_added(key: str) -> None:
    assert checked_key("key", f" {key} ") == key and can_be_named(key)
    with refused("key"):
        check_new_key("key", key)


def test_what_can_be_no_key() -> None:
    for good in ("newCheckout_2", "new-checkout", "web:new.checkout"):
        check_new_key("key", good)
    for bad in ("", " ", ".", "..", "a\nb", "a/b", "a\\b", "../..", "x" * 256):
        assert not can_be_named(bad)
        with refused("key"):
            checked_key("key", bad)
    assert not can_be_named(" new")


def test_lines() -> None:
    assert checked_line("color", None, 5) is None
    assert checked_line("color", " #fff ", 5) == "#fff" and checked_line("color", " ", 5) == ""
    for bad in ("#fff\n#000", "\x1b", "\u202e", "x" * 6):
        with refused("color"):
            checked_line("color", bad, 5)


def test_objects() -> None:
    params = {"product": " Shop ", "name": None, "id": None, "state": "present"}
    assert checked_object({**params, "name": "Web"})["product"] == "Shop"
    assert checked_object({**params, "id": ID.upper()})["id"] == ID
    assert checked_object({**params, "id": 2**40})["id"] == 2**40
    for bad in ("x", 0, True):
        with refused("id"):
            checked_object({**params, "id": bad})
    # An existing empty value counts as missing.
    for option, given in (("name", params), ("product", {**params, "product": None, "name": "Web"})):
        with refused(option):
            checked_object(given)


def test_sdk_keys_are_refused_without_being_shown() -> None:
    part = "A-b_" * 5 + "Zz"
    for good in (None, f"{part}/{part}", f"configcat-sdk-1/{part}/{part}"):
        check_sdk_key("sdk_key", good)
    for bad in ("", part, f"{part}/{part}/", f"{part}/{part[:-1]}\n"):
        with refused("sdk_key") as caught:
            check_sdk_key("sdk_key", bad)
        assert part[:8] not in str(caught.value)


def test_addresses() -> None:
    assert checked_email("email", " Ada@Example.com ") == "Ada@Example.com"
    for bad in ("", "ada", "ada@", "@example.com", "a@b", "a b@example.com", "a@example.com\nb", "a@b@example.com"):
        with refused("email"):
            checked_email("email", bad)


@pytest.mark.parametrize(
    ("gather", "given", "option"),
    [
        ("tags", {}, "product"),
        ("flags", {"product": "Shop"}, "config"),
        ("flags", {"tag": "web"}, "product"),
        ("flag_values", {"product": "Shop", "config": "Web"}, "environment"),
        ("audit_log", {"environment": "test"}, "product"),
        ("audit_log", {"since": "yesterday"}, "since"),
        ("me", {"product": ""}, "product"),
    ],
)
def test_what_reading_needs(gather: str, given: dict[str, Any], option: str) -> None:
    with refused(option):
        checked_gather_options({**NOTHING_READ, **given, "gather": [gather]})


def test_times_are_sent_in_utc() -> None:
    for text in ("2026-11-24T12:00:00Z", "2026-11-24 13:00:00+01:00", "2026-11-24T12:00:00.5"):
        checked = checked_gather_options({**NOTHING_READ, "gather": ["audit_log"], "since": text})
        assert checked["since"] == "2026-11-24T12:00:00Z" and checked["until"] is None


def test_all_that_can_be_gathered_needs_no_more_than_this() -> None:
    place = {"product": "Shop", "config": "Web", "environment": "test", "key": "new_checkout"}
    given = {**NOTHING_READ, **place, "gather": list(GATHERERS)}
    assert checked_gather_options(given) == given
