# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Predefined variations of settings: replaced as a whole, and checked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support.configcat import Client, Shop, errors, read, typed


def test_variations_are_replaced(api: Client, shop: Shop) -> None:
    flag = shop.flag(kind="string")
    path = f"/settings/{flag}/predefined-variations"
    assert api.get(path) == {"predefinedVariations": []}
    wanted = [{"value": typed("a"), "name": "A"}, {"value": typed("b"), "hint": "B"}]
    made = read(api.call("PUT", path, {"predefinedVariations": wanted}))["predefinedVariations"]
    assert [(one["value"], one["name"], one["hint"]) for one in made] == [
        (typed("a"), "A", None),
        (typed("b"), None, "B"),
    ]
    kept = {"predefinedVariationId": made[1]["predefinedVariationId"], "value": typed("c")}
    changed = read(api.call("PUT", path, {"predefinedVariations": [kept]}))
    assert changed == {"predefinedVariations": [{**kept, "name": None, "hint": None}]} == api.get(path)
    read(api.call("PUT", path, {"predefinedVariations": []}))
    assert api.get(path) == {"predefinedVariations": []}
    assert api.call("GET", "/settings/4711/predefined-variations").status_code == 404


@pytest.mark.parametrize(
    ("items", "place"),
    [
        ([{"value": typed("a"), "name": "x" * 256}], "predefinedVariations.0.name"),
        ([{"name": "A"}], "predefinedVariations.0.value"),
        ([{"value": typed("a")}, {"value": typed("a")}], "predefinedVariations"),
        (
            [{"value": typed("a"), "predefinedVariationId": str(uuid4())}],
            "predefinedVariations.0.predefinedVariationId",
        ),
    ],
)
def test_refusals(items: list[dict[str, Any]], place: str, api: Client, shop: Shop) -> None:
    path = f"/settings/{shop.flag(kind='string')}/predefined-variations"
    assert place in errors(api.call("PUT", path, {"predefinedVariations": items}))
    assert api.get(path) == {"predefinedVariations": []}


def test_value_of_another_type(api: Client, shop: Shop) -> None:
    path = f"/settings/{shop.flag(kind='string')}/predefined-variations"
    assert api.call("PUT", path, {"predefinedVariations": [{"value": typed(True)}]}).status_code == 400
