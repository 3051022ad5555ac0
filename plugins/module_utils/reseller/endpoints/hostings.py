# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of Linux and Windows hostings.

Private to the collection. What all endpoints have in common is told by `ResellerClient`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Unreadable, text_in, texts_in

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient


def get_linux_hosting(client: ResellerClient, domain_name: str, enough: Enough | None = None) -> dict[str, Any] | None:
    """A Linux hosting with its settings, its sites and the names of its databases."""
    return client.cached_get(f"/linuxhostings/{segment(domain_name)}", enough)


def list_linux_hostings(client: ResellerClient) -> list[dict[str, Any]]:
    """All Linux hostings, without their settings."""
    return client.collection("/linuxhostings", "domain_name")


def list_php_versions(client: ResellerClient, domain_name: str) -> list[str]:
    """The PHP versions that a Linux hosting can have."""
    found = client.items(f"/linuxhostings/{segment(domain_name)}/phpsettings/availableversions")
    return [text_in(item, "version") for item in found or []]


def list_scheduled_tasks(client: ResellerClient, domain_name: str) -> list[dict[str, Any]] | None:
    """The scheduled tasks of a Linux hosting; None when there is no such hosting."""
    return client.items(f"/linuxhostings/{segment(domain_name)}/scheduledtasks")


def get_scheduled_task(client: ResellerClient, domain_name: str, task_id: str) -> dict[str, Any] | None:
    """One scheduled task of a Linux hosting."""
    return client.get(f"/linuxhostings/{segment(domain_name)}/scheduledtasks/{segment(task_id)}")


def list_ssh_keys(
    client: ResellerClient, domain_name: str, enough: Enough | None = None
) -> list[dict[str, Any]] | None:
    """The SSH keys of a Linux hosting; None when there is no such hosting."""
    hosting = f"/linuxhostings/{segment(domain_name)}"
    if enough is not None:
        listed = client.read_cache.listed("/ssh", hosting, partial(list_all_ssh_keys, client))
        found = _keys_of(domain_name, listed or [])
        # A hosting without keys is not in the list, and may not exist.
        if found and enough(found):
            return found
    return client.items(f"{hosting}/ssh/keys")


def _keys_of(domain_name: str, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a hosting's keys out of all keys; none if one that can't be read may be its."""
    try:
        return [
            {"fingerprint": key.get("fingerprint"), "public_key": key.get("public_key")}
            for key in keys
            if domain_name in texts_in(key, "linux_hostings")
        ]
    except Unreadable:
        return []


def list_all_ssh_keys(client: ResellerClient) -> list[dict[str, Any]]:
    """All SSH keys, each with the Linux hostings that it is for."""
    return client.collection("/ssh", "fingerprint")


def list_windows_hostings(client: ResellerClient) -> list[dict[str, Any]]:
    """All Windows hostings, without their settings."""
    return client.collection("/windowshostings", "domain_name")


def get_windows_hosting(client: ResellerClient, domain_name: str) -> dict[str, Any] | None:
    """A Windows hosting with its settings and sites."""
    return client.get(f"/windowshostings/{segment(domain_name)}")
