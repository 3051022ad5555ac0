# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read Linux and Windows hostings.

Private to the collection. Settings, sites, scheduled tasks and SSH keys have separate files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.parents import missing_parent
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The paths of the collections.
LINUX = "/linuxhostings"
WINDOWS = "/windowshostings"


def hosting_path(domain: str) -> str:
    """Return the path of a Linux hosting, below which everything is that belongs to it."""
    return f"{LINUX}/{segment(domain)}"


def get_linux_hosting(client: ResellerClient, domain_name: str, enough: Enough | None = None) -> dict[str, Any] | None:
    """Return a Linux hosting with its settings, its sites and the names of its databases."""
    return client.cached_get(hosting_path(domain_name), enough)


def list_linux_hostings(client: ResellerClient) -> list[dict[str, Any]]:
    """Return all Linux hostings, without their settings."""
    return client.collection(LINUX, "domain_name")


def list_windows_hostings(client: ResellerClient) -> list[dict[str, Any]]:
    """Return all Windows hostings, without their settings."""
    return client.collection(WINDOWS, "domain_name")


def get_windows_hosting(client: ResellerClient, domain_name: str) -> dict[str, Any] | None:
    """Return a Windows hosting with its settings and sites."""
    return client.get(f"{WINDOWS}/{segment(domain_name)}")


def parent_hosting(
    task: Task, client: ResellerClient, domain: str, enough: Callable[[Any], bool]
) -> dict[str, Any] | None:
    """Return the Linux hosting to change; None in check mode if it does not exist yet.

    Args:
        task: check mode is taken from it.
        client: calls the API.
        domain: the hosting.
        enough: returns whether, by a response, there is nothing to do.

    Raises:
        ToolkitError: ``not_found``.
    """
    hosting = get_linux_hosting(client, domain, enough)
    if hosting is None:
        missing_hosting(task, domain)
    return hosting


def missing_hosting(task: Task, domain: str) -> None:
    """Report that a Linux hosting is missing; in check mode only warn.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    missing_parent(task, f"Linux hosting {domain}")
