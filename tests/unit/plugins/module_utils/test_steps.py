# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes are sent in order, and a failure half way is reported correctly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out, check_deletions


def steps(sent: list[str], failing: str) -> list[Step]:
    def write(name: str) -> Callable[[], None]:
        def send() -> None:
            if name == failing:
                raise ApiError("invalid_request", "PUT /v2/x", "HTTP 400.", status=400)
            sent.append(name)

        return send

    return [Step(name, write(name)) for name in "abc"]


@pytest.mark.parametrize(
    ("failing", "applied", "left"), [("a", [], ["b", "c"]), ("b", ["a"], ["c"]), ("c", ["a", "b"], [])]
)
def test_failure_half_way_is_reported(failing: str, applied: list[str], left: list[str]) -> None:
    sent: list[str] = []
    with pytest.raises(ToolkitError) as caught:
        carry_out(steps(sent, failing))
    told = caught.value.as_result()
    assert sent == told["applied"] == applied
    assert (told["failed_writes"], told["not_attempted"], told["changed"]) == ([failing], left, bool(applied))
    assert told["error"]["status"] == 400


def test_all_are_sent_in_order() -> None:
    sent: list[str] = []
    carry_out(steps(sent, "-"))
    assert sent == ["a", "b", "c"]


def test_too_many_deletions_are_refused_with_a_list() -> None:
    check_deletions([], 0, 0, things="keys")
    check_deletions(["a"], 4, 30, things="keys")
    with pytest.raises(ToolkitError, match=r"^2 of 4 keys would be removed \(50 %\), .* is 30: a, b\.") as caught:
        check_deletions(["a", "b"], 4, 30, things="keys")
    assert caught.value.kind == "too_many_deletions" and caught.value.as_result()["would_remove"] == ["a", "b"]


def test_one_deletion_can_be_too_many_and_the_limit_itself_is_allowed() -> None:
    check_deletions(["a"], 1, 100, things="keys")
    check_deletions([], 3, 0, things="keys")
    check_deletions(["a"], 0, 0, things="keys")
    for total, limit in ((1, 99.9), (3, 33.3), (1000, 0)):
        with pytest.raises(ToolkitError, match=f"1 of {total} keys"):
            check_deletions(["a"], total, limit, things="keys")


def test_message_contains_only_names() -> None:
    with pytest.raises(ToolkitError, match=r"max_delete_percent is 0\. Look at") as caught:
        check_deletions([{"type": "A"}], 1, 0, things="records")
    assert caught.value.as_result()["would_remove"] == [{"type": "A"}]
