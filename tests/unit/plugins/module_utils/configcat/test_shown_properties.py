# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of a response in a result: exactly those that the vendor describes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import (
    RESOURCES,
    collection_in,
    shown,
    snake,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import known_at
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from tests.support.described import described, example, united

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "tests/contract/configcat.json").exists()
)
CONTRACT = json.loads((ROOT / "tests/contract/configcat.json").read_text(encoding="utf-8"))
#: No module sends these: a link is written by another path, and a setting is read with its whole config.
OTHERS = {"/v1/jira/environments/{environmentId}/settings/{settingId}/integrationLinks/{key}"}

#: No description shows these responses. They come last; the vendor's generated clients document them.
UNDESCRIBED = {"/products/[^/]+/staleflags", "/settings/[^/]+/predefined-variations"}


def answers() -> dict[str, dict[str, Any]]:
    """Return the described responses to reads and writes, by their paths."""
    found: dict[str, dict[str, Any]] = {}
    for operation, facts in CONTRACT["operations"].items():
        method, path = operation.split(" ")
        if method == "DELETE" or path in OTHERS:
            continue
        path = path.removeprefix("/v1")
        for status, answer in facts["answers"].items():
            if status.startswith("2") and answer.get("body"):
                found[path] = united(found.get(path, {}), described(answer["body"], CONTRACT["schemas"], snake))
    return found


def place(path: str) -> str:
    """Return a path with values for parameters."""
    return re.sub(r"\{[^}]*\}", "some.name", path)


def test_known_values_are_those_of_the_vendor() -> None:
    # A list shows fewer or other properties of an item than the item's path.
    families: dict[int, dict[str, Any]] = {}
    for path, properties in answers().items():
        (number,) = (index for index, pattern in enumerate(RESOURCES) if re.fullmatch(pattern, place(path)))
        families[number] = united(families.get(number, {}), properties)
    known = dict(enumerate(properties for pattern, properties in RESOURCES.items() if pattern not in UNDESCRIBED))
    assert families == known


@pytest.mark.parametrize("path", sorted(answers()))
def test_a_new_property_is_dropped_wherever_it_comes(path: str) -> None:
    properties = answers()[path]
    marked = example(properties, {"invite_url": "https://app.example/enter?token=Secret"})
    assert shown(place(path), [marked]) == [example(properties)]
    first = sorted(properties)[0]
    assert shown(place(path), {first: None}) == {first: None}


@pytest.mark.parametrize("data", [None, "text", 5, ["text"]])
def test_value_of_another_type_is_left_to_the_module(data: Any) -> None:
    assert shown("/products", data) == data
    assert shown("/products", {"organization": data}) == {"organization": data}


def test_nothing_is_known_of_another_path() -> None:
    assert known_at(RESOURCES, "/products/1/secrets") == {}
    assert shown("/products/1/secrets", {"name": "x"}) == {}


def test_list_of_objects_is_reported() -> None:
    assert collection_in({"tags": None}, "tags") == []
    assert collection_in({"tags": [{"name": "a"}]}, "tags") == [{"name": "a"}]
    others: list[Any] = [{}, "a", ["a"], [None], 0, False]
    for item in ({}, *({"tags": other} for other in others)):
        with pytest.raises(Unreadable):
            collection_in(item, "tags")
