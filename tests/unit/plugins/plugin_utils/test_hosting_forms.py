# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dictionaries of the roles with values in all forms that users can write.

Ansible validates a role's dictionary and discards the converted values. Whatever form a value has, the role's tasks
get the same from it, or the customer is refused with the place of the value.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.filter.hosting_part import hosting_part
from ansible_collections.reseller.toolkit.plugins.filter.hosting_plan import hosting_plan
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_mistakes import MODULES
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import (
    NUMBERS,
    OPTIONS,
    ROLE,
    VERSIONS,
    WHOLE_TEXTS,
    normalized,
)
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import PARTS
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Doubt

ROLES = ROLE.parent
OMITTED = "__omit_place_holder__9f2c"
Place = tuple[str | int, ...]


def sample(option: dict[str, Any]) -> Any:
    """Return a value in the documented type."""
    if option["type"] == "list":
        return [sample({**option, "type": option["elements"]})]
    if option["type"] == "dict":
        return {name: sample(one) for name, one in option.get("options", {"O": {"type": "str"}}).items()}
    return {"int": 512, "float": 12.5, "bool": True}.get(option["type"]) or option.get("choices", ["x"])[0]


EVERYTHING: dict[str, Any] = {name: sample(option) for name, option in OPTIONS.items()}


def places_in(options: dict[str, Any], above: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield each option of the dictionary with its place, including those with suboptions."""
    for name, option in options.items():
        here = (*above, name)
        yield here, option
        below = here if option["type"] == "dict" else (*here, 0)
        yield from places_in(option.get("options", {}), below)


PLACES = list(places_in(OPTIONS))


def with_value(place: Place, value: Any) -> dict[str, Any]:
    """Return the full dictionary with another value at one place."""
    found: Any = copy.deepcopy(EVERYTHING)
    whole, inner = found, found
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return dict(whole)


def without(place: Place) -> dict[str, Any]:
    """Return the full dictionary without one option."""
    found = with_value(place, None)
    inner: Any = found
    for step in place[:-1]:
        inner = inner[step]
    del inner[place[-1]]
    return found


def shown(place: Place) -> str:
    """Return a place in the form of messages."""
    return "hosting" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)


def work_of(hosting: Any) -> dict[str, Any]:
    """Return everything that the role's tasks get from a dictionary."""
    return {"plan": hosting_plan(hosting, {}), **{key: hosting_part(hosting, key, 0) for key in PARTS}}


def named(value: Any) -> str:
    return shown(value) if isinstance(value, tuple) else ""


@pytest.mark.parametrize(("place", "option"), PLACES, ids=named)
def test_a_text_is_the_same_as_what_it_says(place: Place, option: dict[str, Any]) -> None:
    value = sample(option)
    if option["type"] == "list" and option["elements"] == "dict":
        text = [json.dumps(one) for one in value]
        given: Any = text
    elif option["type"] == "list":
        given = value[0]
    else:
        given = json.dumps(value) if not isinstance(value, str) else value
    assert normalized(with_value(place, given))[1] == []
    assert work_of(with_value(place, given)) == work_of(EVERYTHING)


@pytest.mark.parametrize(("place", "option"), [one for one in PLACES if one[1]["type"] == "list"], ids=named)
def test_a_text_for_a_list(place: Place, option: dict[str, Any]) -> None:
    if option["elements"] == "dict":
        found = normalized(with_value(place, "a,b"))[1]
        assert found and all(one.place.startswith(shown(place)) for one in found)
        return
    good = option.get("choices", ["a", "b"])[:2]
    items = [",".join(good)] if place[-1] in WHOLE_TEXTS else good
    assert normalized(with_value(place, ",".join(good)))[1] == []
    assert work_of(with_value(place, ",".join(good))) == work_of(with_value(place, items))


@pytest.mark.parametrize(("place", "option"), PLACES, ids=named)
def test_a_number_or_boolean_is_refused_where_it_is_no_value(place: Place, option: dict[str, Any]) -> None:
    kind = option["type"]
    for value in (7, 8.1, True, False):
        found = normalized(with_value(place, value))[1]
        assert all(one.place.startswith(shown(place)) for one in found)
        if kind in ("str", "path") or (kind == "list" and option["elements"] == "str"):
            is_number = not isinstance(value, bool)
            whole = is_number and isinstance(value, int)
            welcome = (place[-1] in VERSIONS and is_number) or (place[-1] in NUMBERS and whole)
            assert bool(found) is not welcome, value
            assert not found or isinstance(found[0], Doubt)
        elif kind == "bool":
            assert bool(found) is not isinstance(value, bool), value
        elif kind in ("int", "float"):
            assert bool(found) is (isinstance(value, bool) or (kind == "int" and isinstance(value, float))), value
        else:
            assert found and not isinstance(found[0], Doubt), value


@pytest.mark.parametrize(("place", "option"), PLACES, ids=named)
def test_null_and_omit_are_the_same_as_not_given(place: Place, option: dict[str, Any]) -> None:
    absent = normalized(without(place))
    assert bool(absent[1]) is bool(option.get("required"))
    for value in (None, OMITTED):
        assert normalized(with_value(place, value)) == absent


@pytest.mark.parametrize("place", [place for place, option in PLACES if option["type"] == "list"], ids=named)
def test_an_empty_list_is_a_value(place: Place) -> None:
    inner: Any = normalized(with_value(place, []))[0]
    for step in place:
        inner = inner[step]
    assert inner == []


def test_declarations_are_those_of_the_modules() -> None:
    """An option name of several parts has the same meaning in all of them."""
    declared: dict[str, set[str]] = {"whole_texts": set(), "numbers": set(), "versions": set()}
    for module in MODULES.values():
        for declaration, names in declared.items():
            names |= {path.rpartition(".")[2] for path in module.SPEC.get(declaration, ())}
    renamed = {"keys": "ssh_keys"}
    assert {renamed.get(name, name) for name in declared["whole_texts"]} == WHOLE_TEXTS
    # The role reads no other account.
    assert declared["numbers"] - {"account"} == NUMBERS
    assert declared["versions"] == VERSIONS
    assert {place[-1] for place, _option in PLACES} >= WHOLE_TEXTS | NUMBERS | VERSIONS


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str):
        yield value


TASK_FILES = [
    *ROLES.glob("*/tasks/*.yml"),
    *ROLES.parent.glob("playbooks/*.yml"),
    *ROLES.parent.glob("extensions/molecule/*/*.yml"),
]


@pytest.mark.parametrize("path", sorted(TASK_FILES), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_empty_value_is_treated_as_omitted(path: Path) -> None:
    """An empty list can mean "none of them": ``omit`` is for missing values, and never for empty ones."""
    for text in texts_of(yaml.safe_load(path.read_text(encoding="utf-8"))):
        squeezed = "".join(text.split())
        assert not re.search(r"\|d(efault)?\(omit,|oromit", squeezed), text


def test_the_role_of_flags_passes_on_every_option() -> None:
    (spec,) = yaml.safe_load((ROLES / "feature_flags/meta/argument_specs.yml").read_text())["argument_specs"].values()
    tasks = yaml.safe_load((ROLES / "feature_flags/tasks/main.yml").read_text())
    assert set(tasks[0]["reseller.toolkit.configcat_flags"]) == set(spec["options"]["feature_flags"]["options"])
