# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of schedules, and the writes to the desired tasks."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.scheduled_tasks import (
    TaskKey,
    TaskPlan,
    TaskPlanner,
    checked_cron,
    key_of,
    shown,
    wanted_tasks,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

BACKUP, REPORT = "/bin/backup.sh", "/bin/report.sh"


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("*/5 * * * *", "*/5 * * * *"),
        (" 05  03 * *   7 ", "5 3 * * 7"),
        ("0 0 1 1 1", "0 0 1 1 1"),
        ("59 23 31 12 *", "59 23 31 12 *"),
        ("*/30 00 * * *", "*/30 0 * * *"),
    ],
)
def test_schedules_that_are_accepted(given: str, canonical: str) -> None:
    assert checked_cron("cron_expression", given) == canonical


@pytest.mark.parametrize(
    "given",
    [
        "* * * * *",
        "*/7 * * * *",
        "60 * * * *",
        "0 24 * * *",
        "0 0 0 * *",
        "0 0 32 * *",
        "0 0 * 13 *",
        "0 0 * * 0",
        "0 0 * * 8",
        "0 0 * * 1-5",
        "0,30 * * * *",
        "0 */2 * * *",
        "@daily",
        "0 3 * *",
        "0 3 * * * *",
        "",
        "٣ 3 * * *",
        "-1 3 * * *",
    ],
)
def test_schedules_that_the_api_would_refuse(given: str) -> None:
    with pytest.raises(ToolkitError, match="cron_expression") as caught:
        checked_cron("cron_expression", given)
    assert caught.value.kind == "invalid_option"


def item(script: str, cron: str, *, enabled: bool = True) -> dict[str, Any]:
    return {"script_location": script, "cron_expression": cron, "enabled": enabled}


def test_the_same_task_twice_is_refused() -> None:
    with pytest.raises(ToolkitError, match="twice"):
        wanted_tasks([item(BACKUP, "0 3 * * *"), item(BACKUP, "00 03 * * *")])


@pytest.mark.parametrize("script", ["bin/backup.sh", "", "/bin/a\nb", "~/backup.sh"])
def test_script_must_be_an_absolute_path(script: str) -> None:
    with pytest.raises(ToolkitError, match="script_location"):
        wanted_tasks([item(script, "0 3 * * *")])


def listed(*items: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": str(number), **one} for number, one in enumerate(items, 1)]


def titles(plan: TaskPlan) -> list[str]:
    return [step.title for step in plan.steps]


AT_3, AT_4, AT_5 = "0 3 * * *", "0 4 * * *", "0 5 * * *"


@pytest.mark.parametrize(
    ("there", "wanted", "exclusive", "writes"),
    [
        ([item(BACKUP, "00 03 * * *")], {TaskKey(BACKUP, AT_3): True}, False, []),
        ([], {TaskKey(BACKUP, AT_3): True}, False, [f"add {AT_3} {BACKUP}"]),
        ([item(BACKUP, AT_3)], {TaskKey(BACKUP, AT_3): False}, False, [f"change {AT_3} {BACKUP}"]),
        ([item(BACKUP, AT_3)], {TaskKey(BACKUP, AT_4): True}, False, [f"add {AT_4} {BACKUP}"]),
        ([item(BACKUP, AT_3)], {TaskKey(BACKUP, AT_4): True}, True, [f"change {AT_3} {BACKUP}"]),
        ([item(REPORT, AT_3)], {TaskKey(BACKUP, AT_3): True}, True, [f"add {AT_3} {BACKUP}"]),
        (
            [item(BACKUP, AT_3), item(BACKUP, AT_4), item(REPORT, AT_5)],
            {TaskKey(BACKUP, AT_4): True},
            True,
            [f"remove {AT_3} {BACKUP}"],
        ),
        ([item(BACKUP, AT_3), item(BACKUP, AT_3)], {TaskKey(BACKUP, AT_3): True}, True, [f"remove {AT_3} {BACKUP}"]),
    ],
)
def test_fewest_writes(
    client: ResellerClient,
    there: list[dict[str, Any]],
    wanted: dict[TaskKey, bool],
    exclusive: bool,
    writes: list[str],
) -> None:
    items = listed(*there)
    before = [dict(one) for one in items]
    warnings: list[str] = []
    plan = TaskPlanner(client, "example.com", items, warnings.append).present(wanted, exclusive=exclusive)
    assert titles(plan) == writes and items == before
    found = {key_of(one): one["enabled"] for one in plan.after}
    assert {key: found[key] for key in wanted} == wanted


def test_a_task_that_is_there_twice_is_warned_of_and_removed_as_a_whole(client: ResellerClient) -> None:
    warnings: list[str] = []
    items = listed(item(BACKUP, AT_3), item(BACKUP, AT_3), item(REPORT, AT_3))
    planner = TaskPlanner(client, "example.com", items, warnings.append)
    assert planner.present({TaskKey(BACKUP, AT_3): True}, exclusive=False).steps == [] and len(warnings) == 1
    gone = planner.absent({TaskKey(BACKUP, AT_3): True})
    assert titles(gone) == [f"remove {AT_3} {BACKUP}"] * 2 and gone.after == [items[2]]


def test_only_the_schedule_that_is_named_is_removed(client: ResellerClient) -> None:
    items = listed(item(BACKUP, AT_3), item(BACKUP, AT_4))
    gone = TaskPlanner(client, "example.com", items, print).absent({TaskKey(BACKUP, AT_4): True})
    assert titles(gone) == [f"remove {AT_4} {BACKUP}"] and gone.after == items[:1]


@pytest.mark.parametrize(
    ("strange", "name"),
    [
        ({"cron_expression": None}, "cron_expression"),
        ({"script_location": 5}, "script_location"),
        ({"script_location": None, "cron_expression": "0 3 * * *"}, "script_location"),
    ],
)
def test_task_that_cannot_be_read_is_neither_added_again_nor_removed(
    client: ResellerClient, strange: dict[str, Any], name: str
) -> None:
    warnings: list[str] = []
    items = [*listed(item(REPORT, AT_4)), {"id": "9", **item(BACKUP, AT_3), **strange}]
    planner = TaskPlanner(client, "example.com", items, warnings.append)
    with pytest.raises(Unproven, match=f"{name} of the item with id 9"):
        planner.present({TaskKey(BACKUP, AT_3): True}, exclusive=True)
    assert planner.absent({TaskKey(BACKUP, AT_3): True}).steps == []
    assert "(id 9)" in warnings[0] and name in warnings[0]
    plan = planner.present({TaskKey(REPORT, AT_4): True}, exclusive=True)
    assert plan.steps == [] and plan.after == items
    assert shown(items) == ["(can't be read: id 9)", f"{AT_4} {REPORT}"]


def test_another_schedule_does_not_become_an_existing_one(client: ResellerClient) -> None:
    items = [*listed(item(BACKUP, AT_3)), {"id": "9", "script_location": BACKUP, "cron_expression": None}]
    with pytest.raises(Unproven, match="id 9"):
        TaskPlanner(client, "example.com", items, print).present({TaskKey(BACKUP, AT_4): True}, exclusive=True)


def test_task_that_is_certainly_another_is_not_in_the_way(client: ResellerClient) -> None:
    items = [{"id": "8", "script_location": REPORT}, {"id": "9", "cron_expression": AT_4}]
    plan = TaskPlanner(client, "example.com", items, print).present({TaskKey(BACKUP, AT_3): True}, exclusive=True)
    assert titles(plan) == [f"add {AT_3} {BACKUP}"]


@pytest.mark.parametrize("strange", [{"enabled": None}, {"enabled": "true"}])
def test_unreadable_switch_is_reported(client: ResellerClient, strange: dict[str, Any]) -> None:
    items = [{"id": "1", **item(BACKUP, AT_3), **strange}]
    with pytest.raises(Unreadable, match="enabled"):
        TaskPlanner(client, "example.com", items, print).present({TaskKey(BACKUP, AT_3): True}, exclusive=False)
