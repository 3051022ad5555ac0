# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the current to the desired state, in check mode too, without showing secrets."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils import task as task_module
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, changes, converge, plain
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, masked, result_of

HIDDEN = "Hidden71"


class Writes:
    """Records the calls of `converge`."""

    def __init__(self, check_mode: bool = False) -> None:
        self.task = Task({}, check_mode)
        self.calls: list[Any] = []

    def run(self, current: Any, wanted: Any, **created: Any) -> dict[str, Any]:
        def create() -> dict[str, Any]:
            self.calls.append("create")
            return {"thing": {"id": 1}, **created}

        def update(current: Any, differing: Any) -> None:
            self.calls.append(differing)

        return converge(
            self.task,
            "thing",
            current=current,
            wanted=wanted,
            create=create,
            update=update,
            delete=lambda current: self.calls.append("delete"),
        )


both = pytest.mark.parametrize("check_mode", [True, False])


@both
def test_current_state_as_desired_is_left_alone(check_mode: bool) -> None:
    writes = Writes(check_mode)
    result = writes.run({"a": 1, "b": 2}, {"a": 1, "b": None})
    assert result == {"changed": False, "thing": {"a": 1, "b": 2}, "diff": {"before": {}, "after": {}}}
    assert writes.calls == []


@both
def test_only_what_differs_is_written(check_mode: bool) -> None:
    writes = Writes(check_mode)
    result = writes.run({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "c": None, "d": False})
    assert result["changed"]
    assert result["diff"] == {"before": {"b": 2, "d": None}, "after": {"b": 5, "d": False}}
    assert result["thing"] == {"a": 1, "b": 5, "c": 3, "d": False}
    assert writes.calls == ([] if check_mode else [{"b": 5, "d": False}])


@both
def test_secret_is_always_written_and_never_shown(check_mode: bool) -> None:
    writes = Writes(check_mode)
    result = writes.run({"a": 1, "password": HIDDEN}, {"a": 1, "password": Secret(HIDDEN)})
    assert result["changed"]
    assert HIDDEN not in str(result["diff"])
    assert writes.calls == ([] if check_mode else [{"password": HIDDEN}])
    created = Writes(check_mode).run(None, {"a": 1, "password": Secret(HIDDEN)})
    assert HIDDEN not in str(created)


@both
def test_missing_object_is_created(check_mode: bool) -> None:
    writes = Writes(check_mode)
    result = writes.run(None, {"a": 1, "b": None})
    assert result["changed"]
    assert result["diff"] == {"before": {}, "after": {"a": 1}}
    assert result["thing"] == ({"a": 1} if check_mode else {"id": 1})
    assert writes.calls == ([] if check_mode else ["create"])


def test_thing_created_by_someone_else_in_the_meantime_is_no_change() -> None:
    result = Writes().run(None, {"a": 1}, changed=False)
    assert result == {"changed": False, "thing": {"id": 1}, "diff": {"before": {}, "after": {}}}


@both
@pytest.mark.parametrize("current", [None, {"a": 1}])
def test_unwanted_object_is_removed(check_mode: bool, current: Any) -> None:
    writes = Writes(check_mode)
    result = writes.run(current, None)
    assert result == {"changed": current is not None, "thing": None, "diff": {"before": current or {}, "after": {}}}
    assert writes.calls == (["delete"] if current and not check_mode else [])


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.integers(), st.booleans())))
def test_after_the_changes_no_change_remains(wanted: dict[str, Any]) -> None:
    current: dict[str, Any] = {}
    current.update(plain(changes(current, wanted)))
    assert changes(current, wanted) == {}


def test_secrets_are_uncovered_to_be_sent() -> None:
    assert plain({"a": Secret(HIDDEN), "b": 1}) == {"a": HIDDEN, "b": 1}


SECRET = "a/b+c ~?é="


@pytest.mark.parametrize(
    "form",
    [SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET), base64.b64encode(SECRET.encode()).decode()],
)
def test_every_form_of_a_secret_is_masked(form: str) -> None:
    found = masked({"text": f"<{form}>", "list": [form, {"deep": form}], "n": 1, "yes": True, "none": None}, {SECRET})
    assert found["text"] == "<********>"
    assert form not in str(found)
    assert (found["n"], found["yes"], found["none"]) == (1, True, None)
    assert masked(f"<{form}>", {SECRET}) == "<********>"
    assert masked([f"<{form}>"], {SECRET}) == ["<********>"]


def test_longer_secret_is_masked_as_a_whole() -> None:
    assert masked("<abcdef>", {"abc", "abcdef"}) == "<********>"


@pytest.mark.parametrize("inner", ["bcd", "zbc"])
def test_secret_inside_another_one_is_masked_after_it(inner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Older versions of ansible-core remove them one by one in the given order.
    def remove_one_by_one(text: str, secrets: list[str]) -> str:
        for secret in secrets:
            text = text.replace(secret, "********")
        return text

    monkeypatch.setattr(task_module, "remove_values", remove_one_by_one)
    assert masked(f"<a{inner}e>", {inner, f"a{inner}e"}) == "<********>"
    assert masked(f"<z{inner}e>", {inner, f"z{inner}e"}) == "<********>"


def test_empty_option_hides_nothing() -> None:
    assert masked({"msg": "done"}, {""}) == {"msg": "done"}


@pytest.mark.parametrize("form", ['pa\\"ss\\\\71é', 'pa\\"ss\\\\71\\u00e9'])
def test_secret_in_the_json_that_a_server_repeats_is_masked(form: str) -> None:
    assert masked({"msg": f'unreadable: {{"password": "{form}"}}'}, {'pa"ss\\71é'}) == {
        "msg": 'unreadable: {"password": "********"}'
    }


def test_flags_are_no_secrets() -> None:
    assert masked({"changed": True, "failed": False}, {"True", "False", ""}) == {"changed": True, "failed": False}


@given(st.text(min_size=4).filter(lambda text: text.strip("*") == text), st.text(), st.text())
def test_no_secret_is_left(secret: str, before: str, after: str) -> None:
    found = masked({"text": before + secret + after}, {secret})["text"]
    assert secret not in found.replace("********", "\0")


def run_with(error: BaseException, verbosity: int = 0) -> dict[str, Any]:
    def run(task: Task) -> dict[str, Any]:
        task.secrets.add("made71")
        raise error

    return result_of(run, Task({}, False, verbosity, {HIDDEN}))


def test_expected_failure_is_reported() -> None:
    result = run_with(ToolkitError("kind", f"no {HIDDEN}", hint="made71", job={"id": 1}))
    assert result["msg"] == "no ******** ********"
    assert result["error"]["kind"] == "kind"
    assert (result["failed"], result["changed"], result["job"]) == (True, False, {"id": 1})


@pytest.mark.parametrize("error", [ValueError(HIDDEN), SystemExit(HIDDEN), KeyError("made71")])
def test_unexpected_failure_is_reported_without_a_traceback(error: BaseException) -> None:
    result = run_with(error)
    assert result["failed"]
    assert result["error"]["kind"] == "internal"
    assert type(error).__name__ in result["msg"]
    assert HIDDEN not in str(result)
    assert "made71" not in str(result)
    assert "exception" not in result
    detailed = run_with(error, verbosity=3)
    assert "Traceback" in detailed["exception"]
    assert HIDDEN not in str(detailed)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BaseException("timeout")])
def test_what_ends_the_task_from_outside_passes(error: BaseException) -> None:
    with pytest.raises(type(error)):
        run_with(error)


def test_result_is_unchanged_unless_it_says_so() -> None:
    assert result_of(lambda task: {"a": 1}, Task({}, False)) == {"changed": False, "a": 1}
    assert result_of(lambda task: {"changed": True}, Task({}, False)) == {"changed": True}


def test_warning_is_given_once() -> None:
    task = Task({}, False)
    task.warn("a")
    task.warn("a")
    assert task.warnings == ["a"]


@pytest.mark.parametrize(
    "value", ["a\0b", "\ud800", ["a", "\udce9"], {"inner": ["a\0"]}, {"\ud800": 1}, float("nan"), [float("inf")]]
)
def test_value_that_is_not_text_or_number_is_refused_before_the_module_runs(value: Any) -> None:
    result = result_of(lambda task: {"ran": True}, Task({"fine": "é\n", "thing": value}, check_mode=False))
    assert "ran" not in result
    assert result["error"]["kind"] == "invalid_option"
    assert result["msg"].startswith("thing: ")


def test_secret_with_half_a_character_is_hidden_too() -> None:
    secret = f"{HIDDEN}\udce9"
    assert HIDDEN not in str(masked({"msg": f"it is {secret}", "url": f"?p={HIDDEN}%ED%B3%A9"}, {secret}))
