# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all ConfigCat modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection to the public management API."""

    DOCUMENTATION = r"""
options:
  api_user:
    description:
      - The user name of the credentials for the public management API, from the page Public API credentials of
        ConfigCat's dashboard. It is not the name that a person uses to log in.
      - The environment variable E(CONFIGCAT_API_USER) on the controller is used if this is not set, also for tasks that
        are delegated to another host.
    type: str
    required: true
  api_password:
    description:
      - The password of these credentials.
      - The environment variable E(CONFIGCAT_API_PASSWORD) on the controller is used if this is not set, also for tasks
        that are delegated to another host.
    type: str
    required: true
  api_url:
    description:
      - The address of the API, with or without a trailing V(/v1). C(http://) is accepted for this machine only.
      - The environment variable E(CONFIGCAT_API_URL) on the controller is used if this is not set.
    type: str
    default: https://api.configcat.com
notes:
  - The modules return what the API returns, with properties named in the style of options, such as C(config_id) for
    C(configId).
"""

    OBJECT = r"""
options:
  product:
    description:
      - The product that it belongs to, by its name or its id.
      - Required unless O(id) is given.
    type: str
  name:
    description:
      - Its name, which identifies it in its product unless O(id) is given.
      - Two of the same name are an error, as the module can't know which one is meant.
    type: str
  id:
    description: The id of an existing one. Use it to change the O(name), or if several have the same name.
    type: str
  state:
    description: Desired state of the object.
    type: str
    choices: [present, absent]
    default: present
"""

    AUDIT_LOG = r"""
options:
  audit_log_type:
    description: Only the events of this type in the V(audit_log).
    type: str
    choices:
      - productCreated
      - productChanged
      - productOwnershipTransferred
      - productDeleted
      - productsReordered
      - teamMemberInvited
      - teamMemberInvitationRevoked
      - teamMemberJoined
      - teamMemberPermissionGroupChanged
      - teamMemberRemoved
      - teamMemberLeft
      - teamMemberInvitationChanged
      - teamMemberInvitationResent
      - teamMemberInvitationRejected
      - configCreated
      - configChanged
      - configDeleted
      - configsReordered
      - environmentCreated
      - environmentChanged
      - environmentDeleted
      - environmentsReordered
      - settingCreated
      - settingChanged
      - settingDeleted
      - settingsReordered
      - predefinedVariationsChanged
      - settingConvertedToPredefinedVariations
      - settingConvertedToFreeFormValues
      - settingValueChanged
      - webHookCreated
      - webHookChanged
      - webHookDeleted
      - permissionGroupCreated
      - permissionGroupChanged
      - permissionGroupDeleted
      - permissionGroupDefault
      - apiKeyAdded
      - apiKeyRemoved
      - integrationAdded
      - integrationChanged
      - integrationRemoved
      - apiKeyConnected
      - integrationLinkAdded
      - integrationLinkRemoved
      - organizationAdded
      - organizationRemoved
      - organizationChanged
      - organizationSubscriptionTypeChanged
      - organizationAdminChanged
      - organizationAdminLeft
      - twoFactorDisabledForMember
      - tagAdded
      - tagChanged
      - tagRemoved
      - settingTagAdded
      - settingTagRemoved
      - publicApiAccessTokenAdded
      - publicApiAccessTokenRemoved
      - domainAdded
      - domainVerified
      - domainRemoved
      - domainSamlConfigured
      - domainSamlDeleted
      - autoProvisioningConfigurationChanged
      - samlIdpConfigurationAdded
      - samlIdpConfigurationRemoved
      - samlIdpConfigurationUpdated
      - autoProvisioningEnabledChanged
      - organizationMemberJoined
      - organizationMemberProductJoinRequested
      - organizationMemberProductJoinRequestRejected
      - organizationMemberProductJoinRequestApproved
      - organizationMemberRemoved
      - codeReferencesUploaded
      - codeReferenceDeleted
      - codeReferenceStaleBranchDeleted
      - segmentCreated
      - segmentChanged
      - segmentDeleted
      - webhookSigningKeyDeleted
      - webhookSigningKeyCreated
      - userProvisioningConfigurationChanged
      - syncGroupProvisioningRuleChanged
      - syncGroupsReordered
      - syncUserProvisioningEnabled
      - syncUserProvisioningDisabled
      - userEmailChanged
      - userFullNameChanged
      - userDisabled
      - awsConnected
      - awsDisconnected
      - userEnabled
      - syncUserDeleted
      - syncGroupDeleted
      - proxyConfigurationCreated
      - proxyConfigurationChanged
      - proxyConfigurationDeleted
      - proxyConfigurationSecretRegenerated
      - proxyNotificationSettingsUpdated
      - proxyNotificationSettingsDeleted
      - proxyNotificationSigningKeyAdded
      - proxyNotificationSigningKeyDeleted
  since:
    description: Only the events of the V(audit_log) from this time on, such as V(2026-11-24T12:00:00Z).
    type: str
  until:
    description: Only the events of the V(audit_log) up to this time, such as V(2026-11-24T12:00:00Z).
    type: str
"""
