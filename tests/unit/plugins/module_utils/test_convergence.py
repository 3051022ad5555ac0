# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the current to the desired state of an object, with the fewest writes and correct reports."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import (
    HIDDEN,
    Secret,
    assumed_in,
    changes,
    converge,
    missing,
    paid,
    plain,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SHOP = {"name": "shop", "size": 1}


def task_of(*, check: bool = False) -> Task:
    return Task(params={}, check_mode=check)


class Calls:
    """The executed steps."""

    def __init__(self) -> None:
        self.made: list[Any] = []

    def create(self) -> dict[str, Any]:
        self.made.append("create")
        return {"shop": {"id": 7}, "job": None}

    def update(self, current: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any] | None:
        self.made.append(("update", current, changed))
        return None

    def delete(self, current: dict[str, Any]) -> None:
        self.made.append(("delete", current))


def run(current: Any, wanted: Any, *, check: bool = False) -> tuple[dict[str, Any], list[Any]]:
    calls = Calls()
    result = converge(
        task_of(check=check),
        "shop",
        current=current,
        wanted=wanted,
        create=calls.create,
        update=calls.update,
        delete=calls.delete,
    )
    return result, calls.made


def test_new_object() -> None:
    wanted = {"name": "shop", "size": None, "password": Secret("geheim")}
    made, calls = run(None, wanted)
    diff = {"before": {}, "after": {"name": "shop", "password": "(new value)"}}
    assert made == {"changed": True, "diff": diff, "shop": {"id": 7}, "job": None} and calls == ["create"]
    predicted, calls = run(None, wanted, check=True)
    assert predicted == {"changed": True, "diff": diff, "shop": {"name": "shop"}} and calls == []


def test_object_created_by_someone_else_in_the_meantime_is_no_change() -> None:
    result = converge(task_of(), "shop", current=None, wanted=SHOP, create=lambda: {"changed": False, "shop": SHOP})
    assert result == {"changed": False, "diff": {"before": {}, "after": {}}, "shop": SHOP}


def test_object_that_differs() -> None:
    wanted = {"size": 2, "name": None, "password": Secret("geheim")}
    result, calls = run(SHOP, wanted)
    diff = {"before": {"size": 1, "password": HIDDEN}, "after": {"size": 2, "password": "(new value)"}}
    assert result == {"changed": True, "diff": diff, "shop": {"name": "shop", "size": 2}}
    assert calls == [("update", SHOP, {"size": 2, "password": "geheim"})]
    predicted, calls = run(SHOP, wanted, check=True)
    assert predicted == result and calls == []


def test_object_is_taken_from_the_update() -> None:
    result = converge(
        task_of(), "shop", current=SHOP, wanted={"size": 2}, update=lambda _current, _changed: {"size": 3}
    )
    assert result["shop"] == {"size": 3}


def test_object_as_wanted() -> None:
    result, calls = run(SHOP, {"size": 1, "color": None})
    assert result == {"changed": False, "diff": {"before": {}, "after": {}}, "shop": SHOP} and calls == []


def test_object_to_remove() -> None:
    result, calls = run(SHOP, None)
    assert result == {"changed": True, "shop": None, "diff": {"before": SHOP, "after": {}}}
    assert calls == [("delete", SHOP)]
    assert run(SHOP, None, check=True) == (result, [])
    assert run(None, None) == ({"changed": False, "shop": None, "diff": {"before": {}, "after": {}}}, [])


def test_what_cannot_be_done_is_not_done() -> None:
    for current, wanted in ((None, SHOP), (SHOP, {"size": 2}), (SHOP, None)):
        assert converge(task_of(), "shop", current=current, wanted=wanted)["changed"] is True


def test_changes_and_secrets() -> None:
    secret = Secret("a")
    assert changes(SHOP, {"name": "shop", "size": 2, "color": "red", "x": None, "password": secret}) == {
        "size": 2,
        "color": "red",
        "password": secret,
    }
    assert plain({"a": secret, "b": 1}) == {"a": "a", "b": 1}


def test_missing_object_is_an_error_and_in_check_mode_a_warning() -> None:
    with pytest.raises(ToolkitError, match="There is no zone x") as caught:
        missing(task_of(), "zone x", "Order it.")
    assert (caught.value.kind, caught.value.hint) == ("not_found", "Order it.")
    with pytest.raises(ToolkitError) as caught:
        missing(task_of(), "https", "", kind="ssl_needed")
    assert caught.value.kind == "ssl_needed"
    task = task_of(check=True)
    missing(task, "zone x", "Order it.")
    missing(task, "account y", "Order it.")
    assert task.warnings == ["There is no zone x yet.", "There is no account y yet."]
    assert assumed_in([*task.warnings, "Another warning.", "So There is no z yet."]) == ["zone x", "account y"]


def test_diff_shows_what_is_paid_for() -> None:
    result, _calls = run(None, {"name": "shop"})
    assert paid(result, "domain register x")["diff"]["after"]["purchase"] == "domain register x (paid for)"
    unchanged, _calls = run(SHOP, SHOP)
    assert "purchase" not in paid(unchanged, "domain register x")["diff"]["after"]
