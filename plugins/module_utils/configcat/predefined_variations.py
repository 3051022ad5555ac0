# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Predefined variations of settings: the values that people choose from on the dashboard.

Private to the collection. Source of names and lengths: the vendor's newest description of the API, which has no
responses: a response is expected to have the form of the request, or to be its list.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import setting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_NAME,
    check_length,
    checked_line,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import checked_value
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in, shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_collection, is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable, name_in, value_in

#: The property that holds the value of each type of setting.
PROPERTIES = {"boolean": "bool_value", "string": "string_value", "int": "int_value", "double": "double_value"}
ID = "predefined_variation_id"


def variations_path(flag: dict[str, Any]) -> str:
    """Return the path of the predefined variations of a setting."""
    return f"{setting_path(name_in(flag, 'setting_id'))}/predefined-variations"


def checked_variations(given: list[dict[str, Any]], kind: str | None) -> list[dict[str, Any]]:
    """Return the desired variations, with an empty text for a missing name or hint.

    Args:
        given: the option.
        kind: the setting's type; None if it is not known yet, so that any type is accepted.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    wanted: list[dict[str, Any]] = []
    for number, one in enumerate(given):
        place = f"variations[{number}]"
        check_length(f"{place}.hint", one["hint"])
        value = checked_value(f"{place}.value", one["value"], kind)
        if any(_is_same(value, other["value"]) for other in wanted):
            raise invalid(f"{place}.value", f"{value!r} is given twice.")
        name = checked_line(f"{place}.name", one["name"], LONGEST_NAME) or ""
        wanted.append({"value": value, "name": name, "hint": one["hint"] or ""})
    return wanted


def _is_same(one: Any, other: Any) -> bool:
    # In Python 1 equals True.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def variations_of(client: ConfigCatClient, flag: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the predefined variations of a setting, with their ids.

    Raises:
        ApiError: also if the setting does not exist.
        Unreadable: a variation has no value of the setting's type.
    """
    path = variations_path(flag)
    found = shown(path, client.rest.request("GET", path, expect=(200,), shape=_is_either).data)
    items = found if isinstance(found, list) else collection_in(found, "predefined_variations")
    return [_variation(one, flag["setting_type"]) for one in items]


def _is_either(data: Any) -> bool:
    return is_object(data) or is_collection(data)


def _variation(item: dict[str, Any], kind: str) -> dict[str, Any]:
    value = value_in(item, "value", dict).get(PROPERTIES[kind])
    if value is None:
        raise Unreadable("value", item["value"])
    return {ID: name_in(item, ID), "value": value, **{name: item.get(name) or "" for name in ("name", "hint")}}


def without_ids(variations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return variations as options have them."""
    return [{name: one[name] for name in ("value", "name", "hint")} for one in variations]


def put_variations(
    client: ConfigCatClient, flag: dict[str, Any], current: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Replace the predefined variations of a setting, and return them.

    Those with the same value keep their ids, because values refer to them.
    """
    items = []
    for one in wanted:
        same = [each[ID] for each in current if _is_same(each["value"], one["value"])]
        texts = {name: one[name] or None for name in ("name", "hint")}
        items.append(
            {ID: same[0] if same else None, "value": {PROPERTIES[flag["setting_type"]]: one["value"]}, **texts}
        )
    client.write("PUT", variations_path(flag), {"predefined_variations": items})
    return variations_of(client, flag)
