# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's keywords work with tasks that run in process."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.runners.plays import Stage, both_ways, secret_variables

PROBE = "testing.probe.probe"
ACCOUNTS = "reseller.toolkit.reseller_account_info"
PACKS = "reseller.toolkit.reseller_servicepack_info"


def test_loop_register_and_until(each_stage: Stage) -> None:
    tasks = [
        *both_ways("loop", PROBE, {"text": "{{ item }}"}, loop=["a", "b"], register="looped"),
        {
            "name": "registered",
            PROBE: {
                "number": 1,
                "things": "{{ looped.results | map(attribute='params') | map(attribute='text') | list }}",
            },
        },
        *both_ways("until", PROBE, {"text": "x"}, register="tried", until=False, retries=2, delay=0),
        *both_ways("met", PROBE, {"text": "x"}, register="tried", until="tried.params.text == 'x'", retries=2),
    ]
    played = each_stage.play(tasks)
    for result in played.both("loop"):
        assert [item["params"]["text"] for item in result["results"]] == ["a", "b"]
    assert played.data("registered")["params"]["things"] == ["a", "b"]
    assert [result["attempts"] for result in played.both("until")] == [2, 2]
    assert [result["attempts"] for result in played.both("met")] == [1, 1]
    assert played.outcome("until here") == "failed"


def test_several_hosts_with_run_once_throttle_and_the_free_strategy(each_stage: Stage) -> None:
    hosts = "\n".join(f"host{number} ansible_connection=local" for number in range(4))
    options = {"text": "{{ inventory_hostname }}"}
    tasks: list[dict[str, Any]] = [
        {"name": "all", PROBE: options},
        {"name": "throttled", PROBE: options, "throttle": 1},
        {"name": "once", PROBE: options, "run_once": True},
    ]
    for strategy in ("linear", "free"):
        # The free strategy has no run_once.
        played = each_stage.play(tasks[: 3 if strategy == "linear" else 2], inventory=hosts, strategy=strategy)
        assert played.code == 0, played.output
        for name in ("all", "throttled"):
            lines = [line["data"] for line in played.results if line["name"] == name]
            assert sorted(line["params"]["text"] for line in lines) == [f"host{number}" for number in range(4)]
            assert {line["program"] for line in lines} == {"ansible-playbook"}
        assert len([line for line in played.results if line["name"] == "once"]) == (strategy == "linear")


def test_no_log_hides_the_result(each_stage: Stage) -> None:
    variables, env = secret_variables(text="shownnowhere")
    tasks = [
        *both_ways("quiet", PROBE, {"text": "{{ text }}"}, no_log=True),
        *both_ways("failing", PROBE, {"text": "{{ text }}", "act": "refuse"}, no_log=True),
    ]
    played = each_stage.play(tasks, "-vvv", variables=variables, env=env)
    assert played.code == 0
    assert "shownnowhere" not in played.output
    assert "censored" in played.data("quiet here")


def test_defaults_of_one_module_and_of_the_group(each_stage: Stage, sandbox: SandboxProcess) -> None:
    variables, env = secret_variables(secret=sandbox.api_secret)
    group = {"api_url": sandbox.url, "api_key": sandbox.api_key, "api_secret": "{{ secret }}"}
    played = each_stage.play(
        [
            *both_ways("packs", PACKS),
            *both_ways("accounts", ACCOUNTS),
            *both_ways("own", ACCOUNTS, {"asset_type": "windows_hosting"}),
        ],
        "-vvv",
        variables=variables,
        env=env,
        module_defaults={
            "group/reseller.toolkit.reseller": group,
            # Defaults of another module do not apply to this one, which would refuse them.
            "reseller.toolkit.reseller_account": {"servicepack": "none"},
            ACCOUNTS: {"asset_type": "linux_hosting"},
        },
    )
    for result in (*played.both("packs"), *played.both("accounts"), *played.both("own")):
        assert not result.get("failed"), played.output
    assert all(len(result["accounts"]) == 1 for result in played.both("accounts"))
    assert all(result["accounts"] == [] for result in played.both("own"))
    assert sandbox.api_secret not in played.output


def test_ad_hoc(each_stage: Stage, sandbox: SandboxProcess) -> None:
    each_stage.sandbox = sandbox
    shown = []
    for way in ("true", "false"):
        words = ("-m", ACCOUNTS, "-a", "asset_type=linux_hosting", "-e", f"reseller_toolkit_in_process={way}")
        played = each_stage.run("ansible", "localhost", *words).finish()
        assert played.code == 0, played.output
        text = re.search(r"SUCCESS => (\{.*\})", played.output, re.DOTALL)
        assert text, played.output
        shown.append(json.loads(text.group(1))["accounts"])
    assert shown[0] == shown[1]
    assert len(shown[0]) == 1


def test_ad_hoc_failure_shows_no_secret(each_stage: Stage, sandbox: SandboxProcess) -> None:
    each_stage.sandbox = sandbox
    played = each_stage.run(
        "ansible", "localhost", "-m", ACCOUNTS, "-vvv", env={"RESELLER_API_SECRET": "wrong-secret-71"}
    ).finish()
    assert played.code == 2
    assert '"kind": "unauthorized"' in played.output
    assert "wrong-secret-71" not in played.output
