# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring an object into its desired state: plan, diff, and, unless in check mode, write.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: What a diff shows instead of a value that the API never returns and that must stay hidden.
HIDDEN = "(not shown)"


class Secret:
    """A desired value that can't be read back: setting it is always a change, and a diff does not show it.

    Attributes:
        value: the value, in any form in which it is sent.
    """

    def __init__(self, value: Any) -> None:
        self.value = value


def paid(result: dict[str, Any], purchase: str) -> dict[str, Any]:
    """Return the result of something that is created, whose diff says what is paid for it.

    Args:
        result: as `converge` returns it.
        purchase: what is bought, such as ``domain register example.com``.
    """
    if result["changed"]:
        result["diff"]["after"]["purchase"] = f"{purchase} (paid for)"
    return result


def missing(task: Task, thing: str, hint: str, *, kind: str = "not_found") -> None:
    """Report a missing prerequisite; in check mode only warn, as an earlier task would have created it.

    Args:
        task: check mode is taken from it.
        thing: what is missing, to follow "There is no".
        hint: how to get it.
        kind: the error's kind.

    Raises:
        ToolkitError: unless in check mode.
    """
    if not task.check_mode:
        raise ToolkitError(kind, f"There is no {thing}.", hint=hint)
    task.warn(f"There is no {thing} yet.")


def assumed_in(warnings: Iterable[str]) -> list[str]:
    """Return the things that, by a result's warnings, `missing` assumed an earlier task to create."""
    found = [re.fullmatch(r"There is no (.+) yet\.", warning) for warning in warnings]
    return [match.group(1) for match in found if match]


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as they are sent, secrets included."""
    return {name: value.value if isinstance(value, Secret) else value for name, value in values.items()}


def changes(current: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the desired properties that differ; a property that is None may have any value."""
    return {
        name: value
        for name, value in wanted.items()
        if isinstance(value, Secret) or (value is not None and current.get(name) != value)
    }


def converge(
    task: Task,
    key: str,
    *,
    current: dict[str, Any] | None,
    wanted: dict[str, Any] | None,
    create: Callable[[], dict[str, Any]] | None = None,
    update: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any] | None] | None = None,
    delete: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Bring the object into the desired state with the fewest writes, and report the changes.

    Args:
        task: check mode is taken from it.
        key: the result's name for the object.
        current: the object as the API shows it, None when there is none.
        wanted: the desired properties (None: any value), None when the object must be absent.
        create: creates the object; returns the object under ``key``, and more for the result.
        update: receives the object and the properties to change; returns the updated object, or None when that is the
            current object with the changes applied.
        delete: removes the object that it receives.

    Returns:
        ``changed``, ``diff``, and the object under ``key``, None when it is absent.
    """
    if wanted is None:
        result = {"changed": current is not None, key: None, "diff": _diff(current or {}, {})}
        if current is not None and delete and not task.check_mode:
            delete(current)
        return result
    if current is None:
        told = {name: value for name, value in wanted.items() if value is not None}
        result = {"changed": True, "diff": _diff({}, told), key: _shown(told)}
        if create and not task.check_mode:
            result.update(create())
        # Someone else may have created it in between.
        return result if result["changed"] else {**result, "diff": _diff({}, {})}
    differing = changes(current, wanted)
    before = {name: HIDDEN if isinstance(value, Secret) else current.get(name) for name, value in differing.items()}
    result = {"changed": bool(differing), "diff": _diff(before, differing)}
    updated = None
    if differing and update and not task.check_mode:
        updated = update(current, plain(differing))
    readable = {name: value for name, value in differing.items() if not isinstance(value, Secret)}
    result[key] = updated or {**current, **readable}
    return result


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without secrets."""
    return {name: value for name, value in values.items() if not isinstance(value, Secret)}


def _diff(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    covered = {name: "(new value)" if isinstance(value, Secret) else value for name, value in after.items()}
    return {"before": before, "after": covered}
