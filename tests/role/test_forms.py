# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``hosting`` with text values, as ``-e`` and templates produce them, or with unquoted values."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.role.conftest import Customer, result_of
from tests.role.test_hosting import changes, methods
from tests.role.test_parts import RECORDS, other_parts

SPLIT = {"host_headers", "addresses", "destinations", "catch_all"}


def as_text(name: str, value: Any) -> Any:
    """Return a value with everything in it converted to text."""
    if isinstance(value, dict):
        return {key: as_text(key, item) for key, item in value.items()}
    if isinstance(value, list) and name in SPLIT:
        return ",".join(value)
    if isinstance(value, list):
        return [as_text(name, item) for item in value]
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


@pytest.mark.faults
def test_texts_numbers_and_what_was_not_quoted(customer: Customer) -> None:
    parts = {**other_parts(customer), "dns": {**RECORDS, "purge": False, "max_delete_percent": 30}}
    texts = {name: as_text(name, value) for name, value in parts.items()}
    assert (texts["linux"]["memory_limit"], texts["linux"]["gzip"]) == ("512", "yes")
    first = customer.play(**texts)
    result = result_of(first)
    assert changes(first) > 5

    domain = {**parts["domain"], "registrant": {**parts["domain"]["registrant"], "postal_code": 9042}}
    linux = {**parts["linux"], "php_version": 8.3}
    again = customer.play(**{**parts, "domain": domain, "linux": linux}, servicepack=1002)
    assert changes(again) == 0 and set(methods(again)) == {"GET"}
    # The result of the second run does not contain the changes of the first.
    done = {"domain": None, "dns": None, "changed": False}
    assert {**result_of(again), **done} == {**result, **done}
    shown = re.sub(r"\s+", " ", again.output)
    assert "hosting.domain.registrant.postal_code: a text is needed" in shown and "2.2.0 will refuse it" in shown

    refused = customer.play(**{**parts, "domain": domain, "mailboxes": [{"address": f"new@{customer.identifier}"}]})
    assert refused.code != 0 and set(methods(refused)) <= {"GET"}
    assert "hosting.domain.registrant.postal_code: a text is needed" in re.sub(r"\s+", " ", refused.output)
