# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_scheduled_task`` and ``reseller_scheduled_task_info`` against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Task, account_task, check_refusals, task

BACKUP, REPORT = "/bin/backup.sh", "/bin/report.sh"


def cron_task(domain: str, cron: str | None = "0 3 * * *", script: str | None = BACKUP, **options: Any) -> Task:
    """Return the task that manages one scheduled task."""
    return task("reseller_scheduled_task", domain=domain, script_location=script, cron_expression=cron, **options)


def many(domain: str, *given: tuple[str, str], **options: Any) -> Task:
    """Return the task that manages several scheduled tasks."""
    tasks = [{"script_location": script, "cron_expression": cron} for cron, script in given]
    return task("reseller_scheduled_task", domain=domain, tasks=tasks, **options)


def test_life_of_a_scheduled_task(player: Player, new_name: NewName) -> None:
    domain = new_name()
    played = player.play(
        [
            account_task(domain),
            cron_task(domain, check=True),
            cron_task(domain),
            cron_task(domain, "00  03 * * *"),
            cron_task(domain, enabled=False, check=True),
            cron_task(domain, enabled=False),
            cron_task(domain, enabled=False),
            task("reseller_scheduled_task_info", domain=domain) | {"register": "listed"},
            task("reseller_scheduled_task_info", domain=domain, id="{{ listed.scheduled_tasks[0].id }}"),
            task("reseller_scheduled_task_info", domain=domain, id="nothing"),
            cron_task(domain, state="absent", check=True),
            cron_task(domain, state="absent"),
            cron_task(domain, state="absent"),
        ],
    )
    path = f"/linuxhostings/{domain}/scheduledtasks"
    predicted, made, again, off_checked, off, off_again, listed, one, none, gone_checked, gone, gone_again = (
        played.results[1:]
    )
    assert predicted.changed and predicted.requests == [f"GET {path}"]
    assert made.changed and made.requests == [f"GET {path}", f"POST {path}"] and made["diff"] == predicted["diff"]
    assert made["diff"]["after"] == {"tasks": [f"0 3 * * * {BACKUP}"]} and made["applied"] == predicted["applied"]
    assert not again.changed and again.requests == [f"GET {path}"]
    number = again["scheduled_tasks"][0]["id"]
    assert off_checked.changed and off_checked.writes == []
    assert off.changed and off.writes == [f"PUT {path}/{number}"] and off["diff"] == off_checked["diff"]
    assert not off_again.changed and off_again["scheduled_tasks"][0]["enabled"] is False
    assert listed.ok["scheduled_tasks"] == one.ok["scheduled_tasks"] == off_again["scheduled_tasks"]
    assert none.ok["scheduled_tasks"] == []
    assert gone_checked.changed and gone_checked.writes == []
    assert gone.changed and gone.writes == [f"DELETE {path}/{number}"] and gone["diff"] == gone_checked["diff"]
    assert gone["scheduled_tasks"] == [] and not gone_again.changed and gone_again.writes == []


def test_many_tasks_and_another_schedule(player: Player, new_name: NewName) -> None:
    domain = new_name()
    played = player.play(
        [
            account_task(domain),
            many(domain, ("0 3 * * *", BACKUP), ("*/10 * * * *", REPORT)),
            many(domain, ("0 4 * * *", BACKUP), exclusive=True, check=True),
            many(domain, ("0 4 * * *", BACKUP), exclusive=True),
            many(domain, ("0 4 * * *", BACKUP), exclusive=True),
            many(domain, ("0 4 * * *", BACKUP), ("*/10 * * * *", REPORT), state="absent"),
        ]
    )
    made, predicted, moved, moved_again, gone = played.results[1:]
    assert made.changed and len(made.writes) == 2
    assert predicted.changed and predicted.writes == []
    assert moved.changed and [word.split()[0] for word in moved.writes] == ["PUT"]
    assert moved["diff"] == predicted["diff"]
    assert moved["diff"]["after"]["tasks"] == [f"*/10 * * * * {REPORT}", f"0 4 * * * {BACKUP}"]
    assert not moved_again.changed
    assert gone.changed and len(gone.writes) == 2 and gone["scheduled_tasks"] == []


@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_task_is_never_there_twice(player: Player, server: SandboxProcess, new_name: NewName, fault: str) -> None:
    domain = new_name()
    server.set_faults([{"match": {"method": "POST", "path": "*/scheduledtasks", "nth": 1}, "fault": fault}])
    _owner, made, listed = player.play(
        [account_task(domain), cron_task(domain), task("reseller_scheduled_task_info", domain=domain)]
    )
    assert made.changed and len(listed["scheduled_tasks"]) == 1


def test_failure_half_way_is_reported(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    match = {"method": "POST", "path": "*/scheduledtasks", "nth": 2}
    server.set_faults([{"match": match, "fault": "status", "status": 400}])
    three = [("0 3 * * *", BACKUP), ("0 4 * * *", BACKUP), ("0 5 * * *", BACKUP)]
    _owner, failed, mended = player.play([account_task(domain), many(domain, *three), many(domain, *three)])
    assert failed.outcome == "failed" and failed["changed"] is True
    assert [len(failed[name]) for name in ("applied", "failed_writes", "not_attempted")] == [1, 1, 1]
    assert mended.changed and len(mended.writes) == 2


def test_refusals(player: Player, new_name: NewName) -> None:
    nobody = new_name()
    fine = ("fine.example", "0 3 * * *")
    played = player.play(
        [
            cron_task("not a domain"),
            cron_task("fine.example", "* * * * *"),
            cron_task("fine.example", "0 3 * * 0"),
            cron_task(*fine, script="bin/backup.sh"),
            cron_task(*fine, script=None),
            cron_task("fine.example", None),
            many("fine.example", ("0 3 * * *", BACKUP), ("00 3 * * *", BACKUP)),
            cron_task(nobody),
            cron_task(nobody, check=True),
            cron_task(nobody, state="absent"),
        ]
    )
    words = ["domain", "cron_expression", "cron_expression", "script_location", "script_location", "cron_expression"]
    check_refusals(played.results[:7], [*words, "tasks"])
    missing, missing_checked, absent = played.results[7:]
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert missing_checked.changed and "no Linux hosting" in missing_checked["warnings"][0]
    assert not absent.changed and absent.writes == []
