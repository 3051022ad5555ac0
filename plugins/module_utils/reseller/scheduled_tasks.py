# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduled tasks of Linux hostings: check what a user wants, find what is there, plan the writes.

Private to the collection. A task has no name: what it runs and when, together, tell it from the others. The grammar of
schedules is the vendor's, which is much smaller than cron's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import hosting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    name_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step

#: The steps of minutes that are accepted.
MINUTE_STEPS = ("*/5", "*/10", "*/15", "*/30")
#: The fields of a schedule: name, smallest and largest number, and what may stand there besides a number.
FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, MINUTE_STEPS),
    ("hour", 0, 23, ("*",)),
    ("day of the month", 1, 31, ("*",)),
    ("month", 1, 12, ("*",)),
    ("day of the week", 1, 7, ("*",)),
)


def tasks_path(domain: str) -> str:
    """Return the path of a Linux hosting's scheduled tasks."""
    return f"{hosting_path(domain)}/scheduledtasks"


def task_path(domain: str, task_id: str) -> str:
    """Return the path of one scheduled task."""
    return f"{tasks_path(domain)}/{segment(task_id)}"


def list_scheduled_tasks(client: ResellerClient, domain_name: str) -> list[dict[str, Any]] | None:
    """Return the scheduled tasks of a Linux hosting; None when there is no such hosting."""
    return client.items(tasks_path(domain_name))


def get_scheduled_task(client: ResellerClient, domain_name: str, task_id: str) -> dict[str, Any] | None:
    """Return one scheduled task of a Linux hosting."""
    return client.get(task_path(domain_name, task_id))


@dataclass(frozen=True, order=True)
class TaskKey:
    """What tells a scheduled task from the others of its hosting.

    Attributes:
        script_location: what it runs.
        cron_expression: when, in canonical form.
    """

    script_location: str
    cron_expression: str

    def __str__(self) -> str:
        return f"{self.cron_expression} {self.script_location}"


def canonical_cron(text: str) -> str:
    """A schedule with single spaces and without leading zeros; anything else is left as it is."""
    return " ".join(re.sub(r"^0+(?=\d)", "", part) for part in text.split())


def checked_cron(option: str, text: str | None) -> str:
    """A schedule in canonical form.

    Raises:
        ToolkitError: ``invalid_option``, when the API would not accept it.
    """
    parts = canonical_cron(text or "").split()
    if len(parts) != len(FIELDS):
        raise invalid(option, f"{text!r} is not MINUTE HOUR DAY MONTH WEEKDAY.")
    for part, (name, smallest, largest, words) in zip(parts, FIELDS):
        is_number = part.isascii() and part.isdigit() and smallest <= int(part) <= largest
        if not is_number and part not in words:
            raise invalid(
                option, f"{text!r}: the {name} is {smallest} to {largest} or {' or '.join(words)}, and not {part!r}."
            )
    return " ".join(parts)


def checked_script(option: str, text: str | None) -> str:
    """The path of a script.

    Raises:
        ToolkitError: ``invalid_option``, when it is none.
    """
    path = line_of(option, text)
    if not path.startswith("/"):
        raise invalid(option, f"{text!r} is not an absolute path on the hosting.")
    return path


def wanted_tasks(items: list[dict[str, Any]]) -> dict[TaskKey, bool]:
    """What a user wants: each task, and whether it is on.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    wanted: dict[TaskKey, bool] = {}
    for item in items:
        script, cron = all_of(
            partial(checked_script, "script_location", item["script_location"]),
            partial(checked_cron, "cron_expression", item["cron_expression"]),
        )
        key = TaskKey(script, cron)
        if key in wanted:
            raise invalid("tasks", f"{key} is described twice.")
        wanted[key] = item["enabled"]
    return wanted


@dataclass
class TaskPlan:
    """The way from the tasks that are there to those that are wanted.

    Attributes:
        steps: the writes, in the order in which they are sent.
        after: all tasks of the hosting afterwards.
    """

    steps: list[Step] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)


def key_of(item: Item) -> TaskKey:
    """Return the natural key of a task that the API lists.

    Raises:
        Unreadable: it does not tell.
    """
    return TaskKey(script_of(item), cron_of(item))


def script_of(item: Item) -> str:
    """Return what a task that the API lists runs.

    Raises:
        Unreadable: it does not tell.
    """
    return text_in(item, "script_location")


def cron_of(item: Item) -> str:
    """Return when a task that the API lists runs, in canonical form.

    Raises:
        Unreadable: it does not tell.
    """
    return canonical_cron(text_in(item, "cron_expression"))


def is_task(key: TaskKey) -> tuple[Criterion, Criterion]:
    """Return what tells a task from others."""
    return (
        lambda item: script_of(item) == key.script_location,
        lambda item: cron_of(item) == key.cron_expression,
    )


class TaskPlanner:
    """Plans the writes to the scheduled tasks of one hosting.

    Tasks that can't be read are left as they are, with a warning; what may be one of them is not added.

    Args:
        client: calls the API.
        domain: the hosting.
        items: its tasks as the API lists them.
        warn: tells the user.
    """

    def __init__(self, client: ResellerClient, domain: str, items: list[Item], warn: Callable[[str], None]) -> None:
        self._client = client
        self._domain = domain
        self._items = items
        self._warn = warn

    def present(self, wanted: dict[TaskKey, bool], *, exclusive: bool) -> TaskPlan:
        """Plan the presence of these tasks.

        Args:
            wanted: each task, and whether it is on.
            exclusive: these are the only schedules of their scripts; another one is changed into one that is missing,
                or removed.

        Raises:
            Unproven: one that is missing may be one that can't be read.
        """
        plan = TaskPlan(after=list(self._items))
        missing = dict(wanted)
        spare: list[tuple[str, Item]] = []
        scripts = {key.script_location for key in wanted}
        for item, key in self._readable():
            if key in missing:
                enabled = missing.pop(key)
                if value_in(item, "enabled", bool) != enabled:
                    self._change(plan, item, {"enabled": enabled})
            elif exclusive and key.script_location in scripts:
                spare.append((key.script_location, item))
            elif key in wanted:
                self._warn(f"{key} is scheduled more than once. With exclusive: true the others are removed.")
        for key, enabled in missing.items():
            absence = self._client.evidence.absent_in(self._title(key), self._items, "id", *is_task(key))
            partner = next((pair for pair in spare if pair[0] == key.script_location), None)
            if partner is None:
                self._add(plan, key, enabled, absence)
            else:
                spare.remove(partner)
                self._change(plan, partner[1], {"cron_expression": key.cron_expression, "enabled": enabled})
        for _script, item in spare:
            self._remove(plan, item)
        return plan

    def absent(self, unwanted: dict[TaskKey, bool]) -> TaskPlan:
        """Plan the absence of these tasks."""
        plan = TaskPlan(after=list(self._items))
        for item, key in self._readable():
            if key in unwanted:
                self._remove(plan, item)
        return plan

    def _readable(self) -> list[tuple[Item, TaskKey]]:
        """Return the tasks that can be read; the others are warned of."""
        found = []
        for item in self._items:
            try:
                found.append((item, key_of(item)))
            except Unreadable as error:
                self._warn(
                    f"A scheduled task of {self._domain} (id {item.get('id')}) is left as it is, as its {error.name} "
                    f"is {error.told}."
                )
        return found

    def _title(self, key: TaskKey) -> str:
        return f"scheduled task {key} of {self._domain}"

    def _add(self, plan: TaskPlan, key: TaskKey, enabled: bool, absence: Absence) -> None:
        body = {**vars(key), "enabled": enabled}

        def find() -> Item | Absence:
            listed = list_scheduled_tasks(self._client, self._domain)
            if listed is None:
                raise Unproven(self._title(key), f"the API does not know hosting {self._domain} any more")
            return self._client.evidence.find_in(self._title(key), listed, "id", *is_task(key))

        plan.steps.append(
            Step(f"add {key}", partial(self._client.post_free, tasks_path(self._domain), body, absence, find))
        )
        plan.after.append(body)

    def _change(self, plan: TaskPlan, item: Item, changed: dict[str, Any]) -> None:
        body = {**item, **changed}
        plan.steps.append(Step(f"change {key_of(item)}", partial(self._client.put, self._path_of(item), body)))
        plan.after[plan.after.index(item)] = body

    def _remove(self, plan: TaskPlan, item: Item) -> None:
        plan.steps.append(Step(f"remove {key_of(item)}", partial(self._client.delete, self._path_of(item))))
        plan.after.remove(item)

    def _path_of(self, item: Item) -> str:
        return task_path(self._domain, name_in(item, "id"))


def shown(items: list[Item]) -> list[str]:
    """Tasks in a diff: a line each."""
    return sorted(_line(item) for item in items)


def _line(item: Item) -> str:
    try:
        return f"{key_of(item)}{'' if item.get('enabled') else ' (off)'}"
    except Unreadable:
        return f"(can't be read: id {item.get('id')})"
