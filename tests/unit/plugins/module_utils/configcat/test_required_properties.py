# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests have every property that the vendor requires, null where there is nothing to say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.required_properties import (
    REQUIRED,
    REQUIRED_OF_RULES,
    completed,
)

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "tests/contract/configcat.json").exists()
)
CONTRACT = json.loads((ROOT / "tests/contract/configcat.json").read_text(encoding="utf-8"))


def nullable(place: str, body: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Return the places in a body, each with its required properties that can be null."""
    properties = body.get("properties", {})
    names = [name for name in body.get("required", ()) if properties[name].get("nullable")]
    if names:
        yield place, names
    if "items" in body:
        yield from nullable(f"{place}[]", body["items"])
    for name, part in properties.items():
        yield from nullable(f"{place}.{name}", part)


def described() -> dict[str, list[str]]:
    """Return the places of all operations, each with its required properties that can be null."""
    return {
        place: names
        for operation, facts in CONTRACT["operations"].items()
        for place, names in nullable(operation.replace("/v1", ""), facts["body"] or {})
    }


def test_required_properties_are_those_of_the_vendor() -> None:
    found: dict[str, list[str]] = {}
    for place, names in described().items():
        call, _dot, inner = place.partition(".")
        call = re.sub(r"\{[^}]*\}", "some.name", call.removesuffix("[]"))
        table = {"": REQUIRED, "rolloutRules[]": REQUIRED_OF_RULES}[inner]
        (pattern,) = (pattern for pattern in table if re.fullmatch(pattern, call))
        assert found.setdefault(pattern, sorted(names)) == sorted(names) == sorted(table[pattern])
    assert found.keys() == {*REQUIRED, *REQUIRED_OF_RULES}


@pytest.mark.parametrize(
    ("call", "body", "sent"),
    [
        ("PUT /configs/1", {"name": "x"}, {"name": "x", "description": None, "order": None}),
        ("PUT /segments/1", {"comparator": "isOneOf"}, {"comparator": "isOneOf"}),
        ("PATCH /settings/1", [{"op": "test"}], [{"op": "test", "from": None}]),
        ("PUT /tags/1", {"name": "x"}, {"name": "x"}),
        ("PUT /environments/1/settings/2/value", {"value": 1}, {"value": 1}),
        (
            "PUT /environments/1/settings/2/value",
            {"value": 1, "rolloutRules": [{"segmentId": "x", "value": 1}]},
            {
                "value": 1,
                "rolloutRules": [
                    {
                        "comparator": None,
                        "comparisonAttribute": None,
                        "comparisonValue": None,
                        "segmentComparator": None,
                        "segmentId": "x",
                        "value": 1,
                    }
                ],
            },
        ),
        ("PUT /v2/environments/1/settings/2/value", {"defaultValue": {}}, {"defaultValue": {}}),
        ("POST /configs/1/settings", None, None),
    ],
)
def test_missing_properties_are_null(call: str, body: Any, sent: Any) -> None:
    method, path = call.split(" ")
    assert completed(method, path, body) == sent
