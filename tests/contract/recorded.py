# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare bodies with recorded responses of the real API: names of properties, types, nulls and forms of texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

#: The kinds of texts, the narrowest first; any other text is plain.
FORMS = {
    "punycode name": re.compile(r"(.*\.)?xn--.*"),
    "record id": re.compile(r"1-\d{10}"),
    "path of the API": re.compile(r"/v2(/[^/\s]+)+"),
    "UUID": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "time in whole seconds": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?"),
    "IPv4 address": re.compile(r"\d{1,3}(\.\d{1,3}){3}"),
    "version": re.compile(r"\d{1,2}\.\d{1,2}"),
    "database name": re.compile(r"ID\d+_\w+"),
    "host of a database": re.compile(r"ID\d+_\w+(\.[a-z0-9-]+){3,}"),
    "FTP user": re.compile(r"([a-z0-9-]+)@\1"),
    "underscored label": re.compile(r"_[a-z-]+"),
    "underscored labels": re.compile(r"_[a-z-]+\._[a-z]+"),
    "weight, port and target": re.compile(r"\d+ \d+ [a-z0-9.-]+"),
    "host in upper case": re.compile(r"[A-Z0-9-]+(\.[A-Z0-9-]+)+"),
    "nothing": re.compile(""),
}
#: The marker for omitted items in recorded lists.
MORE = re.compile(r"\.\.\. \d+ more of the same shape")

Kinds = dict[str, set[str]]


def kinds(values: Iterable[Any]) -> Kinds:
    """Return the kinds of all values by their place; places in a DNS record include its type, which decides its
    shape.
    """
    found: Kinds = defaultdict(set)
    for value in values:
        for place, kind in _kinds(value, "body"):
            found[place].add(kind)
    return dict(found)


def _kinds(value: Any, place: str) -> Iterator[tuple[str, str]]:
    yield place, _kind(value)
    if isinstance(value, list):
        for item in value:
            if not (isinstance(item, str) and MORE.fullmatch(item)):
                yield from _kinds(item, f"{place}[]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _kinds(item, f"{place}{_type_of_record(value, name)}.{name}")


def _type_of_record(value: dict[str, Any], name: str) -> str:
    """Return what distinguishes the places of a DNS record; names have the same meaning for all types but SRV."""
    if "record_name" not in value:
        return ""
    return "<a record>" if name == "record_name" and value["type"] != "SRV" else f"<{value['type']}>"


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return next((name for name, form in FORMS.items() if form.fullmatch(value)), "text")
    return {type(None): "null", bool: "boolean", int: "integer", list: "list", dict: "object"}[type(value)]


def differences(shown: Kinds, recorded: Kinds, documented: frozenset[str]) -> Iterator[str]:
    """Yield how the kinds of a body differ from recorded ones.

    Args:
        shown: the kinds in a sandbox's response.
        recorded: the kinds in the real API's response.
        documented: the documented names of properties: some were added after the recording.
    """
    owners = {_owner(place) for place in shown}
    for place in recorded:
        # A list may be empty.
        if place not in shown and not place.endswith("[]") and _owner(place) in owners:
            yield f"{place} is missing"
    owners = {_owner(place) for place in recorded}
    for place, found in shown.items():
        if place not in recorded:
            if _owner(place) in owners and place.rpartition(".")[2].removesuffix("[]") not in documented:
                yield f"{place} is unknown"
            continue
        # A form of only some of the recorded texts is not a rule.
        wanted = recorded[place] | (set(FORMS) - {"punycode name"} if "text" in recorded[place] else set())
        for kind in sorted(found - wanted):
            yield f"{place} is {kind}, and was {' or '.join(sorted(recorded[place]))}"


def _owner(place: str) -> str:
    return place.rpartition(".")[0]
