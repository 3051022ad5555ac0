# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of an instance: read all of it, change some, and write all of it.

Private to the collection. The server refuses a part, and drops names that it does not know without an error. Its names
depend on its version, so only what it shows decides what can be set. Source: recorded responses of PeerTube 6.3.0 and
of a server derived from 8.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, raise_found
from ansible_collections.reseller.toolkit.plugins.module_utils.given import complaint_about
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.secrets_in import secrets_in
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import snake
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, is_whole_number
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

PATH = "/config/custom"
#: The option that holds the desired properties.
OPTION = "config"
#: The types of properties that may be null, so that their current value may not show it.
NULLABLE: dict[str, type] = {r"config\.theme\.customization\.\w+": str, r"config\.defaults\.publish\.licence": int}
#: The types of the items of lists, which may be empty.
ITEMS: dict[str, type] = {"config.instance.categories": int}
#: The types as messages name them.
TYPES: dict[type, str] = {
    bool: "a boolean",
    int: "a whole number",
    str: "a text",
    list: "a list",
    dict: "a dictionary",
}


def ensure_configuration(task: Task, client: PeerTubeClient, given: Item) -> dict[str, Any]:
    """Bring the configuration into the desired state.

    Args:
        task: whether this is check mode.
        client: reads and writes.
        given: the desired properties, named as options are. All others stay as they are.

    Returns:
        ``changed``, ``diff`` with the properties that differ, and the whole configuration as ``config``.

    Raises:
        ToolkitError: ``invalid_option``, for a property that the server does not have or of another type.
    """
    current = _read(client)
    wanted = changed(current, given)
    task.secrets.update(secrets_in(wanted))
    before, after = differences(current, wanted), differences(wanted, current)
    shown = wanted
    if after and not task.check_mode:
        shown = _write(task, client, given, current)
        for name in _names(differences(wanted, shown)):
            task.warn(f"The server did not take {OPTION}.{name} as given.")
    return {"changed": bool(after), OPTION: snake(shown), "diff": {"before": before, "after": after}}


def _read(client: PeerTubeClient) -> Item:
    response = client.rest.request("GET", PATH, shape=is_object)
    client.note_secrets(response)
    return response.data


def _write(task: Task, client: PeerTubeClient, given: Item, current: Item) -> Item:
    """Write the configuration and return it as the server has it.

    A process of this machine that wrote since it was read has changed what must be kept.
    """
    with client.turn(PATH) as another_was_here:
        if another_was_here:
            current = _read(client)
        wanted = changed(current, given)
        try:
            response = _put(client, wanted)
        except ApiError as error:
            refused = [str(item.get("error_code")) for item in error.validation_errors]
            if error.status != 400 or not refused or any(_at(wanted, name) != _at(current, name) for name in refused):
                raise
            # Some properties may be missing. For the others, the server repeats its complaint.
            response = _put(client, _without(wanted, refused))
            task.warn(f"The server refuses its own value of {', '.join(refused)}, so this was left out.")
    client.note_secrets(response)
    return response.data


def _put(client: PeerTubeClient, configuration: Item) -> Response:
    return client.rest.request("PUT", PATH, body=configuration, shape=is_object)


def _at(configuration: Any, name: str) -> Any:
    """Return the value at a dotted name of the API, None if there is none."""
    for part in name.split("."):
        configuration = configuration.get(part) if isinstance(configuration, dict) else None
    return configuration


def _without(configuration: Item, names: list[str]) -> Item:
    """Return a configuration without the properties of these dotted names."""
    left: Item = {}
    for name, value in configuration.items():
        if name in names:
            continue
        inner = [other.partition(".")[2] for other in names if other.startswith(f"{name}.")]
        left[name] = _without(value, inner) if inner and isinstance(value, dict) else value
    return left


def changed(current: Item, given: Item) -> Item:
    """Return the configuration with the given properties.

    Args:
        current: the configuration, with the API's names.
        given: the desired properties, named as options are.

    Raises:
        ToolkitError: ``invalid_option``, naming each property that does not exist or is of another type.
    """
    found: list[ToolkitError] = []
    merged = _merged(OPTION, current, given, found)
    raise_found(found)
    return merged


def _merged(place: str, current: Item, given: Item, found: list[ToolkitError]) -> Item:
    names = {_option(name): name for name in current}
    merged = dict(current)
    for option, value in given.items():
        here = f"{place}.{option}"
        name = names.get(option)
        if name is None:
            found.append(_unknown(here, option, names))
        elif not isinstance(current[name], dict):
            try:
                merged[name] = _checked(here, current[name], value)
            except ToolkitError as error:
                found.append(error)
        elif isinstance(value, dict):
            merged[name] = _merged(here, current[name], value, found)
        else:
            found.append(_wrong_type(here, dict, value))
    return merged


def _option(name: str) -> str:
    return next(iter(snake({name: None})))


def _unknown(place: str, option: str, names: dict[str, str]) -> ToolkitError:
    """Return the error for a property that the server does not have."""
    if _option(option) in names:
        return invalid(place, f"this is the API's name. Write {_option(option)}.")
    return invalid(place, f"this server has no such property. Here it has {', '.join(sorted(names))}.")


def _checked(place: str, current: Any, value: Any) -> Any:
    """Return a value in the type that the server shows.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    kind = next((kind for pattern, kind in NULLABLE.items() if re.fullmatch(pattern, place)), None)
    if value is None and (current is None or kind):
        return None
    if current is not None:
        kind = type(current)
    if kind is list and isinstance(value, list):
        kinds = {ITEMS.get(place, str), *map(type, current)}
        return [_of_type(f"{place}[{index}]", int if int in kinds else str, item) for index, item in enumerate(value)]
    return value if kind is None else _of_type(place, kind, value)


def _of_type(place: str, kind: type, value: Any) -> Any:
    """Return a value of this type; digits are a whole number, because templates return texts.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if kind is str:
        complaint = complaint_about(value)
        if complaint:
            raise invalid(place, complaint)
        return value
    if kind is int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value):
            return int(value)
        if is_whole_number(value):
            return value
    elif isinstance(value, kind):
        return value
    raise _wrong_type(place, kind, value)


def _wrong_type(place: str, kind: type, value: Any) -> ToolkitError:
    is_given = TYPES.get(type(value), "another value") if value is not None else "nothing"
    return invalid(place, f"{TYPES.get(kind, kind.__name__)} is needed, and this is {is_given}.")


def differences(one: Item, other: Item) -> Item:
    """Return the properties of a configuration that another one has not or has differently, named as options are."""
    found: Item = {}
    for name, value in one.items():
        compared = other.get(name)
        if isinstance(value, dict) and isinstance(compared, dict):
            inner = differences(value, compared)
            if inner:
                found[_option(name)] = inner
        elif name not in other or value != compared:
            found[_option(name)] = snake(value)
    return found


def _names(properties: Item) -> Iterator[str]:
    """Yield the dotted names of properties."""
    for name, value in properties.items():
        if isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in _names(value))
        else:
            yield name
