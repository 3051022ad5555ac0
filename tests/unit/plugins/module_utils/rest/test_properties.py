# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of responses: read by their types, or reported as unreadable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    LONGEST_VALUE,
    Item,
    Unreadable,
    name_in,
    number_in,
    objects_in,
    text_in,
    texts_in,
    word_in,
)


def test_properties_are_read_by_their_type() -> None:
    item = {"text": "a", "number": 0, "word": "Standard", "texts": ["a"], "objects": [{}], "none": []}
    assert text_in(item, "text") == "a"
    assert number_in(item, "number") == 0
    assert word_in(item, "word", ("standard", "wildcard")) == "standard"
    assert texts_in(item, "texts") == ["a"]
    assert objects_in(item, "objects") == [{}]
    assert texts_in(item, "none") == []
    assert objects_in(item, "none") == []


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (text_in, 1),
        (text_in, ""),
        (text_in, None),
        (number_in, "1"),
        (number_in, True),
        (number_in, 1.0),
        (texts_in, ["a", ""]),
        (texts_in, ["a", None]),
        (texts_in, "a"),
        (objects_in, [{}, "a"]),
        (objects_in, {}),
        (lambda item, name: word_in(item, name, ("standard",)), "DomainValidated"),
    ],
)
def test_property_of_another_kind_is_unreadable(read: Callable[[Item, str], Any], value: Any) -> None:
    with pytest.raises(Unreadable) as caught:
        read({"it": value}, "it")
    assert (caught.value.kind, caught.value.name) == ("protocol", "it")
    with pytest.raises(Unreadable, match="missing"):
        read({}, "it")


def test_long_value_is_cut_in_messages() -> None:
    assert len(Unreadable("name", "x" * 1000).told) == LONGEST_VALUE


@pytest.mark.parametrize(("value", "name"), [("a", "a"), (7, "7"), (0, "0")])
def test_name_is_a_text_or_a_number(value: Any, name: str) -> None:
    assert name_in({"id": value}, "id") == name


@pytest.mark.parametrize("value", [None, "", " ", True, 1.0, ["a"], {}])
def test_invalid_name(value: Any) -> None:
    with pytest.raises(Unreadable, match="id"):
        name_in({"id": value}, "id")
    with pytest.raises(Unreadable, match="missing"):
        name_in({}, "id")
