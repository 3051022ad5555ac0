# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to lose an order's response, and outcomes of jobs: nothing is ever ordered twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, PlayResult, Result, Task, account_task, orders_of, task


@dataclass
class Kind:
    """Something that is ordered and created by a job."""

    parents: list[Task]
    order: Callable[..., Task]
    path: str
    key: str
    text: Callable[[str], str]


def kind_of(name: str, base: str) -> Kind:
    """Return accounts, databases or users to order; ``base`` is a domain name that only this test uses."""
    owner = account_task(base)
    database = task("reseller_mysql", account=base, name="shop", password="{{ password }}")
    if name == "account":
        return Kind(
            parents=[],
            order=lambda label, **more: account_task(f"{label}.{base}", **more),
            path="/accounts",
            key=name,
            text=lambda label: f"{label}.{base}",
        )
    if name == "database":
        return Kind(
            parents=[owner],
            order=lambda label, **more: task(
                "reseller_mysql", account=base, name=label, password="{{ password }}", **more
            ),
            path="/mysqldatabases",
            key=name,
            text=lambda label: label,
        )
    return Kind(
        parents=[owner, database],
        order=lambda label, **more: task(
            "reseller_mysql_user", account=base, database="shop", name=label, password="{{ password }}", **more
        ),
        path="/mysqldatabases/*/users",
        key=name,
        text=lambda label: label,
    )


@pytest.fixture(params=["account", "database", "user"])
def kind(request: pytest.FixtureRequest, new_name: NewName) -> Kind:
    return kind_of(request.param, new_name())


def orders(server: SandboxProcess, kind: Kind, since: int, label: str) -> int:
    """Return how many orders of the thing reached the server after this number of exchanges."""
    return orders_of(server, kind.path, kind.text(label), since=since)


def by_label(played: PlayResult, kind: Kind, labels: list[str]) -> dict[str, Result]:
    """Return the results of the orders."""
    return dict(zip(labels, played.results[-len(labels) :], strict=True))


def faults(kind: Kind, rules: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return fault rules for the first order, the second, and so on."""
    return [
        {"match": {"method": "POST", "path": kind.path, "nth": number}, **rule}
        for number, rule in enumerate(rules.values(), 1)
    ]


@pytest.mark.faults
def test_lost_responses(kind: Kind, player: Player, server: SandboxProcess) -> None:
    """Executed or not, the client can't know: it searches, adopts, and never orders again on its own."""
    rules: dict[str, dict[str, Any]] = {
        "cutoff": {"fault": "reset_after"},
        "broken": {"fault": "status", "status": 502, "acted": True},
        "silent": {"fault": "timeout_after"},
        "unlocated": {"fault": "edit", "headers": {"Location": None}},
        "lost": {"fault": "reset_before"},
        "refused": {"fault": "status", "status": 500},
    }
    labels = list(rules)
    start = len(server.exchanges())
    server.set_faults(faults(kind, rules))
    first = [kind.order(label, timeout=1 if label == "silent" else None) for label in labels]
    done = by_label(player.play([*kind.parents, *first]), kind, labels)
    for label in ("cutoff", "broken", "silent"):
        assert done[label].changed and done[label]["recovered"] is True, done[label]
        assert done[label][kind.key] is not None
    assert done["unlocated"].changed and done["unlocated"]["recovered"] is False
    for label in ("lost", "refused"):
        assert done[label].error["kind"] == "outcome_unknown", done[label]
        assert "on_doubt: resend" in done[label].msg and "was sent at" in done[label].msg
    server.set_faults([])
    again = player.play(
        [
            *(kind.order(label) for label in labels),
            kind.order("lost", on_doubt="resend", check=True),
            *(kind.order(label, on_doubt="resend") for label in labels),
            *(kind.order(label) for label in labels),
        ]
    )
    still, predicted, resent, finally_there = (
        dict(zip(labels, again.results[:6], strict=True)),
        again[6],
        dict(zip(labels, again.results[7:13], strict=True)),
        again.results[13:],
    )
    for label in labels[:4]:
        assert not still[label].changed and still[label].writes == [] and resent[label].writes == []
    for label in ("lost", "refused"):
        assert still[label].error["kind"] == "outcome_unknown" and still[label].writes == []
        assert resent[label].changed and len(resent[label].writes) == 1
    assert predicted.changed and predicted.writes == []
    assert all(not result.changed and result.writes == [] for result in finally_there)
    assert [orders(server, kind, start, label) for label in labels] == [1, 1, 1, 1, 2, 2]


@pytest.mark.faults
def test_what_jobs_say(kind: Kind, player: Player, server: SandboxProcess) -> None:
    """A failed job stays open and blocks new orders; a cancelled one allows them; a stalled one is followed again."""
    rules: dict[str, dict[str, Any]] = {
        "failing": {"fault": "job_fail"},
        "cancelled": {"fault": "job_cancel"},
        "stalled": {"fault": "job_stall"},
        "limited": {"fault": "rate_limit", "retry_after": 1},
    }
    labels = list(rules)
    start = len(server.exchanges())
    server.set_faults(faults(kind, rules))
    first = [kind.order(label, wait_timeout=1 if label == "stalled" else None) for label in labels]
    done = by_label(player.play([*kind.parents, *first]), kind, labels)
    assert done["failing"].error["kind"] == "provisioning_failed"
    assert done["cancelled"].error["kind"] == "provisioning_cancelled"
    assert done["stalled"].error["kind"] == "job_timeout"
    job_ids = {label: done[label]["job"]["id"] for label in labels[:3]}
    assert all(job_ids[label] in done[label].msg for label in job_ids)
    assert done["limited"].changed and len(done["limited"].writes) == 2
    server.set_faults([])
    second = [kind.order(label, wait=None if label != "stalled" else False) for label in labels]
    again = by_label(player.play(second), kind, labels)
    assert again["failing"].error["kind"] == "provisioning_failed"
    assert again["failing"]["job"]["id"] == job_ids["failing"] and again["failing"].writes == []
    assert again["cancelled"].changed and again["cancelled"]["recovered"] is False
    assert not again["stalled"].changed and again["stalled"]["recovered"] is True and again["stalled"].writes == []
    assert again["stalled"]["job"]["status"] == "ongoing" and again["stalled"][kind.key] is None
    assert not again["limited"].changed
    for label in ("failing", "stalled"):
        server.set_job(job_ids[label], "finished")
    last = player.play([kind.order(label) for label in labels] * 2)
    third = dict(zip(labels, last.results[:4], strict=True))
    for label in labels:
        recovered = label in ("failing", "stalled")
        assert third[label].ok[kind.key] is not None and third[label]["recovered"] is recovered, label
        # The earlier order may have had another password, which the API never returns.
        passwords = int(recovered and kind.key in ("database", "user"))
        writes = [request.partition(" ")[0] + request[request.rindex("/") :] for request in third[label].writes]
        assert writes == ["PUT/password"] * passwords, label
    assert not any(result.changed or result.writes or result["recovered"] for result in last.results[4:])
    assert [orders(server, kind, start, label) for label in labels] == [1, 2, 1, 2]


def test_certainly_not_sent_is_no_doubt(player: Player, new_name: NewName) -> None:
    """After a refused connection the intent is closed, and the next run orders."""
    name = new_name()
    (failed,) = player.play([account_task(name, retry_timeout=0.1)], env={"RESELLER_API_URL": "http://127.0.0.1:9"})
    assert failed.error["kind"] == "connection"
    (made,) = player.play([account_task(name)])
    assert made.changed and made["recovered"] is False


def test_unusable_journal_refuses_to_order(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    (player.folder / "no_folder").write_text("")
    refused, read = player.play(
        [account_task(name), task("reseller_account_info", identifier=name)],
        env={"RESELLER_STATE_DIR": str(player.folder / "no_folder")},
    )
    assert refused.error["kind"] == "journal_unusable" and "state_dir" in refused.msg
    assert read.ok["accounts"] == []
    assert orders_of(server, "/accounts", name) == 0


def test_two_processes_order_once(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """Two hosts of one play with one intent: one process orders, the other waits and adopts."""
    name = new_name()
    server.set_faults([{"match": {"method": "POST", "path": "/accounts"}, "fault": "delay", "seconds": 1}])
    played = player.play(
        [account_task(name)],
        hosts="all",
        inventory="one ansible_connection=local\ntwo ansible_connection=local",
    )
    assert sorted((result.changed, result["recovered"]) for result in played) in (
        [(False, False), (True, False)],
        [(False, True), (True, False)],
    )
    assert orders_of(server, "/accounts", name) == 1
