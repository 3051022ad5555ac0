# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a task runs: in the controller's process if possible, else as an ordinary module."""

from __future__ import annotations

from typing import Any

from sandbox.launcher import SandboxProcess
from tests.runners.plays import Stage, both_ways

PROBE = "testing.probe.probe"
HERE, APART = "ansible-playbook", "probe.py"
INVENTORY = "localhost ansible_connection=local\nfar ansible_connection=testing.probe.far"

#: A sudo that does not change the user.
SUDO = """#!/bin/sh
while [ "${1#-}" != "$1" ]; do
    case "$1" in -u) shift 2 ;; *) shift ;; esac
done
exec "$@"
"""

#: Makes imports of `requests` fail in the programs that BLOCK_IN names.
BLOCK = """
import os, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name == "requests" and os.path.basename(sys.argv[0]) in os.environ.get("BLOCK_IN", "").split():
            raise ImportError("No module named 'requests'")

sys.meta_path.insert(0, Blocker())
"""


def probe(name: str, **keywords: Any) -> dict[str, Any]:
    return {"name": name, PROBE: {}, **keywords}


def test_runs_in_process_only_where_it_would_run_as_the_same_user_at_once(each_stage: Stage) -> None:
    sudo = each_stage.folder / "sudo"
    sudo.write_text(SUDO)
    sudo.chmod(0o755)
    variable = "reseller_toolkit_in_process"
    tasks = [
        (probe("plain"), HERE),
        (probe("become", become=True, vars={"ansible_become_exe": str(sudo)}), APART),
        (probe("async", **{"async": 20, "poll": 1}), APART),
        (probe("to far", delegate_to="far"), APART),
        (probe("false", vars={variable: False}), APART),
        (probe("no", vars={variable: "no"}), APART),
        (probe("template", vars={variable: "{{ not other }}", "other": True}), APART),
        (probe("true", vars={variable: "{{ 'yes' }}"}), HERE),
    ]
    played = each_stage.play([task for task, _program in tasks], inventory=INVENTORY, hosts="localhost")
    assert played.code == 0, played.output
    found = {task["name"]: played.data(task["name"])["program"] for task, _program in tasks}
    assert found == {task["name"]: program for task, program in tasks}


def test_variable_that_is_no_boolean_is_named(each_stage: Stage) -> None:
    values: dict[str, Any] = {
        "empty": "",
        "null": None,
        "word": "maybe",
        "undefined": "{{ no_such_variable }}",
        "list": [],
    }
    tasks = [
        probe(name, vars={"reseller_toolkit_in_process": value}, ignore_errors=True) for name, value in values.items()
    ]
    played = each_stage.play(tasks)
    for name in values:
        assert played.outcome(name) == "failed", name
        assert played.data(name)["msg"].startswith("reseller_toolkit_in_process: this variable must be true or false")
        assert played.data(name)["error"]["kind"] == "invalid_option"


def test_what_counts_is_the_connection_after_delegation(each_stage: Stage) -> None:
    tasks = [probe("to here", delegate_to="localhost"), probe("at far")]
    played = each_stage.play(tasks, inventory=INVENTORY, hosts="far")
    assert played.data("to here")["program"] == HERE
    assert played.data("at far")["program"] == APART


def test_without_requests_on_the_controller_it_is_an_ordinary_module(each_stage: Stage) -> None:
    (each_stage.folder / "sitecustomize.py").write_text(BLOCK)
    blocked = {"PYTHONPATH": str(each_stage.folder)}
    played = each_stage.play([probe("probe")], env={**blocked, "BLOCK_IN": "ansible-playbook"})
    assert played.data("probe")["program"] == APART
    played = each_stage.play([probe("probe")], env={**blocked, "BLOCK_IN": "ansible-playbook probe.py"})
    assert played.outcome("probe") == "failed"
    message = played.data("probe")["msg"]
    assert message.startswith("Failed to import the required Python library (requests) on ")
    assert "\n" not in message
    assert "Traceback" not in played.output


def test_credentials_of_the_controllers_environment_reach_another_host(
    each_stage: Stage, sandbox: SandboxProcess
) -> None:
    each_stage.sandbox = sandbox
    module = "reseller.toolkit.reseller_servicepack_info"
    bare = {"RESELLER_API_KEY": "", "RESELLER_API_SECRET": "wrong"}
    tasks: list[dict[str, Any]] = [
        {"name": "environment", module: {}, "delegate_to": "far"},
        # The task's environment takes precedence over the controller's, and an option over both.
        {
            "name": "task",
            module: {},
            "delegate_to": "far",
            "environment": {**bare, "RESELLER_API_KEY": sandbox.api_key},
            "ignore_errors": True,
        },
        {
            "name": "option",
            module: {"api_key": sandbox.api_key, "api_secret": "{{ lookup('ansible.builtin.env', 'SECRET') }}"},
            "delegate_to": "far",
            "environment": bare,
        },
    ]
    played = each_stage.play(tasks, "-vvv", inventory=INVENTORY, hosts="localhost", env={"SECRET": sandbox.api_secret})
    assert played.outcome("environment") == "ok", played.output
    assert played.data("task")["error"]["kind"] == "unauthorized", played.output
    assert played.outcome("option") == "ok", played.output
    assert sandbox.api_secret not in played.output


def test_environment_is_set_for_the_task_and_each_item_only(each_stage: Stage) -> None:
    tasks = [
        *both_ways("number", PROBE, {"variable": "OTHER"}, environment={"OTHER": 7}),
        *both_ways("truth", PROBE, {"variable": "OTHER"}, environment={"OTHER": True}),
        *both_ways("first", PROBE, {"variable": "SET"}, loop=[{"SET": "changed"}, {}], environment="{{ item }}"),
        *both_ways("new", PROBE, {"variable": "NEW"}, loop=[{"NEW": "new"}, {}], environment="{{ item }}"),
        *both_ways("after", PROBE, {"variable": "NEW"}),
    ]
    played = each_stage.play(tasks, env={"SET": "before"})
    assert played.code == 0, played.output
    for name, expected in {"number": "7", "truth": "True", "after": "unset"}.items():
        assert [result["environment"] for result in played.both(name)] == [expected] * 2, name
    for name, values in {"first": ["changed", "before"], "new": ["new", "unset"]}.items():
        for result in played.both(name):
            assert [item["environment"] for item in result["results"]] == values, name


def test_timeout_ends_a_task_in_process_and_the_play_continues(each_stage: Stage) -> None:
    tasks = [
        {"name": "sleep", PROBE: {"act": "sleep"}, "timeout": 1, "ignore_errors": True},
        probe("next"),
    ]
    played = each_stage.play(tasks)
    assert played.outcome("sleep") == "failed"
    assert "expected time frame" in played.output or "imed out" in played.output
    assert played.data("next")["program"] == HERE
    assert played.code == 0
