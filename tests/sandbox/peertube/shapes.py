# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison of two JSON bodies by their shape: the names, the types, the nulls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

#: Names that only the recorded copy of 8.2 has, which was changed by others.
FOREIGN = frozenset({"coins", "vipExpiration", "coinPrice", "seriesName", "externalSource"})
#: What is compared by value.
_BY_VALUE = ("code", "status")
_CUT = re.compile(r"cut: (\d+) items")


def differences(expected: Any, found: Any, place: str = "$") -> Iterator[str]:
    """Yield what differs; the recordings have shortened long lists and maps."""
    if isinstance(expected, dict) and isinstance(found, dict):
        yield from _of_objects(expected, found, place)
    elif isinstance(expected, list) and isinstance(found, list):
        yield from _of_lists(expected, found, place)
    elif _kind(expected) != _kind(found):
        yield f"{place}: {_kind(expected)} expected, {_kind(found)} found"
    elif (place == "$.state.id" and expected != found) or (
        place.rpartition(".")[2] in _BY_VALUE and isinstance(expected, str) and expected != found
    ):
        yield f"{place}: {expected} expected, {found} found"


def _of_objects(expected: dict[str, Any], found: dict[str, Any], place: str) -> Iterator[str]:
    is_cut = "cut" in expected
    wanted = expected.keys() - FOREIGN - {"cut"}
    for name in sorted(wanted - found.keys()):
        yield f"{place}.{name}: missing"
    if not is_cut:
        for name in sorted(found.keys() - wanted):
            yield f"{place}.{name}: not expected"
    for name in wanted & found.keys():
        yield from differences(expected[name], found[name], f"{place}.{name}")


def _of_lists(expected: list[Any], found: list[Any], place: str) -> Iterator[str]:
    cut = _CUT.fullmatch(str(expected[-1])) if expected else None
    items = expected[:-1] if cut else expected
    if bool(items) != bool(found):
        yield f"{place}: {len(items)} items expected, {len(found)} found"
    for number, (wanted, item) in enumerate(zip(items, found, strict=False)):
        yield from differences(wanted, item, f"{place}[{number}]")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "null" if value is None else type(value).__name__
