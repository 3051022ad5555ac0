# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take many entries of the corpus through the same steps, with one task in a loop for each step."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from tests.support.corpus import Input, inputs
from tests.support.playing import Result, Task


def taken(kind: str) -> list[Input]:
    """Return the accepted inputs of a kind."""
    return [one for one in inputs(kind) if one.is_taken]


def refused(kind: str) -> list[Input]:
    """Return the refused inputs of a kind."""
    return [one for one in inputs(kind) if not one.is_taken]


def over(items: Sequence[Any], one: Task) -> Task:
    """Return the task that runs once for each of these values of ``item``, which must not contain a secret."""
    return {**one, "loop": list(items)}


def each(result: Result) -> list[dict[str, Any]]:
    """Return the results of a task in a loop, one for each item."""
    found: list[dict[str, Any]] = result.data["results"]
    return found


def bodies(result: Result, method: str, path: str = "") -> list[dict[str, Any]]:
    """Return the bodies of a task's requests with this method and this end of the path."""
    return [
        json.loads(one["request_body"])
        for one in result.exchanges
        if one["method"] == method and one["path"].endswith(path)
    ]


def step(items: Sequence[Any], do: Task, again: Task | None = None) -> list[Task]:
    """Return three tasks: a change in check mode, the change, and one that must change nothing then (by default `do`).

    Each runs once for each item. `check_steps` takes the results.
    """
    return [over(items, one) for one in (do | {"check_mode": True}, do, again or do)]


def check_steps(results: Sequence[Result]) -> list[Result]:
    """Fail unless each step was predicted correctly, made, and then found as desired; return the changing results."""
    return [check_step(*three) for three in zip(*[iter(results)] * 3, strict=True)]


def check_step(predicted: Result, done: Result, again: Result) -> Result:
    """Fail unless every item was predicted correctly, changed, and then found as desired; return the changing
    results.
    """
    for number, (expected, found, left) in enumerate(
        zip(each(predicted), each(done), each(again), strict=True), start=1
    ):
        assert not any("error" in one for one in (expected, found, left)), (number, expected, found, left)
        assert expected["changed"] and found["changed"], (number, expected, found)
        assert difference(expected) == difference(found), number
        assert not left["changed"], (number, left)
    assert predicted.writes == again.writes == [] and len(done.writes) >= len(each(done))
    return done


def difference(found: dict[str, Any]) -> Any:
    """Return the part of a diff about one item: the difference of lists, as these contain the changes of other items
    too.
    """
    diff = found["diff"]
    after = diff.get("after")
    if isinstance(after, dict) and all(isinstance(value, list) for value in after.values()):
        return {name: sorted(set(diff["before"][name]) ^ set(value)) for name, value in after.items()}
    return diff


def check_refused(entries: Sequence[Input], found: Sequence[dict[str, Any]]) -> None:
    """Fail unless each entry was refused with the message in the corpus."""
    for one, result in zip(entries, found, strict=True):
        kind = result.get("error", {}).get("kind")
        assert kind == "invalid_option" and result["changed"] is False, (one.path.name, result)
        assert re.search(one.expected["refused"], result["msg"]), (one.path.name, result["msg"])


def check_refused_tasks(entries: Sequence[Input], found: Sequence[Result]) -> None:
    """Fail unless each entry was refused with its message, and before any request.

    For a value that YAML did not read as text, the module first reads whether anything would change: if not, it only
    warns until a later version.
    """
    check_refused(entries, [result.data for result in found])
    for one, result in zip(entries, found, strict=True):
        read_first = re.search("a text is needed|where a text is", result.msg) is not None
        assert result.writes == [] and (read_first or result.requests == []), (one.path.name, result.requests)
