# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read any of the collections that ConfigCat lists, each at most once in a task.

Private to the collection. It is the logic of ``configcat_info``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from functools import cached_property
from typing import Any, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import values_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.feature_flags import feature_flags
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import (
    flags_of,
    setting_path,
    settings_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.integrations import (
    integrations_of,
    without_values,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.invitations import invitations_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    CONFIG,
    ENVIRONMENT,
    ORGANIZATION,
    PERMISSION_GROUP,
    PRODUCT,
    SEGMENT,
    TAG,
    Kind,
    object_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.members import (
    members_of_organization,
    members_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    checked_key,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    is_in_organization,
    missing_object,
    parent_organization,
    parent_product,
    picked,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.preferences import preferences_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.stale_flags import (
    checked_stale_flag_options,
    stale_flags,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import FORMS, version_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.webhooks import webhooks_of
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, number_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

Id = TypeVar("Id", int, str)


class Gatherer:
    """The reads of one task.

    Args:
        task: knows whether this is check mode, and receives warnings.
        client: reads.
        params: the task's options, from `checked_gather_options`.
    """

    def __init__(self, task: Task, client: ConfigCatClient, params: dict[str, Any]) -> None:
        self._task = task
        self._client = client
        self._params = params
        self._known: dict[Kind, list[dict[str, Any]]] = {}

    def me(self) -> dict[str, Any] | None:
        """Return the user whom the credentials belong to."""
        return self._client.get("/me")

    def organizations(self) -> list[dict[str, Any]]:
        """Return all organizations."""
        return self._client.organizations()

    def products(self) -> list[dict[str, Any]]:
        """Return the products of all organizations, or of the given one."""
        given = self._params["organization"]
        items = self._client.products()
        return [item for item in items if given is None or is_in_organization(item, given)]

    def of_product(self, kind: Kind) -> list[dict[str, Any]]:
        """Return all objects of a kind in the product; none if the product does not exist."""
        if kind not in self._known:
            self._known[kind] = (
                self._client.of_product(kind, text_in(self._product, PRODUCT.id)) if self._product else []
            )
        return self._known[kind]

    def segments(self) -> list[dict[str, Any]]:
        """Return the segments of the product, with their comparisons if ``details`` is set."""
        items = self.of_product(SEGMENT)
        if not self._params["details"]:
            return items
        return [found for item in items if (found := self._client.by_id(SEGMENT, name_in(item, SEGMENT.id)))]

    def members(self) -> list[dict[str, Any]]:
        """Return the members of the product."""
        return self._client.listed(members_path(self._product)) if self._product else []

    def organization_members(self) -> list[dict[str, Any]]:
        """Return the members of the organization, with their roles."""
        return members_of_organization(self._client, self._organization)

    def invitations(self) -> list[dict[str, Any]]:
        """Return the invitations to the product that were not accepted."""
        return self._client.listed(invitations_path(self._product)) if self._product else []

    def preferences(self) -> dict[str, Any] | None:
        """Return the preferences of the product."""
        return preferences_of(self._client, self._product) if self._product else None

    def webhooks(self) -> list[dict[str, Any]]:
        """Return the webhooks of all configs of the product, without the values of secure headers."""
        return webhooks_of(self._client, self._product) if self._product else []

    def integrations(self) -> list[dict[str, Any]]:
        """Return the integrations of the product, without the values of secret parameters."""
        found = integrations_of(self._client, self._product, self._task.secrets) if self._product else []
        return [without_values(one) for one in found]

    def organization_invitations(self) -> list[dict[str, Any]]:
        """Return the invitations to all products of the organization that were not accepted."""
        return self._client.listed(invitations_path(self._organization))

    def flags(self) -> list[dict[str, Any]]:
        """Return the flags and settings of the config, or those of the product that have the tag."""
        kind, option = (CONFIG, "config") if self._params["tag"] is None else (TAG, "tag")
        parent = self._one(kind, option)
        return self._client.listed(settings_path(kind, parent)) if parent else []

    def deleted_flags(self) -> list[dict[str, Any]]:
        """Return the flags and settings of the config that were removed."""
        config = self._one(CONFIG, "config")
        return self._client.listed(settings_path(CONFIG, config, deleted=True)) if config else []

    def flag_values(self) -> list[dict[str, Any]]:
        """Return the values of the flags and settings of the config in the environment."""
        config, environment = self._one(CONFIG, "config"), self._one(ENVIRONMENT, "environment")
        if not config or not environment:
            return []
        return collection_in(self._client.one(values_path(config, environment)), FORMS[version_of(config)].read)

    def feature_flags(self) -> dict[str, Any]:
        """Return the flags of the config with their values, in one environment or in all of them."""
        config = self._one(CONFIG, "config")
        given = self._params["environment"] is not None
        environments = [self._one(ENVIRONMENT, "environment")] if given else self.of_product(ENVIRONMENT)
        places = [one for one in environments if one]
        return feature_flags(self._task, self._client, self._product, config, places)

    def stale_flags(self) -> list[dict[str, Any]]:
        """Return the stale flags of the product; none if the product does not exist."""
        environments = self._ids(ENVIRONMENT, "ignored_environments", name_in)
        tags = self._ids(TAG, "ignored_tags", number_in)
        return stale_flags(self._client, self._product, self._params, environments, tags) if self._product else []

    def code_references(self) -> list[dict[str, Any]]:
        """Return where code mentions the flag; nothing if the flag does not exist."""
        key, config = self._params["key"], self._one(CONFIG, "config")
        flag = flags_of(self._client, config).get(key)
        if flag is None:
            missing(self._task, f"setting {key}", "Create it with reseller.toolkit.configcat_flag.")
            return []
        return self._client.listed(f"{setting_path(name_in(flag, 'setting_id'))}/code-references")

    def audit_log(self) -> list[dict[str, Any]]:
        """Return the audit log of the product or of the organization."""
        params = self._params
        query = {
            "configId": self._one(CONFIG, "config").get(CONFIG.id),
            "environmentId": self._one(ENVIRONMENT, "environment").get(ENVIRONMENT.id),
            "auditLogType": params["audit_log_type"],
            "fromUtcDateTime": params["since"],
            "toUtcDateTime": params["until"],
        }
        kind, parent = (ORGANIZATION, self._organization) if params["product"] is None else (PRODUCT, self._product)
        return self._client.listed(f"{object_path(kind, parent)}/auditlogs", **query) if parent else []

    def _ids(self, kind: Kind, option: str, read: Callable[[dict[str, Any], str], Id]) -> list[Id]:
        """Return the ids of the objects of the product that an option lists, without those that are missing."""
        names = self._params[option] or []
        items = self.of_product(kind) if names else []
        found = [picked(kind, items, name) or missing_object(self._task, kind, name) for name in names]
        return [read(item, kind.id) for item in found if item]

    @cached_property
    def _organization(self) -> dict[str, Any]:
        return parent_organization(self._client, self._params["organization"])

    @cached_property
    def _product(self) -> dict[str, Any]:
        return parent_product(self._task, self._client, self._params["product"])

    def _one(self, kind: Kind, option: str) -> dict[str, Any]:
        """Return the object of the product that an option names; an empty dict if the option is not given."""
        given = self._params[option]
        if given is None:
            return {}
        found = picked(kind, self.of_product(kind), given)
        return found or missing_object(self._task, kind, given)


#: The collections that can be gathered, with the functions that read them.
GATHERERS: dict[str, Callable[[Gatherer], Any]] = {
    "me": Gatherer.me,
    "organizations": Gatherer.organizations,
    "products": Gatherer.products,
    "configs": lambda gatherer: gatherer.of_product(CONFIG),
    "environments": lambda gatherer: gatherer.of_product(ENVIRONMENT),
    "tags": lambda gatherer: gatherer.of_product(TAG),
    "segments": Gatherer.segments,
    "permission_groups": lambda gatherer: gatherer.of_product(PERMISSION_GROUP),
    "members": Gatherer.members,
    "organization_members": Gatherer.organization_members,
    "invitations": Gatherer.invitations,
    "organization_invitations": Gatherer.organization_invitations,
    "preferences": Gatherer.preferences,
    "webhooks": Gatherer.webhooks,
    "integrations": Gatherer.integrations,
    "flags": Gatherer.flags,
    "deleted_flags": Gatherer.deleted_flags,
    "flag_values": Gatherer.flag_values,
    "feature_flags": Gatherer.feature_flags,
    "stale_flags": Gatherer.stale_flags,
    "code_references": Gatherer.code_references,
    "audit_log": Gatherer.audit_log,
}
#: The options that each requires. The organization is required only if there are several.
NEEDED = {
    **dict.fromkeys(
        (
            *("configs", "environments", "tags", "segments", "permission_groups", "members", "invitations"),
            *("stale_flags", "preferences", "webhooks", "integrations"),
        ),
        ("product",),
    ),
    **dict.fromkeys(("flags", "deleted_flags", "feature_flags"), ("product", "config")),
    "flag_values": ("product", "config", "environment"),
    "code_references": ("product", "config", "key"),
}


def checked_gather_options(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of ``configcat_info`` in the form that is compared and sent.

    Raises:
        ToolkitError: ``invalid_option``, also if an option is missing that another one requires.
    """
    for name in params["gather"]:
        needed = ("product", "tag") if name == "flags" and params["tag"] is not None else NEEDED.get(name, ())
        for option in needed:
            if params[option] is None:
                raise invalid(option, f"it is required to gather {name}.")
    for option in ("config", "environment", "tag"):
        if params[option] is not None and params["product"] is None:
            raise invalid("product", f"it is required to find the {option}.")
    times = {option: _utc(option, params[option]) for option in ("since", "until") if params[option] is not None}
    key = None if params["key"] is None else checked_key("key", params["key"])
    checked = with_checked_names(
        checked_stale_flag_options(params),
        organization=LONGEST_DESCRIPTION,
        product=LONGEST_DESCRIPTION,
        config=LONGEST_NAME,
        environment=LONGEST_NAME,
        tag=LONGEST_NAME,
    )
    return {**checked, **times, "key": key}


def _utc(option: str, text: str) -> str:
    """Return a time in the form that the API takes, in UTC.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    # YAML reads an unquoted time as a time, and Ansible makes a text with a space of it.
    moment = iso_time(line_of(option, text).replace(" ", "T", 1))
    if moment is None:
        raise invalid(option, f"{text!r} is not a time such as 2026-11-24T12:00:00Z.")
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
