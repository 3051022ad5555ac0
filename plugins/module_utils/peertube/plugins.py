# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plugins and themes of an instance, and their settings.

Private to the collection. An uninstalled plugin stays known to the server, with its settings. Source: recorded
responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import HIDDEN, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.secrets_in import SECRET
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    nullable_in,
    number_in,
    object_in,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

PATH = "/plugins"
#: The key of the result.
KEY = "plugin"
NPM_NAME = re.compile(r"peertube-(plugin|theme)-[a-z0-9._-]{1,150}")
#: A version that npm accepts (Semantic Versioning 2.0.0).
VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?")
#: The numbers of the two kinds.
TYPES = {"plugin": 1, "theme": 2}
#: The type of a setting whose value must not be shown.
SECRET_TYPE = "input-password"


def checked_npm_name(option: str, text: str) -> str:
    """Return the name of a plugin or a theme at npm.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name = line_of(option, text)
    if not NPM_NAME.fullmatch(name):
        raise invalid(option, f"{text!r} does not begin with peertube-plugin- or peertube-theme-.")
    return name


def checked_version(option: str, text: str | None) -> str | None:
    """Return the version of a plugin; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    version = None if text is None else line_of(option, text)
    if version is not None and not VERSION.fullmatch(version):
        raise invalid(option, f"{text!r} is not a version such as 1.0.3.")
    return version


def ensure_plugin(task: Task, client: PeerTubeClient, name: str, settings: dict[str, Any] | None) -> dict[str, Any]:
    """Bring a plugin or a theme, and its settings, into the desired state.

    Args:
        task: the desired state and version, and whether this is check mode.
        client: reads and writes.
        name: its name at npm.
        settings: the desired settings. The others stay as they are.

    Raises:
        ToolkitError: ``invalid_option``, for a setting that the plugin does not have.
    """
    listed = _listed(client, name) if settings is None and task.params["state"] == "present" else None
    if listed is not None and task.params["version"] in (None, listed["version"]):
        return converge(task, KEY, current=listed, wanted={})
    known = _read(client, name)
    current = None if known is None or value_in(known, "uninstalled", bool) else known
    state, wanted = task.params["state"], {"npm_name": name, "version": task.params["version"]}
    if state == "latest" and current is not None:
        wanted["version"] = _latest_version(client, name)
    # Checked before anything changes, as far as the plugin is installed.
    secrets = _check_settings(client, name, settings) if settings and current is not None else set()
    after = known or {}

    def install(*_states: Item) -> Item:
        nonlocal after
        after = _install(client, name, None if state == "latest" else wanted["version"], is_update=current is not None)
        return {KEY: _shown(name, after)}

    def remove(_current: Item) -> None:
        client.post_again(f"{PATH}/uninstall", {"npmName": name})

    result = converge(
        task,
        KEY,
        current=_shown(name, current) if current is not None else None,
        wanted=None if state == "absent" else wanted,
        create=install,
        update=lambda *states: install(*states)[KEY],
        delete=remove,
    )
    if settings is not None:
        if current is None and not task.check_mode:
            secrets = _check_settings(client, name, settings)
        _ensure_settings(task, client, name, settings, after, secrets, result)
    return result


def _read(client: PeerTubeClient, name: str) -> Item | None:
    """Return a plugin as the API shows it; None if it was never installed."""
    response = client.rest.request("GET", f"{PATH}/{name}", expect=(200, 404), shape=is_object)
    client.note_secrets(response)
    return response.data if response.status == 200 else None


def _listed(client: PeerTubeClient, name: str) -> Item | None:
    """Return an installed plugin as results show it, from the list that the tasks of this run share."""
    kind, bare = name.removeprefix("peertube-").split("-", 1)
    found = client.shared(
        PATH,
        lambda item: text_in(item, "name") == bare,
        lambda item: number_in(item, "type") == TYPES[kind],
        lambda item: not value_in(item, "uninstalled", bool),
    )
    return _shown(name, found) if found else None


def _shown(name: str, plugin: Item) -> Item:
    """Return what a result shows of a plugin."""
    kind = name.split("-")[1]
    return {
        "npm_name": name,
        "type": kind,
        "version": text_in(plugin, "version"),
        "enabled": value_in(plugin, "enabled", bool),
        "description": plugin.get("description"),
        "homepage": plugin.get("homepage"),
    }


def _install(client: PeerTubeClient, name: str, version: str | None, *, is_update: bool) -> Item:
    """Install a plugin, or update it to the newest version; a second time does no harm.

    Args:
        client: writes.
        name: its name at npm.
        version: the version to install; None for the newest one.
        is_update: whether it is installed.
    """
    action = "update" if is_update and version is None else "install"
    body = {"npmName": name, **({} if version is None else {"pluginVersion": version})}
    try:
        response = client.rest.request("POST", f"{PATH}/{action}", body=body, repeat=True, shape=is_object)
    except ApiError as error:
        if error.status == 400:
            error.hint = (
                "Check npm_name and version, and whether the server reaches npm. Without version, it also needs the "
                "plugin index, which its configuration can disable."
            )
        raise
    client.note_secrets(response)
    return response.data


def _latest_version(client: PeerTubeClient, name: str) -> str:
    """Return the newest version that the plugin index lists for this server.

    Raises:
        ToolkitError: ``not_found``; `ApiError`, if the server's configuration disables the index.
    """
    for plugin in client.collection(f"{PATH}/available", identity="npm_name", search=name):
        if text_in(plugin, "npm_name") == name:
            return text_in(plugin, "latest_version")
    raise ToolkitError("not_found", f"The plugin index does not list {name}.", hint="Set version instead.")


def _check_settings(client: PeerTubeClient, name: str, settings: dict[str, Any]) -> set[str]:
    """Refuse settings that an installed plugin does not have; return those whose values are secret.

    The server would store them, and the plugin would ignore them.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    response = client.rest.request("GET", f"{PATH}/{name}/registered-settings", shape=is_object)
    registered = {
        text_in(one, "name"): one.get("type")
        for one in objects_in(response.data, "registeredSettings")
        if one.get("name")
    }
    unknown = [setting for setting in settings if setting not in registered]
    if unknown:
        has = f"It has {', '.join(sorted(registered))}." if registered else "It has none."
        raise invalid("settings", f"{name} has no setting {', '.join(unknown)}. {has}")
    return {setting for setting, kind in registered.items() if kind == SECRET_TYPE or SECRET.search(setting)}


def stored_settings(plugin: Item) -> dict[str, Any]:
    """Return the settings that the server stores for a plugin; none for an empty dict, which was never installed.

    Raises:
        Unreadable: the response does not show them, so a write of some would lose the others.
    """
    return nullable_in(plugin, "settings", object_in, {}) if plugin else {}


def _ensure_settings(
    task: Task,
    client: PeerTubeClient,
    name: str,
    settings: dict[str, Any],
    plugin: Item,
    secrets: set[str],
    result: dict[str, Any],
) -> None:
    """Bring the settings of a plugin into the desired state, and add them to the result.

    Args:
        task: whether this is check mode.
        client: writes.
        name: the plugin's name at npm.
        settings: the desired ones.
        plugin: the plugin as the API shows it; an empty dict if it was never installed.
        secrets: the settings whose values must not be shown.
        result: the result, which is changed.
    """
    current = stored_settings(plugin)
    wanted = {**current, **settings}
    hidden = {*secrets, *(task.params["secret_settings"] or ())}
    # Also wherever else a response or a message has them.
    task.secrets.update(
        value
        for values in (current, wanted)
        for setting, value in values.items()
        if setting in hidden and isinstance(value, str)
    )
    differing = [
        setting for setting in settings if setting not in current or not _is_same(current[setting], settings[setting])
    ]
    if differing:
        if not task.check_mode:
            # All are sent, since the server replaces them.
            client.put(f"{PATH}/{name}/settings", {"settings": wanted})
        result["changed"] = True
        before = {setting: current.get(setting) for setting in differing}
        after = {setting: settings[setting] for setting in differing}
        result["diff"]["before"]["settings"] = _covered(before, hidden, HIDDEN)
        result["diff"]["after"]["settings"] = _covered(after, hidden, "(new value)")
    result[KEY]["settings"] = _covered(wanted, hidden, HIDDEN)


def _covered(settings: dict[str, Any], hidden: set[str], cover: str) -> dict[str, Any]:
    """Return settings with this text instead of each value that must not be shown."""
    return {setting: cover if setting in hidden else value for setting, value in settings.items()}


def _is_same(one: Any, other: Any) -> bool:
    """Return whether two values are equal as JSON, where a number is no Boolean."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
