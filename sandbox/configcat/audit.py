# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of changes, with users and reasons."""

from __future__ import annotations

import re
import uuid
from sqlite3 import Row
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime

from sandbox.clock import iso
from sandbox.configcat.bodies import Id
from sandbox.configcat.lookup import find_row
from sandbox.configcat.responses import Shown, wrong
from sandbox.context import Context, CurrentContext

SCHEMA = """
CREATE TABLE IF NOT EXISTS audit_logs (
    audit_log_id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    type TEXT NOT NULL,
    target TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    product_id TEXT,
    config_id TEXT,
    environment_id TEXT,
    place TEXT NOT NULL,            -- the names of those three
    details TEXT NOT NULL,
    why TEXT
);
"""

_KINDS = """
productCreated productChanged productOwnershipTransferred productDeleted productsReordered teamMemberInvited
teamMemberInvitationRevoked teamMemberJoined teamMemberPermissionGroupChanged teamMemberRemoved teamMemberLeft
teamMemberInvitationChanged teamMemberInvitationResent teamMemberInvitationRejected configCreated configChanged
configDeleted configsReordered environmentCreated environmentChanged environmentDeleted environmentsReordered
settingCreated settingChanged settingDeleted settingsReordered predefinedVariationsChanged
settingConvertedToPredefinedVariations settingConvertedToFreeFormValues settingValueChanged webHookCreated
webHookChanged webHookDeleted permissionGroupCreated permissionGroupChanged permissionGroupDeleted
permissionGroupDefault apiKeyAdded apiKeyRemoved integrationAdded integrationChanged integrationRemoved
apiKeyConnected integrationLinkAdded integrationLinkRemoved organizationAdded organizationRemoved organizationChanged
organizationSubscriptionTypeChanged organizationAdminChanged organizationAdminLeft twoFactorDisabledForMember tagAdded
tagChanged tagRemoved settingTagAdded settingTagRemoved publicApiAccessTokenAdded publicApiAccessTokenRemoved
domainAdded domainVerified domainRemoved domainSamlConfigured domainSamlDeleted autoProvisioningConfigurationChanged
samlIdpConfigurationAdded samlIdpConfigurationRemoved samlIdpConfigurationUpdated autoProvisioningEnabledChanged
organizationMemberJoined organizationMemberProductJoinRequested organizationMemberProductJoinRequestRejected
organizationMemberProductJoinRequestApproved organizationMemberRemoved codeReferencesUploaded codeReferenceDeleted
codeReferenceStaleBranchDeleted segmentCreated segmentChanged segmentDeleted webhookSigningKeyDeleted
webhookSigningKeyCreated userProvisioningConfigurationChanged syncGroupProvisioningRuleChanged syncGroupsReordered
syncUserProvisioningEnabled syncUserProvisioningDisabled userEmailChanged userFullNameChanged userDisabled
awsConnected awsDisconnected userEnabled syncUserDeleted syncGroupDeleted proxyConfigurationCreated
proxyConfigurationChanged proxyConfigurationDeleted proxyConfigurationSecretRegenerated
proxyNotificationSettingsUpdated proxyNotificationSettingsDeleted proxyNotificationSigningKeyAdded
proxyNotificationSigningKeyDeleted
"""
KINDS = frozenset(_KINDS.split())
"""All types in the description; the sandbox writes some of them."""

router = APIRouter()


def note(
    context: Context,
    kind: str,
    target: str,
    *,
    organization_id: str | None = None,
    product_id: str | None = None,
    config_id: str | None = None,
    environment_id: str | None = None,
    details: str = "",
    why: str | None = None,
) -> None:
    """Record a change.

    :param kind: one of ``KINDS``.
    :param target: the name of what was changed.
    :param organization_id: its place; the innermost of these four is enough, except for an environment within a config.
    :param why: the reason that was given.
    """
    assert kind in KINDS, kind
    config = context.store.one("SELECT * FROM configs WHERE config_id = ?", config_id)
    environment = context.store.one("SELECT * FROM environments WHERE environment_id = ?", environment_id)
    nearest = config or environment
    product_id = nearest["product_id"] if nearest else product_id
    product = context.store.one("SELECT * FROM products WHERE product_id = ?", product_id)
    context.store.insert(
        "audit_logs",
        at=context.clock.now(),
        type=kind,
        target=target,
        organization_id=product["organization_id"] if product else organization_id,
        product_id=product_id,
        config_id=config_id,
        environment_id=environment_id,
        place=" / ".join(row["name"] for row in (product, config, environment) if row),
        details=details,
        why=why,
    )


class AuditLogFilter:
    """The requested entries: the query parameters that both lists have in common."""

    def __init__(
        self,
        configId: Id | None = None,
        environmentId: Id | None = None,
        auditLogType: str | None = None,
        fromUtcDateTime: AwareDatetime | None = None,
        toUtcDateTime: AwareDatetime | None = None,
    ) -> None:
        if auditLogType is not None and auditLogType not in KINDS:
            raise wrong("auditLogType", "There is no such type.")
        self.conditions: dict[str, Any] = {
            "config_id = ?": configId,
            "environment_id = ?": environmentId,
            "type = ?": auditLogType,
            "at >= ?": fromUtcDateTime and fromUtcDateTime.timestamp(),
            "at <= ?": toUtcDateTime and toUtcDateTime.timestamp(),
        }


@router.get("/organizations/{organization_id}/auditlogs")
async def list_of_organization(
    context: CurrentContext,
    organization_id: Id,
    wanted: Annotated[AuditLogFilter, Depends()],
    show: Shown,
    productId: Id | None = None,
) -> Response:
    """Return the changes in an organization, the latest first."""
    find_row(context, "organizations", "organization_id", organization_id, "organization")
    conditions = {**wanted.conditions, "product_id = ?": productId, "organization_id = ?": organization_id}
    return show(_entries(context, conditions))


@router.get("/products/{product_id}/auditlogs")
async def list_of_product(
    context: CurrentContext, product_id: Id, wanted: Annotated[AuditLogFilter, Depends()], show: Shown
) -> Response:
    """Return the changes in a product, the latest first."""
    find_row(context, "products", "product_id", product_id, "product")
    return show(_entries(context, {**wanted.conditions, "product_id = ?": product_id}))


def _entries(context: Context, conditions: dict[str, Any]) -> list[dict[str, Any]]:
    given = {condition: value for condition, value in conditions.items() if value is not None}
    sql = f"SELECT * FROM audit_logs WHERE {' AND '.join(given)} ORDER BY audit_log_id DESC"
    # All changes are made with one person's credentials.
    me = context.store.one("SELECT * FROM users ORDER BY rowid")
    assert me is not None
    return [_shown(row, me) for row in context.store.all(sql, *given.values())]


def _shown(row: Row, me: Row) -> dict[str, Any]:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row["type"]).lower()
    return {
        "auditLogId": row["audit_log_id"],
        "auditLogDateTime": iso(row["at"], digits=3),
        "auditLogTypeEnum": row["type"],
        # Each change is a separate set.
        "changeSetId": str(uuid.uuid5(uuid.NAMESPACE_OID, str(row["audit_log_id"]))),
        "truncated": False,
        "auditLogType": words.capitalize(),
        "userName": me["full_name"],
        "userEmail": me["email"],
        "where": row["place"],
        "why": row["why"],
        "actionTarget": row["target"],
        "details": row["details"],
    }
