# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments and results of a module are the same in process and as an ordinary module."""

from __future__ import annotations

import base64
from itertools import chain
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.runners.plays import Stage, both_ways, secret_variables

SECRET = "s3cr/et +~x?="
FORMS = [
    form
    for secret in (SECRET, "made/in run ~1")
    for form in (
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        base64.b64encode(secret.encode()).decode(),
    )
]
PROBE = "testing.probe.probe"
STRICT = "testing.probe.strict"


def same(result: tuple[dict[str, Any], dict[str, Any]], *but: str) -> dict[str, Any]:
    """Return the result in process without keys that may differ; the other one must be equal."""
    here, apart = ({key: value for key, value in one.items() if key not in {"program", *but}} for one in result)
    assert here == apart
    return here


class Vaulted(str):
    """A text that YAML contains as ``!vault``."""


def _represent(dumper: yaml.SafeDumper, text: Vaulted) -> yaml.Node:
    return dumper.represent_scalar("!vault", str(text), style="|")


class Dumper(yaml.SafeDumper):
    """Writes vaulted texts."""


Dumper.add_representer(Vaulted, _represent)


def test_vaulted_and_tagged_values_arrive_as_plain_ones(each_stage: Stage) -> None:
    vaulted = Vaulted(VaultLib([("default", VaultSecret(b"password"))]).encrypt("hidden text").decode())
    options = {
        "text": vaulted,
        "number": "{{ 40 + 2 }}",
        "data": {"vaulted": vaulted, "key": ["{{ lookup('ansible.builtin.env', 'LOOKED_UP') }}", 1.5, True]},
        "things": ["{{ inventory_hostname }}", vaulted],
    }
    play = {
        "hosts": "all",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": both_ways("probe", PROBE, options),
    }
    (each_stage.folder / "password").write_text("password")
    played = each_stage.play(
        [],
        f"--vault-password-file={each_stage.folder}/password",
        text=yaml.dump([play], Dumper=Dumper, sort_keys=False),
        env={"LOOKED_UP": "looked up"},
    )
    result = same(played.both("probe"))
    assert result["params"]["text"] == "hidden text"
    assert result["params"]["data"]["vaulted"] == "hidden text"
    assert result["params"]["things"] == ["localhost", "hidden text"]
    assert result["types"] == {
        "act": "str",
        "text": "str",
        "number": "int",
        "data": {"vaulted": ["str", "str"], "key": ["str", ["str", "float", "bool"]]},
        "things": ["str", "str"],
    }


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "unsupported": (PROBE, {"nonsense": 1}, "Unsupported parameters for (testing.probe.probe) module: nonsense. "),
    "unsupported inside": (PROBE, {"text": "x", "nonsense": 1, "more": 2}, "module: more, nonsense. "),
    "missing": (STRICT, {"one": "1"}, "missing required arguments: needed"),
    "choice": (
        PROBE,
        {"act": "bad"},
        "value of act must be one of: report, raise, exit, sleep, leak, refuse, got: bad",
    ),
    "type": (PROBE, {"number": "many", "things": []}, "argument 'number' is of type"),
    "one of": (STRICT, {"needed": "x"}, "one of the following is required: one, two"),
    "exclusive": (PROBE, {"one": "1", "two": "2"}, "parameters are mutually exclusive: one|two"),
    "together": (PROBE, {"number": 1}, "parameters are required together: number, things"),
    "if": (PROBE, {"act": "refuse"}, "act is refuse but all of the following are missing: text"),
}


def test_bad_arguments_are_refused_in_the_same_words(each_stage: Stage) -> None:
    tasks = [both_ways(name, action, options) for name, (action, options, _words) in REFUSED.items()]
    played = each_stage.play(list(chain.from_iterable(tasks)))
    for name, (_action, _options, words) in REFUSED.items():
        assert played.outcome(f"{name} here") == played.outcome(f"{name} apart") == "failed"
        result = same(played.both(name), "invocation", "exception")
        assert words in result["msg"]
        assert "invocation" not in played.data(f"{name} here")


UNQUOTED: dict[str, tuple[dict[str, Any], str]] = {
    "boolean": ({"text": False}, "text: a text is needed, and this is a boolean"),
    "number": ({"text": 1067, "one": "1"}, "text: a text is needed, and this is a number"),
    "secret": ({"secret": 12345678.5}, "secret: a text is needed, and this is a number"),
    "item": ({"number": 1, "things": ["a", True]}, "things[1]: a text is needed, and this is a boolean"),
    "list": ({"text": ["a"]}, "text: a text is needed, and this is a list"),
    "two": ({"one": 1, "text": 2.5}, "text: a text is needed"),
    "key": ({"data": {"a": {True: 1}}}, "data.a: the key True is not a text"),
}


def test_what_was_not_quoted_is_refused_in_the_same_words(each_stage: Stage) -> None:
    tasks = [both_ways(name, PROBE, options) for name, (options, _words) in UNQUOTED.items()]
    played = each_stage.play(list(chain.from_iterable(tasks)))
    for name, (_options, words) in UNQUOTED.items():
        assert played.outcome(f"{name} here") == played.outcome(f"{name} apart") == "failed"
        result = same(played.both(name), "invocation", "exception")
        assert result["msg"].startswith(words)
        assert result["error"]["kind"] == "invalid_option"
    assert "one: a text is needed" in played.data("two here")["msg"]
    assert "12345678" not in played.data("secret here")["msg"]


def test_omit_inside_of_a_list_is_never_a_value(each_stage: Stage) -> None:
    options = {"number": 1, "things": ["x", "{{ nope | default(omit) }}"]}
    result = same(each_stage.play(both_ways("omit", PROBE, options)).both("omit"), "invocation", "exception")
    if each_stage.core.version >= (2, 19):
        assert result["params"]["things"] == ["x"]
    else:
        assert result["msg"].startswith("things: omit is inside a list")
        assert result["error"]["kind"] == "invalid_option"


def test_secret_in_a_refused_argument_is_masked(each_stage: Stage) -> None:
    variables, env = secret_variables(secret=SECRET)
    options = {"secret": "{{ secret }}", "act": "{{ secret }}"}
    played = each_stage.play(both_ways("probe", PROBE, options), "-vvv", variables=variables, env=env)
    assert "value of act must be one of" in same(played.both("probe"), "invocation", "exception")["msg"]
    assert SECRET not in played.output


def test_alias_and_deprecation_are_warned_of_once(each_stage: Stage) -> None:
    for task in both_ways("probe", PROBE, {"text": "a", "words": "b", "old": "x"}):
        # One play each: Ansible shows a warning once in a play.
        played = each_stage.play([task])
        assert played.outcome(task["name"]) == "ok"
        shown = " ".join(played.output.split())
        assert shown.count("[WARNING]: Both option text and its alias words are set.") == 1, played.output
        assert shown.count("[DEPRECATION WARNING]: Param 'old' is deprecated.") == 1, played.output


@pytest.mark.parametrize("inject", [False, True])
def test_arguments_are_returned_when_this_core_does(each_stage: Stage, inject: bool) -> None:
    variables, env = secret_variables(secret=SECRET)
    played = each_stage.play(
        both_ways("probe", PROBE, {"text": "x", "secret": "{{ secret }}"}),
        "-vvv",
        variables=variables,
        env={**env, "ANSIBLE_INJECT_INVOCATION": str(inject)},
    )
    result = same(played.both("probe"))
    # Before the setting existed they were always returned.
    assert ("invocation" in result) == (inject or each_stage.core.version < (2, 21))
    assert result.get("invocation", {"module_args": {"text": "x"}})["module_args"]["text"] == "x"
    assert SECRET not in played.output


def test_secrets_are_masked_wherever_they_come_up(each_stage: Stage) -> None:
    variables, env = secret_variables(secret=SECRET)
    secret = {"secret": "{{ secret }}"}
    acts = ("leak", "raise", "exit", "refuse")
    tasks = [both_ways(act, PROBE, {**secret, "act": act, "text": "x"}) for act in acts]
    played = each_stage.play(
        list(chain.from_iterable(tasks)), "-vvv", variables=variables, env={**env, "ANSIBLE_INJECT_INVOCATION": "True"}
    )
    assert [form for form in FORMS if form in played.output or form in str(played.results)] == []
    leaked = same(played.both("leak"))
    assert leaked["shown"] == ["VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"] * 10
    assert leaked["msg"] == " ".join(["********"] * 10)
    assert "Look: ********" in played.output
    for act, words in {"raise": "ValueError: broken with ***", "exit": "SystemExit: left with ***"}.items():
        failed = same(played.both(act), "exception")
        assert failed["msg"].startswith(words)
        assert failed["error"]["kind"] == "internal"
    refused = same(played.both("refuse"), "exception")
    assert refused["msg"] == "refused ******** not ********"
    assert refused["error"]["kind"] == "refused"
    assert refused["facts"] == ["VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"]


def test_failure_of_the_code_is_a_failed_task_and_the_play_continues(each_stage: Stage) -> None:
    tasks = [*both_ways("raise", PROBE, {"act": "raise"}), *both_ways("exit", PROBE, {"act": "exit"})]
    played = each_stage.play([*tasks, {"name": "last", PROBE: {}}])
    assert [played.outcome(task["name"]) for task in tasks] == ["failed"] * 4
    assert "please report it" in played.data("exit here")["msg"]
    assert "Traceback" not in played.output
    assert played.outcome("last") == "ok"
    assert played.code == 0


def test_module_without_check_mode_is_skipped(each_stage: Stage) -> None:
    options = {"needed": "x", "one": "1"}
    tasks = [
        *both_ways("check", STRICT, options, check_mode=True),
        *both_ways("real", STRICT, options),
        *both_ways("probe", PROBE, check_mode=True),
    ]
    played = each_stage.play(tasks)
    assert played.outcome("check here") == played.outcome("check apart") == "skipped"
    assert same(played.both("check"), "invocation")["msg"] == (
        "remote module (testing.probe.strict) does not support check mode"
    )
    assert same(played.both("real"))["changed"] is True
    assert same(played.both("probe"))["check_mode"] is True
