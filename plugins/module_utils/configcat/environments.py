# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the flags of a config serve in an environment: read at once, and written one by one or at once.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import (
    CONFIG,
    ENVIRONMENT,
    PRODUCT,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.known import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    parent_in_product,
    parent_product,
    parents_in_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.settings import (
    SETTING_TITLE,
    as_flag,
    readable_settings,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import (
    PARTS,
    SettingValue,
    from_api,
    patch_to_api,
    to_api,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import name_in, objects_in, text_in, value_in

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The header that says which config and environment are meant, instead of their ids.
SDK_KEY_HEADER = "X-CONFIGCAT-SDKKEY"


@dataclass
class Served:
    """What the API shows of flags in one environment.

    Attributes:
        environment: the environment; an empty dict while it is not there.
        config: the config; an empty dict while it is not there.
        read_only: whether the user of the credentials may not change what is served here.
        flags: the flags by their keys.
        values: what they serve, by their keys.
        links: their links to cards elsewhere, by their keys.
    """

    environment: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    read_only: bool = False
    flags: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, SettingValue] = field(default_factory=dict)
    links: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        """Whether both the config and the environment are there."""
        return bool(self.environment and self.config)

    @property
    def product_id(self) -> str | None:
        """The id of the product that it belongs to."""
        return text_in(self._product, PRODUCT.id) if self._product else None

    @property
    def needs_reason(self) -> bool:
        """Whether a change needs a reason, in this environment or in all of the product."""
        return any(value_in(one, "reason_required", bool) for one in (self.environment, self._product) if one)

    @property
    def _product(self) -> dict[str, Any]:
        """The product; an empty dict while neither the config nor the environment is there."""
        within = self.config or self.environment
        return value_in(within, "product", dict) if within else {}


def values_path(config: dict[str, Any], environment: dict[str, Any]) -> str:
    """Where what is served by all flags of a config in an environment is."""
    return f"{_place(config, environment)}/values"


def served_in(client: ConfigCatClient, config: dict[str, Any], environment: dict[str, Any]) -> Served:
    """What all flags of a config serve in an environment; nothing while one of the two is not there."""
    if not config or not environment:
        return Served(environment, config)
    with client.evidence.proving(SETTING_TITLE):
        told = client.one(values_path(config, environment))
        items = objects_in(told, "setting_values")
    return _served(client, told, items, environment, config)


def served_where(task: Task, client: ConfigCatClient, params: dict[str, Any]) -> Served:
    """What all flags serve in the product, the config and the environment that the options name.

    Raises:
        ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
    """
    product = parent_product(task, client, params["product"])
    config = parent_in_product(task, client, CONFIG, product, params["config"])
    return served_in(client, config, parent_in_product(task, client, ENVIRONMENT, product, params["environment"]))


def served_in_each(
    task: Task, client: ConfigCatClient, product: dict[str, Any], config: dict[str, Any], names: list[str]
) -> dict[str, Served]:
    """What all flags of a config serve in several environments, by the names that the user gave.

    Raises:
        ToolkitError: ``not_found`` outside check mode, ``ambiguous``, or ``invalid_option`` when two are the same.
    """
    environments = parents_in_product(task, client, ENVIRONMENT, product, names)
    known: dict[str, str] = {}
    for name, environment in environments.items():
        other = known.setdefault(environment.get(ENVIRONMENT.id, name), name)
        if other != name:
            raise invalid("environments", f"{other} and {name} are the same.")
    return {name: served_in(client, config, environment) for name, environment in environments.items()}


def served_by_sdk_key(client: ConfigCatClient, key: str, sdk_key: str) -> Served:
    """What one flag serves where an SDK key belongs to.

    Raises:
        ToolkitError: ``not_found``.
    """
    place = Place.by_sdk_key(key, sdk_key)
    try:
        item = client.one(place.path, headers=place.headers)
    except ApiError as error:
        if error.status != 404:
            raise
        raise ToolkitError(
            "not_found", f"There is no setting {key} where this SDK key belongs to.", hint="Check key and sdk_key."
        ) from error
    return _served(client, item, [item], {}, {})


def _served(
    client: ConfigCatClient,
    answer: dict[str, Any],
    items: list[dict[str, Any]],
    environment: dict[str, Any],
    config: dict[str, Any],
) -> Served:
    of_settings = [(value_in(item, "setting", dict), item) for item in items]
    known = readable_settings(client, [setting for setting, _item in of_settings])
    items = [item for setting, item in of_settings if any(setting is each for each in known)]
    keys = [item["setting"]["key"] for item in items]
    return Served(
        # The answer tells more of both, such as whose they are.
        environment={**environment, **value_in(answer, "environment", dict)},
        config={**config, **value_in(answer, "config", dict)},
        read_only=value_in(answer, "read_only", bool),
        flags={key: as_flag(item["setting"], collection_in(item, "setting_tags")) for key, item in zip(keys, items)},
        values={key: from_api(item) for key, item in zip(keys, items)},
        links={key: collection_in(item, "integration_links") for key, item in zip(keys, items)},
    )


def check_writable(served: Served, reason: str | None) -> None:
    """Refuse to write what the API would refuse, before anything is written.

    Raises:
        ToolkitError: ``forbidden`` or ``reason_required``.
    """
    name = served.environment.get("name")
    if served.read_only:
        raise ToolkitError(
            "forbidden",
            f"These credentials may read what is served in {name}, and not change it.",
            hint="See the environment accesses of the user's permission group.",
        )
    if served.needs_reason and not (reason or "").strip():
        raise ToolkitError(
            "reason_required",
            f"A change of what is served in {name} needs a reason for the audit log.",
            hint="Give it as reason.",
        )


@dataclass(frozen=True)
class Place:
    """Where what one flag serves is.

    Attributes:
        path: below the version.
        headers: what else says where it is.
    """

    path: str
    headers: dict[str, str] | None = None

    @classmethod
    def by_ids(cls, environment: dict[str, Any], setting_id: int) -> Place:
        """In an environment."""
        environment_id = segment(name_in(environment, ENVIRONMENT.id))
        return cls(f"{ENVIRONMENT.path}/{environment_id}/settings/{segment(setting_id)}/value")

    @classmethod
    def by_sdk_key(cls, key: str, sdk_key: str) -> Place:
        """Where an SDK key belongs to."""
        return cls(f"/settings/{segment(key)}/value", {SDK_KEY_HEADER: sdk_key})


def write_value(
    client: ConfigCatClient, place: Place, value: SettingValue, given: Collection[str], reason: str | None
) -> SettingValue:
    """Write what one flag serves in one place; what is not given stays, also what somebody changes just now.

    Args:
        client: writes it.
        place: where.
        value: what it shall serve.
        given: which `PARTS` of it are wanted so.
        reason: for the audit log.

    Returns:
        what it serves.
    """
    if set(given) == set(PARTS):
        client.write("PUT", place.path, to_api(value), headers=place.headers, reason=reason)
        return value
    patch = patch_to_api(value, given)
    # To replace the same with the same again does no harm.
    told = client.write("PATCH", place.path, patch, repeat=True, headers=place.headers, reason=reason)
    # Where somebody else was faster, the answer is empty.
    return from_api(told or client.one(place.path, headers=place.headers))


def write_values(client: ConfigCatClient, served: Served, values: dict[int, SettingValue], reason: str | None) -> None:
    """Write what many flags serve in an environment at once, by their ids; others are left alone."""
    items = [{"setting_id": number, **to_api(value)} for number, value in values.items()]
    path = values_path(served.config, served.environment)
    # It replaces each of them, so that once more is the same as once.
    client.write("POST", path, {"setting_values": items}, repeat=True, reason=reason)


def sdk_keys(client: ConfigCatClient, config: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    """The SDK keys of a config in an environment: ``primary`` and ``secondary``."""
    answer = client.one(_place(config, environment))
    return {name: None if answer.get(name, "") is None else text_in(answer, name) for name in ("primary", "secondary")}


def _place(config: dict[str, Any], environment: dict[str, Any]) -> str:
    config_id, environment_id = name_in(config, CONFIG.id), name_in(environment, ENVIRONMENT.id)
    return f"{CONFIG.path}/{segment(config_id)}{ENVIRONMENT.path}/{segment(environment_id)}"
