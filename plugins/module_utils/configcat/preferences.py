# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences of products: which changes require a reason, and what the dashboard requires of settings.

Private to the collection. Source of names: the vendor's descriptions of the API.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ENVIRONMENT, PRODUCT, object_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, text_in, value_in

#: How the dashboard makes a key of the name of a new setting.
KEY_MODES = ("camelCase", "lowerCase", "upperCase", "pascalCase", "kebabCase")
#: The preferences that have one value for the whole product, with their types.
OF_PRODUCT: dict[str, type] = {
    "reason_required": bool,
    "key_generation_mode": str,
    "show_variation_id": bool,
    "mandatory_setting_hint": bool,
}
#: The preference that has a value for each environment.
BY_ENVIRONMENT = "reason_required_environments"


def preferences_path(product: dict[str, Any]) -> str:
    """Return the path of the preferences of a product."""
    return f"{object_path(PRODUCT, product)}/preferences"


def preferences_of(client: ConfigCatClient, product: dict[str, Any]) -> dict[str, Any]:
    """Return the preferences of a product for comparison.

    Raises:
        Unreadable: a preference is not shown, or an environment without its id.
    """
    shown = client.one(preferences_path(product))
    listed = [
        (name_in(one, ENVIRONMENT.id), one.get("environment_name"), value_in(one, "reason_required", bool))
        for one in collection_in(shown, BY_ENVIRONMENT)
    ]
    known: dict[str, Any] = {name: value_in(shown, name, kind) for name, kind in OF_PRODUCT.items()}
    return {**known, BY_ENVIRONMENT: [_item(*one) for one in listed]}


def with_environments(preferences: dict[str, Any], environments: list[dict[str, Any]]) -> dict[str, Any]:
    """Return preferences that list all environments of the product, in their order, each with its present name.

    Args:
        preferences: as `preferences_of` returns them; those that are not listed there require no reason.
        environments: the environments of the product.
    """
    required = {one[ENVIRONMENT.id] for one in preferences[BY_ENVIRONMENT] if one["reason_required"]}
    return {**preferences, BY_ENVIRONMENT: requirements(environments, required)}


def requirements(environments: list[dict[str, Any]], required: set[str]) -> list[dict[str, Any]]:
    """Return whether each environment requires a reason, in the form of the API.

    Args:
        environments: the environments of the product.
        required: the ids of those that do.
    """
    ids = [(name_in(one, ENVIRONMENT.id), text_in(one, "name")) for one in environments]
    return [_item(number, name, number in required) for number, name in ids]


def put_preferences(
    client: ConfigCatClient, product: dict[str, Any], current: dict[str, Any], changed: dict[str, Any]
) -> dict[str, Any]:
    """Change preferences. All are sent, since the API's description requires each of them."""
    wanted = {**current, **changed}
    reasons = [{name: one[name] for name in (ENVIRONMENT.id, "reason_required")} for one in wanted[BY_ENVIRONMENT]]
    # Setting the same values twice is the same as once.
    client.write("POST", preferences_path(product), {**wanted, BY_ENVIRONMENT: reasons}, repeat=True)
    return wanted


def _item(number: str, name: Any, required: bool) -> dict[str, Any]:
    return {ENVIRONMENT.id: number, "environment_name": name, "reason_required": required}
