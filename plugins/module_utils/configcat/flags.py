# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature flags, which the API calls settings: their key, type, name, hint and tags.

Private to the collection. Their values are in ``values.py``. Source of names and lengths: the vendor's description of
the API (v1).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient, added_object
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    CONFIG,
    PRODUCT,
    TAG,
    Kind,
    object_path,
    only_named,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    check_length,
    check_new_key,
    check_order,
    checked_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import KINDS
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, number_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The name of a setting in messages, before its key is known.
SETTING_TITLE = "a setting of the config"
#: The default type of a new setting: that of a feature flag.
DEFAULT_TYPE = "boolean"


def setting_path(number: str | int) -> str:
    """Return the path of a setting, by its id, or by its key where an SDK key identifies the config."""
    return f"/settings/{segment(number)}"


def settings_path(kind: Kind, parent: dict[str, Any], *, deleted: bool = False) -> str:
    """Return the path of all settings of a config or a tag, or of those that were deleted."""
    return f"{object_path(kind, parent)}/{'deleted-settings' if deleted else 'settings'}"


def flag_options() -> dict[str, dict[str, Any]]:
    """Return the options that describe a setting, without its key."""
    return {
        "name": {"type": "str"},
        "type": {"type": "str", "choices": list(KINDS)},
        "hint": {"type": "str"},
        "tags": {"type": "list", "elements": "str"},
        "order": {"type": "int"},
    }


def wanted_flag(option: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the desired properties of a setting for comparison; None for those that are not given.

    Args:
        option: the name of the enclosing option, with a dot at its end; empty for options of the task itself.
        given: the options of `flag_options`.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_length(f"{option}hint", given["hint"])
    check_order(f"{option}order", given["order"])
    return {
        "name": None if given["name"] is None else checked_name(f"{option}name", given["name"]),
        "hint": given["hint"],
        "tags": checked_tags(f"{option}tags", given["tags"]),
        "setting_type": given["type"],
        "order": given["order"],
    }


def checked_tags(option: str, names: list[str] | None) -> list[str] | None:
    """Return the names of tags, sorted, each once; None if they are not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return None if names is None else sorted({checked_name(option, name) for name in names})


def as_flag(setting: dict[str, Any], tags: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a setting for comparison and for the result, from the API's setting and its tags.

    Raises:
        Unreadable: a tag does not show its name.
    """
    flag = {name: setting.get(name) for name in ("setting_id", "key", "name", "hint", "setting_type", "order")}
    return {**flag, "hint": flag["hint"] or "", "tags": sorted(text_in(tag, "name") for tag in tags)}


def flags_of(client: ConfigCatClient, config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of a config by their keys; none if the config does not exist."""
    if not config:
        return {}
    with client.evidence.proving(SETTING_TITLE):
        items = client.listed(settings_path(CONFIG, config))
    return {item["key"]: as_flag(item, collection_in(item, "tags")) for item in readable_settings(client, items)}


def readable_settings(client: ConfigCatClient, settings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the settings that show their keys. The user can except the others (``accept_unproven``).

    Raises:
        Unproven: another one does not show its key, so it may be the one that the task manages.
    """
    evidence = client.evidence
    return [
        item
        for item in settings
        if evidence.may_be(SETTING_TITLE, item, "setting_id", lambda setting: bool(text_in(setting, "key")))
    ]


def check_kind(option: str, flag: dict[str, Any], wanted: str | None) -> None:
    """Refuse to change a setting's type: applications rely on it, and the API has no call for it.

    Args:
        option: the option that holds the type.
        flag: the existing setting.
        wanted: the desired type; None if it is not given.

    Raises:
        ToolkitError: ``type_differs``.
    """
    if wanted is not None and wanted != flag["setting_type"]:
        raise ToolkitError(
            "type_differs",
            f"{option}: setting {flag['key']} has the type {flag['setting_type']}, and a type can't be changed to "
            f"{wanted}.",
            hint="Create a setting with another key, move the applications to it, then remove this one.",
        )


class Tags:
    """The tags of a product, read when the first id is needed.

    Args:
        task: knows whether this is check mode.
        client: reads them.
        product: the product; an empty dict if it does not exist.
    """

    def __init__(self, task: Task, client: ConfigCatClient, product: dict[str, Any]) -> None:
        self._task = task
        self._client = client
        self._product = product
        self._items: list[dict[str, Any]] | None = None

    def ids(self, names: list[str]) -> list[int]:
        """Return the ids of the tags with these names.

        Raises:
            ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
        """
        if names and self._items is None:
            self._items = self._client.of_product(TAG, name_in(self._product, PRODUCT.id)) if self._product else []
        found = {name: only_named(TAG, self._items or [], name) for name in names}
        for name, tag in found.items():
            if tag is None:
                missing(self._task, f"tag {name}", "Create it with reseller.toolkit.configcat_tag.")
        return [number_in(tag, TAG.id) for tag in found.values() if tag is not None]


def new_flag(option: str, key: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the desired properties of a new flag, with defaults for those that are not given.

    Args:
        option: the option that holds the key.
        key: its key.
        wanted: the given properties (`wanted_flag`).

    Raises:
        ToolkitError: ``invalid_option`` for a key that no new setting can have.
    """
    check_new_key(option, key)
    defaults = {"name": wanted["name"] or key, "setting_type": wanted["setting_type"] or DEFAULT_TYPE}
    return {"key": key, **wanted, **defaults}


def absent_flag(client: ConfigCatClient, key: str) -> Absence:
    """Return the proof that a config lacks a setting. All settings of the config must have been read."""
    return client.evidence.absent(f"setting {key}")


def add_flag(
    client: ConfigCatClient,
    config: dict[str, Any],
    wanted: dict[str, Any],
    tag_ids: list[int],
    absence: Absence | None,
    beginning: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Add a setting, at most once. If another run added it first, it is changed to the desired state.

    Args:
        client: sends the write.
        config: the config.
        wanted: its desired properties (`new_flag`).
        tag_ids: the ids of its tags.
        absence: the proof that no setting has this key (`absent_flag`).
        beginning: the properties of the request that decide what it serves at first.

    Raises:
        ToolkitError: ``type_differs`` if the other run added one of another type.
    """

    def find() -> dict[str, Any] | Absence:
        return flags_of(client, config).get(wanted["key"]) or absent_flag(client, wanted["key"])

    properties = {**wanted, "tags": tag_ids or None, **(beginning or {})}
    body = {name: value for name, value in properties.items() if value is not None}
    made = client.add(settings_path(CONFIG, config), body, absence, find)
    if made is not None and not beginning:
        return as_flag(made, collection_in(made, "tags"))
    # One that begins as another one has the tags of that one.
    existing = as_flag(made, collection_in(made, "tags")) if made else added_object(f"Setting {wanted['key']}", find)
    check_kind("type", existing, wanted["setting_type"])
    return change_flag(client, existing, changes(existing, wanted), tag_ids)


def tags_to_send(flag: dict[str, Any], changed: dict[str, Any]) -> list[str]:
    """Return the names of the tags whose ids the write of a change requires.

    Args:
        flag: the existing setting; an empty dict for a new one.
        changed: its properties that change.
    """
    tags: list[str] = changed.get("tags", flag.get("tags", []) if "order" in changed else [])
    return tags


def change_flag(
    client: ConfigCatClient, flag: dict[str, Any], changed: dict[str, Any], tag_ids: list[int]
) -> dict[str, Any]:
    """Change a setting's name, hint, tags or position. The API can't change its key and type.

    Args:
        client: sends the write.
        flag: the existing setting.
        changed: the desired ``name``, ``hint``, ``tags`` and ``order``, if they differ.
        tag_ids: the ids of `tags_to_send`.
    """
    if "order" in changed:
        # Only a PUT changes the position. It resets what it does not have, so any other change is a PATCH.
        body = {name: changed.get(name, flag[name]) for name in ("name", "hint", "order")}
        client.write("PUT", setting_path(name_in(flag, "setting_id")), {**body, "tags": tag_ids})
        return {**flag, **changed}
    values = {**changed, **({"tags": tag_ids} if "tags" in changed else {})}
    patch = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in sorted(values.items())]
    if patch:
        # Replacing a property by the same value twice does no harm.
        client.write("PATCH", setting_path(name_in(flag, "setting_id")), patch, repeat=True)
    return {**flag, **changed}


def remove_flag(client: ConfigCatClient, flag: dict[str, Any]) -> None:
    """Remove a setting with its values in all environments."""
    client.delete(setting_path(name_in(flag, "setting_id")))
