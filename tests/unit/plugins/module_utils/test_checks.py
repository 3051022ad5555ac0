# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of options: all mistakes of a task are reported at once."""

from __future__ import annotations

from functools import partial

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    all_of,
    check_number,
    if_given,
    invalid,
    mistakes_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


def fails(kind: str, message: str, **facts: str) -> None:
    raise ToolkitError(kind, message, **facts)


def test_the_results_of_all_checks() -> None:
    assert all_of(lambda: 1, lambda: "two") == [1, "two"]


def test_single_mistake_is_reported_verbatim() -> None:
    with pytest.raises(ToolkitError) as caught:
        all_of(lambda: 1, partial(fails, "purchase_not_confirmed", "Set it.", would_purchase="x"))
    assert (caught.value.kind, str(caught.value)) == ("purchase_not_confirmed", "Set it.")
    assert mistakes_in(caught.value) == [caught.value]


def test_all_mistakes_are_reported() -> None:
    def two() -> None:
        all_of(partial(check_number, "size", 0, 1), partial(check_number, "port", 0, 1))

    with pytest.raises(ToolkitError) as caught:
        all_of(two, partial(fails, "purchase_not_confirmed", "Set it.", would_purchase="x"))
    assert [str(one).partition(":")[0] for one in mistakes_in(caught.value)] == ["size", "port", "Set it."]
    assert caught.value.kind == "invalid_option"
    assert caught.value.as_result()["would_purchase"] == "x"


def test_other_error_than_a_user_mistake_stops_at_once() -> None:
    with pytest.raises(ToolkitError, match="cryptography"):
        all_of(partial(fails, "invalid_option", "size: no."), partial(fails, "missing_library", "cryptography"))


def test_omitted_value_is_not_checked() -> None:
    assert if_given(None, partial(invalid, "size")) is None
    assert if_given(3, lambda number: number + 1) == 4
