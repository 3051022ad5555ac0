# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of ConfigCat's objects that modules know, named as options are. Nothing else reaches a result.

Private to the collection. The API writes properties ``likeThis``, options are ``like_this``. Source: the vendor's
description of the API (v1).
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict, snake_dict_to_camel_dict

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import NOTHING, known_at, limited
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of as _of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import objects_in

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
_CONFIG = _of("config_id description name order", product=_PRODUCT)
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
_MEMBER = _of("email full_name permission_group_id product_id user_id")
_AUDIT_LOG_ITEM = _of(
    "action_target audit_log_date_time audit_log_id audit_log_type audit_log_type_enum details user_email user_name "
    "where why"
)
_FLAG = _of("config_id config_name hint key name order setting_id setting_type", tags=_TAG)
_LINK = _of("description integration_link_type key url")
_SETTING = _of("created_at creator_email creator_full_name hint is_watching key name order setting_id setting_type")
_WHERE = {"config": _CONFIG, "environment": _ENVIRONMENT, "read_only": NOTHING}
_VALUE = _of(
    "last_updater_user_email last_updater_user_full_name updated_at value",
    integration_links=_LINK,
    rollout_percentage_items=_of("percentage value"),
    rollout_rules=_of("comparator comparison_attribute comparison_value segment_comparator segment_id value"),
    setting=_SETTING,
    setting_tags=_of("color name setting_tag_id tag_id"),
)

#: The known properties of the resources, by the paths that they are read from and written to.
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
    "/configs/[^/]+/environments/[^/]+/values": {**_WHERE, "setting_values": _VALUE},
    "(/environments/[^/]+)?/settings/[^/]+/value": {**_WHERE, **_VALUE},
    "/environments/[^/]+/settings/[^/]+/integrationLinks/[^/]+/[^/]+": _LINK,
    "/integrationLink/[^/]+/[^/]+/details": _of(
        "all_integration_link_count",
        details={**_WHERE, "product": _PRODUCT, "setting": _SETTING, "status": NOTHING},
    ),
}


def shown(path: str, data: Any) -> Any:
    """Return the properties in a response that modules know, named as options are.

    Args:
        path: where it was read or written, below the version.
        data: its body, an item or a list of them. A value of an unexpected type stays, for the code that checks it.
    """
    return limited(snake(data), known_at(RESOURCES, path))


def snake(data: Any) -> Any:
    """Return JSON of the API with its properties named as options are."""
    if isinstance(data, list):
        return [snake(item) for item in data]
    return camel_dict_to_snake_dict(data) if isinstance(data, dict) else data


def camel(data: Any) -> Any:
    """Return JSON to send, with its properties named as the API names them."""
    if isinstance(data, list):
        return [camel(item) for item in data]
    return snake_dict_to_camel_dict(data) if isinstance(data, dict) else data


def collection_in(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a property that is a list of objects; null, which the API's description allows, is an empty list.

    Raises:
        Unreadable: it is missing, or of another type.
    """
    return [] if name in item and item[name] is None else objects_in(item, name)
