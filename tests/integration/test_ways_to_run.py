# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each target in both ways to run: in the controller's process and as an ordinary module, with the same results.

In ``make test`` all targets run in the controller's process, and `test_every_module` runs most modules once in each
way.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from tests.support.csr import make_csr
from tests.support.playing import TARGETS, NewName, Player, Result, Task, account_task, task

ACCOUNT = account_task("{{ domain }}")
DATABASE = task("reseller_mysql", account="{{ domain }}", name="shop", password="{{ password }}")

BEFORE: dict[str, list[Task]] = {
    "reseller_account_info": [ACCOUNT],
    "reseller_mysql": [ACCOUNT],
    "reseller_mysql_info": [ACCOUNT, DATABASE],
    "reseller_mysql_user": [ACCOUNT, DATABASE],
    "reseller_ssl": [ACCOUNT],
    "reseller_api": [ACCOUNT],
}
"""The targets that must exist first."""

EXPECTED: dict[str, list[bool | str]] = {
    "reseller_account": [True, True, False, "servicepack_mismatch"],
    "reseller_account_info": [False, "invalid_option"],
    "reseller_servicepack_info": [False, "Unsupported parameters for (reseller.toolkit.reseller_servicepack_info)"],
    "reseller_job": [True, False, "job_unknown"],
    "reseller_mysql": [True, True, False, True, True, True, "not_found"],
    "reseller_mysql_info": [False, "invalid_option"],
    "reseller_mysql_user": [True, True, False, True, True, "invalid_option"],
    "reseller_ssl": ["purchase_not_confirmed", True, True, False],
    "reseller_ssl_info": [False, "invalid_option"],
    "reseller_api": [False, True, "invalid_request"],
}
"""The outcome of each task: whether it changed something, or how it failed."""


ONLY_HERE = {"reseller_api", "reseller_job"}
"""Modules that `test_every_module` does not run."""


def test_every_target_is_run() -> None:
    assert {path.parent.parent.name for path in TARGETS.glob("*/tasks/main.yml")} == set(EXPECTED)


def play_of(target: str, player: Player, domain: str, *, in_process: bool) -> dict[str, Any]:
    """Return a play of a target; its prerequisites always run in the controller's process."""
    before = [item | {"vars": {"reseller_toolkit_in_process": True}} for item in BEFORE.get(target, [])]
    return player.written(
        [*before, {"ansible.builtin.import_tasks": str(TARGETS / target / "tasks/main.yml")}],
        in_process=in_process,
        variables={"domain": domain, "csr": make_csr(domain), "folder": str(player.folder)},
    )


def test_every_target_in_process(player: Player, new_name: NewName) -> None:
    plays = [play_of(target, player, new_name(), in_process=True) for target in EXPECTED]
    played = player.playbook(plays)
    results = iter(played.results)
    for target, expected in EXPECTED.items():
        mine = [outcome(result) for result in itertools.islice(results, len(BEFORE.get(target, [])) + len(expected))]
        assert mine[len(BEFORE.get(target, [])) :] == expected, target
    assert list(results) == []


@pytest.mark.parametrize(
    "target",
    [pytest.param(name, marks=() if name in ONLY_HERE else pytest.mark.nightly) for name in sorted(EXPECTED)],
)
def test_both_ways_are_the_same(target: str, player: Player, new_name: NewName) -> None:
    seen = []
    for in_process in (True, False):
        domain = new_name()
        play = play_of(target, player, domain, in_process=in_process)
        # Some versions of ansible-core return the masked arguments only on demand.
        played = player.playbook([play], env={"ANSIBLE_INJECT_INVOCATION": "1"})
        results = played.results[len(BEFORE.get(target, [])) :]
        assert [outcome(result) for result in results] == EXPECTED[target]
        assert ("AnsiballZ_" in played.output) is not in_process
        seen.append([comparable(result, domain) for result in results])
    assert len(seen[0]) == len(seen[1])
    for here_run, ordinary in zip(*seen, strict=True):
        assert here_run == ordinary


def outcome(result: Result) -> bool | str:
    """Return whether a task changed something, or the kind of its failure (without a kind, the start of its
    message).
    """
    if result.outcome == "ok":
        return bool(result["changed"])
    if "error" in result.data:
        return str(result.error["kind"])
    return result.msg.split(" module:")[0]


def comparable(result: Result, domain: str) -> str:
    """Return the result and its requests without parts that differ from run to run: names, ids, times, fingerprints,
    pages.
    """
    data = {name: value for name, value in result.data.items() if name != "exception"}
    arguments = data.pop("invocation", {}).get("module_args", {})
    if result.outcome == "failed" and "error" not in data:
        # ansible-core decides which arguments are returned when they are wrong.
        arguments = {}
    requests = [request for request in result.requests if "/provisioningjobs/" not in request]
    polled = re.compile(r"GET /sslcertificaterequests/\d+")
    requests = [request for request in requests if not polled.fullmatch(request)]
    # A list that proves an absence takes one more request when it is not empty.
    pages = zip(requests, [None, *requests], strict=False)
    requests = [request for request, before in pages if request != before or not request.startswith("GET ")]
    text = json.dumps({"data": data, "requests": requests, "arguments": arguments}, sort_keys=True)
    for pattern, word in (
        (re.escape(domain), "DOMAIN"),
        (re.escape(domain.replace(".", "")), "DOMAIN"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "JOB"),
        (r"[0-9a-f]{40}", "SHA1"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", "TIME"),
        (r"ID\d+_|id\d+-", "ID_"),
        (r"-----BEGIN [^\"]*", "CSR"),
        (r"\b\d{4,}\b", "NUMBER"),
        (r'"id": "\d+"', "ID"),
        (r"SSL\d{8}", "ORDER"),
    ):
        text = re.sub(pattern, word, text)
    return text
