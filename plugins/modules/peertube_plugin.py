# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_plugin``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_plugin
short_description: Manage plugins and themes of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Installs, updates or uninstalls a plugin or a theme, and sets its settings.
  - The server installs it from npm. A plugin runs with all rights of the server.
  - An uninstalled plugin keeps its settings. They apply again when it is installed the next time.
options:
  npm_name:
    description: Its name at npm, which begins with C(peertube-plugin-) or C(peertube-theme-).
    type: str
    required: true
  version:
    description:
      - The version to install, such as C(1.0.3). Another installed version is replaced, also a newer one.
      - If it is not set, any installed version is accepted, and the newest one that the server's plugin index knows is
        installed.
    type: str
  settings:
    description:
      - The desired settings, with the plugin's own names. Settings that are not given stay as they are.
      - A setting that the plugin does not have is refused. If this task installs the plugin, that can be checked only
        afterwards.
    type: dict
  secret_settings:
    description: Settings that must not be shown, such as passwords. They are merged into O(settings).
    type: dict
  state:
    description:
      - V(present) installs the plugin if necessary.
      - V(latest) also updates it to the newest version in the server's plugin index, and can't be used with O(version).
      - V(absent) uninstalls it.
    type: str
    choices: [present, latest, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 1 if unchanged, 1 more to install, update or uninstall, 1 more with V(latest), and 2 more to change
    settings, 1 if they are unchanged."
  - Only administrators may manage plugins. The server takes some seconds to install one.
"""

EXAMPLES = r"""
- name: Ensure a plugin is installed in this version
  reseller.toolkit.peertube_plugin:
    npm_name: peertube-plugin-hello-world
    version: 0.0.17
    settings:
      user-name: Somebody

- name: Ensure it has the newest version
  reseller.toolkit.peertube_plugin:
    npm_name: peertube-plugin-hello-world
    state: latest

- name: Ensure it is not installed
  reseller.toolkit.peertube_plugin:
    npm_name: peertube-plugin-hello-world
    state: absent
"""

RETURN = r"""
plugin:
  description: The plugin, V(none) if it is not installed. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    npm_name:
      description: Its name at npm.
      type: str
      sample: peertube-plugin-hello-world
    type:
      description: V(plugin) or V(theme).
      type: str
      sample: plugin
    version:
      description: The installed version.
      type: str
      sample: 0.0.25
    enabled:
      description: Whether it is enabled.
      type: bool
      sample: true
    description:
      description: Its description.
      type: str
      sample: Hello world PeerTube plugin example
    homepage:
      description: The address of its page.
      type: str
      sample: https://framagit.org/framasoft/peertube/official-plugins
    settings:
      description: All its settings. The values of secret ones are hidden.
      returned: when O(settings) or O(secret_settings) is set
      type: dict
      sample: {"user-name": "Somebody"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, raise_found
from ansible_collections.reseller.toolkit.plugins.module_utils.odd_keys import odd_keys
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.plugins import (
    checked_npm_name,
    checked_version,
    ensure_plugin,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The options that hold settings.
SETTINGS = ("settings", "secret_settings")

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "npm_name": {"type": "str", "required": True},
        "version": {"type": "str"},
        "settings": {"type": "dict"},
        "secret_settings": {"type": "dict", "no_log": True},
        "state": {"type": "str", "choices": ["present", "latest", "absent"], "default": "present"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the plugin into the desired state."""
    params = task.params
    name = checked_npm_name("npm_name", params["npm_name"])
    params["version"] = checked_version("version", params["version"])
    if params["version"] is not None and params["state"] != "present":
        raise invalid("version", "it applies only to state present.")
    given = [option for option in SETTINGS if params[option] is not None]
    if given and params["state"] == "absent":
        raise invalid(given[0], "it does not apply to state absent.")
    for option in given:
        raise_found(list(odd_keys(params[option], f"{option}.")))
    settings = {key: value for option in given for key, value in params[option].items()} if given else None
    return ensure_plugin(task, PeerTubeClient.for_task(task), name, settings)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
