# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, mailboxes and aliases in lists: the same result as many tasks, and correct reports after a failure half
way.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import BOTH_WAYS, NewName, Player, Result, Task, account_task, check_refusals, task

PASSWORD = "{{ password }}"
#: By list option: the module, the common options, the items, and a change of the second item.
FAMILIES: dict[str, tuple[str, dict[str, Any], list[dict[str, Any]], dict[str, Any]]] = {
    "users": (
        "reseller_mysql_user",
        {"account": "{{ domain }}", "database": "shop"},
        [{"name": name, "password": PASSWORD} for name in ("one", "two", "three")],
        {"enabled": False},
    ),
    "mailboxes": (
        "reseller_mailbox",
        {},
        [{"address": f"{name}@{{{{ domain }}}}", "password": PASSWORD} for name in ("one", "two", "three")],
        {"auto_forward": {"enabled": True, "addresses": ["ada@example.net"]}},
    ),
    "aliases": (
        "reseller_mail_alias",
        {},
        [
            {"address": f"{name}@{{{{ domain }}}}", "destinations": ["ada@example.net"]}
            for name in ("one", "two", "three")
        ],
        {"destinations": ["grace@example.net"]},
    ),
}


def prepared(player: Player, domain: str) -> None:
    shop = task("reseller_mysql", account=domain, name="shop", password=PASSWORD)
    assert all(result.changed for result in player.play([account_task(domain), shop]))


def listing(option: str, items: list[dict[str, Any]], **more: Any) -> Task:
    """Return the task that manages these objects of a family."""
    module, common, _items, _change = FAMILIES[option]
    given: dict[str, Any] = {**common, option: items, **more}
    return task(module, **given)


def run(player: Player, domain: str, tasks: list[Task], *, in_process: bool = True) -> list[Result]:
    return player.play(tasks, variables={"domain": domain}, in_process=in_process).results


def changes_of(result: Result, option: str) -> list[bool]:
    return [one["changed"] for one in result.ok[option]]


@pytest.mark.parametrize("in_process", BOTH_WAYS)
@pytest.mark.parametrize("option", FAMILIES)
def test_life_of_a_list(option: str, in_process: bool, player: Player, new_name: NewName) -> None:
    _module, _common, items, change = FAMILIES[option]
    differing = [items[0], {**items[1], **change}, items[2]]
    domain = new_name()
    prepared(player, domain)
    tasks = [
        listing(option, items, check=True),
        listing(option, items),
        listing(option, items),
        listing(option, differing, check=True),
        listing(option, differing),
        listing(option, differing),
        listing(option, items[1:], check=True, state="absent"),
        listing(option, items[1:], state="absent"),
        listing(option, items, state="absent"),
        listing(option, []),
    ]
    results = run(player, domain, tasks, in_process=in_process)
    assert [changes_of(result, option) for result in results] == [
        [True] * 3,
        [True] * 3,
        [False] * 3,
        [False, True, False],
        [False, True, False],
        [False] * 3,
        [True] * 2,
        [True] * 2,
        [True, False, False],
        [],
    ]
    assert [result.changed for result in results] == [True] * 2 + [False] + [True] * 2 + [False] + [True] * 3 + [False]
    for predicted, done in ((0, 1), (3, 4), (6, 7)):
        assert results[predicted].writes == [] and results[done].writes
        assert results[predicted]["diff"] == results[done]["diff"]
    named_by = "name" if option == "users" else "address"
    told = [one[named_by] for one in results[1].ok[option]]
    assert told == [item[named_by].replace("{{ domain }}", domain) for item in items]
    assert set(results[4]["diff"]["after"]) == {told[1]}


@pytest.mark.parametrize("option", FAMILIES)
def test_failure_half_way(option: str, server: SandboxProcess, player: Player, new_name: NewName) -> None:
    items = FAMILIES[option][2]
    domain = new_name()
    prepared(player, domain)
    refusal = {"error_code": "refused", "error_text": "Not this one."}
    second = {"match": {"method": "POST", "path": "*", "nth": 2}, "fault": "status", "status": 403, "body": refusal}
    server.set_faults([second])
    failed = run(player, domain, [listing(option, items)])[0]
    server.set_faults([])
    again = run(player, domain, [listing(option, items)])[0]
    names = [next(iter(one.values())) for one in again.ok[option]]
    assert failed.outcome == "failed" and failed.data["error"]["text"] == "Not this one."
    assert (failed["changed"], failed["applied"], failed["not_attempted"]) == (True, names[:1], names[2:])
    assert failed["failed_writes"][0].partition(":")[0] == names[1]
    assert [one["changed"] for one in failed[option]] == [True]
    assert changes_of(again, option) == [False, True, True]


def test_bad_input(player: Player) -> None:
    shop: dict[str, Any] = {"account": "a.example", "database": "shop"}
    twice = [{"address": "Ada@a.example", "password": PASSWORD}, {"address": "ada@A.example", "password": PASSWORD}]
    tasks = [
        task("reseller_mysql_user", **shop, users=[{"name": "ro"}, {"name": "ro"}]),
        task("reseller_mysql_user", **shop, users=[{"name": "Not Good"}]),
        task("reseller_mysql_user", **shop, users=[{"name": "ro", "password": "short"}]),
        task("reseller_mysql_user", **shop, users=[{"name": "ro"}], update_password="always"),
        task("reseller_mysql_user", **shop, name="ro", users=[]),
        task("reseller_mysql_user", **shop),
        task("reseller_mailbox", mailboxes=twice),
        task("reseller_mailbox", mailboxes=[{"address": "no address"}]),
        task("reseller_mailbox", mailboxes=[{"address": "a@a.example"}], update_password="always"),
        task("reseller_mailbox", mailboxes=[], size=1),
        task("reseller_mail_alias", aliases=[{"address": "a@a.example", "destinations": []}]),
        task("reseller_mail_alias", aliases=[{"address": "a@a.example"}]),
        task("reseller_mail_alias", aliases=[], destinations=["b@a.example"]),
    ]
    words = ["users: ro is described twice", "name:", "password:", "password:", "name|users", "name, users"]
    words += ["mailboxes: ada@a.example is described twice", "address:", "password:", "mailboxes"]
    words += ["destinations:", "destinations:", "aliases"]
    check_refusals(player.play(tasks), words)
