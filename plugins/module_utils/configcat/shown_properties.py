# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of ConfigCat's objects that modules know, named as options are. Nothing else reaches a result.

Private to the collection. The API writes properties ``likeThis``, options are ``like_this``. Source: the vendor's
descriptions of the API.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.property_names import PropertyNames
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import ANYTHING, NOTHING, known_at, limited
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of as _of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import nullable_in, objects_in

#: Properties with names inside that other services chose: the parameters of integrations.
OWN_NAMES = ("parameters",)
_NAMES = PropertyNames({"canDisable2FA": "can_disable_2fa"}, OWN_NAMES)
snake, camel = _NAMES.snake, _NAMES.camel
#: The permissions of a permission group, apart from its access to environments.
PERMISSIONS = (
    "can_create_or_update_config",
    "can_create_or_update_environment",
    "can_create_or_update_segments",
    "can_create_or_update_setting",
    "can_create_or_update_tag",
    "can_delete_config",
    "can_delete_environment",
    "can_delete_segments",
    "can_delete_setting",
    "can_delete_tag",
    "can_disable_2fa",
    "can_manage_integrations",
    "can_manage_members",
    "can_manage_product_preferences",
    "can_manage_webhook",
    "can_rotate_sdk_key",
    "can_tag_setting",
    "can_use_export_import",
    "can_view_product_audit_log",
    "can_view_product_statistics",
    "can_view_sdk_key",
)

_ORGANIZATION = _of("name organization_id")
_PRODUCT = _of("description name order product_id reason_required", organization=_ORGANIZATION)
_CONFIG = _of("config_id description evaluation_version migrated_config_id name order", product=_PRODUCT)
_ENVIRONMENT = _of("color description environment_id name order reason_required", product=_PRODUCT)
_TAG = _of("color name tag_id", product=_PRODUCT)
_SEGMENT = _of(
    "comparator comparison_attribute comparison_value created_at creator_email creator_full_name description "
    "last_updater_email last_updater_full_name name segment_id updated_at usage",
    product=_PRODUCT,
)
_PERMISSION_GROUP = _of(
    f"access_type name new_environment_access_type permission_group_id {' '.join(PERMISSIONS)}",
    environment_accesses=_of("color description environment_access_type environment_id name order reason_required"),
    product=_PRODUCT,
)
_PERSON = "email full_name user_id"
_MEMBER = _of(f"{_PERSON} permission_group_id product_id two_factor_enabled")
_ADMIN = _of(f"{_PERSON} two_factor_enabled")
_MEMBER_OF_ORGANIZATION = {
    **_ADMIN,
    "permissions": _of("", permission_group=_of("name permission_group_id"), product=_of("name product_id")),
}
_INVITATION = _of("created_at email expired expires invitation_id permission_group_id product_id product_name")
_PREFERENCES = _of(
    "key_generation_mode mandatory_setting_hint reason_required show_variation_id",
    reason_required_environments=_of("environment_id environment_name reason_required"),
)
_INTEGRATION = _of(
    # The parameters include secrets: `integrations.as_integration` tells them apart.
    "config_ids environment_ids integration_id integration_type name",
    parameters=ANYTHING,
    product=_PRODUCT,
)
_WEBHOOK = _of(
    "content http_method url webhook_id",
    config=_of("config_id name"),
    environment=_of("environment_id name"),
    web_hook_headers=_of("is_secure key value"),
)
_LINE = _of("line_number line_text")
_CODE_REFERENCE = _of(
    "branch code_reference_id commit_hash commit_url repository synced_at uploader",
    references=_of("file file_url", post_lines=_LINE, pre_lines=_LINE, reference_line=_LINE),
)
_STALE_FLAGS = _of(
    "name product_id",
    configs=_of(
        "config_id evaluation_version has_code_references name",
        settings=_of(
            "has_code_references hint key name setting_id",
            setting_values=_of("environment_id is_stale updated_at"),
            tags=_of("setting_tag_id tag_id"),
        ),
    ),
    environments=_of("environment_id name"),
)
_AUDIT_LOG_ITEM = _of(
    "action_target audit_log_date_time audit_log_id audit_log_type audit_log_type_enum change_set_id details truncated "
    "user_email user_name where why"
)
_FLAG = _of("config_id config_name hint key name order setting_id setting_type", tags=_TAG)
_LINK = _of("description integration_link_type key url")
_SETTING = _of("created_at creator_email creator_full_name hint is_watching key name order setting_id setting_type")
_WHERE = {"config": _CONFIG, "environment": _ENVIRONMENT, "read_only": NOTHING}
_LIMITATIONS = _of(
    "max_comparison_value_length max_comparison_value_list_item_length max_comparison_value_list_length "
    "max_condition_per_targeting_rule_count max_percentage_option_count max_string_flag_value_length "
    "max_targeting_rule_count"
)
_WHERE_SERVED = {**_WHERE, "feature_flag_limitations": _LIMITATIONS}
_ANY_VALUE = _of(
    "last_updater_user_email last_updater_user_full_name updated_at",
    integration_links=_LINK,
    setting=_SETTING,
    setting_tags=_of("color name setting_tag_id tag_id"),
)
_VALUE = {
    **_ANY_VALUE,
    "rollout_percentage_items": _of("percentage value"),
    "rollout_rules": _of("comparator comparison_attribute comparison_value segment_comparator segment_id value"),
    "value": NOTHING,
}
_TYPED_VALUE = _of("bool_value double_value int_value string_value")
_VARIATION = _of("hint name predefined_variation_id", value=_TYPED_VALUE)
_CONDITION = _of(
    "",
    prerequisite_flag_condition=_of("comparator prerequisite_setting_id", prerequisite_comparison_value=_TYPED_VALUE),
    segment_condition=_of("comparator segment_id"),
    user_condition=_of(
        "comparator comparison_attribute",
        comparison_value=_of("double_value string_value", list_value=_of("hint value")),
    ),
)
_FORMULA = {
    **_ANY_VALUE,
    **_of("last_version_id percentage_evaluation_attribute setting_ids_where_prerequisite"),
    "default_value": _TYPED_VALUE,
    "targeting_rules": _of(
        "",
        conditions=_CONDITION,
        percentage_options=_of("percentage", value=_TYPED_VALUE),
        value=_TYPED_VALUE,
    ),
}

#: The known properties of the resources, by the paths that they are read from and written to; those of the first
#: version of the API without it.
RESOURCES = {
    "/me": _of("email full_name"),
    "/organizations": _ORGANIZATION,
    "/products(/[^/]+)?|/organizations/[^/]+/products": _PRODUCT,
    "/products/[^/]+/configs|/configs/[^/]+": _CONFIG,
    "/products/[^/]+/environments|/environments/[^/]+": _ENVIRONMENT,
    "/products/[^/]+/tags|/tags/[^/]+": _TAG,
    "/products/[^/]+/segments|/segments/[^/]+": _SEGMENT,
    "/products/[^/]+/permissions|/permissions/[^/]+": _PERMISSION_GROUP,
    "/(organizations|products)/[^/]+/members": _MEMBER,
    "/(organizations|products)/[^/]+/auditlogs": _AUDIT_LOG_ITEM,
    "/configs/[^/]+/(deleted-)?settings|/tags/[^/]+/settings|/settings/[^/]+": _FLAG,
    "/configs/[^/]+/environments/[^/]+": _of("primary secondary"),
    "/configs/[^/]+/environments/[^/]+/values": {**_WHERE_SERVED, "setting_values": _VALUE},
    "(/environments/[^/]+)?/settings/[^/]+/value": {**_WHERE_SERVED, **_VALUE},
    "/v2/configs/[^/]+/environments/[^/]+/values": {**_WHERE_SERVED, "setting_formulas": _FORMULA},
    "/v2(/environments/[^/]+)?/settings/[^/]+/value": {**_WHERE_SERVED, **_FORMULA},
    "/environments/[^/]+/settings/[^/]+/integrationLinks/[^/]+/[^/]+": _LINK,
    "/integrationLink/[^/]+/[^/]+/details": _of(
        "all_integration_link_count",
        details={**_WHERE, "product": _PRODUCT, "setting": _SETTING, "status": NOTHING},
    ),
    "/v2/organizations/[^/]+/members": _of("", admins=_ADMIN, billing_managers=_ADMIN, members=_MEMBER_OF_ORGANIZATION),
    "/(organizations|products)/[^/]+/invitations": _INVITATION,
    "/products/[^/]+/preferences": _PREFERENCES,
    # A new integration is shown where all of them are listed.
    "/products/[^/]+/integrations|/integrations/[^/]+": {**_INTEGRATION, "integrations": _INTEGRATION},
    "/products/[^/]+/webhooks|/webhooks/[^/]+|/configs/[^/]+/environments/[^/]+/webhooks": _WEBHOOK,
    "/webhooks/[^/]+/keys": _of("key1 key2"),
    "/settings/[^/]+/code-references": _CODE_REFERENCE,
    "/products/[^/]+/staleflags": _STALE_FLAGS,
    # A list, or an object with one.
    "/settings/[^/]+/predefined-variations": {**_VARIATION, "predefined_variations": _VARIATION},
}


def shown(path: str, data: Any) -> Any:
    """Return the properties in a response that modules know, named as options are.

    Args:
        path: where it was read or written, below the version.
        data: its body, an item or a list of them. A value of an unexpected type stays, for the code that checks it.
    """
    return limited(snake(data), known_at(RESOURCES, path))


def collection_in(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a property that is a list of objects; null, which the API's description allows, is an empty list.

    Raises:
        Unreadable: it is missing, or of another type.
    """
    return nullable_in(item, name, objects_in, [])
