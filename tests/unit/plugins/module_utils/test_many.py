# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects in one task: the report on each, and failures of one."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.many import ManyOption
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

MANY = ManyOption("users", "name")


def items_of(*names: str, **params: Any) -> list[dict[str, Any]]:
    return MANY.items({"users": [{"name": name} for name in names], "name": None, **params}, canonical)


def canonical(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "name": item["name"].lower()}


def see_to(item: dict[str, Any]) -> dict[str, Any]:
    """Names that begin with n are new; bad fails, half in the middle of its writes."""
    name = item["name"]
    if name == "bad":
        raise ToolkitError("forbidden", "No.")
    if name == "half":
        raise ToolkitError(
            "forbidden", "No.", changed=True, applied=["made"], failed_writes=["set"], not_attempted=["sent"]
        )
    is_new = name.startswith("n")
    diff = {"before": {}, "after": {"name": name} if is_new else {}}
    return {"changed": is_new, "user": {"name": name}, "diff": diff}


def test_one_is_as_without_the_option() -> None:
    params = {"users": None, "name": "New"}
    items = MANY.items(params, canonical)
    assert items == [{"users": None, "name": "new"}]
    assert MANY.see_to(params, items, see_to) == see_to(items[0])


def test_each_host_has_the_common_values() -> None:
    assert [(item["name"], item["state"]) for item in items_of("a", "B", state="absent")] == [
        ("a", "absent"),
        ("b", "absent"),
    ]


@pytest.mark.parametrize("users", [None, [{"name": None}]])
def test_one_without_a_name_is_refused(users: list[dict[str, Any]] | None) -> None:
    with pytest.raises(ToolkitError, match=r"^name: ") as raised:
        MANY.items({"users": users, "name": None}, canonical)
    assert raised.value.kind == "invalid_option"


def test_duplicate_description_is_refused() -> None:
    with pytest.raises(ToolkitError, match="users: a is described twice") as caught:
        items_of("a", "b", "A")
    assert caught.value.kind == "invalid_option"


def test_result_contains_all_and_diff_only_changes() -> None:
    items = items_of("old", "new")
    assert MANY.see_to({"users": []}, items, see_to) == {
        "changed": True,
        "diff": {"before": {"new": {}}, "after": {"new": {"name": "new"}}},
        "users": [
            {"name": "old", "changed": False, "user": {"name": "old"}},
            {"name": "new", "changed": True, "user": {"name": "new"}},
        ],
    }


def test_none_is_nothing_to_do() -> None:
    assert MANY.see_to({"users": []}, [], see_to) == {
        "changed": False,
        "diff": {"before": {}, "after": {}},
        "users": [],
    }


@pytest.mark.parametrize(
    ("names", "changed", "applied", "failed", "left"),
    [
        (["new", "old", "bad", "n2"], True, ["new"], ["bad"], ["n2"]),
        (["old", "bad"], False, [], ["bad"], []),
        (["half", "n2"], True, ["half: made"], ["half: set"], ["half: sent", "n2"]),
    ],
)
def test_failure_half_way(
    names: list[str], changed: bool, applied: list[str], failed: list[str], left: list[str]
) -> None:
    with pytest.raises(ToolkitError) as caught:
        MANY.see_to({"users": []}, items_of(*names), see_to)
    result = caught.value.as_result()
    assert result["error"]["kind"] == "forbidden"
    assert (result["changed"], result["applied"]) == (changed, applied)
    assert (result["failed_writes"], result["not_attempted"]) == (failed, left)
    assert [user["name"] for user in result["users"]] == names[: names.index(failed[0].partition(":")[0])]
