# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links from flags in an environment to cards and issues of other services.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import EnvironmentValues
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import setting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ENVIRONMENT, object_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in

#: The services whose cards can be linked.
LINK_TYPES = ("trello", "jira", "monday")


def link_of(links: list[dict[str, Any]], kind: str, link_key: str) -> dict[str, Any] | None:
    """Return the link to a card, for comparison and for the result; None if there is none."""
    for link in links:
        if (link.get("integration_link_type"), link.get("key")) == (kind, link_key):
            return {**link, "url": link.get("url") or "", "description": link.get("description") or ""}
    return None


def put_link(client: ConfigCatClient, served: EnvironmentValues, key: str, link: dict[str, Any]) -> dict[str, Any]:
    """Create a link, or replace its URL and its description. None of both means an empty one."""
    body = {name: link[name] or None for name in ("url", "description")}
    # An existing link is replaced, so sending it twice is the same as once.
    client.write("POST", _path(served, key, link), body, repeat=True)
    return {**link, **{name: value or "" for name, value in body.items()}}


def remove_link(client: ConfigCatClient, served: EnvironmentValues, key: str, link: dict[str, Any]) -> None:
    """Remove a link."""
    client.delete(_path(served, key, link))


def link_details(client: ConfigCatClient, kind: str, link_key: str) -> list[dict[str, Any]]:
    """Return the flags that are linked to a card, in all products."""
    answer = client.get(f"/integrationLink/{segment(kind)}/{segment(link_key)}/details")
    return [] if answer is None else collection_in(answer, "details")


def _path(served: EnvironmentValues, key: str, link: dict[str, Any]) -> str:
    setting = setting_path(name_in(served.flags[key], "setting_id"))
    card = f"{segment(link['integration_link_type'])}/{segment(link['key'])}"
    return f"{object_path(ENVIRONMENT, served.environment)}{setting}/integrationLinks/{card}"
