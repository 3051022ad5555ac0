# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plugins and themes. The index has a few; the newest version is the last one."""

from __future__ import annotations

from sandbox.peertube import rules
from sandbox.peertube.ask import ADMINISTRATOR, Ask
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_RIGHT = 23
_NPM_NAME = rules.matching(r"peertube-(plugin|theme)-[a-z0-9-]+")
_TYPES = {"plugin": 1, "theme": 2}
_INDEX = {
    "peertube-plugin-hello-world": ("0.0.17", "0.0.25"),
    "peertube-plugin-auth-ldap": ("0.0.12",),
    "peertube-theme-background-red": ("0.0.5",),
}
_SETTINGS: dict[str, list[Row]] = {
    "peertube-plugin-hello-world": [
        {
            "name": "admin-name",
            "label": "Admin name",
            "type": "input",
            "private": True,
            "descriptionHTML": "Your admin name",
            "default": "PeerTube admin",
        },
        {
            "name": "super-checkbox",
            "label": "My super checkbox",
            "type": "input-checkbox",
            "descriptionHTML": "Use this super checkbox with caution",
        },
        {"name": "user-name", "label": "User name", "type": "input", "private": False},
    ]
}

routes = Routes()
router = routes.router


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("id", "npmName")}


def _find(ask: Ask) -> Row:
    ask.check("params", npmName=_NPM_NAME)
    row = ask.tables.plugins.one(npmName=ask.params["npmName"])
    if row is None:
        raise not_found("Plugin")
    return row


@routes.add("GET", "/plugins", role=ADMINISTRATOR, right=_RIGHT, docs="getPlugins")
def list_plugins(ask: Ask) -> Row:
    """Return what is installed, or what was."""
    ask.check("query", optional={"pluginType": rules.one_of(1, 2), "uninstalled": rules.boolean})
    kind, wants_old = ask.query.get("pluginType"), rules.as_bool(ask.query.get("uninstalled"))
    rows = ask.tables.plugins.all(lambda row: kind in (None, str(row["type"])) and row["uninstalled"] == wants_old)
    return ask.page(rows, _shown, "name", "createdAt", "updatedAt")


@routes.add("GET", "/plugins/available", role=ADMINISTRATOR, right=_RIGHT)
def list_available(ask: Ask) -> Row:
    """Return what can be installed."""
    installed = {row["npmName"]: row for row in ask.tables.plugins.all(uninstalled=False)}
    rows = [
        {
            "id": number,
            "npmName": name,
            "name": name.split("-", 2)[2],
            "description": "A plugin of the sandbox",
            "homepage": "https://example.org",
            "createdAt": "2019-01-01T00:00:00.000Z",
            "popularity": 1,
            "latestVersion": versions[-1],
            "official": True,
            "recommended": False,
            "installed": name in installed,
        }
        for number, (name, versions) in enumerate(_INDEX.items())
    ]

    def show(row: Row) -> Row:
        return {name: value for name, value in row.items() if name != "id"}

    return ask.page(rows, show, "createdAt", "npmName", "popularity", "trending")


def _install(ask: Ask, name: str, version: str) -> Row:
    row = ask.tables.plugins.one(npmName=name)
    if row is None:
        _peertube, kind, short = name.split("-", 2)
        row = ask.tables.plugins.insert(
            npmName=name,
            name=short,
            type=_TYPES[kind],
            latestVersion=None,
            enabled=True,
            peertubeEngine=">=2.2.0",
            description="A plugin of the sandbox",
            homepage="https://example.org",
            settings=None,
            createdAt=ask.time,
        )
    row |= {"version": version, "enabled": True, "uninstalled": False, "updatedAt": ask.time}
    ask.tables.plugins.save(row)
    return _shown(row)


@routes.add("POST", "/plugins/install", role=ADMINISTRATOR, right=_RIGHT, docs="addPlugin")
def install(ask: Ask) -> Row:
    """Install a plugin, also one that is installed."""
    ask.check("body", optional={"npmName": _NPM_NAME, "path": rules.text(1, 1000), "pluginVersion": rules.text(1, 50)})
    name = ask.body.get("npmName")
    if not name and not ask.body.get("path"):
        raise problem(400, "Should have either a npmName or a path")
    versions = _INDEX.get(name or "", ())
    version = ask.body.get("pluginVersion") or (versions[-1] if versions else "")
    if version not in versions:
        raise problem(400, f"Cannot install plugin {name or ask.body['path']}")
    return _install(ask, name, version)


@routes.add("POST", "/plugins/update", role=ADMINISTRATOR, right=_RIGHT, docs="updatePlugin")
def update(ask: Ask) -> Row:
    """Install the newest version of a plugin that is installed."""
    ask.check("body", optional={"npmName": _NPM_NAME, "path": rules.text(1, 1000)})
    name = ask.body.get("npmName") or ""
    row = ask.tables.plugins.one(npmName=name, uninstalled=False)
    if row is None:
        raise problem(400, f"Cannot update plugin {name}")
    return _install(ask, name, _INDEX[name][-1])


@routes.add("POST", "/plugins/uninstall", role=ADMINISTRATOR, right=_RIGHT, docs="uninstallPlugin")
def uninstall(ask: Ask) -> None:
    """Uninstall a plugin; its settings are kept."""
    ask.check(npmName=_NPM_NAME)
    row = ask.tables.plugins.one(npmName=ask.body["npmName"])
    if row is not None:
        ask.tables.plugins.save({**row, "uninstalled": True, "enabled": False, "updatedAt": ask.time})


@routes.add("GET", "/plugins/{npmName}", role=ADMINISTRATOR, right=_RIGHT)
def read_plugin(ask: Ask) -> Row:
    """Return one plugin."""
    return _shown(_find(ask))


@routes.add("GET", "/plugins/{npmName}/registered-settings", role=ADMINISTRATOR, right=_RIGHT)
def list_settings(ask: Ask) -> Row:
    """Return which settings a plugin has."""
    return {"registeredSettings": _SETTINGS.get(_find(ask)["npmName"], [])}


@routes.add("GET", "/plugins/{npmName}/public-settings", login=None)
def read_public_settings(ask: Ask) -> Row:
    """Return the values of the settings that everybody may read."""
    row = _find(ask)
    known = [setting["name"] for setting in _SETTINGS.get(row["npmName"], []) if setting.get("private") is False]
    return {"publicSettings": {name: (row["settings"] or {}).get(name) for name in known}}


@routes.add("PUT", "/plugins/{npmName}/settings", role=ADMINISTRATOR, right=_RIGHT)
def set_settings(ask: Ask) -> None:
    """Replace the values of all settings."""
    ask.check(settings=lambda value: isinstance(value, dict))
    row = _find(ask)
    ask.tables.plugins.save({**row, "settings": ask.body["settings"], "updatedAt": ask.time})
