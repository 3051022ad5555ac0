# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the settings of Linux hostings.

Private to the collection. Some settings are returned by the API, others are only accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import hosting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


@dataclass(frozen=True)
class Setting:
    """One setting of a hosting.

    Attributes:
        path: the path for setting it, below the hosting.
        body: returns the body that sets it.
        shown: whether the hosting's detail shows it, under the setting's name.
    """

    path: str
    body: Callable[[Any], dict[str, Any]]
    shown: bool


def _switch(value: bool) -> dict[str, Any]:
    return {"enabled": value}


def _apcu(value: dict[str, Any]) -> dict[str, Any]:
    return {"enabled": value["enabled"], "apcu_size": value["size"]}


#: The settings in the order in which they are set: others may depend on the PHP version.
SETTINGS = {
    "php_version": Setting("phpsettings/version", lambda value: {"version": value}, shown=True),
    "memory_limit": Setting("phpsettings/memorylimit", lambda value: {"memory_limit": value}, shown=False),
    "apcu": Setting("phpsettings/apcu", _apcu, shown=False),
    "gzip": Setting("settings/gzipcompression", _switch, shown=False),
    "ftp_enabled": Setting("ftp/configuration", _switch, shown=True),
    "ssh_enabled": Setting("ssh/configuration", _switch, shown=False),
}


def list_php_versions(client: ResellerClient, domain_name: str) -> list[str]:
    """Return the PHP versions that a Linux hosting can have."""
    found = client.items(f"{hosting_path(domain_name)}/phpsettings/availableversions")
    return [text_in(item, "version") for item in found or []]


def write_only_settings_of(task: Task, client: ResellerClient, domain: str) -> WriteOnlySettings:
    """Return the last values of those settings of a hosting and its sites that the API never returns."""
    return WriteOnlySettings(client.storage, f"{client.api_url} linux hosting {domain}", task.warn)


def set_setting(client: ResellerClient, remembered: WriteOnlySettings, domain: str, name: str, value: Any) -> None:
    """Set one setting, and remember its value if the API never returns it."""
    setting = SETTINGS[name]

    def write() -> None:
        client.put(f"{hosting_path(domain)}/{setting.path}", setting.body(value))

    if setting.shown:
        write()
    else:
        remembered.set(name, value, write)


def available_php_version(client: ResellerClient, domain: str, number: float) -> str:
    """Return the PHP version that a number stands for: YAML reads an unquoted 8.10 as 8.1.

    Raises:
        ToolkitError: ``invalid_option``, also if several available versions are equal as numbers.
    """
    offered = list_php_versions(client, domain)
    meant = [version for version in offered if _as_number(version) == number]
    if len(meant) != 1:
        # An integer may be too large for a float, and have more digits than Python shows.
        shown = f"the number {number:g}" if abs(number) < 1000 else "this number"
        complaint = f"{shown} can mean {' or '.join(meant) or 'none'} of {domain}'s PHP versions"
        raise invalid("php_version", f"{complaint}. Quote it. Available are: {', '.join(offered) or 'none'}.")
    return meant[0]


def _as_number(version: str) -> float | None:
    try:
        return float(version)
    except ValueError:
        return None


def check_php_version(client: ResellerClient, domain: str, version: str) -> None:
    """Refuse a PHP version that a hosting can't have.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    offered = list_php_versions(client, domain)
    if version not in offered:
        raise invalid("php_version", f"{domain} can't have {version!r}. It can have {', '.join(offered) or 'none'}.")
