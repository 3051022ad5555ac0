# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read any of the collections that ConfigCat has, each at most once in a task.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import (
    CONFIG,
    ENVIRONMENT,
    PERMISSION_GROUP,
    PRODUCT,
    SEGMENT,
    TAG,
    Kind,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environments import values_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.known import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.members import members_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.names import (
    LONGEST_NAME,
    LONGEST_TEXT,
    with_checked_names,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    is_organization,
    missing_object,
    parent_organization,
    parent_product,
    picked,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import name_in, text_in, value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: What the audit log tells of.
AUDIT_LOG_TYPES = (
    "productCreated",
    "productChanged",
    "productOwnershipTransferred",
    "productDeleted",
    "productsReordered",
    "teamMemberInvited",
    "teamMemberInvitationRevoked",
    "teamMemberJoined",
    "teamMemberPermissionGroupChanged",
    "teamMemberRemoved",
    "teamMemberLeft",
    "teamMemberInvitationChanged",
    "teamMemberInvitationResent",
    "teamMemberInvitationRejected",
    "configCreated",
    "configChanged",
    "configDeleted",
    "configsReordered",
    "environmentCreated",
    "environmentChanged",
    "environmentDeleted",
    "environmentsReordered",
    "settingCreated",
    "settingChanged",
    "settingDeleted",
    "settingsReordered",
    "settingValueChanged",
    "webHookCreated",
    "webHookChanged",
    "webHookDeleted",
    "subscriptionChanged",
    "permissionGroupCreated",
    "permissionGroupChanged",
    "permissionGroupDeleted",
    "permissionGroupDefault",
    "apiKeyAdded",
    "apiKeyRemoved",
    "integrationAdded",
    "integrationChanged",
    "integrationRemoved",
    "apiKeyConnected",
    "integrationLinkAdded",
    "integrationLinkRemoved",
    "organizationAdded",
    "organizationRemoved",
    "organizationChanged",
    "organizationSubscriptionTypeChanged",
    "organizationAdminChanged",
    "organizationAdminLeft",
    "organizationAdminDisabled2FA",
    "tagAdded",
    "tagChanged",
    "tagRemoved",
    "settingTagAdded",
    "settingTagRemoved",
    "publicApiAccessTokenAdded",
    "publicApiAccessTokenRemoved",
    "domainAdded",
    "domainVerified",
    "domainRemoved",
    "domainSamlConfigured",
    "domainSamlDeleted",
    "autoProvisioningConfigurationChanged",
    "organizationMemberJoined",
    "organizationMemberProductJoinRequested",
    "organizationMemberProductJoinRequestRejected",
    "organizationMemberProductJoinRequestApproved",
    "codeReferencesUploaded",
    "codeReferenceDeleted",
    "codeReferenceStaleBranchDeleted",
    "segmentCreated",
    "segmentChanged",
    "segmentDeleted",
    "webhookSigningKeyDeleted",
    "webhookSigningKeyCreated",
)


class Reading:
    """What one task reads.

    Args:
        task: check mode is taken from it, and warnings are given to it.
        client: reads.
        params: the task's options, from `checked_reading`.
    """

    def __init__(self, task: Task, client: ConfigCatClient, params: dict[str, Any]) -> None:
        self._task = task
        self._client = client
        self._params = params
        self._known: dict[Kind, list[dict[str, Any]]] = {}

    def me(self) -> dict[str, Any] | None:
        """The user of the credentials."""
        return self._client.get("/me")

    def organizations(self) -> list[dict[str, Any]]:
        """All organizations."""
        return self._client.organizations()

    def products(self) -> list[dict[str, Any]]:
        """The products of all organizations, or of the one that is given."""
        given = self._params["organization"]
        items = self._client.products()
        return [item for item in items if given is None or _is_of(item, given)]

    def of_product(self, kind: Kind) -> list[dict[str, Any]]:
        """All of a kind in the product; none while it is not there."""
        if kind not in self._known:
            self._known[kind] = (
                self._client.of_product(kind, text_in(self._product, PRODUCT.id)) if self._product else []
            )
        return self._known[kind]

    def segments(self) -> list[dict[str, Any]]:
        """The segments of the product, with what they compare if that is asked for."""
        items = self.of_product(SEGMENT)
        if not self._params["details"]:
            return items
        return [found for item in items if (found := self._client.by_id(SEGMENT, name_in(item, SEGMENT.id)))]

    def members(self) -> list[dict[str, Any]]:
        """The members of the product."""
        return self._client.listed(members_path(self._product)) if self._product else []

    def organization_members(self) -> list[dict[str, Any]]:
        """The members of the organization."""
        return self._client.listed(members_path(self._organization))

    def flags(self) -> list[dict[str, Any]]:
        """The flags and settings of the config, or those of the product that have the tag."""
        parent = self._one(CONFIG, "config") if self._params["tag"] is None else self._one(TAG, "tag")
        return self._in(parent, CONFIG if self._params["tag"] is None else TAG, "settings")

    def deleted_flags(self) -> list[dict[str, Any]]:
        """The flags and settings of the config that were removed."""
        return self._in(self._one(CONFIG, "config"), CONFIG, "deleted-settings")

    def flag_values(self) -> list[dict[str, Any]]:
        """What the flags and settings of the config serve in the environment."""
        config, environment = self._one(CONFIG, "config"), self._one(ENVIRONMENT, "environment")
        if not config or not environment:
            return []
        return collection_in(self._client.one(values_path(config, environment)), "setting_values")

    def audit_log(self) -> list[dict[str, Any]]:
        """What happened in the product or in the organization."""
        params = self._params
        query = {
            "configId": self._one(CONFIG, "config").get(CONFIG.id),
            "environmentId": self._one(ENVIRONMENT, "environment").get(ENVIRONMENT.id),
            "auditLogType": params["audit_log_type"],
            "fromUtcDateTime": params["since"],
            "toUtcDateTime": params["until"],
        }
        if params["product"] is None:
            return self._client.listed(
                f"/organizations/{segment(text_in(self._organization, 'organization_id'))}/auditlogs", **query
            )
        return self._in(self._product, PRODUCT, "auditlogs", **query)

    @cached_property
    def _organization(self) -> dict[str, Any]:
        return parent_organization(self._client, self._params["organization"])

    @cached_property
    def _product(self) -> dict[str, Any]:
        return parent_product(self._task, self._client, self._params["product"])

    def _one(self, kind: Kind, option: str) -> dict[str, Any]:
        """The object of the product that an option names; an empty dict when it names none."""
        given = self._params[option]
        if given is None:
            return {}
        found = picked(kind, self.of_product(kind), given)
        return found or missing_object(self._task, kind, given)

    def _in(self, parent: dict[str, Any], kind: Kind, what: str, **query: Any) -> list[dict[str, Any]]:
        """A collection of an object; empty while that is not there."""
        return self._client.listed(f"{kind.path}/{segment(name_in(parent, kind.id))}/{what}", **query) if parent else []


def _is_of(product: dict[str, Any], organization: str) -> bool:
    return is_organization(value_in(product, "organization", dict), organization)


#: What can be asked for, and how it is read.
READERS: dict[str, Callable[[Reading], Any]] = {
    "me": Reading.me,
    "organizations": Reading.organizations,
    "products": Reading.products,
    "configs": lambda reading: reading.of_product(CONFIG),
    "environments": lambda reading: reading.of_product(ENVIRONMENT),
    "tags": lambda reading: reading.of_product(TAG),
    "segments": Reading.segments,
    "permission_groups": lambda reading: reading.of_product(PERMISSION_GROUP),
    "members": Reading.members,
    "organization_members": Reading.organization_members,
    "flags": Reading.flags,
    "deleted_flags": Reading.deleted_flags,
    "flag_values": Reading.flag_values,
    "audit_log": Reading.audit_log,
}
#: The options that each needs besides `organization`, which is needed only if there are several.
NEEDED = {
    **dict.fromkeys(("configs", "environments", "tags", "segments", "permission_groups", "members"), ("product",)),
    **dict.fromkeys(("flags", "deleted_flags"), ("product", "config")),
    "flag_values": ("product", "config", "environment"),
}


def checked_reading(params: dict[str, Any]) -> dict[str, Any]:
    """The options of ``configcat_info`` in the form that is compared and sent.

    Raises:
        ToolkitError: ``invalid_option``, also when one is missing that another needs.
    """
    for name in params["gather"]:
        needed = ("product", "tag") if name == "flags" and params["tag"] is not None else NEEDED.get(name, ())
        for option in needed:
            if params[option] is None:
                raise invalid(option, f"it is needed to gather {name}.")
    for option in ("config", "environment", "tag"):
        if params[option] is not None and params["product"] is None:
            raise invalid("product", f"it is needed to find the {option}.")
    times = {option: _utc(option, params[option]) for option in ("since", "until") if params[option] is not None}
    checked = with_checked_names(
        params,
        organization=LONGEST_TEXT,
        product=LONGEST_TEXT,
        config=LONGEST_NAME,
        environment=LONGEST_NAME,
        tag=LONGEST_NAME,
    )
    return {**checked, **times}


def _utc(option: str, text: str) -> str:
    """A time as the API takes it: in UTC.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    # A time without quotes is one to YAML, and a text again with a space in it.
    moment = iso_time(line_of(option, text).replace(" ", "T", 1))
    if moment is None:
        raise invalid(option, f"{text!r} is not a time such as 2026-11-24T12:00:00Z.")
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
