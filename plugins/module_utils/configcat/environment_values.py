# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that the flags of a config serve in an environment: read at once, written one by one or at once.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import (
    SETTING_TITLE,
    as_flag,
    flags_of,
    readable_settings,
    setting_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    CONFIG,
    ENVIRONMENT,
    PRODUCT,
    object_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    parent_in_product,
    parent_product,
    parents_in_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import (
    FORMS,
    is_full,
    patch_to_api,
    version_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import SettingValue
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    nullable_in,
    number_in,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The header that identifies a config and an environment by an SDK key, instead of their ids.
SDK_KEY_HEADER = "X-CONFIGCAT-SDKKEY"


@dataclass
class EnvironmentValues:
    """The flags of a config in one environment, as the API shows them.

    Attributes:
        environment: the environment; an empty dict if it does not exist.
        config: the config; an empty dict if it does not exist.
        read_only: whether the user of the credentials may not change values here.
        flags: the flags by their keys; all of the config, or the one that was asked for.
        values: their values by their keys.
        links: their links to cards of other services, by their keys.
        is_whole: whether these are all flags of the config.
    """

    environment: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    read_only: bool = False
    flags: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, SettingValue] = field(default_factory=dict)
    links: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def exists(self) -> bool:
        """Return whether both the config and the environment exist."""
        return bool(self.environment and self.config)

    @property
    def version(self) -> str:
        """Return the evaluation version of the config, that of the oldest configs if it does not exist.

        Raises:
            ToolkitError: ``unsupported``.
        """
        return version_of(self.config)

    @property
    def product_id(self) -> str | None:
        """Return the id of the product that both belong to."""
        return text_in(self._product, PRODUCT.id) if self._product else None

    @property
    def needs_reason(self) -> bool:
        """Return whether changes require a reason, in this environment or in the whole product."""
        return any(value_in(one, "reason_required", bool) for one in (self.environment, self._product) if one)

    @property
    def _product(self) -> dict[str, Any]:
        """Return the product; an empty dict if neither the config nor the environment exists."""
        within = self.config or self.environment
        return value_in(within, "product", dict) if within else {}


def values_path(config: dict[str, Any], environment: dict[str, Any]) -> str:
    """Return the path of the values of all flags of a config in an environment.

    Raises:
        ToolkitError: ``unsupported``.
    """
    return f"{FORMS[version_of(config)].prefix}{_config_in_environment(config, environment)}/values"


def values_in(client: ConfigCatClient, config: dict[str, Any], environment: dict[str, Any]) -> EnvironmentValues:
    """Return the values of all flags of a config in an environment; none if one of the two does not exist."""
    if not config or not environment:
        return EnvironmentValues(environment, config)
    with client.evidence.proving(SETTING_TITLE):
        told = client.one(values_path(config, environment))
        items = objects_in(told, FORMS[version_of(config)].read)
    return _from_response(client, told, items, environment, config)


def values_where(task: Task, client: ConfigCatClient, params: dict[str, Any]) -> EnvironmentValues:
    """Return the values of all flags in the product, the config and the environment that the options name.

    Raises:
        ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
    """
    product = parent_product(task, client, params["product"])
    config = parent_in_product(task, client, CONFIG, product, params["config"])
    return values_in(client, config, parent_in_product(task, client, ENVIRONMENT, product, params["environment"]))


def values_in_each(
    task: Task, client: ConfigCatClient, product: dict[str, Any], config: dict[str, Any], names: list[str]
) -> dict[str, EnvironmentValues]:
    """Return the values of all flags of a config in several environments, by the names that the user gave.

    Raises:
        ToolkitError: ``not_found`` outside check mode, ``ambiguous``, or ``invalid_option`` if two are the same.
    """
    environments = parents_in_product(task, client, ENVIRONMENT, product, names)
    known: dict[str, str] = {}
    for name, environment in environments.items():
        other = known.setdefault(environment.get(ENVIRONMENT.id, name), name)
        if other != name:
            raise invalid("environments", f"{other} and {name} are the same environment.")
    return {name: values_in(client, config, environment) for name, environment in environments.items()}


def values_by_sdk_key(client: ConfigCatClient, key: str, sdk_key: str) -> EnvironmentValues:
    """Return the value of one flag, in the config and the environment that an SDK key identifies.

    An SDK key does not tell the kind of its config. New configs are V2 configs, so that is tried first. That the API
    refuses the other kind with 400 or 404 is a guess; a response of the other kind is not read either.

    Raises:
        ToolkitError: ``not_found``.
    """
    refused = None
    for version in ("v2", "v1"):
        address = ValueAddress.by_sdk_key(version, key, sdk_key)
        try:
            item = client.one(address.path, headers=address.headers)
        except ApiError as error:
            if error.status not in {400, 404}:
                raise
            refused = error
            continue
        known = {"evaluation_version": version, **value_in(item, "config", dict)}
        if version_of(known) == version:
            return _from_response(client, item, [item], {}, {"evaluation_version": version}, is_whole=False)
    raise ToolkitError(
        "not_found", f"There is no setting {key} where this SDK key belongs to.", hint="Check key and sdk_key."
    ) from refused


def with_all_values(client: ConfigCatClient, served: EnvironmentValues) -> EnvironmentValues:
    """Return the values of all flags where one flag is served; read if an SDK key led there, so that only one is known.

    Args:
        client: reads them.
        served: the known values.
    """
    return served if served.is_whole else values_in(client, served.config, served.environment)


def _from_response(
    client: ConfigCatClient,
    answer: dict[str, Any],
    items: list[dict[str, Any]],
    environment: dict[str, Any],
    config: dict[str, Any],
    *,
    is_whole: bool = True,
) -> EnvironmentValues:
    of_settings = [(value_in(item, "setting", dict), item) for item in items]
    known = readable_settings(client, [setting for setting, _item in of_settings])
    items = [item for setting, item in of_settings if any(setting is each for each in known)]
    keys = [item["setting"]["key"] for item in items]
    served = EnvironmentValues(
        # The response shows more of both, such as their product.
        environment={**environment, **value_in(answer, "environment", dict)},
        config={**config, **value_in(answer, "config", dict)},
        read_only=value_in(answer, "read_only", bool),
        flags={key: as_flag(item["setting"], collection_in(item, "setting_tags")) for key, item in zip(keys, items)},
        links={key: collection_in(item, "integration_links") for key, item in zip(keys, items)},
        is_whole=is_whole,
    )
    keys_of = FlagKeys(client, served.config, served.flags, is_whole=served.is_whole)
    form = FORMS[served.version]
    served.values.update({key: form.from_api(item, keys_of.key) for key, item in zip(keys, items)})
    return served


class FlagKeys:
    """The ids and keys of the flags of a config. If not all are known, they are read once, when one is missing.

    Args:
        client: reads them.
        config: the config.
        known: the known flags by their keys.
        is_whole: whether these are all flags of the config.
    """

    def __init__(
        self, client: ConfigCatClient, config: dict[str, Any], known: dict[str, dict[str, Any]], *, is_whole: bool
    ) -> None:
        self._client = client
        self._config = config
        self._flags = known
        self._is_whole = is_whole

    def key(self, number: int) -> str:
        """Return the key of the flag with an id; the id if there is none."""

        def keys() -> list[str]:
            return [key for key, flag in self._flags.items() if flag["setting_id"] == number]

        return next(iter(keys() or (self._is_read() and keys()) or [str(number)]))

    def number(self, key: str) -> int:
        """Return the id of the flag with a key.

        Raises:
            ToolkitError: ``not_found``.
        """
        if key not in self._flags and not (self._is_read() and key in self._flags):
            raise ToolkitError("not_found", f"There is no setting {key}, which a rule names as its prerequisite.")
        return number_in(self._flags[key], "setting_id")

    def _is_read(self) -> bool:
        """Read all flags, unless all are known; return whether there was anything to read."""
        if self._is_whole:
            return False
        self._flags, self._is_whole = {**self._flags, **flags_of(self._client, self._config)}, True
        return True


def check_writable(served: EnvironmentValues, reason: str | None) -> None:
    """Refuse a change that the API would refuse, before anything is written.

    Raises:
        ToolkitError: ``forbidden`` or ``reason_required``.
    """
    name = served.environment.get("name")
    if served.read_only:
        raise ToolkitError(
            "forbidden",
            f"These credentials may read values in {name}, but not change them.",
            hint="Grant access to the environment in the user's permission group.",
        )
    if served.needs_reason and not (reason or "").strip():
        raise ToolkitError(
            "reason_required",
            f"A change of values in {name} requires a reason for the audit log.",
            hint="Set reason.",
        )


@dataclass(frozen=True)
class ValueAddress:
    """The address of the value of one flag.

    Attributes:
        path: below the version.
        headers: the header that identifies the environment if the path does not.
    """

    path: str
    headers: dict[str, str] | None = None

    @classmethod
    def by_ids(cls, version: str, environment: dict[str, Any], setting_id: int) -> ValueAddress:
        """Return the address in an environment."""
        path = f"{object_path(ENVIRONMENT, environment)}{setting_path(setting_id)}/value"
        return cls(f"{FORMS[version].prefix}{path}")

    @classmethod
    def by_sdk_key(cls, version: str, key: str, sdk_key: str) -> ValueAddress:
        """Return the address in the config and the environment that an SDK key identifies."""
        return cls(f"{FORMS[version].prefix}{setting_path(key)}/value", {SDK_KEY_HEADER: sdk_key})


def write_value(
    client: ConfigCatClient,
    served: EnvironmentValues,
    address: ValueAddress,
    value: SettingValue,
    given: Collection[str],
    reason: str | None,
) -> SettingValue:
    """Write the value of one flag. Parts that are not given stay, even if somebody else changes them now.

    Args:
        client: sends the write.
        served: where the flag is.
        address: the address of the value.
        value: the desired value.
        given: the parts of it to write, of `PARTS`.
        reason: the reason for the audit log.

    Returns:
        The resulting value.
    """
    form, keys = FORMS[served.version], FlagKeys(client, served.config, served.flags, is_whole=served.is_whole)
    if is_full(served.version, given):
        sent = form.to_api(value, keys.number)
        client.write("PUT", address.path, sent, headers=address.headers, reason=reason)
        return value
    patch = patch_to_api(served.version, value, given, keys.number)
    # Replacing a part by the same part twice does no harm.
    told = client.write("PATCH", address.path, patch, repeat=True, headers=address.headers, reason=reason)
    # The response is empty if somebody else made the same change first.
    return form.from_api(told or client.one(address.path, headers=address.headers), keys.key)


def write_values(
    client: ConfigCatClient,
    served: EnvironmentValues,
    flags: dict[str, dict[str, Any]],
    values: dict[str, SettingValue],
    reason: str | None,
) -> None:
    """Write the values of many flags in an environment at once. Other flags keep theirs.

    Args:
        client: sends the write.
        served: the environment.
        flags: all flags of the config by their keys.
        values: the values by the flags' keys.
        reason: the reason for the audit log.
    """
    form = FORMS[served.version]

    def flag_id(key: str) -> int:
        return number_in(flags[key], "setting_id")

    items = [{"setting_id": flag_id(key), **form.to_api(value, flag_id)} for key, value in values.items()]
    path = values_path(served.config, served.environment)
    # It replaces each of them, so sending it twice is the same as once.
    client.write("POST", path, {form.written: items}, repeat=True, reason=reason)


def sdk_keys(client: ConfigCatClient, config: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    """Return the SDK keys of a config in an environment: ``primary`` and ``secondary``."""
    answer = client.one(_config_in_environment(config, environment))
    return {name: nullable_in(answer, name, text_in, None) for name in ("primary", "secondary")}


def _config_in_environment(config: dict[str, Any], environment: dict[str, Any]) -> str:
    return f"{object_path(CONFIG, config)}{object_path(ENVIRONMENT, environment)}"
