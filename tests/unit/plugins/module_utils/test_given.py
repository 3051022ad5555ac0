# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the input before Ansible converts it: unquoted texts, and texts where a list is expected."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    connection_options as configcat_connection,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.options import (
    connection_options as crossbrowsertesting_connection,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import (
    connection_options as dataflowkit_connection,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.options import (
    connection_options as departureboard_connection,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.given import (
    STILL_ACCEPTED,
    doubts_in,
    with_whole_texts,
    without_doubts,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import (
    connection_options as peertube_connection,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import (
    connection_options as reseller_connection,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import arguments, is_plain
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, result_of
from tests.support.documented_options import fragments, merged

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
COLLECTION = "ansible_collections.reseller.toolkit"
TABLE: dict[str, dict[str, str]] = yaml.safe_load((PLUGINS.parent / "tests/unit/text_options.yml").read_text())
#: The accepted types besides text, by the class of an option.
ACCEPTED: dict[str, tuple[Any, ...]] = {"text": (7,), "number": (7,), "version": (7, 8.1)}


def texts_in(options: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the text options, each with its path."""
    for name, option in options.items():
        kind = option.get("type", "str")
        if (option.get("elements") if kind == "list" else kind) in ("str", "path"):
            yield f"{path}{name}", option
        yield from texts_in(option.get("options", {}), f"{path}{name}.")


def specifications() -> dict[str, dict[str, Any]]:
    """Return the options of each module, without those of the connection, which are listed once."""
    connections = {
        "reseller": reseller_connection(),
        "configcat": configcat_connection(),
        "crossbrowsertesting": crossbrowsertesting_connection(),
        "departureboard": departureboard_connection(),
        "peertube": peertube_connection(),
        "dataflowkit": dataflowkit_connection(),
    }
    found = {f"{service} connection": {"argument_spec": options} for service, options in connections.items()}
    for path in sorted((PLUGINS / "modules").glob("*.py")):
        spec = getattr(importlib.import_module(f"{COLLECTION}.plugins.modules.{path.stem}"), "SPEC", None)
        if spec:
            shared = connections[path.stem.partition("_")[0]]
            own = {name: option for name, option in spec["argument_spec"].items() if name not in shared}
            found[path.stem] = {**spec, "argument_spec": own}
    return found


SPECIFICATIONS = specifications()
OPTIONS = [
    (name, path, option) for name, spec in SPECIFICATIONS.items() for path, option in texts_in(spec["argument_spec"])
]


def written(spec: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return options with only one text."""
    name, _dot, below = path.partition(".")
    option = spec[name]
    if not below:
        return {name: value}
    inner = written(option["options"], below, value)
    return {name: [inner] if option["type"] == "list" else inner}


def doubts(spec: dict[str, Any], path: str, value: Any) -> list[str]:
    """Return the complaints about one text, ignoring missing required options."""
    given = written(spec["argument_spec"], path, value)
    return [error.message for error in doubts_in(spec, given) if path.rpartition(".")[2] in error.message]


def test_every_text_of_every_module_is_in_the_table() -> None:
    found: dict[str, set[str]] = {}
    for name, path, _option in OPTIONS:
        found.setdefault(name, set()).add(path)
    assert found == {name: set(options) for name, options in TABLE.items()}


@pytest.mark.parametrize(("name", "path", "option"), OPTIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_text_accepts_what_its_class_says(name: str, path: str, option: dict[str, Any]) -> None:
    spec, kind = SPECIFICATIONS[name], TABLE[name][path].split()[-1]
    is_list = option.get("type") == "list"
    assert (kind == "choice") is ("choices" in option)
    assert (kind == "path") is (option.get("type") == "path")
    assert (kind == "secret") is bool(option.get("no_log"))
    for value in (True, False, 7, 8.1, {"a": 1}):
        complaints = doubts(spec, path, [value] if is_list else value)
        welcome = not isinstance(value, (bool, dict)) and value in ACCEPTED.get(kind, ())
        assert bool(complaints) is not welcome, value
        # Not even non-secret values are shown.
        assert all(f"{path.rpartition('.')[2]}{'[0]' * is_list}: a text is needed" in one for one in complaints)
    assert doubts(spec, path, ["x"] if is_list else "x") == []


@pytest.mark.parametrize(
    ("name", "path", "option"),
    [one for one in OPTIONS if one[2].get("type") == "list"],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_for_a_list_is_one_item_where_the_table_says_so(name: str, path: str, option: dict[str, Any]) -> None:
    spec = SPECIFICATIONS[name]
    given = written(spec["argument_spec"], path, "a,b")
    expected = {"whole": written(spec["argument_spec"], path, ["a,b"]), "split": given}
    assert with_whole_texts(spec, given) == expected[TABLE[name][path].split()[0]]
    assert given == written(spec["argument_spec"], path, "a,b")


def described(name: str, path: str) -> str:
    """Return the documentation of a module's option."""
    module = importlib.import_module(f"{COLLECTION}.plugins.modules.{name}")
    document, shared = yaml.safe_load(module.DOCUMENTATION), fragments()
    extended = [shared[name] for name in document["extends_documentation_fragment"]]
    options = merged(*extended, document["options"])
    *above, last = path.split(".")
    for step in above:
        options = options[step]["suboptions"]
    return str(options[last]["description"])


@pytest.mark.parametrize(
    ("name", "path"),
    [(name, path) for name, path, option in OPTIONS if option.get("type") == "list" and path != "accept_unproven"],
)
def test_documentation_says_what_becomes_of_a_text_for_a_list(name: str, path: str) -> None:
    words = {"split": "A text is split at commas", "whole": "commas included"}
    assert words[TABLE[name][path].split()[0]] in described(name, path)


def test_declarations_are_not_passed_on_to_ansible() -> None:
    allowed = {"argument_spec", "supports_check_mode", "mutually_exclusive", "required_together", "required_one_of"}
    allowed |= {"required_if", "required_by"}
    declared = set()
    for spec in SPECIFICATIONS.values():
        assert set(arguments(spec)) <= allowed
        declared |= set(spec) - set(arguments(spec))
    assert declared == {"whole_texts", "numbers", "versions"}


def test_declarations_name_options_that_exist() -> None:
    for name, spec in SPECIFICATIONS.items():
        known = dict(texts_in(spec["argument_spec"]))
        for declaration in set(spec) - set(arguments(spec)):
            assert set(spec[declaration]) <= set(known), name
        assert all(known[path]["type"] == "list" for path in spec.get("whole_texts", ()))


RECORDS: dict[str, Any] = {
    "argument_spec": {
        "name": {"type": "str", "required": True},
        "record_sets": {
            "type": "list",
            "elements": "dict",
            "options": {"value": {"type": "list", "elements": "str"}, "record": {"type": "str"}},
        },
        "owner": {"type": "dict", "options": {"code": {"type": "str"}, "days": {"type": "int"}}},
    },
    "whole_texts": ("record_sets.value",),
}


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"name": "x", "owner": {"days": True, "code": "NO"}}, []),
        ({"name": "x", "owner": None, "record_sets": None}, []),
        ({"name": None}, ["name"]),
        ({"name": "x", "owner": {"code": False}}, ["owner.code"]),
        ({"name": "x", "owner": '{"code": 1067}'}, ["owner.code"]),
        ({"name": "x", "owner": "code=1067"}, []),
        ({"name": "x", "owner": "nonsense"}, []),
        ({"name": "x", "record_sets": [{"record": "a"}, {"record": False}]}, ["record_sets[1].record"]),
        (
            {"name": 1, "record_sets": [{"value": ["a", 1.5, None]}]},
            ["name", *(f"record_sets[0].value[{n}]" for n in (1, 2))],
        ),
        ({"name": "x", "record_sets": {"value": 5}}, ["record_sets.value"]),
        ({"name": "x", "record_sets": [{"value": 10}]}, ["record_sets[0].value"]),
        ({"name": ["x"]}, ["name"]),
    ],
)
def test_places_of_doubts(given: dict[str, Any], places: list[str]) -> None:
    assert [error.message.partition(": ")[0] for error in doubts_in(RECORDS, given)] == places


def test_a_text_inside_of_a_text_is_one_item_too() -> None:
    given = {"record_sets": ["record=www value='a,b'", {"record": "x", "value": "c,d"}, "nonsense"]}
    first, second, third = with_whole_texts(RECORDS, given)["record_sets"]
    assert (first["value"], second["value"], third) == (["a,b"], ["c,d"], "nonsense")


def result_with_doubt(changed: bool | None, **params: Any) -> tuple[dict[str, Any], Task, list[bool]]:
    """Return the result of a module whose object is as desired, different, or missing."""
    checked = []

    def run(task: Task) -> dict[str, Any]:
        checked.append(task.check_mode)
        return {} if changed is None else {"changed": changed}

    task = Task(params, check_mode=False, doubts=[ToolkitError("invalid_option", "name: a text is needed.")])
    return result_of(without_doubts(run), task), task, checked


def test_doubt_about_an_object_that_stays_as_it_is_is_a_warning() -> None:
    result, task, checked = result_with_doubt(False)
    assert result == {"changed": False}
    assert task.warnings == [f"name: a text is needed. {STILL_ACCEPTED}"]
    assert checked == [True, False]


@pytest.mark.parametrize(
    ("changed", "params"), [(True, {}), (None, {}), (False, {"state": "absent"})], ids=["changes", "reads", "absent"]
)
def test_doubt_is_refused_before_anything_is_written(changed: bool | None, params: dict[str, Any]) -> None:
    result, task, checked = result_with_doubt(changed, **params)
    assert result["error"]["kind"] == "invalid_option"
    assert result["msg"] == "name: a text is needed."
    assert task.warnings == []
    assert set(checked) <= {True}


def test_doubt_of_a_module_that_only_reads_is_refused_at_once() -> None:
    def run(_task: Task) -> dict[str, Any]:
        raise AssertionError("it ran")

    task = Task({}, check_mode=False, name="reseller_account_info", doubts=[ToolkitError("invalid_option", "id: no")])
    assert result_of(without_doubts(run), task)["error"]["kind"] == "invalid_option"


@pytest.mark.parametrize(
    "value", ["__omit_place_holder__9f2c", ["x", "__omit_place_holder__9f2c"], {"a": ["__omit_place_holder__1"]}]
)
def test_omit_that_ansible_left_inside_is_refused(value: Any) -> None:
    result = result_of(lambda task: {"ran": True}, Task({"thing": value}, check_mode=False))
    assert "ran" not in result
    assert result["error"]["kind"] == "invalid_option"
    assert result["msg"].startswith("thing: omit is inside ")


ONE_VALUE = {
    "text": {},
    "path": {"type": "path", "required": True},
    "flag": {"type": "bool"},
    "number": {"type": "int"},
}
SEVERAL_VALUES = {"many": {"type": "list", "elements": "str"}, "below": {"type": "dict"}, "raw": {"type": "raw"}}


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ({"path": "/a"}, True),
        ({"path": "/a", "text": None, "flag": "yes", "number": 1, "many": None}, True),
        ({"path": "/a", "text": "b"}, True),
        ({"path": "/a", "text": 1}, False),
        ({"path": "/a", "text": True}, False),
        ({"path": None}, False),
        ({}, False),
        ({"path": "/a", "many": "a,b"}, False),
        ({"path": "/a", "many": []}, False),
        ({"path": "/a", "below": {}}, False),
        ({"path": "/a", "raw": 1}, False),
    ],
)
def test_plain_options(given: dict[str, Any], plain: bool) -> None:
    options = {**ONE_VALUE, **SEVERAL_VALUES}
    spec = {"argument_spec": options, "whole_texts": ("many",)}
    assert is_plain(options, given) is plain
    if plain:
        assert with_whole_texts(spec, given) == given
        assert doubts_in(spec, given) == []
