# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature flags, which the API calls settings: their key, their type, and what people read of them.

Private to the collection. What they serve is in ``values.py``. Source of names and lengths: the vendor's description
of the API (v1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import CONFIG, PRODUCT, TAG, only_named
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.known import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.names import (
    check_length,
    check_new_key,
    checked_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import KINDS
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import (
    Absence,
    name_in,
    number_in,
    text_in,
)

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: A setting that is looked for, as messages name it.
SETTING_TITLE = "a setting of the config"
#: The type of a new setting if nobody says another: that of a feature flag.
USUAL_KIND = "boolean"


def flag_options() -> dict[str, dict[str, Any]]:
    """The options that say what a setting is, without its key."""
    return {
        "name": {"type": "str"},
        "type": {"type": "str", "choices": list(KINDS)},
        "hint": {"type": "str"},
        "tags": {"type": "list", "elements": "str"},
    }


def wanted_flag(option: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a setting shall be, as it is compared; None for what is not given.

    Args:
        option: where it was given, with a dot at its end; empty for options of the task itself.
        given: the options of `flag_options`.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_length(f"{option}hint", given["hint"])
    return {
        "name": None if given["name"] is None else checked_name(f"{option}name", given["name"]),
        "hint": given["hint"],
        "tags": checked_tags(f"{option}tags", given["tags"]),
        "setting_type": given["type"],
    }


def checked_tags(option: str, names: list[str] | None) -> list[str] | None:
    """The names of tags, sorted, each once; None when they are not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return None if names is None else sorted({checked_name(option, name) for name in names})


def as_flag(setting: dict[str, Any], tags: list[dict[str, Any]]) -> dict[str, Any]:
    """A setting as it is compared and returned, from what the API shows of it and its tags.

    Raises:
        Unreadable: a tag does not tell its name.
    """
    shown = ("setting_id", "key", "name", "hint", "setting_type", "order")
    flag = {name: setting.get(name) for name in shown}
    return {**flag, "hint": flag["hint"] or "", "tags": sorted(text_in(tag, "name") for tag in tags)}


def flags_of(client: ConfigCatClient, config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings of a config by their keys; none while the config is not there."""
    if not config:
        return {}
    with client.evidence.proving(SETTING_TITLE):
        items = client.listed(f"{_config_path(config)}/settings")
    return {item["key"]: as_flag(item, collection_in(item, "tags")) for item in readable_settings(client, items)}


def readable_settings(client: ConfigCatClient, settings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The settings of a config without those that a person excepted because they do not tell their keys.

    Raises:
        Unproven: another one does not tell its key, so that it may be any.
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
        option: where the type was given.
        flag: the setting that is there.
        wanted: the type that it shall have; None when nothing was said.

    Raises:
        ToolkitError: ``type_differs``.
    """
    if wanted is not None and wanted != flag["setting_type"]:
        raise ToolkitError(
            "type_differs",
            f"{option}: the setting {flag['key']} is of type {flag['setting_type']}, and a type can't be changed: "
            f"{wanted} is not possible.",
            hint="Make a setting with another key, move the applications to it, and remove this one then.",
        )


class Tags:
    """The tags of a product, read when the first id is asked for.

    Args:
        task: check mode is taken from it.
        client: reads them.
        product: whose tags; an empty dict while it is not there.
    """

    def __init__(self, task: Task, client: ConfigCatClient, product: dict[str, Any]) -> None:
        self._task = task
        self._client = client
        self._product = product
        self._items: list[dict[str, Any]] | None = None

    def ids(self, names: list[str]) -> list[int]:
        """The ids of the tags with these names.

        Raises:
            ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
        """
        if names and self._items is None:
            self._items = self._client.of_product(TAG, name_in(self._product, PRODUCT.id)) if self._product else []
        found = {name: only_named(TAG, self._items or [], name) for name in names}
        for name, tag in found.items():
            if tag is None:
                missing(self._task, f"tag {name}", "Make it with reseller.toolkit.configcat_tag.")
        return [number_in(tag, TAG.id) for tag in found.values() if tag is not None]


def new_flag(option: str, key: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """What a flag that is not there yet shall be: as wanted, and as usual where nothing was said.

    Args:
        option: where the key was given.
        key: its key.
        wanted: what was said (`wanted_flag`).

    Raises:
        ToolkitError: ``invalid_option``, for a key that no new setting can have.
    """
    check_new_key(option, key)
    usual = {"name": wanted["name"] or key, "setting_type": wanted["setting_type"] or USUAL_KIND}
    return {"key": key, **wanted, **usual}


def absent_flag(client: ConfigCatClient, key: str) -> Absence:
    """Return the proof that a config lacks a setting, all of whose settings were read."""
    return client.evidence.absent(f"setting {key}")


def add_flag(
    client: ConfigCatClient,
    config: dict[str, Any],
    wanted: dict[str, Any],
    tag_ids: list[int],
    absence: Absence | None,
) -> dict[str, Any]:
    """Add a setting, once; one that another run was faster to add is changed to what is wanted.

    Args:
        client: writes it.
        config: where it shall be.
        wanted: what it shall be (`new_flag`).
        tag_ids: the ids of its tags.
        absence: the proof that there is none of this key (`absent_flag`).

    Raises:
        ToolkitError: ``type_differs``, when the other run made one of another type.
    """

    def find() -> dict[str, Any] | Absence:
        return flags_of(client, config).get(wanted["key"]) or absent_flag(client, wanted["key"])

    told = {name: value for name, value in {**wanted, "tags": tag_ids or None}.items() if value is not None}
    made = client.add(f"{_config_path(config)}/settings", told, absence, find)
    if made is not None:
        return as_flag(made, collection_in(made, "tags"))
    there = find()
    if isinstance(there, Absence):
        raise ToolkitError(
            "not_found", f"The setting {wanted['key']} was added, and is not shown.", hint="Run the task again."
        )
    check_kind("type", there, wanted["setting_type"])
    return change_flag(client, there, changes(there, wanted), tag_ids)


def change_flag(
    client: ConfigCatClient, flag: dict[str, Any], changed: dict[str, Any], tag_ids: list[int]
) -> dict[str, Any]:
    """Change what people read of a setting; the API can't change its key, its type and its place.

    Args:
        client: writes it.
        flag: the setting that is there.
        changed: of ``name``, ``hint`` and ``tags`` what differs.
        tag_ids: the ids of all its tags, if they differ.
    """
    values = {**changed, **({"tags": tag_ids} if "tags" in changed else {})}
    patch = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in sorted(values.items())]
    if patch:
        # To replace the same with the same again does no harm.
        client.write("PATCH", f"/settings/{segment(name_in(flag, 'setting_id'))}", patch, repeat=True)
    return {**flag, **changed}


def remove_flag(client: ConfigCatClient, flag: dict[str, Any]) -> None:
    """Remove a setting with its values in all environments."""
    client.delete(f"/settings/{segment(name_in(flag, 'setting_id'))}")


def _config_path(config: dict[str, Any]) -> str:
    return f"{CONFIG.path}/{segment(name_in(config, CONFIG.id))}"
