# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links from flags in an environment to cards and issues elsewhere.

Private to the collection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ENVIRONMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.known import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import name_in

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environments import Served

#: Where cards can be.
LINK_TYPES = ("trello", "jira", "monday")


def link_of(links: list[dict[str, Any]], kind: str, link_key: str) -> dict[str, Any] | None:
    """The link to a card, as it is compared and returned; None when there is none."""
    for link in links:
        if (link.get("integration_link_type"), link.get("key")) == (kind, link_key):
            return {**link, "url": link.get("url") or "", "description": link.get("description") or ""}
    return None


def put_link(client: ConfigCatClient, served: Served, key: str, link: dict[str, Any]) -> dict[str, Any]:
    """Make a link, or change it; its url and its description are what is given, or none."""
    body = {name: link[name] or None for name in ("url", "description")}
    # Where it is already, it is replaced: once more is the same as once.
    client.write("POST", _path(served, key, link), body, repeat=True)
    return {**link, **{name: value or "" for name, value in body.items()}}


def remove_link(client: ConfigCatClient, served: Served, key: str, link: dict[str, Any]) -> None:
    """Remove a link."""
    client.delete(_path(served, key, link))


def link_details(client: ConfigCatClient, kind: str, link_key: str) -> list[dict[str, Any]]:
    """The flags that are linked with a card, in all products."""
    answer = client.get(f"/integrationLink/{segment(kind)}/{segment(link_key)}/details")
    return [] if answer is None else collection_in(answer, "details")


def _path(served: Served, key: str, link: dict[str, Any]) -> str:
    environment_id = name_in(served.environment, ENVIRONMENT.id)
    setting_id = name_in(served.flags[key], "setting_id")
    return (
        f"{ENVIRONMENT.path}/{segment(environment_id)}/settings/{segment(setting_id)}"
        f"/integrationLinks/{segment(link['integration_link_type'])}/{segment(link['key'])}"
    )
